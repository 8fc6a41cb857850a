--- A strategy is reloaded in mid-run: on_save hands its state to on_load of the new file, named timers and order
--- handles go on. A file that does not load is refused, and the old strategy stays.
local expect = require("lib.expect")

return {
  name = "reload-state",
  mode = "backtest",
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 },
      { 10, 10, 10, 10 } }) },
  },
  strategies = { { "scripts/reload_old.lua", id = "counter" } },
  timeline = function(t)
    t:at("2024-01-02T10:02:30Z", function()
      local done, reject = oms.reload("counter", { with = "scripts/reload_broken.lua" })
      assert(not done and reject.message:find("reload_broken.lua:5", 1, true), "the place of the error is named")
    end)
    t:at("2024-01-02T10:03:30Z", function()
      assert(oms.reload("counter", { with = "scripts/reload_new.lua" }))
    end)
  end,
  check = function(result)
    expect.orders(result, {
      { qty = 1, status = "filled" }, -- the old file: as many as bars were seen
      { qty = 2, status = "filled" },
      { qty = 3, status = "filled" },
      { qty = 104, status = "filled" }, -- the new one adds a hundred to the count it was given
      { qty = 105, status = "filled" },
      { qty = 106, status = "new" },
      { client_order_id = "by-timer", status = "new" }, -- armed by the old file, heard by the new one
    })
  end,
}
