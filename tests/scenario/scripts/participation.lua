--- Two market orders that share the volume of a bar.
local oms = require("oms")

local S = {}

function S:on_bar()
  if not self.sent then
    self.sent = true
    assert(oms.buy("A", 70, { client_order_id = "first", time_in_force = "gtc" }))
    assert(oms.buy("A", 250, { client_order_id = "second", time_in_force = "gtc" }))
  end
end

return S
