--- oms.target: a quantity, a weight of equity, a value; earlier target orders are replaced, working ones count.
local expect = require("lib.expect")

return {
  name = "targets",
  mode = "backtest",
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 },
      { 10, 10, 10, 10 }, { 10, 10, 10, 10 } }) },
  },
  strategies = { "scripts/targets.lua" },
  check = function(result)
    expect.fills(result, {
      { side = "buy", qty = 5000 }, -- half of 100,000 at 10
      { side = "sell", qty = 4900 }, -- down to a value of 1,000
      { side = "sell", qty = 150 }, -- through zero to 50 short
      { side = "buy", qty = 70 }, -- to 20, of which nothing was worked before
    })
    expect.passed(result)
  end,
}
