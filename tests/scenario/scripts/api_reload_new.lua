--- Takes over what api_reload_old.lua saved; requires a file that requires another.
local oms = require("oms")
local outer = require("api_reload_outer")

local S = { params = { step = 1 }, version = 4 }

function S.test(self)
  assert(self.params.step == 5 and outer.value == 42, "params and files are there")
  assert(not pcall(oms.buy, "A", 1), "a test cannot order")
end

function S.on_start()
  error("a reload does not start anew")
end

function S:on_load(saved, from_version)
  assert(from_version == 3 and saved.count == 15 and saved.ticks == 3)
  assert(saved.nested[2][1] == "two" and saved.nested[2].x == false)
  self.count = saved.count
  self.order = assert(oms.order(saved.order))
  assert(self.order.qty == 1 and self.order.is_open)
end

function S:on_bar()
  self.count = self.count + self.params.step
  if self.count == 20 then
    assert(self.order:cancel())
  elseif self.count == 30 then
    assert(self.heard == "canceled" and self.clock == 2, tostring(self.clock))
    assert(oms.buy("A", 1, { type = "limit", limit_price = 0.01, client_order_id = "passed" }))
  end
end

function S:on_order(order, event)
  if order == self.order then
    self.heard = event.type
  end
end

function S:on_timer(name)
  assert(name == "clock")
  self.clock = (self.clock or 0) + 1
end

return S
