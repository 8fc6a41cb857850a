--- Quotes and trades of two symbols with latency both ways, beside minute bars of a third and a fourth in one step.
local quotes, trades, bars, price = {}, {}, {}, 100
for i = 0, 59 do
  price = price + ((i * 5) % 9 - 4) / 4
  local ts = ("2024-01-02T15:%02d:%02d.5Z"):format(i // 4, i % 4 * 15)
  quotes[#quotes + 1] = { ts, price, 50, price + 0.25, 60 }
  if i % 3 == 1 then trades[#trades + 1] = { ts, price + (i % 2) * 0.25, 20 } end
  if i < 16 then
    bars[#bars + 1] = { ("2024-01-02T15:%02d:00Z"):format(i), price, price + 1, price - 1, price + 0.5, 500 }
  end
end

return {
  name = "ticks",
  mode = "paper",
  accounts = { { id = "main", type = "margin", cash = 100000 }, { id = "other", cash = 50000 } },
  data = {
    { symbol = "Q", quotes = quotes },
    { symbol = "Q", trades = trades },
    { symbol = "B", bars = bars, timeframe = "1m" },
    { symbol = "C", bars = bars, timeframe = "1m", build = { "5m" } },
  },
  venue = { latency_ms = 4000, response_latency_ms = 2000, queue = "volume" },
  strategies = { { "ticker.lua", id = "ticker" }, { "ticker.lua", id = "second", account = "other", step = 5 } },
}
