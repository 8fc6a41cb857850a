--- Day orders of a declared symbol end at the close, before a tick of that time; what comes behind it waits for the
--- next session.
local expect = require("lib.expect")

return {
  name = "tick-sessions",
  mode = "backtest",
  instruments = { A = { asset_class = "us_equity", tick = 0.01 } },
  data = {
    { symbol = "A", quotes = {
      { "2024-01-02T20:59:00Z", 9.9, 5, 10, 5 },
      { "2024-01-02T21:00:00Z", 9.5, 5, 9.6, 5 },
      { "2024-01-02T21:30:00Z", 9.4, 5, 9.5, 5 },
      { "2024-01-03T14:30:00Z", 9.3, 5, 9.4, 5 },
    } },
  },
  strategies = {
    { "scripts/tick_play.lua", play = {
      "1 buy 1 id=day type=limit limit_price=9.8",
      "2 status day expired",
      "3 buy 1 id=next",
      "3 status next pending_new",
      "4 status next filled",
    } },
  },
  check = function(result)
    expect.passed(result)
    expect.fills(result, {
      { client_order_id = "next", qty = 1, price = 9.4, ts = "2024-01-03T14:30:00Z" },
    })
    expect.orders(result, {
      { client_order_id = "day", status = "expired", end_ts = "2024-01-02T21:00:00Z" },
      { client_order_id = "next", status = "filled" },
    })
  end,
}
