--- Orders that each break one rule, and some that break none.
local oms = require("oms")
local steps = require("steps")

local function refused(code, order, reject)
  assert(not order and reject.code == code, reject and reject.message or "was accepted")
end

local function limit(qty, price)
  return oms.buy("A", qty, { type = "limit", limit_price = price, time_in_force = "gtc" })
end

return steps({
  [1] = function()
    refused("RESTRICTED_SYMBOL", oms.buy("B", 1))
    refused("MAX_ORDER_QTY", oms.buy("A", 1001))
    refused("MAX_ORDER_NOTIONAL", oms.buy("A", 801))
    refused("PRICE_COLLAR", limit(10, 10.51))
    assert(oms.buy("A", 700))
  end,
  [2] = function(self)
    self.passive = assert(limit(500, 9))
    refused("MAX_POSITION", oms.buy("A", 1))
    assert(self.passive:replace({ qty = 400 }))
    local done, reject = self.passive:replace({ qty = 501 })
    assert(not done and reject, "one replace is out")
  end,
  [3] = function(self)
    assert(self.passive.qty == 400)
    local done, reject = self.passive:replace({ qty = 501 })
    assert(not done and reject.code == "MAX_POSITION", "the increase is new risk")
  end,
  [4] = function(self)
    assert(oms.position("A").qty == 1100, "the limit of 9 filled at the open of 8")
    assert(self.passive.status == "filled")
    refused("DAILY_LOSS", oms.buy("A", 1))
    assert(oms.sell("A", 900))
  end,
}, { witness = false })
