--- An order that fills in three parts, and its sale in two lots.
local oms = require("oms")
local steps = require("steps")

return steps({
  [1] = function() assert(oms.buy("A", 250, { time_in_force = "gtc", client_order_id = "entry" })) end,
  [4] = function() assert(oms.sell("A", 150, { time_in_force = "gtc", client_order_id = "first" })) end,
  [7] = function() assert(oms.buy("A", 30, { time_in_force = "gtc", client_order_id = "small" })) end,
}, { witness = false })
