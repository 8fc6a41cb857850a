--- A strategy is stopped by its first error: its working orders are canceled, protective exits stay; with on_error =
--- "leave" the orders stay too. Others go on.
local expect = require("lib.expect")

return {
  name = "stopped-strategy",
  mode = "backtest",
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 7, 7 } }) },
  },
  strategies = {
    { "scripts/stopped_strategy.lua", id = "cancels" },
    { "scripts/stopped_strategy.lua", id = "leaves", on_error = "leave" },
    { "scripts/through_zero.lua", id = "other" },
  },
  check = function(result)
    local of = { cancels = {}, leaves = {}, other = {} }
    for _, o in ipairs(result.orders) do
      table.insert(of[o.strategy], o)
    end
    expect.orders({ orders = of.cancels }, {
      { type = "market", status = "filled" },
      { type = "stop", status = "filled", filled_avg_price = 8 }, -- the protective exit stayed
      { type = "limit", limit_price = 7.5, status = "canceled" },
    })
    expect.orders({ orders = of.leaves }, {
      { type = "market", status = "filled" },
      { type = "stop", status = "filled", filled_avg_price = 8 },
      { type = "limit", limit_price = 7.5, status = "filled" },
    })
    expect.orders({ orders = of.other }, { { qty = 10, status = "filled" }, { qty = 15, status = "filled" } })
  end,
}
