--- Buys in the session and after hours, and looks at what a split makes of it.
local oms = require("oms")

local S = { bars = 0, held = { 0, 10, 11, 22 } }

function S.on_action(_, action)
  assert(oms.time.iso(oms.now()) == "2024-01-03T05:00:00Z" and action.ts == oms.now(), "00:00 in New York")
end

function S:on_bar(bar)
  self.bars = self.bars + 1
  local qty = oms.position(bar.symbol).qty
  assert(qty == self.held[self.bars], ("bar %d: the position is %g"):format(self.bars, qty))
  if self.bars == 1 then
    assert(oms.buy(bar.symbol, 10, { client_order_id = "in" }))
  elseif self.bars == 2 then
    local late = { type = "limit", limit_price = 102, session = "extended", client_order_id = "late" }
    assert(oms.buy(bar.symbol, 1, late))
  elseif self.bars == 4 then
    assert(oms.buy(bar.symbol, 1, { type = "limit", limit_price = 0.01, client_order_id = "passed" }))
  end
end

return S
