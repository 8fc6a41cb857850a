--- A post_only order that would take is rejected; one that rests works.
local expect = require("lib.expect")

return {
  name = "tick-post-only",
  mode = "backtest",
  instruments = { A = { tick = 0.01 } },
  data = {
    { symbol = "A", quotes = {
      { "2024-01-02T10:00:01Z", 9.9, 5, 10, 5 },
      { "2024-01-02T10:00:02Z", 9.9, 5, 9.95, 5 },
      { "2024-01-02T10:00:03Z", 9.8, 5, 9.9, 5 },
    } },
  },
  strategies = {
    { "scripts/tick_play.lua", play = {
      "1 buy 1 id=takes type=limit limit_price=10 post_only=true time_in_force=gtc",
      "1 buy 1 id=rests type=limit limit_price=9.95 post_only=true time_in_force=gtc",
      "2 status takes rejected",
      "2 status rests new",
      "3 status rests filled",
    } },
  },
  check = function(result)
    expect.passed(result)
    expect.orders(result, {
      { client_order_id = "takes", status = "rejected", code = "POST_ONLY_WOULD_TAKE" },
      { client_order_id = "rests", status = "filled", filled_avg_price = 9.95 }, -- the ask went through it
    })
  end,
}
