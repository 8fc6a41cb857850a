--- What counts as a reduction, and what the limits never refuse it.
local oms = require("oms")
local steps = require("steps")

local function refused(code, order, reject)
  assert(order == nil and reject.code == code, reject and reject.code or order.status)
end

return steps({
  [1] = function() assert(oms.buy("A", 100, { time_in_force = "gtc" })) end,
  [2] = function(self) -- long 100 on the restricted symbol, at a loss, with every limit used up
    local gtc = { type = "limit", limit_price = 11, time_in_force = "gtc" }
    refused("MAX_POSITION", oms.buy("A", 1, { type = "limit", limit_price = 9, time_in_force = "gtc" }))
    self.half = assert(oms.sell("A", 60, gtc))
    -- with 60 working, 41 more would not reduce
    refused("MAX_OPEN_ORDERS", oms.sell("A", 41, gtc))
    self.rest = assert(oms.sell("A", 40, gtc))
    refused("MAX_OPEN_ORDERS", oms.sell("A", 1, gtc))
    assert(self.half.position_intent == "sell_to_close")
    -- the same order again within the duplicate window is no matter for what reduces
    assert(self.rest:cancel())
  end,
  [3] = function(self)
    self.again = assert(oms.sell("A", 40, { type = "limit", limit_price = 11, time_in_force = "gtc" }))
    -- quantity and collar bind reductions too
    assert(self.again:cancel() and self.half:cancel())
  end,
  [4] = function()
    refused("MAX_ORDER_QTY", oms.sell("A", 101, { type = "limit", limit_price = 11, time_in_force = "gtc" }))
    refused("PRICE_COLLAR", oms.sell("A", 50, { type = "limit", limit_price = 5, time_in_force = "gtc" }))
    assert(oms.sell("A", 100, { time_in_force = "gtc" }))
  end,
  [5] = function()
    assert(oms.position("A").qty == 0)
  end,
}, { witness = false })
