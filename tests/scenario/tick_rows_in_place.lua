--- Rows in place: nil, an empty text and 0 are an absent side or an unlimited size, and R and C rows of order flow
--- leave out what they do not need.
local expect = require("lib.expect")

return {
  name = "tick-rows-in-place",
  mode = "backtest",
  data = {
    { symbol = "A", quotes = {
      { "2024-01-02T10:00:01Z", 9, nil, 10, nil },
      { "2024-01-02T10:00:02Z", nil, nil, 10, 5 },
      { "2024-01-02T10:00:03Z", 9.5, 2, "", "" },
    } },
    { symbol = "B", orders = {
      { "A", 1, "B", 10, 5, "2024-01-02T11:00:00Z" },
      { "R", 1, nil, nil, 3, "2024-01-02T11:00:01Z" },
      { "A", 2, "S", 11, 1, "2024-01-02T11:00:02Z" },
      { "C", 1, nil, nil, nil, "2024-01-02T11:00:03Z" },
    } },
  },
  accounts = { { id = "one", cash = 100000 }, { id = "two", cash = 100000 } },
  strategies = {
    { "scripts/tick_play.lua", id = "a", symbols = { "A" }, play = {
      "1 buy 100 id=all",
      "2 sell 1 id=no_bid time_in_force=ioc",
      "3 sell 2 id=bid",
    } },
    { "scripts/tick_play.lua", id = "b", account = "two", symbols = { "B" }, play = {
      "3 sell 2 id=rest type=limit limit_price=10",
      "5 sell 1 id=gone time_in_force=ioc", -- the match was the fourth,
    } },
  },
  check = function(result)
    expect.passed(result, 2)
    expect.fills(result, {
      { client_order_id = "all", qty = 100, price = 10, ts = "2024-01-02T10:00:01Z" },
      { client_order_id = "bid", qty = 2, price = 9.5, ts = "2024-01-02T10:00:03Z" },
      { client_order_id = "rest", qty = 2, price = 10, ts = "2024-01-02T11:00:02Z" },
    })
    expect.orders(result, {
      { client_order_id = "all", status = "filled" },
      { client_order_id = "no_bid", status = "canceled", code = "NO_LIQUIDITY" },
      { client_order_id = "bid", status = "filled" },
      { client_order_id = "rest", status = "filled" },
      { client_order_id = "gone", status = "canceled", code = "NO_LIQUIDITY" },
    })
  end,
}
