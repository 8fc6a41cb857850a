--- Enters with a bracket and closes by hand.
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
    assert(self.entry.take_profit.status == "held" and self.entry.stop_loss.held_by == "parent")
  end,
  [3] = function(self)
    assert(oms.position("A").qty == 10)
    assert(self.entry.take_profit.status == "new" and self.entry.stop_loss.status == "new")
    local order = assert(oms.close("A"))
    assert(order.side == "sell" and order.is_open)
  end,
  [5] = function(self)
    assert(oms.position("A").qty == 0)
    assert(self.entry.take_profit.status == "canceled" and self.entry.stop_loss.status == "canceled")
    assert(oms.close("A") == true, "nothing is left to close")
  end,
})
