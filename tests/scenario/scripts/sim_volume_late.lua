--- A market order before the file's first volume.
local oms = require("oms")
local steps = require("steps")

return steps({
  [1] = function() assert(oms.buy("A", 10, { time_in_force = "gtc" })) end,
}, { witness = false })
