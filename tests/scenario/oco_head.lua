--- The head of an oco: open while an exit works, cancelled with both, shown what its exits fill, ended when the
--- position closes by another way; two take-profits share in order.
local expect = require("lib.expect")

return {
  name = "oco-head",
  mode = "backtest",
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 12, 10, 10 },
      { 10, 10, 10, 10 } }) },
  },
  venue = { bar_path = "ohlc" },
  strategies = { "scripts/oco_head.lua" },
  check = function(result)
    expect.passed(result)
    expect.fills(result, {
      { side = "buy", qty = 10, price = 10 },
      { side = "sell", qty = 4, price = 11 },
      { side = "sell", qty = 6, price = 10 },
    })
  end,
}
