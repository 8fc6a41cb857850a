--- Buys for 100.
local oms = require("oms")

local S = {}

function S:on_bar()
  if not self.sent then
    self.sent = true
    assert(oms.submit({ symbol = "A", side = "buy", notional = 100 }))
  end
end

return S
