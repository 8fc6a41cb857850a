local data = require "rows"

return {
  name = "backtest",
  mode = "backtest",
  accounts = { { id = "main", type = "margin", cash = 100000 } },
  data = data,
  strategies = { "strategy.lua" },
}
