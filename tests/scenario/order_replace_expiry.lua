--- A replaced time in force counts from the replace on: day ends with the session, gtc does not, a date with its day.
local expect = require("lib.expect")

return {
  name = "order-replace-expiry",
  mode = "backtest",
  instruments = { A = { asset_class = "us_equity", tick = 0.01, lot = 1 } },
  data = {
    { symbol = "A", timeframe = "1m", bars = {
      { "2024-01-02T15:00:00Z", 10, 10, 10, 10 }, { "2024-01-02T15:01:00Z", 10, 10, 10, 10 },
      { "2024-01-02T15:02:00Z", 10, 10, 10, 10 }, { "2024-01-03T15:00:00Z", 10, 10, 8, 10 } } },
  },
  strategies = { "scripts/order_replace_expiry.lua" },
  check = function(result)
    expect.orders(result, {
      { client_order_id = "to-day", status = "replaced" },
      { client_order_id = "to-gtc", status = "replaced" },
      { client_order_id = "to-date", status = "replaced" },
      { client_order_id = "to-gtd", status = "replaced" },
      { client_order_id = "longer", status = "replaced" },
      { client_order_id = "to-day.r1", status = "expired", end_ts = "2024-01-02T21:00:00Z" },
      { client_order_id = "to-gtc.r1", status = "filled", filled_avg_price = 9 },
      { client_order_id = "to-date.r1", status = "filled", filled_avg_price = 9 },
      { client_order_id = "to-gtd.r1", status = "expired", end_ts = "2024-01-02T21:00:00Z" },
      { client_order_id = "longer.r1", status = "expired", end_ts = "2024-01-02T21:00:00Z" },
    })
  end,
}
