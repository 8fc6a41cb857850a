--- Cancelling timers after they have fired, arming them again from their own callback, functions as timers, what a
--- time in the past answers, misuse.
local expect = require("lib.expect")

local rows = {}
for i = 1, 8 do
  rows[i] = { 10, 10, 10, 10 }
end

return {
  name = "api-timers",
  mode = "backtest",
  data = { { symbol = "A", timeframe = "1m", bars = expect.minutes(rows) } },
  strategies = { "scripts/api_timers.lua" },
  check = function(result)
    expect.passed(result)
  end,
}
