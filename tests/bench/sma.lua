--- Long only: buys when SMA 50 goes above SMA 200, sells all when it goes below. An average that only touches the other
--- is no cross. The load of a benchmark, and of its answer.
local oms = require("oms")

local S = { params = { units = 100, fast = 50, slow = 200 } }

local fast, slow
local distance = 0 -- of the bar before; 0 before the first

function S:on_start()
  fast, slow = oms.ta.sma(self.params.fast), oms.ta.sma(self.params.slow)
end

function S:on_bar(bar)
  local close = bar.close
  local quick, lazy = fast:update(close), slow:update(close)
  if not lazy then
    return
  end
  local before, now = distance, quick - lazy
  distance = now
  if before < 0 and now > 0 then
    if oms.position(bar.symbol).qty == 0 then
      oms.buy(bar.symbol, self.params.units, { time_in_force = "gtc" })
    end
  elseif before > 0 and now < 0 then
    local held = oms.position(bar.symbol).qty
    if held > 0 then
      oms.sell(bar.symbol, held, { time_in_force = "gtc" })
    end
  end
end

return S
