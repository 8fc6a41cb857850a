--- Orders against the limits on their flow.
local oms = require("oms")
local steps = require("steps")

local function refused(code, done, reject)
  assert(not done and reject.code == code, reject and reject.message or "was accepted")
end

return steps({
  [1] = function()
    assert(oms.target("A", 60))
    refused("MAX_OPEN_ORDERS", oms.buy("A", 5))
  end,
  [2] = function()
    assert(oms.position("A").qty == 60)
    assert(oms.buy("A", 10))
  end,
  [3] = function()
    refused("DUPLICATE_ORDER", oms.buy("A", 10))
    refused("MAX_GROSS_EXPOSURE", oms.buy("A", 21))
  end,
  [4] = function(self)
    self.order = assert(oms.buy("A", 1, { type = "limit", limit_price = 5, time_in_force = "gtc" }))
  end,
  [5] = function(self)
    assert(self.order:replace({ qty = 2 }))
  end,
  [6] = function(self)
    assert(self.order.qty == 2)
    refused("MAX_ORDER_QTY", self.order:replace({ qty = 41 }))
    assert(self.order:replace({ limit_price = 4 }))
  end,
  [7] = function(self)
    assert(self.order.qty == 2 and self.order.limit_price == 4)
    assert(self.order:cancel())
  end,
})
