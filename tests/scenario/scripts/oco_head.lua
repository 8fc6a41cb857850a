--- Asks for an oco, cancels it by its head, asks for one with two targets, then closes under it.
local oms = require("oms")
local steps = require("steps")

local function protect()
  return assert(oms.submit({
    symbol = "A", side = "sell", qty = 10, order_class = "oco", time_in_force = "gtc",
    take_profit = { { qty = 4, limit_price = 11 }, { qty = 6, limit_price = 15 } },
    stop_loss = { stop_price = 8 },
  }))
end

return steps({
  [1] = function()
    local none, reject = oms.submit({ symbol = "A", side = "sell", qty = 1, order_class = "oco",
      take_profit = { limit_price = 11 }, stop_loss = { stop_price = 8 } })
    assert(not none and reject.code == "POSITION_CLOSED", "without a position there is nothing to protect")
    assert(oms.buy("A", 10))
  end,
  [2] = function(self)
    self.first = protect()
    assert(#self.first.children == 3 and self.first.type == nil and self.first.is_open)
  end,
  [3] = function(self)
    assert(self.first.status == "new" and self.first.stop_loss.status == "new")
    assert(self.first:cancel())
  end,
  [4] = function(self)
    assert(self.first.status == "canceled" and self.first.canceled_by == "user")
    assert(self.first.stop_loss.status == "canceled" and self.first.take_profit.status == "canceled")
    self.second = protect()
  end,
  [5] = function(self)
    local stop = self.second.stop_loss
    assert(self.second.status == "partially_filled" and self.second.filled_qty == 4)
    assert(self.second.take_profit.status == "filled" and stop.status == "new" and stop.leaves_qty == 6)
    assert(oms.close("A"))
  end,
  [6] = function(self)
    assert(oms.position("A").qty == 0 and not self.second.is_open and not self.second.stop_loss.is_open)
    assert(self.second.status == "canceled" and self.second.filled_qty == 4)
  end,
})
