--- Runs the strategies a to g on the data sets of the expected results through the program and compares trades, orders
--- and money with what two other engines gave, to the last decimal.
--- usage: lua5.4 tests/expected/run.lua PROGRAM [FILTER]   (from the project's root; FILTER: text of case names)
--- Data and results lie beside the project in ../shared; without it the S&P 500 cases run from what the project ships,
--- and compare with the results kept in tests/expected/sp500/.
local program, filter = arg[1], arg[2]
package.path = "tests/expected/?.lua;" .. package.path
local datasets = require("datasets")

local EXPECTED = "../shared/expected/"

local function exists(path)
  local f = io.open(path)
  if f then f:close() end
  return f ~= nil
end

local shared = exists(EXPECTED .. "summary.csv")
if not shared then
  print("SKIPPED: ../shared is absent: only the S&P 500 cases run, from examples/data")
  EXPECTED = "tests/expected/sp500/"
end

--- Lines of a file, plain or gzip.
local function lines_of(path)
  local list = {}
  local f = path:match("%.gz$") and assert(io.popen("gzip -dc '" .. path .. "'")) or assert(io.open(path))
  for line in f:lines() do list[#list + 1] = (line:gsub("\r$", "")) end
  f:close()
  return list
end

local function fields_of(line)
  local list = {}
  for field in (line .. ","):gmatch("([^,]*),") do list[#list + 1] = field end
  return list
end

--- Rows of a CSV file as tables by column name.
local function rows_of(path)
  local lines = lines_of(path)
  local names, rows = fields_of(lines[1]), {}
  for i = 2, #lines do
    local row = {}
    for k, value in ipairs(fields_of(lines[i])) do row[names[k]] = value end
    rows[#rows + 1] = row
  end
  return rows
end

--- A decimal text as an integer in 1e-9, exact.
local function units(text)
  if text == "" then return nil end
  local sign, whole, fraction = text:match("^(-?)(%d+)%.?(%d*)$")
  assert(whole, "no decimal: " .. text)
  fraction = (fraction .. "000000000"):sub(1, 10)
  local v = math.tointeger(tonumber(whole)) * 1000000000 + math.tointeger(tonumber(fraction:sub(1, 9)))
  return sign == "-" and -v or v
end

--- "2017-04-19T11:00:00Z" and "2000-01-03" alike to "2017-04-19T11:00:00".
local function stamp(text)
  if #text == 10 then return text .. "T00:00:00" end
  return (text:gsub("Z$", ""))
end

local function serialize(value)
  if type(value) == "table" then
    local parts = {}
    for i, v in ipairs(value) do parts[i] = serialize(v) end
    for k, v in pairs(value) do
      if type(k) == "string" then parts[#parts + 1] = ("[%q]=%s"):format(k, serialize(v)) end
    end
    return "{" .. table.concat(parts, ",") .. "}"
  end
  return type(value) == "string" and ("%q"):format(value) or tostring(value)
end

local function run(command)
  local ok = os.execute(command)
  return ok == true
end

local cwd = io.popen("pwd"):read("l")
local tmp = os.tmpname()
os.remove(tmp)
assert(run("mkdir -p " .. tmp))

--- Runs one case; gives the folder of its results.
local function run_case(case)
  local session = datasets.session(case)
  session.strategies[1][1] = cwd .. "/tests/expected/" .. session.strategies[1][1]
  local file = session.data[1].bars
  if not shared then file = "examples/data/sp500_d1.csv" end
  session.data[1].bars = file:sub(1, 1) == "/" and file or cwd .. "/" .. file
  local out = tmp .. "/" .. case.file:gsub("%.csv$", "")
  assert(run("mkdir -p " .. out))
  local path = out .. "/session.lua"
  local f = assert(io.open(path, "w"))
  f:write("return ", serialize(session), "\n")
  f:close()
  assert(run(("%s run %s --out %s --quiet --json > %s/stdout 2> %s/stderr"):format(program, path, out, out, out)),
    case.file .. ": the program failed: " .. (exists(out .. "/stderr") and io.open(out .. "/stderr"):read("a") or ""))
  return out, session.data[1].bars
end

local function same(what, expected, got)
  if expected ~= got then
    error(("%s: expected %s, got %s"):format(what, tostring(expected), tostring(got)), 0)
  end
end

--- Money is kept to 1e-6 a fill here and rounded at the end there: it may differ by 'most', in 1e-9.
local function near(what, expected, got, most)
  if math.abs(expected - got) > most then
    error(("%s: expected %d, got %d (1e-9)"):format(what, expected, got), 0)
  end
end
local TWO_FILLS = 1000
local HALF_CENT = 4999999

local function by_entry(trades)
  for i, t in ipairs(trades) do t.place = i end
  table.sort(trades, function(a, b)
    if stamp(a.entry_time) ~= stamp(b.entry_time) then return stamp(a.entry_time) < stamp(b.entry_time) end
    return a.place < b.place
  end)
  return trades
end

--- One file says trades in profit before commission, ours after it.
local function compare_trades(case, out)
  local expected = by_entry(rows_of(EXPECTED .. case.file))
  local got = by_entry(rows_of(out .. "/trades.csv"))
  same("trades", #expected, #got)
  for i, e in ipairs(expected) do
    local g, at = got[i], "trade " .. i .. " "
    local sign = g.side == "long" and 1 or -1
    same(at .. "entry_time", stamp(e.entry_time), stamp(g.entry_time))
    same(at .. "exit_time", stamp(e.exit_time), stamp(g.exit_time))
    same(at .. "qty", units(e.qty), sign * units(g.qty))
    same(at .. "entry_price", units(e.entry_price), units(g.entry_price))
    same(at .. "exit_price", units(e.exit_price), units(g.exit_price))
    near(at .. "commission", units(e.commission), units(g.commission), TWO_FILLS)
    if e.exit_kind ~= "open" then
      near(at .. "pnl", units(e.pnl), units(g.pnl) + units(g.commission), TWO_FILLS)
    end
  end
  return #expected
end

local summary = {}
for _, row in ipairs(rows_of(EXPECTED .. "summary.csv")) do
  summary[row.dataset .. " " .. row.strategy .. " " .. row.peer] = row
end

local function compare_money(case, out)
  local e = assert(summary[case.set .. " " .. case.strategy .. " " .. case.peer])
  local json = io.open(out .. "/summary.json"):read("a")
  near("final_equity", units(e.final_equity), units(json:match('"final_equity": *([%d.-]+)')), HALF_CENT)
  same("trades", e.closed_trades, json:match('"trades": *(%d+)'))
  same("bars", e.bars, json:match('"bars": *(%d+)'))
  near("commission", units(e.commission_paid), units(json:match('"commission": *([%d.-]+)')), HALF_CENT)
end

--- Labels of the bars, for the notices of the other engine: told at the bar after the close at which it acted.
local function labels_of(file)
  local labels = {}
  for i, line in ipairs(lines_of(file)) do
    if i > 1 then labels[#labels + 1] = stamp(line:match("^[^,]*")) end
  end
  return labels
end

--- First label at or after 't' (an ISO time of ours), and the last one before it.
local function label_from(labels, t)
  local lo, hi = 1, #labels + 1
  while lo < hi do
    local mid = (lo + hi) // 2
    if labels[mid] < t then lo = mid + 1 else hi = mid end
  end
  return labels[lo] or "end", labels[lo - 1] or "start"
end

local END_OF = { Completed = "filled", Canceled = "canceled", Expired = "expired" }

--- The notices of one order in a line: told, side, type, quantity, price, end, when, at what price.
local function expected_orders(path)
  local orders, list = {}, {}
  for _, n in ipairs(rows_of(path)) do
    local o = orders[n.order]
    if not o then
      o = { told = stamp(n.time), side = n.side, type = n.type, qty = n.qty,
        price = n.type ~= "trail" and n.price or "", status = "new", when = "", fill = "" }
      orders[n.order] = o
      list[#list + 1] = o
    end
    if END_OF[n.status] then
      o.status, o.when, o.fill = END_OF[n.status], stamp(n.time), n.fill_price
    end
  end
  return list
end

local TYPE = { trailing_stop = "trail" }

local function our_orders(out, labels)
  local list = {}
  for _, o in ipairs(rows_of(out .. "/orders.csv")) do
    local entry = { told = label_from(labels, stamp(o.ts)), side = o.side, type = TYPE[o.type] or o.type, qty = o.qty,
      price = o.limit_price ~= "" and o.limit_price or (o.type == "stop" and o.stop_price or ""),
      status = o.status, when = "", fill = o.filled_avg_price }
    if o.end_ts ~= "" then
      local after, before = label_from(labels, stamp(o.end_ts))
      entry.when = (o.status == "canceled" and o.code == "") and after or before
    end
    if o.status == "held" then entry.status = "new" end
    if entry.told ~= "end" then list[#list + 1] = entry end -- given at the last bar: the other engine never told
  end
  return list
end

local function order_lines(list)
  local lines = {}
  for i, o in ipairs(list) do
    local open = o.status == "new" or o.when == "end"
    lines[i] = table.concat({ o.told, o.side, o.type, units(o.qty), tostring(units(o.price)),
      open and "open" or o.status, open and "" or o.when, tostring(units(o.fill)) }, " ")
  end
  table.sort(lines)
  return lines
end

local function compare_orders(case, out, data)
  local path = EXPECTED .. case.file:gsub("%.csv$", "__orders.csv")
  if not exists(path) then path = path .. ".gz" end
  if not exists(path) then return 0 end
  local expected = order_lines(expected_orders(path))
  local got = order_lines(our_orders(out, labels_of(data)))
  for i = 1, math.max(#expected, #got) do same("order " .. i, expected[i], got[i]) end
  return #expected
end

local passed, failed = 0, 0
for _, case in ipairs(datasets.cases()) do
  if (shared or case.set == "sp500_d1") and (not filter or case.file:find(filter, 1, true)) then
    local trades, orders = 0, 0
    local ok, why = pcall(function()
      local out, data = run_case(case)
      trades = compare_trades(case, out)
      compare_money(case, out)
      orders = compare_orders(case, out, data)
    end)
    print(("%s %-32s %5d trades %5d orders%s"):format(ok and "ok    " or "FAILED", case.file:gsub("%.csv$", ""), trades,
      orders, ok and "" or "  " .. tostring(why)))
    if ok then passed = passed + 1 else failed = failed + 1 end
  end
end
run("rm -rf " .. tmp)
print(("%d passed, %d failed"):format(passed, failed))
os.exit(failed == 0 and passed > 0)
