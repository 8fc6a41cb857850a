--- Buys, then protects the position with an oco.
local oms = require("oms")
local steps = require("steps")

return steps({
  [1] = function()
    assert(oms.buy("A", 10))
  end,
  [2] = function(self)
    self.oco = assert(oms.submit({
      symbol = "A",
      side = "sell",
      qty = 10,
      order_class = "oco",
      time_in_force = "gtc",
      take_profit = { limit_price = 12 },
      stop_loss = { stop_price = 8 },
    }))
    assert(self.oco.take_profit.limit_price == 12 and self.oco.stop_loss.stop_price == 8)
  end,
  [4] = function(self)
    assert(oms.position("A").qty == 0)
    assert(self.oco.stop_loss.status == "filled" and self.oco.take_profit.status == "canceled")
    assert(#oms.orders() == 0)
  end,
})
