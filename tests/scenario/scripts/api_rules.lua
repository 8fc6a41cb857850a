--- Gives orders whose tags tell the rules what to do.
local oms = require("oms")
local steps = require("steps")

local function refused(code, text, order, reject)
  assert(order == nil, "was accepted")
  assert(reject.code == code and reject.message == text, reject.code .. ": " .. reject.message)
end

return steps({
  [1] = function(self)
    assert(oms.buy("A", 10, { tag = "first" }))
    assert(oms.buy("A", 10, { tag = "second", type = "limit", limit_price = 1, time_in_force = "gtc" }))
    assert(oms.buy("A", 2, { tag = "group", order_class = "bracket", take_profit = { limit_price = 12 },
      stop_loss = { stop_price = 8 } }))
    refused("MAX_OPEN_ORDERS", "4", oms.buy("A", 1, { tag = "count" })) -- once for a group
    refused("MAX_ORDER_QTY", "denied by a rule of main", oms.buy("A", 1, { tag = "deny" }))
    refused("MAX_POSITION", "denied by a rule of second", oms.buy("A", 1, { account = "second" }))
    refused("MAX_ORDER_QTY", "a later rule denies", oms.buy("A", 1, { tag = "ask-denied" }))
    local ask = assert(oms.buy("A", 3, { tag = "ask", client_order_id = "ask" }))
    assert(ask.status == "held" and ask.held_by == "approval", ask.status)
    self.ask = ask
    self.ask_2 = assert(oms.buy("A", 3, { tag = "ask", client_order_id = "ask-2" }))
    local order, reject = oms.buy("A", 1, { tag = "own-code" })
    assert(not order and reject.code == "OUR_OWN_WORD" and reject.message == "why", reject.code)
    local list = oms.orders({ status = "rejected" })
    assert(list[#list].code == "OUR_OWN_WORD" and list[#list].rejected_by == "oms")
    order, reject = oms.buy("A", 1, { tag = "bare" })
    assert(not order and reject.code == "RULE_DENIED")
    order, reject = oms.buy("A", 1, { tag = "nonsense" })
    assert(not order and reject.code == "RULE_FAILED", reject and reject.code)
    self.work = assert(oms.buy("A", 20, { tag = "replace", type = "limit", limit_price = 2, time_in_force = "gtc" }))
  end,
  [2] = function(self)
    assert(oms.position("A").qty == 12)
    refused("MAX_ORDER_QTY", "the increase is too much", self.work:replace({ qty = 30 }))
    assert(self.work.qty == 20 and self.work.status == "new")
    assert(oms.sell("A", 1, { tag = "exit" }))
    assert(self.ask.status == "held")
  end,
  [3] = function(self)
    assert(self.ask.status == "new" or self.ask.status == "pending_new" or self.ask.status == "filled", self.ask.status)
  end,
  [4] = function(self)
    assert(self.ask.status == "filled")
    assert(self.ask_2.status == "rejected" and self.ask_2.code == "APPROVAL_DENIED")
    assert(oms.position("A").qty == 14)
  end,
  [8] = function()
    assert(oms.position("A").qty == 10, "a rule took 4 off: " .. oms.position("A").qty)
  end,
})
