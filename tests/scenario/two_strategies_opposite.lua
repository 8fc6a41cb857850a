--- Two strategies with opposite positions in one account: each sees and closes its own book, the account's net
--- is flat between.
local expect = require("lib.expect")

return {
  name = "two-strategies-opposite",
  mode = "backtest",
  data = {
    {
      symbol = "A",
      timeframe = "1m",
      bars = expect.minutes({
        { 10, 10, 10, 10 },
        { 10, 10, 10, 10 }, -- both enter at 10
        { 11, 11, 11, 11 },
        { 12, 12, 12, 12 }, -- the long one leaves at 12
        { 13, 13, 13, 13 },
        { 14, 14, 14, 14 }, -- the short one leaves at 14
      }),
    },
  },
  strategies = {
    { "scripts/one_side.lua", id = "long", qty = 10, leave_at = 3 },
    { "scripts/one_side.lua", id = "short", qty = -10, leave_at = 5 },
  },
  check = function(result)
    expect.trades(result, {
      { strategy = "long", side = "long", qty = 10, entry_price = 10, exit_price = 12, pnl = 20 },
      { strategy = "short", side = "short", qty = 10, entry_price = 10, exit_price = 14, pnl = -40 },
    })
    expect.equal(result.summary.final_equity, 99980, "final equity")
    expect.equal(result.summary.rejected, 0, "rejected")
  end,
}
