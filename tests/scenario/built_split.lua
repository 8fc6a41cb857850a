--- A split of two for one in the middle of a week: the bar of the week is in the terms behind it, the one before the
--- split is brought to them. Prices by hand: 20 and 22 are 10 and 11, volumes 100 are 200.
local expect = require("lib.expect")

return {
  name = "built-split",
  mode = "backtest",
  data = {
    { symbol = "A", timeframe = "1d", build = "1w", bars = {
      { "2024-01-05", 18, 18, 18, 18, 100 }, -- Friday
      { "2024-01-08", 20, 20, 20, 20, 100 }, { "2024-01-09", 22, 24, 20, 22, 100 },
      { "2024-01-10", 12, 12, 12, 12, 200 }, { "2024-01-12", 13, 14, 13, 13, 200 },
      { "2024-01-15", 15, 15, 15, 15, 200 } } },
    { symbol = "A", actions = { { "2024-01-10", "split", 2 } } },
  },
  strategies = { { "scripts/built_split.lua", timeframes = { "1w" } } },
  check = function(result)
    expect.equal(#result.orders, 1, "the script saw what it should")
  end,
}
