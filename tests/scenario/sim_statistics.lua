--- Every figure of the summary, worked out from the equities at the ends of six days.
local expect = require("lib.expect")

local N = 252

local function near(got, want, what)
  local close = math.abs(got - want) <= 1e-9 * math.max(1, math.abs(want))
  assert(close, ("%s: got %.12g, want %.12g"):format(what, got, want))
end

return {
  name = "sim-statistics",
  mode = "backtest",
  accounts = { { id = "main", cash = 1000 } },
  data = {
    { symbol = "A", bars = {
      { "2024-01-02", 10, 10, 10, 10 },
      { "2024-01-03", 10, 11, 10, 11 }, -- bought at 10: 1050
      { "2024-01-04", 11, 11, 9, 9.9 }, -- 995
      { "2024-01-05", 9.9, 12, 9.9, 12 }, -- sold at 9.9: 995
      { "2024-01-08", 12, 12, 12, 12 },
      { "2024-01-09", 12, 13, 12, 13 } } }, -- ten sold short at 12: 985
  },
  strategies = { "scripts/sim_statistics.lua" },
  check = function(result)
    local s = result.summary
    local ends = { 1000, 1050, 995, 995, 995, 985 }
    local returns, sum, before = {}, 0, 1000
    for i, e in ipairs(ends) do
      returns[i] = e / before - 1
      sum, before = sum + returns[i], e
    end
    local mean, squares, below, total = sum / 6, 0, 0, 0
    for i, r in ipairs(returns) do
      squares, below, total = squares + (r - mean) ^ 2, below + math.min(r, 0) ^ 2, total + ends[i]
    end
    local deviation = (squares / 5) ^ 0.5
    near(s.return_pct, -1.5, "return_pct")
    near(s.annual_return_pct, 100 * (0.985 ^ (N / 6) - 1), "annual_return_pct")
    near(s.volatility_pct, 100 * deviation * N ^ 0.5, "volatility_pct")
    near(s.sharpe, mean / deviation * N ^ 0.5, "sharpe")
    near(s.sortino, mean / (below / 6) ^ 0.5 * N ^ 0.5, "sortino")
    near(s.max_drawdown_pct, 100 * 65 / 1050, "max_drawdown_pct")
    expect.equal(s.max_drawdown_days, 4, "max_drawdown_days")
    near(s.calmar, s.annual_return_pct / s.max_drawdown_pct, "calmar")
    expect.equal(s.trades, 1, "trades: the open lot is none")
    near(s.win_rate_pct, 0, "win_rate_pct")
    near(s.profit_factor, 0, "profit_factor")
    near(s.expectancy, -5, "expectancy")
    near(s.exposure_pct, 100 * 3 / 6, "exposure_pct")
    near(s.turnover, (500 + 495 + 120) / (total / 6), "turnover")
    expect.equal(s.initial_equity, 1000, "initial_equity")
    expect.equal(s.final_equity, 985, "final_equity")
    expect.equal(s.start, "2024-01-02T00:00:00Z", "start")
    expect.equal(s["end"], "2024-01-09T00:00:00Z", "end")
    expect.equal(s.bars .. " " .. s.orders .. " " .. s.rejected .. " " .. s.fills, "6 3 0 3", "counts")
  end,
}
