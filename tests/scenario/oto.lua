--- An oto: a limit entry with a stop-loss alone. The stop works from the entry's fill on, in the same bar under
--- bar_path worst: 9 fills the entry, the low of 7 the stop of 8.
local expect = require("lib.expect")

return {
  name = "oto",
  mode = "backtest",
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 10, 10, 10, 10 }, { 10, 10, 9.5, 10 }, { 10, 10, 7, 10 }, { 10, 10, 10, 10 } }) },
  },
  strategies = { "scripts/oto.lua" },
  check = function(result)
    expect.orders(result, {
      { side = "buy", type = "limit", status = "filled", filled_avg_price = 9 },
      { side = "sell", type = "stop", status = "filled", filled_avg_price = 8, parent_id = result.orders[1].order_id },
      { side = "buy", type = "limit", limit_price = 1, status = "canceled" },
      { side = "sell", type = "stop", status = "canceled", code = "PARENT_GONE", filled_qty = 0 },
    })
    expect.fills(result, {
      { side = "buy", price = 9, ts = "2024-01-02T10:02:00Z" },
      { side = "sell", price = 8, ts = "2024-01-02T10:02:00Z" },
    })
    expect.passed(result)
  end,
}
