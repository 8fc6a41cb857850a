--- What reduces is seen with all working orders of the side; a group counts once, at its largest. The account may not
--- trade A by itself: the position comes from a time before the restriction.
local expect = require("lib.expect")

return {
  name = "order-group-counts-once",
  mode = "backtest",
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 } }) },
  },
  limits = { max_order_notional = 1000 },
  rules = { "scripts/order_group_counts_once_rule.lua" },
  strategies = { "scripts/order_group_counts_once.lua" },
  check = function(result)
    expect.passed(result)
  end,
}
