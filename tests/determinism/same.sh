#!/usr/bin/env bash
# Equal inputs give equal results, byte for byte: twice, in another folder, locale, time zone and environment, with
# another build, and with the session file instead of options.
# Usage (from the root): tests/determinism/same.sh build/release/moondesk
. tests/cases.inc
other=$root/build/debug/moondesk
data=SPX=$root/examples/data/sp500_d1.csv

# same_results A B: all rows and the digest.
same_results() {
  for file in orders.csv fills.csv trades.csv equity.csv; do
    same "$1/$file" "$2/$file"
  done
  grep state_hash "$1/summary.json" > "$work/hash_a"
  grep state_hash "$2/summary.json" > "$work/hash_b"
  same "$work/hash_a" "$work/hash_b"
}

for strategy in strategies/*.lua; do
  name=$(basename "$strategy" .lua)
  set -- backtest "$root/$strategy" --data "$data" --quiet --commission percent:0.01
  [ "$name" = pairs ] && set -- "$@" --data "TWIN=$root/examples/data/sp500_d1.csv" # it needs two symbols
  run "$@" --out "$work/$name.1"
  want_status 0
  run "$@" --out "$work/$name.2"
  same_results "$work/$name.1" "$work/$name.2"
  (cd / && env -i LC_ALL=de_DE.UTF-8 LANG=tr_TR TZ=Asia/Tokyo PADDING="$(head -c 5000 /dev/zero | tr '\0' x)" \
    "$program" "$@" --out "$work/$name.3" > /dev/null)
  same_results "$work/$name.1" "$work/$name.3"
  if [ -x "$other" ]; then
    "$other" "$@" --out "$work/$name.4" > /dev/null
    same_results "$work/$name.1" "$work/$name.4"
  fi
  "$program" "$@" --strict-budget 100000000 --out "$work/$name.5" > /dev/null
  same_results "$work/$name.1" "$work/$name.5"
done
[ -x "$other" ] || echo "SKIPPED: build/debug is not built: results of two builds were not compared"

# Sessions of ticks, of many symbols and of rules.
for session in $(grep -l 'mode = "backtest"' examples/0[56]-*/*.lua); do
  name=$(basename "$session" .lua)
  run run "$session" --quiet --out "$work/$name.s1"
  want_status 0
  (cd / && env -i LC_ALL=tr_TR.UTF-8 TZ=Asia/Tokyo "$program" run "$root/$session" --quiet --out "$work/$name.s2" > /dev/null)
  same_results "$work/$name.s1" "$work/$name.s2"
  if [ -x "$other" ]; then
    "$other" run "$session" --quiet --out "$work/$name.s3" > /dev/null
    same_results "$work/$name.s1" "$work/$name.s3"
  fi
done

# The seed names the orders and changes nothing else.
sma=strategies/sma_cross.lua
run backtest $sma --data "$data" --quiet --seed 1 --out "$work/seed.1"
run backtest $sma --data "$data" --quiet --seed 2 --out "$work/seed.2"
same "$work/seed.1/trades.csv" "$work/seed.2/trades.csv"
same "$work/seed.1/equity.csv" "$work/seed.2/equity.csv"
if cmp -s "$work/seed.1/orders.csv" "$work/seed.2/orders.csv"; then
  fault "another seed gave the same order ids"
fi

# A session file that says the same.
cat > "$work/session.lua" <<LUA
return {
  mode = "backtest", seed = 1,
  data = { { symbol = "SPX", bars = "$root/examples/data/sp500_d1.csv", timeframe = "1d" } },
  strategies = { "$root/$sma" },
}
LUA
run run "$work/session.lua" --quiet --out "$work/session"
want_status 0
same_results "$work/seed.1" "$work/session"

finish
