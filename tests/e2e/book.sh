#!/usr/bin/env bash
# The book of order flow as a user gives it: what the file must not hold, our orders among those of the flow, and
# 5,000 rows against the fills of another engine. Usage (from the root): tests/e2e/book.sh build/release/moondesk
. tests/cases.inc
shared=$root/../shared
cd "$work" || exit 2

cat > quiet.lua <<'LUA'
return { on_bar = function() end }
LUA
# every tenth change of the touch: a limit at the bid, and a market order
cat > busy.lua <<'LUA'
local oms = require("oms")
local S = { n = 0 }
function S:on_quote(q)
  self.n = self.n + 1
  if self.n % 10 == 0 and q.bid and q.ask then
    oms.cancel_all{ symbol = "X" }
    oms.buy("X", 3, { type = "limit", limit_price = q.bid })
    oms.sell("X", 2)
  end
end
return S
LUA
cat > far.lua <<'LUA'
local oms = require("oms")
local S = {}
function S:on_quote()
  if not self.given then
    self.given = oms.buy("X", 5, { type = "limit", limit_price = 0.01 })
  end
end
return S
LUA

# an id that still rests is no new order; one that has gone may come again
printf 'op,id,side,price,qty,ts\nA,1,B,10,5,2024-01-02T10:00:00Z\nA,1,B,11,5,2024-01-02T10:00:01Z\n' > twice.csv
run backtest quiet.lua --data X=twice.csv --quiet
want_status 2
want_line err '^moondesk: X: the row of order flow at 2024-01-02T10:00:01Z adds id 1, which is still in the book'
printf 'op,id,side,price,qty\nA,1,B,10,5\nC,1,,,\nA,1,S,10,3\nA,2,B,10,9\nA,1,S,10,7\n' > again.csv
run backtest quiet.lua --data X=again.csv --quiet --out again
want_status 0
printf 'taker,maker,qty,price\n2,1,3,10\n1,2,6,10\n' > want
same again/book_fills.csv want

# ours: a row of book_fills.csv and of fills.csv, and gone for the flow
printf 'op,id,side,price,qty\nA,1,B,10,5\nA,2,S,12,5\nA,3,B,10,1\nA,4,B,12,9\nA,5,S,9,1\n' > small.csv
sed 's/% 10 == 0/== 2/' busy.lua > second.lua
run backtest second.lua --data X=small.csv --quiet --out small
want_status 0
sed 's/[0-9a-f]*-[0-9a-f-]*/OURS/g' small/book_fills.csv > got
printf 'taker,maker,qty,price\nOURS,1,2,10\n4,2,5,12\n5,4,1,12\n' > want
same got want
# in the same folder again: files of an earlier run go, others are not ours
: > small/book_fills_OLD.csv; : > small/book_fills_notes.txt; : > small/book_fills.md
run backtest quiet.lua --data X=small.csv --quiet --out small
want_status 0
[ ! -e small/book_fills_OLD.csv ] || fault "the matches of an earlier run stayed"
[ -e small/book_fills_notes.txt ] && [ -e small/book_fills.md ] || fault "a file that is not ours went"
run backtest second.lua --data X=small.csv --quiet --out small
grep -q 'sell' small/fills.csv || fault "our sale is missing in fills.csv"

if [ ! -r "$shared/expected/book_flow_5k.csv" ]; then
  echo "SKIPPED the order flow of 5,000 rows: ../shared is not there"
  finish
  exit
fi
flow="X=$shared/expected/book_flow_5k.csv" expected="$shared/expected/book_fills_5k__liquibook.csv"
run backtest quiet.lua --data "$flow" --quiet --out alone
same alone/book_fills.csv "$expected"
run backtest far.lua --data "$flow" --quiet --out far # an order that nobody meets changes nothing
same far/book_fills.csv "$expected"
for latency in 0 3; do
  for n in 1 2; do
    run backtest busy.lua --data "$flow" --cash 1000000000 --quiet --venue latency_ms=$latency --out "busy$n"
    want_status 0
  done
  same busy1/book_fills.csv busy2/book_fills.csv
  same busy1/fills.csv busy2/fills.csv
done
if cmp -s busy1/book_fills.csv "$expected"; then
  fault "orders of ours do not move the book"
fi
# what is ours in the book is what the desk was told, to the share
ours=$(awk -F, 'NR > 1 { n += ($1 ~ /-/) * $3 + ($2 ~ /-/) * $3 } END { print n }' busy1/book_fills.csv)
told=$(awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at = $i == "qty" ? i : at } NR > 1 { n += $at } END { print n }' \
  busy1/fills.csv)
[ "$ours" = "$told" ] || fault "the book matched $ours of ours, the desk was told $told"
finish
