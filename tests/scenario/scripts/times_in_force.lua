--- Orders of each short-lived time in force, one bar after the other so that they do not share a bar's volume.
local oms = require("oms")

local S = {}

function S:on_bar()
  self.n = (self.n or 0) + 1
  if self.n == 1 then
    assert(oms.buy("A", 10, { type = "limit", limit_price = 10.5, time_in_force = "ioc" })) -- opens at 11
    assert(oms.buy("A", 150, { time_in_force = "ioc" }))
  elseif self.n == 2 then
    assert(oms.buy("A", 150, { time_in_force = "fok" }))
  elseif self.n == 3 then
    assert(oms.buy("A", 100, { time_in_force = "fok" }))
    local order, reject = oms.buy("A", 1, { type = "stop", stop_price = 12, time_in_force = "ioc" })
    assert(not order and reject.code == "INVALID_TIME_IN_FORCE")
  elseif self.n == 4 then
    assert(oms.buy("A", 50, { time_in_force = "opg" }))
    assert(oms.buy("A", 50, { time_in_force = "cls" }))
    assert(oms.buy("A", 10, { type = "limit", limit_price = 12.5, time_in_force = "opg" })) -- opens at 13
  end
end

return S
