--- Entries only within hours, New York time. Run it: moondesk run examples/06-rules/trading_hours.lua
local prices = require("prices")

return {
  name = "trading-hours",
  mode = "backtest",
  data = { { symbol = "DEMO", timeframe = "1m", bars = prices.bars({ 100, 100, 100, 100, 100, 100, 100, 100 }) } },
  rules = { { "rules/trading_hours.lua", from = "09:32", to = "09:35" } },
  -- the first bar completes at 09:31, the second at 09:32, the fifth at 09:35
  strategies = { { "asks.lua", orders = "1 buy 10; 2 buy 10; 4 buy 10; 5 buy 10; 5 sell 20" } },
  check = function(result)
    prices.expect(result, "TRADING_HOURS filled filled TRADING_HOURS filled")
  end,
}
