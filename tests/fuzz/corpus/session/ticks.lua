return {
  data = {
    { symbol = "A", quotes = { { "2024-01-02T10:00:00Z", 9, 1, 10, 2 }, { "2024-01-02T10:00:01Z", 0, 0, "10.5" } } },
    { symbol = "A", trades = { { "2024-01-02T10:00:00Z", 9.5, 1 }, { 1704189601000000000, "9.75" } } },
    { symbol = "B", orders = { { "A", 1, "B", 9, 5 }, { "R", 1, "", "", 2 }, { "C", 1 } } },
    { symbol = "A", actions = { { "2024-01-03", "split", 2 }, { "2024-01-04", "dividend", "0.5" } } },
  },
  venue = { partial = true, queue = "volume", equity_every = 1, response_latency_ms = 0.5 },
}
