--- Corporate actions come at 00:00 of their date, behind the bar of the day before, as on_action.
local expect = require("lib.expect")

return {
  name = "tick-actions",
  mode = "backtest",
  data = {
    { symbol = "A", actions = {
      { "2024-01-03", "split", 2 },
      { "2024-01-03", "stock_dividend", 0.05 },
      { "2024-01-04", "dividend", "0.47" } } },
    { symbol = "A", timeframe = "1d", bars = {
      { "2024-01-02", 10, 12, 9, 11, 100 },
      { "2024-01-03", 5, 6, 4, 5, 100 },
      { "2024-01-04", 5, 6, 4, 5, 100 } } },
  },
  strategies = { "scripts/tick_actions.lua" },
  check = function(result)
    expect.passed(result)
  end,
}
