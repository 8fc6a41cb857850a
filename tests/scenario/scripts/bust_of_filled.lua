--- Two limit orders at 9 and what their owner hears and holds while fills are taken back.
local oms = require("oms")
local steps = require("steps")

local S = steps({
  [1] = function()
    for _, id in ipairs({ "gone", "again" }) do
      local terms = { type = "limit", limit_price = 9, time_in_force = "gtc", client_order_id = id }
      assert(oms.buy("A", 10, terms))
    end
  end,
  [3] = function(self)
    assert(oms.position("A").qty == 20 and self.fills == 2)
  end,
  [4] = function(self)
    assert(oms.position("A").qty == 0, "both fills are taken back")
    assert(oms.account().cash == 100000)
    assert(oms.order("gone").status == "canceled" and oms.order("again").status == "new")
    assert(self.busts == 2)
  end,
  [6] = function()
    assert(oms.position("A").qty == 10)
  end,
})

function S:on_fill()
  self.fills = (self.fills or 0) + 1
end

function S:on_order(_, event)
  if event.type == "bust" then
    self.busts = (self.busts or 0) + 1
  end
end

return S
