-- Ten rules that an order passes, for tests/bench/bench_decision.c: flat bars, so that all of them say yes.
local bars = {}
for day = 1, 28 do
  for minute = 0, 299 do
    bars[#bars + 1] = {
      ("2024-02-%02dT%02d:%02d:00Z"):format(day, 14 + minute // 60, minute % 60),
      100, 100, 100, 100, 1000000,
    }
  end
end

return {
  name = "decision",
  accounts = { { id = "main", type = "margin", cash = 1e9, multiplier = 4 } },
  data = { { symbol = "X", bars = bars, timeframe = "1m", tz = "UTC", label = "start" } },
  rules = {
    { "rules/max_order.lua", max_qty = 1000, max_notional = 1e6 },
    { "rules/max_position.lua", max = 1e6 },
    { "rules/price_collar.lua", percent = 5 },
    { "rules/order_rate.lua", max_orders = 1e9 },
    { "rules/max_daily_loss.lua", max_loss = 1e8 },
    { "rules/restricted_list.lua" },
    { "rules/self_match.lua" },
    { "rules/order_to_trade.lua", ratio = 1e9 },
    { "rules/symbol_concentration.lua", percent = 1e6 },
    { "rules/max_drawdown_halt.lua", percent = 90 },
  },
  strategies = { { "tests/bench/idle.lua", id = "idle" } },
}
