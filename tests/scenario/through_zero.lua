--- A sale beyond the position: in a margin account it closes and opens at one price (two trade lines); in a cash
--- account it is refused.
local expect = require("lib.expect")

return {
  name = "through-zero",
  mode = "backtest",
  accounts = { { id = "main", type = "margin", cash = 1000 }, { id = "saving", type = "cash", cash = 1000 } },
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 12, 12, 12, 12 }, { 11, 11, 11, 11 } }) },
  },
  strategies = {
    { "scripts/through_zero.lua", id = "margin" },
    { "scripts/through_zero.lua", id = "cash", account = "saving" },
  },
  check = function(result)
    expect.trades(result, {
      { strategy = "margin", side = "long", qty = 10, entry_price = 10, exit_price = 12, pnl = 20 },
      { strategy = "cash", side = "long", qty = 10, entry_price = 10, exit_price = "" },
      { strategy = "margin", side = "short", qty = 5, entry_price = 12, exit_price = "" },
    })
    expect.orders(result, {
      { strategy = "margin", status = "filled" },
      { strategy = "cash", status = "filled" },
      { strategy = "margin", side = "sell", qty = 15, status = "filled" },
      { strategy = "cash", side = "sell", qty = 15, status = "rejected", code = "SHORT_NOT_ALLOWED" },
    })
    expect.equal(result.summary.final_equity, 2000 + 20 + 5 + 10, "final equity")
  end,
}
