--- Two limit orders, one canceled by the strategy, one ended by the venue.
local oms = require("oms")
local steps = require("steps")

local function limit(id)
  return assert(oms.buy("A", 10, { type = "limit", limit_price = 9, time_in_force = "gtc", client_order_id = id }))
end

local S = steps({
  [1] = function(self)
    self.late, self.ended = limit("late"), limit("ended")
  end,
  [2] = function(self)
    assert(self.late:cancel())
    assert(self.late.status == "pending_cancel")
  end,
  [3] = function(self)
    assert(oms.position("A").qty == 4 and self.fills == 1)
    assert(self.late.canceled_by == "user" and self.ended.canceled_by ~= "user")
  end,
})

function S:on_fill(fill)
  assert(fill.execution_id == "L1")
  self.fills = (self.fills or 0) + 1
end

return S
