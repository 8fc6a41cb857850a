--- The ex-date of a symbol with sessions is a day of New York, whatever the zone of the times: what trades after hours
--- at 19:30 there, on the next date of UTC already, is of the day before the split.
local expect = require("lib.expect")

return {
  name = "action-new-york-day",
  mode = "backtest",
  instruments = { A = { asset_class = "us_equity", tick = 0.01 } },
  data = {
    { symbol = "A", actions = { { "2024-01-03", "split", 2 } } },
    { symbol = "A", timeframe = "1m", bars = {
      { "2024-01-02T15:00:00Z", 100, 100, 100, 100, 10 },
      { "2024-01-02T15:01:00Z", 100, 100, 100, 100, 10 },
      { "2024-01-03T00:30:00Z", 102, 102, 102, 102, 10 },
      { "2024-01-03T14:30:00Z", 51, 51, 51, 51, 10 },
    } },
  },
  strategies = { "scripts/action_new_york_day.lua" },
  check = function(result)
    expect.passed(result)
    expect.fills(result, {
      { client_order_id = "in", qty = 10, price = 100 },
      { client_order_id = "late", qty = 1, price = 102, ts = "2024-01-03T00:30:00Z" },
    })
    expect.equal(result.summary.final_equity, 100020, "equity")
  end,
}
