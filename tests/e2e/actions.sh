#!/bin/sh
# A run on unadjusted prices with their corporate actions is the run on adjusted prices: the same trades at the same
# times, quantities times seven before the split, the same equity. Usage: tests/e2e/actions.sh PROGRAM
#   made up    prices that seven divides: equal to the last digit, dividends included
#   AAPL 2014  seven for one on 2014-06-09 and four dividends: prices of the adjusted file are rounded to nine decimals,
#              so that profits may differ by 1e-6, equity by 1e-6 for each share and trade until then
program=$(realpath "${1:?usage: actions.sh PROGRAM}")
cd "$(dirname "$0")/../.." || exit 2
root=$PWD
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
status=0

fail() {
  echo "FAILED  $1"
  status=1
}

# Divides the prices of bars before the split by seven, and dividends too; the split itself goes.
adjust() { # BARS ACTIONS SPLIT-DATE OUT
  awk -F, -v OFS=, -v day="$3" 'NR > 1 && $1 < day { for (i = 2; i <= 5; i++) $i = sprintf("%.9f", $i / 7); $6 *= 7 } { print }' "$1" > "$4.csv"
  awk -F, -v OFS=, -v day="$3" '$3 != "split" { if (NR > 1 && $1 < day) $5 = sprintf("%.9f", $5 / 7); print }' "$2" > "$4_actions.csv"
}

# A shipped strategy that trades seven times as many shares from the split on.
follow_split() { # NAME
  sed '$d' "$root/strategies/$1.lua"
  printf '%s\n' 'function S:on_action(a)' '  if a.ratio then self.params.qty = self.params.qty * a.ratio end' 'end' '' 'return S'
}

run() { # NAME STRATEGY SYMBOL BARS ACTIONS OPTIONS...
  out=$1 strategy=$2 symbol=$3 bars=$4 actions=$5
  shift 5
  "$program" backtest "$strategy" --data "$symbol=$bars" --data "$symbol=$actions" --quiet --out "$out" "$@" > "$out.log" 2>&1 ||
    { fail "$out"; cat "$out.log"; }
}

# Lines of trades: equal times, quantities and prices as the split makes them, profits within the tolerance.
same_trades() { # UNADJUSTED ADJUSTED SPLIT-DATE TOLERANCE
  paste -d, "$1/trades.csv" "$2/trades.csv" | awk -F, -v day="$3" -v most="$4" '
    function off(a, b) { return a > b ? a - b : b - a }
    NR == 1 { n = NF / 2; next }
    {
      by = $4 != "" && substr($4, 1, 10) < day ? 7 : 1
      if ($3 != $(3 + n) || $4 != $(4 + n) || off($5 * by, $(5 + n)) > 1e-9 || off($6 / by, $(6 + n)) > 2e-9 ||
          off($7 / by, $(7 + n)) > 2e-9 || off($9, $(9 + n)) > most) { print; bad = 1 }
    }
    END { if (NR < 4) { print "no trades"; bad = 1 } exit bad }'
}

same_equity() { # UNADJUSTED ADJUSTED TOLERANCE
  [ "$(wc -l < "$1/equity.csv")" -eq "$(wc -l < "$2/equity.csv")" ] || return 1
  paste -d, "$1/equity.csv" "$2/equity.csv" | awk -F, -v most="$3" '
    NR > 1 { n = NF / 2; d = $2 - $(2 + n); if ($1 != $(1 + n) || d > most || d < -most) { print; bad = 1 } }
    END { exit bad }'
}

compare() { # SET STRATEGY SYMBOL SPLIT-DATE PNL-TOLERANCE EQUITY-TOLERANCE OPTIONS...
  set=$1 name=$2 symbol=$3 day=$4 pnl=$5 equity=$6
  shift 6
  follow_split "$name" > "$name.lua"
  run "$set-$name-raw" "$name.lua" "$symbol" "$set.csv" "${set}_actions.csv" --set qty=10 "$@"
  run "$set-$name-adjusted" "$name.lua" "$symbol" "adjusted_$set.csv" "adjusted_${set}_actions.csv" --set qty=70 "$@"
  if same_trades "$set-$name-raw" "$set-$name-adjusted" "$day" "$pnl" &&
    same_equity "$set-$name-raw" "$set-$name-adjusted" "$equity"; then
    echo "ok      $set, $name"
  else
    fail "$set, $name"
  fi
}

cd "$work" || exit 2

# A made-up year: closes walk in whole cents around 100.00, times seven before the split on the 121st day; dividends before
# and after it.
lua5.4 - << 'L'
local x, close, n, time, split = 12345, 10000, 0, os.time({ year = 2024, month = 1, day = 1, hour = 12 })
local function random(m)
  x = (x * 1103 + 12345) % 100003
  return x % m
end
local bars = io.open("made_up.csv", "w")
bars:write("ts,open,high,low,close,volume\n")
while n < 240 do
  time = time + 86400
  local weekday = tonumber(os.date("!%w", time))
  if weekday >= 1 and weekday <= 5 then
    n = n + 1
    local by, open = n <= 120 and 7 or 1, close + random(41) - 20
    close = open + random(161) - 80
    split = n == 121 and os.date("!%Y-%m-%d", time) or split
    bars:write(("%s,%.2f,%.2f,%.2f,%.2f,%d\n"):format(os.date("!%Y-%m-%d", time), open * by / 100,
      (math.max(open, close) + 15) * by / 100, (math.min(open, close) - 15) * by / 100, close * by / 100, 7000 // by))
  end
end
bars:close()
local actions = io.open("made_up_actions.csv", "w")
actions:write("ex_date,symbol,kind,split_ratio,dividend\n2024-03-13,A,dividend,,3.50\n", split, ",A,split,7,\n",
  "2024-10-16,A,dividend,,0.45\n")
actions:close()
io.open("split_day", "w"):write(split)
L
day=$(cat split_day)
adjust made_up.csv made_up_actions.csv "$day" adjusted_made_up
compare made_up sma_cross A "$day" 0 0 --set fast=3 --set slow=8 --set short=true
compare made_up rsi_reversion A "$day" 0 0 --set length=4 --set max_bars=9
compare made_up sma_cross A "$day" 0 0 --set fast=3 --set slow=8 --adjust all

# A warm-up that begins before the split: bars, indicators and history are those of adjusted prices.
cat > warm.lua << 'L'
local oms = require("oms")
local S = { warmup = 20 }
function S:on_start() self.mean, self.slow = oms.ta.sma(10), oms.ta.ema(5) end
function S:on_warmup(bar) self.mean:update(bar.close) self.slow:update(bar.close) end
function S:on_bar(bar)
  oms.log.info("mean %.7f %.7f, 15 bars ago %.7f", self.mean:update(bar.close), self.slow:update(bar.close),
    oms.bars("A", 15)[1].close)
end
return S
L
last=$(awk -F, 'NR == 128 { print $1 }' made_up.csv)
for set in made_up adjusted_made_up; do
  "$program" backtest warm.lua --data "A=$set.csv,${set}_actions.csv" --from "$day" --to "$last" 2>&1 | grep mean > "$set.log"
done
if [ -s made_up.log ] && cmp made_up.log adjusted_made_up.log; then echo "ok      warm-up"; else fail "warm-up"; fi

if [ -e "$root/../shared/data/aapl_d1_2014_unadjusted.csv" ]; then
  cp "$root/../shared/data/aapl_d1_2014_unadjusted.csv" aapl.csv
  cp "$root/../shared/data/actions_unadjusted_2014.csv" aapl_actions.csv
  adjust aapl.csv aapl_actions.csv 2014-06-09 adjusted_aapl
  for how in splits all; do
    compare aapl sma_cross AAPL 2014-06-09 1e-6 0.001 --set fast=5 --set slow=15 --set short=true --adjust $how
    compare aapl breakout_bracket AAPL 2014-06-09 1e-6 0.001 --set length=10 --adjust $how
    compare aapl limit_dip AAPL 2014-06-09 1e-6 0.001 --adjust $how
    compare aapl rsi_reversion AAPL 2014-06-09 1e-6 0.001 --set length=5 --adjust $how
  done
else
  echo "SKIPPED AAPL 2014: there is no ../shared/data"
fi
exit $status
