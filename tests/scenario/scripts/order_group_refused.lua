--- Groups of which one order is refused.
local oms = require("oms")
local steps = require("steps")

local function refused(code, order, reject)
  assert(order == nil and reject.code == code, reject and reject.code or (order and order.status))
end

return steps({
  [1] = function()
    local terms = { symbol = "A", side = "buy", qty = 10, time_in_force = "gtc", order_class = "bracket",
      take_profit = { limit_price = 12 }, stop_loss = { stop_price = 8.005 } }
    refused("OFF_TICK", oms.submit(terms))
    terms.take_profit = { { qty = 5, limit_price = 12 }, { qty = 5, limit_price = 13.001 } }
    terms.stop_loss = { stop_price = 8 }
    refused("OFF_TICK", oms.submit(terms))
  end,
  [2] = function()
    assert(oms.position("A").qty == 0)
    assert(#oms.orders({ status = "open" }) == 0, "nothing of a refused group works")
    assert(oms.buy("A", 10, { time_in_force = "gtc" }))
  end,
  [3] = function()
    refused("OFF_TICK", oms.submit({ symbol = "A", side = "sell", qty = 10, time_in_force = "gtc", order_class = "oco",
      take_profit = { limit_price = 12 }, stop_loss = { stop_price = 8.005 } }))
  end,
  [4] = function(self)
    assert(#oms.orders({ status = "open" }) == 0, "nothing of a refused group works")
    assert(oms.position("A").qty == 10)
    self.last = oms.submit({ symbol = "A", side = "sell", qty = 10, time_in_force = "gtc", order_class = "oco",
      take_profit = { limit_price = 12 }, stop_loss = { stop_price = 8 } })
    error("the oco goes with this callback")
  end,
  [5] = function()
    assert(oms.position("A").qty == 10)
    assert(#oms.orders({ status = "open" }) == 0, "nothing of a dropped group works")
  end,
})
