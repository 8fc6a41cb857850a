--- An unsolicited end of the old order rejects its successor (ORIGINAL_GONE); a refused replace makes no row.
local expect = require("lib.expect")

return {
  name = "order-original-gone",
  mode = "backtest",
  instruments = { A = { tick = 0.01, lot = 1 } },
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 } }) },
  },
  venue = { latency_ms = 60000 },
  limits = { max_order_qty = 100 },
  timeline = function(t)
    t:at("2024-01-02T10:03:30Z", function() oms.inject({ report = "canceled", order = "o" }) end)
  end,
  strategies = { "scripts/order_original_gone.lua" },
  check = function(result)
    expect.orders(result, {
      { client_order_id = "o", status = "canceled", code = "UNSOLICITED_CANCEL" },
      { client_order_id = "bad", status = "new" },
      { client_order_id = "o.r1", status = "rejected", code = "ORIGINAL_GONE", rejected_by = "oms" },
    })
    expect.passed(result)
  end,
}
