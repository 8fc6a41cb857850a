#!/usr/bin/env bash
# A live host at its edges: what it must outlive, and go on from as if nothing had been. Usage (from the root):
# tests/e2e/edges.sh build/release/moondesk
. tests/cases.inc
. tests/e2e/live.inc

export XDG_RUNTIME_DIR=$work/run
mkdir -m 700 "$XDG_RUNTIME_DIR"
cp -r tests/e2e/edges "$work/desk"
cd "$work" || exit 2
pid=
trap 'test -n "$pid" && kill -KILL "$pid" 2> /dev/null; rm -rf "$work"' EXIT
port=$(free_port)

# quote SYMBOL BID ASK
quote() {
  api POST /oms/v1/feed "{\"quotes\":{\"$1\":[{\"bp\":$2,\"ap\":$3}]}}"
}

# It is killed and comes back, its journal is whole, and a replay comes to the same.
holds() { # SESSION DB
  host_ends KILL
  host "$1" "$2"
  host_ends TERM 0
  pid=
  run db verify "$2"
  want_status 0
  run replay "$2"
  want_status 0
  want_text "$work/out" 'every record came as it was written down'
}

# A position that is worth more than can be reckoned with keeps its price; a fill that cannot be booked ends its order.
make_key large.db read,trade,feed,admin
host desk/large.lua large.db
quote X 0.01 0.02
order X buy 5000000000 long
eventually '"status":"filled"' GET '/v2/orders:by_client_order_id?client_order_id=long'
order X buy 1000000000 waits 0.001
quote X 5000 5001
want 200 '"rows":1'
quote X 9000000000 9100000000
want 200 '"rows":1'
api GET /v2/positions/X
want 200 '"qty":"5000000000".*"current_price":"0.015"'
want_text "$work/host.err" 'X: at its new price the position is worth more than'
quote X 0.01 0.02
api POST /oms/v1/feed '{"trades":{"Y":[{"p":0.01,"s":1}]}}'
order Y sell 4000000000 short
eventually '"status":"filled"' GET '/v2/orders:by_client_order_id?client_order_id=short'
api POST /v2/orders '{"symbol":"Y","qty":"4000000000","side":"buy","type":"stop","stop_price":"5","time_in_force":"gtc","client_order_id":"cover"}'
want 200 '"client_order_id":"cover"'
api POST /oms/v1/feed '{"trades":{"Y":[{"p":9000000000,"s":9000000000}]}}'
want 200 '"rows":1'
eventually '"status":"canceled"' GET '/v2/orders:by_client_order_id?client_order_id=cover'
# A group whose exit does not fit is refused whole, and so again.
for i in 1 2; do
  api POST /v2/orders '{"symbol":"X","qty":"2000000000","side":"buy","type":"market","time_in_force":"gtc","client_order_id":"group",
    "order_class":"bracket","take_profit":{"limit_price":"9000000000"},"stop_loss":{"stop_price":"0.005"}}'
  want 422 'an exit comes to more than can be reckoned with'
done
api GET '/v2/orders?status=open&nested=true'
want 200 '^\[[^]]*"client_order_id":"waits"[^]]*\]$'
holds desk/large.lua large.db

# What a script requires in a call is written down then: a file that is not there yet, that comes, that changes between
# two readers of it.
make_key lazy.db read,trade,feed
host desk/lazy.lua lazy.db
quote X 10 10.01
echo 'return { size = 4 }' > desk/lazy_part.lua
quote X 10 10.01
api GET /v2/orders?status=all
want 200 '"qty":"5"'
echo 'return { size = 7 }' > desk/lazy_part.lua
order X buy 4 four 10
want 200 '"client_order_id":"four"'
order X buy 7 seven 10
want 403 '7 is taken by order'
host_ends KILL
host desk/lazy.lua lazy.db
quote X 10 10.01
api GET /v2/orders?status=all
want 200 '"qty":"8"'
holds desk/lazy.lua lazy.db

finish
