--- An order for each bar of the halt's edges.
local oms = require("oms")
local steps = require("steps")

return steps({
  [1] = function() assert(oms.buy("A", 1, { time_in_force = "gtc", client_order_id = "one" })) end,
  [2] = function() assert(oms.buy("A", 1, { time_in_force = "gtc", client_order_id = "two" })) end,
}, { witness = false })
