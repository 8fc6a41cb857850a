--- The kill switch cancels what works (KILLED) and refuses what comes (STATE_HALTED) until it is resumed; the state
--- "reducing" admits exits only (STATE_REDUCING).
local expect = require("lib.expect")

return {
  name = "kill-resume",
  mode = "backtest",
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 },
      { 10, 10, 10, 10 } }) },
  },
  strategies = { "scripts/kill_resume.lua" },
  timeline = function(t)
    t:at("2024-01-02T10:02:30Z", function()
      oms.kill("all", "a test")
    end)
    t:at("2024-01-02T10:03:30Z", function()
      oms.resume()
      oms.state("reducing", { symbol = "A" })
    end)
    t:at("2024-01-02T10:04:30Z", function()
      oms.state("active", { symbol = "A" })
    end)
  end,
  check = function(result)
    expect.orders(result, {
      { qty = 10, status = "filled" },
      { qty = 11, status = "canceled", code = "KILLED" },
      { qty = 1, status = "rejected", code = "STATE_HALTED" },
      { qty = 10, side = "sell", status = "rejected", code = "STATE_HALTED" },
      { qty = 2, status = "rejected", code = "STATE_REDUCING" },
      { qty = 10, side = "sell", status = "filled" },
      { qty = 3, status = "filled" },
    })
    expect.passed(result)
  end,
}
