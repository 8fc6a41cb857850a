--- Replace and cancel in one callback, then a close, then a bracket in a callback that fails.
local oms = require("oms")
local steps = require("steps")

local S = steps({
  [1] = function(self)
    assert(oms.buy("A", 10))
    self.order = assert(oms.buy("A", 10, { type = "limit", limit_price = 5, time_in_force = "gtc" }))
  end,
  [2] = function(self)
    assert(self.order:replace({ limit_price = 6 }))
    assert(self.order:cancel())
  end,
  [3] = function(self)
    assert(self.order.status == "canceled", self.order.status)
    assert(oms.close("A"))
  end,
  [4] = function(self)
    assert(oms.position("A").qty == 0, "the close did not wait")
    assert(oms.claim(self.order), "it is the claimer's already")
    self.rejected = 0
    assert(oms.submit({ symbol = "A", side = "buy", qty = 10, order_class = "bracket",
      take_profit = { limit_price = 12 }, stop_loss = { stop_price = 8 } }))
    error("after a bracket")
  end,
  [5] = function(self)
    assert(self.rejected == 3, "the owner hears of each order of the group")
    assert(#oms.orders({ status = "open" }) == 0)
  end,
})

function S:on_order(_, event)
  if event.type == "rejected" and event.code == "SCRIPT_ERROR" then
    self.rejected = self.rejected + 1
  end
end

return S
