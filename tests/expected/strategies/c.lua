--- Long only by the level of RSI(14): in below 30, out above 70. Decides from the bar after the first value.
local oms = require("oms")

local S = { params = { units = 100, length = 14, low = 30, high = 70 } }

function S:on_start()
  self.rsi = oms.ta.rsi(self.params.length)
end

function S:on_bar(bar)
  local decides = self.rsi.ready
  local rsi = self.rsi:update(bar.close)
  if not decides then
    return
  end
  local held = oms.position(bar.symbol).qty
  if held == 0 and rsi < self.params.low then
    oms.buy(bar.symbol, self.params.units, { time_in_force = "gtc" })
  elseif held > 0 and rsi > self.params.high then
    oms.sell(bar.symbol, held, { time_in_force = "gtc" })
  end
end

return S
