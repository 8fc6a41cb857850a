--- A target that takes three orders.
local oms = require("oms")

local S = {}

function S:on_bar()
  if not self.sent then
    self.sent = true
    assert(oms.target("A", 100))
  end
end

return S
