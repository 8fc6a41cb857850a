--- Long only by SMA 50 against SMA 200.
local oms = require("oms")

local S = { params = { units = 100, fast = 50, slow = 200 } }

function S:on_start()
  self.fast = oms.ta.sma(self.params.fast)
  self.slow = oms.ta.sma(self.params.slow)
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
