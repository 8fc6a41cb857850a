--- A rule whose on_fill takes a position back has the closing order checked by its own check meanwhile: afterwards
--- ctx is about the fill again, its account and its symbol.
local expect = require("lib.expect")

return {
  name = "rule-reduces-on-fill",
  mode = "backtest",
  accounts = { { id = "main", cash = 100000 }, { id = "second", cash = 50000 } },
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 } }) },
  },
  rules = { "scripts/rule_reduces_on_fill.lua" },
  strategies = { { "scripts/buy_ten.lua", account = "second" } },
  check = function(result)
    expect.equal(#result.fills, 2, "fills")
    expect.equal(result.fills[2].side, "sell", "the rule's order")
    expect.equal(result.fills[2].qty, 4, "its size")
  end,
}
