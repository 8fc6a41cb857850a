--- Auction orders in the middle of a session.
local oms = require("oms")

local S = {}

function S:on_bar()
  if self.sent then
    return
  end
  self.sent = true
  assert(oms.buy("A", 10, { time_in_force = "cls" }))
  assert(oms.buy("A", 10, { time_in_force = "cls", type = "limit", limit_price = 12.4 }))
  assert(oms.buy("A", 10, { time_in_force = "opg" }))
  assert(oms.buy("A", 10, { time_in_force = "opg", type = "limit", limit_price = 13.9 }))
  oms.buy("X", 10, { time_in_force = "opg" })
  oms.buy("X", 10, { time_in_force = "cls" })
end

return S
