--- A limit entry that fills in two parts with its take-profit between them.
local oms = require("oms")
local steps = require("steps")

return steps({
  [1] = function(self)
    self.entry = assert(oms.submit({
      symbol = "A",
      side = "buy",
      qty = 200,
      type = "limit",
      limit_price = 10,
      time_in_force = "gtc",
      order_class = "bracket",
      take_profit = { limit_price = 12 },
      stop_loss = { stop_price = 8 },
    }))
  end,
  [3] = function(self)
    assert(self.entry.filled_qty == 100 and oms.position("A").qty == 0)
  end,
  [5] = function(self)
    local held, stops = oms.position("A").qty, 0
    for _, child in ipairs(self.entry.children) do
      if child.type == "stop" and child.is_open then
        stops = stops + child.leaves_qty
      end
    end
    assert(stops == held or self.entry.unprotected,
      ("%g are held, stops protect %g, and the group does not say so"):format(held, stops))
  end,
})
