--- Reports that no backtest makes by itself: an unsolicited cancel, a late fill, more than was ordered, a suspension, a
--- fill that comes twice.
local expect = require("lib.expect")

return {
  name = "order-reports",
  mode = "backtest",
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 } }) },
  },
  timeline = function(t)
    t:at("2024-01-02T10:02:30Z", function()
      oms.inject({ report = "canceled", order = "gone" })
      oms.inject({ report = "fill", order = "late", qty = 4, price = 5, execution_id = "L1" })
      oms.inject({ report = "fill", order = "late", qty = 4, price = 5, execution_id = "L1" })
      oms.inject({ report = "fill", order = "over", qty = 12, price = 5, execution_id = "L2" })
      oms.inject({ report = "suspended", order = "held" })
    end)
  end,
  strategies = { "scripts/order_reports.lua" },
}
