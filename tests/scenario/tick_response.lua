--- What the venue answers is heard after the response latency; the fill carries the time at which it was made.
local expect = require("lib.expect")

return {
  name = "tick-response",
  mode = "backtest",
  instruments = { A = { tick = 0.01 } },
  data = {
    { symbol = "A", quotes = {
      { "2024-01-02T10:00:01Z", 9.9, 5, 10, 5 },
      { "2024-01-02T10:00:01.600Z", 9.9, 5, 10.1, 5 },
      { "2024-01-02T10:00:01.800Z", 9.9, 5, 10.1, 5 },
    } },
  },
  venue = { latency_ms = 500, response_latency_ms = 200 },
  strategies = {
    { "scripts/tick_play.lua", play = {
      "1 buy 1 id=market",
      "2 status market pending_new",
      "2 position 0",
      "3 status market filled",
      "3 position 1",
    } },
  },
  check = function(result)
    expect.passed(result)
    expect.fills(result, {
      { client_order_id = "market", qty = 1, price = 10, ts = "2024-01-02T10:00:01.500Z" },
    })
  end,
}
