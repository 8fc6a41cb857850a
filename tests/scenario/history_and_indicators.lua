--- oms.bars and the streaming indicators against values worked out by hand.
local expect = require("lib.expect")

return {
  name = "history-and-indicators",
  mode = "backtest",
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 1, 2, 1, 1 }, { 2, 3, 1, 2 }, { 3, 4, 2, 4 }, { 4, 5, 3, 3 }, { 5, 6, 2, 5 } }) },
  },
  strategies = { "scripts/history_and_indicators.lua" },
  check = function(result)
    expect.passed(result)
  end,
}
