--- A bracket whose stop is a stop limit that triggers and does not fill.
local oms = require("oms")
local steps = require("steps")

return steps({
  [1] = function()
    assert(oms.submit({
      symbol = "A", side = "buy", qty = 1, time_in_force = "gtc", order_class = "bracket",
      take_profit = { limit_price = 12 }, stop_loss = { stop_price = 8, limit_price = 13 },
    }))
  end,
}, { witness = false })
