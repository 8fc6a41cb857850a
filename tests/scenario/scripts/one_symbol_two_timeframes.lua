--- Orders at each five-minute bar: one at market, one at a limit that only the coarse bars reach.
local oms = require("oms")

local S = { timeframes = { "5m" } }

function S:on_bar(bar)
  assert(bar.timeframe == "5m", "only the coarse bars were asked for")
  self.n = (self.n or 0) + 1
  if self.n == 1 then
    assert(oms.last("A") == 105, "the last price is the close of the finest stream")
    assert(oms.buy("A", 10))
    assert(oms.buy("A", 10, { type = "limit", limit_price = 70, time_in_force = "gtc" }))
  else
    assert(oms.last("A") == 110)
    assert(oms.position("A").qty == 10)
    assert(oms.buy("A", 1, { type = "limit", limit_price = 0.01, client_order_id = "passed" }))
  end
end

return S
