--- bar_path worst: a bar that reaches the group's stop does not fill its limit, also where the stop is a stop limit
--- that triggers and then waits for its own limit.
local expect = require("lib.expect")

return {
  name = "sim-worst-stop-limit-reached",
  mode = "backtest",
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 10, 10, 10, 10 },
      { 10, 10, 10, 10 },
      { 10, 12.5, 7, 10 }, -- reaches the stop of 8, its limit of 13 not
      { 10, 12, 10, 10 } }) }, -- the limit of 12 alone
  },
  strategies = { "scripts/sim_worst_stop_limit_reached.lua" },
  check = function(result)
    expect.trades(result, { { entry_price = 10, exit_price = 12, exit_time = "2024-01-02T10:03:00Z" } })
  end,
}
