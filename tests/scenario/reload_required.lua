--- A file that scripts require is named in a reload: all that required it are loaded again, state and all. Only a whole
--- script can be replaced with another file. The library's own scripts can be loaded again, too.
local expect = require("lib.expect")

local rows = {}
for i = 1, 5 do
  rows[i] = { 10, 10, 10, 10 }
end

return {
  name = "reload-required",
  mode = "backtest",
  data = { { symbol = "A", timeframe = "1m", bars = expect.minutes(rows) } },
  rules = { "scripts/reload_part_rule.lua" },
  strategies = { "scripts/reload_part_strategy.lua" },
  timeline = function(t)
    t:at("2024-01-02T10:02:30Z", function()
      assert(oms.reload("reload_part.lua"))
      assert(oms.reload("scripts/reload_part.lua"))
      local done, reject = oms.reload("reload_part.lua", { with = "scripts/reload_old.lua" })
      assert(not done and reject.message:find("only a whole script", 1, true), "not a part")
      assert(oms.reload("triggers"))
      assert(oms.reload("triggers/exits.lua"))
    end)
  end,
  check = function(result)
    expect.orders(result, {
      { qty = 11, message = "above 10" },
      { qty = 10, status = "filled" },
      { qty = 11, message = "above 10" }, -- the third bar: the count went on
      { qty = 10, status = "filled" },
      { qty = 11, message = "above 10" },
    })
  end,
}
