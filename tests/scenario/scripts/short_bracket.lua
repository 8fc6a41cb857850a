--- Sells short with two targets and a stop.
local oms = require("oms")
local steps = require("steps")

return steps({
  [1] = function(self)
    self.entry = assert(oms.submit({
      symbol = "A",
      side = "sell_short",
      qty = 10,
      time_in_force = "gtc",
      order_class = "bracket",
      take_profit = { { qty = 4, limit_price = 9 }, { qty = 6, limit_price = 8 } },
      stop_loss = { stop_price = 12 },
    }))
  end,
  [2] = function(self)
    local children = self.entry.children
    assert(#children == 3 and children[1].qty == 4 and children[2].qty == 6 and children[3].qty == 10)
    assert(children[3].side == "buy_to_cover")
  end,
  [3] = function(self)
    assert(oms.position("A").qty == -6 and self.entry.stop_loss.leaves_qty == 6)
  end,
  [5] = function()
    assert(oms.position("A").qty == 0 and #oms.orders() == 0)
  end,
})
