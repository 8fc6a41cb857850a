--- On quotes alone stops look at the ask (buys) and the bid (sells).
local expect = require("lib.expect")

return {
  name = "tick-stops-quotes",
  mode = "backtest",
  instruments = { A = { tick = 0.01 } },
  data = {
    { symbol = "A", quotes = {
      { "2024-01-02T10:00:01Z", 9.9, 5, 10, 5 },
      { "2024-01-02T10:00:02Z", 9.95, 5, 10.5, 5 },
      { "2024-01-02T10:00:03Z", 9.5, 5, 9.6, 5 },
    } },
  },
  strategies = {
    { "scripts/tick_play.lua", play = {
      "1 buy 1 id=up type=stop stop_price=10.5 time_in_force=gtc",
      "1 sell 1 id=down type=stop stop_price=9.5 time_in_force=gtc",
      "1 buy 1 id=limited type=stop_limit stop_price=10.5 limit_price=9.7 time_in_force=gtc",
      "3 status up filled",
    } },
  },
  check = function(result)
    expect.passed(result)
    expect.fills(result, {
      { client_order_id = "up", qty = 1, price = 10.5, ts = "2024-01-02T10:00:02Z" },
      { client_order_id = "down", qty = 1, price = 9.5, ts = "2024-01-02T10:00:03Z" },
      { client_order_id = "limited", qty = 1, price = 9.7, ts = "2024-01-02T10:00:03Z" }, -- at rest when the ask came
    })
  end,
}
