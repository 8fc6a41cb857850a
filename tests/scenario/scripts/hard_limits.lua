--- Orders that each break one limit, and some that break none.
local oms = require("oms")
local steps = require("steps")

local function refused(code, order, reject)
  assert(not order and reject.code == code, reject and reject.message or "was accepted")
end

local function limit(qty, price)
  return oms.buy("A", qty, { type = "limit", limit_price = price })
end

return steps({
  [1] = function()
    refused("OFF_TICK", limit(1, 9.999))
    refused("OFF_LOT", oms.buy("A", 1.5))
    refused("INVALID_QTY", oms.buy("A", 0))
    refused("UNKNOWN_SYMBOL", oms.buy("X", 1))
    refused("RESTRICTED_SYMBOL", oms.buy("B", 1))
    refused("MAX_ORDER_QTY", oms.buy("A", 1001))
    refused("MAX_ORDER_NOTIONAL", oms.buy("A", 801))
    refused("PRICE_COLLAR", limit(1, 10.51))
    assert(oms.round_price("A", 9.999, "down") == 9.99 and oms.round_qty("A", 1.5) == 1)
    assert(oms.buy("A", 800))
    refused("MAX_POSITION", oms.buy("A", 101))
  end,
  [3] = function()
    assert(oms.account().equity == 98400)
    refused("DAILY_LOSS", oms.buy("A", 1))
    assert(oms.sell("A", 800))
  end,
}, { witness = false })
