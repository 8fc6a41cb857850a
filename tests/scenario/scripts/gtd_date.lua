--- Three limit orders that end at different times.
local oms = require("oms")

local S = {}

local function limit(id, expire_at)
  assert(oms.buy("A", 10, {
    type = "limit",
    limit_price = 9.5,
    time_in_force = "gtd",
    expire_at = expire_at,
    client_order_id = id,
  }))
end

function S:on_bar()
  if not self.sent then
    self.sent = true
    limit("to-the-4th", "2024-01-04")
    limit("to-the-5th", "2024-01-05")
    limit("to-an-instant", oms.time.parse("2024-01-04T12:00:00Z"))
  end
end

return S
