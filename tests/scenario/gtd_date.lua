--- gtd with a date lives to the end of that day: the day itself can fill it, the next cannot.
local expect = require("lib.expect")

return {
  name = "gtd-date",
  mode = "backtest",
  data = {
    { symbol = "A", timeframe = "1d", bars = {
      { "2024-01-02", 10, 10, 10, 10 },
      { "2024-01-03", 10, 10, 10, 10 },
      { "2024-01-04", 10, 10, 10, 10 },
      { "2024-01-05", 10, 10, 9, 10 },
      { "2024-01-08", 10, 10, 10, 10 } } },
  },
  strategies = { "scripts/gtd_date.lua" },
  check = function(result)
    expect.orders(result, {
      { client_order_id = "to-the-4th", status = "expired", filled_qty = 0 },
      { client_order_id = "to-the-5th", status = "filled", filled_avg_price = 9.5 },
      { client_order_id = "to-an-instant", status = "expired", filled_qty = 0 },
    })
    expect.fills(result, { { ts = "2024-01-05", price = 9.5 } })
  end,
}
