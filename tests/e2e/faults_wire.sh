#!/usr/bin/env bash
# What clients can do wrong to a host: a request cut off at every byte, malformed HTTP, JSON and frames, a stream that
# nobody reads. None of it takes the host down, makes an order that was not asked for whole, or loses one that was
# acknowledged. Usage: faults_wire.sh PROGRAM
PROGRAM=$(realpath "$1")
TOOLS=$(dirname "$PROGRAM")
cd "$(dirname "$0")/../.." || exit 2
. tests/crash/lib.sh
PORT=$(free_port)
VPORT=$(free_port)
record=$work/record

send_raw() { # BYTES (printf format without arguments): what comes back within a moment
  exec 5<> "/dev/tcp/127.0.0.1/$PORT" || fail "no connection"
  printf '%b' "$1" >&5
  timeout 1 head -c 300 <&5 | head -n 1 | tr -d '\r'
  exec 5>&-
}
alive() {
  is_up || fail "$1 took the host down"
  [ "$(curl -s -m 5 -o "$work/none" -w '%{http_code}' "http://127.0.0.1:$PORT/healthz")" = 200 ] ||
    fail "after $1 the host does not answer"
}

make_session venue
start_venue --settle-ms 300 --rest 0 --later 0 --reject 0
make_key
start_host venue
wait_ready
load run --orders 500 --connections 4 --symbols S1,S2 --record "$record" > "$work/load" 2>&1 || fail "$(cat "$work/load")"

# Cut off at every byte.
body='{"symbol":"S1","qty":"1","side":"buy","type":"market","time_in_force":"gtc","client_order_id":"cut-off"}'
request=$(printf 'POST /v2/orders HTTP/1.1\r\nHost: x\r\nAPCA-API-KEY-ID: %s\r\nAPCA-API-SECRET-KEY: %s\r\nContent-Length: %d\r\n\r\n%s' \
  "$KEY" "$SECRET" "${#body}" "$body")
for ((n = 1; n < ${#request}; n++)); do
  exec 5<> "/dev/tcp/127.0.0.1/$PORT" || fail "no connection for $n bytes"
  printf %s "${request:0:n}" >&5
  exec 5>&-
done
alive "a request cut off at every byte"
ask GET "/v2/orders:by_client_order_id?client_order_id=cut-off" > "$work/none"
[ "$(status)" = 404 ] || fail "a request that was never whole made an order: $(status)"
exec 5<> "/dev/tcp/127.0.0.1/$PORT"
printf %s "$request" >&5
exec 5>&- # whole, but nobody waits for the answer
sleep 0.3
ask GET "/v2/orders:by_client_order_id?client_order_id=cut-off" > "$work/first"
case $(status) in 200 | 404) ;; *) fail "whether it was taken is not told: $(status)" ;; esac
ask POST /v2/orders "$body" > "$work/again"
[ "$(status)" = 200 ] || fail "asked again: $(status)"
ask POST /v2/orders "$body" > "$work/first"
[ "$(grep -oE '"id":"[^"]*"' "$work/first" | head -n 1)" = "$(grep -oE '"id":"[^"]*"' "$work/again" | head -n 1)" ] ||
  fail "asked again it is another order"

# Malformed HTTP: refused with a 4xx or closed.
while IFS= read -r line; do
  answer=$(send_raw "$line")
  case $answer in
    '' | 'HTTP/1.1 4'* | 'HTTP/1.1 5'*) ;;
    *) fail "malformed HTTP was answered: $answer: $line" ;;
  esac
done << 'END'
\r\n\r\n\r\n
GET\r\n\r\n
GET / HTTP/9.9\r\nHost: x\r\n\r\n
\x00\x01\x02\x03\x04\x05\r\n\r\n
GET / HTTP/1.1\r\nHost x\r\n\r\n
POST /v2/orders HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n
POST /v2/orders HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n
POST /v2/orders HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcde
POST /v2/orders HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n
GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n
END
alive "malformed HTTP"
answer=$(send_raw "GET /$(printf 'a%.0s' $(seq 20000)) HTTP/1.1\r\nHost: x\r\n\r\n")
case $answer in '' | 'HTTP/1.1 4'*) ;; *) fail "a path of 20,000 bytes: $answer" ;; esac
alive "a path of 20,000 bytes"

# Malformed JSON: refused, no order.
while IFS= read -r line; do
  ask POST /v2/orders "$line" > "$work/answer"
  case $(status) in
    400 | 403 | 422) grep -q '"message"' "$work/answer" || fail "no message for $line: $(cat "$work/answer")" ;;
    *) fail "malformed JSON was answered $(status): $line" ;;
  esac
done << 'END'
{
[]
null
"text"
{"symbol":"S1"
{"symbol":"S1","qty":"1","side":"buy","type":"market","time_in_force":"gtc",}
{"symbol":"S1","qty":NaN,"side":"buy","type":"market","time_in_force":"gtc"}
{"symbol":"S1","qty":"-1","side":"buy","type":"market","time_in_force":"gtc"}
{"symbol":"S1","qty":"1e400","side":"buy","type":"market","time_in_force":"gtc"}
{"symbol":"S1","qty":"1","side":"bye","type":"market","time_in_force":"gtc"}
{"symbol":["S1"],"qty":"1","side":"buy","type":"market","time_in_force":"gtc"}
{"symbol":"S1","qty":"1","side":"buy","type":"market","time_in_force":"gtc","client_order_id":"\ud800"}
END
ask POST /v2/orders "$(printf '[%.0s' $(seq 5000))" > "$work/none"
case $(status) in 400 | 413 | 422) ;; *) fail "5,000 brackets were answered $(status)" ;; esac
alive "malformed JSON"

# Frames: malformed ones end the connection.
hello="GET /stream HTTP/1.1\r\nHost: 127.0.0.1:$PORT\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
for frame in '\x81\x05hello' '\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff' '\xf1\x80\x00\x00\x00\x00' '\x89\xfe\x00\x80\x00\x00\x00\x00' \
  '\x83\x80\x00\x00\x00\x00' '\x81\x82\x00\x00\x00\x00\xff\xfe' '\x80\x80\x00\x00\x00\x00' '\x88\x81\x00\x00\x00\x00x'; do
  answer=$(send_raw "$hello$frame")
  case $answer in 'HTTP/1.1 101'*) ;; *) fail "the upgrade was answered '$answer'" ;; esac
done
alive "malformed frames"

# A stream that nobody reads: it is cut off, those that read hear of every order.
"$TOOLS/fan" --address "127.0.0.1:$PORT" --key "$KEY" --secret "$SECRET" --clients 3 --slow 2 --orders 12000 --rate 4000 \
  --symbol S1 > "$work/fan" 2>&1 || fail "the streams: $(cat "$work/fan")"
grep -q 'cut=2 ' "$work/fan" || fail "clients that never read were not cut off: $(cat "$work/fan")"
alive "a client that never reads"

load check --record "$record" --symbols S1,S2 --connections 4 --again > "$work/check" 2>&1 || fail "$(cat "$work/check")"
wait_settled
[ "$(duplicates)" = 0 ] || fail "orders came twice"
kill_host TERM
[ "$host_status" -eq 0 ] || fail "the host ended with status $host_status"
check_database
echo "requests cut off, malformed ones, streams that nobody reads: the host stands"
