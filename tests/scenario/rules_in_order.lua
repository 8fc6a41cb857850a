--- Rules run in the order listed: "approve" counts only if no later rule denies; a rule's scope; a rule that kills.
local expect = require("lib.expect")

return {
  name = "rules-in-order",
  mode = "backtest",
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 } }) },
    { symbol = "B", timeframe = "1m", bars = expect.minutes({
      { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 } }) },
  },
  rules = {
    { "scripts/rule_approve.lua", above = 100 },
    { "rules/max_order.lua", max_qty = 200, scope = { symbols = { "A" } } },
    { "scripts/rule_kill.lua", fills = 2 },
  },
  strategies = { { "scripts/rules_in_order.lua", symbols = { "A" } } },
  check = function(result)
    expect.orders(result, {
      { symbol = "A", qty = 101, status = "canceled", code = "KILLED" }, -- held for a person until the kill
      { symbol = "A", qty = 201, status = "rejected", code = "MAX_ORDER_QTY" }, -- the denial wins over "approve"
      { symbol = "B", qty = 201, status = "canceled", code = "KILLED" }, -- the scope leaves out B
      { symbol = "A", qty = 1, status = "filled" },
      { symbol = "A", qty = 2, status = "filled" }, -- the second fill: the rule kills
    })
  end,
}
