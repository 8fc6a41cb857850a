--- The exits of a bracket and a market exit beside them.
local oms = require("oms")
local steps = require("steps")

local function refused(code, order, reject)
  assert(order == nil and reject.code == code, reject and reject.code or order.status)
end

return steps({
  [1] = function(self)
    self.bracket = assert(oms.submit({ symbol = "A", side = "buy", qty = 60, time_in_force = "gtc",
      order_class = "bracket", take_profit = { limit_price = 20 }, stop_loss = { stop_price = 5 } }))
    assert(oms.buy("A", 40, { time_in_force = "gtc" }))
  end,
  [2] = function(self)
    assert(oms.position("A").qty == 100)
    assert(self.bracket.take_profit.status == "new" and self.bracket.stop_loss.status == "new")
    -- the group holds 60 of the 100 once: 41 more would open
    refused("MAX_ORDER_NOTIONAL", oms.sell("A", 101, { time_in_force = "gtc" }))
    refused("RESTRICTED_SYMBOL", oms.sell("A", 41, { time_in_force = "gtc" }))
    assert(oms.sell("A", 40, { time_in_force = "gtc" }))
    refused("RESTRICTED_SYMBOL", oms.sell("A", 1, { time_in_force = "gtc" }))
  end,
  [3] = function()
    assert(oms.position("A").qty == 60)
    refused("RESTRICTED_SYMBOL", oms.sell("A", 60, { time_in_force = "gtc" }))
    assert(oms.close("A")) -- ends the exits first, so that nothing stands in its way
  end,
  [4] = function(self)
    assert(oms.position("A").qty == 0)
    assert(self.bracket.take_profit.status == "canceled" and self.bracket.stop_loss.status == "canceled")
  end,
})
