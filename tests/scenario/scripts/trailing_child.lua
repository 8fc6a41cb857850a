--- Enters with a take-profit and a stop-loss that trails by 2.
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
      take_profit = { limit_price = 30 },
      stop_loss = { trail_price = 2 },
    }))
  end,
  [2] = function(self)
    assert(self.entry.stop_loss.stop_price == 18)
  end,
  [3] = function(self)
    assert(self.entry.stop_loss.stop_price == 21)
  end,
  [4] = function(self)
    assert(self.entry.stop_loss.stop_price == 21)
  end,
  [6] = function()
    assert(oms.position("A").qty == 0)
  end,
})
