--- A rule that loops or fails denies what does not reduce; what reduces passes it, unless the rule is strict. The
--- strategy that called it goes on.
local expect = require("lib.expect")

local rows = {}
for i = 1, 4 do
  rows[i] = { 10, 10, 10, 10 }
end

return {
  name = "api-rule-budget",
  mode = "backtest",
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes(rows) },
    { symbol = "B", timeframe = "1m", bars = expect.minutes(rows) },
  },
  rules = {
    { "scripts/api_rule_fails.lua", scope = { symbols = { "A" } } },
    { "scripts/api_rule_strict.lua", scope = { symbols = { "B" } } },
  },
  strategies = { { "scripts/api_rule_budget.lua", symbols = { "A" } } },
  check = function(result)
    expect.passed(result)
    expect.equal(#result.fills, 3, "fills")
  end,
}
