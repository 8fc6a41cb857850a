--- Orders for the auctions of two sessions.
local oms = require("oms")
local steps = require("steps")

local function give(id, tif, more)
  local terms = { symbol = "A", side = "buy", qty = 1, time_in_force = tif, client_order_id = id }
  for k, v in pairs(more or {}) do terms[k] = v end
  return oms.submit(terms)
end

return steps({
  [1] = function() -- 14:29, before the open
    assert(give("opg-today", "opg"))
    assert(give("opg-limit", "opg", { type = "limit", limit_price = 9 }))
    assert(give("cls-today", "cls"))
  end,
  [2] = function() -- 14:31: today's open is over
    assert(give("opg-tomorrow", "opg"))
    assert(give("cls-limit", "cls", { type = "limit", limit_price = 9 }))
    local order, reject = oms.buy("N", 1, { time_in_force = "opg" })
    assert(not order or order.status == "pending_new", reject and reject.code)
  end,
  [4] = function() -- 21:00: the session has closed
    assert(give("cls-tomorrow", "cls"))
    assert(give("day-tomorrow", "day", { type = "limit", limit_price = 12 }))
  end,
}, { witness = false })
