--- gtd with integer ns, ISO text and a date, on a share with sessions.
local oms = require("oms")
local steps = require("steps")

local function give(id, expire_at)
  assert(oms.buy("A", 1, { type = "limit", limit_price = 9, time_in_force = "gtd", expire_at = expire_at,
    client_order_id = id }))
end

return steps({
  [1] = function()
    give("ns-before", oms.time.parse("2024-01-02T15:00:00Z") - 1)
    give("ns-at", oms.time.parse("2024-01-02T15:00:00Z"))
    give("text-at", "2024-01-02T15:00:00Z")
    give("text-zone", "2024-01-02T09:59:59-05:00")
    give("date", "2024-01-02")
    give("next-date", "2024-01-03")
  end,
}, { witness = false })
