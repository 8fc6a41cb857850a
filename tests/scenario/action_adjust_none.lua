--- adjust = none: earlier prices stay as they were traded.
local expect = require("lib.expect")

return {
  name = "action-adjust-none",
  mode = "backtest",
  adjust = "none",
  data = {
    { symbol = "A", bars = {
      { "2024-01-02", 20, 20, 20, 20, 100 }, { "2024-01-03", 22, 22, 22, 22, 100 },
      { "2024-01-04", 24, 24, 24, 24, 100 }, { "2024-01-05", 12, 12, 12, 12, 200 },
      { "2024-01-08", 13, 13, 13, 13, 200 }, { "2024-01-09", 12, 12, 12, 12, 200 } } },
    { symbol = "B", bars = {
      { "2024-01-02", 50, 50, 50, 50 }, { "2024-01-03", 50, 50, 50, 50 }, { "2024-01-04", 50, 50, 50, 50 },
      { "2024-01-05", 50, 50, 50, 50 }, { "2024-01-08", 50, 50, 50, 50 }, { "2024-01-09", 50, 50, 50, 50 } } },
    { symbol = "A", actions = { { "2024-01-05", "split", 2 }, { "2024-01-09", "dividend", 1 } } },
  },
  strategies = { { "scripts/action_history.lua", split = 1.0 } },
  check = function(result) expect.passed(result) end,
}
