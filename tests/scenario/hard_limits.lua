--- The hard limits in C: the code of each, and that exits pass where they have to.
local expect = require("lib.expect")

return {
  name = "hard-limits",
  mode = "backtest",
  instruments = { A = { tick = 0.01, lot = 1 } },
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 8, 8, 8, 8 }, { 8, 8, 8, 8 } }) },
    { symbol = "B", timeframe = "1m", bars = expect.minutes({
      { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 8, 8, 8, 8 }, { 8, 8, 8, 8 } }) },
  },
  limits = {
    max_order_qty = 1000,
    max_order_notional = 8000,
    price_collar_pct = 5,
    max_position = 900,
    max_daily_loss = 1000,
    restricted = { "B" },
  },
  strategies = { { "scripts/hard_limits.lua", symbols = { "A" } } },
  check = function(result)
    local codes = {}
    for _, o in ipairs(result.orders) do
      codes[#codes + 1] = o.code or o.status
    end
    expect.equal(table.concat(codes, " "), table.concat({
      "OFF_TICK", "OFF_LOT", "INVALID_QTY", "UNKNOWN_SYMBOL",
      "RESTRICTED_SYMBOL", "MAX_ORDER_QTY", "MAX_ORDER_NOTIONAL", "PRICE_COLLAR",
      "filled", "MAX_POSITION",
      "DAILY_LOSS", "filled",
    }, " "), "codes")
    expect.equal(result.summary.rejected, 10, "rejected")
    expect.equal(result.summary.final_equity, 98400, "final equity")
  end,
}
