--- A bracket whose take-profit ends twice with its share, and is moved in between.
local oms = require("oms")
local steps = require("steps")

return steps({
  [1] = function(self)
    self.entry = assert(oms.submit({ symbol = "A", side = "buy", qty = 30, type = "limit", limit_price = 10.5,
      time_in_force = "gtc", order_class = "bracket", take_profit = { limit_price = 12 },
      stop_loss = { stop_price = 8 } }))
  end,
  [4] = function(self) assert(self.entry.take_profit:replace({ limit_price = 11.5 })) end,
  [6] = function(self)
    local target, stop = self.entry.take_profit, self.entry.stop_loss
    assert(target.status == "new" and target.leaves_qty == 10 and target.limit_price == 11.5, target.status)
    assert(stop.status == "new" and stop.leaves_qty == 10, stop.status)
  end,
  [7] = function() assert(oms.position("A").qty == 0) end,
})
