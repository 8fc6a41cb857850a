--- A pause after two losses in a row. Run it: moondesk run examples/06-rules/loss_streak_cooldown.lua
local prices = require("prices")

return {
  name = "loss-streak-cooldown",
  mode = "backtest",
  data = { { symbol = "DEMO", timeframe = "1m",
    bars = prices.bars({ 100, 100, 99, 98, 97, 97, 97, 97, 97, 97 }) } },
  rules = { { "rules/loss_streak_cooldown.lua", losses = 2, minutes = 3 } },
  -- bought at 100, sold at 99; bought at 98, sold at 97 at 09:35: entries are taken again from 09:38 on
  strategies = { { "asks.lua", orders = "1 buy 10; 2 sell 10; 3 buy 10; 4 sell 10; 5 buy 10; 7 buy 10; 8 buy 10" } },
  check = function(result)
    prices.expect(result, "filled filled filled filled LOSS_STREAK LOSS_STREAK filled")
  end,
}
