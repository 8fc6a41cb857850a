--- `from` with `warmup`: the bars before it come to on_warmup and oms.bars, orders are refused there, trading and
--- statistics begin at `from`.
local expect = require("lib.expect")

return {
  name = "warmup-from",
  mode = "backtest",
  from = "2024-01-05",
  to = "2024-01-09",
  data = {
    { symbol = "A", timeframe = "1d", bars = {
      { "2024-01-02", 1, 1, 1, 1 },
      { "2024-01-03", 2, 2, 2, 2 },
      { "2024-01-04", 3, 3, 3, 3 },
      { "2024-01-05", 4, 4, 4, 4 },
      { "2024-01-08", 5, 5, 5, 5 },
      { "2024-01-09", 6, 6, 6, 6 },
      { "2024-01-10", 7, 7, 7, 7 } } },
  },
  strategies = { "scripts/warmup_from.lua" },
  check = function(result)
    expect.equal(result.summary.bars, 3, "bars that traded")
    expect.equal(result.summary.initial_equity, 100000, "initial equity")
    expect.fills(result, { { qty = 10, price = 5, ts = "2024-01-08" } })
    expect.passed(result)
  end,
}
