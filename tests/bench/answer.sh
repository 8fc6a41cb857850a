#!/bin/sh
# The right answer of a million bars: SMA 50/200 on the seeded walk gives 3,086 closed trades, one that is open, and
# 1,014,834.00. Averages compared as doubles of inexact sums turn ties into crosses and give others.
# usage: answer.sh PROGRAM BENCH_BARS   (from the project's root)
set -eu
program=$1
bars=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

"$bars" 1000000 1 > "$folder/bars.csv"
sum=$(sha256sum < "$folder/bars.csv" | cut -d' ' -f1)
if [ "$sum" != e245c8bfcc8940ee13d24d017e243b40b99848a36dfb4322c734a8cbce016d54 ]; then
  echo "answer.sh: the file of bars is another one: $sum" >&2
  exit 1
fi

status=0
for strategy in tests/bench/sma.lua tests/expected/strategies/b.lua; do
  "$program" backtest "$strategy" --data "X=$folder/bars.csv" --cash 1000000 --out "$folder/out" --json --quiet --no-cache \
    > "$folder/summary.json"
  closed=$(awk -F, 'NR > 1 && $4 != ""' "$folder/out/trades.csv" | wc -l)
  open=$(awk -F, 'NR > 1 && $4 == ""' "$folder/out/trades.csv" | wc -l)
  equity=$(tail -n 1 "$folder/out/equity.csv" | cut -d, -f2)
  echo "$strategy: $closed closed trades, $open open, equity $equity"
  grep -q '"trades": 3086,' "$folder/summary.json" || status=1
  grep -q '"final_equity": 1014834,' "$folder/summary.json" || status=1
  [ "$closed" -eq 3086 ] && [ "$open" -eq 1 ] && [ "$equity" = 1014834 ] || status=1
done
[ "$status" -eq 0 ] || echo "answer.sh: expected 3086 closed trades, 1 open, equity 1014834" >&2
exit "$status"
