--- Two entries with a stop: one fills, one is canceled and takes its stop along.
local oms = require("oms")
local steps = require("steps")

local function enter(limit, stop)
  return assert(oms.submit({
    symbol = "A",
    side = "buy",
    qty = 10,
    type = "limit",
    limit_price = limit,
    time_in_force = "gtc",
    order_class = "oto",
    stop_loss = { stop_price = stop },
  }))
end

return steps({
  [1] = function(self)
    enter(9, 8)
    self.far = enter(1, 0.5)
  end,
  [3] = function(self)
    assert(self.far:cancel())
  end,
  [4] = function(self)
    assert(self.far.status == "canceled" and self.far.stop_loss.status == "canceled")
  end,
})
