--- Minute and five-minute bars of one symbol: only the finest stream meets the venue. No order is matched twice,
--- and what only the coarse bars show (here a low of 50) fills nothing and is no last price.
local expect = require("lib.expect")

local minutes = {}
for i = 1, 11 do
  minutes[i] = { 100 + i, 100 + i, 100 + i, 100 + i } -- 10:00 stands at 101, 10:01 at 102, ...
end

return {
  name = "one-symbol-two-timeframes",
  mode = "backtest",
  data = {
    {
      symbol = "A",
      timeframe = "5m",
      bars = {
        { "2024-01-02T10:00:00Z", 101, 105, 50, 60, 5000 },
        { "2024-01-02T10:05:00Z", 60, 110, 50, 60, 5000 },
      },
    },
    { symbol = "A", timeframe = "1m", bars = expect.minutes(minutes) },
  },
  strategies = { "scripts/one_symbol_two_timeframes.lua" },
  check = function(result)
    expect.orders(result, {
      { type = "market", status = "filled", filled_qty = 10 },
      { type = "limit", status = "new", filled_qty = 0 },
    })
    expect.fills(result, { { ts = "2024-01-02T10:05:00Z", qty = 10, price = 106 } })
    expect.passed(result)
  end,
}
