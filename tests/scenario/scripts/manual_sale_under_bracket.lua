--- Sells what a bracket protects in two parts.
local oms = require("oms")
local steps = require("steps")

return steps({
  [1] = function(self)
    self.entry = assert(oms.submit({
      symbol = "A",
      side = "buy",
      qty = 10,
      time_in_force = "gtc",
      order_class = "bracket",
      take_profit = { limit_price = 12 },
      stop_loss = { stop_price = 8 },
    }))
  end,
  [2] = function()
    assert(oms.sell("A", 4))
  end,
  [3] = function(self)
    assert(oms.position("A").qty == 6)
    assert(self.entry.take_profit.qty == 6 and self.entry.stop_loss.qty == 6)
    assert(oms.sell("A", 6))
  end,
  [4] = function(self)
    assert(oms.position("A").qty == 0)
    assert(self.entry.take_profit.status == "canceled" and self.entry.stop_loss.status == "canceled")
  end,
})
