--- A cash account has a multiplier of 1 and refuses what would sell more than is there.
local expect = require("lib.expect")

return {
  name = "sim-cash-account",
  mode = "backtest",
  accounts = { { id = "main", type = "cash", cash = 1000 } },
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 } }) },
  },
  strategies = { "scripts/sim_cash_account.lua" },
}
