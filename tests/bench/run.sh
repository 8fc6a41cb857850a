#!/bin/sh
# Builds the release preset and prints one table: row | baseline in the same run | figure | ratio | target | verdict.
# A figure is the median of several runs beside runs of its baseline; work of one thread is CPU time, rows with a second
# thread are wall time and want a quiet machine. Exit status 1: a target was missed, or the answer is wrong.
# usage: tests/bench/run.sh [RUNS]     the backtest
#        tests/bench/run.sh live       the live host
set -eu
cd "$(dirname "$0")/../.."
bin=build/release
if [ "${1:-}" = live ]; then
  [ -f $bin/build.ninja ] || cmake --preset release > /dev/null
  ninja -C $bin moondesk load venue fan bench_http bench_journal bench_decision bench_memory > /dev/null
  exec bash tests/bench/live.sh
fi
runs=${1:-9}
strategy=tests/bench/sma.lua

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
[ -f $bin/build.ninja ] || cmake --preset release > "$folder/build" 2>&1 || { cat "$folder/build" >&2; exit 1; }
ninja -C $bin moondesk bench_bars bench_bare bench_backtest bench_orders bench_memory bench_csv bench_cell bench_run \
  bench_book bench_sweep bench_pair bench_reload bench_quotes > "$folder/build" 2>&1 ||
  { cat "$folder/build" >&2; exit 1; }

version_of() {
  pkg-config --modversion "$1" 2> /dev/null || echo unknown
}
cpu=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)
echo "$(nproc) cores, ${cpu:-unknown CPU}, $(uname -sr)"
echo "$(cc --version | head -n 1), Lua $(version_of lua5.4) (static), $runs runs a row"

table="$folder/table"
rows() { "$@" | tee -a "$table" | grep '^|'; }
session() { # ROW KIND COUNT TARGET RUNS FILE [OPTION...]: the whole program
  row=$1 kind=$2 count=$3 target=$4 n=$5 file=$6
  shift 6
  rows $bin/bench_run "$row" "$kind" "$count" "$target" "$n" $bin/moondesk backtest "$strategy" --data "X=$file" \
    --cash 1000000 --json --quiet --no-cache "$@"
}

echo "| row | baseline in the same run | figure | ratio | target | verdict |"
echo "|---|---|---|---|---|---|"
$bin/bench_bars 1000000 1 > "$folder/1m.csv"
rows $bin/bench_backtest "$strategy" "$runs"
session "the same with loading, bars/s" rate 1000000 4000000 "$runs" "$folder/1m.csv"
session "peak memory, 1,000,000 bars" memory 0 150 1 "$folder/1m.csv"
session "peak memory, 1,000,000 bars, --out" memory 0 150 1 "$folder/1m.csv" --out "$folder/out"
rows $bin/bench_csv "$folder/1m.csv"
$bin/bench_bars 10000000 1 > "$folder/10m.csv"
session "peak memory, 10,000,000 bars" memory 0 200 1 "$folder/10m.csv"
session "peak memory, 10,000,000 bars, --out" memory 0 200 1 "$folder/10m.csv" --out "$folder/out"
mkdir "$folder/hundred"
for seed in $(seq 100); do
  $bin/bench_bars 100000 "$seed" > "$folder/hundred/S$seed.csv"
done
few=$(((runs + 2) / 3))
many() { # DATA
  echo "$bin/moondesk backtest tests/bench/many.lua --cash 100000000 --json --quiet --no-cache --data $1"
}
# shellcheck disable=SC2046 -- words of a command
rows $bin/bench_pair "100 symbols x 100,000 bars, an event" cpu cost 1.3 "$few" 10000000 \
  $(many "X=$folder/10m.csv") -- $(many "$folder/hundred")
# shellcheck disable=SC2046
rows $bin/bench_run "peak memory, 100 symbols" memory 0 200 1 $(many "$folder/hundred")
rm -r "$folder/10m.csv" "$folder/hundred"
gzip -k "$folder/1m.csv"
# The first run of each pair finds no cache and leaves one. It inflates on the second core beside the strategy: an idle
# strategy shows the wait, the CPU time of both cores what is saved with a real one.
cached() { # ROW wall|cpu TARGET STRATEGY
  rows $bin/bench_pair "$1" "$2" faster "$3" "$runs" 0 \
    sh -c 'rm -rf "$1"; shift; exec "$@"' sh "$folder/cache" $bin/moondesk backtest "$4" --data "X=$folder/1m.csv.gz" \
    --cash 1000000 --json --quiet --cache "$folder/cache" -- $bin/moondesk backtest "$4" \
    --data "X=$folder/1m.csv.gz" --cash 1000000 --json --quiet --cache "$folder/cache"
}
cached "1,000,000 bars .csv.gz, 2nd run (cache)" wall 1.3 tests/bench/idle.lua
cached "the same with the SMA, CPU of both cores" cpu 1.5 "$strategy"
rows $bin/bench_orders "$runs"
rows $bin/bench_memory "$runs"
rows $bin/bench_book "$runs"
rows $bin/bench_cell table
$bin/bench_quotes make 5000000 > "$folder/5m.csv"
rows $bin/bench_quotes rows 5000000 "$folder/5m.csv" $((runs < 5 ? runs : 5)) $bin/moondesk strategies/market_maker.lua \
  tests/bench/quotes.lua
rm "$folder/5m.csv"
rows $bin/bench_reload tests/bench/reload.lua "$runs"
$bin/bench_bars 100000 1 > "$folder/100k.csv"
rows $bin/bench_sweep "sweep of 60 runs over 100,000 bars, 2 workers" 1.9 "$runs" $bin/moondesk sweep "$strategy" \
  --data "X=$folder/100k.csv" --cash 1000000 --quiet --grid fast=10..50:10 slow=100..210:10

status=0
sh tests/bench/answer.sh $bin/moondesk $bin/bench_bars || status=1
! grep -q MISSED "$table" || status=1
exit $status
