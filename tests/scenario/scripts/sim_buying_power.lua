--- What fits at acceptance, what fits at the fill.
local oms = require("oms")
local steps = require("steps")

local function refused(code, order, reject)
  assert(order == nil and reject.code == code, reject and reject.code or order.status)
end
local function limit(price, id)
  return { type = "limit", limit_price = price, time_in_force = "gtc", client_order_id = id }
end
local function power(want)
  local got = oms.account("main").buying_power
  assert(math.abs(got - want) < 1e-6, ("buying power %s, want %s"):format(got, want))
end

return steps({
  [1] = function(self)
    power(2000)
    self.first = assert(oms.buy("A", 100, limit(9.5))) -- reserves 950 + 1
    power(1049)
    refused("INSUFFICIENT_BUYING_POWER", oms.sell("A", 105, limit(10))) -- a short of 1050 + 1
    self.short = assert(oms.sell("A", 104, limit(10)))
    power(8)
    assert(self.first:cancel() and self.short:cancel()) -- they have not left: they end at once
  end,
  [2] = function()
    power(2000)
    -- 199 x 10 + 1 = 1991 fits; the bar opens at 10.1: 2009.9 + 1 does not
    assert(oms.buy("A", 199, { time_in_force = "gtc", client_order_id = "at-the-fill" }))
  end,
  [3] = function()
    power(2000)
    assert(oms.buy("A", 100, { time_in_force = "gtc", client_order_id = "long" }))
  end,
  [4] = function() -- long 100 at 10, cash 1000 - 1000 - 1 = -1, equity 999
    power(2 * 999 - 1000)
    -- through zero: 100 close, 150 open: 1500 + 1 are more than 998, 99 are not
    refused("INSUFFICIENT_BUYING_POWER", oms.sell("A", 250, { time_in_force = "gtc" }))
    assert(oms.sell("A", 199, { time_in_force = "gtc", client_order_id = "through" }))
    power(998 - 990 - 1)
  end,
  [5] = function() -- short 99 at 10
    assert(oms.position("A").qty == -99)
    power(2 * 998 - 990)
    local exit = assert(oms.buy("A", 99, { time_in_force = "gtc", client_order_id = "exit" }))
    power(2 * 998 - 990)
    assert(exit.status == "pending_new")
  end,
  [6] = function()
    assert(oms.position("A").qty == 0)
    power(2 * 997)
  end,
}, { witness = false })
