--- A stock dividend of 5 per cent: 15 shares at 21 are 15.75 at 20, of which the order to sell keeps 15.
local expect = require("lib.expect")

return {
  name = "action-stock-dividend",
  mode = "backtest",
  instruments = { A = { tick = 0.01, lot = 1 } },
  data = {
    { symbol = "A", bars = {
      { "2024-01-02", 21, 21, 21, 21, 100 }, { "2024-01-03", 21, 21, 21, 21, 100 },
      { "2024-01-04", 20, 20, 20, 20, 100 }, { "2024-01-05", 20, 22, 20, 20, 100 } } },
    { symbol = "A", actions = { { "2024-01-04", "stock_dividend", 1.05 } } },
  },
  strategies = { "scripts/action_stock_dividend.lua" },
  check = function(result)
    expect.passed(result)
    expect.trades(result, {
      { qty = 15, entry_price = 20, exit_price = 22, pnl = 30 }, { qty = 0.75, entry_price = 20, exit_price = "" } })
  end,
}
