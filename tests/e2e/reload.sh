#!/usr/bin/env bash
# A run by the clock as a user meets it: the same results as without one, scripts that are changed while it goes,
# `moondesk reload`, its socket, signals. Usage (from the root): tests/e2e/reload.sh build/release/moondesk
. tests/cases.inc

export XDG_RUNTIME_DIR=$work/run
mkdir -m 700 "$XDG_RUNTIME_DIR"
cd "$work" || exit 2
mkdir desk
cat > desk/strategy.lua <<'LUA'
local oms = require "oms"
local S = { n = 0 }
function S:on_bar(bar) self.n = self.n + 1 oms.buy("A", self.n % 10 + 1, { client_order_id = "n" .. self.n }) end
function S:on_save() return { n = self.n } end
function S:on_load(saved) self.n = saved.n end
return S
LUA
# version NAME NUMBER: the rule and the two files that it requires; it refuses to be made of two versions.
version() {
  local part
  for part in low high; do
    echo "return { name = '$1', number = $2 }" > desk/$part.new
    mv desk/$part.new desk/$part.lua # as editors do
  done
  cat > desk/rule.lua <<LUA
local low, high = require "low", require "high"
local R = {}
function R:check(order)
  if (order.qty + low.number + high.number) % 2 == 1 then return false, "ODD", "$1" .. low.name .. high.name end
end
function R:test() assert(low.name == "$1" and high.name == "$1", "files of two versions") end
return R
LUA
}
version A 1
session() { # NAME BARS: minutes
  cat <<LUA
local rows = {}
for i = 1, $2 do rows[i] = { (1704189600 + i * 60) * 1000000000, 10, 11, 9, 10, 100 } end
return { name = "$1", mode = "backtest", accounts = { { id = "main", type = "margin", cash = 10000000 } },
  data = { { symbol = "A", timeframe = "1m", bars = rows } }, rules = { "rule.lua" }, strategies = { "strategy.lua" } }
LUA
}
session short 300 > desk/short.lua
session long 60000 > desk/long.lua

# start SESSION PACE OPTION...: in the background, as $pid; ready when its socket is there.
start() {
  local session=$1 pace=$2 i
  shift 2
  shown="moondesk run $session --pace $pace $*"
  : > "$work/run.err" # the last run's line is not this one's
  "$program" run "$session" --pace "$pace" "$@" > "$work/run.out" 2> "$work/run.err" &
  pid=$!
  for i in $(seq 100); do
    grep -q 'control socket' "$work/run.err" && return
    sleep 0.05
  done
  fault "$shown: no control socket after five seconds"
}
# ends SIGNAL STATUS
ends() {
  [ "$1" = none ] || kill -s "$1" "$pid"
  wait "$pid"
  status=$?
  want_status "$2"
}
# wait_for PATTERN: until the log of the run has it.
wait_for() {
  local i
  for i in $(seq 100); do
    grep -qE "$1" "$work/run.err" && break
    sleep 0.05
  done
  want_text "$work/run.err" "$1"
}

# --- the same results, however fast ---

run run desk/short.lua --out plain --quiet
want_status 0
run run desk/short.lua --out paced --pace 18000.5 --quiet
want_status 0
for file in orders fills trades equity; do
  same plain/$file.csv paced/$file.csv
done
want_text plain/summary.json '"bars": 300'
[ ! -e paced/reloads.csv ] && good=$((good + 1)) || fault "reloads.csv without a reload"
# 300 minutes in one second
seconds=$(sed -n 's/.*"seconds": \([0-9]*\)\.\([0-9][0-9]\).*/\1\2/p' paced/summary.json)
if [ "${seconds#0}" -ge 95 ] && [ "${seconds#0}" -lt 300 ]; then
  good=$((good + 1))
else
  fault "300 minutes at 18000.5 took $seconds hundredths of a second"
fi

# --- watched files ---

start desk/long.lua 60000 --out watched
sleep 0.2
version B 2
wait_for 'rule: reloaded from desk/rule.lua: '
echo 'return {' > desk/high.lua
wait_for 'rule: not reloaded from desk/rule.lua: [0-9a-f]{32} stays: desk/high.lua:2: unexpected symbol'
rm desk/high.lua
wait_for "rule: not reloaded from desk/rule.lua: [0-9a-f]{32} stays: .*module 'high' is not found"
lines=$(wc -l < run.err)
touch desk/rule.lua desk/low.lua
sleep 0.3
[ "$lines" -eq "$(wc -l < run.err)" ] && good=$((good + 1)) || fault "a touched file was loaded again"
for i in 1 2 3 4 5 6 7 8; do # faster than it settles, and slower
  version A 1
  sleep "0.0$i"
  version B 2
  sleep "0.1$i"
done
version A 1
sleep 0.4
"$program" reload > reload.out 2>&1
want_text reload.out '^no file has changed$'
ends TERM 1
want_text run.err 'interrupted: the results up to here lie in watched'
want_text watched/reloads.csv '^ts,id,path,old_hash,new_hash,ok,message$'
want_text watched/reloads.csv '^2024-[0-9TZ:-]*,rule,desk/rule.lua,[0-9a-f]{32},[0-9a-f]{32},true,$'
want_text watched/reloads.csv '^2024-[0-9TZ:-]*,rule,desk/rule.lua,[0-9a-f]{32},,false,desk/high.lua:2: unexpected symbol'
cut -d, -f4,17-19 watched/orders.csv > verdicts
if grep -E ',ODD,' verdicts | grep -qvE ',ODD,(AAA|BBB)$'; then
  fault "an order was judged by half a rule: $(grep ODD verdicts | grep -vE '(AAA|BBB)$' | head -n 1)"
else
  good=$((good + 1))
fi
want_text verdicts ',ODD,AAA'
want_text verdicts ',ODD,BBB'
"$program" run desk/long.lua --out whole --quiet > /dev/null
count=$(wc -l < watched/orders.csv)
awk -F, -v OFS=, '{ print $1, $4, $7, $8, $11, $17, $18 }' watched/orders.csv | head -n $((count - 1)) > a.csv
awk -F, -v OFS=, '{ print $1, $4, $7, $8, $11, $17, $18 }' whole/orders.csv | head -n $((count - 1)) > b.csv
same a.csv b.csv
[ "$count" -gt 1000 ] && good=$((good + 1)) || fault "only $count orders"

# --- moondesk reload ---

# a socket at which nobody listens any more is passed over
{
  node -e 'require("net").createServer().listen(process.argv[1], () => process.kill(process.pid, "SIGKILL"))' \
    "$XDG_RUNTIME_DIR/moondesk/dead.sock"
} 2> /dev/null
start desk/long.lua 6000 --out asked
[ -S "$XDG_RUNTIME_DIR/moondesk/dead.sock" ] && good=$((good + 1)) || fault "there is no dead socket"
run reload rule
want_status 0
want_line out '^rule: reloaded from desk/rule.lua: ([0-9a-f]{32}) -> \1$'
version B 2
run reload desk/rule.lua
want_status 0
run reload desk/low.lua "$XDG_RUNTIME_DIR/moondesk/long.sock"
want_status 0
want_line out '^rule: reloaded from desk/rule.lua'
echo 'return { on_tick = 1, check = function() end }' > other.lua
echo 'return { check = function() error("now") end, test = function() error("its test") end }' > test.lua
run reload rule --with test.lua
want_status 1
want_line err '^rule: not reloaded from .*/test.lua: [0-9a-f]{32} stays: .*test.lua:1: its test'
want_text err 'traceback'
run reload rule --with gone.lua
want_status 1
want_line err 'gone.lua: there is no such file'
run reload rul
want_status 1
want_line err "no strategy or rule is called 'rul' \\(did you mean 'rule'\\?\\)"
run reload desk/low.lua --with test.lua
want_status 1
want_line err 'only a whole script can be replaced'
run reload --with test.lua
want_status 2
run reload a b c
want_status 2
run reload rule "$work/none.sock"
want_status 2
want_line err 'no run answers at .*none.sock'
version A 1
kill -HUP "$pid"
wait_for 'rule: reloaded from desk/rule.lua: .*'
[ "$(stat -c %a "$XDG_RUNTIME_DIR/moondesk")" = 700 ] && good=$((good + 1)) || fault "the socket's folder is open"
[ "$(stat -c %a "$XDG_RUNTIME_DIR/moondesk/long.sock")" = 600 ] && good=$((good + 1)) || fault "the socket is open"
# a second run of that name has no socket unless it gets one
"$program" run desk/short.lua --pace 90000 --control "$XDG_RUNTIME_DIR/moondesk/long.sock" > out 2> err
status=$?
want_status 2
want_line err 'another run listens at'
ends INT 1
[ ! -e "$XDG_RUNTIME_DIR/moondesk/long.sock" ] && good=$((good + 1)) || fault "the socket stays behind"
want_text asked/reloads.csv ',false,.*its test'

run reload rule
want_status 2
want_line err 'no host and no run by the clock of yours is going on'

# a run that was killed leaves its socket, and the next one takes the place
start desk/long.lua 6000 --control "$work/own.sock"
kill -KILL "$pid"
wait "$pid" 2> /dev/null
start desk/long.lua 6000 --control "$work/own.sock"
run reload strategy own.sock
want_status 0
want_line out '^strategy: reloaded'
ends TERM 1

# a socket that another run has put in the place of a lost one is not this run's to remove
start desk/long.lua 6000 --control "$work/own.sock"
first=$pid
rm own.sock
start desk/long.lua 6000 --control "$work/own.sock"
second=$pid
pid=$first
ends TERM 1
pid=$second
run reload strategy own.sock
want_status 0
ends TERM 1
[ ! -e own.sock ] && good=$((good + 1)) || fault "the socket stays behind"

# a pipe in the place of a script is not opened: nobody may ever write into it
start desk/long.lua 6000 --control "$work/own.sock"
mv desk/strategy.lua desk/kept
mkfifo desk/strategy.lua
shown="moondesk reload strategy"
timeout -k 1 10 "$program" reload strategy own.sock > out 2> err
status=$?
want_status 1
want_text err 'desk/strategy.lua: is no file'
ends TERM 1
mv desk/kept desk/strategy.lua

# --- wrong use ---

run run desk/short.lua --pace 90000 --control nowhere/x.sock
want_status 2
want_line err 'cannot listen at nowhere/x.sock: no such file or directory'

run run desk/short.lua --control x.sock
want_status 2
want_line err '--control .*--pace'
run run desk/short.lua --pace 0
want_status 2
want_line err "--pace: is a number above 0, or .fast."
run run desk/short.lua --pace slow
want_status 2
run run desk/short.lua --pace 90000 --control "$(printf 'x%.0s' $(seq 200))"
want_status 2
want_line err 'the path of a socket has 1 to'
echo text > file.sock
run run desk/short.lua --pace 90000 --control file.sock
want_status 2
want_line err 'is there already and is no socket'
want_text file.sock text
chmod 755 "$XDG_RUNTIME_DIR/moondesk"
run run desk/short.lua --pace 90000
want_status 0
want_text err 'no control socket: .* must be a folder that only its owner'

finish
