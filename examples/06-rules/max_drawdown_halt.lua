--- No entries after too deep a fall of equity, even when it comes back. Run it:
--- moondesk run examples/06-rules/max_drawdown_halt.lua
local prices = require("prices")

return {
  name = "max-drawdown-halt",
  mode = "backtest",
  accounts = { { id = "main", type = "margin", cash = 10000 } },
  data = { { symbol = "DEMO", timeframe = "1m", bars = prices.bars({ 100, 100, 110, 99, 110, 110, 110 }) } },
  rules = { { "rules/max_drawdown_halt.lua", percent = 10 } },
  -- 100 shares: equity 10,000, 11,000 at the peak, 9,900 at 99 (10 %), 11,000 again
  strategies = { { "asks.lua", orders = "1 buy 100; 3 buy 1; 5 buy 1; 5 sell 50" } },
  check = function(result)
    prices.expect(result, "filled filled MAX_DRAWDOWN filled")
  end,
}
