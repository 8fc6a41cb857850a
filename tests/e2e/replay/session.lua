--- Daily bars, one strategy, one rule: for hosts that are killed.
return {
  name = "replayed",
  mode = "paper",
  accounts = { { id = "main", type = "margin", cash = 1000000 } },
  data = { { symbol = "SP500", bars = "sp500_d1.csv", timeframe = "1d" } },
  venue = { trail_on = "high_low" },
  rules = { { "rule.lua" } },
  strategies = { { "desk.lua", max_errors = 100 } },
}
