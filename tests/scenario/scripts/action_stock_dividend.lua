--- Five per cent in shares: quantities times 1.05, a working order down to the lot.
local oms = require("oms")
local steps = require("steps")

return steps({
  function() assert(oms.buy("A", 15, { time_in_force = "gtc" })) end,
  function(self)
    self.target = assert(oms.sell("A", 15, { type = "limit", limit_price = 23.1, time_in_force = "gtc" }))
  end,
  function(self)
    assert(oms.position("A").qty == 15.75 and oms.position("A").avg_price == 20)
    assert(self.target.qty == 15 and self.target.limit_price == 22)
    assert(oms.account().cash_in_lieu == 0)
  end,
})
