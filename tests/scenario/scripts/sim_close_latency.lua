--- A market order at the first bar, and one that is ioc.
local oms = require("oms")
local steps = require("steps")

return steps({
  [1] = function()
    assert(oms.buy("A", 1, { time_in_force = "gtc", client_order_id = "market" }))
    assert(oms.buy("A", 1, { time_in_force = "ioc", client_order_id = "ioc" }))
  end,
}, { witness = false })
