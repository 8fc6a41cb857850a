--- Bars are merged by completion: label + timeframe, or the label where it names the end, or the start of the symbol's
--- next bar; at equal completion finer bars come first, then the order of the data; fills before on_bar, on_bar before
--- on_bars, timers after both.
return {
  name = "sim-clock",
  mode = "backtest",
  data = {
    { symbol = "A", timeframe = "1h", bars = {
      { "2024-01-02T10:00:00Z", 10, 10, 10, 10 },
      { "2024-01-02T11:00:00Z", 10, 10, 10, 10 },
      { "2024-01-02T11:45:00Z", 10, 10, 10, 10 } } },
    { symbol = "B", timeframe = "30m", bars = {
      { "2024-01-02T10:30:00Z", 10, 10, 10, 10 },
      { "2024-01-02T11:00:00Z", 11, 11, 11, 11 },
      { "2024-01-02T11:20:00Z", 12, 12, 12, 12 } } },
    { symbol = "C", timeframe = "1m", label = "end", bars = { { "2024-01-02T10:59:00Z", 10, 10, 10, 10 } } },
    { symbol = "D", timeframe = "1h", bars = { { "2024-01-02T10:00:00Z", 10, 10, 10, 10 } } },
  },
  strategies = { "scripts/sim_clock.lua" },
}
