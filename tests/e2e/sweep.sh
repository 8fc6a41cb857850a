#!/usr/bin/env bash
# Sweeps as a user meets them: the same files for any number of workers, a sweep that was interrupted or killed goes
# on, workers that die, walk-forward, wrong use. Usage (from the root): tests/e2e/sweep.sh build/release/moondesk
. tests/cases.inc

data=$root/examples/data/sp500_d1.csv
sma=$root/strategies/sma_cross.lua
cd "$work" || exit 2

expect() { # TEXT COMMAND...: the command holds
  local text=$1
  shift
  if "$@"; then good=$((good + 1)); else fault "$text"; fi
}

cat > bars.csv <<'CSV'
date,open,high,low,close,volume
2024-01-02,10,11,9,10.5,1000
2024-01-03,10.5,12,10,11.5,1000
2024-01-04,11.5,12,10.5,11,1000
2024-01-05,11,13,11,12.5,1000
CSV
cat > mixed.lua <<'LUA'
local oms = require "oms"
local S = { params = { qty = 1, how = "hold", share = 0.5, on = true } }
function S:on_bar(bar)
  if self.params.how == "fail" then error("this one fails") end
  if self.params.on then oms.buy(bar.symbol, self.params.qty) end
end
return S
LUA
# A run of this one takes a moment, on every machine about as long as on others.
cat > slow.lua <<'LUA'
local oms = require "oms"
local S = { params = { n = 1, w = 0.1 } }
function S:on_bar(bar)
  local x = 0
  for i = 1, 3000 do x = x + i end
  if oms.position(bar.symbol).qty == 0 then oms.buy(bar.symbol, self.params.n) else oms.close(bar.symbol) end
end
return S
LUA

# --- the same files for any number of workers, and each row is a backtest ---

grid="--data SPX=$data --grid fast=5..20:5 --grid slow=20,50,100"
for jobs in 1 2 3; do
  run sweep "$sma" $grid --jobs $jobs --out jobs$jobs
  want_status 0
  sed 's/ lie in .*//' out > table$jobs
done
for jobs in 2 3; do
  same jobs1/sweep.csv jobs$jobs/sweep.csv
  same jobs1/sweep.json jobs$jobs/sweep.json
  same jobs1/sweep.html jobs$jobs/sweep.html
  same table1 table$jobs
done
expect "a sweep that is over leaves no journal" [ "$(ls jobs1 | tr '\n' ' ')" = "sweep.csv sweep.html sweep.json " ]
expect "a row a combination" [ "$(wc -l < jobs1/sweep.csv)" -eq 13 ]
expect "the grid's order" [ "$(cut -d, -f1,2 jobs1/sweep.csv | tr '\n' ' ')" = \
  "fast,slow 5,20 5,50 5,100 10,20 10,50 10,100 15,20 15,50 15,100 20,20 20,50 20,100 " ]
want_text jobs1/sweep.csv '^20,20,+stopped,.*fast must be shorter than slow'
want_text table1 '^ 1 +10 +100 +0\.35 '
want_text table1 '12 of 12 runs are finished, 1 of them failed; the first: stopped: .*fast must be shorter'
want_text table1 'The best Sharpe ratio of 11 trials would be 0\.14 by chance; that of the first here is 0\.35'
want_text table1 'Deflated Sharpe ratio 0\.83: '
run backtest "$sma" --data "SPX=$data" --set fast=15 slow=50 --json --quiet
cat > row.lua <<'LUA'
-- row.lua CSV JSON WHERE: the row that begins with WHERE has the values of the summary, each to its last digit.
local csv, json, where = table.unpack(arg)
local head, row
for line in io.lines(csv) do
  head = head or line
  if line:sub(1, #where) == where then row = line end
end
local summary, n = assert(io.open(json)):read("a"), 0
local cells = (row .. ","):gmatch("([^,]*),")
for name in (head .. ","):gmatch("([^,]*),") do
  local cell, want = cells(), summary:match('"' .. name .. '": "?([^\n",]*)')
  if want then
    n = n + 1
    assert(cell == want, name .. ": " .. cell .. " is not " .. want)
  end
end
assert(n == 25, n .. " statistics")
LUA
expect "a row is the summary of a backtest" lua5.4 row.lua jobs1/sweep.csv out 15,50,
run sweep "$sma" $grid --json --sort -max_drawdown_pct --quiet
want_status 0
expect "--json is one object" lua5.4 "$root/tests/e2e/json_check.lua" strategy sort first combinations finished failed \
  grid status messages order best luck statistics < out
want_text out '"sort": "max_drawdown_pct",'
want_text out '"first": "largest",'
want_text out '\{"name": "fast", "values": \[5, 10, 15, 20\]\}'
want_text out '"messages": \{"9": "'

# --- values of all kinds; failures are rows ---

run sweep mixed.lua --data X=bars.csv --grid how=hold,fail qty=1,2.5 --grid share=0..0.3:0.1 on=true,false --out mixed
want_status 0
want_text mixed/sweep.csv '^hold,1,0\.3,true,2024-01-02T00:00:00Z,.*,done,$'
want_text mixed/sweep.csv '^fail,2\.5,0,false,+stopped,.*this one fails'
want_text mixed/sweep.json '"values": \["hold", "fail"\]'
want_text mixed/sweep.json '"values": \[0, 0\.1, 0\.2, 0\.3\]'
want_text mixed/sweep.json '"values": \[true, false\]'
run sweep mixed.lua --data X=bars.csv --grid how=fail qty=1,2
want_status 1
want_text err 'no combination ran to its end: .*this one fails'

# --- quotes ---

awk 'BEGIN {
  print "ts,bid,bid_size,ask,ask_size"
  for (i = 0; i < 20000; i++) {
    mid = 100 + (i * 7919 % 101) / 100
    printf "%d,%.2f,300,%.2f,300\n", 1700000000 + 60 * i, mid - 0.02, mid + 0.02
  }
}' > quotes.csv
run sweep "$root/strategies/market_maker.lua" --data X=quotes.csv --grid spread=0.02..0.06:0.02 skew=0,0.01 --out quotes
want_status 0
run backtest "$root/strategies/market_maker.lua" --data X=quotes.csv --set spread=0.04 skew=0.01 --json --quiet
expect "a row of quotes is the summary of a backtest" lua5.4 row.lua quotes/sweep.csv out 0.04,0.01,

# --- wrong use: told before anything runs ---

base="sweep mixed.lua --data X=bars.csv"
refused 'needs STRATEGY.lua or SESSION.lua' sweep
refused 'sweep needs --grid NAME=VALUES' $base
refused 'sweep needs --data SYMBOL=FILE' sweep mixed.lua --grid qty=1
refused "unknown parameter 'qyt' \(did you mean 'qty'\?\)" $base --grid qyt=1,2
refused 'parameter qty must be a number, got many' $base --grid qty=1,many
refused 'parameter on must be true or false, got maybe' $base --grid on=true,maybe
refused 'qty is given by --set and by --grid' $base --grid qty=1 --set qty=2
refused 'qty is given twice' $base --grid qty=1 --grid qty=2
refused 'qty and mixed.qty are one parameter' $base --grid qty=1 mixed.qty=2
refused "there is no strategy 'mixd' \(did you mean 'mixed'\?\)" $base --grid mixd.qty=1
refused "the range '5..1:1' ends below its start" $base --grid qty=5..1:1
refused 'more than 1000000 combinations' $base --grid qty=1..2000 share=1..2000
refused "no statistic 'shrpe' \(did you mean 'sharpe'\?\)" $base --grid qty=1 --sort shrpe
refused 'does not keep seconds' $base --grid qty=1 --sort seconds
refused '--walk-forward: must be TRAIN:TEST' $base --grid qty=1 --walk-forward 3y
refused 'no test begins within the data' $base --grid qty=1 --walk-forward 3y:1y
refused '--jobs: must be a whole number of at least 1' $base --grid qty=1 --jobs 0
refused '--top: must be a whole number' $base --grid qty=1 --top x
refused '--fresh needs --out' $base --grid qty=1 --fresh
refused 'no_such.csv' sweep mixed.lua --data X=no_such.csv --grid qty=1
refused 'no_such.lua' sweep no_such.lua --data X=bars.csv --grid qty=1
refused 'cannot make the folder /dev/null/x' $base --grid qty=1 --out /dev/null/x
refused 'this is a rule' sweep "$root/rules/max_order.lua" --data X=bars.csv --grid max_qty=5
refused 'no bar of the data completes' $base --grid qty=1 --from 2031-01-01
printf 'date,open,high,low,close\n2024-01-02,10,11,9,10\n2024-01-03,10,x,9,10\n' > bad.csv
refused 'bad.csv:3:' sweep mixed.lua --data X=bad.csv --grid qty=1,2,3

# --- sessions ---

echo 'return { accounts = { { id = "main", cash = 1000 } }, data = { { symbol = "X", bars = "bars.csv" } },
  strategies = { { "mixed.lua", id = "a" }, { "mixed.lua", id = "b", qty = 3 } },
  check = function(r) assert(#r.orders ~= 4, "four orders") end }' > session.lua
run sweep session.lua --grid a.qty=1,2 b.on=true,false --out session
want_status 0
want_text session/sweep.csv '^1,true,2024-01-02T00:00:00Z,2024-01-05T00:00:00Z,4,[0-9]+,8,.*,done,$'
want_text session/sweep.csv '^1,false,+check_failed,.*four orders'
refused 'the session has 2 strategies: write ID.qty' sweep session.lua --grid qty=1
refused '--cash: a session has its settings in its file' sweep session.lua --grid a.qty=1 --cash 5
# a loop without an end is ended in a worker as it is in a run, also where a session's file is open in the parent
echo 'return { params = { n = 1 }, on_bar = function(self) while self.params.n == 2 do end end }' > loops.lua
echo 'return { data = { { symbol = "X", bars = "bars.csv" } }, strategies = { "loops.lua" } }' > loops_session.lua
for file in loops.lua loops_session.lua; do
  args="--data X=bars.csv"
  [ "$file" = loops.lua ] || args=
  shown="sweep of $file"
  timeout 60 "$program" sweep "$file" $args --grid n=1,2,3 --quiet --out loops > out 2> err
  status=$?
  want_status 0
  want_text loops/sweep.csv '^2,.*stopped,.*ran longer than'
done

# --- interrupted, killed, gone on ---

long="sweep slow.lua --data SPX=$data --grid n=1..5 w=0.1..1:0.1"
run $long --out whole --jobs 2
want_status 0
begin() { # DIR: a sweep in the background, until some rows are finished
  "$program" $long --out "$1" --jobs 2 > out 2> err &
  pid=$!
  shown="moondesk $long --out $1"
  local tries=0
  while [ "$(cat "$1/sweep.partial" 2> /dev/null | wc -l)" -lt 6 ] && [ $tries -lt 1500 ]; do
    sleep 0.02
    tries=$((tries + 1))
  done
}
begin int
kill -INT $pid
wait $pid
status=$?
want_status 1
want_line err 'interrupted: [0-9]+ of 50 runs are kept in int; the same command goes on from there'
expect "an interrupted sweep has no sweep.csv" [ ! -e int/sweep.csv ]
refused 'int/sweep.partial is of another sweep' sweep slow.lua --data "SPX=$data" --grid n=1..5 w=0.1..1.1:0.1 --out int
refused 'int/sweep.partial is of another sweep' $long --out int --cash 5
sed 's/3000/3001/' slow.lua > other.lua && cp slow.lua kept.lua && cp other.lua slow.lua
refused 'int/sweep.partial is of another sweep' $long --out int
cp kept.lua slow.lua
run $long --out int --jobs 3
want_status 0
want_text err '[0-9]+ of 50 runs are taken over from int/sweep.partial'
same whole/sweep.csv int/sweep.csv
same whole/sweep.json int/sweep.json

# rows of one table come from the same scripts
begin edited
cp slow.lua kept.lua && cp other.lua slow.lua
wait $pid
status=$?
want_status 2
want_line err 'slow.lua was changed while the sweep was going on; as it was before the same command goes on'
cp kept.lua slow.lua
run $long --out edited --jobs 2
want_status 0
same whole/sweep.csv edited/sweep.csv

begin kill
children=$(pgrep -P $pid | tr '\n' ' ')
kill -KILL $pid
wait $pid 2> /dev/null
expect "there were two workers" [ "$(echo $children | wc -w)" -eq 2 ]
for child in $children; do
  tries=0
  while kill -0 "$child" 2> /dev/null && [ $tries -lt 100 ]; do
    sleep 0.02
    tries=$((tries + 1))
  done
  expect "a worker outlived its sweep" [ $tries -lt 100 ]
done
printf 'R\t49\ttorn' >> kill/sweep.partial
run $long --out kill
want_status 0
want_text err '[0-9]+ of 50 runs are taken over from kill/sweep.partial'
same whole/sweep.csv kill/sweep.csv

# A worker that dies takes its combination along, and nothing else.
begin dead
kill -KILL "$(pgrep -P $pid | head -n 1)"
wait $pid
status=$?
want_status 1
want_text err '^moondesk: n=[0-9] w=[0-9.]+: its process was ended by signal 9'
expect "one row died" [ "$(grep -c ',died,its process was ended by signal 9' dead/sweep.csv)" -eq 1 ]
expect "the others are done" [ "$(grep -c ',done,$' dead/sweep.csv)" -eq 49 ]
expect "the others are the same" [ "$(grep ',done,$' dead/sweep.csv | grep -cxFf whole/sweep.csv)" -eq 49 ]

# Two sweeps into one folder; --fresh.
begin two
refused 'two: another run writes its results there' $long --out two
kill -INT $pid
wait $pid
run sweep mixed.lua --data X=bars.csv --grid qty=1,2 --out two --fresh
want_status 0
expect "--fresh begins anew" [ "$(wc -l < two/sweep.csv)" -eq 3 ]

# --- walk-forward ---

for jobs in 1 3; do
  run sweep "$sma" $grid --walk-forward 3y:1y --out walk$jobs --jobs $jobs
  want_text out '^A strategy has no `warmup`'
  want_status 0
done
for file in sweep.csv sweep.html sweep.json walk_forward.csv walk_forward_equity.csv; do
  same walk1/$file walk3/$file
done
want_text out '^ 1 +2000-01-03 +2003-01-03 +2004-01-03 '
want_text out '^18 +2017-01-03 +2020-01-03 +2020-04-18 '
want_text out '^Out of sample, the tests in a row: 4352 days, '
want_text walk1/sweep.csv '^window,train_from,train_to,fast,slow,start,'
expect "a row a window and combination" [ "$(wc -l < walk1/sweep.csv)" -eq 217 ]
expect "a row a window" [ "$(wc -l < walk1/walk_forward.csv)" -eq 19 ]
# Each day stands in one test.
expect "days of the tests" [ "$(tail -n +2 walk1/walk_forward_equity.csv | cut -d, -f2 | sort -u | wc -l)" -eq 4352 ]
run sweep "$sma" $grid --walk-forward 3y:1y --from 1990-01-01 --to 2010-06-30 --quiet
want_status 0
want_text out '^ *1 +2000-01-03 +2003-01-03 +2004-01-03 ' # no window lies before the data
want_text out '^ *8 +2007-01-03 +2010-01-03 +2010-07-01 '
# The choice of a window is the best row of its training, and its test is a backtest from there on.
cat > window.lua <<'LUA'
local function rows(file)
  local head, list = nil, {}
  for line in io.lines(file) do
    local cells = {}
    for cell in (line .. ","):gmatch("([^,]*),") do cells[#cells + 1] = cell end
    if head then
      local row = {}
      for i, name in ipairs(head) do row[name] = cells[i] end
      list[#list + 1] = row
    else
      head = cells
    end
  end
  return list
end
for _, w in ipairs(rows("walk1/walk_forward.csv")) do
  local best
  for _, r in ipairs(rows("walk1/sweep.csv")) do
    local sharpe = tonumber(r.sharpe)
    if r.window == w.window and sharpe and (not best or sharpe > tonumber(best.sharpe)) then best = r end
  end
  assert(best.fast == w.fast and best.slow == w.slow and best.sharpe == w.in_sharpe, "window " .. w.window)
  if w.window == "5" then
    local command = ("%s backtest %s --data SPX=%s --set fast=%s slow=%s --from %s --to %s --json --quiet"):format(
      arg[1], arg[2], arg[3], w.fast, w.slow, w.train_to, w.test_to)
    local summary = io.popen(command):read("a")
    assert(summary:find('"state_hash": "' .. w.out_state_hash .. '"', 1, true), "the test is another run")
    assert(summary:find('"sharpe": ' .. w.out_sharpe .. ",", 1, true), "the test has another Sharpe ratio")
  end
end
LUA
expect "windows choose the best and test it" lua5.4 window.lua "$program" "$sma" "$data"

finish
