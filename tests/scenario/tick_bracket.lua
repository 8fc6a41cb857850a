--- A bracket on quotes: the exits work with the fill of the entry, one fills and the other goes.
local expect = require("lib.expect")

return {
  name = "tick-bracket",
  mode = "backtest",
  instruments = { A = { tick = 0.01 } },
  data = {
    { symbol = "A", quotes = {
      { "2024-01-02T10:00:01Z", 9.9, 9, 10, 5 },
      { "2024-01-02T10:00:02Z", 10.4, 9, 10.5, 9 },
      { "2024-01-02T10:00:03Z", 10.6, 9, 10.7, 9 },
    } },
  },
  strategies = {
    { "scripts/tick_play.lua", play = {
      "1 buy 7 id=entry order_class=bracket take=10.5 stop=9.5",
      "3 position 0",
    } },
  },
  check = function(result)
    expect.passed(result)
    expect.fills(result, {
      { client_order_id = "entry", qty = 5, price = 10 },
      { client_order_id = "entry", qty = 2, price = 10.01 },
      { qty = 7, price = 10.5, side = "sell", ts = "2024-01-02T10:00:03Z" }, -- the bid went through it
    })
  end,
}
