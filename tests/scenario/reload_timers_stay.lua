--- A file whose on_load arms clocks and then fails leaves those of the old file as they were: each fires at its time,
--- and no clock of the failed file does.
local expect = require("lib.expect")

local rows = {}
for i = 1, 7 do
  rows[i] = { 10, 10, 10, 10 }
end

return {
  name = "reload-timers-stay",
  mode = "backtest",
  data = { { symbol = "A", timeframe = "1m", bars = expect.minutes(rows) } },
  strategies = { { "scripts/reload_clocks.lua", id = "clocks" } },
  timeline = function(t)
    for _, at in ipairs({ "10:01:30", "10:03:30", "10:04:00" }) do
      t:at("2024-01-02T" .. at .. "Z", function()
        local done, reject = oms.reload("clocks", { with = "scripts/reload_arms.lua" })
        assert(not done and reject.message:find("no state", 1, true), "the failure is told")
      end)
    end
  end,
  check = function(result)
    expect.orders(result, {
      { client_order_id = "tick:02" },
      { client_order_id = "tick:04" },
      { client_order_id = "late:04" },
      { client_order_id = "tick:06" },
    })
  end,
}
