--- The bracket of bracket_paths.lua on the path ohlc: the high comes before the low: the target of 12 fills.
local expect = require("lib.expect")

return {
  name = "bracket-ohlc",
  mode = "backtest",
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 10, 10, 10, 10 }, { 10, 12.5, 7, 10 }, { 10, 10, 10, 10 } }) },
  },
  venue = { bar_path = "ohlc" },
  strategies = { "scripts/bracket_paths.lua" },
  check = function(result)
    expect.trades(result, { { entry_price = 10, exit_price = 12, exit_time = "2024-01-02T10:01:00Z" } })
  end,
}
