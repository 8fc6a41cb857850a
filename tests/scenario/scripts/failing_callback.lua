--- Two working orders; then a callback that orders, cancels one of the two and fails.
local oms = require("oms")
local steps = require("steps")

return steps({
  [1] = function(self)
    self.first = assert(oms.buy("A", 10, { type = "limit", limit_price = 9, time_in_force = "gtc" }))
    self.second = assert(oms.buy("A", 10, { type = "limit", limit_price = 8, time_in_force = "gtc" }))
  end,
  [2] = function(self)
    oms.buy("A", 1)
    oms.buy("A", 2)
    self.first:cancel()
    oms.buy("A", 3)
    error("after three submits and a cancel")
  end,
  [3] = function(self)
    assert(self.first.status == "canceled" and self.second.status == "new")
    assert(oms.buy("A", 4))
  end,
  [4] = function()
    assert(oms.position("A").qty == 4)
  end,
})
