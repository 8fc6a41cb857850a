--- A day of minute bars in place, a walk that goes up and down, with everything that has to come back after a crash.
local rows, price = {}, 100
for i = 0, 79 do
  local step = ((i * 7) % 11 - 5) / 4
  local open = price
  price = price + step
  local ts = ("2024-01-02T%02d:%02d:00Z"):format(15 + i // 60, i % 60)
  rows[#rows + 1] = { ts, open, math.max(open, price) + 0.5, math.min(open, price) - 0.5, price, 1000 }
end

return {
  name = "revive",
  mode = "paper",
  accounts = { { id = "main", type = "margin", cash = 100000 } },
  instruments = { A = { tick = 0.01, asset_class = "us_equity" } },
  data = { { symbol = "A", bars = rows, timeframe = "1m" } },
  venue = { commission = { per_share = 0.01, min = 1 }, trail_on = "high_low" },
  limits = { max_order_qty = 500 },
  rules = { { "rule.lua" } },
  strategies = { { "desk.lua", id = "desk" }, { "plain.lua", id = "plain" } },
}
