--- Enters, then sends a stop and a further entry while the rule fails.
local oms = require("oms")

local S = {}

function S:on_bar(bar)
  self.n = (self.n or 0) + 1
  if self.n == 1 then
    assert(oms.buy("A", 10))
  elseif self.n == 2 then
    assert(oms.sell("A", 10, { type = "stop", stop_price = 9, time_in_force = "gtc" }))
    local order, reject = oms.buy("A", 5)
    assert(not order and reject.code == "RULE_FAILED", bar.symbol)
  end
end

return S
