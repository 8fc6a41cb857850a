--- rules/order_rate.lua: at most 2 orders in two minutes; what reduces passes, refused orders do not count.
local expect = require("lib.expect")

return {
  name = "rule-order-rate",
  mode = "backtest",
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 } }) },
  },
  rules = { { "rules/order_rate.lua", max_orders = 2, seconds = 120 } },
  strategies = { "scripts/rule_order_rate.lua" },
  check = function(result)
    local codes = {}
    for _, o in ipairs(result.orders) do
      codes[#codes + 1] = o.code or o.status
    end
    expect.equal(table.concat(codes, " "), table.concat({
      "filled", "filled", "MAX_ORDER_RATE", -- at 10:01 two pass
      "filled", "MAX_ORDER_RATE", -- at 10:02 the exit passes, the entry does not
      "filled", -- at 10:03 those of 10:01 are two minutes old
    }, " "), "codes")
  end,
}
