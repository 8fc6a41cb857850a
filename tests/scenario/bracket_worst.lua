--- The bracket of bracket_paths.lua under bar_path worst: the stop of 8 fills in the bar of the entry.
local expect = require("lib.expect")

return {
  name = "bracket-worst",
  mode = "backtest",
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 10, 10, 10, 10 }, { 10, 12.5, 7, 10 }, { 10, 10, 10, 10 } }) },
  },
  venue = { bar_path = "worst" },
  strategies = { "scripts/bracket_paths.lua" },
  check = function(result)
    expect.trades(result, { { entry_price = 10, exit_price = 8, exit_time = "2024-01-02T10:01:00Z" } })
  end,
}
