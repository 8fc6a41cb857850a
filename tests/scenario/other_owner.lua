--- An order is its owner's alone: another strategy can look at it, and is refused when it cancels, replaces or
--- claims it, with the owner's name.
local expect = require("lib.expect")

return {
  name = "other-owner",
  mode = "backtest",
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 } }) },
  },
  strategies = {
    { "scripts/other_owner.lua", id = "owner", owns = true },
    { "scripts/other_owner.lua", id = "meddler" },
  },
  check = function(result)
    expect.equal(#result.orders, 1, "orders")
    expect.equal(result.orders[1].status, "canceled", "status")
    expect.equal(result.orders[1].strategy, "owner", "owner")
    expect.equal(result.orders[1].limit_price, 5, "limit price")
  end,
}
