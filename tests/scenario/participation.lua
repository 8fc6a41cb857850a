--- max_participation is one budget a bar, spent in order of arrival; a remainder of a market order goes on at the
--- next open; a bar without volume fills nothing.
local expect = require("lib.expect")

return {
  name = "participation",
  mode = "backtest",
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 10, 10, 10, 10, 1000 },
      { 10, 10, 10, 10, 1000 },
      { 11, 11, 11, 11, 0 },
      { 12, 12, 12, 12, 2000 },
      { 13, 13, 13, 13, 1000 } }) },
  },
  venue = { max_participation = 0.1 },
  strategies = { "scripts/participation.lua" },
  check = function(result)
    expect.fills(result, {
      { qty = 70, price = 10, client_order_id = "first" },
      { qty = 30, price = 10, client_order_id = "second" },
      { qty = 200, price = 12, client_order_id = "second" },
      { qty = 20, price = 13, client_order_id = "second" },
    })
  end,
}
