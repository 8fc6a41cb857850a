--- The bracket of bracket_paths.lua with child_fill = "next_bar": its exits work from the next bar on, so that
--- neither fills.
local expect = require("lib.expect")

return {
  name = "bracket-next-bar",
  mode = "backtest",
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 10, 10, 10, 10 }, { 10, 12.5, 7, 10 }, { 10, 10, 10, 10 } }) },
  },
  venue = { child_fill = "next_bar" },
  strategies = { "scripts/bracket_paths.lua" },
  check = function(result)
    expect.trades(result, { { entry_price = 10, exit_price = "" } })
  end,
}
