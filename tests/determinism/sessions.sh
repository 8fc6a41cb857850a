#!/usr/bin/env bash
# The same inputs give the same state_hash and the same files: twice, with a second build, and with runs side by side.
# Usage: tests/determinism/sessions.sh PROGRAM [PROGRAM2]; PROGRAM2 is another build (asan, debug); without it the asan and
# debug builds beside PROGRAM are taken if they are there. Prints "ok NAME" or "FAILED NAME: why", then "N passed, M failed".
set -u
[ $# -ge 1 ] && [ -x "$1" ] || { echo "usage: $0 PROGRAM [PROGRAM2]" >&2; exit 2; }
PROGRAM=$(realpath "$1")
OTHERS=()
if [ $# -ge 2 ]; then
  OTHERS=("$(realpath "$2")")
else
  for build in asan debug; do
    other=$(dirname "$PROGRAM")/../$build/moondesk
    [ -x "$other" ] && OTHERS+=("$(realpath "$other")")
  done
fi
cd "$(dirname "$0")/../.." || exit 2
W=$(mktemp -d) || exit 2
trap 'rm -rf "$W"' EXIT

passed=0
failed=0
good() {
  passed=$((passed + 1))
  echo "ok $1"
}
bad() {
  failed=$((failed + 1))
  echo "FAILED $1: $2"
}

# digest DIR: the five files without what the clock of the wall gave.
digest() {
  (cd "$1" && sed -E 's/"(seconds|events_per_second)": *[^,}]*//g' summary.json && cat orders.csv fills.csv trades.csv equity.csv) 2> /dev/null | sha256sum
}

hash_of() {
  grep -o '"state_hash": *"[0-9a-f]*"' "$1/summary.json" 2> /dev/null
}

# one PROGRAM DIR ARGUMENT...
one() {
  local program=$1 out=$2
  shift 2
  timeout 120 "$program" "$@" --quiet --out "$out" > "$out.log" 2>&1
}

# compare NAME A B
compare() {
  if [ -z "$(hash_of "$2")" ]; then
    bad "$1" "no state_hash: $(head -c 300 "$2.log")"
  elif [ "$(hash_of "$2")" != "$(hash_of "$3")" ]; then
    bad "$1" "$(hash_of "$2") and $(hash_of "$3")"
  elif [ "$(digest "$2")" != "$(digest "$3")" ]; then
    bad "$1" "the hashes agree, the files differ"
  else
    good "$1"
  fi
}

count=0
# case_is NAME ARGUMENT...: twice one after the other, and once with each other build.
case_is() {
  local name=$1 other
  shift
  count=$((count + 1))
  one "$PROGRAM" "$W/$count.a" "$@"
  one "$PROGRAM" "$W/$count.b" "$@"
  compare "$name twice" "$W/$count.a" "$W/$count.b"
  for other in ${OTHERS[@]+"${OTHERS[@]}"}; do
    one "$other" "$W/$count.c" "$@"
    compare "$name with $(basename "$(dirname "$other")")" "$W/$count.a" "$W/$count.c"
    rm -rf "$W/$count.c"
  done
}

# What the CPU budget ends depends on the machine, the line in its message too: those sessions are left out.
for file in tests/scenario/*.lua; do
  case $(basename "$file" .lua) in
    api_rule_budget | endless_callback) continue ;;
  esac
  case_is "$(basename "$file" .lua)" run "$file"
done

DAYS=examples/data/sp500_d1.csv
for file in strategies/*.lua; do
  case_is "strategies/$(basename "$file" .lua)" backtest "$file" --data "SPX=$DAYS" --cash 1000000
done
case_is "with a rule" backtest strategies/sma_cross.lua --data "SPX=$DAYS" --rule rules/max_order.lua --cash 1000000
for path in worst adaptive ohlc olhc; do
  case_is "bar path $path" backtest strategies/breakout_bracket.lua --data "SPX=$DAYS" --bar-path "$path" --cash 1000000
done

# A strategy that draws random numbers, walks tables, sorts, formats, keeps timers and fails now and then.
cat > "$W/dice.lua" <<'LUA'
local oms = require "oms"
local S = { params = { seed = 1 } }
function S:on_start()
  self.seen, self.n = {}, 0
  oms.every(86400 * 3, "three")
end
function S:on_timer(name)
  self.seen[name .. oms.now() % 7] = oms.random()
end
function S:on_bar(bar)
  self.n = self.n + 1
  self.seen[bar.symbol .. self.n % 50] = bar.close
  self.seen[function() end] = nil
  local list = {}
  for k, v in pairs(self.seen) do list[#list + 1] = { k = k, v = v * oms.random() // 0.01 } end
  table.sort(list, function(a, b) return a.v < b.v end)
  local pick = list[1 + math.floor(oms.random() * #list)]
  local qty = 1 + #pick.k % 5
  if oms.random() < 0.5 then
    oms.buy(bar.symbol, qty, { tag = tostring(pick):sub(1, 20) })
  elseif oms.random() < 0.5 then
    oms.submit{ symbol = bar.symbol, side = "buy", qty = qty, order_class = "bracket",
      take_profit = { limit_price = oms.round_price(bar.symbol, bar.close * 1.01, "near") },
      stop_loss = { stop_price = oms.round_price(bar.symbol, bar.close * 0.99, "near") } }
  elseif oms.random() < 0.3 then
    oms.close(bar.symbol)
  else
    oms.target(bar.symbol, { weight = math.sin(self.n) * math.exp(-1) })
  end
  for _, o in ipairs(oms.orders{ status = "open" }) do
    if oms.random() < 0.2 then o:cancel() elseif oms.random() < 0.2 and o.type == "limit" then o:replace{ qty = o.qty + 1 } end
  end
end
return S
LUA
case_is dice backtest "$W/dice.lua" --data "SPX=$DAYS" --cash 1000000
case_is "dice, other seed" backtest "$W/dice.lua" --data "SPX=$DAYS" --cash 1000000 --seed 7
if [ "$(hash_of "$W/$count.a")" = "$(hash_of "$W/$((count - 1)).a")" ]; then
  bad "the seed counts" "two seeds give one hash"
else
  good "the seed counts"
fi
case_is "strict budget" backtest "$W/dice.lua" --data "SPX=$DAYS" --cash 1000000 --strict-budget 1000000

# Expected strategies on their data, which lies beside the repository.
if [ -d ../shared/expected ] && [ -d tests/expected/strategies ]; then
  for file in tests/expected/strategies/?.lua; do
    case_is "expected/$(basename "$file" .lua)" backtest "$file" --data "SPX=$DAYS" --cash 1000000
  done
else
  echo "SKIPPED: ../shared is absent"
fi

# Side by side, each with its own folder.
for i in 1 2 3 4 5 6; do
  one "$PROGRAM" "$W/side$i" backtest "$W/dice.lua" --data "SPX=$DAYS" --cash 1000000 &
done
wait
for i in 2 3 4 5 6; do
  compare "side by side $i" "$W/side1" "$W/side$i"
done
# Elsewhere: another folder, no environment, standard output closed.
cp "$DAYS" "$W/data.csv"
(cd "$W" && env -i "$PROGRAM" backtest dice.lua --data SPX=data.csv --cash 1000000 --quiet --out elsewhere > elsewhere.log 2>&1)
compare "from another folder" "$W/side1" "$W/elsewhere"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
