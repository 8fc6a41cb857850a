#!/usr/bin/env bash
# A beginner's path: new, check, backtest; what check says of scripts that are likely not meant. Usage (from the root):
# tests/e2e/new.sh build/release/moondesk
. tests/cases.inc

data=$root/examples/data/sp500_d1.csv
cd "$work" || exit 2

accepted() {
  run "$@"
  want_status 0
}

accepted new strategy mine
accepted check mine.lua
want_text out 'mine.lua: ok \(strategy\)$'
accepted backtest mine.lua --data SPX="$data" --out results
[ -s results/report.html ] || fault "results/report.html is missing"
accepted new rule big
accepted check big.lua
want_text out 'big.lua: ok \(rule\)$'
accepted backtest mine.lua --data SPX="$data" --rule big.lua,percent=5 --quiet
accepted new session day
accepted check day.lua
want_text out 'day.lua: ok \(session\)$'
accepted run day.lua --quiet
accepted new strategy deeper.lua
[ -s deeper.lua ] || fault "a name with .lua makes another file"

refused 'mine.lua is there already' new strategy mine
refused "did you mean 'strategy'" new strategie x
refused 'no name for a script' new rule 'a b'
refused 'no name for a script' new rule ''
refused 'cannot write no/x.lua' new rule no/x
refused "new needs" new rule

cat > odd.lua <<'LUA'
local oms = require("oms")
local S = { params = { a = 1, spare = 2 } }
function S:on_bar(bar)
  for symbol in pairs({ A = 1 }) do
    oms.buy(symbol, self.params.a)
  end
end
return S
LUA
accepted check odd.lua
want_text out 'odd.lua: ok \(strategy\), 2 warnings$'
want_text err '^odd.lua:2: warning: the parameter spare is never read'
want_text err '^odd.lua:4: warning: this loop over pairs gives orders'

sed 's/oms.buy(symbol/prnt(symbol/' odd.lua > wrong.lua
refused "wrong.lua:5: error: prnt is not defined" check wrong.lua
sed 's/on_bar/on_tick/' odd.lua > tick.lua
refused "tick.lua:3: on_tick is no callback \(did you mean 'on_trade'\?\)" check tick.lua
cat > uses.lua <<'LUA'
return { data = { { symbol = "X", bars = { { "2024-01-02", 1, 1, 1, 1 } } } }, strategies = { "wrong.lua" } }
LUA
refused "^(./)?wrong.lua:5: error: prnt" check uses.lua
finish
