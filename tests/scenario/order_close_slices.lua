--- oms.close and oms.target slice to max_order_qty.
local expect = require("lib.expect")

return {
  name = "order-close-slices",
  mode = "backtest",
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 } }) },
  },
  limits = { max_order_qty = 100 },
  strategies = { "scripts/order_close_slices.lua" },
  check = function(result)
    expect.fills(result, {
      { side = "buy", qty = 100 }, { side = "buy", qty = 100 }, { side = "buy", qty = 50 },
      { side = "sell", qty = 100 }, { side = "sell", qty = 100 }, { side = "sell", qty = 50 },
      { side = "sell", qty = 100 }, { side = "sell", qty = 100 }, { side = "sell", qty = 30 },
    })
    expect.passed(result)
  end,
}
