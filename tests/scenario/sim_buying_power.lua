--- Buying power = multiplier x equity - gross position value - reserve of working orders that do not reduce, with the
--- estimated commission (1 an order). What does not fit at the fill is cancelled whole.
local expect = require("lib.expect")

return {
  name = "sim-buying-power",
  mode = "backtest",
  accounts = { { id = "main", cash = 1000 } },
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10.1, 10.1, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 },
      { 10, 10, 10, 10 } }) },
  },
  venue = { commission = { per_order = 1 } },
  strategies = { "scripts/sim_buying_power.lua" },
  check = function(result)
    local by_id = {}
    for _, o in ipairs(result.orders) do by_id[o.client_order_id] = o end
    local o = by_id["at-the-fill"]
    expect.equal(o.status, "canceled", "at the fill")
    expect.equal(o.code, "INSUFFICIENT_BUYING_POWER", "at the fill")
    expect.equal(o.filled_qty, 0, "at the fill")
    expect.trades(result, {
      { side = "long", qty = 100, commission = 1 + 0.502512, pnl = -1.502512 },
      { side = "short", qty = 99, commission = 0.497488 + 1, pnl = -1.497488 },
    })
    expect.equal(result.summary.final_equity, 997, "final equity")
  end,
}
