--- A bracket whose exits end with their share while its entry still fills.
local oms = require("oms")
local steps = require("steps")

return steps({
  [1] = function(self)
    self.entry = assert(oms.submit({ symbol = "A", side = "buy", qty = 20, type = "limit", limit_price = 10.5,
      time_in_force = "gtc", order_class = "bracket", take_profit = { limit_price = 12 },
      stop_loss = { stop_price = 8 } }))
    self.first = self.entry.take_profit
  end,
  [2] = function(self) assert(self.first.status == "new" and self.first.leaves_qty == 10) end,
  [3] = function(self) -- the first ten are sold at 12, the entry waits
    assert(self.first.status == "filled" and oms.position("A").qty == 0)
    assert(self.entry.take_profit == self.first, "none has come back yet")
  end,
  [4] = function(self) -- the other ten are bought: exits of ten come back
    assert(oms.position("A").qty == 10)
    local target, stop = self.entry.take_profit, self.entry.stop_loss
    assert(target ~= self.first and target.status == "new" and target.leaves_qty == 10, target.status)
    assert(stop.status == "new" and stop.leaves_qty == 10, stop.status)
    assert(stop:replace({ stop_price = 9 }), "the exits that work are the ones that can be moved")
    assert(target:cancel())
  end,
  [6] = function(self)
    assert(oms.position("A").qty == 0 and self.entry.stop_loss.status == "filled")
  end,
})
