--- The quantity of a replace is the new total; fills while it is out count for the successor; a total at or below what
--- has filled when it arrives cancels the balance.
local expect = require("lib.expect")

return {
  name = "order-replace-partial",
  mode = "backtest",
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 10, 10, 10, 10, 100 }, { 10, 10, 10, 10, 100 }, { 10, 10, 10, 10, 100 }, { 11, 11, 11, 11, 100 },
      { 12, 12, 12, 12, 100 }, { 10, 10, 10, 10, 100 }, { 10, 10, 10, 10, 100 }, { 10, 10, 10, 10, 100 },
      { 10, 10, 10, 10, 100 } }) },
  },
  venue = { max_participation = 0.1, latency_ms = 60000, commission = { percent = 1, min = 0.5 } },
  strategies = { "scripts/order_replace_partial.lua" },
  check = function(result)
    expect.orders(result, {
      { client_order_id = "more", status = "replaced", filled_qty = 20 },
      { client_order_id = "more.r1", status = "replaced", qty = 40, filled_qty = 30, filled_avg_price = 11 },
      { client_order_id = "more.r2", status = "filled", qty = 30, filled_qty = 30, filled_avg_price = 11 },
      { client_order_id = "less", status = "replaced", filled_qty = 20 },
      { client_order_id = "less.r1", status = "filled", qty = 15, filled_qty = 20 },
    })
    expect.fills(result, {
      { client_order_id = "more", qty = 10, price = 10, commission = 1 },
      { client_order_id = "more", qty = 10, price = 11, commission = 1.1 },
      { client_order_id = "more.r1", qty = 10, price = 12, commission = 1.2 },
      { client_order_id = "less", qty = 10, price = 10, commission = 1 },
      { client_order_id = "less", qty = 10, price = 10, commission = 1 },
    })
    expect.passed(result)
  end,
}
