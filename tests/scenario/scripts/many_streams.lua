--- At the fifth minute: looks at all timeframes, then gives an order to say that it did.
local oms = require("oms")

local S = {}

function S:on_bars(bars)
  self.n = (self.n or 0) + 1
  for symbol, bar in pairs(bars) do
    assert(bar.timeframe == (symbol == "S65" and "5m" or "1m"), symbol .. " has " .. tostring(bar.timeframe))
  end
  if self.n == 5 then
    assert(oms.bars("S65", 1)[1].timeframe == "5m")
    assert(oms.bars("S64", 1)[1].timeframe == "1m")
    assert(oms.buy("S1", 1))
  end
end

return S
