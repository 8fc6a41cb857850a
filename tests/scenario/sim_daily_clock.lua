--- Daily bars of a declared share complete with its session, early closes included, others at 24:00 of the data's zone;
--- all are labelled by their date.
local rows = { { "2024-11-27", 10, 10, 10, 10 }, { "2024-11-29", 10, 10, 10, 10 } }

return {
  name = "sim-daily-clock",
  mode = "backtest",
  instruments = { U = { asset_class = "us_equity", tick = 0.01, lot = 1 } },
  data = {
    { symbol = "U", bars = rows },
    { symbol = "N", bars = rows },
    { symbol = "B", tz = "Europe/Berlin", bars = rows },
  },
  strategies = { "scripts/sim_daily_clock.lua" },
}
