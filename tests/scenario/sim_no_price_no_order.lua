--- Without a reference price only what needs one refuses; a declared previous close is one. All refusals are rows.
local expect = require("lib.expect")

return {
  name = "sim-no-price-no-order",
  mode = "backtest",
  instruments = { B = { previous_close = 10 } },
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({ { 9, 9, 9, 9 } }) },
    { symbol = "B", timeframe = "1m", bars = expect.minutes({ { 9, 9, 9, 9 } }) },
  },
  strategies = { "scripts/sim_no_price_no_order.lua" },
  check = function(result)
    expect.orders(result, {
      { status = "rejected", code = "NO_REFERENCE_PRICE", rejected_by = "oms" },
      { client_order_id = "limit", status = "filled", filled_avg_price = 9 },
      { client_order_id = "previous", status = "filled", filled_avg_price = 9 },
      { status = "rejected", code = "UNKNOWN_SYMBOL", symbol = "X" },
      { status = "rejected", code = "NO_REFERENCE_PRICE" },
    })
    expect.equal(result.summary.orders, 5, "orders")
    expect.equal(result.summary.rejected, 3, "rejected")
  end,
}
