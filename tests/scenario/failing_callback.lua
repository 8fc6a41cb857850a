--- A callback that fails after three submits and a cancel: the submits are rejected SCRIPT_ERROR, the cancel
--- stands. The session allows a second error, so the strategy goes on.
local expect = require("lib.expect")

return {
  name = "failing-callback",
  mode = "backtest",
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 } }) },
  },
  strategies = { { "scripts/failing_callback.lua", max_errors = 2 } },
  check = function(result)
    expect.orders(result, {
      { limit_price = 9, status = "canceled" },
      { limit_price = 8, status = "new" },
      { qty = 1, status = "rejected", rejected_by = "oms", code = "SCRIPT_ERROR" },
      { qty = 2, status = "rejected", rejected_by = "oms", code = "SCRIPT_ERROR" },
      { qty = 3, status = "rejected", rejected_by = "oms", code = "SCRIPT_ERROR" },
      { qty = 4, status = "filled", filled_avg_price = 10 },
    })
    expect.equal(result.summary.rejected, 3, "rejected")
    expect.passed(result)
  end,
}
