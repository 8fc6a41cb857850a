#!/usr/bin/env bash
# Scripts that are wrong or mean harm: refused or stopped with a sentence, the program lives on and ends in time.
# Usage (from the root): tests/bad_input/scripts.sh build/release/moondesk
. tests/cases.inc
cd "$work" || exit 2
printf 'ts,open,high,low,close\n2024-01-02,10,11,9,10\n2024-01-03,10,11,9,10\n' > x.csv

# script NAME LINE...: a file
script() {
  local name=$1
  shift
  printf '%s\n' "$@" > "$name"
}

# Refused at the start, whatever it is.
no_start() {
  refused "^moondesk: .*$2" backtest "$1" --data X=x.csv
}
script empty.lua ''
no_start empty.lua 'return'
script number.lua 'return 5'
no_start number.lua 'table'
script loop.lua 'while true do end'
no_start loop.lua ''
script raise.lua 'error("at the top")'
no_start raise.lua 'at the top'
script raise_table.lua 'error({})'
no_start raise_table.lua ''
script binary.lua "$(printf '\033Lua')"
no_start binary.lua ''
script no_io.lua 'io.open("/etc/passwd") return {}'
no_start no_io.lua 'io'
script no_exit.lua 'os.exit(0) return {}'
no_start no_exit.lua 'os'
script require.lua 'require("no.such.module") return {}'
no_start require.lua 'no.such.module'
script callback.lua 'return { on_bar = 5 }'
no_start callback.lua 'on_bar must be a function'
script warmup.lua 'return { warmup = -1 }'
no_start warmup.lua 'warmup'
head -c 100000 /dev/urandom > noise.lua
no_start noise.lua ''
mkdir folder.lua
no_start folder.lua ''

# Stopped in a callback: status 1, and the results are there.
stopped() {
  local begun=$SECONDS
  run backtest "$1" --data X=x.csv --json --out out_dir
  want_status 1
  want_text err "$2"
  want_text out_dir/summary.json '"bars":'
  [ $((SECONDS - begun)) -lt 20 ] || fault "$shown took $((SECONDS - begun)) s"
}
body() { # NAME CODE: a strategy whose on_bar is CODE
  script "$1" 'local oms = require "oms"' 'local S = {}' "function S:on_bar(bar) $2 end" 'return S'
}
body spin.lua 'while true do end'
stopped spin.lua 'spin'
body spin_pcall.lua 'while true do pcall(function() while true do end end) end'
stopped spin_pcall.lua 'spin_pcall'
body memory.lua 'local t = {} for i = 1, 1e9 do t[i] = ("x"):rep(1000) .. i end'
stopped memory.lua 'memory'
body rep.lua 'local s = ("x"):rep(1 << 40)'
stopped rep.lua 'rep'
body deep.lua 'local function f() return 1 + f() end f()'
stopped deep.lua 'ERROR deep: .*(overflow|memory|CPU)'
body pattern.lua 'local s = ("a"):rep(200000) s:find((".-"):rep(60) .. "b")'
stopped pattern.lua 'pattern'
body orders.lua 'for i = 1, 5000 do oms.buy("X", 1) end error("end")'
stopped orders.lua 'end'
body key.lua 'oms.submit{ symbol = "X", side = "buy", qyt = 1 }'
stopped key.lua "qty"
body nan.lua 'oms.buy("X", 0/0)'
stopped nan.lua 'nan.lua:3'

# Sessions that are no sessions.
for code in 'return 1' 'return {}' 'return { data = 5 }' 'return { data = { {} } }' 'while true do end' \
  'return { mode = "live", data = {}, strategies = {} }' 'return { accounts = { { id = "a", cash = -1 } } }' \
  'return { data = { { symbol = "X", bars = { { "2024-01-02", 1 } } } }, strategies = { "spin.lua" } }'; do
  script session.lua "$code"
  refused '^moondesk: .*session' run session.lua
done

finish
