--- An oco on a position: both exits are reached in one bar, under bar_path worst the stop fills and the
--- take-profit is canceled.
local expect = require("lib.expect")

return {
  name = "oco",
  mode = "backtest",
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 13, 7, 10 }, { 10, 13, 7, 10 } }) },
  },
  strategies = { "scripts/oco.lua" },
  check = function(result)
    expect.orders(result, {
      { side = "buy", status = "filled" },
      { side = "sell", status = "filled", filled_qty = 10, filled_avg_price = 8 }, -- the head
      { side = "sell", type = "limit", status = "canceled", code = "GROUP_FILLED", filled_qty = 0 },
      { side = "sell", type = "stop", status = "filled", filled_avg_price = 8 },
    })
    expect.trades(result, { { qty = 10, entry_price = 10, exit_price = 8, pnl = -20 } })
    expect.passed(result)
  end,
}
