#!/usr/bin/env bash
# Bundles: what `run --bundle`, `backtest --bundle` and `--out` write, and `verify`: the same result from the scripts in
# it, a changed data file, another result, damage. Usage (from the root): tests/e2e/bundle.sh build/release/moondesk
. tests/cases.inc
export MOONDESK_HOME=$root
cd "$work" || exit 2
mkdir -p desk/lib data

cat > desk/buyer.lua << 'END'
local oms = require("oms")
local size = require("lib.size")
local S = { params = { every = 3 } }
function S:on_start()
  self.n = 0
end
function S:on_bar(bar)
  self.n = self.n + 1
  if self.n % self.params.every == 0 then
    oms.buy(bar.symbol, size.of(bar))
  end
end
return S
END
echo 'return { of = function(bar) return bar.close > 104 and 2 or 1 end }' > desk/lib/size.lua
cat > desk/rule.lua << 'END'
return { params = { most = 1 }, check = function(self, order)
  if order.qty > self.params.most then
    return false, "TOO_BIG", "more than " .. self.params.most
  end
end }
END
cat > desk/session.lua << 'END'
return {
  data = { { symbol = "X", bars = "../data/x.csv", timeframe = "1d" } },
  rules = { "rule.lua", { "rules/max_order.lua", max_qty = 100 } },
  strategies = { { "buyer.lua", every = 2 } },
  venue = { slippage = { percent = 0.1 } },
}
END
{
  echo "ts,open,high,low,close,volume"
  for day in 01 02 03 04 05 06 07 08 09 10 11 12; do
    echo "2024-01-$day,1$day,1$day.5,99,1$day,1000"
  done
} > data/x.csv

# --- a session: the file and the folder's own ---
run run desk/session.lua --out res --bundle one.bundle --quiet
want_status 0
want_text out '^The bundle of the run is one.bundle$'
want_text res/events.csv '^seq,ts,type,order_id,.*,strategy,account$'
want_text res/events.csv ',rejected,.*,TOO_BIG,more than 1,buyer,main$'
want_text res/events.csv ',fill,.*,filled,1,1,'
same one.bundle res/run.bundle
run verify one.bundle
want_status 0
want_line out '^one.bundle: the same result \(state_hash [0-9a-f]{32}\)$'
run verify res
want_status 0
run verify one.bundle --quiet
[ ! -s "$work/out" ] && good=$((good + 1)) || fault "verify --quiet printed something"
if grep -aqF "$root" one.bundle; then
  fault "the bundle names the library's folder"
fi

# --- a place that cannot be written is told before the run; a run that was cut short cannot be verified ---
refused 'cannot write none/x.bundle: No such file' run desk/session.lua --bundle none/x.bundle
run backtest "$root/strategies/sma_cross.lua" --data X=data/x.csv --from 2030-01-01 --bundle short.bundle --quiet
want_status 2
refused 'the run was cut short' verify short.bundle

# --- events.csv and orders.csv tell the same story ---
rejected=$(grep -c ',rejected,' res/orders.csv)
[ "$(grep -c '^[0-9]*,[^,]*,rejected,' res/events.csv)" = "$rejected" ] && [ "$rejected" -gt 0 ] &&
  good=$((good + 1)) || fault "events.csv has other rejections than orders.csv"
[ "$(grep -c '^[0-9]*,[^,]*,fill,' res/events.csv)" = "$(($(wc -l < res/fills.csv) - 1))" ] &&
  good=$((good + 1)) || fault "events.csv has other fills than fills.csv"

# --- scripts come from the bundle, not from the disk; so does the library's rule ---
cp -r desk kept
for file in desk/session.lua desk/buyer.lua desk/lib/size.lua desk/rule.lua; do
  echo 'error("read from the disk")' > "$file"
done
run verify one.bundle
want_status 0
rm -r desk
run verify one.bundle
want_status 0

# --- data: elsewhere, changed, missing ---
mv data moved
refused '^moondesk: data/x.csv|^moondesk: desk/../data/x.csv: the data file of the run is not there; .*--data-dir DIR' verify one.bundle
run verify one.bundle --data-dir moved
want_status 0
refused 'is not in nowhere' verify one.bundle --data-dir nowhere
sed 's/103,/104,/' moved/x.csv > changed.csv
mkdir other && cp changed.csv other/x.csv
refused 'other/x.csv: it is not the file of the run: its hash is [0-9a-f]{32} \([0-9]+ bytes\), the run.s was [0-9a-f]{32}' verify one.bundle --data-dir other
mv moved data
mv kept desk

# --- a command line ---
run backtest desk/buyer.lua --data X=data/x.csv --set every=3 --rule desk/rule.lua,most=5 --venue slippage=percent:0.1 \
  --seed 7 --bundle two.bundle --json
want_status 0
rm -r desk/lib
run verify two.bundle
want_status 0
want_text two.bundle 'every=3'
if grep -aq -e '--json' -e '--bundle' two.bundle; then
  fault "the bundle holds options of output"
fi
same res/run.bundle one.bundle

# --- a result that is another one: the bundle says so of itself, with a true checksum ---
cat > forge.lua << 'END'
-- forge.lua IN OUT FROM TO: replaces text of equal length; the checksum is left as it was
local file = assert(io.open(arg[1], "rb"))
local text = file:read("a")
file:close()
local at = assert(text:find(arg[3], 1, true))
local out = assert(io.open(arg[2], "wb"))
out:write(text:sub(1, at - 1), arg[4], text:sub(at + #arg[3]))
out:close()
END
lua5.4 forge.lua two.bundle bad.bundle 'every=3' 'every=4'
refused 'bad.bundle: the bundle is damaged: its content has the checksum' verify bad.bundle
head -c 300 two.bundle > cut.bundle
refused 'cut.bundle: the bundle is damaged at byte [0-9]+:' verify cut.bundle
: > empty.bundle
refused 'empty.bundle: it is no bundle of a run' verify empty.bundle
echo 'moondesk bundle 2' > later.bundle
refused 'later.bundle: it is a bundle of another version' verify later.bundle
refused 'cannot read none.bundle: No such file' verify none.bundle
refused 'cannot read data/run.bundle: No such file' verify data
refused 'it is no bundle' verify data/x.csv
refused 'verify needs FILE' verify

# --- rows in place, a reload of another file ---
run run "$root/examples/04-halt-and-reload/session.lua" --bundle reload.bundle --out reloads --quiet
want_status 0
want_text reloads/events.csv '^,[^,]*Z,reloaded,,.*strict.lua: [0-9a-f]{32} -> [0-9a-f]{32},'
want_text reloads/events.csv '^,[^,]*Z,reload_refused,'
run verify reload.bundle
want_status 0
[ ! -s err ] && good=$((good + 1)) || fault "verify told the errors of the run again"

finish
