--- A day order in a declared US share on the day after Thanksgiving: its session ends at 13:00 New York (18:00
--- UTC). Bars after it match no regular order; what is given then belongs to Monday's session.
local expect = require("lib.expect")

return {
  name = "day-order-early-close",
  mode = "backtest",
  instruments = { A = { asset_class = "us_equity", tick = 0.01, lot = 1 } },
  data = {
    { symbol = "A", timeframe = "1m", bars = {
      { "2024-11-29T17:58:00Z", 10, 10, 10, 10, 1000 },
      { "2024-11-29T17:59:00Z", 10, 10, 10, 10, 1000 },
      { "2024-11-29T18:00:00Z", 10, 10, 9, 10, 1000 }, -- post-market: reaches 9.5
      { "2024-11-29T18:01:00Z", 10, 10, 9, 10, 1000 },
      { "2024-12-02T14:30:00Z", 10, 10, 9, 10, 1000 }, -- Monday: reaches it too
      { "2024-12-02T14:31:00Z", 10, 10, 10, 10, 1000 } } },
  },
  strategies = { "scripts/day_order_early_close.lua" },
  check = function(result)
    expect.orders(result, {
      { client_order_id = "friday", status = "expired", filled_qty = 0, end_ts = "2024-11-29T18:00:00Z" },
      { client_order_id = "extended", status = "filled", filled_avg_price = 9.5 },
      { client_order_id = "monday", status = "filled", filled_avg_price = 9.5 },
    })
    expect.fills(result, {
      { client_order_id = "extended", ts = "2024-11-29T18:00:00Z" },
      { client_order_id = "monday", ts = "2024-12-02T14:30:00Z" },
    })
    expect.passed(result)
  end,
}
