--- opg and cls on minute bars of a declared US share: the open of the next session that has not opened, the close of
--- the session's last bar; what they leave expires. A symbol without sessions refuses both on minute bars.
local expect = require("lib.expect")

return {
  name = "auction-orders",
  mode = "backtest",
  instruments = { A = { asset_class = "us_equity", tick = 0.01, lot = 1 } },
  data = {
    { symbol = "A", timeframe = "1m", bars = {
      { "2024-07-01T14:30:00Z", 10, 10, 10, 10, 1000 }, -- Monday, 10:30 in New York
      { "2024-07-01T19:58:00Z", 11, 11, 11, 11, 1000 },
      { "2024-07-01T19:59:00Z", 12, 12.5, 12, 12.5, 1000 }, -- the last bar of the session
      { "2024-07-02T13:29:00Z", 13, 13, 13, 13, 1000 }, -- pre-market
      { "2024-07-02T13:30:00Z", 14, 15, 14, 15, 1000 }, -- the open of Tuesday
      { "2024-07-02T13:31:00Z", 16, 16, 16, 16, 1000 } } },
    { symbol = "X", timeframe = "1m", bars = {
      { "2024-07-01T14:30:00Z", 10, 10, 10, 10, 1000 },
      { "2024-07-01T14:31:00Z", 10, 10, 10, 10, 1000 } } },
  },
  strategies = { { "scripts/auction_orders.lua", symbols = { "A" } } },
  check = function(result)
    expect.orders(result, {
      { symbol = "A", time_in_force = "cls", status = "filled", filled_avg_price = 12.5 },
      { symbol = "A", time_in_force = "cls", type = "limit", status = "expired", filled_qty = 0 },
      { symbol = "A", time_in_force = "opg", status = "filled", filled_avg_price = 14 },
      { symbol = "A", time_in_force = "opg", type = "limit", status = "expired", filled_qty = 0 },
      { symbol = "X", time_in_force = "opg", status = "rejected", code = "NO_SESSION" },
      { symbol = "X", time_in_force = "cls", status = "rejected", code = "NO_SESSION" },
    })
    expect.fills(result, {
      { ts = "2024-07-01T19:59:00Z", price = 12.5 },
      { ts = "2024-07-02T13:30:00Z", price = 14 },
    })
  end,
}
