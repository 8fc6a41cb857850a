--- Reports by hand: what they leave in the handles and what on_order is told.
local oms = require("oms")

local S = { heard = {} }

local function rest(id, more)
  local terms = { symbol = "A", side = "buy", qty = 10, type = "limit", limit_price = 5, time_in_force = "gtc",
    client_order_id = id }
  for k, v in pairs(more or {}) do terms[k] = v end
  return assert(oms.submit(terms))
end

function S:on_bar()
  self.n = (self.n or 0) + 1
  if self.n == 1 then
    self.gone = rest("gone")
    self.late = rest("late")
    self.moved = rest("moved")
    self.over = rest("over")
    self.held = rest("held")
  elseif self.n == 2 then
    assert(self.late:cancel())
    assert(self.moved:replace({ limit_price = 6 }))
  elseif self.n == 4 then
    assert(self.gone.status == "canceled" and self.gone.code == "UNSOLICITED_CANCEL", self.gone.status)
    assert(self.gone.canceled_by == "broker", self.gone.canceled_by)
    assert(self.late.status == "canceled" and self.late.filled_qty == 4, "a late fill counts, the status stays")
    assert(self.late.canceled_by == "user")
    assert(self.over.status == "filled" and self.over.filled_qty == 12 and self.over.overfill_qty == 2)
    assert(self.over.leaves_qty == 0)
    assert(self.held.status == "suspended", self.held.status)
    assert(self.held:cancel())
    assert(oms.position("A").qty == 16)
  elseif self.n == 5 then
    assert(self.held.status == "canceled", self.held.status)
    self.done = true
  end
end

function S:on_order(order, event)
  self.heard[#self.heard + 1] = order.client_order_id .. ":" .. event.type
end

function S:on_stop()
  assert(self.done)
  local got = table.concat(self.heard, " ")
  local want = "gone:new late:new moved:new over:new held:new late:canceled moved.r1:replaced "
    .. "gone:canceled late:fill over:fill held:suspended held:canceled"
  assert(got == want, got)
end

return S
