#!/usr/bin/env bash
# The kill switch of a live host, end to end: from the command line, the API, a Lua rule, a signal and a file. What works
# ends, positions are closed where that is asked for, new orders are refused at once, also after a SIGKILL and a restart,
# until it is resumed with a reason. Usage (from the root): tests/e2e/kill.sh build/release/moondesk
. tests/cases.inc
. tests/e2e/live.inc

cd "$work" || exit 2
export XDG_RUNTIME_DIR=$work
port=$(free_port)
cat > rule.lua <<'LUA'
return {
  check = function() end,
  on_fill = function(_, fill, ctx)
    if fill.qty == 13 then ctx.kill({ symbol = fill.symbol }, "thirteen of them") end
  end,
}
LUA
cat > session.lua <<'LUA'
local function rows()
  local list = {}
  for i = 1, 50000 do list[i] = { (1704189600 + i * 60) * 1000000000, 10, 11, 9, 10, 1000 } end
  return list
end
return { name = "kill", mode = "paper", pace = 1200, accounts = { { id = "main", type = "margin", cash = 1000000 } },
  data = { { symbol = "A", timeframe = "1m", bars = rows() }, { symbol = "B", timeframe = "1m", bars = rows() } },
  rules = { "rule.lua" } }
LUA
make_key desk.db read,trade,admin
host session.lua desk.db --kill-file stop.now

# Every order needs a price to be measured with.
eventually '"clock":"2024-01-02T10:(0[3-9]|[1-5])' GET /oms/v1/status

n=0
# set_up: a position in A and in B, and an order in each that does not fill.
set_up() {
  n=$((n + 1))
  for symbol in A B; do
    order $symbol buy 10 "position$n$symbol"
    want 200 '"status":"accepted"'
    order $symbol buy 5 "limit$n$symbol" 1
    want 200 '"status":"accepted"'
    eventually '"status":"filled"' GET "/oms/v1/orders/position$n$symbol"
    eventually '"status":"new"' GET "/oms/v1/orders/limit$n$symbol"
  done
}
# killed SYMBOL: its order has ended, and a new one is refused.
killed() {
  api GET "/oms/v1/orders/limit$n$1"
  want 200 '"status":"canceled".*"canceled_by":"oms","code":"KILLED"'
  order "$1" buy 1 "late$n$1$RANDOM"
  want 403 'STATE_HALTED'
}
# works SYMBOL
works() {
  order "$1" buy 1 "again$n$1$RANDOM"
  want 200 '"status":"accepted"'
}
flat() {
  eventually '^\[\]$' GET /v2/positions
}
resume() {
  run resume "$work/control.sock"
  want_status 2
  want_line err 'resume needs a reason: --why TEXT'
  run resume "$@" --why "all is well $n" "$work/control.sock"
  want_status 0
  want_line out '^trading is active$'
}

# --- from the command line, one symbol, without and with flatten ---

set_up
run kill --symbol A "$work/control.sock"
want_status 2
want_line err 'kill needs a reason'
run kill --symbol Z --why x "$work/control.sock"
want_status 1
want_line err "there is no symbol 'Z'"
run kill --symbol A --why "from the command line" "$work/control.sock"
want_status 0
want_line out '^trading is halted: '
killed A
works B
eventually '"symbol":"A".*"qty":"10"' GET /v2/positions
run positions --symbol A --json "$work/control.sock"
want_text out '"symbol": "A", "qty": 10,'
run orders --symbol B "$work/control.sock"
want_text out " limit1B .* held_by|limit1B "
run kill --flatten --why "all of it" "$work/control.sock"
want_status 0
killed B
flat
api GET '/oms/v1/orders?status=all&limit=50'
want 200 '"tag":"flatten"'
resume
resume --symbol A
works A

# --- it survives a SIGKILL, and a restart ---

set_up
api POST /oms/v1/kill '{"why":"from the API","flatten":true}'
want 200 '"state":"halted","scope":"all","why":"from the API"'
order A buy 1 right-behind
want 403 STATE_HALTED
host_ends KILL 0
host session.lua desk.db --kill-file stop.now
order A buy 1 after-the-restart
want 403 STATE_HALTED
api GET /oms/v1/risk
want 200 '"trading_state":"halted"'
killed A
flat
api POST /oms/v1/resume '{}'
want 422 'why is missing'
api POST /oms/v1/resume '{"why":"looked at it"}'
want 200 '"state":"active"'
works A

# --- from a Lua rule, on a fill ---

set_up
order B buy 13 "thirteen"
want 200 accepted
eventually '"trading_state":.*"symbols":\{"B":"halted"\}' GET /oms/v1/risk
killed B
works A
resume --symbol B

# --- by a signal ---

set_up
kill -s USR1 "$pid"
eventually '"trading_state":"halted"' GET /oms/v1/risk
killed A
killed B
resume

# --- by a file, for as long as it is there ---

set_up
echo "the fire alarm" > stop.new
mv stop.new stop.now # whole, when it is seen
eventually '"trading_state":"halted"' GET /oms/v1/risk
killed A
run resume --why early "$work/control.sock"
want_status 1
want_line err 'stop.now is still there; remove it'
rm stop.now
sleep 1.2
resume
works A

# --- trading state reducing ---

set_up
run kill --reduce --why "only out" "$work/control.sock"
want_status 0
want_line out '^trading is reducing$'
api GET "/oms/v1/orders/limit${n}A"
want 200 '"status":"new"'
order A buy 1 more
want 403 STATE_REDUCING
order A sell 2 less
want 200 accepted
run kill --reduce --flatten --why x "$work/control.sock"
want_status 2
host_ends KILL 0
host session.lua desk.db
order A buy 1 more-again
want 403 STATE_REDUCING
resume

# --- all of it stands in the journal ---

host_ends TERM 0
for line in "kill A by person:.*from the command line" "kill all flatten by person:.*all of it" \
  "kill all flatten by api:$key: from the API" "kill B by script: thirteen of them" "kill all by signal" \
  "kill all by file: the fire alarm" "state active all by api:$key: looked at it" \
  "state reducing all by person:.*only out" "state active all by person:.*all is well"; do
  shown="the journal"
  if grep -aqE "$line" desk.db; then
    good=$((good + 1))
  else
    fault "the journal has no line /$line/"
  fi
done

run replay desk.db
want_status 0
want_text out 'every record came as it was written down'

# --- a paced run has the same commands ---

sed 's/mode = "paper", pace = 1200/mode = "backtest"/' session.lua > paced.lua
cat > buy.lua <<'LUA'
return { on_bar = function(self)
  self.n = (self.n or 0) + 1
  if self.n == 3 then
    oms.buy("A", 10)
    oms.buy("A", 5, { type = "limit", limit_price = 1, time_in_force = "gtc" })
  end
end }
LUA
sed -i 's/rules = { "rule.lua" }/strategies = { "buy.lua" }/' paced.lua
"$program" run paced.lua --pace 1200 --control paced.sock --out paced > paced.out 2> paced.err &
pid=$!
for i in $(seq 100); do
  grep -q 'control socket' paced.err && break
  sleep 0.05
done
for i in $(seq 100); do
  run positions paced.sock
  grep -q ' A ' out && break
  sleep 0.05
done
want_text out '^main .* A +10 '
run orders --strategy buy paced.sock
want_text out ' A +buy +limit +gtc +5 '
want_text out '^1 order$'
run kill --strategy buy --flatten --why "enough" paced.sock
want_status 0
for i in $(seq 100); do
  run positions --json paced.sock
  grep -q '^\[\]$' out && break
  sleep 0.05
done
want_line out '^\[\]$'
run orders --all paced.sock
want_text out ' limit .* canceled '
run resume --strategy buyy --why x paced.sock
want_status 1
want_line err "there is no strategy 'buyy' \\(did you mean 'buy'\\?\\)"
run orders --account main --symbol A paced.sock
want_status 2
kill "$pid"
wait "$pid"

finish
