--- A multiplier goes into values, profit and percentages of traded value; slippage in ticks worsens market orders and
--- stops; a stop through zero closes two and opens one.
local expect = require("lib.expect")

return {
  name = "sim-multiplier",
  mode = "backtest",
  accounts = { { id = "main", cash = 300000, multiplier = 2 } },
  instruments = { F = { multiplier = 50, tick = 0.25, lot = 1 } },
  data = {
    { symbol = "F", timeframe = "1m", bars = expect.minutes({
      { 3990, 3990, 3990, 3990 }, { 4000, 4010, 4000, 4010 }, { 4005, 4005, 3990, 3995 } }) },
  },
  venue = { slippage = { ticks = 1 }, commission = { percent = 0.001 } },
  strategies = { "scripts/sim_multiplier.lua" },
  check = function(result)
    expect.fills(result, {
      { qty = 2, price = 4000.25, commission = 4.00025 },
      { qty = 3, price = 3999.75, commission = 5.999625 },
    })
    expect.trades(result, {
      { side = "long", qty = 2, entry_price = 4000.25, exit_price = 3999.75, commission = 8, pnl = -58 },
      { side = "short", qty = 1, entry_price = 3999.75, exit_price = "", commission = 1.999875 },
    })
    -- the short of 3999.75 stands at 3995
    expect.equal(result.summary.final_equity, 300000 - 50 - 4.00025 - 5.999625 + 4.75 * 50, "final equity")
    expect.equal(result.summary.turnover, (4000.25 * 2 + 3999.75 * 3) * 50 / result.summary.final_equity, "turnover")
  end,
}
