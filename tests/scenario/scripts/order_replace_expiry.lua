--- Replaces of what an order's time in force is.
local oms = require("oms")
local steps = require("steps")

local function rest(id, tif, expire_at)
  return assert(oms.buy("A", 1, { type = "limit", limit_price = 9, time_in_force = tif, client_order_id = id,
    expire_at = expire_at }))
end

return steps({
  [1] = function(self)
    self.to_day = rest("to-day", "gtc")
    self.to_gtc = rest("to-gtc", "day")
    self.to_date = rest("to-date", "gtd", "2024-01-02")
    self.to_gtd = rest("to-gtd", "gtc")
    self.longer = rest("longer", "day")
  end,
  [2] = function(self)
    assert(self.to_day:replace({ time_in_force = "day" }))
    assert(self.to_gtc:replace({ time_in_force = "gtc" }))
    assert(self.to_date:replace({ expire_at = "2024-01-03" }))
    assert(self.to_gtd:replace({ time_in_force = "gtd", expire_at = "2024-01-02" }))
    assert(self.longer:replace({ limit_price = 8.5 }))
  end,
}, { witness = false })
