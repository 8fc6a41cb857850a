--- A rule that answers "approve": the order is held until a person decides.
local expect = require("lib.expect")

return {
  name = "approve-deny",
  mode = "backtest",
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 11, 11, 11, 11 }, { 12, 12, 12, 12 }, { 13, 13, 13, 13 } }) },
  },
  rules = { { "scripts/rule_approve.lua", above = 100 } },
  strategies = { "scripts/approve_deny.lua" },
  timeline = function(t)
    t:at("2024-01-02T10:02:30Z", function()
      oms.approve("yes")
      oms.deny("no")
    end)
  end,
  check = function(result)
    expect.orders(result, {
      { client_order_id = "small", status = "filled", filled_avg_price = 10 },
      { client_order_id = "yes", status = "filled", filled_avg_price = 12 }, -- the first open after the approval
      { client_order_id = "no", status = "rejected", rejected_by = "oms", code = "APPROVAL_DENIED" },
      { client_order_id = "never", status = "held", filled_qty = 0 },
    })
    expect.equal(result.summary.rejected, 1, "rejected")
    expect.passed(result)
  end,
}
