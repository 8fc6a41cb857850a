--- Submits one order more than a callback may.
local oms = require("oms")

local S = {}

function S:on_bar()
  if self.sent then
    return
  end
  self.sent = true
  for _ = 1, 1000 do
    assert(oms.buy("A", 1))
  end
  local order, reject = oms.buy("A", 1)
  assert(not order and reject.code == "TOO_MANY_ORDERS")
end

return S
