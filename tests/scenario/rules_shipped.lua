--- The rules of the folder rules/ together: what each refuses, with its code, and that exits pass those that never
--- refuse a reduction.
local expect = require("lib.expect")

return {
  name = "rules-shipped",
  mode = "backtest",
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 8, 8, 8, 8 }, { 8, 8, 8, 8 } }) },
    { symbol = "B", timeframe = "1m", bars = expect.minutes({
      { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 } }) },
  },
  rules = {
    { "rules/restricted_list.lua", restricted = { "B" } },
    { "rules/max_order.lua", max_qty = 1000, max_notional = 8000 },
    { "rules/price_collar.lua", percent = 5 },
    { "rules/max_position.lua", max = 1200 },
    { "rules/max_daily_loss.lua", max_loss = 1400 },
  },
  strategies = { { "scripts/rules_shipped.lua", symbols = { "A" } } },
  check = function(result)
    local codes = {}
    for _, o in ipairs(result.orders) do
      codes[#codes + 1] = o.status == "rejected" and o.code or o.status
    end
    expect.equal(table.concat(codes, " "), table.concat({
      "RESTRICTED_SYMBOL", "MAX_ORDER_QTY", "MAX_ORDER_NOTIONAL", "PRICE_COLLAR", -- one refusal by each
      "filled", -- 700 at 10
      "replaced", -- 500 more at a passive limit, then made 400
      "MAX_POSITION", -- one beyond 1200 with what works
      "filled", -- the successor, at the open of 8
      "DAILY_LOSS", "filled", -- 700 x 2 lost: entries end, the exit of 900 passes
    }, " "), "codes")
  end,
}
