local data = require "rows"

return {
  name = "recorded",
  mode = "paper",
  pace = "fast",
  journal = { snapshot_records = 1000 },
  accounts = { { id = "main", type = "margin", cash = 100000 } },
  data = data,
  strategies = { "strategy.lua" },
}
