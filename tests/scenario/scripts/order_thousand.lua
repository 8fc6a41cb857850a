--- A thousand orders in one callback pass, the next does not.
local oms = require("oms")
local steps = require("steps")

return steps({
  [1] = function()
    local terms = { type = "limit", limit_price = 1, time_in_force = "gtc" }
    for i = 1, 1000 do assert(oms.buy("A", 1, terms), i) end
    local order, reject = oms.buy("A", 1, terms)
    assert(not order and reject.code == "TOO_MANY_ORDERS", reject and reject.code)
  end,
  [2] = function()
    assert(oms.buy("A", 1, { type = "limit", limit_price = 1, time_in_force = "gtc" }), "the next callback may again")
    local n = 0
    for _ in pairs(oms.orders({ status = "open" })) do n = n + 1 end
    assert(n == 1001, n)
  end,
}, { witness = false })
