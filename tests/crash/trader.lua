-- Trades a little on a timer, and remembers what it has bought and sold: what it saved and what it was told again
-- after a crash must make its position.
local oms = require("oms")

local S = {
  params = { symbol = "S0", every = 0.05, size = 1 },
}

function S:on_start()
  self.net, self.fills, self.next = 0, 0, 0
  oms.every(self.params.every, "trade")
end

function S:on_save()
  return { net = self.net, fills = self.fills, next = self.next }
end

function S:on_load(saved)
  if saved then
    self.net, self.fills, self.next = saved.net, saved.fills, saved.next
  end
end

function S:on_fill(fill)
  local buys = fill.side == "buy" or fill.side == "buy_to_cover"
  self.net = self.net + (buys and fill.qty or -fill.qty)
  self.fills = self.fills + 1
end

function S:on_timer()
  local held = oms.position(self.params.symbol).qty
  if held ~= self.net then
    oms.alert(("MISMATCH: %g were filled, the position is %g"):format(self.net, held))
  end
  self.next = self.next + 1
  local side = self.next % 2 == 0 and "sell" or "buy"
  oms.submit { symbol = self.params.symbol, side = side, qty = self.params.size, type = "market" }
end

return S
