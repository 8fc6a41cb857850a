--- max_daily_loss: equity at the start of the day less equity now, marks included; the day rolls at 00:00 New York
--- (05:00 UTC in winter). A loss of exactly the limit passes.
return {
  name = "order-daily-loss",
  mode = "backtest",
  data = { { symbol = "A", timeframe = "1h", bars = {
    { "2024-01-02T20:00:00Z", 10, 10, 10, 10 },
    { "2024-01-02T21:00:00Z", 10, 10, 9, 9 }, -- 100 shares, loss 100: the limit itself
    { "2024-01-02T23:00:00Z", 9, 9, 8.99, 8.99 }, -- 200 shares, loss 101 + 1
    { "2024-01-03T02:00:00Z", 8.99, 8.99, 8.9, 8.9 }, -- another date in UTC, the same day in New York
    { "2024-01-03T05:00:00Z", 8.9, 8.9, 8.9, 8.9 } } } }, -- a new day
  limits = { max_daily_loss = 100 },
  strategies = { "scripts/order_daily_loss.lua" },
}
