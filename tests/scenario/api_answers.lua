--- What an answer has said is not said again by on_order; what happens later is. A refused replace makes no row.
local expect = require("lib.expect")

local rows = {}
for i = 1, 8 do
  rows[i] = { 10, 10, 10, 10 }
end

return {
  name = "api-answers",
  mode = "backtest",
  limits = { max_order_qty = 100 },
  rules = { { "scripts/api_rule_word.lua", tag = "deny" } },
  data = { { symbol = "A", timeframe = "1m", bars = expect.minutes(rows) } },
  strategies = { { "scripts/api_answers.lua", max_errors = 2 } },
  check = function(result)
    expect.passed(result)
    expect.orders(result, {
      { qty = 200, status = "rejected", rejected_by = "oms", code = "MAX_ORDER_QTY" },
      { qty = 1, status = "rejected", rejected_by = "oms", code = "MAX_ORDER_QTY",
        message = "denied by a rule of main" },
      { qty = 0, status = "rejected", rejected_by = "oms", code = "INVALID_QTY" },
      { qty = 10, status = "replaced", client_order_id = "key" },
      { qty = 5, status = "rejected", rejected_by = "oms", code = "SCRIPT_ERROR" },
      { qty = 20, status = "canceled", client_order_id = "key.r1", replaces = result.orders[4].order_id },
      { qty = 5, status = "canceled", code = "IOC_REMAINDER" },
      { qty = 5, status = "filled" },
    })
    expect.equal(result.summary.rejected, 4, "rejected")
    expect.equal(result.summary.orders, #result.orders, "orders")
  end,
}
