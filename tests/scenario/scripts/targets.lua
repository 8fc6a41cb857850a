--- One target after the other.
local oms = require("oms")
local steps = require("steps")

return steps({
  [1] = function()
    assert(oms.target("A", { weight = 0.5 }))
    assert(oms.target("A", { weight = 0.5 }) == true, "what works towards the target counts")
  end,
  [2] = function()
    assert(oms.position("A").qty == 5000)
    assert(oms.target("A", { value = 1000 }))
  end,
  [3] = function()
    assert(oms.position("A").qty == 100)
    assert(oms.target("A", -50))
  end,
  [4] = function(self)
    assert(oms.position("A").qty == -50)
    self.first = assert(oms.target("A", 10, { type = "limit", limit_price = 5, time_in_force = "gtc" }))
  end,
  [5] = function(self)
    assert(oms.target("A", 20), "replaces the earlier target order")
    assert(not self.first.is_open or self.first.status == "pending_cancel")
  end,
  [7] = function(self)
    assert(oms.position("A").qty == 20)
    assert(self.first.status == "canceled")
  end,
})
