#!/usr/bin/env bash
# Data at scale as a user meets it: the cache of parsed data, folders and patterns, bars that are built, many symbols.
# Usage (from the root): tests/e2e/scale.sh build/release/moondesk
. tests/cases.inc
cd "$work" || exit 2
export MOONDESK_CACHE=$work/cache

# minutes ROWS SEED: a walk of minute bars.
minutes() {
  awk -v rows="$1" -v seed="$2" 'BEGIN {
    print "ts,open,high,low,close,volume"
    srand(seed); p = 10000
    for (i = 0; i < rows; i++) {
      m = i % 60; h = int(i / 60) % 24; d = int(i / 1440)
      day = d % 28 + 1; month = int(d / 28) % 12 + 1; year = 2010 + int(d / 336)
      o = p; p += int(rand() * 41) - 20; if (p < 5000) p = 5000
      hi = (o > p ? o : p) + int(rand() * 9); lo = (o < p ? o : p) - int(rand() * 9)
      printf "%04d-%02d-%02dT%02d:%02d:00Z,%.2f,%.2f,%.2f,%.2f,%d\n", year, month, day, h, m, o / 100, hi / 100,
        lo / 100, p / 100, 100 + int(rand() * 900)
    }
  }'
}
count() { find "$work/cache" -name '*.rows' 2> /dev/null | wc -l; }
holds() { # TEXT COMMAND...
  local text=$1
  shift
  if "$@"; then good=$((good + 1)); else fault "$text"; fi
}

cat > cross.lua <<'LUA'
local oms = require("oms")
local S = { params = { fast = 5, slow = 20 } }
local fast, slow, above = nil, nil, nil
function S:on_start() fast, slow = oms.ta.sma(self.params.fast), oms.ta.sma(self.params.slow) end
function S:on_bar(bar)
  local quick, lazy = fast:update(bar.close), slow:update(bar.close)
  if not lazy then return end
  if above == false and quick > lazy then oms.target(bar.symbol, 10)
  elseif above == true and quick < lazy then oms.target(bar.symbol, 0) end
  above = quick > lazy
end
return S
LUA
backtest() { run backtest cross.lua --quiet "$@"; want_status 0; }
# equal A B: the results of two runs, but for the time that they took.
equal() {
  local name
  for name in orders fills trades equity; do
    same "$1/$name.csv" "$2/$name.csv"
  done
  grep -v 'seconds\|events_per_second' "$1/summary.json" > "$1/sum"
  grep -v 'seconds\|events_per_second' "$2/summary.json" > "$2/sum"
  same "$1/sum" "$2/sum"
}

minutes 40000 1 > plain.csv
gzip -k plain.csv

# the same with the cache, without it, and before there is one
backtest --data A=plain.csv.gz --no-cache --out none
holds "--no-cache wrote a cache" [ "$(count)" -eq 0 ]
for file in plain.csv plain.csv.gz; do
  backtest --data A=$file --out first
  backtest --data A=$file --out second
  equal none first
  equal none second
done
holds "two files are not two caches: $(count)" [ "$(count)" -eq 2 ]

# another content of the same size and time of change
cp plain.csv.gz changed.csv.gz
backtest --data A=changed.csv.gz --out before
minutes 40000 2 > other.csv
gzip -c other.csv > other.csv.gz
cp -p changed.csv.gz stamp
size=$(stat -c %s changed.csv.gz) new=$(stat -c %s other.csv.gz)
if [ "$new" -lt "$size" ]; then # zeros may stand behind a gzip member
  { cat other.csv.gz; head -c $((size - new)) /dev/zero; } > changed.csv.gz
  touch -r stamp changed.csv.gz
else
  { cat plain.csv.gz; head -c $((new - size)) /dev/zero; } > changed.csv.gz
  touch -r stamp changed.csv.gz
  backtest --data A=changed.csv.gz --out before
  cat other.csv.gz > changed.csv.gz
  touch -r stamp changed.csv.gz
fi
backtest --data A=changed.csv.gz --out after
backtest --data A=other.csv --no-cache --out other
equal after other
if cmp -s before/fills.csv after/fills.csv; then fault "the changed file gave the old fills"; fi

# damage: ignored, written anew
for file in cache/*.rows; do
  printf '\x55' | dd of="$file" bs=1 seek=20000 conv=notrunc 2> /dev/null
done
backtest --data A=plain.csv.gz --out damaged
equal none damaged
for file in cache/*.rows; do
  : > "$file"
done
backtest --data A=plain.csv.gz --out emptied
equal none emptied
backtest --data A=plain.csv.gz --out again
equal none again

# four at once, none there before
rm -rf cache
for i in 1 2 3 4; do
  "$program" backtest cross.lua --quiet --data A=plain.csv.gz --out "at$i" > /dev/null 2>&1 &
done
wait
for i in 1 2 3 4; do
  equal none "at$i"
done
holds "one file of the cache, not $(count)" [ "$(count)" -eq 1 ]
holds "something half written is left" [ "$(find cache -type f | wc -l)" -eq 1 ]

# a folder that takes nothing, one that is a file: told at most as DEBUG, nothing else
: > file
for folder in /proc/moondesk file/below; do
  run backtest cross.lua --data A=plain.csv.gz --cache $folder --out blocked
  want_status 0
  want_text err 'DEBUG.*was not written'
  holds "warned of the cache" sh -c '! grep -q "WARN\|ERROR" err'
  equal none blocked
  backtest --data A=plain.csv.gz --cache $folder --out blocked
  equal none blocked
done

# listed and cleared; what is not ours stays
touch cache/notes.txt
run cache
want_status 0
want_text "$work/out" "cache/[0-9a-f]*\.rows  $work/plain.csv.gz"
want_text "$work/out" "^1 file, [0-9]* bytes in "
run cache clear
want_status 0
want_line out '^removed 1 file, [0-9]* bytes, from '
holds "notes.txt is gone" [ -e cache/notes.txt ]
holds "the cache is not empty" [ "$(count)" -eq 0 ]
run cache clear --cache "$work/no/such"
want_status 0
want_line out '^removed 0 files, 0 bytes'
refused "cache: what is 'clean' for" cache clean
run cache --cache "$work/no/such"
want_line out '^0 files, 0 bytes'

# XDG_CACHE_HOME and HOME
(unset MOONDESK_CACHE; XDG_CACHE_HOME=$work/xdg "$program" backtest cross.lua --quiet --data A=plain.csv.gz > /dev/null)
holds "XDG_CACHE_HOME is not used" [ -n "$(find xdg/moondesk -name '*.rows')" ]
(unset MOONDESK_CACHE XDG_CACHE_HOME; HOME=$work/home "$program" backtest cross.lua --quiet --data A=plain.csv.gz > /dev/null)
holds "HOME is not used" [ -n "$(find home/.cache/moondesk -name '*.rows')" ]
(unset MOONDESK_CACHE XDG_CACHE_HOME HOME; "$program" backtest cross.lua --quiet --data A=plain.csv.gz > /dev/null)
holds "without HOME there is no run" [ $? -eq 0 ]

# folders and patterns
mkdir -p many parts 'odd [name]' empty
cat > who.lua <<'LUA'
local oms = require("oms")
local S, n = {}, {}
function S:on_bar(bar) n[bar.symbol] = (n[bar.symbol] or 0) + 1 end
function S:on_stop()
  local names = {}
  for _, symbol in ipairs(oms.sorted(n)) do names[#names + 1] = symbol .. "=" .. n[symbol] end
  oms.log.info("got %s", table.concat(names, " "))
end
return S
LUA
row() { printf 'ts,open,high,low,close,volume\n%s,10,11,9,10,5\n' "$1"; }
for s in C A.1 B; do
  row 2024-01-02 > many/$s.csv
done
row 2024-01-03 > many/A.2.csv # the symbol ends at the first dot
row 2024-01-02 | gzip > many/Z.csv.gz
printf 'ts,price,size\n2024-01-02T10:00:00Z,10,1\n' > many/T.trades.csv
echo text > many/README.md
echo text > many/.hidden.csv
mkdir many/folder.csv
for day in 2 3 4 5; do
  row 2024-01-0$day > parts/spy_2024010$day.csv
  row 2024-01-0$day > "odd [name]/spy_2024010$day.csv"
done
who() { # WANT ARGUMENTS...
  local want=$1
  shift
  run backtest who.lua --timeframe 1d "$@"
  want_status 0
  want_text err "got $want\$"
}
who 'A=2 B=1 C=1 Z=1' --data many
who 'A=2 B=1 C=1 Z=1' --data many/
who 'A=2 B=1 C=1' --data 'many/[ABC]*.csv'
who 'A=2 B=1 C=1 SPY=4 Z=1' --data many --data SPY=parts
who 'SPY=4' --data SPY=parts
who 'SPY=4' --data 'SPY=parts/spy_*.csv'
who 'SPY=2' --data 'SPY=parts/spy_2024010[23].csv'
who 'SPY=3' --data 'SPY=parts/spy_20240102.csv,parts/spy_2024010[45].csv'
who 'SPY=4' --data 'SPY=odd [name]'
who 'SPY=1' --data 'SPY=odd [name]/spy_20240102.csv'
refused "empty: the folder holds no file that ends in .csv, .csv.gz or .zip" backtest who.lua --data empty
refused "empty: the folder holds no file" backtest who.lua --data SPY=empty
refused "parts/x\*: no file has a name of this pattern" backtest who.lua --data 'parts/x*'
refused "parts/x\*: no file has a name of this pattern" backtest who.lua --data 'SPY=parts/x*'
refused "must be SYMBOL=FILE, a folder or a pattern, got 'nowhere'" backtest who.lua --data nowhere
refused "must be SYMBOL=FILE, got 'parts/spy_20240102.csv'" backtest who.lua --data parts/spy_20240102.csv

# the same in a session, beside it or in the working folder
mkdir -p session
for path in '"../parts"' '"parts"' '"../parts/spy_*.csv"' '{ "../parts/spy_2024010[23].csv", "../parts/spy_2024010[45].csv" }'; do
  cat > session/s.lua <<LUA
return { name = "s", data = { { symbol = "SPY", bars = $path, timeframe = "1d" } }, strategies = { "../who.lua" } }
LUA
  run run session/s.lua
  want_status 0
  want_text err 'got SPY=4$'
done
printf 'return { name = "s", data = { { symbol = "SPY", bars = "../empty" } }, strategies = { "../who.lua" } }\n' > session/s.lua
refused 'empty: the folder holds no file' run session/s.lua
printf 'return { name = "s", data = { { symbol = "SPY", bars = "p*.csv" } }, strategies = { "../who.lua" } }\n' > session/s.lua
cp plain.csv session/p.csv
run run session/s.lua --quiet
want_status 0

# a bundle of a folder runs again from its list of files
run backtest cross.lua --quiet --data many --data 'SPY=parts/spy_*.csv' --timeframe 1d --bundle folder.bundle
want_status 0
run verify folder.bundle
want_status 0
row 2024-01-02 > many/NEW.csv
run verify folder.bundle
want_status 0
rm many/NEW.csv

# bars that are built: for scripts, and nothing else changes
cat > frames.lua <<'LUA'
local oms = require("oms")
local S, n = { timeframes = { "1m", "5m", "1h", "1d" } }, {}
function S:on_bar(bar)
  n[bar.timeframe] = (n[bar.timeframe] or 0) + 1
  local past = oms.bars(bar.symbol, 1, bar.timeframe)[1]
  assert(past.ts == bar.ts and past.close == bar.close and past.volume == bar.volume)
end
function S:on_stop() oms.log.info("got %d %d %d %d", n["1m"], n["5m"], n["1h"], n["1d"]) end
return S
LUA
run backtest frames.lua --data A=plain.csv --timeframe 1m
want_status 0
want_text err 'A: bars of 5m are built of those of 1m$'
want_text err 'got 40000 8000 667 28$'
backtest --data A=plain.csv --out plain
sed 's/^local S = .*/local S = { params = { fast = 5, slow = 20 }, timeframes = { "1m" } }/' cross.lua > only.lua
run backtest only.lua --quiet --data A=plain.csv --build 5m,1d --out built
want_status 0
for name in orders fills trades equity; do
  sed 's/,only,/,cross,/' "built/$name.csv" > got
  same got "plain/$name.csv"
done
refused "5m bars cannot be built of 1h bars" backtest who.lua --data A=plain.csv --timeframe 1h --build 5m
refused "A has 1m bars already" backtest who.lua --data A=plain.csv --timeframe 1m --build 1m
refused "build: must be a list like 5m,1h,1d, got 'often'" backtest who.lua --data A=plain.csv --build often

# a hundred symbols: none is missed, memory is bounded
mkdir hundred
for i in $(seq 100); do
  minutes 300 "$i" > "hundred/S$i.csv"
done
run backtest who.lua --data hundred --timeframe 1m
want_status 0
want_text err 'got S1=300 S10=300 S100=300 S11=300 .* S99=300$'
finish
