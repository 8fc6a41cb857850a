--- While the symbol is halted quotes and trades match nothing; data flows, cancels work.
local expect = require("lib.expect")

return {
  name = "tick-halt",
  mode = "backtest",
  instruments = { A = { tick = 0.01 } },
  timeline = function(t)
    t:at("2024-01-02T10:00:02Z", function() oms.halt("A", 3) end)
  end,
  data = {
    { symbol = "A", quotes = {
      { "2024-01-02T10:00:01Z", 9.9, 5, 10, 5 },
      { "2024-01-02T10:00:02Z", 9.9, 5, 10, 6 },
      { "2024-01-02T10:00:03Z", 9.9, 5, 10.1, 5 },
      { "2024-01-02T10:00:05Z", 9.9, 5, 10.2, 5 },
    } },
  },
  strategies = {
    { "scripts/tick_play.lua", play = {
      "1 buy 1 id=before",
      "2 buy 1 id=waits",
      "2 buy 1 id=gone",
      "3 status waits new",
      "3 cancel gone",
      "4 status waits filled",
      "4 status gone canceled",
    } },
  },
  check = function(result)
    expect.passed(result)
    expect.fills(result, {
      { client_order_id = "before", qty = 1, price = 10, ts = "2024-01-02T10:00:01Z" },
      { client_order_id = "waits", qty = 1, price = 10.2, ts = "2024-01-02T10:00:05Z" },
    })
  end,
}
