--- The take-profit fills whole while the entry is only partly filled: what the entry buys afterwards is protected
--- too, or the group says that it is not.
local expect = require("lib.expect")

return {
  name = "exit-before-parent-done",
  mode = "backtest",
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 10, 10, 10, 10, 1000 },
      { 10, 10, 10, 10, 1000 }, -- 100 of 200
      { 11, 12, 11, 12, 1000 }, -- the target of 12 sells them
      { 10, 10, 10, 10, 1000 }, -- another 100
      { 10, 10, 10, 10, 1000 } }) },
  },
  venue = { max_participation = 0.1 },
  strategies = { "scripts/exit_before_parent_done.lua" },
  check = function(result)
    expect.passed(result)
  end,
}
