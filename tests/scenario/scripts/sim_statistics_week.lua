--- Buys and holds; one trade that gains and one that loses.
local oms = require("oms")
local steps = require("steps")

return steps({
  [1] = function() assert(oms.buy("A", 1, { time_in_force = "gtc" })) end,
  [3] = function() assert(oms.sell("A", 1, { time_in_force = "gtc" })) end,
  [5] = function() assert(oms.buy("A", 1, { time_in_force = "gtc" })) end,
  [6] = function() assert(oms.sell("A", 1, { time_in_force = "gtc" })) end,
}, { witness = false })
