--- A bracket whose stop-loss trails: it starts from the parent's fill price, follows the bar of its own entry,
--- and never loosens.
local expect = require("lib.expect")

return {
  name = "trailing-child",
  mode = "backtest",
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 10, 10, 10, 10 },
      { 20, 20, 19.5, 20 }, -- entry at 20: the stop is 18
      { 20, 24, 20, 23 }, -- then 21
      { 23, 23, 22, 22 }, -- stays 21
      { 22, 22, 20, 21 }, -- fills at 21
      { 21, 21, 21, 21 } }) },
  },
  strategies = { "scripts/trailing_child.lua" },
  check = function(result)
    expect.trades(result, { { entry_price = 20, exit_price = 21, qty = 10, pnl = 10,
      exit_time = "2024-01-02T10:04:00Z" } })
    expect.orders(result, {
      { type = "market", status = "filled" },
      { type = "limit", status = "canceled", code = "GROUP_FILLED" },
      { type = "trailing_stop", status = "filled", filled_avg_price = 21 },
    })
    expect.passed(result)
  end,
}
