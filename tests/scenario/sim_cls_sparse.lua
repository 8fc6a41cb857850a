--- cls fills at the close of the last bar of its session, also where that bar ends before the session does.
local expect = require("lib.expect")

return {
  name = "sim-cls-sparse",
  mode = "backtest",
  instruments = { A = { asset_class = "us_equity", tick = 0.01, lot = 1 } },
  data = {
    { symbol = "A", timeframe = "1m", bars = {
      { "2024-01-02T20:00:00Z", 10, 10, 10, 10, 1000 },
      { "2024-01-02T20:30:00Z", 10, 10, 10, 10, 1000 },
      { "2024-01-02T20:50:00Z", 11, 11, 11, 11, 1000 }, -- the last bar of the session
      { "2024-01-03T15:00:00Z", 12, 12, 12, 12, 1000 } } },
  },
  venue = { max_participation = 0.1 },
  strategies = { "scripts/sim_cls_sparse.lua" },
  check = function(result)
    expect.fills(result, {
      { client_order_id = "market", qty = 60, price = 11, ts = "2024-01-02T20:50:00Z" },
      { client_order_id = "limit", qty = 40, price = 11, ts = "2024-01-02T20:50:00Z" },
    })
    expect.orders(result, {
      { client_order_id = "market", status = "filled", end_ts = "2024-01-02T21:00:00Z" },
      { client_order_id = "limit", status = "expired", filled_qty = 40 },
      { client_order_id = "too-low", status = "expired", filled_qty = 0 },
      { client_order_id = "too-late", status = "expired", filled_qty = 0 },
    })
  end,
}
