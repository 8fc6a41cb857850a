--- oms.close under a working bracket: its exits are canceled first, then what is left is sold. In the bar of the
--- sale both exits are reached: exactly one sale happens.
local expect = require("lib.expect")

return {
  name = "close-under-bracket",
  mode = "backtest",
  data = {
    {
      symbol = "A",
      timeframe = "1m",
      bars = expect.minutes({
        { 10, 10, 10, 10 },
        { 10, 10.5, 9.5, 10 }, -- entry at 10
        { 10, 10.5, 9.5, 10 }, -- at its end oms.close
        { 10, 13, 7, 10 }, -- would reach the stop of 8 and the target of 12
        { 10, 13, 7, 10 },
      }),
    },
  },
  strategies = { "scripts/close_under_bracket.lua" },
  check = function(result)
    expect.orders(result, {
      { side = "buy", status = "filled", filled_qty = 10 },
      { side = "sell", type = "limit", status = "canceled", filled_qty = 0, parent_id = result.orders[1].order_id },
      { side = "sell", type = "stop", status = "canceled", filled_qty = 0, parent_id = result.orders[1].order_id },
      { side = "sell", type = "market", status = "filled", filled_qty = 10 },
    })
    expect.trades(result, {
      { entry_price = 10, exit_price = 10, qty = 10, pnl = 0, exit_time = "2024-01-02T10:03:00Z" },
    })
    expect.passed(result)
  end,
}
