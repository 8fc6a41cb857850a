--- Replaces of an order that fills in parts of 10 a bar, with a latency of one bar.
local oms = require("oms")
local steps = require("steps")

local function is(o, status, qty, filled)
  assert(o.status == status and o.qty == qty and o.filled_qty == filled,
    ("%s %g %g, want %s %g %g"):format(o.status, o.qty, o.filled_qty, status, qty, filled))
end

return steps({
  [1] = function(self)
    self.more = assert(oms.buy("A", 30, { time_in_force = "gtc", client_order_id = "more" }))
  end,
  [2] = function(self) is(self.more, "new", 30, 0) end,
  [3] = function(self)
    is(self.more, "partially_filled", 30, 10)
    local ok, reject = self.more:replace({ qty = 9 })
    assert(not ok and reject.code == "INVALID_QTY", "a total below what has filled")
    assert(self.more:replace({ qty = 40 })) -- the new total
    assert(self.more.pending.qty == 40)
    is(self.more, "pending_replace", 30, 10)
  end,
  [4] = function(self) -- it has filled on meanwhile; the successor carries the sums of the chain
    is(self.more, "partially_filled", 40, 20)
    assert(self.more.client_order_id == "more.r1" and self.more.leaves_qty == 20)
    assert(self.more:replace({ qty = 30 }))
  end,
  [5] = function(self) -- at 30 by now: nothing is left
    is(self.more, "filled", 30, 30)
    assert(self.more.client_order_id == "more.r2")
    self.less = assert(oms.buy("A", 30, { time_in_force = "gtc", client_order_id = "less" }))
  end,
  [7] = function(self)
    is(self.less, "partially_filled", 30, 10)
    assert(self.less:replace({ qty = 15 })) -- arrives when 20 have filled
    self.first = oms.order("less")
    assert(self.first:cancel(), "a cancel goes to both")
  end,
  [8] = function(self)
    is(self.less, "filled", 15, 20)
  end,
})
