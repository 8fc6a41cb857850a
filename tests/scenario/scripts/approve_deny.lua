--- One order that needs nobody and three that wait for a person.
local oms = require("oms")
local steps = require("steps")

local S = steps({
  [1] = function(self)
    assert(oms.buy("A", 100, { time_in_force = "gtc", client_order_id = "small" }))
    for _, id in ipairs({ "yes", "no", "never" }) do
      self[id] = assert(oms.buy("A", 101, { time_in_force = "gtc", client_order_id = id }))
      assert(self[id].status == "held" and self[id].held_by == "approval")
    end
  end,
  [2] = function()
    assert(oms.position("A").qty == 100, "what is held does not fill")
  end,
  [3] = function(self)
    local done, reject = self.never:replace({ qty = 102 })
    assert(not done and reject.code == "RULE_DENIED" and reject.message:find("approval"), "a replace cannot wait")
  end,
  [5] = function(self)
    assert(self.yes.status == "filled" and self.no.status == "rejected" and self.never.status == "held")
    assert(self.denied == "APPROVAL_DENIED", "a denial comes later, so it is an event")
  end,
})

function S:on_order(_, event)
  if event.type == "rejected" then
    self.denied = event.code
  end
end

return S
