--- A cash account: no shorts, no leverage.
local oms = require("oms")
local steps = require("steps")

local function refused(code, order, reject)
  assert(order == nil and reject.code == code, reject and reject.code or order.status)
end

return steps({
  [1] = function()
    refused("SHORT_NOT_ALLOWED", oms.sell("A", 1, { time_in_force = "gtc" }))
    refused("INSUFFICIENT_BUYING_POWER", oms.buy("A", 101, { time_in_force = "gtc" }))
    assert(oms.buy("A", 100, { time_in_force = "gtc" }))
  end,
  [2] = function()
    refused("SHORT_NOT_ALLOWED", oms.sell("A", 101, { time_in_force = "gtc" }))
    assert(oms.sell("A", 60, { type = "limit", limit_price = 20, time_in_force = "gtc" }))
    refused("SHORT_NOT_ALLOWED", oms.sell("A", 41, { time_in_force = "gtc" }))
    refused("SHORT_NOT_ALLOWED", oms.submit({ symbol = "A", side = "sell_short", qty = 1, time_in_force = "gtc" }))
    assert(oms.sell("A", 40, { time_in_force = "gtc" }))
  end,
}, { witness = false })
