# sessions.sh - session files that are wrong, and what their timeline and check may do wrong.
# shellcheck shell=bash

DATA="{ symbol = \"A\", bars = \"$W/ok.csv\" }"
cp "$W/noop.lua" "$W/strategy.lua"

# session_is NAME STATUS 'KEY = VALUE, ...' PART...: a session that is right but for what is given.
session_is() {
  local name=session_$1 want=$2 text=$3
  shift 3
  session "$name" "$want" "$@" <<LUA
return {
$text,
}
LUA
}
GOOD="data = { $DATA }, strategies = { \"strategy.lua\" }"

session_is good 0 "$GOOD"
session_is no_data 2 'strategies = { "strategy.lua" }' session_no_data.lua data
session_is empty_data 2 'data = {}, strategies = { "strategy.lua" }' data
session_is no_strategies "0 2" "data = { $DATA }"
session_is empty_strategies "0 2" "data = { $DATA }, strategies = {}"
session_is empty_entry 2 "data = { $DATA }, strategies = { {} }" strategies
session_is no_strategy_file 2 "data = { $DATA }, strategies = { \"nothere.lua\" }" nothere.lua
session_is typo 2 "$GOOD, stratgies = {}" stratgies strategies
session_is venue_typo 2 "$GOOD, venue = { fil = \"next_open\" }" fil
session_is venue_word 2 "$GOOD, venue = { fill = \"nxt_open\" }" nxt_open next_open
session_is venue_type 2 "$GOOD, venue = 5" venue table
session_is limit_typo 2 "$GOOD, limits = { max_order_qt = 5 }" max_order_qt max_order_qty
session_is limit_nan 2 "$GOOD, limits = { max_order_qty = 0/0 }" max_order_qty
session_is limit_negative 2 "$GOOD, limits = { max_order_qty = -1 }" max_order_qty
session_is limit_account 2 "$GOOD, limits = { accounts = { nobody = { max_order_qty = 1 } } }" nobody
session_is account_typo 2 "$GOOD, accounts = { { id = \"a\", csh = 5 } }" csh cash
session_is account_type 2 "$GOOD, accounts = { { id = \"a\", type = \"marginal\" } }" marginal margin
session_is account_twice 2 "$GOOD, accounts = { { id = \"a\" }, { id = \"a\" } }" a
session_is account_huge 2 "$GOOD, accounts = { { id = \"a\", cash = 1e300 } }" cash
session_is account_none 2 "data = { $DATA }, strategies = { { \"strategy.lua\", account = \"nobody\" } }" nobody
session_is no_accounts "0 2" "$GOOD, accounts = {}"
session_is mode 2 "$GOOD, mode = \"backtst\"" backtst backtest
session_is live 2 "$GOOD, mode = \"live\"" live
session_is from_bad 2 "$GOOD, from = \"soon\"" from
session_is seed_bad 2 "$GOOD, seed = \"x\"" seed
session_is zone 2 "data = { { symbol = \"A\", bars = \"$W/ok.csv\", tz = \"Mars\" } }, strategies = { \"strategy.lua\" }" Mars
session_is data_typo 2 "data = { { symbl = \"A\", bars = \"$W/ok.csv\" } }, strategies = { \"strategy.lua\" }" symbl symbol
session_is data_no_symbol 2 "data = { { bars = \"$W/ok.csv\" } }, strategies = { \"strategy.lua\" }" symbol
session_is data_no_bars 2 'data = { { symbol = "A" } }, strategies = { "strategy.lua" }' bars
session_is data_empty_rows 2 'data = { { symbol = "A", bars = {} } }, strategies = { "strategy.lua" }' bars
session_is data_short_row 2 'data = { { symbol = "A", bars = { { "2020-01-01", 1 } } } }, strategies = { "strategy.lua" }' bars
session_is data_nan_row 2 'data = { { symbol = "A", bars = { { "2020-01-01", 1, 1, 0/0, 1, 1 } } } }, strategies = { "strategy.lua" }' low
session_is data_upside_row 2 'data = { { symbol = "A", bars = { { "2020-01-01", 1, 1, 2, 1, 1 } } } }, strategies = { "strategy.lua" }' low
session_is data_back_rows 2 'data = { { symbol = "A", bars = { { "2020-01-02", 1, 1, 1, 1, 1 }, { "2020-01-01", 1, 1, 1, 1, 1 } } } }, strategies = { "strategy.lua" }' order
session_is data_row_not_table 2 'data = { { symbol = "A", bars = { 1, 2 } } }, strategies = { "strategy.lua" }' bars
session_is data_cycle 2 'data = (function() local t = {} t[1] = t t.symbol = "A" t.bars = t return { t } end)(), strategies = { "strategy.lua" }' 'data[1]'
session_is instrument_typo 2 "$GOOD, instruments = { A = { tck = 1 } }" tck tick
session_is instrument_tick 2 "$GOOD, instruments = { A = { tick = -1 } }" tick
session_is instrument_lot 2 "$GOOD, instruments = { A = { lot = 0/0 } }" lot
session_is same_id 2 "data = { $DATA }, strategies = { \"strategy.lua\", \"strategy.lua\" }" strategy id
session_is entry_typo 2 "data = { $DATA }, strategies = { { \"strategy.lua\", fsat = 5 } }" fsat
session_is entry_max_errors 2 "data = { $DATA }, strategies = { { \"strategy.lua\", max_errors = -5 } }" max_errors
session_is entry_on_error 2 "data = { $DATA }, strategies = { { \"strategy.lua\", on_error = \"cry\" } }" cry cancel
session_is entry_symbol 2 "data = { $DATA }, strategies = { { \"strategy.lua\", symbols = { \"NONE\" } } }" NONE
session_is rule_scope 2 "$GOOD, rules = { { \"rules/max_order.lua\", scope = { account = \"nobody\" } } }" nobody
session_is rule_scope_typo 2 "$GOOD, rules = { { \"rules/max_order.lua\", scope = { acount = \"main\" } } }" acount account
session_is not_list 2 "data = { $DATA }, strategies = \"strategy.lua\"" strategies
session_is check_no_function 2 "$GOOD, check = 5" check function
session_is timeline_no_function 2 "$GOOD, timeline = {}" timeline function
session_is name_number "0 2" "$GOOD, name = 5"
session_is os_call 2 "$GOOD, name = os.getenv(\"HOME\")" session_os_call.lua:2 "os is not available"
session_is io_call 2 "$GOOD, name = io.read()" session_io_call.lua:2 "io is not available"
session_is loop 2 "$GOOD, name = (function() while true do end end)()" session_loop.lua:2 ended
session_is memory 2 "$GOOD, name = (function() local s = \"x\" while true do s = s .. s end end)()" memory
session_is syntax 2 "$GOOD, name = = 5" session_syntax.lua:2
session_is order_now 2 "$GOOD, name = oms.buy(\"A\", 1)" session_order_now.lua:2 oms.buy
session_is check_fails 1 "$GOOD, check = function(r) assert(r.summary.trades > 0, \"no trades at all\") end" session_check_fails.lua:2 "no trades at all"
session_is check_false "0 1" "$GOOD, check = function(r) return false end"
session_is check_nil_field 1 "$GOOD, check = function(r) return r.summry.trades end" session_check_nil_field.lua:2
LIMIT=60 # the check's own budget is 10 s of processor time
session_is check_loops 1 "$GOOD, check = function(r) while true do end end" session_check_loops.lua:2 ended
LIMIT=20
session_is check_memory 1 "$GOOD, check = function(r) local t = {} while true do t[#t + 1] = {} end end" session_check_memory.lua
session_is check_orders 1 "$GOOD, check = function(r) oms.buy(\"A\", 1) end" session_check_orders.lua:2 oms.buy
session_is check_error_table 1 "$GOOD, check = function(r) error({}) end" session_check_error_table.lua
session_is check_error_nil 1 "$GOOD, check = function(r) error() end" session_check_error_nil.lua
printf 'return { on_bar = function() error("first") end }\n' > "$W/error_first.lua"
session_is check_decides 0 "data = { $DATA }, strategies = { \"error_first.lua\" }, check = function(r) assert(r.summary.bars == 60, r.summary.bars) end" first
session_is stopped 1 "data = { $DATA }, strategies = { \"error_first.lua\" }" first
session_is timeline_fails 2 "$GOOD, timeline = function(t) t:at(\"2020-01-05\", function() error(\"boom\") end) end" session_timeline_fails.lua:2 boom
session_is timeline_loops 2 "$GOOD, timeline = function(t) t:at(\"2020-01-05\", function() while true do end end) end" session_timeline_loops.lua:2 ended
session_is timeline_collect_loops 2 "$GOOD, timeline = function(t) while true do t:at(0, function() end) end end" session_timeline_collect_loops.lua
session_is timeline_no_colon 2 "$GOOD, timeline = function(t) t.at(\"2020-01-05\", function() end) end" colon
session_is timeline_bad_time 2 "$GOOD, timeline = function(t) t:at(\"soon\", function() end) end" soon
session_is timeline_typo 2 "$GOOD, timeline = function(t) t:ta(0, function() end) end" ta
session_is timeline_halt 2 "$GOOD, timeline = function(t) t:at(\"2020-01-05\", function() oms.halt(\"NOPE\", 5) end) end" NOPE
session_is timeline_halt_negative 2 "$GOOD, timeline = function(t) t:at(\"2020-01-05\", function() oms.halt(\"A\", -5) end) end" oms.halt
session_is timeline_halt_huge "0 2" "$GOOD, timeline = function(t) t:at(\"2020-01-05\", function() oms.halt(\"A\", 9e9) end) end"
session_is timeline_state 2 "$GOOD, timeline = function(t) t:at(\"2020-01-05\", function() oms.state(\"halt\") end) end" halted
session_is timeline_scope 2 "$GOOD, timeline = function(t) t:at(\"2020-01-05\", function() oms.kill({ strategy = \"nope\" }, \"x\") end) end" nope
session_is timeline_scope_typo 2 "$GOOD, timeline = function(t) t:at(\"2020-01-05\", function() oms.kill({ stratgy = \"strategy\" }, \"x\") end) end" stratgy strategy
session_is timeline_reload 2 "$GOOD, timeline = function(t) t:at(\"2020-01-05\", function() oms.reload(\"nope\") end) end" nope
session_is timeline_inject 2 "$GOOD, timeline = function(t) t:at(\"2020-01-05\", function() oms.inject{ report = \"fill\", order = \"nope\", qty = 1, price = 1 } end) end" nope
session_is timeline_inject_typo 2 "$GOOD, timeline = function(t) t:at(\"2020-01-05\", function() oms.inject{ report = \"fil\", order = \"nope\" } end) end" fil fill
session_is timeline_approve 2 "$GOOD, timeline = function(t) t:at(\"2020-01-05\", function() oms.approve(\"nope\") end) end" nope
session_is timeline_submit 2 "$GOOD, timeline = function(t) t:at(\"2020-01-05\", function() oms.buy(\"A\", 1) end) end" oms.buy
session_is timeline_far 0 "$GOOD, timeline = function(t) t:at(\"2090-01-05\", function() error(\"never\") end) t:at(math.mininteger + 1, function() end) end"
echo 'return 5' > "$W/session_number.lua"
case_is session_number 2 session_number.lua table -- "$PROGRAM" run "$W/session_number.lua" --quiet
case_is session_missing 2 session_missing.lua -- "$PROGRAM" run "$W/session_missing.lua" --quiet
case_is session_folder 2 -- "$PROGRAM" run "$W" --quiet

# Symbols of any characters, and many of them.
file odd_symbols.lua <<'LUA'
local list = { "BRK.B", "ES=F", "a b", "x,y", 'q"q', "^GSPC", "EUR/USD", "ü", "日経", "-", "..", "%d%s%n", "'; --" }
local data = {}
for i, s in ipairs(list) do
  data[i] = { symbol = s, bars = { { "2020-01-01", 1, 1, 1, 1, 1 }, { "2020-01-02", 1, 1, 1, 1, 1 }, { "2020-01-03", 1, 1, 1, 1, 1 } } }
end
return { data = data, strategies = { "buy_all.lua" }, check = function(r) assert(#r.fills == 13, #r.fills) end }
LUA
cat > "$W/buy_all.lua" <<'LUA'
local oms = require "oms"
local S = {}
function S:on_bar(bar)
  if oms.position(bar.symbol).qty == 0 and #oms.orders{ symbol = bar.symbol } == 0 then oms.buy(bar.symbol, 1) end
end
return S
LUA
case_is odd_symbols 0 -- "$PROGRAM" run "$W/odd_symbols.lua" --quiet --out "$W/odd"
if [ "$(tail -n +2 "$W/odd/fills.csv" | wc -l)" -eq 13 ]; then good odd_symbols_out; else bad odd_symbols_out "rows"; fi
session_is symbol_empty 2 'data = { { symbol = "", bars = { { "2020-01-01", 1, 1, 1, 1, 1 } } } }, strategies = { "strategy.lua" }' symbol
session_is symbol_control "0 2" 'data = { { symbol = "a\nb", bars = { { "2020-01-01", 1, 1, 1, 1, 1 } } } }, strategies = { "strategy.lua" }'
session_is symbol_nul 2 'data = { { symbol = "a\0b", bars = { { "2020-01-01", 1, 1, 1, 1, 1 } } } }, strategies = { "strategy.lua" }' symbol
session_is symbol_long "0 2" 'data = { { symbol = ("x"):rep(100000), bars = { { "2020-01-01", 1, 1, 1, 1, 1 } } } }, strategies = { "strategy.lua" }'
session_is symbol_number "0 2" 'data = { { symbol = 5, bars = { { "2020-01-01", 1, 1, 1, 1, 1 } } } }, strategies = { "strategy.lua" }'
session many_symbols 0 <<'LUA'
local data = {}
for i = 1, 1000 do
  local rows = {}
  for d = 1, 20 do rows[d] = { ("2020-01-%02d"):format(d), 10, 11, 9, 10, 100 } end
  data[i] = { symbol = "S" .. i, bars = rows }
end
return { data = data, accounts = { { id = "main", cash = 1e6 } }, strategies = { "buy_all.lua" },
  check = function(r) assert(#r.fills == 1000, #r.fills) end }
LUA

BUILD="strategies = { \"strategy.lua\" }"
session_is build_word 2 "data = { { symbol = \"A\", bars = \"$W/ok.csv\", build = { \"5x\" } } }, $BUILD" 'data[1].build' 5x
session_is build_type 2 "data = { { symbol = \"A\", bars = \"$W/ok.csv\", build = 5 } }, $BUILD" 'data[1].build'
session_is build_finer 2 "data = { { symbol = \"A\", bars = \"$W/ok.csv\", build = \"1m\" } }, $BUILD" 'data[1]' 1m 1d
session_is build_twice 2 "data = { { symbol = \"A\", bars = \"$W/ok.csv\", build = { \"1w\", \"1w\" } } }, $BUILD" 'data[1].build' already
session_is build_quotes 2 "data = { { symbol = \"A\", quotes = { { \"2024-01-02\", 1, 1, 2, 1 } }, build = \"1m\" } }, $BUILD" 'data[1].build' quotes
session_is build_asked_none 2 "data = { $DATA }, strategies = { { \"strategy.lua\", timeframes = { \"5m\" } } }" timeframes
session_is bars_pattern 2 "data = { { symbol = \"A\", bars = \"nix*.csv\" } }, $BUILD" 'nix*.csv'
# Money that does not fit when it is summed over accounts.
session cash_together 2 'accounts[2].cash' together <<LUA
return {
  accounts = { { id = "a", cash = "9000000000000" }, { id = "b", cash = "9000000000000" } },
  data = { { symbol = "A", bars = "$W/ok.csv" } },
  strategies = { "noop.lua" },
}
LUA
