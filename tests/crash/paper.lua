-- A host with the simulated venue over recorded bars at a pace, for tests/crash/run.sh: BARS is a file of minute bars.
return {
  name = "crash-paper",
  mode = "paper",
  pace = 600,
  accounts = { { id = "main", type = "margin", cash = 1000000000, multiplier = 4 } },
  data = { { symbol = "S0", bars = "BARS", timeframe = "1m", label = "start" } },
  api = { rate = 100000000 },
  journal = { snapshot_records = 20000 },
  rules = {
    { "rules/max_order.lua", max_qty = 1000 },
    { "rules/max_position.lua", max = 100000 },
    { "rules/price_collar.lua", percent = 50 },
  },
  strategies = { { "TRADER", id = "trader", every = 60 } },
}
