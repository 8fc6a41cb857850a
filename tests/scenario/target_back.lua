--- oms.target back to where the position is, while an earlier target order works: that one is canceled, nothing is
--- refused, and nothing is left to do; also in an account that may not sell short.
local expect = require("lib.expect")

return {
  name = "target_back",
  mode = "backtest",
  accounts = { { id = "main", type = "cash", cash = 1000 } },
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 } }) },
  },
  strategies = { "scripts/target_back.lua" },
  check = function(result)
    expect.fills(result, {})
    assert(result.summary.rejected == 0, "something was refused")
    assert(result.orders[1].status == "canceled", "the limit works on")
    expect.passed(result)
  end,
}
