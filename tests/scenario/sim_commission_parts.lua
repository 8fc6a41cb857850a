--- Commission on the order's cumulative quantity, each fill pays the increase; min and max once per order; round trips
--- split it by quantity, the remainder on the last line; lots still open stand at the end.
local expect = require("lib.expect")

return {
  name = "sim-commission-parts",
  mode = "backtest",
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 10, 10, 10, 10, 1000 }, { 10, 10, 10, 10, 1000 }, { 10, 10, 10, 10, 1000 }, { 10, 10, 10, 10, 1000 },
      { 11, 11, 11, 11, 1000 }, { 11, 11, 11, 11, 1000 }, { 11, 11, 11, 11, 1000 }, { 10, 10, 10, 10, 1000 } }) },
  },
  venue = { max_participation = 0.1, commission = { per_share = 0.01, percent = 0.1, per_order = 0.25, min = 2.5,
    max = 5 } },
  strategies = { "scripts/sim_commission_parts.lua" },
  check = function(result)
    expect.fills(result, {
      -- 100: 1 + 1 + 0.25 = 2.25, at least 2.5; 200: 4.25; 250: 2.5 + 2.5 + 0.25 = 5.25, at most 5
      { client_order_id = "entry", qty = 100, commission = 2.5 },
      { client_order_id = "entry", qty = 100, commission = 1.75 },
      { client_order_id = "entry", qty = 50, commission = 0.75 },
      -- 100 at 11: 1 + 1.1 + 0.25 = 2.35 -> 2.5; 150: 1.5 + 1.65 + 0.25 = 3.4
      { client_order_id = "first", qty = 100, commission = 2.5 },
      { client_order_id = "first", qty = 50, commission = 0.9 },
      { client_order_id = "small", qty = 30, commission = 2.5 },
    })
    expect.trades(result, {
      { side = "long", qty = 100, entry_price = 10, exit_price = 11, commission = 5, pnl = 95 },
      { side = "long", qty = 50, entry_price = 10, exit_price = 11, commission = 0.9 + 0.875, pnl = 50 - 1.775 },
      { side = "long", qty = 50, exit_time = "", exit_price = "", pnl = "", commission = 0.875,
        entry_time = "2024-01-02T10:02:00Z" },
      { side = "long", qty = 50, exit_price = "", commission = 0.75, entry_time = "2024-01-02T10:03:00Z" },
      { side = "long", qty = 30, exit_price = "", commission = 2.5, entry_time = "2024-01-02T10:07:00Z" },
    })
    expect.equal(result.summary.trades, 2, "closed trades")
    expect.equal(result.summary.commission, 10.9, "commission")
    expect.equal(result.summary.turnover, (2500 + 1650 + 300) / result.summary.final_equity, "turnover")
    -- cash - 2500 + 1650 - 300 - 10.9, position 130 at 10
    expect.equal(result.summary.final_equity, 100000 - 1150 - 10.9 + 1300, "final equity")
  end,
}
