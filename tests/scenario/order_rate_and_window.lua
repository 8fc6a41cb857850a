--- max_orders_per_second looks back a second, the order a whole second ago is out of it; refused ones do not count. The
--- duplicate window knows symbol, side, quantity, type and prices.
return {
  name = "order-rate-and-window",
  mode = "backtest",
  data = { { symbol = "A", timeframe = "1m", bars = {
    { "2024-01-02T10:00:00Z", 10, 10, 10, 10 }, { "2024-01-02T10:01:00Z", 10, 10, 10, 10 } } } },
  limits = { max_orders_per_second = 2, duplicate_window_s = 10 },
  strategies = { "scripts/order_rate_and_window.lua" },
}
