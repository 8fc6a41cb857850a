--- The edges of gross exposure and of the number of open orders.
local oms = require("oms")
local steps = require("steps")

local function refused(code, order, reject)
  assert(order == nil and reject.code == code, reject and reject.code or order.status)
end
local function limit(price) return { type = "limit", limit_price = price, time_in_force = "gtc" } end

return steps({
  [1] = function(self)
    assert(oms.buy("A", 50, { time_in_force = "gtc" })) -- 500 of 1000
    self.short = assert(oms.sell("B", 40, limit(10))) -- 400
    refused("MAX_GROSS_EXPOSURE", oms.buy("A", 10.1, limit(10)))
    assert(oms.buy("A", 10, limit(9)))
    refused("MAX_OPEN_ORDERS", oms.buy("A", 1, limit(1)))
  end,
  [2] = function(self) -- long 50, 90 + 400 at work
    refused("MAX_GROSS_EXPOSURE", oms.buy("A", 1, limit(11)))
    assert(oms.buy("A", 1, limit(10)))
    oms.cancel_all({ symbol = "A" })
    assert(self.short:cancel())
  end,
  [3] = function()
    -- through zero: 50 go, 100 come
    refused("MAX_GROSS_EXPOSURE", oms.sell("A", 151, { time_in_force = "gtc" }))
    assert(oms.sell("A", 150, { time_in_force = "gtc" }))
  end,
  [4] = function() assert(oms.position("A").qty == -100) end,
}, { witness = false })
