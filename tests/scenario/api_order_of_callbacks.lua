--- What runs when within one time stamp: timeline, session events, fills (on_fill before on_order, the position
--- contains the fill), on_bar in data order with finer bars first, on_bars once, timers; nothing runs inside a call.
local expect = require("lib.expect")

local rows = {}
for i = 1, 4 do
  rows[i] = { 10, 10, 10, 10 }
end

return {
  name = "api-order-of-callbacks",
  mode = "backtest",
  instruments = { A = { asset_class = "us_equity" }, B = { asset_class = "us_equity" } },
  data = {
    { symbol = "B", timeframe = "1m", bars = expect.minutes(rows, "2024-01-02T14:28:00Z") },
    { symbol = "A", timeframe = "2m", bars = {
      { "2024-01-02T14:28:00Z", 1, 1, 1, 1 }, { "2024-01-02T14:30:00Z", 1, 1, 1, 1 } } },
    { symbol = "A", timeframe = "1m", bars = expect.minutes(rows, "2024-01-02T14:28:00Z") },
  },
  strategies = { "scripts/api_order_of_callbacks.lua" },
  timeline = function(t)
    t:at("2024-01-02T14:30:00Z", function()
      assert(oms.now() == oms.time.parse("2024-01-02T14:30:00Z"))
      assert(oms.kill({ symbol = "B" }, "for its event") and oms.resume({ symbol = "B" }))
    end)
  end,
  check = function(result)
    expect.passed(result)
  end,
}
