--- Buys once; a rule stops it with its first fill.
local oms = require("oms")
local steps = require("steps")

return steps({
  [1] = function(self)
    assert(oms.buy("A", 1))
    self.resting = assert(oms.buy("A", 1, { type = "limit", limit_price = 1, time_in_force = "gtc" }))
  end,
  [2] = function(self)
    assert(oms.position("A").qty == 1 and oms.position("A", { scope = "account" }).qty == 13)
    assert(self.resting.code == "KILLED" and self.resting.status == "canceled")
    local order, reject = oms.buy("A", 1)
    assert(not order and reject.code == "STATE_HALTED")
    self.left_out = true
    assert(#oms.orders() == 0)
  end,
}, { witness = false, on_stop = function(self)
  assert(self.left_out)
  oms.log.info("done")
end })
