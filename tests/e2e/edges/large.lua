--- Prices, positions and sums at the end of what can be reckoned with.
return {
  name = "large",
  mode = "paper",
  accounts = {
    { id = "main", type = "margin", cash = 9000000000, multiplier = 4 },
    { id = "other", type = "margin", cash = 9000000000, multiplier = 4 },
  },
  data = { { symbol = "X", quotes = true }, { symbol = "Y", trades = true } },
  api = { rate = 1000000 },
}
