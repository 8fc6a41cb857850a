--- An exit that came back and was moved is no second take-profit of a list: it comes back again, at its new price.
local expect = require("lib.expect")

return {
  name = "order-exit-comes-back-moved",
  mode = "backtest",
  instruments = { A = { lot = 1 } },
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 10, 10, 10, 10, 100 },
      { 10, 10, 10, 10, 100 }, -- ten bought
      { 11, 12, 11, 11, 100 }, -- and sold at 12
      { 10.4, 10.4, 10.4, 10.4, 100 }, -- ten bought
      { 11, 11.5, 11, 11, 100 }, -- and sold at 11.5
      { 10.4, 10.4, 10.4, 10.4, 100 }, -- ten bought
      { 11, 11.5, 11, 11, 100 } }) }, -- and sold at 11.5
  },
  venue = { max_participation = 0.1 },
  strategies = { "scripts/order_exit_comes_back_moved.lua" },
  check = function(result)
    expect.fills(result, {
      { side = "buy", price = 10 }, { side = "sell", price = 12 }, { side = "buy", price = 10.4 },
      { side = "sell", price = 11.5 }, { side = "buy", price = 10.4 }, { side = "sell", price = 11.5 },
    })
    expect.passed(result)
  end,
}
