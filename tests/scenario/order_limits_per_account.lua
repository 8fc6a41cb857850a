--- `accounts` in limits: the limits of one account.
local expect = require("lib.expect")

return {
  name = "order-limits-per-account",
  mode = "backtest",
  accounts = { { id = "main", cash = 100000 }, { id = "big", cash = 100000 } },
  data = { { symbol = "A", timeframe = "1m", bars = expect.minutes({ { 10, 10, 10, 10 }, { 10, 10, 10, 10 } }) } },
  limits = { max_order_qty = 10, price_collar_pct = 50, accounts = { big = { max_order_qty = 20 } } },
  strategies = { "scripts/order_limits_per_account.lua" },
}
