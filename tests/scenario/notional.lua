--- An order by notional buys for that much money at the reference price.
local expect = require("lib.expect")

return {
  name = "notional",
  mode = "backtest",
  data = { { symbol = "A", timeframe = "1m", bars = expect.minutes({ { 8, 8, 8, 8 }, { 8, 8, 8, 8 } }) } },
  strategies = { "scripts/notional.lua" },
  check = function(result)
    expect.orders(result, { { side = "buy", status = "filled", filled_qty = 12.5, filled_avg_price = 8 } })
  end,
}
