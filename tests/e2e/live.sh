#!/usr/bin/env bash
# A live host as a user meets it: refusals, orders, the kill switch in all its forms, signals, a second host, a host
# that is killed and comes back, scripts that change while orders flow, snapshots; and what its journal says of all
# that. Usage (from the root): tests/e2e/live.sh build/release/moondesk
. tests/cases.inc

export XDG_RUNTIME_DIR=$work/run
mkdir -m 700 "$XDG_RUNTIME_DIR"
mkdir "$work/desk"
cp tests/e2e/live/*.lua "$work/desk"
cd "$work" || exit 2
pid=
trap 'test -n "$pid" && kill -KILL "$pid" 2> /dev/null; rm -rf "$work"' EXIT

# start SESSION OPTION...: a host in the background, as $pid, served at $url.
start() {
  local session=$1 i
  shift
  shown="moondesk run $session $*"
  : > "$work/log"
  "$program" run "$session" --db desk.db --listen 127.0.0.1:0 --control "$work/c.sock" "$@" 2> "$work/log" &
  pid=$!
  for i in $(seq 200); do
    grep -q 'msg="ready' "$work/log" && break
    sleep 0.05
  done
  url=http://$(sed -n 's/.*listening at \([^"]*\)".*/\1/p' "$work/log" | head -n 1)
  want_text "$work/log" 'msg="ready: database desk.db'
}

# stop SIGNAL STATUS
stop() {
  kill "-$1" "$pid"
  wait "$pid" 2> /dev/null
  status=$?
  pid=
  shown="moondesk run, $1"
  want_status "$2"
}

ask() {
  curl -s -m 10 -H "APCA-API-KEY-ID: $key" -H "APCA-API-SECRET-KEY: $secret" "$@"
}

# order NAME QTY: a limit order of the account, far from the market; the answer in $work/answer.
order() {
  ask -d "{\"symbol\":\"X\",\"qty\":\"$2\",\"side\":\"buy\",\"type\":\"limit\",\"limit_price\":\"1\",\"time_in_force\":\"gtc\",
    \"client_order_id\":\"$1\"}" "$url/v2/orders" > "$work/answer"
  shown="order $1"
}

listed() {
  run orders --all "$work/c.sock"
  shown="moondesk orders, $1"
  want_text "$work/out" "$1"
}

# until PATTERN FILE: five seconds at most.
until_text() {
  local i
  for i in $(seq 100); do
    grep -qE -e "$1" "$2" && break
    sleep 0.05
  done
  want_text "$2" "$1"
}

# What the journal holds is whole, and what its inputs bring about is what it says.
journal_holds() {
  run db verify "$1"
  want_status 0
  run replay "$1"
  want_status 0
  want_text "$work/out" 'every record came as it was written down'
}

# Mistakes are told at once.
refused '5 settings of the host are wrong' run desk/session.lua --listen 0.0.0.0:80x --kill-file "$work/none/kill" \
  --tls-key "$work/none.pem"
for text in 'listen: .* needs a journal' "listen: '0.0.0.0:80x' is no address" 'api.key: .* cannot be read' \
  'a key is given without its certificate' 'kill_file: the folder'; do
  want_text "$work/err" "$text"
done
refused 'rows of Y are pushed through the API' run desk/session.lua --db desk.db
refused '2 settings of the host are wrong' run desk/recorded.lua --db desk.db --listen 0.0.0.0:0
want_text "$work/err" 'can be reached from elsewhere: give a certificate'
want_text "$work/err" 'there is no API key'
refused 'a backtest is not served' run desk/backtest.lua --db desk.db --listen 127.0.0.1:0
refused 'listen: a host that is served needs a journal' run desk/recorded.lua --listen 127.0.0.1:0
refused "unknown level 'lout'" run desk/recorded.lua --db desk.db --log lout
cat > desk/wrong.lua <<'LUA'
return { mode = "papr", listn = "x", pace = -1, api = { rate = 0, conections = 4 }, journal = { market_keep_day = 1 },
  accounts = {}, data = { { symbol = "A", quotes = 1 } }, limits = { max_order_qt = 1 } }
LUA
refused 'wrong.lua: 9 settings are wrong:' run desk/wrong.lua --db desk.db --listen 127.0.0.1:0
for text in "listn: unknown key .*'listen'" "mode: unknown word 'papr'" 'pace: is a number above 0' 'api.conections: unk' \
  'api.rate: must be above 0' 'journal.market_keep_day: unk' 'accounts: is empty' 'data.1..quotes: must be a list' \
  'limits.max_order_qt: unk'; do
  want_text "$work/err" "  $text"
done
cat > desk/names.lua <<'LUA'
return { mode = "paper", data = { { symbol = "A", quotes = true } }, rules = { { "rule.lua", scope = { account = "man" } } },
  strategies = { { "strategy.lua", account = "mian" }, { "strategy.lua", symbols = { "B" }, id = "b" } } }
LUA
refused 'names.lua: 3 settings are wrong:' run desk/names.lua --db desk.db --listen 127.0.0.1:0
sed 's/, scope = [^}]*}//; s/, account = "mian"//; s/symbols = { "B" }/foo = 1/; s/rule.lua/none.lua/' desk/names.lua > desk/files.lua
refused '2 settings of the host are wrong:' run desk/files.lua --db none/desk.db --listen 127.0.0.1:0
want_text "$work/err" '  rules.1.: none.lua: there is no such file'
echo 'return {' > desk/none.lua
refused '2 scripts are wrong:' run desk/files.lua --db desk.db --listen 127.0.0.1:0
want_text "$work/err" '  .*none.lua:2: '
want_text "$work/err" "  .*strategy.lua: unknown parameter 'foo'"
test ! -e desk.db && good=$((good + 1)) || fault 'what is refused makes no database'

run key create --db desk.db --account main --scope read,trade,feed,admin
key=$(sed -n 's/^APCA_API_KEY_ID=//p' "$work/out")
secret=$(sed -n 's/^APCA_API_SECRET_KEY=//p' "$work/out")

# Orders; a second host on the same database.
start desk/session.lua --kill-file "$work/kill"
order first 5
want_text "$work/answer" '"client_order_id":"first"'
order first 5
want_text "$work/answer" '"client_order_id":"first"'
order first 6
want_text "$work/answer" 'DUPLICATE_CLIENT_ORDER_ID'
order big 900
want_text "$work/answer" 'MAX_QTY'
"$program" run desk/session.lua --db desk.db --listen 127.0.0.1:0 --control "$work/d.sock" 2> "$work/err" > "$work/out"
status=$?
shown='a second host'
want_status 2
want_text "$work/err" 'in use by another host'

# The kill switch: a file, a signal, the command; none resumes by itself.
echo 'the reason of the file' > kill
until_text 'kill switch: all, by file: the reason of the file' "$work/log"
listed 'first .* canceled'
order late 1
want_text "$work/answer" 'STATE_HALTED'
run resume "$work/c.sock" --why 'too early'
shown='a resume while the file is there'
want_text "$work/err" 'still there'
rm kill
order later 1
want_text "$work/answer" 'STATE_HALTED'
run resume "$work/c.sock"
shown='a resume without a reason'
want_status 2
run resume "$work/c.sock" --why 'it is gone'
want_status 0
order second 5
want_text "$work/answer" '"client_order_id":"second"'
kill -USR1 "$pid"
until_text 'kill switch: all, by signal: SIGUSR1' "$work/log"
listed 'second .* canceled'
run resume "$work/c.sock" --why 'go on'
order third 5
run kill "$work/c.sock" --symbol X --why 'the symbol alone'
want_status 0
listed 'third .* canceled'
order fourth 5
want_text "$work/answer" 'STATE_HALTED'

# A kill outlives the host, whatever ends it.
stop KILL 137
start desk/session.lua --kill-file "$work/kill"
want_text "$work/log" 'going on behind record [0-9]+ of desk.db'
listed 'third .* canceled'
order fifth 5
want_text "$work/answer" 'STATE_HALTED'
run resume "$work/c.sock" --symbol X --why 'all is well'
want_status 0
order sixth 5
want_text "$work/answer" '"client_order_id":"sixth"'
stop TERM 0
want_text "$work/log" 'msg="stopping: no new orders'
journal_holds desk.db
start desk/session.lua
listed 'sixth .* new'
stop INT 0

# Scripts change while orders flow: each order is judged by one version, none is lost.
version() { # NAME: the rule and the file that it requires
  echo "return '$1'" > desk/part.new
  mv desk/part.new desk/part.lua
  sed "s/VERSION/$1/" desk/rule.txt > desk/rule.new
  mv desk/rule.new desk/rule.lua
}
cat > desk/rule.txt <<'LUA'
local part = require "part"
local R = {}
function R:check(order)
  if order.qty >= 500 then return false, "MAX_QTY", "VERSION" .. part end
end
function R:test() assert(part == "VERSION", "files of two versions") end
return R
LUA
start desk/session.lua
for n in $(seq 60); do
  case $((n % 15)) in
  3) version B ;;
  8) echo 'return { check = function(' > desk/rule.lua ;;
  12) version C ;;
  esac
  order "flow$n" 5
  want_text "$work/answer" "\"client_order_id\":\"flow$n\""
  order "over$n" 600
  want_text "$work/answer" '(BB|CC|the first rule)'
done
until_text 'reloaded from .*rule.lua: [0-9a-f]+ -> ' "$work/log"
want_text "$work/log" 'not reloaded from .*rule.lua'
run orders --all "$work/c.sock"
test "$(grep -cE ' flow[0-9]+ .* new ' "$work/out")" -eq 60 && good=$((good + 1)) || fault 'orders were lost'
echo 'return { check = function() return false, "NO" end }' > desk/rule.lua
kill -HUP "$pid"
sleep 0.3
order refused 5
want_text "$work/answer" 'NO'
stop TERM 0
journal_holds desk.db

# Recorded data: as fast as they go, with snapshots on the way; then the host stays.
rm -rf desk.db desk.db-*
start desk/recorded.lua
until_text 'the recorded data are at their end' "$work/log"
until_text 'a snapshot has been made' "$work/log"
stop TERM 0
run db stats desk.db
want_text "$work/out" 'snapshots +[1-9]'
start desk/recorded.lua
want_text "$work/log" 'going on behind record'
stop TERM 0
journal_holds desk.db

# With --json its end is one object.
start desk/recorded.lua --json > json
stop TERM 0
node -e 'const s = JSON.parse(require("fs").readFileSync(0)); if (s.state_hash.length !== 32) process.exit(1)' < json \
  && good=$((good + 1)) || fault "the summary of a host: $(head -c 300 json)"

# A backtest with a journal comes to the same.
rm -rf desk.db desk.db-*
run run desk/backtest.lua --json
grep state_hash "$work/out" > "$work/plain"
run run desk/backtest.lua --json --db desk.db
want_status 0
grep state_hash "$work/out" > "$work/journaled"
same "$work/plain" "$work/journaled"
journal_holds desk.db
want_text "$work/out" "$(sed -n 's/.*"state_hash": "\([0-9a-f]*\)".*/\1/p' "$work/plain")"

# Who makes the run once more, or many of them, leaves the journal that the session names alone.
sed 's/mode = "backtest",/mode = "backtest", db = "own.db",/' desk/backtest.lua > desk/own.lua
run run desk/own.lua --bundle own.bundle
want_status 0
run db stats own.db
cp "$work/out" "$work/before"
run verify own.bundle
want_status 0
run sweep desk/own.lua --grid strategy.every=5,10 --jobs 2
want_status 0
run db stats own.db
same "$work/before" "$work/out"
run run desk/own.lua
want_status 2
want_text "$work/err" 'own.db holds a run that has ended'

# A session for paper trading that nobody serves runs like one with --pace.
sed 's/mode = "backtest",/mode = "paper", pace = "fast",/' desk/backtest.lua > desk/alone.lua
run run desk/alone.lua --json
want_status 0
grep state_hash "$work/out" > "$work/alone"
same "$work/plain" "$work/alone"

# The unit of the example.
unit=$root/examples/paper/moondesk.service
if command -v systemd-analyze > /dev/null; then
  sed "s|^ExecStart=/usr/local/bin/moondesk|ExecStart=$program|" "$unit" > moondesk.service
  shown='systemd-analyze verify'
  systemd-analyze verify "$work/moondesk.service" > "$work/out" 2> "$work/err"
  status=$?
  want_status 0
else
  echo "SKIPPED: no systemd-analyze here; the unit is looked at for its keys alone"
  for text in '^Type=notify$' '^ExecStart=.* run .* --db .* --listen ' '^ProtectSystem=strict$' '^NoNewPrivileges=yes$'; do
    want_text "$unit" "$text"
  done
fi

finish
