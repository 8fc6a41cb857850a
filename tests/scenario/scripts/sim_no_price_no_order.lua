--- Orders before the first price.
local oms = require("oms")

local S = {}

function S:on_start()
  local order, reject = oms.buy("A", 1, { time_in_force = "gtc" })
  assert(not order and reject.code == "NO_REFERENCE_PRICE", reject and reject.code)
  assert(oms.buy("A", 1, { type = "limit", limit_price = 10, time_in_force = "gtc", client_order_id = "limit" }))
  assert(oms.buy("B", 1, { time_in_force = "gtc", client_order_id = "previous" }), "the previous close is a reference")
  order, reject = oms.buy("X", 1)
  assert(not order and reject.code == "UNKNOWN_SYMBOL")
  order, reject = oms.submit({ symbol = "A", side = "buy", notional = 100 })
  assert(not order and reject.code == "NO_REFERENCE_PRICE", reject and reject.code)
end

return S
