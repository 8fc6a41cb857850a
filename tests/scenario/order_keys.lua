--- Idempotency: the same key and content have the same answer at any time, other content is refused with the
--- difference and makes no row.
local expect = require("lib.expect")

return {
  name = "order-keys",
  mode = "backtest",
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 } }) },
  },
  limits = { max_order_qty = 100 },
  strategies = { "scripts/order_keys.lua" },
  check = function(result)
    expect.equal(result.summary.rejected, 1, "rejected")
    expect.orders(result, {
      { client_order_id = "big", status = "rejected", code = "MAX_ORDER_QTY", rejected_by = "oms" },
      { client_order_id = "late", status = "filled" },
      { client_order_id = "group", status = "filled" },
      { type = "limit", limit_price = 20, status = "new" },
      { type = "stop", stop_price = 5, status = "new" },
      { client_order_id = "text", status = "replaced" },
      { qty = 2, status = "new" },
      { client_order_id = "mine", limit_price = 6, status = "new" },
    })
  end,
}
