--- 0.50 a share, long 100 of A and short 30 of B: 50 received, 15 paid.
local expect = require("lib.expect")

local function bars()
  return {
    { "2024-01-02", 10, 10, 10, 10, 100 }, { "2024-01-03", 10, 10, 10, 10, 100 },
    { "2024-01-04", 9.5, 9.5, 9.5, 9.5, 100 }, { "2024-01-05", 9.5, 9.5, 9.5, 9.5, 100 },
  }
end

return {
  name = "action-dividend",
  mode = "backtest",
  instruments = { A = { tick = 0.01, lot = 1 } },
  data = {
    { symbol = "A", bars = bars() }, { symbol = "B", bars = bars() },
    { symbol = "A", actions = { { "2024-01-04", "dividend", 0.5 } } },
    { symbol = "B", actions = { { "2024-01-04", "dividend", 0.5 } } },
  },
  strategies = { "scripts/action_dividend.lua" },
  check = function(result)
    expect.passed(result)
    expect.equal(result.summary.final_equity, 100000 - 50 + 15 + 50 - 15, "final equity")
  end,
}
