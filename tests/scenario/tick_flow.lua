--- Order flow: our limit stands in the book among the others by price and time, our market order takes from it, and
--- each row that moves the touch is a quote, each match a trade.
local expect = require("lib.expect")

return {
  name = "tick-flow",
  mode = "backtest",
  data = {
    { symbol = "A", orders = {
      { "A", 1, "B", 10, 5 }, -- quote 1: 10 x 5
      { "A", 2, "S", 11, 4 }, -- quote 2: our buy of 3 at 10 comes behind 1
      { "A", 3, "B", 10, 2 }, -- quote: 10 x 10
      { "A", 4, "S", 10, 6 }, -- takes 5 of 1 and 1 of ours
      { "R", 3, "", "", 1 },
      { "A", 5, "S", "9.5", 3 }, -- takes our last 2, then the one of 3
      { "C", 3 }, -- it is gone already
      { "A", 6, "B", 9, 1 },
      { "A", 7, "B", 8, 1 } } },
  },
  strategies = { "scripts/tick_flow.lua" },
  check = function(result)
    expect.passed(result)
    expect.fills(result, {
      { client_order_id = "ours", qty = 1, price = 10, ts = "1970-01-01T00:00:00.003Z" },
      { client_order_id = "ours", qty = 2, price = 10, ts = "1970-01-01T00:00:00.005Z" },
      { client_order_id = "out", qty = 1, price = 9, ts = "1970-01-01T00:00:00.007Z" },
      { client_order_id = "out", qty = 1, price = 8, ts = "1970-01-01T00:00:00.008Z" },
    })
  end,
}
