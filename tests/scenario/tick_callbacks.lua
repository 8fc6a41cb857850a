--- Quotes, trades and bars of one symbol: who comes first at equal times, what scripts see, what the bars leave alone.
local expect = require("lib.expect")

return {
  name = "tick-callbacks",
  mode = "backtest",
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({ { 10, 12, 9, 11 }, { 11, 11, 11, 11 } }) },
    { symbol = "A", quotes = {
      { "2024-01-02T10:00:00Z", 9, 1, 10, 2 },
      { "2024-01-02T10:00:45Z", 11, 1, 10, 1 }, -- crossed
      { "2024-01-02T10:01:00Z", 10.5, 0, 10.5, 4 }, -- locked; the bid's size is not limited
      { "2024-01-02T10:01:30Z", "", "", 11, 5 } } }, -- no bid
    { symbol = "A", trades = {
      { "2024-01-02T10:00:30Z", "10.25", 3 },
      { "2024-01-02T10:01:00Z", 10.5 } } },
    { symbol = "B", quotes = { { "2024-01-02T10:01:30Z", 1, 1, 3, 1 } } },
  },
  accounts = { { id = "main" }, { id = "other" } },
  strategies = {
    "scripts/tick_callbacks.lua",
    { "scripts/tick_other.lua", account = "other", symbols = { "B" } },
  },
  check = function(result)
    expect.passed(result, 2)
    expect.equal(result.summary.bars, 2, "bars")
  end,
}
