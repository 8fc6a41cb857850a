--- An order reduces when it fits, with all working orders of its side, into the opposite position. Position, open
--- order, rate, loss and duplicate limits, the restricted list and buying power never refuse it.
local expect = require("lib.expect")

return {
  name = "order-what-reduces",
  mode = "backtest",
  accounts = { { id = "main", cash = 1000, multiplier = 1 } },
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 10, 10, 10, 10 }, { 10, 10, 9, 9 }, { 9, 9, 9, 9 }, { 9, 9, 9, 9 }, { 9, 9, 9, 9 } }) },
  },
  limits = { max_order_qty = 100, max_open_orders = 1, max_orders_per_second = 1, duplicate_window_s = 1000,
    max_daily_loss = 50, max_position = 100, max_gross_exposure = 1000, price_collar_pct = 10 },
  strategies = { "scripts/order_what_reduces.lua" },
  check = function(result)
    local last = result.orders[#result.orders]
    expect.equal(last.status, "filled", "the last exit")
    expect.equal(result.summary.final_equity, 900, "final equity")
    expect.equal(result.summary.rejected, 5, "rejected")
  end,
}
