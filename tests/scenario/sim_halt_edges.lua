--- A halt binds bars that start from its call (included) to its end (excluded); trails do not move in it.
local expect = require("lib.expect")

return {
  name = "sim-halt-edges",
  mode = "backtest",
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 10, 10, 10, 10 },
      { 11, 11, 11, 11 }, -- 10:01: the halt begins at 10:01:30
      { 12, 12, 12, 12 }, -- 10:02: halted
      { 13, 13, 13, 13 } }) }, -- 10:03: the halt ends at 10:03:00
  },
  timeline = function(t)
    t:at("2024-01-02T10:01:30Z", function() oms.halt("A", 90) end)
  end,
  strategies = { "scripts/sim_halt_edges.lua" },
  check = function(result)
    expect.fills(result, {
      { client_order_id = "one", price = 11, ts = "2024-01-02T10:01:00Z" },
      { client_order_id = "two", price = 13, ts = "2024-01-02T10:03:00Z" },
    })
  end,
}
