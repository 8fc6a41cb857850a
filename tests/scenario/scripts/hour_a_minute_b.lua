--- At the first minute of B: A at market, A at a limit that A's running hour has passed, B at market.
local oms = require("oms")

local S = {}

function S:on_bar(bar)
  if bar.symbol == "B" and not self.sent then
    self.sent = true
    assert(oms.buy("A", 10))
    assert(oms.buy("A", 10, { type = "limit", limit_price = 99, time_in_force = "gtc" }))
    assert(oms.buy("B", 10))
  end
end

return S
