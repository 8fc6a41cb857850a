--- A bracket and what protects it after its exit's fill was taken back.
local oms = require("oms")
local steps = require("steps")

return steps({
  [1] = function(self)
    self.entry = assert(oms.submit({
      symbol = "A",
      side = "buy",
      qty = 10,
      time_in_force = "gtc",
      order_class = "bracket",
      take_profit = { limit_price = 12 },
      stop_loss = { stop_price = 8 },
      client_order_id = "entry",
    }))
  end,
  [3] = function(self)
    assert(oms.position("A").qty == 0 and self.entry.stop_loss.status == "canceled")
  end,
  [4] = function(self)
    assert(oms.position("A").qty == 10)
    local stops = 0
    for _, child in ipairs(self.entry.children) do
      if child.type == "stop" and child.is_open then
        stops = stops + child.leaves_qty
      end
    end
    assert(stops == 10 or self.entry.unprotected, "neither protected nor said not to be")
  end,
})
