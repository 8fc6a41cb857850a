--- What is an error at the script's line, and what is an order that is refused.
local oms = require("oms")
local steps = require("steps")

local function raises(what, terms)
  terms.symbol, terms.side = terms.symbol or "A", terms.side or "buy"
  local before = #oms.orders({ status = "all" })
  local ok, why = pcall(oms.submit, terms)
  assert(not ok, what .. " is misuse")
  assert(tostring(why):find("order_misuse.lua", 1, true) or tostring(why):find("oms.submit", 1, true), tostring(why))
  assert(#oms.orders({ status = "all" }) == before, "misuse makes no row")
end
local function refused(code, terms)
  terms.symbol, terms.side = terms.symbol or "A", terms.side or "buy"
  local order, reject = oms.submit(terms)
  assert(order == nil and reject.code == code, reject and reject.code or order.status)
end

return steps({
  [1] = function()
    raises("an unknown word", { qty = 1, type = "markte" })
    raises("an unknown key", { qty = 1, typ = "market" })
    raises("a missing price", { qty = 1, type = "limit" })
    raises("a missing stop", { qty = 1, type = "stop_limit", limit_price = 1 })
    raises("a superfluous price", { qty = 1, type = "market", limit_price = 1 })
    raises("a superfluous stop", { qty = 1, type = "limit", limit_price = 1, stop_price = 1 })
    raises("two trails", { qty = 1, type = "trailing_stop", trail_price = 1, trail_percent = 1 })
    raises("no trail", { qty = 1, type = "trailing_stop" })
    raises("NaN", { qty = 0 / 0 })
    raises("infinity", { qty = 1, type = "limit", limit_price = math.huge })
    raises("a quantity that does not fit", { qty = 1e12 })
    raises("no quantity", {})
    raises("two sizes", { qty = 1, notional = 100 })
    raises("gtd without an end", { qty = 1, time_in_force = "gtd" })
    raises("an end without gtd", { qty = 1, time_in_force = "day", expire_at = "2024-01-03" })
    raises("exits without a class", { qty = 1, take_profit = { limit_price = 11 } })
    raises("a bracket without a stop", { qty = 1, order_class = "bracket", take_profit = { limit_price = 11 } })
    raises("an oto with both", { qty = 1, order_class = "oto", take_profit = { limit_price = 11 },
      stop_loss = { stop_price = 9 } })
    raises("an empty key", { qty = 1, client_order_id = "" })
    raises("a long key", { qty = 1, client_order_id = ("x"):rep(129) })
    raises("an unprintable key", { qty = 1, client_order_id = "a\nb" })
    refused("INVALID_QTY", { qty = 0 })
    refused("INVALID_QTY", { qty = -1 })
    refused("UNKNOWN_SYMBOL", { qty = 1, symbol = "Z" })
    refused("POSITION_CLOSED", { qty = 1, side = "sell", reduce_only = true })
    refused("POSITION_CLOSED", { qty = 1, side = "sell", order_class = "oco", take_profit = { limit_price = 11 },
      stop_loss = { stop_price = 9 } })
    assert(oms.submit({ symbol = "A", side = "buy", qty = 1, client_order_id = ("x"):rep(128) }))
  end,
}, { witness = false })
