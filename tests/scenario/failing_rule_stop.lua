--- A rule that fails: what reduces passes it (here a stop), an entry is refused RULE_FAILED.
local expect = require("lib.expect")

return {
  name = "failing-rule-stop",
  mode = "backtest",
  data = {
    {
      symbol = "A",
      timeframe = "1m",
      bars = expect.minutes({
        { 10, 10, 10, 10 },
        { 10, 10, 10, 10 }, -- entry at 10
        { 10, 10, 8.5, 10 }, -- the stop of 9 fills
        { 10, 10, 10, 10 },
      }),
    },
  },
  rules = { { "scripts/rule_fails_later.lua", good_orders = 1 } },
  strategies = { "scripts/failing_rule_stop.lua" },
  check = function(result)
    expect.orders({ orders = { table.unpack(result.orders, 1, 3) } }, {
      { side = "buy", status = "filled" },
      { side = "sell", type = "stop", status = "filled", filled_avg_price = 9 },
      { side = "buy", status = "rejected", rejected_by = "oms", code = "RULE_FAILED" },
    })
    expect.equal(result.summary.rejected, 1, "rejected")
    expect.trades(result, { { entry_price = 10, exit_price = 9, pnl = -10 } })
  end,
}
