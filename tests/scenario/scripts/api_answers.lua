--- Notes the events of its orders.
local oms = require("oms")
local steps = require("steps")

local function refused(code, order, reject)
  assert(order == nil and reject.code == code, reject and reject.code or "was accepted")
end

local S = steps({
  [1] = function(self)
    refused("MAX_ORDER_QTY", oms.buy("A", 200))
    refused("MAX_ORDER_QTY", oms.buy("A", 1, { tag = "deny" }))
    refused("INVALID_QTY", oms.buy("A", 0))
    self.order = assert(oms.buy("A", 10,
      { type = "limit", limit_price = 5, time_in_force = "gtc", client_order_id = "key" }))
  end,
  [2] = function(self)
    refused("MAX_ORDER_QTY", self.order:replace({ qty = 200 }))
    refused("HAS_NO_SUCH_TERM", self.order:replace({ stop_price = 5 }))
    refused("DUPLICATE_CLIENT_ORDER_ID", oms.buy("A", 11,
      { type = "limit", limit_price = 5, time_in_force = "gtc", client_order_id = "key" }))
  end,
  [3] = function()
    assert(oms.buy("A", 5, { type = "limit", limit_price = 1, time_in_force = "gtc" }))
    error("its order is rejected")
  end,
  [4] = function(self)
    assert(self.order:replace({ qty = 20 }))
  end,
  [5] = function(self)
    assert(self.order:cancel())
  end,
  [6] = function()
    assert(oms.buy("A", 5, { type = "limit", limit_price = 1, time_in_force = "ioc" }))
  end,
  [7] = function()
    assert(oms.buy("A", 5))
  end,
  [8] = function(self)
    local want = "new:10 rejected:5:SCRIPT_ERROR replaced:20:old=10 canceled:20 "
      .. "new:5 canceled:5:IOC_REMAINDER new:5 fill:5"
    assert(table.concat(self.events, " ") == want, table.concat(self.events, " "))
  end,
})

function S:on_order(order, event)
  self.events = self.events or {}
  self.events[#self.events + 1] = ("%s:%g%s%s"):format(event.type, order.qty, event.code and ":" .. event.code or "",
    event.old and (":old=%g"):format(event.old.qty) or "")
end

return S
