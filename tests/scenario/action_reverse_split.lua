--- One for ten, lot 1: 25 bought at 10.00 are 2 and half a share, which is paid at 120, ten times the last price of 12.
--- The half share cost 50. Without a lot 25 are 2.5.
local expect = require("lib.expect")

local function bars()
  return {
    { "2024-01-02", 10, 10, 10, 10, 100 }, { "2024-01-03", 10, 12, 10, 12, 100 },
    { "2024-01-04", 120, 120, 120, 120, 10 }, { "2024-01-05", 120, 120, 120, 120, 10 },
  }
end

return {
  name = "action-reverse-split",
  mode = "backtest",
  instruments = { A = { tick = 0.01, lot = 1 } },
  data = {
    { symbol = "A", bars = bars() }, { symbol = "F", bars = bars() },
    { symbol = "A", actions = { { "2024-01-04", "split", 0.1 } } },
    { symbol = "F", actions = { { "2024-01-04", "split", 0.1 } } },
  },
  strategies = { "scripts/action_reverse_split.lua" },
  check = function(result)
    expect.passed(result)
    expect.trades(result, {
      { symbol = "A", qty = 0.5, entry_price = 100, exit_price = 120, exit_time = "2024-01-04", pnl = 10 },
      { symbol = "A", qty = 2, entry_price = 100, exit_price = "" },
      { symbol = "F", qty = 2.5, entry_price = 100, exit_price = "" },
    })
  end,
}
