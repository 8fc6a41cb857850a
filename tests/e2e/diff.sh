#!/usr/bin/env bash
# `moondesk diff`: equal runs, the event where two part and the state there, settings, one that ends earlier, files that
# are missing or broken. Usage (from the root): tests/e2e/diff.sh build/release/moondesk
. tests/cases.inc
cd "$work" || exit 2

cat > buyer.lua << 'END'
local oms = require("oms")
local S = { params = { third = 3 } }
function S:on_bar(bar)
  self.n = (self.n or 0) + 1
  if self.n == 1 then
    oms.buy(bar.symbol, 2)
    oms.buy(bar.symbol, 1, { type = "limit", limit_price = 1, time_in_force = "gtc", tag = 'a "tag", with a comma' })
  elseif self.n == 3 then
    oms.buy(bar.symbol, self.params.third)
  end
end
return S
END
{
  echo "ts,open,high,low,close"
  for day in 01 02 03 04 05 06; do
    echo "2024-01-$day,1$day,1$day,99,1$day"
  done
} > x.csv
base="backtest buyer.lua --data X=x.csv --quiet"

run $base --out a
want_status 0
run $base --out b
run diff a b
want_status 0
want_text "$work/out" '^  in nothing: same command, scripts, data and settings$'
want_text "$work/out" '^All 5 events are the same$'
want_text "$work/out" '^The results are the same$'

# --- another parameter: the third order ---
run $base --set third=4 --out c
run diff a c
want_status 1
want_line out '^A: a$'
want_text "$work/out" '^  command, B: backtest buyer.lua --data X=x.csv --set third=4$'
want_text "$work/out" '^The runs part at event 4 of events.csv: the 3 before it are the same$'
want_text "$work/out" '^  last common event: seq=3 ts=2024-01-0[0-9]T00:00:00Z type=[a-z]* order_id='
want_text "$work/out" '^  A: seq=4 .*type=new .*qty=3 '
want_text "$work/out" '^  B: seq=4 .*type=new .*qty=4 '
want_text "$work/out" '^  qty: A 3, B 4$'
want_text "$work/out" '^  State of B after it:$'
want_text "$work/out" '^    equity 1000[0-9.]*, cash 99796, position value 206, at 2024-01-04T00:00:00Z$'
want_text "$work/out" '^    position 2 X \(strategy buyer, account main\)$'
want_text "$work/out" '^    open order [0-9a-f-]* buy 1 X limit at 1, new, 0 filled$'
want_text "$work/out" '^    open order [0-9a-f-]* buy 4 X market, new, 0 filled$'
want_text "$work/out" '^summary.json: state_hash: A [0-9a-f]{32}, B [0-9a-f]{32}$'
if grep -q 'summary.json: seconds' "$work/out"; then
  fault "diff compares what the clock measured"
fi

# --- one that ends earlier ---
run $base --to 2024-01-03 --out d
run diff a d
want_status 1
want_text "$work/out" '^  B: has ended$'
want_text "$work/out" '^  to: A not set, B '
run diff d a
want_status 1
want_text "$work/out" '^  A: has ended$'

# --- the same events, other equity; a changed script; another seed ---
cp -r a e
sed 's/,100[0-9]*,/,1,/' a/equity.csv > e/equity.csv
run diff a e
want_status 1
want_text "$work/out" '^equity.csv differs from row 1 on:$'
cp buyer.lua kept.lua
echo '-- longer' >> buyer.lua
run $base --out f
run diff a f
want_status 0
want_text "$work/out" '^  script buyer.lua: differs from line [0-9]+ on$'
cp kept.lua buyer.lua
run $base --seed 9 --out g
run diff a g
want_status 0
want_text "$work/out" '^  seed: A 1, B 9$'
sed 's/06,106,106/06,106,107/' x.csv > y.csv
mv y.csv x.csv
run $base --out h
run diff a h
want_status 0
want_text "$work/out" '^  data x.csv: A [0-9a-f]{32} \([0-9]+ bytes\), B [0-9a-f]{32} '

# --- without bundles; missing and broken files ---
rm e/run.bundle
run diff a e
want_text "$work/out" '^e has no run.bundle: the settings are not compared$'
for name in events.csv equity.csv orders.csv fills.csv trades.csv summary.json; do
  cp -r b broken
  rm "broken/$name"
  refused "^moondesk: broken has no $name:" diff a broken
  rm -r broken
done
refused '^moondesk: nowhere has no events.csv' diff a nowhere
refused 'diff needs OUT_A OUT_B' diff a
cp -r b broken
echo 'x' >> broken/events.csv
run diff a broken
want_status 2
want_line err 'broken/events.csv: line [0-9]+: it has another number of fields than the header'
printf '%s' '{"a": ' > broken/summary.json
cp b/events.csv broken/
run diff a broken
want_status 2
want_line err 'broken/summary.json: at byte [0-9]+:'
finish
