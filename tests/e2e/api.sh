#!/usr/bin/env bash
# The Alpaca API of a host with curl: what its clients see of keys, orders, errors, headers, and the same order again
# while the first request is on its way, later, and after the host was killed. Usage: tests/e2e/api.sh PROGRAM
. tests/cases.inc

mkdir "$work/desk"
cp tests/clients/session.lua "$work/desk"
cd "$work" || exit 2
pid=
trap 'test -n "$pid" && kill -KILL "$pid" 2> /dev/null; rm -rf "$work"' EXIT

start() {
  local i
  : > log
  "$program" run desk/session.lua --db desk.db --listen 127.0.0.1:0 --control "$work/c.sock" 2> log &
  pid=$!
  for i in $(seq 200); do
    grep -q 'msg="ready' log && break
    sleep 0.05
  done
  url=http://$(sed -n 's/.*listening at \([^"]*\)".*/\1/p' log | head -n 1)
}

# ask STATUS TEXT CURL-OPTION... PATH: the answer has the status and holds the text.
ask() {
  local wanted=$1 text=$2 got
  shift 2
  shown="curl $*"
  got=$(curl -sS -m 10 -o answer -D headers -w '%{http_code}' -H "APCA-API-KEY-ID: $APCA_API_KEY_ID" \
    -H "APCA-API-SECRET-KEY: $APCA_API_SECRET_KEY" "${@:1:$#-1}" "$url${*: -1}")
  if [ "$got" = "$wanted" ] && grep -qF -- "$text" answer; then
    good=$((good + 1))
  else
    fault "$shown: $got instead of $wanted with '$text': $(head -c 400 answer)"
  fi
}

umask 077
"$program" key create --db desk.db --account main --scope read,trade,feed > desk.env 2> /dev/null || exit 1
. ./desk.env
start

ask 200 '"account_number":"main"' /v2/account
grep -qi '^x-request-id: [0-9a-f]\{32\}' headers && grep -qi '^x-ratelimit-remaining: ' headers || {
  fault "headers of an answer: $(cat headers)"
}
APCA_API_SECRET_KEY=wrong ask 401 '"code":40110000' /v2/account
ask 404 '"code":40410000' /v2/nothing
ask 405 'use POST, GET, DELETE' -X PUT /v2/orders
ask 400 '"code":40010000' -d '{"symbol"' /v2/orders
ask 403 'Origin' -H 'Origin: http://elsewhere.example' -d '{}' /v2/orders
ask 403 'Host' -H 'Host: elsewhere.example' /v2/account
ask 200 '"openapi":"3.0.3"' /openapi.json
ask 426 'WebSocket' /stream
ask 200 '{"rows":2}' -d '{"quotes":{"AAPL":[{"bp":199.99,"ap":200},{"bp":200,"ap":200.01}]}}' /oms/v1/feed
ask 422 "unknown member 'quote' (did you mean 'quotes'?)" -d '{"quote":{"AAPL":{"bp":199,"ap":200}}}' /oms/v1/feed
ask 200 '"ap":200.01' /v2/stocks/AAPL/quotes/latest

# The same order by many at once: one order, one answer.
order='{"symbol":"AAPL","qty":"5","side":"buy","type":"market","time_in_force":"day","client_order_id":"once"}'
clients=
for i in $(seq 20); do
  curl -sS -m 10 -o "same.$i" -H "APCA-API-KEY-ID: $APCA_API_KEY_ID" -H "APCA-API-SECRET-KEY: $APCA_API_SECRET_KEY" \
    -d "$order" "$url/v2/orders" &
  clients="$clients $!"
done
# shellcheck disable=SC2086 -- a list of numbers
wait $clients
for i in $(seq 20); do
  cmp -s same.1 "same.$i" || {
    fault "the same order at once: $(cat same.1) and $(cat "same.$i")"
  }
done
ask 200 '"client_order_id":"once"' -d "$order" /v2/orders
cp answer first
ask 422 'client_order_id once is taken by an order with another qty (5, not 6)' -d "${order/5/6}" /v2/orders
ask 403 'MAX_ORDER_QTY' -d '{"symbol":"AAPL","qty":"20000","side":"buy","type":"market","time_in_force":"day","client_order_id":"much"}' /v2/orders
cp answer refusal

# Keys that are made and revoked while the host runs; its log stays where it is.
main_id=$APCA_API_KEY_ID main_secret=$APCA_API_SECRET_KEY
for i in 1 2 3; do
  "$program" key create --db desk.db --account main --scope read > new.env 2> /dev/null
  . ./new.env
  ask 200 '"is_open"' /v2/clock
done
"$program" key revoke "$APCA_API_KEY_ID" --db desk.db > /dev/null 2>&1
sleep 0.6
ask 401 '"code":40110000' /v2/clock
APCA_API_KEY_ID=$main_id APCA_API_SECRET_KEY=$main_secret
[ -e desk.db-wal ] || fault "the log of the database is gone while the host writes to it"
ask 200 '"rows"' -d '{"quotes":{"AAPL":{"bp":200,"ap":200.01}}}' /oms/v1/feed
ask 200 '"client_order_id":"later"' -d "${order/once/later}" /v2/orders

# What every answer has, also where no key stands behind it, and where the server itself refuses.
for path in /v2/nothing /healthz "/v2/positions/$(printf '%09000d' 0)"; do
  curl -sS -m 10 -o answer -D headers "$url$path"
  for name in x-request-id x-ratelimit-limit x-ratelimit-remaining x-ratelimit-reset; do
    [[ $path == *000 && $name == x-rate* ]] || grep -qi "^$name: " headers || fault "$name of $path: $(cat headers)"
  done
done
grep -qi '^retry-after' headers && fault "Retry-After without a 429"

# What a position has not to give, and who holds it.
ask 200 '"client_order_id":"holds"' -d '{"symbol":"AAPL","qty":"10","side":"sell","type":"limit","limit_price":"300",
  "time_in_force":"gtc","client_order_id":"holds"}' /v2/orders
id=$(sed 's/.*"id":"\([^"]*\)".*"client_order_id".*/\1/; s/{"id":"\([^"]*\)".*/\1/' answer)
ask 403 "\"held_for_orders\":\"10\",\"symbol\":\"AAPL\",\"related_orders\":[\"$id\"]" -X DELETE /v2/positions/AAPL
curl -sS -m 10 -X DELETE -H "APCA-API-KEY-ID: $APCA_API_KEY_ID" -H "APCA-API-SECRET-KEY: $APCA_API_SECRET_KEY" \
  -w '%{http_code}' "$url/v2/orders/$id" > answer
[ "$(cat answer)" = 204 ] && good=$((good + 1)) || fault "the cancel: $(cat answer)"

# Bars keep their labels however late they come; a trade its size. Ids of executions are in order.
for minute in 00 01 02; do
  ask 200 '"rows":1' -d "{\"bars\":{\"AAPL\":{\"t\":\"2024-01-02T15:$minute:00Z\",\"o\":200,\"h\":201,\"l\":199,\"c\":200}}}" /oms/v1/feed
done
ask 200 '"t":"2024-01-02T15:01:00Z"' '/v2/stocks/AAPL/bars?start=2024-01-02T15:01:00Z'
ask 200 '"t":"2024-01-02T15:02:00Z"' /v2/stocks/AAPL/bars/latest
ask 200 '"rows":1' -d '{"trades":{"MSFT":{"p":99.5,"s":10}}}' /oms/v1/feed
ask 200 '"p":99.5,"s":10,' /v2/stocks/MSFT/trades/latest
ask 200 '"FILL"' '/v2/account/activities?direction=asc'
grep -o '"id":"[0-9]\{17\}::[^"]*"' answer > ids
sort -c ids && [ "$(wc -l < ids)" -gt 1 ] || fault "ids of executions: $(cat ids)"

# Killed and started again: positions, and the same answers.
kill -KILL "$pid"
wait "$pid" 2> /dev/null
start
ask 200 '"p":99.5,"s":10,' /v2/stocks/MSFT/trades/latest
ask 200 '"qty":"10"' /v2/positions/AAPL
ask 200 '"client_order_id":"once"' -d "$order" /v2/orders
cmp -s first answer || fault "another answer after the restart: $(cat first) $(cat answer)"
ask 403 'MAX_ORDER_QTY' -d '{"symbol":"AAPL","qty":"20000","side":"buy","type":"market","time_in_force":"day","client_order_id":"much"}' /v2/orders
cmp -s refusal answer || fault "another refusal after the restart: $(cat refusal) $(cat answer)"
ask 422 'client_order_id once is taken by an order with another qty (5, not 6)' -d "${order/5/6}" /v2/orders
ask 207 '"status":200' -X DELETE /v2/positions
kill "$pid"
wait "$pid" || fault "the host did not end in good order: $(tail -n 5 log)"
pid=
"$program" replay desk.db > replayed 2>&1 || fault "replay: $(tail -n 5 replayed)"
if grep -qF -- "$APCA_API_SECRET_KEY" log desk.db; then
  fault "the secret of a key stands in the log or the database"
fi
finish
