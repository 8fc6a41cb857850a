--- Log and alert take formats and leave the run alone; oms.random is seeded by the session.
local expect = require("lib.expect")

return {
  name = "log-and-alert",
  mode = "backtest",
  seed = 7,
  data = { { symbol = "A", timeframe = "1m", bars = expect.minutes({ { 9, 10, 9, 10 }, { 11, 12, 11, 12 } }) } },
  strategies = { "scripts/log_and_alert.lua" },
  check = function(result)
    expect.passed(result)
  end,
}
