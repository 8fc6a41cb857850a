--- Sells of one order on two trade days, and a buy.
local oms = require("oms")
local steps = require("steps")

return steps({
  [1] = function() assert(oms.buy("A", 2000, { time_in_force = "gtc" })) end,
  [2] = function() assert(oms.sell("A", 2000, { time_in_force = "gtc" })) end,
}, { witness = false })
