--- An order meets the quote in force when it has arrived, one at that very instant first; cancels take as long.
local expect = require("lib.expect")

return {
  name = "tick-latency",
  mode = "backtest",
  instruments = { A = { tick = 0.01 } },
  data = {
    { symbol = "A", quotes = {
      { "2024-01-02T10:00:01Z", 9.9, 5, 10, 5 },
      { "2024-01-02T10:00:01.300Z", 9.9, 5, 10.1, 5 },
      { "2024-01-02T10:00:01.500Z", 9.9, 5, 10.2, 5 },
      { "2024-01-02T10:00:02Z", 9.9, 5, 10.3, 5 },
      { "2024-01-02T10:00:02.400Z", 9.9, 5, 10.3, 5 },
      { "2024-01-02T10:00:03Z", 9.9, 5, 10.4, 5 },
    } },
  },
  venue = { latency_ms = 500 },
  strategies = {
    { "scripts/tick_play.lua", play = {
      "1 buy 1 id=market",
      "2 status market pending_new",
      "3 status market pending_new",
      "4 status market filled",
      "4 buy 1 id=gone type=limit limit_price=9 time_in_force=gtc",
      "5 cancel gone",
      "5 status gone pending_cancel",
      "6 status gone canceled",
    } },
  },
  check = function(result)
    expect.passed(result)
    expect.fills(result, {
      { client_order_id = "market", qty = 1, price = 10.2, ts = "2024-01-02T10:00:01.500Z" },
    })
    expect.orders(result, {
      { client_order_id = "market", status = "filled", end_ts = "2024-01-02T10:00:01.500Z" },
      { client_order_id = "gone", status = "canceled", end_ts = "2024-01-02T10:00:02.900Z" },
    })
  end,
}
