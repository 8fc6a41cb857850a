--- fill = "this_close": market orders fill at the close of the bar at which they are given, the last bar included.
local expect = require("lib.expect")

return {
  name = "this-close",
  mode = "backtest",
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({ { 9, 10, 9, 10 }, { 11, 12, 11, 12 } }) },
  },
  venue = { fill = "this_close" },
  strategies = { "scripts/through_zero.lua" },
  check = function(result)
    expect.fills(result, {
      { side = "buy", qty = 10, price = 10, ts = "2024-01-02T10:00:00Z" },
      { side = "sell", qty = 15, price = 12, ts = "2024-01-02T10:01:00Z" },
    })
    expect.equal(result.summary.final_equity, 100020, "final equity")
  end,
}
