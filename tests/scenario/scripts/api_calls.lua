--- Orders with every word of the table of oms.submit, and the answers of each call.
local oms = require("oms")
local steps = require("steps")

--- That f raises, and what it says.
local function raises(text, f, ...)
  local ok, message = pcall(f, ...)
  assert(not ok, "did not raise: " .. text)
  assert(tostring(message):find(text, 1, true), tostring(message) .. " does not say: " .. text)
end

local function refused(code, answer, reject)
  assert(answer == nil and type(reject) == "table", "was not refused: " .. code)
  assert(reject.code == code, tostring(reject.code) .. ": " .. tostring(reject.message))
  assert(type(reject.message) == "string" and reject.message ~= "" and reject.message:sub(1, #code) ~= code)
end

local function all_forms(self)
  local limit = { type = "limit", limit_price = "5.25", time_in_force = "gtc", client_order_id = "key-1", tag = "t" }
  local a = assert(oms.buy("A", "10", limit))
  assert(a.client_order_id == "key-1" and a.tag == "t" and a.limit_price == 5.25 and a.qty == 10)
  assert(a.side == "buy" and a.type == "limit" and a.time_in_force == "gtc" and a.symbol == "A")
  assert(a.status == "pending_new" and a.is_open and a.filled_qty == 0 and a.leaves_qty == 10)
  assert(a.filled_avg_price == nil and a.code == nil and a.account == "main" and a.order_class == "simple")
  assert(a.owner == "api_calls" and a.strategy_id == "api_calls" and #a.order_id == 36)
  assert(a == oms.buy("A", 10, limit), "the same key with the same content gives the same order")
  limit.limit_price = 5.5
  refused("DUPLICATE_CLIENT_ORDER_ID", oms.buy("A", 10, limit))
  assert(oms.order("key-1") == a and oms.order(a.order_id) == a and oms.order("nobody") == nil)
  assert(tostring(a):find("buy 10 A limit 5.25", 1, true) and not tostring(a):find("0x", 1, true))
  self.a = a
  local kinds = {
    { type = "stop", stop_price = 30 },
    { type = "stop_limit", stop_price = 30, limit_price = 31 },
    { type = "trailing_stop", trail_price = 5 },
    { type = "trailing_stop", trail_percent = 50 },
    { type = "trailing_stop_limit", trail_percent = 50, limit_offset = 0.1 },
    { type = "market_if_touched", stop_price = 2 },
    { type = "limit_if_touched", stop_price = 2, limit_price = 2.5 },
  }
  self.kinds = {}
  for i, terms in ipairs(kinds) do
    terms.symbol, terms.side, terms.qty, terms.time_in_force = "A", "buy", i, "gtc"
    local o = assert(oms.submit(terms))
    assert(o.type == terms.type and o.qty == i)
    self.kinds[i] = o
  end
  assert(self.kinds[1].stop_price == 30 and self.kinds[3].stop_price == nil, "a trail has no stop before it works")
end

local function misuse()
  raises("unknown key 'limit_prise' (did you mean 'limit_price'?)", oms.submit,
    { symbol = "A", side = "buy", qty = 1, limit_prise = 1 })
  raises("did you mean 'limit'?", oms.buy, "A", 1, { type = "limi", limit_price = 1 })
  raises("limit order needs limit_price", oms.buy, "A", 1, { type = "limit" })
  raises("takes no limit_price", oms.buy, "A", 1, { limit_price = 1 })
  raises("takes no stop_price", oms.buy, "A", 1, { type = "limit", limit_price = 1, stop_price = 2 })
  raises("trail_price or trail_percent", oms.buy, "A", 1, { type = "trailing_stop" })
  raises("not both", oms.buy, "A", 1, { type = "trailing_stop", trail_price = 1, trail_percent = 1 })
  raises("finite", oms.buy, "A", 0 / 0)
  raises("finite", oms.buy, "A", math.huge)
  raises("must be a number", oms.buy, "A", {})
  raises("no decimal number", oms.buy, "A", "ten")
  raises("qty is missing", oms.submit, { symbol = "A", side = "buy" })
  raises("side is missing", oms.submit, { symbol = "A", qty = 1 })
  raises("exclude each other", oms.submit, { symbol = "A", side = "buy", qty = 1, notional = 1 })
  raises("needs expire_at", oms.buy, "A", 1, { time_in_force = "gtd" })
  raises("goes with time_in_force = 'gtd'", oms.buy, "A", 1, { expire_at = "2024-01-03" })
  raises("needs an order_class", oms.buy, "A", 1, { stop_loss = { stop_price = 1 } })
  raises("contradict", oms.buy, "A", 1, { session = "regular", extended_hours = true })
  raises("client_order_id must be", oms.buy, "A", 1, { client_order_id = "" })
  raises("oms has no 'sumbit' (did you mean 'submit'?)", function() return oms.sumbit end)
  raises("no account", function()
    local ok, message = pcall(oms.buy, "A", 1, { account = "mian" })
    error((not ok and message:find("main", 1, true)) and "no account" or tostring(message))
  end)
  raises("not available in this version", oms.buy, "A", 1, { algo = "twap" })
  raises("not available in this version", oms.buy, "A", 1, { when = { lua = "x" } })
  refused("UNKNOWN_SYMBOL", oms.buy("X", 1))
  refused("UNKNOWN_SYMBOL", oms.close("X"))
  refused("UNKNOWN_SYMBOL", oms.target("X", 1))
  refused("INVALID_QTY", oms.buy("A", 0))
  refused("INVALID_QTY", oms.buy("A", -1))
  refused("SHORT_NOT_ALLOWED", oms.sell("A", 1, { account = "other" }))
  refused("NO_REFERENCE_PRICE", oms.target("B", { weight = 0.1 }))
  refused("NO_REFERENCE_PRICE", oms.buy("B", 10))
  refused("OFF_LOT", oms.buy("B", 5, { type = "limit", limit_price = 20 }))
  refused("OFF_TICK", oms.buy("B", 10, { type = "limit", limit_price = 20.001 }))
  refused("INSUFFICIENT_BUYING_POWER", oms.buy("A", 1000000))
  raises("did you mean 'status'?", function() oms.orders({ stauts = "open" }) end)
end

local function lists(self)
  assert(#oms.orders() == 8 and oms.orders()[1] == self.a
    and oms.orders({})[8] == self.kinds[7], "in order of creation")
  assert(#oms.orders({ status = "open" }) == 8 and #oms.orders({ symbol = "B" }) == 0)
  assert(#oms.orders({ status = "rejected" }) == 8 and #oms.orders({ account = "other" }) == 0)
  assert(#oms.orders({ status = "rejected", account = "other" }) == 1)
  assert(#oms.orders({ status = "new" }) == 8 and #oms.orders({ status = "filled" }) == 0)
  assert(self.a.status == "new" and self.a.at_venue)
  for i = 3, 5 do
    local stop = self.kinds[i].stop_price
    assert(stop == 15, "the stop as it stands at the venue: " .. tostring(stop))
  end
end

return steps({
  [1] = function(self)
    all_forms(self)
    misuse()
    assert(oms.position("A").qty == 0 and #oms.positions() == 0 and oms.position("A").avg_price == nil)
    assert(oms.last("A") == 10 and oms.last("B") == nil and oms.quote("A") == nil and oms.quote("X") == nil)
    assert(oms.instrument("X") == nil and oms.instrument("B").lot == 10 and oms.instrument("A").tick == nil)
    local symbols = oms.symbols()
    assert(#symbols == 2 and symbols[1] == "A" and symbols[2] == "B")
  end,
  [2] = function(self)
    lists(self)
    assert(self.a:replace({ qty = 20, limit_price = 5.5 }))
    assert(self.a.qty == 10 and self.a.pending.qty == 20 and self.a.pending.limit_price == 5.5)
    assert(self.a.status == "pending_replace")
    refused("REPLACE_PENDING", oms.replace(self.a, { qty = 30 }))
    raises("nothing to replace", oms.replace, self.a, {})
    raises("unknown key", oms.replace, self.a, { side = "sell" })
    assert(self.kinds[1]:cancel())
    assert(self.kinds[1]:cancel(), "a second cancel is no error")
  end,
  [3] = function(self)
    assert(self.a.qty == 20 and self.a.limit_price == 5.5 and self.a.status == "new" and self.a.pending == nil)
    assert(self.a.replaces ~= nil and self.a.client_order_id == "key-1.r1")
    assert(oms.order("key-1") == self.a, "the old key finds the order that lives")
    local ended = self.kinds[1]
    assert(ended.status == "canceled" and ended.canceled_by == "user" and not ended.is_open and ended.qty == 1)
    refused("TOO_LATE", ended:cancel())
    refused("TOO_LATE", oms.replace(ended, { qty = 3 }))
    assert(oms.cancel_all({ symbol = "B" }) and #oms.orders() == 7)
    assert(oms.cancel_all({ account = "other" }) and oms.cancel_all({ symbol = "X" }))
    assert(oms.cancel_all())
    self.day = assert(oms.submit({ symbol = "A", side = "buy", notional = 100 }))
    self.short = assert(oms.submit({ symbol = "A", side = "sell_short", qty = 1, time_in_force = "ioc" }))
    self.gtd = {}
    local at = oms.now() + 30000000000
    for i, expire_at in ipairs({ at, oms.time.iso(at), "2024-01-02" }) do
      self.gtd[i] = assert(oms.buy("A", 1,
        { type = "limit", limit_price = 1, time_in_force = "gtd", expire_at = expire_at }))
    end
    assert(self.gtd[1].expire_at == at and self.gtd[2].expire_at == at)
  end,
  [4] = function(self)
    assert(self.day.status == "filled" and self.day.filled_qty == 10 and self.day.filled_avg_price == 10)
    assert(self.short.status == "filled")
    assert(self.a.status == "canceled" and #oms.orders({ status = "canceled" }) == 8)
    local p = oms.position("A")
    assert(p.qty == 9 and p.avg_price == 10 and p.symbol == "A" and p.account == "main")
    assert(p.market_value == 99 and p.unrealized_pl == 9 and p.cost_basis == 90 and p.realized_pl == 0)
    assert(oms.positions()[1].qty == 9 and oms.position("A", { scope = "account" }).qty == 9)
    assert(#oms.positions({ account = "other" }) == 0 and oms.position("A", { account = "other" }).qty == 0)
    assert(#oms.positions({ scope = "account" }) == 1)
    local account = oms.account("main")
    assert(account.cash == 99910 and account.equity == 100009 and account.long_market_value == 99)
    assert(account.multiplier == 2 and account.short_market_value == 0 and account.maintenance_margin == nil)
    assert(oms.account().id == "main" and oms.account("other").cash == 5000 and oms.account("other").type == "cash")
    self.before = account
    assert(oms.close("A", { qty = 4, tag = "half" }).qty == 4)
  end,
  [5] = function(self)
    assert(self.before.cash == 99910, "what a call returns is the caller's own")
    assert(oms.position("A").qty == 5)
    assert(self.gtd[1].status == "expired" and self.gtd[2].status == "expired" and self.gtd[3].status == "new")
    assert(oms.close("A").tag == nil and self.gtd[3]:cancel())
    assert(oms.buy("A", 1, { type = "trailing_stop", trail_price = 5, time_in_force = "gtc",
      client_order_id = "trail" }))
    raises("did you mean", oms.position, "A", { scpe = "account" })
  end,
  [6] = function()
    assert(oms.order("trail").stop_price == 15 and oms.order("trail"):cancel())
    assert(oms.position("A").qty == 0 and oms.close("A") == true and oms.target("A", 0) == true)
    assert(oms.buy("A", 2, { type = "trailing_stop", trail_price = 5, time_in_force = "gtc",
      client_order_id = "ends" }))
    local bracket = assert(oms.buy("A", 10, { order_class = "bracket", tag = "group",
      take_profit = { { qty = 4, limit_price = 12 }, { qty = 6, limit_price = 13 } },
      stop_loss = { stop_price = 8, limit_price = 7.5 } }))
    assert(#bracket.children == 3 and bracket.take_profit.limit_price == 12 and bracket.take_profit.qty == 4)
    assert(bracket.stop_loss.stop_price == 8 and bracket.stop_loss.limit_price == 7.5)
    assert(bracket.stop_loss.parent == bracket and bracket.stop_loss.type == "stop_limit")
    assert(bracket.stop_loss.status == "held" and bracket.stop_loss.held_by == "parent")
    assert(bracket.parent == nil and bracket.stop_loss.side == "sell" and bracket.children[3] == bracket.stop_loss)
    assert(bracket.children[1] == bracket.take_profit and bracket.children[1].tag == "group")
  end,
}, { symbols = { "A" } })
