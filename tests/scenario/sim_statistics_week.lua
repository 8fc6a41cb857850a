--- A symbol that trades all week has years of 365 days; days end at 00:00 UTC; a trade of no gain is no win.
local expect = require("lib.expect")

return {
  name = "sim-statistics-week",
  mode = "backtest",
  accounts = { { id = "main", cash = 1000 } },
  data = {
    { symbol = "A", timeframe = "12h", bars = {
      { "2024-01-05T00:00:00Z", 10, 10, 10, 10 }, -- Friday
      { "2024-01-05T12:00:00Z", 10, 20, 10, 20 },
      { "2024-01-06T00:00:00Z", 20, 30, 20, 30 }, -- Saturday
      { "2024-01-06T12:00:00Z", 40, 40, 30, 30 }, -- sold at 40
      { "2024-01-07T00:00:00Z", 30, 30, 30, 30 }, -- Sunday
      { "2024-01-07T12:00:00Z", 30, 30, 30, 30 },
      { "2024-01-08T00:00:00Z", 30, 30, 30, 30 } } }, -- sold at 30, as bought
  },
  strategies = { "scripts/sim_statistics_week.lua" },
  check = function(result)
    local s = result.summary
    -- equities at the ends of the days: 1010, 1030, 1030, 1030
    local r = { 0.01, 1030 / 1010 - 1, 0, 0 }
    local mean, squares = (r[1] + r[2]) / 4, 0
    for i = 1, 4 do squares = squares + (r[i] - mean) ^ 2 end
    assert(math.abs(s.sharpe - mean / (squares / 3) ^ 0.5 * 365 ^ 0.5) < 1e-9, s.sharpe)
    assert(math.abs(s.annual_return_pct - 100 * (1.03 ^ (365 / 4) - 1)) < 1e-9, s.annual_return_pct)
    expect.equal(s.sortino, nil, "no loss: null, not infinite")
    expect.equal(s.profit_factor, nil, "no loss: null, not infinite")
    expect.equal(s.calmar, nil, "no drawdown: null")
    expect.equal(s.win_rate_pct, 50, "win_rate_pct")
    expect.equal(s.expectancy, 15, "expectancy")
    expect.equal(s.max_drawdown_pct, 0, "max_drawdown_pct: of the ends of days")
  end,
}
