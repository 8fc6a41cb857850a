--- Counts bars, holds an order and a clock.
local oms = require("oms")

local S = { params = { step = 1 }, version = 3 }

function S:on_start()
  self.count = 0
  self.order = assert(oms.buy("A", 1, { type = "limit", limit_price = 1, time_in_force = "gtc" }))
  oms.every(60, "clock")
  oms.after(3600, function() error("it ends with its cell") end)
end

function S:on_bar()
  self.count = self.count + self.params.step
end

function S:on_timer(name)
  assert(name == "clock")
  self.ticks = (self.ticks or 0) + 1
end

function S:on_save()
  return { count = self.count, order = self.order, ticks = self.ticks, nested = { 1, { "two", x = false } } }
end

return S
