--- No trade of an account with itself. Run it: moondesk run examples/06-rules/self_match.lua
local prices = require("prices")

return {
  name = "self-match",
  mode = "backtest",
  data = { { symbol = "DEMO", timeframe = "1m", bars = prices.bars({ 100, 100, 100, 100, 100 }) } },
  rules = { "rules/self_match.lua" },
  -- a bid at 90 works: sales at 90 and at any price could meet it, one at 91 cannot
  strategies = { { "asks.lua", orders = "1 buy 10; 2 buy 10 90; 3 sell 10 90; 3 sell 10; 3 sell 10 91" } },
  check = function(result)
    -- the last is passed by the market at once: it fills at the open
    prices.expect(result, "filled new SELF_MATCH SELF_MATCH filled")
  end,
}
