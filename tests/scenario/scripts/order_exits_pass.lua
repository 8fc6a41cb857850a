--- Exits of every kind after the money and the day are lost.
local oms = require("oms")
local steps = require("steps")

return steps({
  [1] = function(self)
    self.bracket = assert(oms.submit({ symbol = "A", side = "buy", qty = 100, time_in_force = "gtc",
      order_class = "bracket", take_profit = { limit_price = 30 }, stop_loss = { stop_price = 1 } }))
  end,
  [2] = function(self) -- bought at 10, now 5: equity 500 - 500 of debt
    assert(oms.account("main").buying_power < 0)
    assert(self.bracket.stop_loss:replace({ stop_price = 2 }), "exits may be moved")
    assert(self.bracket.take_profit:replace({ limit_price = 20 }))
    assert(not oms.buy("A", 1, { time_in_force = "gtc" }))
    assert(self.bracket:cancel() == nil, "the parent has filled")
  end,
  [3] = function(self)
    assert(self.bracket.stop_loss.stop_price == 2 and self.bracket.take_profit.limit_price == 20)
    assert(self.bracket.stop_loss.status == "new")
    assert(oms.sell("A", 60, { reduce_only = true, time_in_force = "gtc" }))
  end,
  [4] = function(self)
    assert(oms.position("A").qty == 40)
    assert(self.bracket.stop_loss.leaves_qty == 40, self.bracket.stop_loss.leaves_qty)
    assert(oms.close("A"))
  end,
  [5] = function() assert(oms.position("A").qty == 0) end,
})
