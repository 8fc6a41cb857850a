--- gtd: what expires before the bar's start expires before matching; a date lives to the end of that day's session.
local expect = require("lib.expect")

return {
  name = "sim-gtd-forms",
  mode = "backtest",
  instruments = { A = { asset_class = "us_equity", tick = 0.01, lot = 1 } },
  data = {
    { symbol = "A", timeframe = "1m", bars = {
      { "2024-01-02T14:30:00Z", 10, 10, 10, 10 },
      { "2024-01-02T15:00:00Z", 10, 10, 9, 10 }, -- expire_at at its start: still there
      { "2024-01-03T14:30:00Z", 10, 10, 9, 10 } } },
  },
  strategies = { "scripts/sim_gtd_forms.lua" },
  check = function(result)
    expect.orders(result, {
      { client_order_id = "ns-before", status = "expired" },
      { client_order_id = "ns-at", status = "filled" },
      { client_order_id = "text-at", status = "filled" },
      { client_order_id = "text-zone", status = "expired" },
      { client_order_id = "date", status = "filled" },
      { client_order_id = "next-date", status = "filled" },
    })
  end,
}
