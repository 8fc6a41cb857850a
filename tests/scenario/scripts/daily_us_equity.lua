--- Limit orders of different lives at the first close.
local oms = require("oms")

local S = {}

local function limit(id, price, more)
  local terms = { type = "limit", limit_price = price, client_order_id = id }
  for k, v in pairs(more) do
    terms[k] = v
  end
  assert(oms.buy("A", 10, terms))
end

function S:on_bar()
  if not self.sent then
    self.sent = true
    limit("day", 9, {})
    limit("gtd", 9, { time_in_force = "gtd", expire_at = "2024-07-03" })
    limit("gtd-short", 8.5, { time_in_force = "gtd", expire_at = "2024-07-03" })
    limit("gtc", 8.5, { time_in_force = "gtc" })
  end
end

return S
