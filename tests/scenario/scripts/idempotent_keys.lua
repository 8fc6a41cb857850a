--- Gives one order several times.
local oms = require("oms")
local steps = require("steps")

return steps({
  [1] = function(self)
    self.first = assert(oms.buy("A", 10, { client_order_id = "key" }))
    assert(oms.buy("A", 10, { client_order_id = "key" }) == self.first)
    local order, reject = oms.buy("A", 11, { client_order_id = "key" })
    assert(not order and reject.code == "DUPLICATE_CLIENT_ORDER_ID")
  end,
  [2] = function(self)
    assert(self.first.status == "filled")
    assert(oms.buy("A", 10, { client_order_id = "key" }) == self.first, "at any time the same answer")
  end,
})
