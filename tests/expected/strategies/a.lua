--- Long and short by SMA 10 against SMA 20. A cross through an exact tie is no signal: the averages must be
--- exact, or rounding invents crosses.
local oms = require("oms")

local S = { params = { units = 100, fast = 10, slow = 20 } }

function S:on_start()
  self.fast = oms.ta.sma(self.params.fast)
  self.slow = oms.ta.sma(self.params.slow)
end

--- Orders in one direction: what closes the opposite position first, then what opens, so that each is a
--- round trip of its own.
local function turn(self, symbol, side, held)
  if held ~= 0 then
    oms.submit({ symbol = symbol, side = side, qty = math.abs(held), time_in_force = "gtc" })
  end
  oms.submit({ symbol = symbol, side = side, qty = self.params.units, time_in_force = "gtc" })
end

function S:on_bar(bar)
  local fast, slow = self.fast:update(bar.close), self.slow:update(bar.close)
  if not slow then
    return
  end
  local before, now = self.distance, fast - slow
  self.distance = now
  if not before then
    return
  end
  local held = oms.position(bar.symbol).qty
  if before < 0 and now > 0 and held <= 0 then
    turn(self, bar.symbol, "buy", held)
  elseif before > 0 and now < 0 and held >= 0 then
    turn(self, bar.symbol, "sell", held)
  end
end

return S
