--- The fill of a take-profit is busted after it has ended the stop: the position is back, so it is protected again or
--- the group says that it is not.
local expect = require("lib.expect")

return {
  name = "bust-of-exit",
  mode = "backtest",
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 } }) },
  },
  strategies = { "scripts/bust_of_exit.lua" },
  timeline = function(t)
    t:at("2024-01-02T10:02:30Z", function()
      local target = oms.order("entry").take_profit
      oms.inject({ report = "fill", order = target.order_id, qty = 10, price = 12, execution_id = "X1" })
    end)
    t:at("2024-01-02T10:03:30Z", function()
      local target = oms.order("entry").take_profit
      oms.inject({ report = "bust", order = target.order_id, busts = "X1", qty = 10, price = 12 })
    end)
  end,
  check = function(result)
    expect.passed(result)
  end,
}
