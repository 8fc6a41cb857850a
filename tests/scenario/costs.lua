--- Commission and slippage: half a cent a share, at least 1 an order, one tick of slippage on market orders and
--- stops, none on limits.
local expect = require("lib.expect")

return {
  name = "costs",
  mode = "backtest",
  instruments = { A = { tick = 0.01, lot = 1 } },
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 11, 10, 10.5 }, { 10, 10, 10, 10 } }) },
  },
  venue = { commission = { per_share = 0.005, min = 1 }, slippage = { ticks = 1 } },
  strategies = { "scripts/costs.lua" },
  check = function(result)
    expect.fills(result, {
      { qty = 1000, price = 10.01, commission = 5 },
      { qty = 100, price = 11, commission = 1 },
      { qty = 900, price = 9.99, commission = 4.5 },
    })
    expect.trades(result, {
      { qty = 100, entry_price = 10.01, exit_price = 11, commission = 1.5, pnl = 97.5 },
      { qty = 900, entry_price = 10.01, exit_price = 9.99, commission = 9, pnl = -27 },
    })
    expect.equal(result.summary.commission, 10.5, "commission")
    expect.equal(result.summary.final_equity, 100070.5, "final equity")
  end,
}
