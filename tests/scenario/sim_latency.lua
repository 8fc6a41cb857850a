--- Latency counts in whole bars, rounded down: 150 s are two bars of a minute, for cancels and replaces alike.
local expect = require("lib.expect")

return {
  name = "sim-latency",
  mode = "backtest",
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 10, 10, 10, 10 },
      { 10, 10, 5, 10 }, -- the orders are not there yet
      { 10, 10, 5, 10 },
      { 10, 10, 7, 10 }, -- the limit of 7 works still
      { 10, 10, 10, 10 },
      { 10, 10, 9, 10 },
      { 10, 10, 10, 10 } }) },
  },
  venue = { latency_ms = 150000 },
  strategies = { "scripts/sim_latency.lua" },
  check = function(result)
    expect.passed(result)
  end,
}
