--- Timers on the session's clock: at, after, every, and daily over both changes of clocks in New York. 02:30 does
--- not exist on 2024-03-10 and fires at 03:00 daylight time; 01:30 comes twice on 2024-11-03 and fires once.
local expect = require("lib.expect")

return {
  name = "timers",
  mode = "backtest",
  data = {
    { symbol = "A", timeframe = "1d", bars = {
      { "2024-03-08", 10, 10, 10, 10 },
      { "2024-03-11", 10, 10, 10, 10 },
      { "2024-11-01", 10, 10, 10, 10 },
      { "2024-11-04", 10, 10, 10, 10 } } },
  },
  strategies = { "scripts/timers.lua" },
  check = function(result)
    expect.passed(result)
  end,
}
