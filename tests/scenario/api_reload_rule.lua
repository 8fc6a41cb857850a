--- A rule is reloaded: its state moves over, the clock is that of the new file, the next order meets the new check.
local expect = require("lib.expect")

local rows = {}
for i = 1, 6 do
  rows[i] = { 10, 10, 10, 10 }
end

return {
  name = "api-reload-rule",
  mode = "backtest",
  data = { { symbol = "A", timeframe = "1m", bars = expect.minutes(rows) } },
  rules = { { "scripts/api_rule_clock.lua", id = "clock" } },
  strategies = { "scripts/api_reload_rule.lua" },
  timeline = function(t)
    t:at("2024-01-02T10:02:30Z", function()
      assert(oms.reload("clock", { with = "scripts/api_rule_clock_slow.lua" }))
    end)
    t:at("2024-01-02T10:04:30Z", function()
      assert(oms.reload("clock", { with = "scripts/api_rule_clock_none.lua" }))
    end)
  end,
  check = function(result)
    expect.passed(result)
    local messages = {}
    for _, o in ipairs(result.orders) do
      messages[#messages + 1] = o.message
    end
    expect.equal(table.concat(messages, " "), "5 8 8", "firings seen at 10:02, 10:04 and 10:05")
  end,
}
