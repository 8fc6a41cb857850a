--- A stop for ten that lives through a sale of four.
local oms = require("oms")
local steps = require("steps")

return steps({
  [1] = function()
    local order, reject = oms.sell("A", 1, { reduce_only = true })
    assert(not order and reject.code == "POSITION_CLOSED", reject and reject.code)
    assert(oms.buy("A", 10))
  end,
  [2] = function(self)
    self.stop = assert(oms.sell("A", 10, {
      type = "stop",
      stop_price = 9,
      reduce_only = true,
      time_in_force = "gtc",
    }))
    assert(oms.sell("A", 4))
  end,
  [3] = function(self)
    assert(self.stop.leaves_qty == 6, self.stop.leaves_qty)
  end,
  [5] = function()
    assert(oms.position("A").qty == 0)
  end,
})
