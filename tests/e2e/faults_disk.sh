#!/usr/bin/env bash
# Faults of the disk, made by a preloaded library: full, read-only, fsync and write errors, under load. Nothing is
# acknowledged that is not on disk, the host stays up and says that it is not ready, and goes on when the fault is over.
# Usage: faults_disk.sh PROGRAM
PROGRAM=$(realpath "$1")
TOOLS=$(dirname "$PROGRAM")
cd "$(dirname "$0")/../.." || exit 2
. tests/crash/lib.sh
PORT=$(free_port)
VPORT=$(free_port)
record=$work/record next=1
ready_status() {
  curl -s -m 5 -o "$work/none" -w '%{http_code}' "http://127.0.0.1:$PORT/readyz"
}
order() { # ID: the status of the answer, 000 when none comes within 2 s
  curl -s -m 2 -o "$work/none" -w '%{http_code}' -H "APCA-API-KEY-ID: $KEY" -H "APCA-API-SECRET-KEY: $SECRET" \
    --data '{"symbol":"S1","qty":"1","side":"buy","type":"market","time_in_force":"gtc","client_order_id":"'"$1"'"}' \
    "http://127.0.0.1:$PORT/v2/orders"
}
checked() {
  load check --record "$record" --symbols S1,S2,S3 --connections 8 --again > "$work/check" 2>&1 ||
    fail "$1: $(cat "$work/check")"
}

fault() { # ERRNO CALLS
  load run --seconds 3 --rate 1000 --connections 8 --first "$next" --symbols S1,S2,S3 --record "$record" \
    > "$work/load" 2>&1 &
  local loader=$!
  started+=("$loader")
  sleep 0.7
  echo "$1 1 $2" > "$work/fault.new"
  mv "$work/fault.new" "$work/fault"
  sleep 0.6
  [ "$(ready_status)" = 503 ] || fail "$1 of $2: /readyz says $(ready_status)"
  answer=$(order "during-$1-$2")
  [ "$answer" = 503 ] || [ "$answer" = 000 ] || fail "$1 of $2: an order was answered $answer"
  is_up || fail "$1 of $2 took the host down"
  rm "$work/fault"
  wait_ready 15
  wait "$loader"
  next=$(sed -n 's/.*next=\([0-9]*\).*/\1/p' "$work/load")
  [ -n "$next" ] || fail "$1 of $2: $(cat "$work/load")"
  sed -n 's/.*accepted=\([1-9][0-9]*\).*/\1/p' "$work/load" | grep -q . || fail "$1 of $2: nothing was accepted"
  answer=$(order "after-$1-$2")
  [ "$answer" = 200 ] || fail "after $1 of $2 an order was answered $answer"
  checked "after $1 of $2"
}

make_session venue
start_venue --settle-ms 300
make_key
shim="LD_PRELOAD=$TOOLS/libfault_shim.so FAULT_PREFIX=$work/desk.db FAULT_CONTROL=$work/fault"
[ -e "$TOOLS/libfault_shim.so" ] || fail "$TOOLS/libfault_shim.so is missing"
start_host venue
wait_ready
fault ENOSPC write
fault EROFS write
fault EIO fsync
fault EIO write
kill_host
start_host venue
wait_ready
checked "after all of it and a kill"
wait_settled
[ "$(duplicates)" = 0 ] || fail "orders came twice"
kill_host TERM
[ "$host_status" -eq 0 ] || fail "the host ended with status $host_status"
check_database
"$PROGRAM" replay "$work/desk.db" > "$work/replay" 2>&1 || fail "replay: $(tail -n 3 "$work/replay")"

# A database that cannot be written from the start is told at once.
mkdir "$work/closed" && cp "$work/desk.db" "$work/closed/desk.db" && chmod 400 "$work/closed/desk.db"
echo "EROFS 1 write,open,truncate" > "$work/fault"
FAULT_PREFIX=$work/closed FAULT_CONTROL=$work/fault LD_PRELOAD=$TOOLS/libfault_shim.so timeout 20 "$PROGRAM" run \
  "$work/venue.lua" --db "$work/closed/desk.db" --listen "127.0.0.1:$PORT" > "$work/out" 2>&1
code=$?
[ "$code" -ne 0 ] && [ "$code" -lt 124 ] || fail "a read-only database: status $code: $(cat "$work/out")"
grep -q 'closed/desk.db' "$work/out" || fail "a read-only database is not named: $(cat "$work/out")"
echo "faults of the disk: nothing lost, nothing acknowledged falsely"
