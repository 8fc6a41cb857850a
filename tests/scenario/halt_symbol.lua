--- A halted symbol: bars that start within the halt match nothing, data flows, cancels work, orders wait.
local expect = require("lib.expect")

return {
  name = "halt-symbol",
  mode = "backtest",
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 10, 10, 10, 10 }, -- both orders are given at its end, 10:01
      { 11, 11, 11, 11 }, -- 10:01, halted
      { 12, 12, 12, 12 }, -- 10:02, halted
      { 13, 13, 13, 13 }, -- 10:03, the first bar after the halt
      { 14, 14, 14, 14 } }) },
  },
  strategies = { "scripts/halt_symbol.lua" },
  timeline = function(t)
    t:at("2024-01-02T10:01:00Z", function()
      oms.halt("A", 120)
    end)
  end,
  check = function(result)
    expect.orders(result, {
      { qty = 10, status = "filled", filled_avg_price = 13 },
      { qty = 20, status = "canceled", filled_qty = 0 },
    })
    expect.fills(result, { { ts = "2024-01-02T10:03:00Z", price = 13 } })
    expect.passed(result)
  end,
}
