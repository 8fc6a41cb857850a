--- Keys that were refused, that came twice in one callback, of groups, and of replaces.
local oms = require("oms")
local steps = require("steps")

local function rejected(code, order, reject)
  assert(order == nil and reject.code == code, reject and reject.code or order.status)
  return reject.message
end

local function bracket(stop_price)
  return oms.submit({ symbol = "A", side = "buy", qty = 1, time_in_force = "gtc", order_class = "bracket",
    client_order_id = "group", take_profit = { limit_price = 20 }, stop_loss = { stop_price = stop_price } })
end

return steps({
  [1] = function(self)
    -- what a limit refused has used its key, and answers the same
    rejected("MAX_ORDER_QTY", oms.buy("A", 101, { client_order_id = "big" }))
    rejected("MAX_ORDER_QTY", oms.buy("A", 101, { client_order_id = "big" }))
    local why = rejected("DUPLICATE_CLIENT_ORDER_ID", oms.buy("A", 100, { client_order_id = "big" }))
    assert(why:find("qty"), why)
    -- what does not parse uses no key
    assert(not pcall(oms.buy, "A", 1, { client_order_id = "late", type = "limt" }))
    assert(oms.buy("A", 1, { client_order_id = "late", time_in_force = "gtc" }))
    -- a group: all of it is the content
    self.group = assert(bracket(5))
    assert(bracket(5) == self.group)
    rejected("DUPLICATE_CLIENT_ORDER_ID", bracket(6))
    -- 5 and "5.0" are the same content
    local terms = { type = "limit", limit_price = "5.0", time_in_force = "gtc", client_order_id = "text" }
    self.text = assert(oms.buy("A", 1, terms))
    terms.limit_price = 5
    assert(oms.buy("A", 1, terms) == self.text)
    -- the key is the order_id where none is given
    self.plain = assert(oms.buy("A", 2, { type = "limit", limit_price = 4, time_in_force = "gtc" }))
    assert(self.plain.client_order_id == self.plain.order_id)
    assert(oms.order(self.plain.order_id) == self.plain)
  end,
  [2] = function(self)
    assert(self.text:replace({ limit_price = 6, client_order_id = "mine" }))
    local ok, reject = self.plain:replace({ limit_price = 5, client_order_id = "mine" })
    assert(not ok and reject.code == "DUPLICATE_CLIENT_ORDER_ID", reject and reject.code)
    assert(bracket(5) == self.group, "at any time")
  end,
  [3] = function(self)
    assert(self.text.client_order_id == "mine" and self.text.limit_price == 6)
    -- the first answer stands, also after its order has been replaced
    local again = assert(oms.buy("A", 1, { type = "limit", limit_price = 5, time_in_force = "gtc",
      client_order_id = "text" }))
    assert(again.client_order_id == "text" or again == self.text)
  end,
}, { witness = false })
