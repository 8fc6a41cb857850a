-- What `tests/bench/run.sh live` gives orders to: the simulated venue on one quote a symbol, which fills what crosses
-- it, and three rules. The market's clock goes on behind the quotes.
local data = {}
for i = 0, 7 do
  data[#data + 1] = {
    symbol = "S" .. i,
    quotes = { { "2026-01-05T15:00:00Z", 99.99, 1000000, 100.01, 1000000 } },
    tz = "UTC",
  }
end

return {
  name = "bench-live",
  mode = "paper",
  pace = "fast",
  accounts = { { id = "main", type = "margin", cash = 1e12, multiplier = 4 } },
  data = data,
  api = { rate = 1000000000, streams = 1000 },
  rules = {
    { "rules/max_order.lua", max_qty = 1000, max_notional = 1e6 },
    { "rules/max_position.lua", max = 1e6 },
    { "rules/price_collar.lua", percent = 10 },
  },
}
