--- What a strategy can read: instruments, bars, calendar, time, account, positions.
local oms = require("oms")
local P = require("prelude")
local raises, same = P.raises, P.same
local S = {}

local function instruments()
  local i = oms.instrument("SPY")
  same(i.symbol, "SPY") same(i.tick, 0.01) same(i.lot, 1) same(i.multiplier, 1) same(i.asset_class, "us_equity")
  same(i.calendar, "us_equity") same(i.last, 100) same(i.previous_close, nil) same(i.currency, "USD")
  same(oms.instrument("ES").tick, nil) same(oms.instrument("ES").multiplier, 50)
  same(oms.instrument("NONE"), nil) same(oms.instrument("BOX").asset_class, nil)
  same(tostring(i), "instrument SPY") same(i, oms.instrument("SPY"))
  same(table.concat(oms.symbols(), " "), "SPY ES BOX")
  same(oms.last("ES"), nil) same(oms.last("NONE"), nil) same(oms.quote("SPY"), nil) same(oms.quote("NONE"), nil)
  same(oms.round_price("SPY", 1.2345), 1.23) same(oms.round_price("SPY", 1.2345, "up"), 1.24)
  same(oms.round_price("SPY", 1.2399, "down"), 1.23) same(oms.round_price("SPY", 1.235, "near"), 1.24)
  same(oms.round_price("ES", 1.2345), 1.2345) same(oms.round_price("SPY", -1.2345, "down"), -1.24)
  same(oms.round_qty("SPY", 10.9), 10) same(oms.round_qty("SPY", -10.9), -10) same(oms.round_qty("ES", 10.5), 10.5)
end

local function bars()
  local b = oms.bars("SPY", 10)
  same(#b, 2) same(b[1].close, 101) same(b[2].close, 102) same(b[2].open, 101) same(b[2].high, 104)
  same(b[2].low, 100) same(b[2].volume, 1e6) same(b[2].symbol, "SPY") same(b[2].ts, 2000)
  same(#oms.bars("SPY", 1), 1) same(oms.bars("SPY", 1)[1].close, 102)
  same(oms.bars("SPY", 100, "1d")[1].timeframe, "1d") same(#oms.bars("NONE", 3), 0)
end

local function calendar()
  local c = oms.calendar("SPY")
  same(c:is_open(), true) same(c:trading_day(), "2013-10-08")
  same(oms.time.iso(c:next_open()), "2013-10-09T13:30:00Z") same(oms.time.iso(c:next_close()), "2013-10-08T20:00:00Z")
  same(c:is_open("2013-10-08T21:00:00Z"), false) same(c:trading_day("2013-10-08T21:00:00Z"), "2013-10-09")
  same(c:is_last_of("month"), false) same(c:is_last_of("month", "2013-10-31T15:00:00Z"), true)
  raises("unknown period 'moth' (did you mean 'month'?)", c.is_last_of, c, "moth")
  raises("called with a colon", c.is_open)
  local none = oms.calendar("BOX")
  same(none:next_open(), nil) same(none:is_open(), false) same(none:trading_day(), "2013-10-08")
  same(c, oms.calendar("ES")) same(c == none, false) same(tostring(c), "calendar us_equity")
end

local function time()
  same(oms.now(), 1381240800000000000) same(oms.time.iso(oms.now()), "2013-10-08T14:00:00Z")
  same(oms.time.parse("2013-10-08T14:00:00Z"), oms.now()) same(oms.time.parse("2013-10-08"), 1381190400000000000)
  same(oms.time.parse("2013-10-08T10:00:00", "America/New_York"), oms.now())
  local p = oms.time.parts(oms.now(), "America/New_York")
  same(p.year, 2013) same(p.month, 10) same(p.day, 8) same(p.hour, 10) same(p.minute, 0) same(p.weekday, 2)
  same(p.offset, -14400) same(p.ns, 0) same(p.second, 0) same(oms.time.parts(oms.now()).hour, 14)
  raises("oms.time.parse: 'noon' is no ISO 8601 time", oms.time.parse, "noon")
  raises("oms.time.parts: unknown zone 'Mars'", oms.time.parts, 0, "Mars")
  raises("oms.time.iso: t must be integer nanoseconds, got a float", oms.time.iso, 1.5)
end

local function accounts()
  local a = oms.account("other")
  same(a.id, "other") same(a.type, "cash") same(a.cash, 100000) same(a.equity, 100000) same(a.multiplier, 1)
  same(a.initial_margin, nil) same(a.state, "active") same(oms.account().buying_power, 200000)
  same(tostring(a), "account other: equity 100000, cash 100000")
  raises("unknown account 'x'", oms.account, "x")
  raises("an account's fields cannot be set", function() a.cash = 5 end)
end

local function positions()
  local p = oms.position("SPY")
  same(p, oms.position("SPY")) same(p.qty, 0) same(p.market_value, 0) same(p.avg_price, nil) same(#oms.positions(), 0)
  same(oms.position("NONE").qty, 0) same(oms.position("SPY", { scope = "account" }).qty, 0)
  same(oms.position("SPY", { account = "other" }).account, "other")
end

local function helpers()
  same(table.concat(oms.sorted({ b = 1, a = 2, c = 3 }), ""), "abc")
  local walk = ""
  for k, v in oms.sorted({ b = 1, a = 2 }) do walk = walk .. k .. v end
  same(walk, "a2b1")
  local r = oms.random()
  same(r >= 0 and r < 1, true) same(r == oms.random(), false)
  oms.log.info("100%") oms.log.warn("%d of %s", 3, "x") oms.log.error(nil) oms.alert("look")
end

function S:on_start()
  instruments() bars() calendar() time() accounts() positions() helpers()
end

return S
