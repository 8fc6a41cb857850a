--- What works in an exit's place is what order.take_profit and order.stop_loss name, also after an exit has come back.
local expect = require("lib.expect")

return {
  name = "order-exit-comes-back",
  mode = "backtest",
  instruments = { A = { lot = 1 } },
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 10, 10, 10, 10, 100 },
      { 10, 10, 10, 10, 100 }, -- ten bought
      { 11, 12, 11, 11, 100 }, -- ten sold at 12, none bought
      { 10.4, 10.4, 10.4, 10.4, 100 }, -- the other ten
      { 10, 10, 9, 10, 100 }, -- the stop of 9
      { 10, 10, 10, 10, 100 } }) },
  },
  venue = { max_participation = 0.1 },
  strategies = { "scripts/order_exit_comes_back.lua" },
  check = function(result)
    expect.fills(result, {
      { side = "buy", qty = 10, price = 10 },
      { side = "sell", qty = 10, price = 12 },
      { side = "buy", qty = 10, price = 10.4 },
      { side = "sell", qty = 10, price = 9 },
    })
    expect.passed(result)
  end,
}
