--- The size of a group's exits: by what the parent has filled (or once it is whole), down with the book, oldest first.
local expect = require("lib.expect")

return {
  name = "order-group-sizes",
  mode = "backtest",
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 10, 10, 10, 10, 100 }, { 10, 10, 10, 10, 100 }, { 10, 10, 10, 10, 100 }, { 10, 10, 10, 10, 100 },
      { 10, 10, 10, 10, 0 }, { 10, 10, 10, 10, 100 }, { 10, 10, 10, 10, 100 }, { 10, 10, 10, 10, 100 },
      { 10, 10, 10, 10, 100 } }) },
  },
  venue = { max_participation = 0.1 },
  strategies = { "scripts/order_group_sizes.lua" },
  check = function(result)
    expect.passed(result)
  end,
}
