--- The signal that d and g share: a close above the highest high of the 20 bars before.
local oms = require("oms")

local M = {}

--- A function (bar) -> true where there is a signal. Decides from the bar after the first full window.
function M.new(length)
  local highest = oms.ta.highest(length)
  local full_before = false
  return function(bar)
    local decides, top = full_before, highest.value
    full_before = highest.ready
    highest:update(bar.high)
    return decides and bar.close > top
  end
end

return M
