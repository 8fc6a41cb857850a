--- A group of which one order is refused does not go out in part: its other rows are refused with the same code; nor
--- does a group of a failed callback, and nothing of it is mended as if it had been lost.
local expect = require("lib.expect")

return {
  name = "order-group-refused",
  mode = "backtest",
  instruments = { A = { tick = 0.01, lot = 1 } },
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 10, 10, 10, 10 }, { 10, 13, 10, 10 }, { 10, 10, 10, 10 }, { 10, 13, 10, 10 }, { 10, 13, 10, 10 } }) },
  },
  strategies = { { "scripts/order_group_refused.lua", max_errors = 2 } },
  check = function(result)
    expect.equal(result.summary.rejected, 12, "rejected")
    expect.passed(result)
  end,
}
