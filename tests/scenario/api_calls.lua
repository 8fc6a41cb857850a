--- The calls of section 2 with every form of their arguments: what each returns, and what misuse says.
local expect = require("lib.expect")

return {
  name = "api-calls",
  mode = "backtest",
  seed = 7,
  accounts = { { id = "main", cash = 100000 }, { id = "other", cash = 5000, type = "cash" } },
  instruments = { B = { asset_class = "us_equity", tick = 0.01, lot = 10 } },
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 10, 11, 9, 10 }, { 10, 11, 9, 10 }, { 10, 11, 9, 10 }, { 10, 12, 9, 11 }, { 10, 11, 9, 10 },
      { 10, 11, 9, 10 } }) },
    { symbol = "B", timeframe = "1m", bars = expect.minutes({
      { 20, 21, 19, 20 }, { 20, 21, 19, 20 }, { 20, 21, 19, 20 }, { 20, 21, 19, 20 }, { 20, 21, 19, 20 },
      { 20, 21, 19, 20 } }, "2024-01-02T15:00:00Z") },
  },
  strategies = { "scripts/api_calls.lua" },
  check = function(result)
    expect.passed(result)
    local stops = {}
    for _, o in ipairs(result.orders) do
      stops[o.client_order_id] = o.stop_price or "none"
    end
    expect.equal(stops.trail, "none", "the stop of a trailing order that has ended")
    expect.equal(stops.ends, 15, "the stop of a trailing order as it stands at the end")
  end,
}
