#!/usr/bin/env bash
# The live host's table: row | baseline in the same run | figure | ratio | target | verdict. Sourced by nobody: run.sh
# live runs it when the release preset is built. Exit status 1: a target was missed.
# usage: tests/bench/live.sh [PRESET [ORDERS_IN_STORE]]
cd "$(dirname "$0")/../.." || exit 2
preset=${1:-release}
stored=${2:-1000000}
PROGRAM=$PWD/build/$preset/moondesk
TOOLS=$PWD/build/$preset
. tests/crash/lib.sh
PORT=$(free_port)
symbols=S0,S1,S2,S3,S4,S5,S6,S7
seconds=${SECONDS_A_ROW:-8}
table=$work/table
cp tests/bench/live.lua "$work/live.lua"

row() { # ROW BASELINE FIGURE RATIO TARGET OK(0 or 1)
  printf '| %-44s | %-30s | %-24s | %-6s | %-20s | %-6s |\n' "$1" "$2" "$3" "$4" "$5" \
    "$([ "$6" = 1 ] && echo ok || echo MISSED)" | tee -a "$table"
}
rows() { # what a bench program prints itself
  timeout 300 "$@" 2>&1 | grep '^|' | tee -a "$table"
}
value() { # KEY: of the last line of a load
  sed -n "s/.*\b$1=\([0-9.]*\).*/\1/p" "$work/load"
}
is() { # an awk condition as 1 or 0
  awk "BEGIN { print ($1) ? 1 : 0 }"
}
drive() { # OPTION...: a load whose orders are numbered on from the last one
  load run --connections 64 --symbols "$symbols" --first "${next:-1}" --limit-share 50 "$@" > "$work/load" 2> "$work/load.err" ||
    fail "the load: $(cat "$work/load" "$work/load.err")"
  next=$(value next)
}
fresh() {
  rm -rf "$work"/desk.db*
  next=1
  make_key
  start_host live "$@"
  wait_ready
  drive --orders 20000 # warm
}

constant_rate() {
  local port out
  port=$(free_port)
  "$TOOLS/bench_http" "127.0.0.1:$port" > "$work/http.out" 2>&1 &
  out=$!
  started+=("$out")
  sleep 0.3
  "$TOOLS/load" run --address "127.0.0.1:$port" --connections 64 --seconds "$seconds" --constant > "$work/constant" 2>&1
  kill "$out"
  wait "$out" 2> "$work/none"
  sed -n 's/.* rate=\([0-9]*\).*/\1/p' "$work/constant"
}

echo "| row | baseline in the same run | figure | ratio | target | verdict |"
echo "|---|---|---|---|---|---|"

# The journal alone; the raw syncs of its baseline are that of the rows below, too.
rows "$TOOLS/bench_journal" 500000 3
syncs=$(sed -n 's/.*write+fdatasync \([0-9]*\).*/\1/p' "$table" | head -n 1)

# Orders a second over REST.
fresh
load run --connections 64 --seconds "$seconds" --path /healthz > "$work/load" 2>&1 || fail "/healthz: $(cat "$work/load")"
constant=$(value rate)
drive --seconds "$seconds"
rate=$(value rate)
row "durable orders/s, REST, 64 conn., 3 rules" "constant answer $constant/s" "$rate/s, p99 $(value p99_ms) ms" \
  "$(awk "BEGIN { printf \"%.2f\", $rate / $constant }")" ">= 25000/s, >= 0.5" \
  "$(is "$rate >= 25000 && $rate >= $constant / 2")"
row "the same" "bare server of src/net $(constant_rate)/s" "$rate/s" "-" "-" 1
row "the same" "raw write+fdatasync $syncs/s" "$rate/s" "$(awk "BEGIN { printf \"%.1f\", $rate / ${syncs:-1} }")" "-" 1

# Latency at what is offered, checkpoints included.
for offered in 1000 10000 25000; do
  drive --seconds "$seconds" --rate "$offered"
  row "request to durable answer, $offered/s offered" "answered $(value rate)/s" \
    "$(value p50_ms) $(value p99_ms) $(value p999_ms) ms" "-" "p99 < 5, p99.9 < 10" \
    "$(is "$(value p99_ms) < 5 && $(value p999_ms) < 10 && $(value rate) > $offered * 0.95")"
done

# Streams.
fan() {
  "$TOOLS/fan" --address "127.0.0.1:$PORT" --key "$KEY" --secret "$SECRET" --symbol S0 --orders 4000 --rate 1000 "$@" \
    > "$work/fan" 2> "$work/fan.err" || fail "the streams: $(cat "$work/fan" "$work/fan.err")"
  p99=$(sed -n 's/.*p99_ms=\([0-9.]*\).*/\1/p' "$work/fan")
}
kill_host TERM
fresh
fan --clients 1
one=$p99
kill_host TERM
fresh
fan --clients 100 --slow 2
row "order events to 100 streams, 2 never read" "one stream: p99 $one ms" "p99 $p99 ms, $(sed -n 's/.*\(cut=[0-9]*\).*/\1/p' "$work/fan")" \
  "-" "all hear, slow ones cut" "$(grep -q 'missing=0 .*cut=2 lost=0' "$work/fan" && echo 1 || echo 0)"
kill_host TERM

# Ready after a kill.
fresh
drive --orders "$stored"
kill_host
sync
from=$(now_ms)
cat "$work"/desk.db* > "$work/none" 2> "$work/none.err"
reading=$(($(now_ms) - from))
start_host live
wait_ready 60
row "ready after SIGKILL, $next orders in the store" "reading the file $reading ms" "$ready_ms ms" \
  "$(awk "BEGIN { printf \"%.1f\", $ready_ms / ($reading > 0 ? $reading : 1) }")" "under 2000 ms" "$(is "$ready_ms < 2000")"
kill_host TERM

# In process.
rows "$TOOLS/bench_decision"
rows "$TOOLS/bench_memory" 1
! grep -q MISSED "$table"
