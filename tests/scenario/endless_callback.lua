--- A callback that never ends, with pcall around its loop, is ended by its budget: what it ordered is rejected
--- (SCRIPT_ERROR), the strategy goes on where the session allows errors.
local expect = require("lib.expect")

return {
  name = "endless-callback",
  mode = "backtest",
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 } }) },
  },
  strategies = { { "scripts/endless_callback.lua", max_errors = 2 } },
  check = function(result)
    expect.orders(result, {
      { qty = 1, status = "rejected", code = "SCRIPT_ERROR" },
      { qty = 2, status = "filled" },
    })
    expect.passed(result)
  end,
}
