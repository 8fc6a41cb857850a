--- In for two days, out for the rest.
local oms = require("oms")
local steps = require("steps")

return steps({
  [1] = function() assert(oms.buy("A", 50, { time_in_force = "gtc" })) end,
  [3] = function() assert(oms.sell("A", 50, { time_in_force = "gtc" })) end,
  [5] = function() assert(oms.sell("A", 10, { time_in_force = "gtc" })) end, -- an open short at the end
}, { witness = false })
