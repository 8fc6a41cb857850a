--- Random scripts of orders on real bars, run by the program and by reference.lua: fills and round trips have to be
--- equal, to the last decimal.
--- usage: lua5.4 tests/expected/random.lua PROGRAM [COUNT [FIRST_SEED]]     (from the project's root)
local program, count, first_seed = arg[1], tonumber(arg[2] or 60), tonumber(arg[3] or 1)
assert(program, "usage: random.lua PROGRAM [COUNT [FIRST_SEED]]")
package.path = "tests/expected/?.lua;" .. package.path
local reference = require("reference")

local DAY, HOUR, MINUTE = 86400, 3600, 60
local FILES = {
  { "examples/data/sp500_d1.csv", DAY, 1000000 },
  { "examples/data/minute_sample.csv", MINUTE, 10000 },
}
local SHARED = {
  { "../shared/data/goog_d1_2004_2013.csv", DAY, 10000 },
  { "../shared/data/orcl_d1_1995_2014.csv", DAY, 1000000 },
  { "../shared/data/eurusd_h1_2017_2018.csv", HOUR, 100000 },
  { "../shared/data/btcusd_m1_coinbase_20180404_06.csv", MINUTE, 10000000 },
  { "../shared/data/6eh4_m1_cme_202401a.csv.gz", MINUTE, 50000 },
}
local ONE = 1000000000

local function exists(path)
  local f = io.open(path)
  if f then f:close() end
  return f ~= nil
end

if exists(SHARED[1][1]) then
  for _, f in ipairs(SHARED) do FILES[#FILES + 1] = f end
else
  print("SKIPPED: ../shared is absent: only the files of examples/data are used")
end

--- A decimal text as an integer in 1e-9, exact.
local function units(text)
  if text == "" then return nil end
  local sign, whole, fraction = text:match("^(-?)(%d+)%.?(%d*)$")
  assert(whole, "no decimal: " .. text)
  fraction = (fraction .. "000000000"):sub(1, 9)
  local v = math.tointeger(tonumber(whole)) * ONE + math.tointeger(tonumber(fraction))
  return sign == "-" and -v or v
end

local function decimal(v)
  local sign = v < 0 and "-" or ""
  v = math.abs(v)
  return ("%s%d.%09d"):format(sign, v // ONE, v % ONE)
end

--- Seconds since 1970 of "2017-04-19T09:00:00Z" or a date.
local function seconds(text)
  local y, m, d, h, min, s = text:match("^(%d+)-(%d+)-(%d+)T?(%d*):?(%d*):?(%d*)")
  y, m, d = tonumber(y), tonumber(m), tonumber(d)
  y = m <= 2 and y - 1 or y
  local era_year = y - y // 400 * 400
  local day = (153 * (m + (m > 2 and -3 or 9)) + 2) // 5 + d - 1
  local days = y // 400 * 146097 + era_year * 365 + era_year // 4 - era_year // 100 + day - 719468
  return math.tointeger(days * DAY + (tonumber(h) or 0) * HOUR + (tonumber(min) or 0) * MINUTE + (tonumber(s) or 0))
end

local cache = {}
local function lines_of(path)
  if not cache[path] then
    local list = {}
    local f = path:match("%.gz$") and assert(io.popen("gzip -dc " .. path)) or assert(io.open(path))
    for line in f:lines() do list[#list + 1] = (line:gsub("\r$", "")) end
    f:close()
    cache[path] = list
  end
  return cache[path]
end

local function fields_of(line)
  local list = {}
  for field in (line .. ","):gmatch("([^,]*),") do list[#list + 1] = field end
  return list
end

local function rows_of(path)
  local names, rows
  for line in assert(io.open(path)):lines() do
    local fields = fields_of(line)
    if not names then
      names, rows = fields, {}
    else
      local row = {}
      for k, v in ipairs(fields) do row[names[k]] = v end
      rows[#rows + 1] = row
    end
  end
  return rows
end

--- A generator of its own: the same cases on every machine.
local state
local function seed(n) state = n * 2654435761 + 12345 end
local function random(n) -- 1..n
  state = (state * 6364136223846793005 + 1442695040888963407)
  return ((state >> 33) % n) + 1
end
local function choice(list) return list[random(#list)] end
local function chance(percent) return random(100) <= percent end

--- A price `low`..`high` permille from `base`, rounded to the grid; never the base itself.
local function around(base, step, spread)
  local offset = (random(2 * spread) - spread) * base // 10000
  local price = (base + offset) // step * step
  return price == base and price + step or math.max(price, step)
end

local TYPES = { "market", "limit", "stop", "stop_limit", "trailing_stop", "trailing_stop_limit", "market_if_touched",
  "limit_if_touched" }

local function terms_of(type, side, base, step, spread)
  local o = { type = type, side = side }
  if type ~= "market" and type ~= "limit" and not type:find("trailing") then o.stop = around(base, step, spread) end
  if type == "limit" then o.limit = around(base, step, spread) end
  if type == "stop_limit" or type == "limit_if_touched" then o.limit = around(o.stop, step, spread) end
  if type:find("trailing") then
    if chance(50) then
      o.trail_price = math.max(step, base * random(spread) // 10000 // step * step)
    else
      o.trail_percent = random(spread) * 10000 -- hundredths of a percent
    end
  end
  if type == "trailing_stop_limit" then o.limit_offset = (random(3) - 1) * step * random(20) end
  return o
end

--- The exits of a group around `base`; a stop may be any kind of stop.
local function exits(side, base, step, spread)
  local away = side == "sell" and 1 or -1
  local function off() return math.max(1, base * random(spread) // 10000 // step) * step * away end
  local take_profit = { type = "limit", side = side, limit = math.max(step, base + off()) }
  local kind = choice({ "stop", "stop", "stop_limit", "trailing_stop" })
  local stop_loss
  if kind == "trailing_stop" then
    stop_loss = terms_of(kind, side, base, step, spread)
  else
    stop_loss = { type = kind, side = side, stop = math.max(step, base - off()) }
    if kind == "stop_limit" then stop_loss.limit = around(stop_loss.stop, step, spread // 2 + 1) end
  end
  return stop_loss, take_profit
end

--- A cap of some shares a bar, where the volumes are whole numbers; commission is left out then.
local function limit_participation(c)
  local sum = 0
  for _, b in ipairs(c.bars) do
    if not b.volume then return end
    sum = sum + b.volume
  end
  if sum > 0 then c.config.participation, c.ppm = math.max(1, random(12) * ONE // (sum // #c.bars + 1)), 0 end
end

local function case_of(n)
  seed(n)
  local file, timeframe, step_or_grid = table.unpack(choice(FILES))
  local lines = lines_of(file)
  local size = math.min(150 + random(150), #lines - 2)
  local start = 1 + random(#lines - size - 1)
  local c = { timeframe = timeframe, header = lines[1], lines = {}, bars = {}, actions = {}, ids = 0 }
  for i = 1, size do
    local line = lines[start + i]
    local f = fields_of(line)
    c.lines[i] = line
    c.bars[i] = { ts = seconds(f[1]) * ONE, open = units(f[2]), high = units(f[3]), low = units(f[4]),
      close = units(f[5]), volume = math.tointeger(tonumber(f[6])) }
  end
  c.step = math.max(1, step_or_grid * 1000 // 10)
  if timeframe < DAY and chance(30) then -- the same bars, labelled by their ends
    c.label = "end"
    for i, b in ipairs(c.bars) do
      c.lines[i] = os.date("!%Y-%m-%dT%H:%M:%SZ", b.ts // ONE + timeframe) .. c.lines[i]:match(",.*")
    end
  end
  c.config = {
    bar_path = choice({ "worst", "worst", "ohlc", "olhc", "adaptive" }),
    child_fill = choice({ "same_bar", "same_bar", "next_bar" }),
    trail_on = choice({ "close", "high_low" }),
    fill = chance(80) and "next_open" or "this_close",
    slippage = chance(30) and random(20) * 10000 or 0, -- percent in 1e-6
    delay = chance(25) and random(3) - 1 or 0,
  }
  c.ppm = chance(50) and random(40) * 50 or 0 -- commission, of the traded value
  -- the spread of prices follows the size of the bars
  local range = 0
  for _, b in ipairs(c.bars) do range = range + (b.high - b.low) * 10000 // b.close end
  c.spread = math.max(3, range * 2 // size)
  c.mode = choice({ "free", "free", "groups", "groups", "oco" })
  if c.mode ~= "oco" and chance(40) then limit_participation(c) end
  c.config.ppm = c.ppm
  if c.mode == "free" and not c.config.participation and chance(50) then -- money for a few orders
    c.config.cash, c.config.leverage = c.bars[1].close // ONE * random(40) * ONE + ONE, random(3)
  end
  return c
end

--- Three days of a declared share, the second one with an early close, and a holiday before the third: UTC, July 2024.
local SESSIONS = {}
for i, day in ipairs({ "2024-07-02", "2024-07-03", "2024-07-05" }) do
  local close = i == 2 and 17 or 20
  local midnight = seconds(day)
  SESSIONS[i] = { pre_open = (midnight + 8 * HOUR) * ONE, open = (midnight + 13 * HOUR + 30 * MINUTE) * ONE,
    close = (midnight + close * HOUR) * ONE, post_close = (midnight + (close + 4) * HOUR) * ONE }
end

local function iso(ts)
  local s = ts // ONE
  local days = s // DAY - seconds("2024-07-01") // DAY
  return ("2024-07-%02dT%02d:%02d:00Z"):format(days + 1, s % DAY // HOUR, s % HOUR // MINUTE)
end

--- Generated prices on those days: most minutes are missing, more of them far from the open and the close.
local function session_case(n)
  seed(n)
  local lines, at = lines_of("examples/data/minute_sample.csv"), random(1000)
  local c = { mode = "sessions", timeframe = MINUTE, header = lines[1], lines = {}, bars = {}, actions = {}, ids = 0,
    ppm = 0, step = 10000000, spread = 15 }
  for _, s in ipairs(SESSIONS) do
    for ts = s.pre_open, s.post_close - 1, MINUTE * ONE do
      local near = math.min(math.abs(ts - s.open), math.abs(ts - s.close)) <= 5 * MINUTE * ONE
      if chance(near and 60 or 12) then
        at = at + 1
        local f = fields_of(lines[at])
        local i = #c.bars + 1
        c.lines[i] = iso(ts) .. lines[at]:sub(#f[1] + 1)
        c.bars[i] = { ts = ts, finish = ts + MINUTE * ONE, open = units(f[2]), high = units(f[3]), low = units(f[4]),
          close = units(f[5]), volume = math.tointeger(tonumber(f[6])) }
      end
    end
  end
  c.config = { bar_path = choice({ "worst", "ohlc", "olhc", "adaptive" }), child_fill = "same_bar",
    trail_on = choice({ "close", "high_low" }), fill = chance(70) and "next_open" or "this_close",
    slippage = chance(30) and random(20) * 10000 or 0, delay = chance(25) and random(3) - 1 or 0,
    sessions = SESSIONS, tick = 10000000, participation = chance(60) and random(4000) * 1000 or nil }
  return c
end

local function add(c, bar, action)
  c.actions[bar] = c.actions[bar] or {}
  table.insert(c.actions[bar], action)
end

local function new_id(c)
  c.ids = c.ids + 1
  return "o" .. c.ids
end

local function later(c, i)
  local at = i + random(12)
  return at < #c.bars and at or nil
end

local function free_actions(c)
  for i, bar in ipairs(c.bars) do
    if chance(35) then
      for _ = 1, random(2) do
        local o = terms_of(choice(TYPES), choice({ "buy", "sell" }), bar.close, c.step, c.spread)
        o.id, o.qty = new_id(c), random(9)
        if chance(15) and c.bars[i + 8] then
          o.expire_at = c.bars[i + random(8)].ts - (chance(50) and 1 or 0)
        end
        add(c, i, { op = "submit", id = o.id, order = o })
        local at = later(c, i)
        if at and chance(30) then
          add(c, at, { op = "cancel", id = o.id })
        elseif at and not c.config.cash and chance(40) and (o.type == "limit" or o.type == "stop") then
          local changes = {}
          if chance(70) then
            changes[o.type] = around(c.bars[at] and c.bars[at].close or bar.close, c.step, c.spread)
          end
          if chance(50) or not next(changes) then changes.qty = random(9) end
          add(c, at, { op = "replace", id = o.id, changes = changes })
        end
      end
    end
  end
end

--- Daily bars of a declared share: each is a session of its own. Only the order of times matters to the reference, so
--- bar i has the times around 1000 x i.
local function daily_session_case(n)
  seed(n)
  local shared_too = FILES[3] ~= nil
  local file = shared_too and SHARED[1][1] or FILES[1][1]
  local lines = lines_of(file)
  local size, step = 150 + random(100), shared_too and 10000000 or 1000000
  local start = 1 + random(#lines - size - 1)
  local c = { mode = "sessions", timeframe = DAY, header = lines[1], lines = {}, bars = {}, actions = {}, ids = 0,
    ppm = 0, step = step, spread = 150 }
  local sessions = {}
  for i = 1, size do
    local f = fields_of(lines[start + i])
    c.lines[i] = lines[start + i]
    c.bars[i] = { ts = 1000 * i, finish = 1000 * i + 500, open = units(f[2]), high = units(f[3]), low = units(f[4]),
      close = units(f[5]), volume = math.tointeger(tonumber(f[6])) }
    sessions[i] = { open = 1000 * i, close = 1000 * i + 500, post_close = 1000 * i + 600 }
  end
  c.config = { bar_path = choice({ "worst", "ohlc", "olhc", "adaptive" }), child_fill = "same_bar",
    trail_on = choice({ "close", "high_low" }), fill = chance(70) and "next_open" or "this_close",
    slippage = chance(30) and random(20) * 10000 or 0, delay = chance(25) and random(3) - 1 or 0,
    sessions = sessions, tick = shared_too and step or nil }
  return c
end

local ONCE = { "opg", "cls", "ioc", "fok" }

local function session_actions(c)
  for i, bar in ipairs(c.bars) do
    if chance(45) then
      local once = chance(40)
      local o = terms_of(once and choice({ "market", "limit" }) or choice(TYPES), choice({ "buy", "sell" }), bar.close,
        c.step, c.spread)
      o.id, o.qty = new_id(c), random(9)
      o.tif = once and choice(ONCE) or choice({ "day", "day", "gtc" })
      o.extended = o.tif ~= "opg" and o.tif ~= "cls" and chance(25) or nil
      add(c, i, { op = "submit", id = o.id, order = o })
      local at = later(c, i)
      if at and chance(25) then
        add(c, at, { op = "cancel", id = o.id })
      elseif at and not once and chance(40) and (o.type == "limit" or o.type == "stop") then
        local changes = { [o.type] = chance(70) and around(c.bars[at].close, c.step, c.spread) or nil }
        if chance(50) or not next(changes) then changes.qty = random(9) end
        add(c, at, { op = "replace", id = o.id, changes = changes })
      end
    end
  end
end

local function group_actions(c)
  local side = choice({ "buy", "sell" })
  local opposite = side == "buy" and "sell" or "buy"
  for i, bar in ipairs(c.bars) do
    if chance(12) then
      local o = terms_of(choice(TYPES), side, bar.close, c.step, c.spread)
      o.id, o.qty = new_id(c), random(9)
      local stop_loss, take_profit = exits(opposite, bar.close, c.step, c.spread)
      o.stop_loss, o.take_profit = stop_loss, take_profit
      if chance(20) then o[choice({ "stop_loss", "take_profit" })] = nil end -- an oto
      add(c, i, { op = "submit", id = o.id, order = o })
      local at = later(c, i)
      if at and chance(30) then
        add(c, at, { op = "cancel", id = choice({ o.id, o.id, o.id .. "/stop_loss", o.id .. "/take_profit" }) })
      elseif at and chance(50) then
        local name = choice({ "stop_loss", "take_profit" })
        local child, price = o[name], around(c.bars[at].close, c.step, c.spread)
        if child and (child.type == "limit" or child.type == "stop") then
          add(c, at, { op = "replace", id = o.id .. "/" .. name, changes = { [child.type] = price } })
        elseif o.type == "limit" then
          add(c, at, { op = "replace", id = o.id, changes = { limit = price, qty = random(9) } })
        end
      end
    end
  end
end

local function oco_actions(c)
  local side = choice({ "buy", "sell" })
  local opposite = side == "buy" and "sell" or "buy"
  local i = 1
  while i + 4 < #c.bars do
    local qty = random(9)
    local entry = { type = "market", side = side, id = new_id(c), qty = qty }
    add(c, i, { op = "submit", id = entry.id, order = entry })
    i = i + 2 + c.config.delay
    local stop_loss, take_profit = exits(opposite, c.bars[i].close, c.step, c.spread)
    stop_loss.qty, take_profit.qty = qty, qty
    add(c, i, { op = "oco", id = new_id(c), side = opposite, qty = qty, stop_loss = stop_loss,
      take_profit = take_profit })
    i = i + random(20)
  end
end

local FIELDS = { limit = "limit_price", stop = "stop_price", trail_price = "trail_price",
  limit_offset = "limit_offset" }

--- The fields of an order as Lua text: prices as decimal texts.
local function terms_text(o)
  local parts = {}
  for field, name in pairs(FIELDS) do
    if o[field] then parts[#parts + 1] = ("%s = %q"):format(name, decimal(o[field])) end
  end
  if o.trail_percent then parts[#parts + 1] = ("trail_percent = %q"):format(decimal(o.trail_percent * 1000)) end
  if o.qty then parts[#parts + 1] = "qty = " .. o.qty end
  table.sort(parts)
  return table.concat(parts, ", ")
end

local function action_text(a)
  if a.op == "cancel" then return ("cancel(%q)"):format(a.id) end
  if a.op == "replace" then return ("replace(%q, { %s })"):format(a.id, terms_text(a.changes)) end
  local o = a.order or { qty = a.qty, side = a.side, stop_loss = a.stop_loss, take_profit = a.take_profit }
  local text = terms_text(o)
  text = text .. (", symbol = \"A\", side = %q, client_order_id = %q"):format(o.side, a.id)
  if o.type then
    text = text .. (", type = %q, time_in_force = %q"):format(o.type, o.tif or (o.expire_at and "gtd") or "gtc")
    if o.extended then text = text .. ", session = \"extended\"" end
  end
  if o.expire_at then text = text .. ", expire_at = " .. o.expire_at end
  local class = a.op == "oco" and "oco" or (o.stop_loss and o.take_profit and "bracket")
    or ((o.stop_loss or o.take_profit) and "oto")
  if class then text = text .. (", order_class = %q"):format(class) end
  if a.op == "oco" then text = text .. ", time_in_force = \"gtc\"" end
  for _, name in ipairs({ "stop_loss", "take_profit" }) do
    local child = o[name]
    if child then
      local qty = child.qty
      child.qty = nil
      text = text .. (", %s = { %s }"):format(name, terms_text(child))
      child.qty = qty
    end
  end
  return ("submit { %s }"):format(text)
end

local PROLOGUE = [[
local oms = require("oms")
local S, orders, bar_no = {}, {}, 0
local function submit(terms)
  local order, reject = oms.submit(terms)
  assert(order or reject.code == "INSUFFICIENT_BUYING_POWER", reject and reject.message)
  orders[terms.client_order_id] = order
end
local function find(id)
  local head, name = id:match("^(.-)/(.*)$")
  if not head then return orders[id] end
  return orders[head] and orders[head][name]
end
local function cancel(id)
  local o = find(id)
  if o and o.is_open then o:cancel() end
end
local function replace(id, changes)
  local o = find(id)
  if o and o.is_open then o:replace(changes) end
end
local steps = {}
]]
local EPILOGUE = [[
function S:on_bar()
  bar_no = bar_no + 1
  if steps[bar_no] then steps[bar_no]() end
end
return S
]]
local TIMEFRAME = { [DAY] = "1d", [HOUR] = "1h", [MINUTE] = "1m" }

local function write(path, text)
  local f = assert(io.open(path, "w"))
  f:write(text)
  f:close()
end

--- The market halts the symbol a few times, from any second of a bar on.
local function add_halts(c)
  if c.timeframe == DAY or c.mode == "oco" or not chance(30) then return end -- an oco needs its entry
  c.config.halts = {}
  for i = 1, random(3) do
    local from = c.bars[random(#c.bars)].ts // ONE + (chance(40) and 0 or random(c.timeframe))
    local length = random(6) * c.timeframe // 2
    c.config.halts[i] = { from = from * ONE, until_ts = (from + length) * ONE, length = length }
  end
  for _, b in ipairs(c.bars) do b.finish = b.ts + c.timeframe * ONE end
end

local function timeline_text(c)
  local lines = {}
  for _, h in ipairs(c.config.halts or {}) do
    lines[#lines + 1] = ("    t:at(%d, function() oms.halt(\"A\", %d) end)\n"):format(h.from, h.length)
  end
  return table.concat(lines)
end

local function write_case(c, dir)
  write(dir .. "/bars.csv", c.header .. "\n" .. table.concat(c.lines, "\n") .. "\n")
  local parts = { PROLOGUE }
  for i = 1, #c.bars do
    if c.actions[i] then
      parts[#parts + 1] = ("steps[%d] = function()"):format(i)
      for _, a in ipairs(c.actions[i]) do parts[#parts + 1] = "  " .. action_text(a) end
      parts[#parts + 1] = "end"
    end
  end
  parts[#parts + 1] = EPILOGUE
  write(dir .. "/script.lua", table.concat(parts, "\n"))
  local k = c.config
  write(dir .. "/session.lua", ([[
return {
  name = "random", mode = "backtest",
  accounts = { { id = "main", cash = %q, multiplier = %d } },%s
  data = { { symbol = "A", bars = "bars.csv"%s%s } },
  venue = { fill = %q, bar_path = %q, child_fill = %q, trail_on = %q, latency_ms = %d,
    slippage = { percent = %q }, commission = { percent = %q }%s },
  strategies = { "script.lua" },
  timeline = function(t)
%s  end,
}
]]):format(decimal(k.cash or 1000000000 * ONE), k.leverage or 4,
    ("\n  instruments = { A = { lot = 1%s%s } },"):format(k.sessions and ", asset_class = \"us_equity\"" or "",
      k.tick and ", tick = 0.01" or ""),
    chance(50) and (", timeframe = %q"):format(TIMEFRAME[c.timeframe]) or "",
    c.label and (", label = %q"):format(c.label) or "", k.fill, k.bar_path, k.child_fill,
    k.trail_on, k.delay * c.timeframe * 1000 + (k.delay > 0 and random(900) or 0), decimal(k.slippage * 1000),
    decimal(c.ppm * 100000),
    k.participation and (", max_participation = %q"):format(decimal(k.participation)) or "", timeline_text(c)))
end

local function stamp(text) return #text == 10 and text .. "T00:00:00Z" or text end

local function same(what, want, got)
  if want ~= got then error(("%s: reference %s, program %s"):format(what, tostring(want), tostring(got)), 0) end
end

--- Keys of children are the program's own: fills are compared by the rest.
local function compare(c, fills, dir)
  local got = rows_of(dir .. "/fills.csv")
  for i = 1, math.max(#fills, #got) do
    local f, g = fills[i], got[i]
    local function text(bar, side, qty, price)
      return ("%s %s %d at %s"):format(stamp(bar), side, qty, decimal(price))
    end
    same("fill " .. i .. (f and " of " .. f.id or ""),
      f and text(c.lines[f.bar]:match("^[^,]*"), f.side, f.qty, f.price) or "none",
      g and text(g.ts, g.side, units(g.qty) // ONE, units(g.price)) or "none")
  end
  local trades, lines = reference.trades(fills, c.ppm), rows_of(dir .. "/trades.csv")
  same("trades", #trades, #lines)
  for i, t in ipairs(trades) do
    local g, at = lines[i], "trade " .. i .. " "
    same(at .. "side", t.side, g.side)
    same(at .. "qty", t.qty * ONE, units(g.qty))
    same(at .. "entry_price", t.entry.price, units(g.entry_price))
    same(at .. "exit_price", t.exit and t.exit.price, units(g.exit_price))
    same(at .. "entry_time", stamp(c.lines[t.entry.bar]:match("^[^,]*")), stamp(g.entry_time))
    if t.exit then same(at .. "exit_time", stamp(c.lines[t.exit.bar]:match("^[^,]*")), stamp(g.exit_time)) end
    same(at .. "commission", t.commission * 1000, units(g.commission))
    if t.exit then
      local pnl = (t.gain + (t.gain < 0 and -500 or 500)) // (t.gain < 0 and -1000 or 1000)
      pnl = t.gain < 0 and -pnl or pnl
      same(at .. "pnl", (pnl - t.commission) * 1000, units(g.pnl))
    end
  end
  return #fills
end

local tmp = os.tmpname()
os.remove(tmp)
assert(os.execute("mkdir -p " .. tmp))

local ACTIONS = { free = free_actions, groups = group_actions, oco = oco_actions, sessions = session_actions }

local function run_case(n)
  local c = (n % 8 == 0 and session_case or n % 8 == 4 and daily_session_case or case_of)(n)
  ACTIONS[c.mode](c)
  add_halts(c)
  write_case(c, tmp)
  assert(os.execute(("%s run %s/session.lua --out %s/out --quiet --json > %s/stdout 2> %s/stderr"):format(program, tmp,
    tmp, tmp, tmp)), "the program failed: " .. io.open(tmp .. "/stderr"):read("a"))
  local fills = reference.run(c.bars, c.actions, c.config)
  return c, compare(c, fills, tmp .. "/out")
end

local passed, failed, total = 0, 0, 0
for n = first_seed, first_seed + count - 1 do
  local ok, c, fills = pcall(run_case, n)
  if ok then
    passed, total = passed + 1, total + fills
  else
    failed = failed + 1
    print(("FAILED  seed %d: %s"):format(n, tostring(c)))
    if failed == 1 then
      os.execute(("cp -r %s %s.kept"):format(tmp, tmp))
      print("kept: " .. tmp .. ".kept")
    end
  end
end
os.execute("rm -rf " .. tmp)
print(("%d random cases passed, %d failed, %d fills compared"):format(passed, failed, total))
os.exit(failed == 0 and passed > 0 and total > 0)
