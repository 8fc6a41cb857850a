--- opg fills at the open of the next session that has not opened, cls at the close of the last bar of its session; what
--- they leave expires; a day order given at the close belongs to the next session. Without a session they are refused.
local expect = require("lib.expect")

return {
  name = "sim-auctions",
  mode = "backtest",
  instruments = { A = { asset_class = "us_equity", tick = 0.01, lot = 1 } },
  data = {
    { symbol = "A", timeframe = "1m", bars = {
      { "2024-01-02T14:28:00Z", 10, 10, 10, 10 },
      { "2024-01-02T14:30:00Z", 11, 11, 8, 11 },
      { "2024-01-02T14:31:00Z", 11.5, 11.5, 8, 11.5 },
      { "2024-01-02T20:59:00Z", 12, 12.5, 8, 12.5 },
      { "2024-01-03T14:29:00Z", 12, 12, 8, 12 }, -- pre-market
      { "2024-01-03T14:30:00Z", 13, 13, 12, 13 },
      { "2024-01-03T20:59:00Z", 14, 14.5, 14, 14.5 } } },
    { symbol = "N", timeframe = "1m", bars = {
      { "2024-01-02T14:28:00Z", 10, 10, 10, 10 },
      { "2024-01-02T14:31:00Z", 10, 10, 10, 10 } } },
  },
  strategies = { { "scripts/sim_auctions.lua", symbols = { "A" } } },
  check = function(result)
    expect.orders(result, {
      { client_order_id = "opg-today", status = "filled", filled_avg_price = 11 },
      { client_order_id = "opg-limit", status = "expired", filled_qty = 0 },
      { client_order_id = "cls-today", status = "filled", filled_avg_price = 12.5 },
      { client_order_id = "opg-tomorrow", status = "filled", filled_avg_price = 13 },
      { client_order_id = "cls-limit", status = "expired", filled_qty = 0 },
      { symbol = "N", status = "rejected", code = "NO_SESSION" },
      { client_order_id = "cls-tomorrow", status = "filled", filled_avg_price = 14.5 },
      { client_order_id = "day-tomorrow", status = "filled", filled_avg_price = 12 },
    })
  end,
}
