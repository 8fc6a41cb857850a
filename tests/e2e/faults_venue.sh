#!/usr/bin/env bash
# Orders in doubt, against a venue in another process that takes an order and breaks the connection before it answers, or
# loses it; that says nothing; that ends and comes back; and a host that is killed meanwhile. An order that the venue has
# is taken over with its fills, one that it has not ends as rejected, nothing is sent twice. Usage: faults_venue.sh PROGRAM
PROGRAM=$(realpath "$1")
TOOLS=$(dirname "$PROGRAM")
cd "$(dirname "$0")/../.." || exit 2
. tests/crash/lib.sh
PORT=$(free_port)
VPORT=$(free_port)
EVERY=3600

order() { # ID SYMBOL
  ask POST /v2/orders '{"symbol":"'"$2"'","qty":"2","side":"buy","type":"limit","limit_price":"100","time_in_force":"gtc",
    "client_order_id":"'"$1"'"}' > "$work/order"
}
state_of() { # ID
  ask GET "/v2/orders:by_client_order_id?client_order_id=$1" | sed -n 's/.*"status":"\([^"]*\)".*/\1/p'
}
# Waits until the order's status is one of the words.
wait_state() { # ID WORD...
  local id=$1 until state
  shift
  until=$(($(now_ms) + 10000))
  while [ "$(now_ms)" -lt "$until" ]; do
    state=$(state_of "$id")
    case " $* " in *" $state "*) return ;; esac
    sleep 0.05
  done
  fail "order $id is $state, not $*"
}
# Waits until no order is in doubt.
until_clear() {
  local until
  until=$(($(now_ms) + 10000))
  while ask GET "/oms/v1/orders/in_doubt" | grep -q '"order_id"'; do
    [ "$(now_ms)" -lt "$until" ] || fail "in doubt for ever: $(head -c 600 "$work/body")"
    sleep 0.05
  done
}
all_once() {
  [ "$(duplicates)" = 0 ] || fail "orders came twice: $(books | grep duplicate)"
}
begin() { # STATUS OPTION...: that of the first order; options of the venue
  local first=$1
  shift
  rm -rf "$work"/desk.db* "$work/venue.books"
  start_venue --settle-ms 300 --rest 0 --later 0 --partial 0 --reject 0 "$@"
  make_session venue
  make_key
  start_host venue
  wait_ready
  order first S1
  [ "$(status)" = 200 ] || fail "the first order: $(cat "$work/order")"
  wait_state first "$first"
}
end() {
  wait_settled
  all_once
  kill_host TERM
  [ "$host_status" -eq 0 ] || fail "the host ended with status $host_status"
  check_database
  "$PROGRAM" replay "$work/desk.db" > "$work/replay" 2>&1 || fail "replay: $(tail -n 3 "$work/replay")"
  kill -9 "$venue"
  wait "$venue" 2> "$work/none"
}

# The venue has it: taken over, filled once.
begin filled
misbehave drop 1
order taken S1
wait_state taken filled
# It never came: asked for twice, then rejected; the same key answers as before.
misbehave lose 1
order lost S2
wait_state lost rejected
ask GET "/oms/v1/orders?status=all" > "$work/own"
grep -q NEVER_ARRIVED "$work/own" || fail "the code NEVER_ARRIVED is not told: $(head -c 600 "$work/own")"
order lost S2
[ "$(status)" = 200 ] || fail "asked again for what was lost: $(status)"
# While one is in doubt nothing new of that symbol, all of others.
misbehave lose 1
order doubted S3
order blocked S3
[ "$(status)" = 403 ] || [ "$(status)" = 422 ] || fail "new risk beside an order in doubt: $(status) $(cat "$work/order")"
wait_state doubted rejected
order unblocked S3
wait_state unblocked filled
# At a venue that says nothing any more a person decides: what had waited for it leaves, and what then comes counts.
connection() { # up|down IN_DOUBT
  local until
  until=$(($(now_ms) + 10000))
  while ! ask GET /oms/v1/status | grep -q "\"venue\":{\"outside\":true,.*\"connection\":\"$1\".*\"in_doubt\":$2}"; do
    [ "$(now_ms)" -lt "$until" ] || fail "the venue is not $1 with $2 in doubt: $(cat "$work/body")"
    sleep 0.05
  done
  local up=1
  [ "$1" = up ] || up=0
  ask GET /metrics > "$work/metrics"
  grep -q "^moondesk_venue_up $up\$" "$work/metrics" && grep -q "^moondesk_orders_in_doubt $2\$" "$work/metrics" ||
    fail "/metrics: $(grep -E 'venue|doubt' "$work/metrics")"
}
connection up 0
misbehave mute
order silent2 S7
misbehave deaf
order silent1 S6
kill_host
start_host venue
wait_ready
connection up 2
order blocked S6
[ "$(status)" = 403 ] || [ "$(status)" = 422 ] || fail "new risk beside an order in doubt: $(status)"
resolve() { # CLIENT_ORDER_ID OUTCOME
  local id
  id=$(ask GET "/v2/orders:by_client_order_id?client_order_id=$1" | sed -n 's/^{"id":"\([^"]*\)".*/\1/p')
  ask POST "/oms/v1/orders/$id/resolve" "{\"outcome\":\"$2\",\"why\":\"a call to the venue\"}" > "$work/order"
  [ "$(status)" = 200 ] || fail "resolve of $1: $(status) $(cat "$work/order")"
}
resolve silent1 absent
wait_state silent1 rejected
resolve silent2 arrived
connection up 0
misbehave speak
kill_host
start_host venue
wait_ready
wait_state silent2 accepted
wait_state silent1 rejected
resolved_id=$(ask GET "/v2/orders:by_client_order_id?client_order_id=silent1" | sed -n 's/^{"id":"\([^"]*\)".*/\1/p')
ask POST "/oms/v1/orders/$resolved_id/resolve" '{"outcome":"arrived","why":"again"}' > "$work/order"
[ "$(status)" = 422 ] || fail "resolve of what is not in doubt: $(status)"
# Killed while in doubt.
misbehave mute
order unheard S4
kill_host
misbehave speak
start_host venue
wait_ready
wait_state unheard accepted
until_clear
# Killed before the venue is there again: orders wait, then leave once.
kill -9 "$venue" 2> "$work/none"
wait "$venue" 2> "$work/none"
connection down 0
order waits S5
[ "$(status)" = 200 ] || fail "an order while the venue is away: $(status)"
sleep 0.3
kill_host
start_host venue
wait_ready
start_venue --settle-ms 300 --rest 0 --later 0 --partial 0 --reject 0
wait_state waits filled
end

# A venue that a second time is no second order gets it again.
begin filled --idempotent
misbehave lose 1
order again S1
wait_state again filled
end

# A venue that cannot replace: a cancel, then the rest.
begin accepted --replace none --rest 100
id=$(ask GET "/v2/orders:by_client_order_id?client_order_id=first" | sed -n 's/^{"id":"\([^"]*\)".*/\1/p')
ask PATCH "/v2/orders/$id" '{"qty":"5","client_order_id":"second"}' > "$work/order"
[ "$(status)" = 200 ] || fail "a replace: $(cat "$work/order")"
wait_state first replaced
wait_state second accepted
[ "$(books | sed -n 's/.*"orders":\([0-9]*\),"working":\([0-9]*\).*/\1 \2/p')" = "2 1" ] || fail "$(books)"
end

# Orders that a person gave the venue: of "external", with their fills, over restarts and while the host was away; a
# strategy claims one and has its position.
cat > "$work/claimer.lua" << 'END'
local oms = require "oms"
local C = {}
function C:on_start() oms.every(0.1, "look") end
function C:on_timer()
  local o = oms.order("venue:hand2")
  if o and o.owner == "external" then
    assert(oms.claim(o))
    oms.alert("claimed: " .. oms.position("S6").qty .. " of " .. o.wire_id)
  end
end
return C
END
own() { # CLIENT_ORDER_ID FIELD: of the host's own list
  ask GET "/oms/v1/orders?status=all&limit=500" | sed 's/},{/}\n{/g' | grep "\"client_order_id\":\"$1\"" |
    sed -n 's/.*"'"$2"'":"\([^"]*\)".*/\1/p'
}
wait_own() { # CLIENT_ORDER_ID FIELD WORD
  local until
  until=$(($(now_ms) + 10000))
  while [ "$(own "$1" "$2")" != "$3" ]; do
    [ "$(now_ms)" -lt "$until" ] || fail "$2 of $1 is '$(own "$1" "$2")', not $3: $(grep "$1" "$work/body")"
    sleep 0.05
  done
}
begin filled
enter hand1 S5 buy 7
wait_own venue:hand1 status filled
[ "$(own venue:hand1 owner)" = external ] || fail "an order by hand is of '$(own venue:hand1 owner)'"
[ "$(own venue:hand1 wire_id)" = hand1 ] || fail "an order by hand is called '$(own venue:hand1 wire_id)'"
wait_settled
kill_host
enter hand2 S6 buy 4
sed -i "s|strategies = {|strategies = { { \"$work/claimer.lua\", id = \"claimer\" },|" "$work/venue.lua"
start_host venue
wait_ready
wait_own venue:hand2 owner claimer
wait_settled
[ "$(own venue:hand1 owner)" = external ] || fail "after a restart: '$(own venue:hand1 owner)'"
kill_host
start_host venue
wait_ready
order after S6
wait_state after filled
[ "$(own venue:hand2 owner)" = claimer ] || fail "a claim is gone after a restart"
[ "$(ask GET '/oms/v1/orders?status=all&limit=500' | grep -o '"client_order_id":"venue:hand' | wc -l)" = 2 ] ||
  fail "orders by hand were taken in twice"
end

# One that rests is cancelled through us.
begin accepted --rest 100
enter hand3 S5 sell 3 120
wait_own venue:hand3 status new
ask DELETE "/v2/orders" > "$work/order"
wait_own venue:hand3 status canceled
[ "$(books | sed -n 's/.*"working":\([0-9]*\).*/\1/p')" = 0 ] || fail "$(books)"
end

echo "orders in doubt: taken over or ended, none sent twice"
