--- A sale by hand under a bracket: the exits shrink with the book, at zero they end (POSITION_CLOSED).
local expect = require("lib.expect")

return {
  name = "manual-sale-under-bracket",
  mode = "backtest",
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 } }) },
  },
  strategies = { "scripts/manual_sale_under_bracket.lua" },
  check = function(result)
    expect.orders(result, {
      { side = "buy", status = "filled" },
      { type = "limit", status = "canceled", code = "POSITION_CLOSED" },
      { type = "stop", status = "canceled", code = "POSITION_CLOSED" },
      { side = "sell", qty = 4, status = "filled" },
      { side = "sell", qty = 6, status = "filled" },
    })
    expect.passed(result)
  end,
}
