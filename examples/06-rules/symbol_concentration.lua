--- One symbol may be worth a quarter of equity. Run it: moondesk run examples/06-rules/symbol_concentration.lua
local prices = require("prices")

return {
  name = "symbol-concentration",
  mode = "backtest",
  accounts = { { id = "main", type = "margin", cash = 10000 } },
  data = { { symbol = "DEMO", timeframe = "1m", bars = prices.bars({ 100, 100, 100, 100, 100 }) } },
  rules = { { "rules/symbol_concentration.lua", percent = 25 } },
  -- 26 shares are 26 %; 20 are held, a limit for 5 works, one more would be the 26th; a short of 26 through zero
  strategies = { { "asks.lua", orders = "1 buy 26; 1 buy 20; 2 buy 5 90; 3 buy 1; 3 sell 46; 3 sell 45" } },
  check = function(result)
    prices.expect(result, "SYMBOL_CONCENTRATION filled new SYMBOL_CONCENTRATION SYMBOL_CONCENTRATION filled")
  end,
}
