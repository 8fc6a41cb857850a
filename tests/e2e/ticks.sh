#!/usr/bin/env bash
# Quotes, trades, order flow and actions as a user gives them: kinds found by the header, rows of equity.csv, the
# fills of a book, measured latencies. Usage (from the root): tests/e2e/ticks.sh build/release/moondesk
. tests/cases.inc
shared=$root/../shared
cd "$work" || exit 2

cat > count.lua <<'LUA'
local oms = require("oms")
local S = { quotes = 0, trades = 0, bars = 0, actions = 0 }
function S:on_quote() self.quotes = self.quotes + 1 end
function S:on_trade() self.trades = self.trades + 1 end
function S:on_bar() self.bars = self.bars + 1 end
function S:on_action() self.actions = self.actions + 1 end
function S:on_stop()
  oms.log.info("counted %d quotes %d trades %d bars %d actions", self.quotes, self.trades, self.bars, self.actions)
end
return S
LUA
printf 'ts,bid,bid_size,ask,ask_size\n2024-01-02T10:00:10Z,9,1,10,2\n2024-01-02T10:03:00Z,9,1,10,2\n' > quotes.csv
printf 'ts,bid,ask\n2024-01-02T11:00:00Z,9,10\n' > more_quotes.csv
printf 'ts,price,size\n2024-01-02T10:00:20.5Z,9.5,3\n' > trades.csv
printf 'ts,open,high,low,close\n2024-01-02T10:00:00Z,9,10,9,10\n2024-01-02T10:01:00Z,9,10,9,10\n' > bars.csv
printf 'ex_date,symbol,kind,split_ratio,dividend\n2024-01-02,A,split,2,\n2024-01-02,B,split,2,\n' > actions.csv
printf 'op,id,side,price,qty\nA,1,B,10,5\nA,2,S,10,3\nA,3,S,9.5,4\nC,1,,,\n' > flow.csv

# one symbol, every kind, the files in any order; a second file of a kind goes on where the first one ends
run backtest count.lua --data A=bars.csv,quotes.csv,trades.csv,actions.csv,more_quotes.csv --timeframe 1m --out all
want_status 0
want_text err 'counted 3 quotes 1 trades 2 bars 1 actions'

# equity.csv: a row for each minute in which something happened, at its end, and one a bar
run backtest count.lua --data A=quotes.csv,trades.csv --quiet --out minutes
want_status 0
cut -d, -f1 minutes/equity.csv > got
printf 'ts\n2024-01-02T10:01:00Z\n2024-01-02T10:04:00Z\n' > want
same got want
run backtest count.lua --data A=quotes.csv,trades.csv --quiet --venue equity_every=0.5 --out often
cut -d, -f1 often/equity.csv > got
printf 'ts\n2024-01-02T10:00:10.500Z\n2024-01-02T10:00:21Z\n2024-01-02T10:03:00.500Z\n' > want
same got want
run backtest count.lua --data A=quotes.csv --data B=bars.csv --timeframe 1m --quiet --out mixed
cut -d, -f1 mixed/equity.csv > got
printf 'ts\n2024-01-02T10:01:00Z\n2024-01-02T10:02:00Z\n2024-01-02T10:04:00Z\n' > want
same got want
# a tick on the full minute ends a row there, which the bars that complete then replace: times come once
printf 'ts,bid,ask\n2024-01-02T10:00:30Z,9,10\n2024-01-02T10:01:00Z,9,10\n' > full.csv
run backtest count.lua --data A=full.csv,bars.csv --timeframe 1m --quiet --out full
cut -d, -f1 full/equity.csv > got
printf 'ts\n2024-01-02T10:01:00Z\n2024-01-02T10:02:00Z\n' > want
same got want

# settings of the venue
run backtest count.lua --data A=quotes.csv --quiet --venue partial=true queue=volume response_latency_ms=2 latency_ms=1
want_status 0
printf 'entry_ms,response_ms\n1,2\n3,4\n' > latency.csv
run backtest count.lua --data A=quotes.csv --quiet --venue latency=latency.csv
want_status 0
refused 'latency.csv' backtest count.lua --data A=quotes.csv --quiet --venue latency=no_latency.csv
# a measured latency is one like any other; several are drawn by the seed
cat > buy.lua <<'LUA'
local oms = require("oms")
local S = {}
function S:on_quote(quote)
  oms.buy(quote.symbol, 1)
end
return S
LUA
{ echo ts,bid,ask; for i in $(seq 100 199); do echo "2024-01-02T10:00:00.${i}Z,9,$((10 + i % 7))"; done; } > many.csv
printf 'entry_ms,response_ms\n7.5,2\n' > one.csv
printf 'entry_ms\n0\n3\n12\n' > several.csv
run backtest buy.lua --data A=many.csv --quiet --out measured --venue latency=one.csv
run backtest buy.lua --data A=many.csv --quiet --out fixed --venue latency_ms=7.5 response_latency_ms=2
want_status 0
same measured/fills.csv fixed/fills.csv
draws() { # SEED NAME
  run backtest buy.lua --data A=many.csv --quiet --out drawn --venue latency=several.csv --seed "$1"
  cut -d, -f1,6-8 drawn/fills.csv > "$2"
}
draws 1 first
draws 1 again
draws 2 other
same first again
if cmp -s first other; then
  fault "two seeds draw the same latencies"
fi
printf 'entry_ms,response_ms\n1,-2\n' > latency.csv
refused 'latency.csv:2: column "response_ms"' backtest count.lua --data A=quotes.csv --quiet --venue latency=latency.csv
refused 'venue.latency: a file' backtest count.lua --data A=quotes.csv --venue latency=latency.csv latency_ms=1

# what cannot be
refused 'data\[1\]: A has actions and no prices' backtest count.lua --data A=actions.csv
refused 'A has orders, from which' backtest count.lua --data A=flow.csv,quotes.csv
refused 'has quotes in data\[1\] already' backtest count.lua --data A=quotes.csv --data A=more_quotes.csv
run backtest count.lua --data A=quotes.csv --from 2025-01-01
want_status 2
want_line err 'no row of the data lies between'
run backtest count.lua --data A=more_quotes.csv,quotes.csv
want_status 2
want_line err 'quotes.csv:2: column "ts": 2024-01-02T10:00:10Z is before the row above'

# the fills of a book, and nothing of an earlier run beside them
touch all/book_fills.csv all/book_fills_OLD.csv
run backtest count.lua --data A=flow.csv --quiet --out all
want_status 0
printf 'taker,maker,qty,price\n2,1,3,10\n3,1,2,10\n' > want
same all/book_fills.csv want
run backtest count.lua --data A=flow.csv --data B/C=flow.csv --quiet --out all
same all/book_fills_A.csv want
same all/book_fills_B_C.csv want
ls all > got
if grep -q 'book_fills.csv\|OLD\|part' got; then
  fault "files of an earlier run stand beside those of this one: $(tr '\n' ' ' < got)"
fi
if [ -r "$shared/expected/book_flow_5k.csv" ]; then
  run backtest count.lua --data X="$shared/expected/book_flow_5k.csv" --quiet --out book
  want_status 0
  same book/book_fills.csv "$shared/expected/book_fills_5k__liquibook.csv"
else
  echo "SKIPPED the order flow of 5,000 rows: ../shared is not there"
fi
finish
