--- Breakout with a trailing stop, which is placed at the close of the entry bar and starts from it.
local oms = require("oms")
local breakout = require("breakout")

local S = { params = { units = 100, length = 20, trail_percent = 3 } }

function S:on_start()
  self.signal = breakout.new(self.params.length)
end

function S:on_bar(bar)
  local signal = self.signal(bar)
  local held = oms.position(bar.symbol).qty
  if held == 0 then
    if signal then
      oms.buy(bar.symbol, self.params.units, { time_in_force = "gtc" })
    end
  elseif not (self.stop and self.stop.is_open) then
    self.stop = oms.sell(bar.symbol, held, {
      type = "trailing_stop",
      trail_percent = self.params.trail_percent,
      time_in_force = "gtc",
    })
  end
end

return S
