--- A run without an order: figures that divide by nothing are null.
local expect = require("lib.expect")

return {
  name = "sim-statistics-nothing",
  mode = "backtest",
  data = { { symbol = "A", bars = { { "2024-01-02", 10, 10, 10, 10 }, { "2024-01-03", 10, 10, 10, 10 } } } },
  strategies = { "scripts/sim_statistics_nothing.lua" },
  check = function(result)
    local s = result.summary
    for _, name in ipairs({ "sharpe", "sortino", "calmar", "win_rate_pct", "profit_factor", "expectancy" }) do
      expect.equal(s[name], nil, name)
    end
    for _, name in ipairs({ "return_pct", "annual_return_pct", "volatility_pct", "max_drawdown_pct",
      "max_drawdown_days", "exposure_pct", "commission", "turnover", "orders", "rejected", "fills", "trades" }) do
      expect.equal(s[name], 0, name)
    end
  end,
}
