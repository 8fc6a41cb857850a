#!/usr/bin/env bash
# The command line as a user meets it: every command, every wrong use with its exit status and first line, the
# files of --out, JSON, signals. Usage (from the root): tests/e2e/cli.sh build/release/moondesk
. tests/cases.inc

data=$root/examples/data/sp500_d1.csv
sma=$root/strategies/sma_cross.lua
json_check="lua5.4 $root/tests/e2e/json_check.lua"
KEYS="start end bars events orders rejected fills trades initial_equity final_equity return_pct
  annual_return_pct volatility_pct sharpe sortino calmar max_drawdown_pct max_drawdown_days win_rate_pct
  profit_factor expectancy exposure_pct commission turnover seconds events_per_second state_hash"
cd "$work" || exit 2

# want_json FILE KEY...
want_json() {
  local file=$1
  shift
  if $json_check "$@" < "$file"; then
    good=$((good + 1))
  else
    fault "$shown: $file is not the JSON that it must be"
  fi
}

# --- small scripts and data ---

cat > bars.csv <<'CSV'
date,open,high,low,close,volume
2024-01-02,10,11,9,10.5,1000
2024-01-03,10.5,12,10,11.5,1000
2024-01-04,11.5,12,10.5,11,1000
2024-01-05,11,13,11,12.5,1000
CSV
cat > buy_once.lua <<'LUA'
local oms = require "oms"
local S = { params = { qty = 10, label = "x", list = { "A", "B" } } }
function S:on_bar(bar)
  if not self.done then
    self.done = true
    oms.buy(bar.symbol, self.params.qty)
  elseif oms.position(bar.symbol).qty > 0 then
    oms.close(bar.symbol)
  end
end
return S
LUA
printf 'local oms = require "oms"\nlocal S = {}\nfunction S:on_bar(bar) error("stop here") end\nreturn S\n' > fails.lua
printf 'local S = {\nfunction S:on_bar(\n' > syntax.lua
printf 'return { on_tick = function() end }\n' > on_tick.lua
printf 'return { params = { max_qty = 5, names = { "A" } }, check = function(self, order)\n
  if order.qty > self.params.max_qty then return false, "MAX_ORDER_QTY", "too many" end end }\n' > rule.lua
session() { # EXTRA...: a session file on standard output
  echo 'return { name = "s", mode = "backtest", accounts = { { id = "main", type = "margin", cash = 1000 } },'
  echo '  data = { { symbol = "X", bars = "bars.csv", timeframe = "1d" } },'
  printf '%s\n' "$@" '}'
}
session 'strategies = { "buy_once.lua" },' > session.lua
session 'strategies = { "buy_once.lua" },' 'check = function(r) assert(r.summary.trades == 1) end,' > checked.lua
session 'strategies = { "buy_once.lua" },' 'check = function(r) assert(r.summary.trades == 7, "seven trades") end,' > check_fails.lua
session 'strategies = { "fails.lua" },' > stopped.lua
session 'strategies = { "fails.lua" },' 'check = function(r) assert(r.summary.orders == 0) end,' > stopped_checked.lua
session 'strategis = { "buy_once.lua" },' > unknown_key.lua

# --- help, version, unknown words ---

run help
want_status 0
want_text "$work/out" '^  backtest '
for command in backtest sweep run check new version help; do
  run help $command
  want_status 0
  want_line out "^Usage: moondesk $command"
  want_text "$work/out" '^Example:'
  cp out help.txt
  run $command --help
  want_status 0
  same out help.txt
done
run version
want_status 0
want_line out '^moondesk [0-9]+\.[0-9]+\.[0-9]+$'
run --version
want_line out '^moondesk [0-9]'
refused '^moondesk: which command'
refused "^moondesk: unknown command 'bactest' \(did you mean 'backtest'\?\)" bactest
refused "^moondesk: unknown command 'frobnicate'$" frobnicate
refused "^moondesk: unknown command 'rum' \(did you mean 'run'\?\)" help rum
refused "what is 'x' for" version x

# --- backtest: wrong use ---

refused 'needs STRATEGY.lua' backtest
refused 'needs --data SYMBOL=FILE' backtest buy_once.lua
refused "backtest has no option '--dta' \(did you mean '--data'\?\)" backtest buy_once.lua --dta X=bars.csv
refused "has no option '-x'" backtest buy_once.lua -x
refused '--data needs a value' backtest buy_once.lua --data
refused '--out needs a value' backtest buy_once.lua --out --json
refused '--json takes no value' backtest buy_once.lua --json=yes
refused '--cash is given twice' backtest buy_once.lua --data X=bars.csv --cash 1 --cash 2
refused '--set: days is given twice' backtest buy_once.lua --data X=bars.csv --set days=1 days=2
refused '--venue: latency_ms is given twice' backtest buy_once.lua --data X=bars.csv --venue latency_ms=1 --venue latency_ms=2
refused '--data: there is no file between two commas' backtest buy_once.lua --data X=bars.csv,,bars.csv
refused "what is 'more.lua' for" backtest buy_once.lua more.lua --data X=bars.csv
for wrong in bars.csv =bars.csv X= X=, ; do
  refused '--data: must be SYMBOL=FILE' backtest buy_once.lua --data "$wrong"
done
base="backtest buy_once.lua --data X=bars.csv"
refused '--cash: must be a number of at least 0' $base --cash ten
refused '--cash: must be a number of at least 0' $base --cash -5
refused '--cash: must be a number of at least 0' $base --cash nan
refused '--cash: 1e30 is too large' $base --cash 1e30
refused '--multiplier: must be a number' $base --multiplier 0
refused '--seed: must be a whole number' $base --seed 1.5
refused '--strict-budget: must be a whole number of at least 1' $base --strict-budget 0
refused "--tz: unknown time zone 'Mars/Olympus'; known: UTC" $base --tz Mars/Olympus
refused '--timeframe: must be like' $base --timeframe 1x
refused "--account-type: unknown word 'cahs' \(did you mean 'cash'\?\)" $base --account-type cahs
refused "--asset-class: unknown word 'us_equty' \(did you mean 'us_equity'\?\)" $base --asset-class us_equty
refused '--set: must be NAME=VALUE' $base --set qty
refused '--venue: must be NAME=VALUE' $base --venue fill
refused '--limit: must be NAME=VALUE' $base --limit =5
refused '--rule: must be FILE' $base --rule max_qty=5
refused 'fill' $base --fill tomorrow
refused 'bar_path' $base --bar-path best
refused "venue.fil: .*did you mean 'fill'" $base --venue fil=next_open
refused "max_order_qty" $base --limit max_order_qyt=5
refused 'percnt' $base --commission percnt:1
refused 'from' $base --from yesterday
refused 'qyt' $base --set qyt=5
refused 'qty' $base --set qty=many
refused 'no_such.lua' backtest no_such.lua --data X=bars.csv
refused 'no_such.csv' backtest buy_once.lua --data X=no_such.csv
refused 'syntax.lua:2:' backtest syntax.lua --data X=bars.csv
refused "on_tick is no callback" backtest on_tick.lua --data X=bars.csv
refused 'no_rule.lua' $base --rule no_rule.lua
refused '/dev/null' $base --out /dev/null/x

# --- backtest ---

run $base --out a/b
want_status 0
want_text out '^orders +2$'
want_text out '^The results lie in a/b$'
for file in "orders.csv:ts,end_ts,order_id,client_order_id,parent_id,replaces,symbol,side,type,time_in_force,qty,limit_price,stop_price,status,filled_qty,filled_avg_price,rejected_by,code,message,strategy,account" \
  "fills.csv:ts,order_id,client_order_id,execution_id,symbol,side,qty,price,commission,strategy,account" \
  "trades.csv:symbol,side,entry_time,exit_time,qty,entry_price,exit_price,commission,pnl,strategy,account" \
  "equity.csv:ts,equity,cash,position_value,drawdown"; do
  if [ "$(head -n 1 "a/b/${file%%:*}")" = "${file#*:}" ]; then
    good=$((good + 1))
  else
    fault "header of ${file%%:*}"
  fi
done
want_json a/b/summary.json $KEYS
want_text a/b/report.html '^<title>buy_once</title>$'
want_text a/b/report.html '\["bar_path","worst","default"\]'
want_text a/b/report.html '^"tradeCount":1,$'
[ "$(tail -n 1 a/b/report.html)" = "</html>" ] && good=$((good + 1)) || fault "report.html is not whole"
want_text a/b/trades.csv '^X,long,2024-01-03T00:00:00Z,2024-01-04T00:00:00Z,10,10.5,11.5,0,10,buy_once,main$'
want_text a/b/fills.csv '^2024-01-03T00:00:00Z,[0-9a-f-]{36},[0-9a-f-]{36},[^,]+,X,buy,10,10.5,0,buy_once,main$'
[ "$(wc -l < a/b/equity.csv)" -eq 5 ] && good=$((good + 1)) || fault "equity.csv has a row per completion time"
[ "$(find a/b -name '*.part' | wc -l)" -eq 0 ] && good=$((good + 1)) || fault ".part files were left"

run $base --json
want_status 0
want_json out $KEYS
run $base --quiet --json --set qty=3 label=y --set=list=A,B --cash=500.25 --commission percent:0.2,min:1 \
  --venue slippage=percent:0.1 bar_path=ohlc --limit max_order_qty=5 --rule rule.lua,max_qty=4,names=A,B --seed 7
want_status 0
[ ! -s err ] && good=$((good + 1)) || fault "--quiet is not quiet: $(head -n 1 err)"
want_text out '"initial_equity": 500.25,'
want_text out '"commission": 2,'
run $base --limit max_order_qty=5 --json
want_text out '"rejected": 1,'
run $base --rule rule.lua --json
want_text out '"rejected": 1,'
run backtest fails.lua --data X=bars.csv
want_status 1
want_text err 'stop here'
run $base --from 2024-01-03 --to 2024-01-04 --json
want_text out '"bars": 2,'
run backtest "$sma" --data "SPX=$data" --json --out sma
want_status 0
want_text out '"bars": 5105,'

# --- run ---

run run session.lua
want_status 0
want_text out '^trades +1$'
run run checked.lua --json --out c
want_status 0
want_json out $KEYS
want_json c/summary.json $KEYS
run run check_fails.lua
want_status 1
want_text err 'the check failed: .*seven trades'
run run stopped.lua
want_status 1
want_text err 'a strategy was stopped by an error'
run run stopped_checked.lua
want_status 0
refused 'needs SESSION.lua' run
refused 'no_such.lua' run no_such.lua
refused "strategis.*did you mean 'strategies'" run unknown_key.lua
refused 'syntax.lua:2:' run syntax.lua
refused 'a backtest is not served' run session.lua --db x.db --listen 127.0.0.1:1
refused 'settings of the host are wrong' run session.lua --listen 127.0.0.1:1

# What the clock does not reach is told; data that comes twice is refused.
session 'strategies = { "buy_once.lua" },' \
  'timeline = function(t) t:at("2024-01-04", function() end) t:at("2031-01-01", function() end) end,' > late.lua
run run late.lua
want_status 0
want_text err 'WARN.*1 of the timeline.s entries were not run, the first at 2031-01-01T00:00:00Z: the run ended at 2024-01-06'
run run checked.lua
[ ! -s err ] || ! grep -q 'timeline.s entries' err && good=$((good + 1)) || fault "a warning about a timeline that is not there"
session 'strategies = { "buy_once.lua" },' | sed 's/data = {/& { symbol = "X", bars = "bars.csv", timeframe = "1d" },/' > twice.lua
refused 'data\[2\]: X has 1d bars in data\[1\] already' run twice.lua
run check twice.lua
want_text err 'data\[2\]: X has 1d bars in data\[1\] already'
refused 'data\[2\]: X has 1d bars in data\[1\] already' backtest buy_once.lua --data X=bars.csv --data X=bars.csv
run help backtest
want_text out 'slippage=percent:0.01'
want_text out 'per_share:0.005,min:1'
run $base --venue slippage=percent:0.01 latency_ms=0 --commission per_share:0.005,min:1,regulatory:true --limit max_order_qty=1000 restricted=GME,AMC
want_status 0

# --- check ---

run check buy_once.lua rule.lua session.lua
want_status 0
want_text out '^buy_once.lua: ok \(strategy\), 2 warnings$'
want_text out '^rule.lua: ok \(rule\), 1 warning$'
want_text out '^session.lua: ok \(session\), 2 warnings$'
run check buy_once.lua syntax.lua on_tick.lua unknown_key.lua
want_status 2
want_text out '^buy_once.lua: ok'
want_text err 'syntax.lua:2:'
want_text err "on_tick.lua:1: on_tick is no callback \(did you mean 'on_trade'\?\)"
want_text err 'unknown_key.lua.*strategis'
session 'rules = { { "rule.lua", max_qty = "many" }, "no_rule.lua" },' \
  'strategies = { "syntax.lua", { "buy_once.lua", qtty = 5 } },' > bad_scripts.lua
run check bad_scripts.lua
want_status 2
want_text err 'bad_scripts.lua: .*max_qty'
want_text err 'bad_scripts.lua: no_rule.lua: there is no such file'
want_text err 'bad_scripts.lua: .*syntax.lua:2:'
want_text err "bad_scripts.lua: .*qtty.*did you mean 'qty'"
session 'rules = { { "rule.lua", max_qty = 7 } },' 'strategies = { { "buy_once.lua", qty = 5 } },' > good_scripts.lua
run check good_scripts.lua
want_status 0
refused 'needs FILE' check
refused 'no_such.lua' check no_such.lua

# --- full disk, closed pipe ---

"$program" $base > /dev/full 2> err
status=$?
shown="a full standard output"
want_status 2
mkdir -p full && ln -sf /dev/full full/orders.csv.part
run $base --out full
want_status 2
want_text err 'cannot write full/orders.csv.part: No space left on device'
[ ! -e full/summary.json ] && good=$((good + 1)) || fault "a summary beside files that are not whole"

# --- a timer that arms itself for the instant at which it fires ---

printf 'return { on_start = function() oms.after(0, "again") end, on_timer = function() oms.after(0, "again") end }\n' > again.lua
run backtest again.lua --data X=bars.csv
want_status 1
want_text err "again.lua: on_timer: its callbacks answer each other without end"

# What is no strategy is not run as one.

run backtest "$root/rules/max_order.lua" --data X=bars.csv
want_status 2
want_text err "this is a rule, not a strategy"
run backtest "$root/examples/01-first-backtest/session.lua" --data X=bars.csv
want_status 2
want_text err "this is a session, not a strategy"
printf 'return { onbar = function() end }\n' > nothing.lua
run backtest nothing.lua --data X=bars.csv
want_status 0
want_text err "nothing.lua has no callback and will do nothing"

# --- signals: a long run ends cleanly, what it has is marked ---

awk 'BEGIN {
  print "ts,open,high,low,close"
  for (i = 0; i < 3000000; i++) print 1500000000 + 60 * i ",10,11,9,10"
}' > long.csv
printf 'return { on_bar = function(self, bar) local x = 0 for i = 1, 200 do x = x + i end end }\n' > slow.lua
for signal in INT TERM; do
  "$program" backtest slow.lua --data X=long.csv --json --out stop > out 2> err &
  pid=$!
  tries=0
  while [ ! -e stop/equity.csv.part ] && [ $tries -lt 100 ]; do
    sleep 0.05
    tries=$((tries + 1))
  done
  sleep 0.2
  kill -s $signal $pid
  wait $pid
  status=$?
  shown="a run that gets SIG$signal"
  want_status 1
  want_text err '^moondesk: interrupted: the results up to here lie in stop'
  want_json out $KEYS partial
  want_json stop/summary.json $KEYS partial
  want_text stop/report.html '^"partial":true,$'
  rm -rf stop
done

finish
