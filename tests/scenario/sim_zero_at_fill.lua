--- An order through zero reserves its opening part; at the fill the closing part is booked first and sets its
--- money free.
local expect = require("lib.expect")

return {
  name = "sim-zero-at-fill",
  mode = "backtest",
  accounts = { { id = "main", cash = 1000, multiplier = 1 } },
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 },
      { 16, 16, 16, 16 } }) }, -- "dear": the rest of 70 at 16 needs 1120, after a gain of 300 there are 1300
  },
  strategies = { "scripts/sim_zero_at_fill.lua" },
  check = function(result)
    expect.fills(result, {
      { side = "buy", qty = 100 }, { side = "sell", qty = 100 }, { side = "sell", qty = 50 },
      { side = "buy", qty = 100, client_order_id = "turn" },
      { side = "sell", qty = 120, client_order_id = "dear", price = 16 },
    })
    expect.trades(result, {
      { side = "long", qty = 100, pnl = 0 },
      { side = "short", qty = 50, pnl = 0, exit_time = "2024-01-02T10:04:00Z" },
      { side = "long", qty = 50, entry_price = 10, exit_price = 16, pnl = 300 },
      { side = "short", qty = 70, entry_price = 16, exit_price = "" },
    })
  end,
}
