--- Groups that wait for the whole entry, that outlive half of it, that another sale shrinks.
local oms = require("oms")
local steps = require("steps")

local function bracket(id, more)
  local terms = { symbol = "A", side = "buy", qty = 20, time_in_force = "gtc", order_class = "bracket",
    client_order_id = id, take_profit = { limit_price = 20 }, stop_loss = { stop_price = 5 } }
  for k, v in pairs(more or {}) do terms[k] = v end
  return assert(oms.submit(terms))
end
local function is(o, status, qty, what)
  assert(o.status == status and o.leaves_qty == qty, ("%s: %s %g"):format(what, o.status, o.leaves_qty))
end

return steps({
  [1] = function(self) self.full = bracket("full", { trigger = "full" }) end,
  [2] = function(self) -- 10 of 20
    assert(self.full.filled_qty == 10)
    assert(self.full.stop_loss.status == "held", "it waits for the whole entry")
  end,
  [3] = function(self)
    is(self.full.stop_loss, "new", 20, "stop of the whole entry")
    is(self.full.take_profit, "new", 20, "target of the whole entry")
    self.half = bracket("half")
  end,
  [4] = function(self) -- 10 of 20, then the rest is cancelled
    is(self.half.stop_loss, "new", 10, "stop of half")
    assert(self.half:cancel())
  end,
  [5] = function(self)
    assert(self.half.status == "canceled" and self.half.filled_qty == 10)
    is(self.half.stop_loss, "new", 10, "kept with a parent that filled in part")
    self.never = bracket("never", { type = "limit", limit_price = 1 })
    assert(oms.sell("A", 15, { time_in_force = "gtc", client_order_id = "beside" }))
  end,
  [6] = function(self) -- 10 of the 15 sold beside the groups: 20 left for 30 of exits, oldest first
    assert(oms.position("A").qty == 20)
    is(self.full.stop_loss, "new", 10, "the oldest group shrinks first")
    is(self.full.take_profit, "new", 10, "the oldest group shrinks first")
    is(self.half.stop_loss, "new", 10, "the younger one later")
    assert(self.never:cancel())
  end,
  [7] = function(self)
    is(self.full.stop_loss, "new", 5, "15 are left")
    is(self.never.stop_loss, "canceled", 0, "goes with a parent that dies unfilled")
    is(self.never.take_profit, "canceled", 0, "goes with a parent that dies unfilled")
    assert(oms.sell("A", 5, { time_in_force = "gtc" }))
  end,
  [8] = function(self)
    is(self.full.stop_loss, "canceled", 0, "nothing is left for it")
    assert(self.full.stop_loss.code == "POSITION_CLOSED", self.full.stop_loss.code)
    is(self.half.take_profit, "new", 10, "the younger group stands")
  end,
})
