--- One of two strategies: with 'owns' it gives an order at the first bar and cancels it at the third; without, it
--- meddles with that order at the second.
local oms = require("oms")

local S = { params = { owns = false } }

local function refused(code, answer, reject)
  assert(answer == nil and reject.code == code, reject and reject.code or "it was not refused")
  assert(reject.message:find("belongs to owner", 1, true), reject.message)
end

local function meddle(order)
  assert(order.limit_price == 5, "anybody may look")
  refused("OTHER_OWNER", oms.cancel(order))
  refused("OTHER_OWNER", order:cancel())
  refused("OTHER_OWNER", oms.replace(order, { limit_price = 6 }))
  refused("OTHER_OWNER", order:replace({ qty = 1 }))
  refused("NOT_EXTERNAL", oms.claim(order))
  assert(oms.cancel_all({}), "cancel_all is about the own orders")
  assert(order.status == "new", order.status)
end

function S:on_bar()
  self.n = (self.n or 0) + 1
  if not self.params.owns then
    if self.n == 2 then
      meddle(oms.order("mine"))
    end
  elseif self.n == 1 then
    assert(oms.buy("A", 10, { type = "limit", limit_price = 5, time_in_force = "gtc", client_order_id = "mine" }))
  elseif self.n == 3 then
    assert(oms.cancel(oms.order("mine")))
  end
end

return S
