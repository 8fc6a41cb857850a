--- Sells through zero in an account without leverage.
local oms = require("oms")
local steps = require("steps")

return steps({
  [1] = function() assert(oms.buy("A", 100, { time_in_force = "gtc" })) end,
  [2] = function()
    assert(oms.account("main").buying_power == 0)
    local order, reject = oms.sell("A", 200, { time_in_force = "gtc" })
    assert(not order and reject.code == "INSUFFICIENT_BUYING_POWER")
    assert(oms.sell("A", 100, { time_in_force = "gtc" }))
  end,
  [3] = function()
    assert(oms.sell("A", 50, { time_in_force = "gtc" }))
  end,
  [4] = function() -- short 50 at 10; equity 1000, gross 500: 500 left
    assert(oms.position("A").qty == -50)
    assert(oms.buy("A", 100, { time_in_force = "gtc", client_order_id = "turn" })) -- opens 50 for 500
  end,
  [5] = function()
    assert(oms.position("A").qty == 50)
    assert(oms.sell("A", 120, { type = "limit", limit_price = 7, time_in_force = "gtc", client_order_id = "dear" }))
  end,
}, { witness = false })
