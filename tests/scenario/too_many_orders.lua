--- A callback may submit 1,000 orders; what comes after is refused.
local expect = require("lib.expect")

return {
  name = "too-many-orders",
  mode = "backtest",
  data = { { symbol = "A", timeframe = "1m", bars = expect.minutes({ { 1, 1, 1, 1 }, { 1, 1, 1, 1 } }) } },
  strategies = { "scripts/too_many_orders.lua" },
  check = function(result)
    expect.equal(result.summary.fills, 1000, "fills")
    expect.equal(result.summary.rejected, 1, "rejected")
    expect.equal(result.orders[1001].code, "TOO_MANY_ORDERS", "code")
  end,
}
