--- Two for one over quotes: the order of 23:59:59 fills 10 at 101 and is heard of a second later, beyond midnight, but
--- before the split: 20 are held then. The limit of 99 rests at 49.50 and is filled by an ask of 49.
local expect = require("lib.expect")

return {
  name = "action-quotes",
  mode = "backtest",
  data = {
    { symbol = "A", quotes = {
      { "2024-01-02T23:59:58.9Z", 100, 1000, 101, 1000 }, { "2024-01-02T23:59:59.9Z", 100, 1000, 101, 1000 },
      { "2024-01-03T12:00:00Z", 50, 1000, 50.5, 1000 }, { "2024-01-03T12:00:05Z", 48, 1000, 49, 1000 },
      { "2024-01-03T12:00:10Z", 48, 1000, 49, 1000 } } },
    { symbol = "A", actions = { { "2024-01-03", "split", 2 } } },
  },
  venue = { latency_ms = 1000, response_latency_ms = 1000 },
  strategies = { "scripts/action_quotes.lua" },
  check = function(result)
    expect.passed(result)
    expect.fills(result, {
      { client_order_id = "ten", qty = 10, price = 101 }, { client_order_id = "rest", qty = 8, price = 49.5 } })
  end,
}
