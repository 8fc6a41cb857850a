--- A replace that is out when the venue ends the order by itself.
local oms = require("oms")
local steps = require("steps")

local function rest(id, price)
  return assert(oms.buy("A", 1, { type = "limit", limit_price = price, time_in_force = "gtc", client_order_id = id }))
end

local S = steps({
  [1] = function(self)
    self.order = rest("o", 9)
    self.bad = rest("bad", 8)
  end,
  [3] = function(self)
    assert(self.order:replace({ limit_price = 9.5 }))
    local ok, reject = self.bad:replace({ limit_price = 8.005 })
    assert(not ok and reject.code == "OFF_TICK")
    ok, reject = self.bad:replace({ stop_price = 8 })
    assert(not ok and reject.code == "HAS_NO_SUCH_TERM", reject and reject.code)
    ok, reject = self.bad:replace({ qty = 101 })
    assert(not ok and reject.code == "MAX_ORDER_QTY")
  end,
  [4] = function(self)
    assert(self.order.status == "canceled" and self.order.code == "UNSOLICITED_CANCEL", self.order.status)
    assert(self.bad.status == "new" and self.bad.limit_price == 8)
    local heard = table.concat(self.heard, " ")
    assert(heard == "o:new bad:new o:canceled o:replace_rejected", heard)
    local ok, reject = self.order:replace({ limit_price = 9.25 })
    assert(not ok and reject.code == "TOO_LATE", reject and reject.code)
  end,
})

function S:on_order(order, event)
  self.heard = self.heard or {}
  self.heard[#self.heard + 1] = order.client_order_id .. ":" .. event.type
end

return S
