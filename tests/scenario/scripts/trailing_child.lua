--- Enters with a take-profit and a stop-loss that trails by 2.
local oms = require("oms")
local steps = require("steps")

return steps({
  [1] = function()
    assert(oms.submit({
      symbol = "A",
      side = "buy",
      qty = 10,
      time_in_force = "gtc",
      order_class = "bracket",
      take_profit = { limit_price = 30 },
      stop_loss = { trail_price = 2 },
    }))
  end,
  [6] = function()
    assert(oms.position("A").qty == 0)
  end,
})
