--- A cancel in the callback that has just asked for a replace goes to both, and closing does not wait for it for ever.
--- In a callback that fails after a bracket the whole group is rejected, and nothing of it is missed or made again.
local expect = require("lib.expect")

return {
  name = "cancel-under-replace",
  mode = "backtest",
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 } }) },
  },
  strategies = { { "scripts/cancel_under_replace.lua", max_errors = 2 } },
  check = function(result)
    expect.orders(result, {
      { status = "filled", side = "buy" },
      { status = "replaced", limit_price = 5 },
      { status = "canceled", limit_price = 6 },
      { status = "filled", side = "sell", qty = 10 },
      { status = "rejected", code = "SCRIPT_ERROR" },
      { status = "rejected", code = "SCRIPT_ERROR", limit_price = 12 },
      { status = "rejected", code = "SCRIPT_ERROR", stop_price = 8 },
    })
    expect.passed(result)
  end,
}
