--- partial = true: what the touch does not hold waits for the next quote.
local expect = require("lib.expect")

return {
  name = "tick-partial",
  mode = "backtest",
  instruments = { A = { tick = 0.01 } },
  data = {
    { symbol = "A", quotes = {
      { "2024-01-02T10:00:01Z", 9.9, 5, 10, 3 },
      { "2024-01-02T10:00:02Z", 9.9, 5, 10.1, 1 },
      { "2024-01-02T10:00:03Z", 9.9, 5, 10.2, 9 },
    } },
  },
  venue = { partial = true },
  strategies = {
    { "scripts/tick_play.lua", play = {
      "1 buy 5 id=market",
      "3 status market filled",
    } },
  },
  check = function(result)
    expect.passed(result)
    expect.fills(result, {
      { client_order_id = "market", qty = 3, price = 10, ts = "2024-01-02T10:00:01Z" },
      { client_order_id = "market", qty = 1, price = 10.1, ts = "2024-01-02T10:00:02Z" },
      { client_order_id = "market", qty = 1, price = 10.2, ts = "2024-01-02T10:00:03Z" },
    })
  end,
}
