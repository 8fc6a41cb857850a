--- Daily bars of a declared US share run from session open to session close: a day order given at a close belongs to
--- the next session and ends with it; gtd with a date lives to the end of that day's session.
local expect = require("lib.expect")

return {
  name = "daily-us-equity",
  mode = "backtest",
  instruments = { A = { asset_class = "us_equity", tick = 0.01, lot = 1 } },
  data = {
    { symbol = "A", timeframe = "1d", bars = {
      { "2024-07-01", 10, 10, 10, 10, 1000 },
      { "2024-07-02", 10, 10, 9.5, 10, 1000 },
      { "2024-07-03", 10, 10, 9, 10, 1000 }, -- early close at 13:00
      { "2024-07-05", 10, 10, 8, 10, 1000 } } }, -- the 4th is a holiday
  },
  strategies = { "scripts/daily_us_equity.lua" },
  check = function(result)
    expect.orders(result, {
      { client_order_id = "day", status = "expired", end_ts = "2024-07-02T20:00:00Z" },
      { client_order_id = "gtd", status = "filled", filled_avg_price = 9 },
      { client_order_id = "gtd-short", status = "expired", end_ts = "2024-07-03T17:00:00Z" },
      { client_order_id = "gtc", status = "filled", filled_avg_price = 8.5 },
    })
    expect.equal(oms.time.iso(result.orders[1].ts), "2024-07-01T20:00:00Z", "a daily bar completes at the close")
    expect.fills(result, { { ts = "2024-07-03" }, { ts = "2024-07-05" } })
  end,
}
