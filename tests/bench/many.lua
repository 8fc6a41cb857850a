--- The strategy of sma.lua for each symbol of the data. The load of a benchmark.
local oms = require("oms")
local S = { params = { units = 100, fast = 50, slow = 200 } }

local fast, slow, distance = {}, {}, {} -- by symbol

function S:on_start()
  for _, symbol in ipairs(oms.symbols()) do
    fast[symbol], slow[symbol] = oms.ta.sma(self.params.fast), oms.ta.sma(self.params.slow)
    distance[symbol] = 0
  end
end

function S:on_bar(bar)
  local symbol, close = bar.symbol, bar.close
  local quick, lazy = fast[symbol]:update(close), slow[symbol]:update(close)
  if not lazy then
    return
  end
  local before, now = distance[symbol], quick - lazy
  distance[symbol] = now
  if before < 0 and now > 0 then
    if oms.position(symbol).qty == 0 then
      oms.buy(symbol, self.params.units, { time_in_force = "gtc" })
    end
  elseif before > 0 and now < 0 then
    local held = oms.position(symbol).qty
    if held > 0 then
      oms.sell(symbol, held, { time_in_force = "gtc" })
    end
  end
end

return S
