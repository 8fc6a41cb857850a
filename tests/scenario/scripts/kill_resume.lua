--- Entries and exits in each trading state.
local oms = require("oms")
local steps = require("steps")

local function refused(code, order, reject)
  assert(not order and reject.code == code, reject and reject.message or "was accepted")
end

return steps({
  [1] = function(self)
    assert(oms.buy("A", 10))
    self.working = assert(oms.buy("A", 11, { type = "limit", limit_price = 9, time_in_force = "gtc" }))
  end,
  [3] = function(self)
    assert(self.working.status == "canceled" and self.working.canceled_by == "oms")
    refused("STATE_HALTED", oms.buy("A", 1))
    refused("STATE_HALTED", oms.sell("A", 10))
  end,
  [4] = function()
    refused("STATE_REDUCING", oms.buy("A", 2))
    assert(oms.sell("A", 10))
  end,
  [5] = function()
    assert(oms.position("A").qty == 0)
    assert(oms.buy("A", 3))
  end,
  [6] = function()
    assert(oms.position("A").qty == 3)
  end,
})
