--- A limit order, and two bars later a better price for it that comes too late.
local oms = require("oms")
local steps = require("steps")

local S = steps({
  [1] = function(self)
    self.order = assert(oms.buy("A", 10, { type = "limit", limit_price = 9.5, time_in_force = "gtc" }))
  end,
  [3] = function(self)
    assert(self.order:replace({ limit_price = 9 }))
    assert(self.order.status == "pending_replace")
    assert(self.order.limit_price == 9.5, "the old terms stand until the venue has answered")
    assert(self.order.pending.limit_price == 9)
    local done, reject = self.order:replace({ limit_price = 8 })
    assert(not done and reject.code == "REPLACE_PENDING")
  end,
  [6] = function(self)
    assert(self.order.status == "filled" and self.order.filled_qty == 10)
    assert(oms.position("A").qty == 10)
    assert(self.refused == "TOO_LATE", "the strategy hears that the replace came too late")
  end,
})

function S:on_order(_, event)
  if event.type == "replace_rejected" or event.type == "rejected" then
    self.refused = event.code
  end
end

return S
