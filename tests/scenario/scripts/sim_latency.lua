--- Submit, replace and cancel, each under way for a whole bar of two and a half minutes' latency.
local oms = require("oms")
local steps = require("steps")

return steps({
  [1] = function(self)
    self.kept = assert(oms.buy("A", 1, { type = "limit", limit_price = 6, time_in_force = "gtc",
      client_order_id = "replaced" }))
    self.gone = assert(oms.buy("A", 1, { type = "limit", limit_price = 7, time_in_force = "gtc",
      client_order_id = "canceled" }))
    assert(self.kept.status == "pending_new")
  end,
  [2] = function(self) assert(self.kept.status == "pending_new") end,
  [3] = function(self)
    assert(self.kept.status == "new", "two whole bars have passed")
    assert(self.kept:replace({ limit_price = 9 }))
    assert(self.gone:cancel())
    assert(self.kept.status == "pending_replace" and self.gone.status == "pending_cancel")
    local ok, reject = self.kept:replace({ limit_price = 9.5 })
    assert(not ok and reject.code == "REPLACE_PENDING")
  end,
  [4] = function(self) assert(self.kept.limit_price == 6 and self.kept.pending.limit_price == 9) end,
  [5] = function(self)
    assert(self.kept.limit_price == 9 and self.kept.status == "new")
    assert(self.gone.status == "filled", "it filled before the cancel arrived: " .. self.gone.status)
  end,
  [7] = function(self) assert(self.kept.status == "filled") end,
})
