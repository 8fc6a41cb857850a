--- Slippage on quotes: the touch is one step worse, what lies beyond it two; a limit is never slipped.
local expect = require("lib.expect")

return {
  name = "tick-slippage",
  mode = "backtest",
  instruments = { A = { tick = 0.01 } },
  data = {
    { symbol = "A", quotes = {
      { "2024-01-02T10:00:01Z", 9.9, 5, 10, 3 },
      { "2024-01-02T10:00:02Z", 9.9, 5, 10, 4 },
      { "2024-01-02T10:00:03Z", 9.9, 5, 10.1, 4 },
    } },
  },
  venue = { slippage = { ticks = 1 } },
  strategies = {
    { "scripts/tick_play.lua", play = {
      "1 buy 5 id=market",
      "2 buy 6 id=limit type=limit limit_price=10 time_in_force=gtc",
      "3 status limit partially_filled",
    } },
  },
  check = function(result)
    expect.passed(result)
    expect.fills(result, {
      { client_order_id = "market", qty = 3, price = 10.01 },
      { client_order_id = "market", qty = 2, price = 10.02 },
      { client_order_id = "limit", qty = 4, price = 10 }, -- the rest rests instead of going beyond its price
    })
  end,
}
