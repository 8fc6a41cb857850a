--- A client_order_id that comes twice: with the same content the same order, with other content a refusal that
--- makes no row.
local expect = require("lib.expect")

return {
  name = "idempotent-keys",
  mode = "backtest",
  data = { { symbol = "A", timeframe = "1m", bars = expect.minutes({ { 9, 10, 9, 10 }, { 11, 12, 11, 12 } }) } },
  strategies = { "scripts/idempotent_keys.lua" },
  check = function(result)
    expect.orders(result, { { client_order_id = "key", qty = 10, status = "filled", filled_qty = 10 } })
    expect.equal(result.summary.rejected, 0, "rejected")
    expect.passed(result)
  end,
}
