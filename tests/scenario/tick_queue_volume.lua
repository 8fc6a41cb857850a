--- queue = "volume": 5 stand before the order when it arrives; trades take them away first.
local expect = require("lib.expect")

return {
  name = "tick-queue-volume",
  mode = "backtest",
  instruments = { A = { tick = 0.01 } },
  data = {
    { symbol = "A", quotes = {
      { "2024-01-02T10:00:01Z", 9.9, 5, 10, 5 },
    } },
    { symbol = "A", trades = {
      { "2024-01-02T10:00:02Z", 9.9, 3 },
      { "2024-01-02T10:00:03Z", 9.9, 6 },
      { "2024-01-02T10:00:04Z", 9.88, 9 },
    } },
  },
  venue = { queue = "volume" },
  strategies = {
    { "scripts/tick_play.lua", play = {
      "1 buy 10 id=rest type=limit limit_price=9.9 time_in_force=gtc",
      "4 status rest filled",
    } },
  },
  check = function(result)
    expect.passed(result)
    expect.fills(result, {
      { client_order_id = "rest", qty = 4, price = 9.9, ts = "2024-01-02T10:00:03Z" },
      { client_order_id = "rest", qty = 6, price = 9.9, ts = "2024-01-02T10:00:04Z" },
    })
  end,
}
