--- The turtle rules on two markets of which one trends. Run it: moondesk run examples/05-strategies/turtle.lua
local walk = require("walk")

return {
  name = "turtle",
  mode = "backtest",
  accounts = { { id = "main", type = "margin", cash = 100000 } },
  data = {
    { symbol = "TREND", timeframe = "1d", bars = walk.days(11, 500, 5000, 90, { 12, 12, -10 }, 60) },
    { symbol = "FLAT", timeframe = "1d", bars = walk.days(12, 500, 5000, 90, { 0 }, 60) },
  },
  venue = { slippage = { percent = 0.02 } },
  strategies = { { "strategies/turtle.lua", risk_percent = 0.4, max_weight = 0.2 } },
  check = function(result)
    local won = { TREND = 0, FLAT = 0 }
    for _, t in ipairs(result.trades) do
      won[t.symbol] = won[t.symbol] + (t.pnl or 0)
    end
    assert(result.summary.trades > 20 and result.summary.rejected == 0)
    assert(won.TREND > won.FLAT, "trends are what it lives on")
  end,
}
