--- One symbol whose rows are pushed.
return {
  name = "plain",
  mode = "paper",
  accounts = { { id = "main", type = "margin", cash = 100000 } },
  data = { { symbol = "X", quotes = true } },
}
