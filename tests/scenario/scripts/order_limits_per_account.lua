--- Two accounts with different limits.
local oms = require("oms")
local steps = require("steps")

return steps({
  [1] = function()
    assert(oms.buy("A", 10, { account = "main", time_in_force = "gtc" }))
    local order, reject = oms.buy("A", 11, { account = "main", time_in_force = "gtc" })
    assert(not order and reject.code == "MAX_ORDER_QTY")
    assert(oms.buy("A", 20, { account = "big", time_in_force = "gtc" }))
    order, reject = oms.buy("A", 21, { account = "big", time_in_force = "gtc" })
    assert(not order and reject.code == "MAX_ORDER_QTY")
    -- what the account does not name it has from the session
    order, reject = oms.buy("A", 1, { account = "big", type = "limit", limit_price = 20, time_in_force = "gtc" })
    assert(not order and reject.code == "PRICE_COLLAR", reject and reject.code)
  end,
}, { witness = false })
