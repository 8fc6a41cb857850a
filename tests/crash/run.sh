#!/usr/bin/env bash
# Kills the host (SIGKILL) at random moments under load, also while it starts, and looks each time whether anything was
# lost or done twice: every acknowledged order is there and is answered as before when it is asked for again, the venue
# (another process) got no order twice, after settling positions equal the venue's; at the end the chain of the journal
# holds and its replay comes to the host's state. A part of the kills is in paper mode, with the simulated venue.
# Usage (from the root): tests/crash/run.sh [KILLS] [PRESET]; SEED=N repeats a run. Prints its counts.
[ -n "${BASH_VERSION:-}" ] || exec bash "$0" "$@"
kills=${1:-100}
preset=${2:-release}
cd "$(dirname "$0")/../.." || exit 2
PROGRAM=$PWD/build/$preset/moondesk
TOOLS=$PWD/build/$preset
SEED=${SEED:-$((RANDOM * 32768 + RANDOM))}
. tests/crash/lib.sh
RANDOM=$SEED
PORT=$(free_port)
VPORT=$(free_port)
RATE=${RATE:-2000}
record=$work/record
next=1 done_kills=0 start_kills=0 restarts=0 ready_sum=0 ready_max=0 checked=0 orders=0 settled=0
say() { echo "crash: $*"; }
say "seed $SEED, $kills kills, $preset"

# check_record LAST: of the record's last lines (0: all); also asks again for what was acknowledged.
check_record() {
  local out
  [ -s "$record" ] || return 0
  out=$(load check --record "$record" --prefix "$prefix" --symbols "$symbols" --connections 16 --last "$1" --again 2>&1) ||
    fail "after kill $done_kills: $out"
  checked=$((checked + $(sed -n 's/.*checked=\([0-9]*\).*/\1/p' <<< "$out")))
  settled=$((settled + $(sed -n 's/.*settled=\([0-9]*\).*/\1/p' <<< "$out")))
}

# Load until the host is killed after some ms.
load_and_kill() {
  load run --until-lost --connections 16 --rate "$RATE" --first "$next" --prefix "$prefix" --symbols "$symbols" \
    --cancels 5 --replaces 5 --record "$record" > "$work/load" 2> "$work/load.err" &
  local loader=$!
  started+=("$loader")
  sleep "$(printf '0.%03d' $((RANDOM % 600 + 20)))"
  kill_host
  wait "$loader"
  grep -q 'load: order' "$work/load.err" && fail "an answer was wrong: $(cat "$work/load.err")"
  next=$(sed -n 's/.*next=\([0-9]*\).*/\1/p' "$work/load")
  [ -n "$next" ] || fail "the load generator said nothing: $(cat "$work/load.err")"
}

up() { # SESSION
  start_host "$1"
  wait_ready 30
  restarts=$((restarts + 1))
  ready_sum=$((ready_sum + ready_ms))
  [ "$ready_ms" -gt "$ready_max" ] && ready_max=$ready_ms
}

# One life: started, looked at, loaded, killed. A quarter of the kills hit the start.
life() { # SESSION
  if [ $((RANDOM % 4)) -eq 0 ]; then
    start_host "$1"
    sleep "$(printf '0.%03d' $((RANDOM % 150)))"
    kill_host
    start_kills=$((start_kills + 1))
  else
    up "$1"
    check_record 4000
    if [ "$1" = venue ] && [ $((done_kills % 10)) -eq 9 ]; then
      wait_settled
      [ "$(duplicates)" = 0 ] || fail "orders came twice: $(books | grep duplicate)"
    fi
    load_and_kill
  fi
  done_kills=$((done_kills + 1))
  [ $((done_kills % 100)) -eq 0 ] && say "$done_kills kills, $((next - 1)) orders"
  return 0
}

# The last life: all is looked at, the host ends in good order, the journal is replayed.
last_look() { # SESSION
  up "$1"
  if [ "$1" = venue ]; then
    wait_settled
    [ "$(duplicates)" = 0 ] || fail "orders came twice: $(books | grep duplicate)"
  fi
  check_record 0
  [ "$1" = venue ] && wait_settled
  grep -a MISMATCH "$work/host.log" && fail "what the strategy saved and was told does not make its position"
  kill_host TERM
  [ "$host_status" -eq 0 ] || fail "the host ended with status $host_status"
  check_database
  "$PROGRAM" replay "$work/desk.db" > "$work/replay" 2>&1 || fail "replay: $(tail -n 5 "$work/replay")"
  orders=$((orders + next - 1))
  say "$1: $(tail -n 1 "$work/replay")"
}

campaign() { # SESSION SYMBOLS KILLS
  symbols=$2 prefix=$1
  local until=$((done_kills + $3))
  rm -rf "$work"/desk.db* "$record"
  next=1
  make_session "$1"
  make_key
  while [ "$done_kills" -lt "$until" ]; do
    life "$1"
  done
  last_look "$1"
}

start_venue --seed "$SEED" --settle-ms 300 --drop 1 --lose 1 --twice 20
campaign venue S0,S1,S2,S3,S4,S5,S6,S7 $((kills - kills / 4))
BARS=$work/bars.csv
"$TOOLS/bench_bars" 200000 1 > "$BARS" || fail "no bars"
campaign paper S0 $((kills / 4))
say "$done_kills kills ($start_kills while starting), $restarts restarts (ready after $((ready_sum / restarts)) ms, at most \
$ready_max ms), $orders orders given, $checked answers looked at again, $settled of unknown fate settled, 0 lost, 0 sent \
twice; positions, chain and replay agree"
