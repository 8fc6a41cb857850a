--- Orders just before a halt, a cancel within it.
local oms = require("oms")
local steps = require("steps")

return steps({
  [1] = function(self)
    assert(oms.buy("A", 10))
    self.second = assert(oms.buy("A", 20))
  end,
  [2] = function(self)
    assert(oms.last("A") == 11, "data flows")
    assert(self.second:cancel())
  end,
  [3] = function(self)
    assert(self.second.status == "canceled")
    assert(oms.position("A").qty == 0)
  end,
  [5] = function()
    assert(oms.position("A").qty == 10)
  end,
})
