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
sed 's/oms.buy(symbol/oms.byu(symbol/' odd.lua > typo.lua
refused "typo.lua:5: error: the Lua API has no oms.byu \(did you mean 'oms.buy'" check typo.lua
sed 's/on_bar/on_tick/' odd.lua > tick.lua
refused "tick.lua:3: on_tick is no callback \(did you mean 'on_trade'\?\)" check tick.lua
cat > uses.lua <<'LUA'
return { data = { { symbol = "X", bars = { { "2024-01-02", 1, 1, 1, 1 } } } }, strategies = { "wrong.lua" } }
LUA
refused "^(./)?wrong.lua:5: error: prnt" check uses.lua

# What a beginner writes, and is told.
printf 'return { onbar = function() end }\n' > idle.lua
accepted check idle.lua
want_text err '^idle.lua: warning: it has no callback'
printf "return { on_bar = function() end }\n" > on_day.lua
refused "on_day.lua: this is a strategy, not a session" run on_day.lua
refused "big.lua: this is a rule, not a session" run big.lua
refused "did you mean 'mine.lua'" backtest mine --data SPX="$data"
refused "unknown parameter 'colour'; known: length, qty$" backtest mine.lua --data SPX="$data" --set colour=1
refused "from: must be a date with month and day such as 2010-01-01" backtest mine.lua --data SPX="$data" --from 2010
mkdir folder
refused 'folder: no such script file: it is a folder' check folder

cat > deaf.lua <<'LUA'
local oms = require("oms")
return { on_bar = function(_, bar) oms.buy(bar.symbol, -1) end }
LUA
accepted backtest deaf.lua --data SPX="$data" --to 2000-01-07
want_text err 'INFO  moondesk: 5 orders were refused: 5 INVALID_QTY; such as: a quantity of -1 for SPX is not above zero$'
accepted backtest deaf.lua --data SPX="$data" --to 2000-01-07 --quiet
[ ! -s err ] && good=$((good + 1)) || fault "--quiet tells of refusals: $(head -n 1 err)"

printf 'return { on_bar = function() error("x") end }\n' > stops.lua
cat > judged.lua <<LUA
return { data = { { symbol = "SPX", bars = "$data" } }, strategies = { "stops.lua" }, check = function() end }
LUA
accepted run judged.lua
want_text err ' WARN  stops: stopped by the error: no more callbacks; its orders are canceled'
finish
