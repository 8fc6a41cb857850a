#!/usr/bin/env bash
# A host whose disk is full, fails or has become read-only under it, and whose clock jumps: nothing is acknowledged that
# is not on disk, nothing acknowledged is lost, the host stays up and goes on. Usage (from the root):
# tests/e2e/store_faults.sh build/release/moondesk (libfault_shim.so lies beside it)
. tests/cases.inc
shim=$(dirname "$program")/libfault_shim.so
if [ ! -e "$shim" ]; then
  echo "SKIPPED: no $shim"
  exit 0
fi
cp -r examples rules strategies "$work"
cd "$work" || exit 2
export XDG_RUNTIME_DIR=$work
sed '/PUSHED/d; /strategies = /d' examples/paper/session.lua > examples/paper/manual.lua

host=
trap '[ -n "$host" ] && kill -9 "$host" 2> /dev/null; rm -rf "$work"' EXIT
port=$((20000 + $$ % 20000))
key=$("$program" key create --db desk.db --account main --scope read,trade,admin)
id=$(echo "$key" | grep -oE 'MD[A-Z0-9]{18}' | head -n 1)
secret=$(echo "$key" | grep -oE '\b[A-Za-z0-9]{40}\b' | head -n 1)

# start: a host under the shim, on the same database.
start() {
  LD_PRELOAD=$shim ASAN_OPTIONS=${ASAN_OPTIONS:-}:verify_asan_link_order=0 FAULT_PREFIX=$work/desk.db \
    FAULT_CONTROL=$work/fault FAULT_CLOCK=$work/clock \
    "$program" run examples/paper/manual.lua --db desk.db --listen "127.0.0.1:$port" >> host.log 2>&1 &
  host=$!
  for _ in $(seq 200); do
    [ "$(curl -s -m 1 -o /dev/null -w '%{http_code}' "http://127.0.0.1:$port/readyz")" = 200 ] && return
    sleep 0.05
  done
  fault "the host does not come up"
  tail -n 5 host.log
}

# order NAME: the status of its submission; 000 without an answer within two seconds.
order() {
  curl -s -m 2 -o answer.json -w '%{http_code}' "http://127.0.0.1:$port/v2/orders" -H "APCA-API-KEY-ID: $id" \
    -H "APCA-API-SECRET-KEY: $secret" -H 'Content-Type: application/json' -d '{"symbol":"DEMO","qty":"1","side":"buy",
    "type":"limit","limit_price":"1","time_in_force":"gtc","client_order_id":"'"$1"'"}'
}

# known NAME: the status of asking for it.
known() {
  curl -s -m 2 -o answer.json -w '%{http_code}' \
    "http://127.0.0.1:$port/v2/orders:by_client_order_id?client_order_id=$1" -H "APCA-API-KEY-ID: $id" \
    -H "APCA-API-SECRET-KEY: $secret"
}

# want WHAT IS SHOULD
want() {
  shown=$1
  if [ "$2" = "$3" ]; then
    good=$((good + 1))
  else
    fault "$1: $2, not $3"
    tail -n 3 host.log
  fi
}

ready() {
  curl -s -m 2 -o /dev/null -w '%{http_code}' "http://127.0.0.1:$port/readyz"
}

# within STATUS: /readyz comes to it.
within() {
  for _ in $(seq 100); do
    [ "$(ready)" = "$1" ] && break
    sleep 0.05
  done
  want "readyz" "$(ready)" "$1"
}

set_fault() {
  echo "$1" > fault.new
  mv fault.new fault
}

start
n=0
acknowledged=
for kind in "ENOSPC 1 write" "EIO 1 write" "EIO 1 fsync" "EROFS 1"; do
  n=$((n + 1))
  want "an order before '$kind'" "$(order "before-$n")" 200
  acknowledged="$acknowledged before-$n"
  set_fault "$kind"
  first=$(order "first-$n") # a bar may have met the fault before
  want "an order at the beginning of '$kind'" "${first/000/503}" 503
  within 503
  want "an order during '$kind'" "$(order "during-$n")" 503
  if [ $((n % 2)) -eq 0 ]; then
    kill -9 "$host" # with the fault still there
    wait "$host" 2> /dev/null
    rm -f fault
    start
  else
    rm -f fault
    within 200
  fi
  want "an order after '$kind'" "$(order "after-$n")" 200
  acknowledged="$acknowledged after-$n"
  for name in $acknowledged; do
    want "$name after '$kind'" "$(known "$name")" 200
  done
  want "one that was refused during '$kind'" "$(known "during-$n")" 404
done

# The clock jumps forward by an hour and back by two.
echo 3600000000000 > clock
want "an order after a jump forward" "$(order jump-1)" 200
echo -3600000000000 > clock
want "an order after a jump back" "$(order jump-2)" 200
want "the host after both" "$(ready)" 200
kill -9 "$host"
wait "$host" 2> /dev/null
rm -f clock
start
for name in $acknowledged jump-1 jump-2; do
  want "$name at the end" "$(known "$name")" 200
done
kill -TERM "$host"
wait "$host"
want "the status at the end" $? 0
host=
run db verify desk.db
want_status 0
finish
