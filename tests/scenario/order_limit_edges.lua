--- The edges of collar, notional and position limits.
local expect = require("lib.expect")

return {
  name = "order-limit-edges",
  mode = "backtest",
  instruments = { A = { tick = 0.01, lot = 1 } },
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({ { 100, 100, 100, 100 }, { 100, 100, 100, 100 } }) },
  },
  limits = { max_order_notional = 1000, max_position = 25, price_collar_pct = 5 },
  strategies = { "scripts/order_limit_edges.lua" },
}
