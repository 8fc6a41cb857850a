--- from and to on ticks: what comes before sets prices only; a tick at from is the first, one at to is beyond the
--- end, and the bar that completes there still counts.
local expect = require("lib.expect")

return {
  name = "tick-bounds",
  mode = "backtest",
  data = {
    { symbol = "A", trades = {
      { "2024-01-02T09:59:59Z", 8, 1 },
      { "2024-01-02T10:00:00Z", 9, 1 },
      { "2024-01-02T10:00:30Z", 10, 1 },
      { "2024-01-02T10:01:00Z", 11, 1 },
      { "2024-01-02T10:01:01Z", 12, 1 } } },
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 8, 8, 8, 8 }, -- completes at from, with a tick of that time before it
      { 9, 10, 9, 10 },
      { 11, 12, 11, 12 } }, "2024-01-02T09:59:00Z") },
  },
  from = "2024-01-02T10:00:00Z",
  to = "2024-01-02T10:01:00Z",
  strategies = { "scripts/tick_bounds.lua" },
  check = function(result)
    expect.passed(result)
    expect.equal(result.summary.bars, 1, "bars")
    expect.equal(result.summary.start, "2024-01-02T10:00:00Z", "start")
  end,
}
