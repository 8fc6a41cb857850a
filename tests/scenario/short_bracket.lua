--- A bracket that sells short: its exits buy to cover; two take-profits share the quantity, the stop has the rest.
local expect = require("lib.expect")

return {
  name = "short-bracket",
  mode = "backtest",
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 9, 9.5 }, { 9.5, 12, 9.5, 11 }, { 11, 11, 11, 11 } }) },
  },
  strategies = { "scripts/short_bracket.lua" },
  check = function(result)
    expect.trades(result, {
      { side = "short", qty = 4, entry_price = 10, exit_price = 9, pnl = 4 },
      { side = "short", qty = 6, entry_price = 10, exit_price = 12, pnl = -12 },
    })
    expect.passed(result)
  end,
}
