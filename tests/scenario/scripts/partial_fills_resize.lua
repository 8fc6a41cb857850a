--- Watches the sizes of a bracket's exits while parts fill.
local oms = require("oms")
local steps = require("steps")

local function sizes(self, target, stop)
  local e = self.entry
  assert(e.take_profit.leaves_qty == target, ("target %g, want %g"):format(e.take_profit.leaves_qty, target))
  assert(e.stop_loss.leaves_qty == stop, ("stop %g, want %g"):format(e.stop_loss.leaves_qty, stop))
end

return steps({
  [1] = function(self)
    self.entry = assert(oms.submit({
      symbol = "A",
      side = "buy",
      qty = 250,
      time_in_force = "gtc",
      order_class = "bracket",
      take_profit = { limit_price = 12 },
      stop_loss = { stop_price = 8 },
    }))
  end,
  [2] = function(self) sizes(self, 100, 100) end,
  [3] = function(self) sizes(self, 200, 200) end,
  [4] = function(self) sizes(self, 250, 250) end,
  [5] = function(self) sizes(self, 150, 150) end,
  [6] = function(self) sizes(self, 50, 50) end,
  [8] = function(self)
    sizes(self, 0, 0)
    assert(oms.position("A").qty == 0 and self.entry.take_profit.status == "canceled")
  end,
})
