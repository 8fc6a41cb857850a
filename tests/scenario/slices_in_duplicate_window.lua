--- The slices of one oms.target are no duplicates of each other.
local expect = require("lib.expect")

return {
  name = "slices-in-duplicate-window",
  mode = "backtest",
  data = { { symbol = "A", timeframe = "1m", bars = expect.minutes({ { 10, 10, 10, 10 }, { 10, 10, 10, 10 } }) } },
  limits = { max_order_qty = 40, duplicate_window_s = 90 },
  strategies = { "scripts/slices_in_duplicate_window.lua" },
  check = function(result)
    expect.fills(result, { { qty = 40 }, { qty = 40 }, { qty = 20 } })
  end,
}
