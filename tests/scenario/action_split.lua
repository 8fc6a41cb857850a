--- A split of seven for one over a long position, a short one of another strategy, working orders and a bracket. Worked
--- by hand: 10 bought at 700 and 2 at 714 are 84 that cost 8428; 721.7 / 7 = 103.1, 699.9 / 7 = 99.98571
--- (a buy: down), 600.1 / 7 = 85.72857 (a stop to sell: down).
local expect = require("lib.expect")

return {
  name = "action-split",
  mode = "backtest",
  instruments = { A = { tick = 0.01, lot = 1 } },
  data = {
    { symbol = "A", bars = {
      { "2024-01-02", 700, 700, 700, 700, 100 }, { "2024-01-03", 700, 707, 700, 707, 100 },
      { "2024-01-04", 714, 714, 714, 714, 100 }, { "2024-01-05", 101, 101, 101, 101, 700 },
      { "2024-01-08", 101, 104, 99.5, 100, 700 }, { "2024-01-09", 100, 112, 100, 112, 700 } } },
    { symbol = "A", actions = { { "2024-01-05", "split", 7 } } },
  },
  strategies = { "scripts/action_split.lua", "scripts/action_short.lua" },
  check = function(result)
    expect.passed(result)
    expect.fills(result, {
      { client_order_id = "ten", qty = 10, price = 700 },
      { client_order_id = "short", qty = 5, price = 700 },
      { client_order_id = "bracket", qty = 2, price = 714 },
      { client_order_id = "dip", qty = 21, price = 99.98, ts = "2024-01-08" },
      { client_order_id = "target", qty = 28, price = 103.1, ts = "2024-01-08" },
      { client_order_id = "cover", qty = 35, price = 100, ts = "2024-01-09" },
      { qty = 14, price = 110, ts = "2024-01-09" },
    })
    expect.trades(result, {
      { qty = 28, entry_price = 100, exit_price = 103.1, pnl = 86.8 },
      { side = "short", qty = 35, entry_price = 100, exit_price = 100, pnl = 0 },
      { qty = 14, entry_price = 100, exit_price = 110, pnl = 140 },
      { qty = 28, entry_price = 100, exit_price = "" },
      { qty = 14, entry_price = 102, exit_price = "" },
      { qty = 21, entry_price = 99.98, exit_price = "" },
    })
  end,
}
