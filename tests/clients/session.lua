--- What the clients trade: quotes, trades and bars that are pushed through the API, on the clock of the wall.
return {
  name = "clients",
  mode = "paper",
  accounts = { { id = "main", type = "margin", cash = 100000 }, { id = "small", type = "cash", cash = 1000 } },
  instruments = { AAPL = { tick = 0.01 }, MSFT = { tick = 0.01 } },
  data = {
    { symbol = "AAPL", quotes = true },
    { symbol = "AAPL", bars = true, timeframe = "1m" },
    { symbol = "MSFT", quotes = true },
    { symbol = "MSFT", trades = true },
  },
  limits = { max_order_qty = 10000 },
}
