--- Bars outside the regular session match extended orders only, trigger no stops and move no trail; an extended day
--- order ends with the post-market.
local expect = require("lib.expect")

return {
  name = "sim-outside-session",
  mode = "backtest",
  instruments = { A = { asset_class = "us_equity", tick = 0.01, lot = 1 } },
  data = {
    { symbol = "A", timeframe = "1m", bars = {
      { "2024-01-02T20:58:00Z", 10, 10, 10, 10 },
      { "2024-01-02T21:30:00Z", 10, 14, 8, 14 }, -- post-market
      { "2024-01-03T00:59:00Z", 10, 10, 8, 10 }, -- its last minute
      { "2024-01-03T14:00:00Z", 10, 10, 6, 10 }, -- pre-market of the next day
      { "2024-01-03T14:30:00Z", 10, 10.5, 9.5, 10 },
      { "2024-01-03T14:31:00Z", 10, 11.5, 8, 10 } } },
  },
  strategies = { "scripts/sim_outside_session.lua" },
  check = function(result)
    expect.orders(result, {
      { client_order_id = "regular", status = "filled" },
      { client_order_id = "extended", status = "filled" },
      { client_order_id = "extended-day", status = "expired", end_ts = "2024-01-03T01:00:00Z" },
      { client_order_id = "stop", status = "filled", filled_avg_price = 11 },
      { client_order_id = "trail", status = "filled", filled_avg_price = 9 },
    })
    expect.fills(result, {
      { client_order_id = "extended", ts = "2024-01-02T21:30:00Z" },
      { client_order_id = "regular", ts = "2024-01-03T14:31:00Z" },
      { client_order_id = "stop", ts = "2024-01-03T14:31:00Z" },
      { client_order_id = "trail", ts = "2024-01-03T14:31:00Z" },
    })
  end,
}
