--- One bracket whose stop (8) and target (12) both lie in the bar of the entry's fill at the open: worst takes the
--- stop, adaptive the target, because the high of 12.5 is nearer to the open of 10 than the low of 7.
--- child_fill = "next_bar" is the sister file.
local expect = require("lib.expect")

return {
  name = "bracket-paths",
  mode = "backtest",
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 10, 10, 10, 10 }, { 10, 12.5, 7, 10 }, { 10, 10, 10, 10 } }) },
  },
  venue = { bar_path = "adaptive" },
  strategies = { "scripts/bracket_paths.lua" },
  check = function(result)
    expect.trades(result, { { entry_price = 10, exit_price = 12, exit_time = "2024-01-02T10:01:00Z" } })
  end,
}
