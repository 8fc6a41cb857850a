--- A reduce_only order is refused without a position and never sells more than the book holds.
local expect = require("lib.expect")

return {
  name = "reduce-only",
  mode = "backtest",
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 8, 8 }, { 8, 8, 8, 8 } }) },
  },
  strategies = { "scripts/reduce_only.lua" },
  check = function(result)
    expect.fills(result, {
      { side = "buy", qty = 10, price = 10 },
      { side = "sell", qty = 4, price = 10 },
      { side = "sell", qty = 6, price = 9 }, -- the stop was made smaller with the book
    })
    expect.passed(result)
  end,
}
