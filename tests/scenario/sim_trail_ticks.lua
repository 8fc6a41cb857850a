--- A computed stop is rounded away from the market to the tick, moves with the close, never loosens, and stands still
--- over a halted bar.
local expect = require("lib.expect")

return {
  name = "sim-trail-ticks",
  mode = "backtest",
  instruments = { A = { tick = 0.05, lot = 1 } },
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 10, 10, 10, 10 },
      { 10, 10.1, 9.9, 10 }, -- neither 9.85 nor 10.15
      { 10, 12, 10, 12 }, -- halted: it moves nothing, and 10.15 is not filled
      { 10, 10.15, 9.9, 10.1 }, -- fills buy-percent at 10.15; the close of 10.10 makes 9.9788 -> 9.95, and 9.6
      { 10.05, 10.1, 9.95, 9.95 }, -- fills sell-percent at 9.95
      { 9.9, 9.9, 9.65, 9.65 }, -- the stop of 9.6 does not loosen
      { 9.7, 9.7, 9.55, 9.6 } }) },
  },
  timeline = function(t) t:at("2024-01-02T10:02:00Z", function() oms.halt("A", 60) end) end,
  strategies = { "scripts/sim_trail_ticks.lua" },
  check = function(result)
    expect.fills(result, {
      { client_order_id = "buy-percent", price = 10.15, ts = "2024-01-02T10:03:00Z" },
      { client_order_id = "sell-percent", price = 9.95, ts = "2024-01-02T10:04:00Z" },
      { client_order_id = "sell-price", price = 9.6, ts = "2024-01-02T10:06:00Z" },
    })
  end,
}
