--- Orders for each rule, and two that fill.
local oms = require("oms")

local S = {}

function S:on_bar()
  if self.sent then
    return
  end
  self.sent = true
  assert(oms.buy("A", 101).status == "held")
  local order, reject = oms.buy("A", 201)
  assert(not order and reject.code == "MAX_ORDER_QTY")
  assert(oms.buy("B", 201).status == "held")
  assert(oms.buy("A", 1))
  assert(oms.buy("A", 2))
end

return S
