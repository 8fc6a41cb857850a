--- One contract in and out, and a stop.
local oms = require("oms")
local steps = require("steps")

return steps({
  [1] = function()
    assert(oms.account("main").buying_power == 600000)
    assert(oms.buy("F", 2, { time_in_force = "gtc" }))
    -- 2 x 50 x the reference of 3990, and 0.001 percent of that
    assert(oms.account("main").buying_power == 600000 - 399000 - 3.99)
  end,
  [2] = function()
    local p = oms.position("F")
    assert(p.qty == 2 and p.avg_price == 4000.25 and p.market_value == 4010 * 2 * 50, p.market_value)
    assert(p.unrealized_pl == 9.75 * 2 * 50 and p.cost_basis == 4000.25 * 2 * 50)
    assert(oms.sell("F", 3, { type = "stop", stop_price = 4000, time_in_force = "gtc" }))
  end,
}, { witness = false })
