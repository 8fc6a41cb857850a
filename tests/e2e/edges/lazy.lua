--- Files that a strategy and a rule require in a call, some of them when they are there.
return {
  name = "lazy",
  mode = "paper",
  accounts = { { id = "main", type = "margin", cash = 100000 } },
  data = { { symbol = "X", quotes = true } },
  rules = { { "lazy_rule.lua" } },
  strategies = { { "lazy_strategy.lua" } },
}
