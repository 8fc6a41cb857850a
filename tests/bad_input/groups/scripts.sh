# scripts.sh - scripts that do not load, loop, hide, eat memory, or leave their cell.
# shellcheck shell=bash

# --- files that do not load ---

file syntax.lua <<'LUA'
return {
  on_bar = function(self, bar) if end
}
LUA
backtest syntax 2 syntax.lua:2 "'end'" --
case_is check_syntax 2 syntax.lua:2 -- "$PROGRAM" check "$W/syntax.lua"
echo 'local x = 1' > "$W/nothing.lua"
backtest nothing 2 nothing.lua "return" --
echo 'return 7' > "$W/number.lua"
backtest number 2 number.lua "table" --
echo 'return {}' > "$W/empty_table.lua"
backtest empty_table "0 2" --
: > "$W/empty_file.lua"
backtest empty_file 2 empty_file.lua --
echo 'return { on_bra = function() end }' > "$W/misspelled.lua"
backtest misspelled 2 misspelled.lua on_bra on_bar --
echo 'return { on_bar = 7 }' > "$W/not_function.lua"
backtest not_function 2 not_function.lua on_bar function --
echo 'return { params = 7, on_bar = function() end }' > "$W/bad_params.lua"
backtest bad_params 2 bad_params.lua params --
echo 'return { warmup = "x", on_bar = function() end }' > "$W/bad_warmup.lua"
backtest bad_warmup 2 bad_warmup.lua warmup --
echo 'return { symbols = { 1, 2 }, on_bar = function() end }' > "$W/bad_symbols.lua"
backtest bad_symbols 2 bad_symbols.lua symbols --
echo 'return { symbols = { "NONE" }, on_bar = function() end }' > "$W/no_symbol.lua"
backtest no_symbol 2 no_symbol.lua NONE --
echo 'return { timeframes = { "1 parsec" }, on_bar = function() end }' > "$W/bad_timeframe.lua"
backtest bad_timeframe 2 bad_timeframe.lua "1 parsec" 1m --
echo 'while true do end' > "$W/loads_forever.lua"
backtest loads_forever 2 loads_forever.lua:1 "CPU and was ended" --
printf '\n\nx = 5\nreturn {}\n' > "$W/global_at_load.lua"
backtest global_at_load 2 global_at_load.lua:3 "'x'" local --
printf 'return string.dump(function() end)' > "$W/dump.lua"
backtest dump 2 dump.lua:1 dump --
printf '\x1bLua\x54\x00\x19\x93\r\n\x1a\n' > "$W/bytecode.lua"
backtest bytecode 2 bytecode.lua --
head -c 5000 /dev/urandom > "$W/binary.lua"
backtest binary 2 binary.lua --
mkdir "$W/folder.lua"
backtest folder 2 folder.lua --
backtest no_file 2 no_file.lua "no such" --
{ printf 'return {'; printf '{%.0s' $(seq 5000); } > "$W/nested.lua"
backtest nested 2 nested.lua --
{ printf 'return '; printf -- '-%.0s' $(seq 1); printf '(%.0s' $(seq 100000); } > "$W/parens.lua"
backtest parens 2 parens.lua --
{ printf '\xef\xbb\xbf'; cat "$W/noop.lua"; } > "$W/script_bom.lua"
backtest script_bom 0 --
sed 's/$/\r/' "$W/noop.lua" > "$W/script_crlf.lua"
backtest script_crlf 0 --

# --- ways out of the cell ---

on_bar os_execute 'os.execute("true")' 1 os_execute.lua:3 "os is not available" on_bar
on_bar io_open 'io.open("/etc/passwd")' 1 io_open.lua:3 "io is not available"
on_bar debug_lib 'debug.getinfo(1)' 1 debug_lib.lua:3 "debug is not available"
on_bar load_text 'load("return 1")' 1 load_text.lua:3 "load is not available"
on_bar dofile_it 'dofile("/etc/passwd")' 1 dofile_it.lua:3 "dofile is not available"
on_bar collect 'collectgarbage("stop")' 1 collect.lua:3 "collectgarbage is not available"
on_bar loadlib 'package.loadlib("x", "y")' 1 loadlib.lua:3 "package is not available"
on_bar require_up 'require ".."' 1 require_up.lua:3 '..'
on_bar require_path 'require "../../etc/passwd"' 1 require_path.lua:3
on_bar require_abs 'require "/etc/passwd"' 1 require_abs.lua:3
on_bar require_none 'require "nosuch"' 1 require_none.lua:3 nosuch
on_bar require_number 'require(7)' 1 require_number.lua:3
on_bar require_nul 'require("a\0b")' 1 require_nul.lua:3
echo 'return { on_bar = ' > "$W/broken_module.lua"
on_bar require_broken 'require "broken_module"' 1 broken_module.lua:2
echo 'return require "circle_b"' > "$W/circle_a.lua"
echo 'return require "circle_a"' > "$W/circle_b.lua"
on_bar require_circle 'require "circle_a"' 1 circle
ln -sf /etc/passwd "$W/link_out.lua"
on_bar require_link 'require "link_out"' 1 link_out
on_bar global_write 'count = 1' 1 global_write.lua:3 "'count'" local
on_bar global_read 'local a = undefined_thing' 1 global_read.lua:3 "'undefined_thing'"
on_bar string_meta 'getmetatable("").__index = {}' 1 string_meta.lua:3
on_bar library_write 'string.rep = nil error("own cell")' 1 "own cell"
on_bar oms_write 'oms.submit = nil' 1 oms_write.lua:3
on_bar oms_typo 'oms.sumbit{}' 1 oms_typo.lua:3 sumbit submit
on_bar gc_meta 'setmetatable({}, { __gc = function() end })' 1 gc_meta.lua:3 __gc
on_bar mode_meta 'setmetatable({}, { __mode = "k" })' 1 mode_meta.lua:3 __mode
on_bar view_write 'assert(bar.close > 50) bar.close = 5 error(bar.close == 5 and oms.bars("A", 1)[1].close > 50 and "only here")' 1 "only here"
on_bar order_meta 'local o = oms.buy("A", 1) local m = getmetatable(o) if type(m) == "table" then m.__index = nil end error("seen")' 1 seen
on_bar rawset_order 'local o = oms.buy("A", 1) rawset(o, "qty", 7)' 1 rawset_order.lua:3

# --- endless loops: each ends with its line within 2 seconds ---

endless() { # NAME CODE [PART...]
  local name=$1 code=$2 began
  shift 2
  began=$(date +%s%N)
  on_bar "$name" "$code" 1 "$name.lua:" "CPU and was ended" "$@"
  local ms=$((($(date +%s%N) - began) / 1000000))
  local most=2000
  [ "$(nproc)" -gt 1 ] || most=4000
  case $(file_kind) in asan) most=$((most * 4)) ;; esac
  if [ "$ms" -le "$most" ]; then good "$name in time"; else bad "$name in time" "$ms ms"; fi
}
file_kind() {
  if grep -aq __asan_init "$PROGRAM"; then echo asan; else echo plain; fi
}

endless loop 'while true do end' loop.lua:3
endless loop_goto '::a:: goto a' loop_goto.lua:3
endless loop_repeat 'repeat until false' loop_repeat.lua:3
endless loop_pcall 'while true do pcall(function() while true do end end) end' loop_pcall.lua:3
endless loop_pcall_error 'while true do pcall(error) end'
endless loop_xpcall 'local function h() while true do end end while true do xpcall(error, h) end'
endless loop_handler 'xpcall(error, function() while true do end end) while true do end'
endless loop_coroutine 'local c = coroutine.wrap(function() while true do end end) while true do pcall(c) end'
endless loop_fresh 'while true do coroutine.wrap(function() while true do end end)() end'
endless loop_yield 'local c = coroutine.wrap(function() while true do coroutine.yield() end end) while true do c() end'
endless loop_resume 'while true do coroutine.resume(coroutine.create(function() while true do end end)) end'
endless loop_close 'while true do
  local c = coroutine.create(function() local x <close> = setmetatable({}, { __close = function() while true do end end }) coroutine.yield() end)
  coroutine.resume(c) coroutine.close(c) end'
endless loop_close_var 'while true do local x <close> = setmetatable({}, { __close = function() while true do end end }) end'
endless loop_close_pcall 'while true do pcall(function() local x <close> = setmetatable({}, { __close = function() while true do end end }) error() end) end'
on_bar find_long 'local s = ("a"):rep(40) string.find(s, (".-"):rep(30) .. "b")' 1 find_long.lua:3 "too complex"
endless loop_find 'local s = ("a"):rep(40) while true do pcall(string.find, s, (".-"):rep(30) .. "b") end'
endless loop_match 'while true do pcall(string.match, ("a"):rep(40), ("a*"):rep(20) .. "b") end'
endless loop_gsub 'while true do (("x"):rep(1e5)):gsub("x", "y") end'
endless loop_gsub_fn '("x"):rep(100):gsub("x", function() while true do end end)'
endless loop_gmatch 'while true do for _ in ("x"):rep(1e4):gmatch(".") do end end'
endless loop_sort 'while true do local t = {} for i = 1, 1000 do t[i] = -i end table.sort(t) end'
endless loop_sort_fn 'table.sort({ 3, 2, 1 }, function() while true do end end)'
endless loop_index 'local t = setmetatable({}, {}) getmetatable(t).__index = function(t, k) return t[k + 1] end pcall(function() while true do pcall(function() return t[1] end) end end)'
endless loop_for 'for i = 1, math.huge do end'
endless loop_pairs 'local t = {} for i = 1, 1000 do t[i] = i end while true do for k in pairs(t) do end end'
endless loop_tostring 'local t = setmetatable({}, { __tostring = function() while true do end end }) tostring(t)'
endless loop_eq 'local m = { __eq = function() while true do end end } return setmetatable({}, m) == setmetatable({}, m)'
endless loop_concat 'local m = setmetatable({}, { __concat = function() while true do end end }) return m .. "x"'
endless loop_submit 'while true do oms.submit{ symbol = "A", side = "buy", qty = 1 } end'
endless loop_cancel 'local o = oms.buy("A", 1, { type = "limit", limit_price = 1 }) while true do pcall(o.cancel, o) end'
endless loop_orders 'while true do oms.orders{} end'
endless loop_bars 'while true do oms.bars("A", 60) end'
endless loop_time 'while true do oms.time.iso(oms.now()) end'
endless loop_log 'while true do oms.log.debug("x") end'
endless loop_ta 'local s = oms.ta.sma(1000) while true do s:update(1) end'
endless loop_after 'while true do oms.after(1e6, "x") end'
endless loop_random 'while true do oms.random() end'
endless loop_error 'while true do pcall(error, setmetatable({}, { __tostring = function() while true do end end })) end'

# Each of these would hold the processor in one C call.
on_bar rep_huge '("x"):rep(1e10)' 1 rep_huge.lua:3
on_bar rep_sep '("x"):rep(1e9, ("y"):rep(100))' 1 rep_sep.lua:3
on_bar rep_empty '(""):rep(1e15) error("quick")' 1 quick
on_bar concat_len 'table.concat(setmetatable({}, { __len = function() return 1e15 end }))  error("quick")' 1 concat_len.lua:3
on_bar concat_range 'table.concat({}, "", 1, 1e15)' 1 concat_range.lua:3
on_bar move_len 'table.move({}, 1, 1e15, 2)' 1 move_len.lua:3
on_bar move_wrap 'table.move({}, math.mininteger, math.maxinteger, 2)' 1 move_wrap.lua:3
on_bar insert_len 'table.insert(setmetatable({}, { __len = function() return 1e15 end }), 1, 5) error("quick")' 1 insert_len.lua:3
on_bar remove_len 'table.remove(setmetatable({}, { __len = function() return 1e15 end }), 1) error("quick")' 1 remove_len.lua:3
on_bar unpack_huge 'table.unpack({}, 1, 1e9)' 1 unpack_huge.lua:3
on_bar unpack_wrap 'table.unpack({}, math.mininteger, math.maxinteger)' 1 unpack_wrap.lua:3
on_bar char_many 'string.char(table.unpack({}, 1, 1e6))' 1 char_many.lua:3
on_bar format_wide '("%1000000000d"):format(1)' 1 format_wide.lua:3
on_bar format_bad '("%y"):format(1)' 1 format_bad.lua:3
on_bar format_few '("%d"):format()' 1 format_few.lua:3
on_bar format_p '("%p"):format({})' 1 format_p.lua:3
on_bar pattern_bad '("x"):find("[a")' 1 pattern_bad.lua:3
on_bar pattern_deep '("x"):find(("("):rep(100000))' 1 pattern_deep.lua:3
on_bar pattern_bal '("("):rep(1e5):find("%b()")' 1 pattern_bal.lua:3
on_bar utf8_huge 'utf8.char(2^40 // 1 | 0)' 1 utf8_huge.lua:3
on_bar bars_huge 'oms.bars("A", 1e15)' 1 bars_huge.lua:3
on_bar bars_many 'oms.bars("A", 1000000) error("quick")' 1
on_bar ta_huge 'oms.ta.sma(1e12)' 1 ta_huge.lua:3
on_bar ta_zero 'oms.ta.sma(0)' 1 ta_zero.lua:3

# --- memory ---

on_bar memory_table 'local t = {} while true do t[#t + 1] = {} end' 1 memory_table.lua memory
on_bar memory_string 'local s = "x" while true do s = s .. s end' 1 memory_string.lua memory
on_bar memory_pcall 'local t = {} while true do pcall(function() while true do t[#t + 1] = ("x"):rep(1e6) end end) end' 1 memory_pcall.lua
on_bar memory_rep 'local t = {} for i = 1, 1e9 do t[i] = ("x"):rep(1e7) .. i end' 1 memory_rep.lua memory
on_bar memory_coroutine 'local t = {} while true do t[#t + 1] = coroutine.create(function() end) end' 1 memory_coroutine:
on_bar memory_gsub '("x"):rep(1e7):gsub("x", ("y"):rep(1e6))' 1 memory_gsub.lua
on_bar memory_concat 'local t = {} for i = 1, 1e5 do t[i] = ("x"):rep(1e5) end table.concat(t)' 1 memory_concat.lua
on_bar memory_ta 'local t = {} while true do t[#t + 1] = oms.ta.sma(100000) end' 1 memory_ta.lua
on_bar memory_timers 'for i = 1, 1e9 do oms.after(1e6, "t" .. i) end' 1 memory_timers.lua
on_bar memory_keep 'self.t = self.t or {} for i = 1, 1e5 do self.t[#self.t + 1] = ("x"):rep(1000) .. i .. oms.now() end' 1 memory_keep.lua memory
on_bar recursion 'local function f() return 1 + f() end f()' 1 recursion on_bar
on_bar recursion_pcall 'local function f() pcall(f) end f() error("done")' 1 recursion_pcall.lua
on_bar recursion_meta 'local t = setmetatable({}, {}) getmetatable(t).__index = function(t, k) return t[k] end return t.x' 1 recursion_meta.lua:3 overflow
on_bar recursion_co 'local function f() return coroutine.wrap(f)() end f()' 1 recursion_co.lua
on_bar recursion_gsub 'local function f() return (("x"):gsub("x", f)) end f()' 1 recursion_gsub.lua
on_bar recursion_sort 'local function f() table.sort({ 2, 1 }, f) end f()' 1 recursion_sort.lua
on_bar recursion_tostring 'local t = setmetatable({}, {}) getmetatable(t).__tostring = function(x) return tostring(x) end tostring(t)' 1 recursion_tostring.lua

# --- error values, and errors in each callback ---

on_bar error_table 'error({ code = 5 })' 1 error_table.lua:3
on_bar error_nil 'error(nil)' 1 error_nil.lua on_bar
on_bar error_number 'error(42)' 1 error_number.lua on_bar 42
on_bar error_bool 'error(false)' 1 error_bool.lua on_bar
on_bar error_tostring 'error(setmetatable({}, { __tostring = function() error("inner") end }))' 1 error_tostring.lua on_bar
on_bar error_tostring_odd 'error(setmetatable({}, { __tostring = function() return {} end }))' 1 error_tostring_odd.lua on_bar
on_bar error_huge 'error(("x"):rep(1e7))' 1 error_huge.lua on_bar
on_bar error_nul 'error("a\0b\27[31m")' 1 error_nul.lua on_bar
on_bar error_order 'error(oms.buy("A", 1))' 1 error_order.lua on_bar
on_bar error_locals 'local price, name = 10.5, "thing" error("at " .. name)' 1 error_locals.lua:3 price 10.5 thing
on_bar yield_out 'coroutine.yield()' 1 yield_out.lua:3
on_bar assert_nil 'assert(nil)' 1 assert_nil.lua
on_bar assert_table 'assert(false, { 1 })' 1 assert_table.lua
on_bar arithmetic 'return bar.nope + 1' 1 arithmetic.lua:3 nope

for callback in on_start on_bar on_bars on_fill on_order on_timer on_stop on_warmup on_session; do
  name=error_in_$callback
  printf 'local oms = require "oms"\nlocal S = { warmup = 5 }\nfunction S:on_start() oms.after(86400 * 12, "t") end\nfunction S:on_bar() oms.buy("A", 1) end\nfunction S:%s() error("oops") end\nreturn S\n' \
    "$callback" > "$W/$name.lua"
  if [ "$callback" = on_session ]; then
    backtest "$name" 1 "$name.lua:5" oops "$callback" -- --from 2020-01-10 --asset-class us_equity
  else
    backtest "$name" 1 "$name.lua:5" oops "$callback" -- --from 2020-01-10
  fi
done
printf 'local oms = require "oms"\nreturn { on_start = function() oms.after(90000, function()\n error("oops") end) end }\n' > "$W/error_in_function.lua"
backtest error_in_function 1 error_in_function.lua:3 oops --
printf 'return {\n on_stop = function() while true do end end }\n' > "$W/loop_in_stop.lua"
backtest loop_in_stop 1 loop_in_stop.lua:2 "CPU and was ended" --
printf 'return {\n on_start = function() while true do end end }\n' > "$W/loop_in_start.lua"
backtest loop_in_start 1 loop_in_start.lua:2 "CPU and was ended" --

# What a script logs does not steer the terminal.
printf 'local oms = require "oms"\nreturn { on_start = function() oms.log.warn("a\\27[2Jb") end, on_bar = function() end }\n' \
  > "$W/log_escape.lua"
case_is log_escape 0 'a?[2Jb' -- "$PROGRAM" backtest "$W/log_escape.lua" --data "A=$W/ok.csv"
