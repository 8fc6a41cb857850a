--- A gtd order ends at its time, with or without a tick then; a tick at that time still finds it.
local expect = require("lib.expect")

return {
  name = "tick-gtd",
  mode = "backtest",
  instruments = { A = { tick = 0.01 } },
  data = {
    { symbol = "A", quotes = {
      { "2024-01-02T10:00:01Z", 9.9, 5, 10, 5 },
      { "2024-01-02T10:00:03Z", 9.9, 5, 9.95, 5 },
      { "2024-01-02T10:00:05Z", 9.8, 5, 9.9, 5 },
    } },
  },
  strategies = {
    { "scripts/tick_play.lua", play = {
      "1 buy 1 id=early type=limit limit_price=9.5 time_in_force=gtd expire_at=2024-01-02T10:00:02Z",
      "1 buy 1 id=until type=limit limit_price=9.96 time_in_force=gtd expire_at=2024-01-02T10:00:03Z",
      "3 status until filled",
      "3 status early expired",
    } },
  },
  check = function(result)
    expect.passed(result)
    expect.orders(result, {
      { client_order_id = "early", status = "expired", end_ts = "2024-01-02T10:00:02Z" },
      { client_order_id = "until", status = "filled", end_ts = "2024-01-02T10:00:03Z" },
    })
  end,
}
