--- Orders at times a second and a window apart.
local oms = require("oms")

local S = {}

local function refused(code, order, reject)
  assert(order == nil and reject.code == code, reject and reject.code or order.status)
end
local function give(price)
  return oms.buy("A", 1, { type = "limit", limit_price = price, time_in_force = "gtc" })
end

function S:on_bar()
  if self.started then return end
  self.started = true
  oms.after(0.5, "half")
  oms.after(0.999999999, "nearly")
  oms.after(1, "second")
  oms.after(9.999999999, "window")
  oms.after(10, "after")
  assert(give(5))
  assert(give(6))
  refused("MAX_ORDER_RATE", give(7))
end

function S:on_timer(name)
  if name == "half" or name == "nearly" then
    refused("MAX_ORDER_RATE", give(7))
  elseif name == "second" then -- the first two are a second old now
    refused("DUPLICATE_ORDER", give(5))
    assert(give(7))
    assert(give(8))
    refused("MAX_ORDER_RATE", give(9))
  elseif name == "window" then
    refused("DUPLICATE_ORDER", give(5))
    assert(oms.sell("A", 1, { type = "limit", limit_price = 5, time_in_force = "gtc" }), "another side")
  else
    assert(give(5))
    self.done = true
  end
end

function S:on_stop() assert(self.done) end

return S
