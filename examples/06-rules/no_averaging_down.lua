--- A position that loses is not added to. Run it: moondesk run examples/06-rules/no_averaging_down.lua
local prices = require("prices")

return {
  name = "no-averaging-down",
  mode = "backtest",
  data = { { symbol = "DEMO", timeframe = "1m", bars = prices.bars({ 100, 100, 101, 99, 99, 99 }) } },
  rules = { { "rules/no_averaging_down.lua", tolerance_percent = 0.5 } },
  strategies = { { "asks.lua", orders = "1 buy 10; 3 buy 10; 4 buy 10; 4 sell 5" } },
  check = function(result)
    -- at 101 the position wins and may grow; 99 is 0.502 % below its average of 99.5; the exit passes
    prices.expect(result, "filled filled AVERAGING_DOWN filled")
  end,
}
