--- A bracket that fills in parts (100 a bar): its exits grow with what has filled, an exit's partial fill makes
--- the other smaller, and together they never sell more than was bought.
local expect = require("lib.expect")

return {
  name = "partial-fills-resize",
  mode = "backtest",
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 10, 10, 10, 10, 1000 },
      { 10, 10, 10, 10, 1000 }, -- 100 of 250
      { 10, 10, 10, 10, 1000 }, -- 200 of 250
      { 10, 10, 10, 10, 1000 }, -- 250 of 250
      { 10, 12, 10, 12, 1000 }, -- the target of 12 sells 100
      { 10, 10, 7, 7, 1000 }, -- the stop of 8 sells 100
      { 7, 7, 7, 7, 1000 }, -- its rest of 50 at the next open
      { 7, 7, 7, 7, 1000 } }) },
  },
  venue = { max_participation = 0.1 },
  strategies = { "scripts/partial_fills_resize.lua" },
  check = function(result)
    expect.fills(result, {
      { side = "buy", qty = 100, price = 10 },
      { side = "buy", qty = 100, price = 10 },
      { side = "buy", qty = 50, price = 10 },
      { side = "sell", qty = 100, price = 12 },
      { side = "sell", qty = 100, price = 8 },
      { side = "sell", qty = 50, price = 7 },
    })
    expect.equal(result.summary.final_equity, 100000 + 200 - 200 - 150, "final equity")
    expect.passed(result)
  end,
}
