--- A bracket in place, then callbacks that fail after each kind of request.
local oms = require("oms")
local steps = require("steps")

local function all_work(self)
  local take, stop = self.bracket.take_profit, self.bracket.stop_loss
  assert(take.status == "new" and stop.status == "new", take.status .. " " .. stop.status)
  assert(take.qty == 10 and stop.qty == 10 and stop.stop_price == 5 and oms.position("A").qty == 10)
  assert(self.target.status == "new" and self.target.qty == 15, self.target.status)
  assert(not self.bracket.unprotected)
end

return steps({
  [1] = function(self)
    self.bracket = assert(oms.buy("A", 10, { order_class = "bracket", take_profit = { limit_price = 20 },
      stop_loss = { stop_price = 5 }, time_in_force = "gtc" }))
  end,
  [2] = function(self)
    self.target = assert(oms.target("A", 25, { type = "limit", limit_price = 1, time_in_force = "gtc" }))
    assert(self.target.qty == 15)
  end,
  [3] = function(self)
    all_work(self)
    self.ticket = assert(oms.close("A"))
    assert(self.ticket.status == "held" and self.ticket.held_by == "condition")
    error("after oms.close")
  end,
  [4] = function(self)
    all_work(self)
    assert(self.ticket.code == "SCRIPT_ERROR" and self.ticket.status == "rejected")
    assert(oms.target("A", 5, { type = "limit", limit_price = 30, time_in_force = "gtc" }))
    error("after oms.target")
  end,
  [5] = function(self)
    all_work(self)
    assert(self.bracket.stop_loss:replace({ stop_price = 6 }))
    local group = assert(oms.buy("A", 1, { order_class = "bracket", take_profit = { limit_price = 20 },
      stop_loss = { stop_price = 5 } }))
    self.group = group
    error("after a replace and a group")
  end,
  [6] = function(self)
    all_work(self)
    assert(self.group.status == "rejected" and self.group.code == "SCRIPT_ERROR")
    assert(self.group.stop_loss.status == "rejected", self.group.stop_loss.status)
    for i = 1, 1001 do
      local order, reject = oms.buy("A", 1, { type = "limit", limit_price = 1, client_order_id = "many-" .. i })
      assert((order ~= nil) == (i <= 1000), i)
      if reject then
        assert(reject.code == "TOO_MANY_ORDERS")
      end
    end
    assert(oms.cancel_all())
  end,
  [7] = function(self)
    assert(#oms.orders() == 0, #oms.orders())
    assert(self.bracket.stop_loss.status == "canceled" and oms.position("A").qty == 10)
  end,
})
