#!/usr/bin/env bash
# What is beside the Alpaca API, over real sockets: keys, scripts, limits, events as a stream and as a WebSocket, the risk
# socket, metrics, health; and that no secret is written anywhere. Usage (from the root): tests/e2e/oms.sh
# build/release/moondesk
. tests/cases.inc
. tests/e2e/live.inc

client=$root/tests/e2e/socket.mjs
cd "$work" || exit 2
export XDG_RUNTIME_DIR=$work
port=$(free_port)
base=http://127.0.0.1:$port

# --- keys ---

run key create --db keys.db --account main --scope read,trade --name "desk one"
want_status 0
[ "$(wc -l < out)" = 2 ] && good=$((good + 1)) || fault "key create prints other than two lines"
want_line out '^APCA_API_KEY_ID=MD[A-Z0-9]{18}$'
want_text out '^APCA_API_SECRET_KEY=[A-Za-z0-9]{40}$'
want_line err 'keep the secret: the database holds a hash of it'
id=$(sed -n 's/^APCA_API_KEY_ID=//p' out)
secret=$(sed -n 's/^APCA_API_SECRET_KEY=//p' out)
for file in keys.db*; do
  ! grep -aqF "$secret" "$file" || fault "the secret stands in $file"
done
run key list --db keys.db
want_status 0
want_line out "^$id  main .* read,trade .* good  desk one$"
run key list --db keys.db --json
want_text out "\"id\": \"$id\", \"name\": \"desk one\", \"account\": \"main\", \"scopes\": \"read,trade\".*\"revoked\": null"
run key revoke --db keys.db "$id"
want_status 0
run key list --db keys.db
want_line out ' revoked 20'
run key revoke --db keys.db MDNONE
want_status 2
refused 'none.db: there is no such database' key list --db none.db
[ ! -e none.db ] && good=$((good + 1)) || fault "key list made a database"
refused "unknown scope 'trad' \\(did you mean 'trade'\\?\\)" key create --db keys.db --account main --scope read,trad
refused "unknown scope ''" key create --db keys.db --account main --scope read,
refused 'needs --account ID and --scope LIST' key create --db keys.db --scope read
refused 'needs the database: --db FILE' key list
refused "unknown action 'crate' \\(did you mean 'create'\\?\\)" key crate --db keys.db
refused 'needs the ID of a key' key revoke --db keys.db
refused "what is 'x' for" key list x --db keys.db

# --- a host ---

cat > strategy.lua <<'LUA'
return { params = { size = 3, names = { "a", "b" } }, on_bar = function(self) self.n = (self.n or 0) + 1 end }
LUA
cat > rows.lua <<'LUA'
local list = {}
for i = 1, 50000 do list[i] = { (1704189600 + i * 60) * 1000000000, 10, 11, 9, 10, 1000 } end
return list
LUA
session() { # NAME MORE
  cat <<LUA
return { name = "$1", mode = "paper", pace = 1200, accounts = { { id = "main", type = "margin", cash = 1000000 } },
  data = { { symbol = "A", timeframe = "1m", bars = (function() $(sed 's/^return list/return list end)() /' rows.lua)
  } }, strategies = { "strategy.lua" }, ${2-} }
LUA
}
session plain > plain.lua
make_key desk.db read
reader=$key
reader_secret=$secret
make_key desk.db read,trade,feed,admin
secrets="$secret $reader_secret"
host plain.lua desk.db
eventually '"clock":"2024-01-02T10:(0[3-9]|[1-5])' GET /oms/v1/status

api GET /oms/v1/strategies
want 200 '"id":"strategy","path":"[^"]*strategy.lua","account":"main","state":"running","errors":0,"hash":"[0-9a-f]{32}","params":\{"names":\["a","b"\],"size":3\}'
api PATCH /oms/v1/strategies/strategy/params '{"size":4}'
want 200 '"result":"reloaded"'
api GET /oms/v1/strategies/strategy
want 200 '"params":\{"names":\["a","b"\],"size":4\}'
api PATCH /oms/v1/strategies/strategy/params '{"sise":4}'
want 422 "sise"
api PATCH /oms/v1/strategies/strategy/params '{"size":"many"}'
want 422 "size"
api POST /oms/v1/strategies/strategy/stop '{"why":"lunch"}'
want 200 '"state":"stopped"'
api POST /oms/v1/strategies/strategy/start
want 200 '"state":"running"'
echo 'return {' > broken.lua
api POST /oms/v1/strategies/strategy/reload "{\"with\":\"$work/broken.lua\"}"
want 422 'broken.lua:2: '
api GET /oms/v1/strategies/strategy
want 200 '"state":"running"'
api PATCH /oms/v1/limits/main '{"max_order_qty":7,"restricted":["A"]}'
want 200 '"max_order_qty":"7".*"restricted":\["A"\]'
order A buy 1 restricted
want 403 RESTRICTED_SYMBOL
api PATCH /oms/v1/limits/main '{"restricted":null}'
want 200 '"restricted":\[\]'
order A buy 8 large
want 403 MAX_ORDER_QTY
api PATCH /oms/v1/limits/main '{"max_order_qty":null}'
want 200 '"max_order_qty":null'
api GET /oms/v1/status?state_hash=true
want 200 '"name":"plain","mode":"paper".*"ready":true.*"state_hash":"[0-9a-f]{32}"'

# --- events ---

curl -sN -m 30 -H "APCA-API-KEY-ID: $reader" -H "APCA-API-SECRET-KEY: $reader_secret" "$base/oms/v1/events?since=0" \
  > stream.txt &
curl_pid=$!
node "$client" "$port" "/oms/v1/events?since=0" "$reader" "$reader_secret" < /dev/null > socket.txt &
order A buy 5 one
want 200 accepted
eventually '"status":"filled"' GET /oms/v1/orders/one
for _ in $(seq 100); do # a client may be slow to come
  grep -q '"type":"fill"' stream.txt && grep -q '"type":"fill"' socket.txt && break
  sleep 0.1
done
want_text stream.txt '^event: fill$'
want_text stream.txt '^data: \{"seq":[0-9]*,.*"type":"fill".*"client_order_id":"one".*"fill":\{"execution_id"'
sed -n 's/^data: //p' stream.txt > a.txt
sed -n 's/^text //p' socket.txt > b.txt
[ -s a.txt ] && good=$((good + 1)) || fault "no events"
same a.txt b.txt
seq=$(sed -n 's/^id: //p' stream.txt | tail -n 1)
before=$((seq - 1))
curl -sN -m 1 -H "APCA-API-KEY-ID: $reader" -H "APCA-API-SECRET-KEY: $reader_secret" -H "Last-Event-ID: $before" \
  "$base/oms/v1/events" > again.txt
shown="events after $before"
[ "$(sed -n 's/^id: //p' again.txt)" = "$seq" ] && good=$((good + 1)) || fault "$shown: $(head -c 200 again.txt)"

# --- a key is revoked while the host runs ---

run key revoke --db desk.db "$reader"
want_status 0
sleep 1.5
kill -0 "$curl_pid" 2> /dev/null && fault "the stream of a revoked key goes on" || good=$((good + 1))
want_text socket.txt '^closed 1008 the key was revoked'
code=$(curl -s -o answer -w '%{http_code}' -H "APCA-API-KEY-ID: $reader" -H "APCA-API-SECRET-KEY: $reader_secret" \
  "$base/oms/v1/status")
shown="a revoked key"
want 401 'moondesk key create'

# --- metrics, health ---

shown=/metrics
curl -s "$base/metrics" > metrics.txt
want_text metrics.txt '^moondesk_request_to_durable_seconds_bucket\{le="0.005"\} [0-9]+$'
want_text metrics.txt '^moondesk_cell_seconds_count\{id="strategy"\} [1-9]'
want_text metrics.txt '^moondesk_journal_batches_total [1-9]'
want_text metrics.txt '^moondesk_build_info\{version="[0-9.]+",session="plain",mode="paper"\} 1$'
want_text metrics.txt '^moondesk_order_events_total\{type="fill"\} 1$'
[ "$(curl -s -o answer -w '%{http_code}' "$base/healthz")" = 200 ] && good=$((good + 1)) || fault "/healthz"
[ "$(curl -s -o answer -w '%{http_code}' "$base/readyz")" = 200 ] && good=$((good + 1)) || fault "/readyz"
curl -s "$base/openapi.json" > openapi.json
want_text openapi.json '/oms/v1/kill'
host_ends TERM 0

# --- an external risk system ---

session risky 'risk = { deadline_ms = 1500 }' > risky.lua
make_key risk.db read,trade,admin
secrets="$secrets $secret"
host risky.lua risk.db
eventually '"clock":"2024-01-02T10:(0[3-9]|[1-5])' GET /oms/v1/status
order A buy 1 nobody-there
want 403 'RULE_FAILED'
mkfifo lines
node "$client" "$port" /oms/v1/risk "$key" "$secret" < lines > risk.txt &
risk_pid=$!
exec 3> lines
for i in $(seq 100); do
  grep -q hello risk.txt && break
  sleep 0.05
done
want_text risk.txt '^text \{"type":"hello","deadline_ms":1500\}$'
api GET /oms/v1/status
want 200 '"risk":\{"wanted":true,"present":true\}'
echo '!after "type":"offer" {"type":"verdict","id":"$id","verdict":"accept"}' >&3
order A buy 10 yes
want 200 accepted
eventually '"status":"filled"' GET /oms/v1/orders/yes
echo '!after "type":"offer" {"type":"verdict","id":"$id","verdict":"reject","code":"VAR_LIMIT","message":"too much of it"}' >&3
order A buy 10 no
eventually '"status":"rejected".*"rejected_by":"oms".*"code":"VAR_LIMIT","message":"too much of it"' GET /oms/v1/orders/no
echo '!after "type":"offer" {"type":"verdict","id":"$id","verdict":"accept"}' >&3
order A buy 3 working 2
eventually '"status":"new"' GET /oms/v1/orders/working
working=$(sed -n 's/.*"order_id":"\([^"]*\)".*/\1/p' answer)
api PATCH "/v2/orders/$working" '{"qty":"5"}' # more cannot wait
want 403 'RULE_DENIED'
api PATCH "/v2/orders/$working" '{"qty":"2"}'
want 200 '"qty":"2"'
order A buy 10 silence
api GET /oms/v1/orders/held
want 200 '"client_order_id":"silence".*"held_by":"approval".*"code":"AWAITS_RISK"'
api POST /oms/v1/orders/silence/approve '{"why":"I know better"}'
want 422 'a person may only refuse it'
eventually '"status":"rejected".*"code":"RULE_FAILED","message":"rule risk failed: the risk system did not answer within 1500 ms"' \
  GET /oms/v1/orders/silence
order A sell 4 out # what reduces passes a rule that fails
want 200 accepted
eventually '"status":"filled"' GET /oms/v1/orders/out
want_text risk.txt '"type":"event","event":\{.*"type":"fill".*"client_order_id":"out"'
echo '{"type":"reduce","symbol":"A","qty":2}' >&3
eventually '"qty":"4"' GET /v2/positions/A
echo '{"type":"kill","scope":{"symbol":"A"},"flatten":true,"why":"value at risk"}' >&3
eventually '"symbols":\{"A":"halted"\}' GET /oms/v1/risk
eventually '^\[\]$' GET /v2/positions
api POST /oms/v1/resume '{"scope":{"symbol":"A"},"why":"calm"}'
want 200 active
order A buy 10 orphan
kill "$risk_pid"
exec 3>&-
eventually '"status":"rejected".*"code":"RULE_FAILED"' GET /oms/v1/orders/orphan
api GET /oms/v1/status
want 200 '"present":false'
# held for a system that a SIGKILL has taken away with the host
mkfifo more
node "$client" "$port" /oms/v1/risk "$key" "$secret" < more > more.txt &
risk_pid=$!
exec 3> more
eventually '"present":true' GET /oms/v1/status
order A buy 10 held-then-killed
want 200 accepted
host_ends KILL 0
kill "$risk_pid" 2> /dev/null
exec 3>&-
host risky.lua risk.db
eventually '"status":"rejected".*"code":"RULE_FAILED","message":"rule risk failed: no risk system is connected"' \
  GET /oms/v1/orders/held-then-killed
curl -sN -m 1 -H "APCA-API-KEY-ID: $key" -H "APCA-API-SECRET-KEY: $secret" "$base/oms/v1/events?since=0" > all.txt
shown="events of before the restart"
[ "$(sed -n 's/^id: //p' all.txt | head -n 1)" = 1 ] && good=$((good + 1)) || fault "$shown: $(head -c 100 all.txt)"
want_text all.txt '"type":"rejected".*"client_order_id":"nobody-there"'
want_text all.txt '"type":"held".*"client_order_id":"held-then-killed"'
[ "$(sed -n 's/^id: //p' all.txt)" = "$(seq "$(grep -c '^id: ' all.txt)")" ] && good=$((good + 1)) ||
  fault "$shown: there is a gap"
api GET '/oms/v1/status?state_hash=true'
host_ends TERM 0
hash=$(sed -n 's/.*"state_hash":"\([0-9a-f]*\)".*/\1/p' answer)
if "$program" help replay > /dev/null 2>&1; then
  run replay risk.db
  want_status 0
  want_text out "$hash"
fi

# --- no secret stands anywhere ---

for secret in $secrets; do
  shown="the secret"
  found=$(grep -raFl -- "$secret" . | grep -v '/key.env$' | head -n 3)
  [ -z "$found" ] && good=$((good + 1)) || fault "$shown stands in $found"
done

finish
