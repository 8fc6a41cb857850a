--- A first backtest: one strategy on twenty years of daily bars.
--- Run it: moondesk run examples/01-first-backtest/session.lua --out out/first
return {
  name = "first-backtest",
  mode = "backtest",
  accounts = { { id = "main", type = "margin", cash = 100000 } },
  data = { { symbol = "SPX", bars = "../data/sp500_d1.csv", timeframe = "1d" } },
  venue = { commission = { per_share = 0.005, min = 1 } },
  strategies = { { "strategies/sma_cross.lua", fast = 10, slow = 20, qty = 10 } },
  check = function(result)
    local s = result.summary
    assert(s.orders == 257 and s.trades == 128, "a run of the same files gives the same result")
    assert(("%.2f"):format(s.final_equity) == "103076.50")
    assert(s.commission == 257) -- the minimum of 1 for each order
  end,
}
