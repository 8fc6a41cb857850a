#!/usr/bin/env bash
# `moondesk repl OUT`: values, lists, errors, inputs over several lines, endless loops, with and without the run; at a
# terminal editing, completion and history. Usage (from the root): tests/e2e/repl.sh build/release/moondesk
. tests/cases.inc
export MOONDESK_HOME=$root
cd "$work" || exit 2

cat > buyer.lua << 'END'
local oms = require("oms")
local S = {}
function S:on_bar(bar)
  self.n = (self.n or 0) + 1
  if self.n == 1 then
    oms.buy(bar.symbol, 2)
  elseif self.n == 2 then
    oms.buy(bar.symbol, 1, { type = "limit", limit_price = 1, time_in_force = "gtc" })
  end
end
return S
END
{
  echo "ts,open,high,low,close"
  for day in 01 02 03 04; do
    echo "2024-01-$day,1$day,1$day,99,1$day"
  done
} > x.csv
run backtest buyer.lua --data X=x.csv --out res --quiet
want_status 0

# repl TEXT...: one line each.
repl() {
  printf '%s\n' "$@" | "$program" repl res > out 2> err
  status=$?
  shown="repl: $*"
}

# shows LINE TEXT: what the last lines gave.
shows() {
  if grep -qxF -e "$1" out; then
    good=$((good + 1))
  else
    fault "$shown: no line '$1' in: $(head -n 5 out)"
  fi
}

# --- values ---
repl '1 + 1' '"a" .. "b", 2.5, nil, true' '{ 3, x = 1, [true] = 2 }' '{ b = { 1 }, a = "q\"" }' 'local x = 1' 'x' '-- nothing' ''
want_status 1
shows 2
shows "$(printf '"ab"\t2.5\tnil\ttrue')"
shows '{table with keys that have no order}'
shows '{a = "q\"", b = {1}}'
want_text err "^repl:1: unknown global 'x'"
want_text err "a local ends with its input: write x ="
repl 'oms.buy("X", 1)' 'x = = 1'
want_status 1
want_text err '^repl:1: oms.buy is not for a run that has ended'
if grep -A 1 "unexpected symbol" err | grep -q traceback; then fault "repl: a traceback without a level"; fi
repl 'y = { n = 1 }' 'y.n = y.n + 1' 'y.n' 'print("a", 1)' 'function f(a)' '  return a * 2' 'end' 'f(21)'
want_status 0
shows 2
shows "$(printf 'a\t1')"
shows 42
repl 'local t = {} for i = 1, 30 do t[i] = i end return t' 'string.rep("x", 500)'
want_status 0
want_text out '^\{1, 2, .*, 20, ... and 10 more\}$'
[ "$(wc -c < out)" -lt 1000 ] && good=$((good + 1)) || fault "repl: long values are not bounded"

# --- the lists of the run, and the run ---
repl '#orders, #fills, #trades, #equity, #events' 'orders[1].qty, orders[1].symbol, orders[1].ts' 'orders[2].end_ts' \
  'fills[1].price * fills[1].qty' 'events[1].seq, events[1].type' 'summary.bars, summary.final_equity == equity[#equity].equity' \
  'oms.position("X").qty, oms.last("X"), oms.now()' '#oms.orders{ status = "open" }' 'oms.orders{}[1].limit_price' \
  'oms.time.iso(oms.now())' 'oms.sorted({ b = 1, a = 2 })' 'oms.log.info("%d rows", #orders)' 'oms.ta.sma(2):update(1)'
want_status 0
shows "$(printf '2\t1\t1\t4\t3')"
shows "$(printf '2.0\t"X"\t1704153600000000000')"
shows nil
shows 204.0
shows "$(printf '1\t"new"')"
shows "$(printf '4\ttrue')"
shows "$(printf '2.0\t104.0\t1704412800000000000')"
shows 1
shows '"2024-01-05T00:00:00Z"'
shows '{"a", "b"}'
shows '2 rows'

# --- errors, loops, ends ---
repl 'local function bad() error("on purpose") end bad()' '1'
want_status 1
shows 1
want_text err '^repl:1: on purpose'
want_text err 'traceback:'
repl 'oms.buy("X", 1)' 'os.time()' 'require("none")' 'x ='
want_status 1
want_text err '^repl:1: oms.buy is not for'
want_text err '^repl: the input ends in the middle of a statement$'
shown="repl: an endless loop"
seconds=$(date +%s)
repl 'while true do pcall(error) end' '"after"'
[ $(($(date +%s) - seconds)) -le 60 ] && good=$((good + 1)) || fault "repl: an endless loop runs on"
want_status 1
shows '"after"'
want_text err 'ran longer than 5000 ms of CPU'

# --- without the run ---
cp -r res bare
rm bare/run.bundle
printf '%s\n' '#orders' 'oms.time.iso(0)' 'oms.position("X")' | "$program" repl bare > out 2> err
status=$?
want_status 1
shows 2
shows '"1970-01-01T00:00:00Z"'
want_line err 'the run is not there, only its files: .*bare/run.bundle'
want_text err 'oms.position: there is no session yet'
mkdir moved && mv x.csv moved/
printf 'oms.position("X").qty\n' | "$program" repl res > out 2> err
want_line err 'the run is not there, only its files: .*x.csv'
printf 'oms.position("X").qty\n' | "$program" repl res --data-dir moved > out 2> err
status=$?
want_status 0
shows 2.0
rm bare/orders.csv
printf '#orders\n"on"\n' | "$program" repl bare > out 2> err
status=$?
want_status 1
shows '"on"'
want_text err 'cannot read bare/orders.csv: No such file'
refused 'cannot read nowhere/summary.json: No such file' repl nowhere
refused 'repl needs OUT' repl

# --- a terminal ---
if script -qec true /dev/null > /dev/null 2>&1; then
  export XDG_STATE_HOME=$work/state
  {
    sleep 2
    printf 'orde\t[1].q\t + 40\n'
    sleep 1
    printf 'while true do end\n'
    sleep 1
    printf '\003'
    sleep 1
    printf '6 * 7\n'
    sleep 1
    printf '\004'
  } | timeout 60 script -qec "'$program' repl bare --data-dir moved" /dev/null > tty 2>&1
  mkdir -p again && cp -r res/* again/
  {
    sleep 2
    printf 'orde\t[1].q\t + 40\n'
    sleep 1
    printf '\004'
  } | timeout 60 script -qec "'$program' repl again --data-dir moved" /dev/null > tty2 2>&1
  shown="repl at a terminal"
  want_text tty 'repl: interrupted'
  want_text tty '^42'
  want_text tty2 'Globals: orders, fills'
  want_text state/moondesk/repl_history '^6'
  [ "$(stat -c %a state/moondesk/repl_history)" = 600 ] && good=$((good + 1)) || fault "repl: the history is open to others"
  grep -q 'orders\[1\].q' state/moondesk/repl_history && good=$((good + 1)) || fault "repl: completion did not go on"
else
  echo "SKIPPED the terminal: script(1) is missing, or there are no pseudo-terminals"
fi
finish
