--- The rules of rules/ as pure functions: what passes, what is refused with which code, that missing data is refused,
--- that of a replacement only the increase counts, that exits pass where they have to.
--- Run: lua5.4 tests/lua/test_rules.lua
local orders = {} -- by id, for what a replacement replaces
local clock = {} -- what oms.time.parts answers
package.preload["oms"] = function()
  return {
    order = function(id) return orders[id] end,
    time = { parts = function() return clock end },
    alert = function() end,
  }
end

local function rule(name, params)
  local R = dofile("rules/" .. name .. ".lua")
  for k, v in pairs(params) do
    assert(R.params[k] ~= nil, name .. " has no parameter " .. k)
    R.params[k] = v
  end
  return R
end

local function order(terms)
  local o = { symbol = "A", side = "buy", qty = 10, type = "market" }
  for k, v in pairs(terms or {}) do
    o[k] = v
  end
  return o
end

--- A ctx with everything known, over which 'with' is laid; false stands for what is not known.
local function context(with)
  local c = {
    now = 0,
    reduces = false,
    reference = 100,
    day = { orders = 0, replaces = 0, total_pl = 0 },
    position = function() return { qty = 0 } end,
    working = function() return 0 end,
    instrument = function() return { multiplier = 1 } end,
  }
  for k, v in pairs(with or {}) do
    c[k] = v or nil
  end
  return c
end

local count = 0
local function expect(what, R, o, c, code)
  local accepted, got, message = R:check(o, c)
  count = count + 1
  if code then
    assert(accepted == false and got == code, ("%s: %s %s"):format(what, tostring(accepted), tostring(got)))
    assert(type(message) == "string" and message ~= "", what .. ": a refusal says why")
  else
    assert(accepted == nil or accepted == true, ("%s: refused %s, %s"):format(what, got, message))
  end
end

orders.old = order({ qty = 200, limit_price = 100 })

local size = rule("max_order", { max_qty = 100.0, max_notional = 5000.0 })
expect("at both limits", size, order({ qty = 50 }), context())
expect("too many shares", size, order({ qty = 101 }), context(), "MAX_ORDER_QTY")
expect("too much money", size, order({ qty = 51 }), context(), "MAX_ORDER_NOTIONAL")
expect("binds exits too", size, order({ qty = 101 }), context({ reduces = true }), "MAX_ORDER_QTY")
expect("counts at its own limit", size, order({ qty = 51, limit_price = 98 }), context())
expect("counts at its own stop", size, order({ qty = 50, stop_price = 101 }), context(), "MAX_ORDER_NOTIONAL")
expect("no price", size, order({ qty = 1 }), context({ reference = false }), "NO_REFERENCE_PRICE")
expect("a smaller replacement", size, order({ qty = 150, limit_price = 100, replaces = "old" }), context())
expect("a larger replacement", size, order({ qty = 201, replaces = "old" }), context(), "MAX_ORDER_QTY")
expect("a dearer one", size, order({ qty = 200, limit_price = 101, replaces = "old" }), context(), "MAX_ORDER_NOTIONAL")

local position = rule("max_position", { max = 100.0 })
local held = context({
  position = function() return { qty = 60 } end,
  working = function(_, side) return side == "buy" and 30 or 0 end,
})
expect("at the limit", position, order({ qty = 10 }), held)
expect("beyond it with what works", position, order({ qty = 11 }), held, "MAX_POSITION")
expect("through zero", position, order({ qty = 160, side = "sell" }), held)
expect("through zero and beyond", position, order({ qty = 161, side = "sell_short" }), held, "MAX_POSITION")
expect("an exit", position, order({ qty = 1000, side = "sell" }), context({ reduces = true }))
expect("position not known", position, order(), context({ position = function() end }), "MAX_POSITION")
expect("working not known", position, order(), context({ working = function() end }), "MAX_POSITION")
expect("a smaller replacement", position, order({ qty = 150, replaces = "old" }), held)
expect("the increase fits", position, order({ qty = 210, replaces = "old" }), held)
expect("the increase does not", position, order({ qty = 211, replaces = "old" }), held, "MAX_POSITION")

local collar = rule("price_collar", { percent = 5.0 })
expect("a market order", collar, order(), context({ reference = false }))
expect("at the collar", collar, order({ limit_price = 105 }), context())
expect("a buy too far above", collar, order({ limit_price = 105.1 }), context(), "PRICE_COLLAR")
expect("a passive buy", collar, order({ limit_price = 1 }), context())
expect("a sell too far below", collar, order({ side = "sell", limit_price = 94 }), context(), "PRICE_COLLAR")
expect("exits too", collar, order({ side = "sell", limit_price = 94 }), context({ reduces = true }), "PRICE_COLLAR")
expect("a passive sell", collar, order({ side = "sell", limit_price = 500 }), context())
expect("from its own stop", collar, order({ stop_price = 200, limit_price = 209 }), context())
expect("too far from its stop", collar, order({ stop_price = 200, limit_price = 211 }), context(), "PRICE_COLLAR")
expect("no reference", collar, order({ limit_price = 1 }), context({ reference = false }), "NO_REFERENCE_PRICE")
orders.far = order({ qty = 10, limit_price = 120 })
expect("a nearer replacement", collar, order({ limit_price = 119, replaces = "far" }), context())
expect("a larger one", collar, order({ qty = 11, limit_price = 119, replaces = "far" }), context(), "PRICE_COLLAR")

local loss = rule("max_daily_loss", { max_loss = 500.0 })
expect("a small loss", loss, order(), context({ day = { total_pl = -499 } }))
expect("the limit", loss, order(), context({ day = { total_pl = -500 } }), "DAILY_LOSS")
expect("an exit", loss, order(), context({ reduces = true, day = { total_pl = -900 } }))
expect("a gain", loss, order(), context({ day = { total_pl = 9000 } }))
expect("not known", loss, order(), context({ day = {} }), "DAILY_LOSS")

local restricted = rule("restricted_list", { restricted = { "B", "A" } })
expect("on the list", restricted, order(), context(), "RESTRICTED_SYMBOL")
expect("not on it", restricted, order({ symbol = "C" }), context())
expect("an exit", restricted, order(), context({ reduces = true }))

local rate = rule("order_rate", { max_orders = 2, seconds = 1.0 })
local function at(seconds, sent, reduces)
  return context({ now = math.floor(seconds * 1e9), reduces = reduces, day = { orders = sent, replaces = 0 } })
end
expect("the first", rate, order(), at(0, 0))
expect("the second", rate, order(), at(0, 1))
expect("the third", rate, order(), at(0.5, 2), "MAX_ORDER_RATE")
expect("an exit", rate, order(), at(0.5, 2, true))
expect("with the exit they are three", rate, order(), at(0.9, 3), "MAX_ORDER_RATE")
expect("the first two are a second old", rate, order(), at(1.0, 3))
expect("the exit and one more", rate, order(), at(1.2, 4), "MAX_ORDER_RATE")
expect("a second later", rate, order(), at(2.5, 4))
expect("the day rolled", rate, order(), at(2.6, 0))
expect("not known", rate, order(), context({ day = {} }), "MAX_ORDER_RATE")
local refused = rule("order_rate", { max_orders = 1, seconds = 1.0 })
expect("checked, then refused by another rule", refused, order(), at(0, 0))
expect("checked late and sent", refused, order(), at(0.9, 0))
expect("what was sent at 0.9 counts at 1.5", refused, order(), at(1.5, 1), "MAX_ORDER_RATE")

local averaging = rule("no_averaging_down", { tolerance_percent = 1.0 })
local function holds(qty, price, reference)
  return context({ position = function() return { qty = qty, avg_price = price } end, reference = reference })
end
expect("from flat", averaging, order(), holds(0, nil, 100))
expect("to a winner", averaging, order(), holds(10, 100, 101))
expect("within the tolerance", averaging, order(), holds(10, 100, 99))
expect("to a loser", averaging, order(), holds(10, 100, 98.9), "AVERAGING_DOWN")
expect("to a losing short", averaging, order({ side = "sell_short" }), holds(-10, 100, 101.1), "AVERAGING_DOWN")
expect("to a winning short", averaging, order({ side = "sell_short" }), holds(-10, 100, 98))
expect("the other side", averaging, order({ side = "sell" }), holds(10, 100, 50))
expect("position not known", averaging, order(), context({ position = function() end }), "AVERAGING_DOWN")
expect("no price", averaging, order(), holds(10, 100, false), "NO_REFERENCE_PRICE")

local hours = rule("trading_hours", { from = "09:35", to = "15:45" })
local function time(hour, minute, weekday)
  clock = { hour = hour, minute = minute, weekday = weekday or 3 }
  return context()
end
expect("before", hours, order(), time(9, 34), "TRADING_HOURS")
expect("from", hours, order(), time(9, 35))
expect("to", hours, order(), time(15, 45), "TRADING_HOURS")
expect("on Saturday", hours, order(), time(12, 0, 6), "TRADING_HOURS")
clock = { hour = 3, minute = 0, weekday = 3 }
expect("an exit", hours, order(), context({ reduces = true }))
local night = rule("trading_hours", { from = "18:00", to = "02:00", weekend = true })
expect("over midnight", night, order(), time(1, 59, 7))
expect("by day", night, order(), time(12, 0), "TRADING_HOURS")

local function equity(value)
  return context({ account = function() return { id = "main", equity = value } end })
end
local drawdown = rule("max_drawdown_halt", { percent = 10.0 })
expect("at the peak", drawdown, order(), equity(1000))
expect("nine percent below", drawdown, order(), equity(910))
expect("ten", drawdown, order(), equity(900), "MAX_DRAWDOWN")
expect("it stays so", drawdown, order(), equity(2000), "MAX_DRAWDOWN")
expect("not known", drawdown, order(), context({ account = function() end }), "MAX_DRAWDOWN")
local saved = drawdown:on_save()
local later = rule("max_drawdown_halt", {})
later:on_load(saved)
expect("also in a new file", later, order(), equity(2000), "MAX_DRAWDOWN")
later = rule("max_drawdown_halt", { resume = true })
later:on_load(saved)
expect("unless it resumes", later, order(), equity(2000))

local streak = rule("loss_streak_cooldown", { losses = 2, minutes = 1.0 })
local function fill(seconds, losses)
  streak:on_fill({}, context({ now = seconds * 1000000000, day = { losses_in_row = losses } }))
end
local function at_second(seconds, reduces)
  return context({ now = seconds * 1000000000, reduces = reduces })
end
fill(10, 1)
expect("one loss", streak, order(), at_second(11))
fill(20, 2)
expect("two", streak, order(), at_second(79), "LOSS_STREAK")
expect("an exit", streak, order(), at_second(30, true))
expect("a minute later", streak, order(), at_second(80))

local concentration = rule("symbol_concentration", { percent = 10.0 })
local function of_equity(value, holds_now, works)
  return context({ account = function() return { equity = value } end,
    position = function() return { qty = holds_now or 0 } end, working = function() return works or 0 end })
end
expect("ten percent", concentration, order(), of_equity(10000))
expect("more", concentration, order(), of_equity(9999), "SYMBOL_CONCENTRATION")
expect("with what is held", concentration, order({ qty = 1 }), of_equity(10000, 10), "SYMBOL_CONCENTRATION")
expect("with what works", concentration, order({ qty = 1 }), of_equity(10000, 0, 10), "SYMBOL_CONCENTRATION")
expect("short", concentration, order({ side = "sell_short", qty = 11 }), of_equity(10000), "SYMBOL_CONCENTRATION")
expect("no equity left", concentration, order(), of_equity(-5), "SYMBOL_CONCENTRATION")
expect("not known", concentration, order(), context({ account = function() end }), "SYMBOL_CONCENTRATION")

local ratio = rule("order_to_trade", { ratio = 2.0, grace = 4 })
local function messages(n, fills, reduces)
  return context({ reduces = reduces, day = { orders = n, replaces = 0, cancels = 0, fills = fills } })
end
expect("in the grace", ratio, order(), messages(3, 0))
expect("too many", ratio, order(), messages(4, 1), "ORDER_TO_TRADE")
expect("enough fills", ratio, order(), messages(4, 3))
expect("an exit", ratio, order(), messages(40, 1, true))
expect("not known", ratio, order(), context({ day = {} }), "ORDER_TO_TRADE")

local stale = rule("stale_quote", { seconds = 5.0 })
local function quoted(q, reduces)
  return context({ now = 10000000000, reduces = reduces, quote = function() return q end })
end
expect("fresh", stale, order(), quoted({ bid = 1, ask = 2, ts = 5000000000 }))
expect("old", stale, order(), quoted({ bid = 1, ask = 2, ts = 4999999999 }), "STALE_QUOTE")
expect("crossed", stale, order(), quoted({ bid = 2.1, ask = 2, ts = 10000000000 }), "STALE_QUOTE")
expect("one side", stale, order(), quoted({ bid = 2, ts = 10000000000 }), "STALE_QUOTE")
expect("none", stale, order(), quoted(nil), "STALE_QUOTE")
expect("an exit", stale, order(), quoted(nil, true))
expect("exits, too", rule("stale_quote", { exits = true }), order(), quoted(nil, true), "STALE_QUOTE")

local match = rule("self_match", {})
local function against(other)
  other.order_id, other.status = "o", other.status or "new"
  return context({ open_orders = function() return { other } end })
end
expect("a bid at the offer", match, order({ limit_price = 10 }),
  against({ side = "sell", type = "limit", limit_price = 10 }), "SELF_MATCH")
expect("a bid below it", match, order({ limit_price = 9 }),
  against({ side = "sell", type = "limit", limit_price = 10 }))
expect("any price", match, order(), against({ side = "sell", type = "limit", limit_price = 10 }), "SELF_MATCH")
expect("the same side", match, order(), against({ side = "buy_to_cover", type = "market" }))
expect("a stop that waits", match, order(), against({ side = "sell", type = "stop" }))
expect("one that was triggered", match, order(), against({ side = "sell", type = "stop", triggered = true }),
  "SELF_MATCH")
expect("one that is held", match, order(), against({ side = "sell", type = "market", status = "held" }))
expect("a stop of ours", match, order({ type = "stop" }), against({ side = "sell", type = "market" }))

print(count .. " judgements as expected")
