--- fill = "this_close" with a latency of one bar: the orders arrive with the completion of the second bar and get the
--- close of that bar, although nothing else is sent at that time.
local expect = require("lib.expect")

return {
  name = "sim-close-latency",
  mode = "backtest",
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 10, 10, 10, 10 }, { 11, 12, 11, 12 }, { 13, 14, 13, 14 } }) },
  },
  venue = { fill = "this_close", latency_ms = 61000 },
  strategies = { "scripts/sim_close_latency.lua" },
  check = function(result)
    expect.fills(result, {
      { client_order_id = "market", price = 12, ts = "2024-01-02T10:01:00Z" },
      { client_order_id = "ioc", price = 12, ts = "2024-01-02T10:01:00Z" },
    })
  end,
}
