--- The last value that passes and the first that does not, of each limit.
local oms = require("oms")
local steps = require("steps")

local function refused(code, order, reject)
  assert(order == nil and reject.code == code, reject and reject.code or order.status)
end
local function limit(price) return { type = "limit", limit_price = price, time_in_force = "gtc" } end

return steps({
  [1] = function()
    -- collar of 5 percent on the dangerous side of the close of 100; stops and passive prices are free
    assert(oms.buy("A", 1, limit(105)))
    refused("PRICE_COLLAR", oms.buy("A", 1, limit(105.01)))
    assert(oms.buy("A", 1, limit(50)))
    assert(oms.sell("A", 1, limit(95)))
    refused("PRICE_COLLAR", oms.sell("A", 1, limit(94.99)))
    assert(oms.sell("A", 1, limit(200)))
    assert(oms.buy("A", 1, { type = "stop", stop_price = 150, time_in_force = "gtc" }))
    -- a stop-limit is measured from its own stop
    assert(oms.buy("A", 1, { type = "stop_limit", stop_price = 150, limit_price = 157.5, time_in_force = "gtc" }))
    refused("PRICE_COLLAR",
      oms.buy("A", 1, { type = "stop_limit", stop_price = 150, limit_price = 157.51, time_in_force = "gtc" }))
    oms.cancel_all({ symbol = "A" })
  end,
  [2] = function()
    -- notional: qty x (limit, else stop, else reference)
    assert(oms.buy("A", 10, limit(100)))
    refused("MAX_ORDER_NOTIONAL", oms.buy("A", 10, limit(100.01)))
    assert(oms.buy("A", 10, { type = "stop", stop_price = 100, time_in_force = "gtc" }))
    refused("MAX_ORDER_NOTIONAL", oms.buy("A", 10, { type = "stop", stop_price = 100.01, time_in_force = "gtc" }))
    refused("MAX_ORDER_NOTIONAL", oms.buy("A", 11, { time_in_force = "gtc" }))
    -- position: all working orders of the side count: 20 work
    refused("MAX_POSITION", oms.buy("A", 6, limit(50)))
    assert(oms.buy("A", 5, limit(50)))
    refused("MAX_POSITION", oms.buy("A", 1, limit(50)))
    assert(oms.sell("A", 9, limit(105)), "the other side is another sum")
    assert(oms.sell("A", 9, limit(106)))
    refused("MAX_POSITION", oms.sell("A", 8, limit(107)))
    assert(oms.sell("A", 7, limit(107)))
    oms.cancel_all({ symbol = "A" })
  end,
}, { witness = false })
