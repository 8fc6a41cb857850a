--- Every misuse of the calls that give orders, with its message.
local oms = require("oms")
local P = require("prelude")
local raises, same = P.raises, P.same
local S = {}

local function order(extra, drop)
  local t = { symbol = "SPY", side = "buy", qty = 1 }
  for k, v in pairs(extra) do t[k] = v end
  if drop then t[drop] = nil end
  return t
end

local function bad(part, extra, drop)
  raises(part, oms.submit, order(extra, drop))
end

local function keys_and_values()
  bad("oms.submit: unknown key 'limit_prize' (did you mean 'limit_price'?)", { limit_prize = 1 })
  bad("oms.submit: unknown trigger_by 'middle' (did you mean 'mid'?)", { trigger_by = "middle" })
  bad("oms.submit: unknown key 'quantity' (did you mean 'qty'?)", { quantity = 1 })
  bad("oms.submit: unknown key 'zzzzzzzz' (known: symbol, side", { zzzzzzzz = 1 })
  bad("oms.submit: the terms have names, got a number as a key", { 5 })
  raises("oms.submit: argument 1 must be a table, got nothing", oms.submit)
  bad("oms.submit: symbol is missing", {}, "symbol")
  bad("oms.submit: side is missing", {}, "side")
  bad("oms.submit: qty is missing", {}, "qty")
  bad("oms.submit: qty and notional exclude each other", { notional = 100 })
  bad("oms.submit: qty must be a number or a decimal string, got a boolean", { qty = true })
  bad("oms.submit: qty is no decimal number: 'ten'", { qty = "ten" })
  bad("oms.submit: qty must be a finite number, got nan", { qty = 0 / 0 })
  bad("oms.submit: qty must be a finite number, got inf", { qty = 1 / 0 })
  bad("oms.submit: qty is too large", { qty = 1e15 })
  bad("oms.submit: qty is too large", { qty = math.maxinteger })
  bad("oms.submit: the symbol must be a string, got a number", { symbol = 5 })
  bad("oms.submit: unknown side 'bye' (did you mean 'buy'?)", { side = "bye" })
  bad("oms.submit: unknown type 'limt' (did you mean 'limit'?)", { type = "limt" })
  bad("oms.submit: unknown time_in_force 'gtcc' (did you mean 'gtc'?)", { time_in_force = "gtcc" })
  bad("oms.submit: tag must be a string, got a number", { tag = 5 })
  bad("oms.submit: post_only must be true or false, got a string", { post_only = "yes" })
  bad("oms.submit: unknown account 'mian' (did you mean 'main'?)", { account = "mian" })
  bad("oms.submit: client_order_id must be 1 to 128 printable ASCII characters", { client_order_id = "" })
  bad("oms.submit: client_order_id must be 1 to 128 printable ASCII characters", { client_order_id = "a\nb" })
  bad("unknown position_intent 'buy_open' (did you mean 'buy_to_open'?)", { position_intent = "buy_open" })
end

local function prices()
  bad("oms.submit: a limit order needs limit_price", { type = "limit" })
  bad("oms.submit: a market order takes no limit_price", { limit_price = 1 })
  bad("oms.submit: a stop order needs stop_price", { type = "stop" })
  bad("oms.submit: a limit order takes no stop_price", { type = "limit", limit_price = 1, stop_price = 1 })
  bad("oms.submit: a stop_limit order needs limit_price", { type = "stop_limit", stop_price = 1 })
  bad("oms.submit: a trailing_stop order needs trail_price or trail_percent", { type = "trailing_stop" })
  bad("trail_price or trail_percent, not both", { type = "trailing_stop", trail_price = 1, trail_percent = 1 })
  bad("oms.submit: a trailing_stop_limit order needs limit_offset", { type = "trailing_stop_limit", trail_price = 1 })
  bad("oms.submit: a market order takes no trail_percent", { trail_percent = 1 })
  bad("oms.submit: time_in_force 'gtd' needs expire_at", { time_in_force = "gtd" })
  bad("oms.submit: expire_at goes with time_in_force = 'gtd' only", { expire_at = "2013-10-09" })
  bad("oms.submit: expire_at is no ISO 8601 time: 'soon'", { time_in_force = "gtd", expire_at = "soon" })
  bad("oms.submit: expire_at must be integer nanoseconds or an ISO 8601 text, got a float",
    { time_in_force = "gtd", expire_at = 1.5 })
  bad("oms.submit: extended_hours and session contradict each other", { extended_hours = true, session = "regular" })
end

local function not_in_this_version()
  bad("oms.submit: algo is not available in this version", { algo = "twap" })
  bad("oms.submit: when is not available in this version", { when = {} })
  bad("oms.submit: legs is not available in this version", { legs = {} })
  bad("oms.submit: display_qty is not available in this version", { display_qty = 1 })
  bad("oms.submit: order_class 'mleg' is not available in this version", { order_class = "mleg" })
  bad("oms.submit: session 'overnight' is not available in this version", { session = "overnight" })
  bad("oms.submit: route 'ibkr' is not available in this version", { route = "ibkr" })
  bad("oms.submit: trigger_by 'mid' needs quotes, and the data of the symbol have none", { trigger_by = "mid" })
  bad("oms.submit: trigger_by 'double_last' needs trades", { trigger_by = "double_last" })
  raises("oms.chain is not available in this version", oms.chain, "SPY")
  raises("oms.contracts is not available in this version", oms.contracts, "ES")
  raises("oms.front is not available in this version", oms.front, "ES")
  raises("oms has no 'sumbit' (did you mean 'submit'?)", function() return oms.sumbit end)
  raises("oms cannot be written to", function() oms.mine = 1 end)
end

local function groups()
  local tp, sl = { limit_price = 110 }, { stop_price = 90 }
  bad("oms.submit: take_profit needs an order_class", { take_profit = tp })
  bad("oms.submit: stop_loss needs an order_class", { stop_loss = sl })
  bad("oms.submit: trigger goes with order_class", { trigger = "full" })
  bad("oms.submit: trigger is 'partial' or 'full', got 'some'", { trigger = "some" })
  bad("order_class 'bracket' needs take_profit and stop_loss", { order_class = "bracket", take_profit = tp })
  bad("order_class 'oto' needs exactly one of take_profit and stop_loss",
    { order_class = "oto", take_profit = tp, stop_loss = sl })
  bad("order_class 'oco' needs take_profit and stop_loss", { order_class = "oco", stop_loss = sl })
  bad("order_class 'oco' takes no limit_price",
    { order_class = "oco", limit_price = 1, take_profit = tp, stop_loss = sl })
  bad("order_class 'oco' takes no type", { order_class = "oco", type = "market", take_profit = tp, stop_loss = sl })
  local function exits(part, take_profit, stop_loss)
    bad(part, { order_class = "bracket", take_profit = take_profit, stop_loss = stop_loss })
  end
  exits("oms.submit: take_profit must be a table, got a number; write { limit_price = 100 }", 110, sl)
  exits("oms.submit: take_profit needs limit_price", {}, sl)
  exits("oms.submit: take_profit: unknown key 'stop_price'", { limit_price = 1, stop_price = 2 }, sl)
  exits("oms.submit: take_profit needs qty in each part", { { limit_price = 1 } }, sl)
  exits("oms.submit: take_profit must be a table or a list of tables", { 1, 2 }, sl)
  exits("oms.submit: take_profit is either one table of terms or a list of them, not both",
    { { qty = 1, limit_price = 1 }, limit_price = 2 }, sl)
  exits("oms.submit: the parts of take_profit are more than qty",
    { { qty = 1, limit_price = 1 }, { qty = 1, limit_price = 1 } }, sl)
  exits("oms.submit: stop_loss needs exactly one of stop_price, trail_price and trail_percent", tp, {})
  exits("oms.submit: stop_loss needs exactly one of", tp, { stop_price = 1, trail_price = 1 })
  exits("oms.submit: stop_loss: limit_price goes with stop_price only", tp, { trail_price = 1, limit_price = 1 })
  exits("oms.submit: stop_loss: unknown key 'stop_prise' (did you mean 'stop_price'?)", tp, { stop_prise = 1 })
  exits("oms.submit: stop_loss: trail_from 'last' is not available", tp, { trail_price = 1, trail_from = "last" })
  exits("oms.submit: stop_loss: trail_from goes with", tp, { stop_price = 1, trail_from = "fill" })
  local many = {}
  for i = 1, 18 do many[i] = { qty = "0.01", limit_price = 110 + i } end
  exits("oms.submit: take_profit has more than 16 parts", many, sl)
end

local function other_calls()
  raises("oms.buy: qty must be a number or a decimal string, got nothing", oms.buy, "SPY")
  raises("oms.buy: unknown key 'side'", oms.buy, "SPY", 1, { side = "sell" })
  raises("oms.buy: argument 3 must be a table, got a number", oms.buy, "SPY", 1, 2)
  raises("oms.sell: the symbol must be a string, got nothing", oms.sell)
  raises("oms.close: unknown key 'notional'", oms.close, "SPY", { notional = 1 })
  raises("oms.close: a limit order needs limit_price", oms.close, "SPY", { type = "limit" })
  raises("oms.target: the target is a quantity, {weight=} or {value=}", oms.target, "SPY", {})
  raises("oms.target: unknown key 'wieght' (did you mean 'weight'?)", oms.target, "SPY", { wieght = 1 })
  raises("oms.target: give one of weight and value", oms.target, "SPY", { weight = 1, value = 1 })
  raises("oms.target: qty must be a number", oms.target, "SPY", nil)
  raises("oms.cancel: argument 1 must be an order, got a string", oms.cancel, "id")
  raises("oms.cancel_all: unknown key 'simbol' (did you mean 'symbol'?)", oms.cancel_all, { simbol = "SPY" })
  raises("oms.orders: unknown status 'opne'", oms.orders, { status = "opne" })
  raises("oms.position: scope is \"account\" or \"strategy\", got 'all'", oms.position, "SPY", { scope = "all" })
  raises("oms.bars: the number of bars must be an integer from 1 to 100000", oms.bars, "SPY", 0)
  raises("oms.bars: '1x' is no timeframe", oms.bars, "SPY", 1, "1x")
  raises("oms.bars: there is no data of timeframe 5m for SPY", oms.bars, "SPY", 1, "5m")
  raises("oms.round_price: unknown direction 'upp' (did you mean 'up'?)", oms.round_price, "SPY", 1, "upp")
  local o = oms.buy("SPY", 1)
  raises("oms.replace: nothing to replace", oms.replace, o, {})
  raises("oms.replace: unknown key 'side'", oms.replace, o, { side = "sell" })
  raises("order: unknown field 'fillled_qty' (did you mean 'filled_qty'?)", function() return o.fillled_qty end)
  raises("order: unknown field 'id' (did you mean 'order_id'?)", function() return o.id end)
  raises("an order's fields cannot be set ('qty'): use order:replace{...}", function() o.qty = 5 end)
  raises("position: unknown field 'quantity' (did you mean 'qty'?)", function() return oms.position("SPY").quantity end)
  raises("a position's fields cannot be set", function() oms.position("SPY").x = 1 end)
  raises("account: unknown field 'eqity' (did you mean 'equity'?)", function() return oms.account().eqity end)
  raises("instrument: unknown field 'tik' (did you mean 'tick'?)", function() return oms.instrument("SPY").tik end)
  raises("calendar: unknown method 'is_opne' (did you mean 'is_open'?)",
    function() return oms.calendar("SPY"):is_opne() end)
  same(#oms.orders({ status = "all" }), 1)
end

function S:on_start()
  keys_and_values()
  prices()
  not_in_this_version()
  groups()
  other_calls()
end

return S
