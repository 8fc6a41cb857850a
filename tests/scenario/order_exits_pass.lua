--- Exits pass whatever has been lost: moved exits of a group, reduce-only orders, oms.close.
local expect = require("lib.expect")

return {
  name = "order-exits-pass",
  mode = "backtest",
  accounts = { { id = "main", cash = 500 } },
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 10, 10, 10, 10 }, { 10, 10, 5, 5 }, { 5, 5, 5, 5 }, { 5, 5, 5, 5 }, { 5, 5, 5, 5 } }) },
  },
  limits = { max_daily_loss = 100, max_open_orders = 1, max_orders_per_second = 1, max_position = 100,
    restricted = { "B" } },
  strategies = { "scripts/order_exits_pass.lua" },
  check = function(result)
    expect.passed(result)
  end,
}
