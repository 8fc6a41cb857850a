return {
  name = "live",
  mode = "paper",
  pace = 60,
  accounts = { { id = "main", type = "margin", cash = 100000 } },
  data = {
    { symbol = "X", timeframe = "1m", bars = { { "2024-01-02T10:00:00Z", 10, 11, 9, 10, 5 } } },
    { symbol = "Y", quotes = true },
  },
  rules = { "rule.lua" },
}
