--- A callback may give 1,000 orders; what it gives beyond is refused, the rest stands.
local expect = require("lib.expect")

return {
  name = "order-thousand",
  mode = "backtest",
  data = { { symbol = "A", timeframe = "1m", bars = expect.minutes({ { 10, 10, 10, 10 }, { 10, 10, 10, 10 } }) } },
  strategies = { "scripts/order_thousand.lua" },
}
