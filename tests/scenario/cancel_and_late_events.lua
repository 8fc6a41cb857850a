--- Reports by hand: a late fill on a canceled order counts and the status stays, a fill that comes twice counts once,
--- an unsolicited cancel ends an order with its code.
local expect = require("lib.expect")

return {
  name = "cancel-and-late-events",
  mode = "backtest",
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 } }) },
  },
  strategies = { "scripts/cancel_and_late_events.lua" },
  timeline = function(t)
    t:at("2024-01-02T10:02:30Z", function()
      local late = { report = "fill", order = "late", qty = 4, price = 9, execution_id = "L1" }
      oms.inject(late)
      oms.inject(late)
      oms.inject({ report = "canceled", order = "ended", text = "the venue says no" })
    end)
  end,
  check = function(result)
    expect.orders(result, {
      { client_order_id = "late", status = "canceled", filled_qty = 4, filled_avg_price = 9 },
      { client_order_id = "ended", status = "canceled", code = "UNSOLICITED_CANCEL", filled_qty = 0 },
    })
    expect.equal(result.summary.final_equity, 100004, "final equity")
    expect.passed(result)
  end,
}
