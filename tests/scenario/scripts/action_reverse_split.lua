--- One for ten: a fraction below the lot is paid in cash, orders keep whole lots, what has none left ends.
local oms = require("oms")
local steps = require("steps")

local function same(got, want, what)
  if type(got) ~= "number" or math.abs(got - want) > 1e-9 then
    error(("%s: got %s, want %s"):format(what, got, want), 2)
  end
end

local S = steps({
  function()
    assert(oms.buy("A", 25, { time_in_force = "gtc" }))
    assert(oms.buy("F", 25, { time_in_force = "gtc" }))
  end,
  function() end,
  function(self)
    self.odd = assert(oms.buy("A", 25, { type = "limit", limit_price = 9, time_in_force = "gtc" }))
    self.small = assert(oms.buy("A", 9, { type = "limit", limit_price = 9, time_in_force = "gtc" }))
    self.free = assert(oms.buy("F", 9, { type = "limit", limit_price = 9, time_in_force = "gtc" }))
  end,
  function() end,
  function(self)
    same(oms.position("A").qty, 2, "two shares")
    same(oms.position("A").realized_pl, 10, "realized")
    same(oms.position("F").qty, 2.5, "fraction without a lot")
    same(oms.account().cash_in_lieu, 60, "cash in lieu")
    same(self.odd.qty, 2, "whole lots")
    same(self.odd.limit_price, 90, "limit")
    same(self.free.qty, 0.9, "without a lot")
    assert(self.ended == self.small and self.small.code == "CORPORATE_ACTION", self.small.code)
    assert(self.small.canceled_by == "oms")
  end,
})

function S:on_order(order, event)
  if event.type == "canceled" then self.ended = order end
end

return S
