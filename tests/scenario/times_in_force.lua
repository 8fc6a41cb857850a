--- ioc and fok see the first price of the next bar only, up to the participation of 100 a bar; they are refused
--- on stops. opg and cls on daily bars are the bar's own open and close.
local expect = require("lib.expect")

return {
  name = "times-in-force",
  mode = "backtest",
  data = {
    { symbol = "A", timeframe = "1d", bars = {
      { "2024-01-02", 10, 10, 10, 10, 1000 },
      { "2024-01-03", 11, 12, 9, 10, 1000 },
      { "2024-01-04", 11, 12, 9, 10, 1000 },
      { "2024-01-05", 11, 12, 9, 10, 1000 },
      { "2024-01-08", 13, 14, 12, 13.5, 1000 },
      { "2024-01-09", 13, 14, 12, 13.5, 1000 } } },
  },
  venue = { max_participation = 0.1 },
  strategies = { "scripts/times_in_force.lua" },
  check = function(result)
    expect.orders(result, {
      { time_in_force = "ioc", type = "limit", status = "canceled", code = "IOC_REMAINDER", filled_qty = 0 },
      { time_in_force = "ioc", type = "market", status = "canceled", code = "IOC_REMAINDER", filled_qty = 100,
        filled_avg_price = 11 },
      { time_in_force = "fok", status = "canceled", code = "FOK_KILLED", filled_qty = 0 },
      { time_in_force = "fok", status = "filled", filled_qty = 100, filled_avg_price = 11 },
      { time_in_force = "ioc", type = "stop", status = "rejected", code = "INVALID_TIME_IN_FORCE" },
      { time_in_force = "opg", status = "filled", filled_qty = 50, filled_avg_price = 13 },
      { time_in_force = "cls", status = "filled", filled_qty = 50, filled_avg_price = 13.5 },
      { time_in_force = "opg", type = "limit", status = "expired", filled_qty = 0 },
    })
  end,
}
