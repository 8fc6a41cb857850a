--- Not more than two messages a fill once there were four. Run it: moondesk run examples/06-rules/order_to_trade.lua
local prices = require("prices")

return {
  name = "order-to-trade",
  mode = "backtest",
  data = { { symbol = "DEMO", timeframe = "1m", bars = prices.bars({ 100, 100, 100, 100, 100 }) } },
  rules = { { "rules/order_to_trade.lua", ratio = 2, grace = 4 } },
  -- one fill and three limits far below are four messages for one fill; the exit passes
  strategies = { { "asks.lua", orders = "1 buy 10; 2 buy 1 50; 2 buy 1 51; 2 buy 1 52; 2 buy 1 53; 2 sell 10" } },
  check = function(result)
    prices.expect(result, "filled new new new ORDER_TO_TRADE filled")
  end,
}
