--- Calendars: methods with a colon, now as the default, holidays, early closes; a symbol without sessions.
local expect = require("lib.expect")

return {
  name = "api-calendar",
  mode = "backtest",
  instruments = { SPY = { asset_class = "us_equity" } },
  data = {
    { symbol = "SPY", timeframe = "1d", bars = { { "2024-07-02", 10, 10, 10, 10 }, { "2024-07-03", 10, 10, 10, 10 } } },
    { symbol = "FREE", timeframe = "1d", bars = {
      { "2024-07-02", 10, 10, 10, 10 }, { "2024-07-03", 10, 10, 10, 10 } } },
  },
  strategies = { { "scripts/api_calendar.lua", symbols = { "SPY" } } },
  check = function(result)
    expect.passed(result)
    expect.equal(oms.calendar("SPY"):trading_day("2024-07-04"), "2024-07-05", "in a session file too")
  end,
}
