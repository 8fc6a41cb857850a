--- max_participation: one budget a symbol and bar for all accounts, in matching order, rounded down to the lot; a
--- bar of volume zero fills nothing; what a triggered order leaves goes on at the next open.
local expect = require("lib.expect")

return {
  name = "sim-participation-edges",
  mode = "backtest",
  accounts = { { id = "main", cash = 100000 }, { id = "second", cash = 100000 } },
  instruments = { A = { tick = 0.01, lot = 10 } },
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 10, 10, 10, 10, 0 },
      { 10, 10, 10, 10, 1290 },
      { 10, 13, 10, 12, 300 }, -- 10 for "none", then 20 for the stop
      { 13, 13, 13, 13, 0 },
      { 14, 14, 14, 14, 100 },
      { 15, 15, 15, 15, 10000 } }) },
  },
  venue = { max_participation = 0.1 },
  strategies = { "scripts/sim_participation_edges.lua" },
  check = function(result)
    expect.fills(result, {
      { client_order_id = "limit", qty = 50, price = 10, account = "main" },
      { client_order_id = "other", qty = 40, price = 10, account = "second" },
      { client_order_id = "ioc", qty = 30, price = 10 },
      { client_order_id = "none", qty = 10, price = 10, ts = "2024-01-02T10:02:00Z" },
      { client_order_id = "stop", qty = 20, price = 12, ts = "2024-01-02T10:02:00Z" },
      { client_order_id = "stop", qty = 10, price = 14, ts = "2024-01-02T10:04:00Z" },
      { client_order_id = "stop", qty = 20, price = 15, ts = "2024-01-02T10:05:00Z" },
    })
    expect.orders(result, {
      { status = "filled" }, { status = "filled" },
      { client_order_id = "fok", status = "canceled", code = "FOK_KILLED", filled_qty = 0, canceled_by = nil },
      { client_order_id = "ioc", status = "canceled", code = "IOC_REMAINDER", filled_qty = 30 },
      { status = "filled" }, { status = "filled" },
    })
  end,
}
