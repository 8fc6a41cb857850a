--- max_gross_exposure counts positions and working orders by their value; max_open_orders counts what is open.
local expect = require("lib.expect")

local rows = expect.minutes({ { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 } })

return {
  name = "order-exposure-and-count",
  mode = "backtest",
  data = {
    { symbol = "B", timeframe = "1m", bars = expect.minutes({
      { 9, 9, 9, 9 }, { 9, 9, 9, 9 }, { 9, 9, 9, 9 }, { 9, 9, 9, 9 } }) },
    { symbol = "A", timeframe = "1m", bars = rows },
  },
  limits = { max_gross_exposure = 1000, max_open_orders = 3 },
  strategies = { { "scripts/order_exposure_and_count.lua", symbols = { "A" } } },
}
