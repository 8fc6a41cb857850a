--- credit_exits = false: a cash account that is fully invested sells A and buys B in one callback;
--- without the credit the purchase is refused.
local expect = require("lib.expect")

return {
  name = "sells-fund-buys",
  mode = "backtest",
  accounts = { { id = "main", type = "cash", cash = 1000 } },
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 100, 100, 100, 100 }, { 100, 100, 100, 100 }, { 100, 100, 100, 100 }, { 100, 100, 100, 100 } }) },
    { symbol = "B", timeframe = "1m", bars = expect.minutes({
      { 50, 50, 50, 50 }, { 50, 50, 50, 50 }, { 50, 50, 50, 50 }, { 50, 50, 50, 50 } }) },
  },
  venue = { credit_exits = false },
  strategies = { "scripts/sells_fund_buys.lua" },
  check = function(result)
    expect.orders(result, {
      { symbol = "A", side = "buy", status = "filled" },
      { symbol = "A", side = "sell", status = "filled" },
      { symbol = "B", side = "buy", status = "rejected", rejected_by = "oms", code = "INSUFFICIENT_BUYING_POWER" },
    })
    expect.equal(result.summary.final_equity, 1000, "final equity")
    expect.fills(result, {
      { symbol = "A", side = "buy", qty = 10, price = 100, ts = "2024-01-02T10:01:00Z" },
      { symbol = "A", side = "sell", qty = 10, price = 100, ts = "2024-01-02T10:02:00Z" },

    })
  end,
}
