#!/usr/bin/env bash
# The clock of the wall jumps by hours, forward and back, under load; a second host wants the same database; the journal
# ends in a torn write. Usage: faults_clock.sh PROGRAM
PROGRAM=$(realpath "$1")
TOOLS=$(dirname "$PROGRAM")
cd "$(dirname "$0")/../.." || exit 2
. tests/crash/lib.sh
PORT=$(free_port)
VPORT=$(free_port)
record=$work/record next=1

some_load() {
  load run --seconds 1 --rate 500 --connections 4 --first "$next" --symbols S1,S2 --record "$record" > "$work/load" 2>&1 ||
    fail "under load: $(cat "$work/load")"
  next=$(sed -n 's/.*next=\([0-9]*\).*/\1/p' "$work/load")
}
checked() {
  load check --record "$record" --symbols S1,S2 --connections 8 --again > "$work/check" 2>&1 ||
    fail "$1: $(cat "$work/check")"
}
jump() { # SECONDS
  echo "$1000000000" > "$work/clock.new"
  mv "$work/clock.new" "$work/clock"
  sleep 0.2
}
server_time() { # by the orders that it makes, in s since 1970
  date -d "$(ask GET "/v2/orders?status=all&limit=1" | sed -n 's/.*"created_at":"\([^"]*\)".*/\1/p')" +%s
}

EVERY=0.05
make_session venue
start_venue --settle-ms 300
make_key
shim="LD_PRELOAD=$TOOLS/libfault_shim.so FAULT_CLOCK=$work/clock"
start_host venue
wait_ready
some_load
before=$(server_time)
jump 7200
some_load
after=$(server_time)
[ "$(ask GET '/v2/orders?status=all&symbols=S0&limit=500' | grep -o '"symbol"' | wc -l)" -lt 400 ] ||
  fail "a timer of 50 ms has fired for each instant of the two hours"
[ $((after - before)) -ge 7100 ] || fail "the clock went forward by two hours, the session by $((after - before)) s"
jump -86400
some_load
back=$(server_time)
[ "$back" -ge "$after" ] || fail "the session went back by $((after - back)) s"
jump 0
some_load
is_up || fail "jumps of the clock took the host down"
grep -q 'went forward' "$work/host.log" && grep -q 'went back' "$work/host.log" || fail "the jumps were not told"
checked "after the clock's jumps"
wait_settled

# Two hosts on one database: the second one is told, the first goes on.
timeout 20 "$PROGRAM" run "$work/venue.lua" --db "$work/desk.db" --listen "127.0.0.1:$(free_port)" > "$work/second" 2>&1
code=$?
[ "$code" -ne 0 ] && [ "$code" -lt 124 ] || fail "a second host on the database: status $code"
grep -q "desk.db" "$work/second" || fail "the second host does not name the database: $(cat "$work/second")"
is_up || fail "a second host ended the first one"
some_load
checked "with a second host that was refused"

# A write that was torn: bytes behind the last whole commit. What was acknowledged is there.
for torn in 24 100 2000 4096 5000; do
  some_load
  kill_host
  [ -e "$work/desk.db-wal" ] || fail "there is no log to be torn"
  head -c "$torn" /dev/urandom >> "$work/desk.db-wal"
  for file in "$work"/desk.db-market/*.zst; do
    [ -e "$file" ] && head -c "$torn" /dev/urandom >> "$file"
  done
  start_host venue
  wait_ready
  checked "after a torn write of $torn bytes"
done
wait_settled
[ "$(duplicates)" = 0 ] || fail "orders came twice"
kill_host TERM
[ "$host_status" -eq 0 ] || fail "the host ended with status $host_status"
check_database
"$PROGRAM" replay "$work/desk.db" > "$work/replay" 2>&1 || fail "replay: $(tail -n 3 "$work/replay")"
echo "jumps of the clock, a second host, torn writes: nothing lost"
