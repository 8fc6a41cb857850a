# calls.sh - misuse of the API, orders without end, odd numbers, rules that fail.
# shellcheck shell=bash

# --- command line ---

printf 'return { params = { fast = 10, list = { 1, 2 }, on = true, word = "a" }, on_bar = function() end }\n' > "$W/params.lua"
set_is() { # NAME STATUS SETTING PART...
  local name=$1 want=$2 setting=$3
  shift 3
  case_is "set_$name" "$want" "$@" -- "$PROGRAM" backtest "$W/params.lua" --data "A=$W/ok.csv" --quiet --set "$setting"
}
set_is known 0 fast=5
set_is unknown 2 fsat=5 fsat fast
set_is wrong_type 2 fast=quick fast number
set_is wrong_bool 2 on=maybe on
set_is empty 2 fast= fast
set_is inf 2 fast=inf fast
set_is nan 2 fast=nan fast
set_is huge "0 2" fast=1e300
set_is hex "0 2" fast=0x10
set_is list 0 list=1,2,3
set_is bad_list 2 list=1,x list
set_is no_name 2 =5 NAME=VALUE
set_is no_value 2 fast NAME=VALUE
usage() { # NAME PART... -- ARGUMENT...
  local name=$1 parts=()
  shift
  while [ "$1" != -- ]; do
    parts+=("$1")
    shift
  done
  shift
  case_is "usage_$name" 2 "${parts[@]}" -- "$PROGRAM" "$@"
}
usage none help --
usage command backtset backtest -- backtset
usage option --dta --data -- backtest "$W/noop.lua" --dta x
usage no_data --data -- backtest "$W/noop.lua"
usage no_strategy STRATEGY.lua -- backtest
usage data_form SYMBOL=FILE -- backtest "$W/noop.lua" --data "$W/ok.csv"
usage cash --cash -- backtest "$W/noop.lua" --data "A=$W/ok.csv" --cash lots
usage cash_negative --cash -- backtest "$W/noop.lua" --data "A=$W/ok.csv" --cash -5
usage cash_huge --cash -- backtest "$W/noop.lua" --data "A=$W/ok.csv" --cash 1e30
usage multiplier_zero --multiplier -- backtest "$W/noop.lua" --data "A=$W/ok.csv" --multiplier 0
usage multiplier_huge multiplier main -- backtest "$W/noop.lua" --data "A=$W/ok.csv" --multiplier 9000000000
usage fill fill next_open -- backtest "$W/noop.lua" --data "A=$W/ok.csv" --fill nxt_open
usage venue_key slippge slippage -- backtest "$W/noop.lua" --data "A=$W/ok.csv" --venue slippge=1
usage limit_key max_order_qt max_order_qty -- backtest "$W/noop.lua" --data "A=$W/ok.csv" --limit max_order_qt=1
usage limit_nan max_order_qty -- backtest "$W/noop.lua" --data "A=$W/ok.csv" --limit max_order_qty=nan
usage commission per_share -- backtest "$W/noop.lua" --data "A=$W/ok.csv" --commission per_shar:1
usage commission_nan percent -- backtest "$W/noop.lua" --data "A=$W/ok.csv" --commission percent:x
usage from from -- backtest "$W/noop.lua" --data "A=$W/ok.csv" --from yesterday
usage seed --seed -- backtest "$W/noop.lua" --data "A=$W/ok.csv" --seed -1
usage timeframe --timeframe -- backtest "$W/noop.lua" --data "A=$W/ok.csv" --timeframe 1q
usage tick_slippage tick -- backtest "$W/noop.lua" --data "A=$W/ok.csv" --venue slippage.ticks=1
usage rule_missing nothere.lua -- backtest "$W/noop.lua" --data "A=$W/ok.csv" --rule nothere.lua
usage rule_param mxa -- backtest "$W/noop.lua" --data "A=$W/ok.csv" --rule rules/max_order.lua,mxa=5
usage strategy_as_rule noop.lua on_bar -- backtest "$W/noop.lua" --data "A=$W/ok.csv" --rule "$W/noop.lua"

# --- oms.submit: misuse is an error at the script's line ---

submit_is() { # NAME TERMS PART...
  local name=submit_$1 terms=$2
  shift 2
  on_bar "$name" "oms.submit{ $terms }" 1 "$name.lua:3" "$@"
}
submit_is typo 'symbol = "A", side = "buy", qty = 1, limt_price = 5' limt_price limit_price
submit_is no_symbol 'side = "buy", qty = 1' symbol
submit_is no_side 'symbol = "A", qty = 1' side
submit_is no_qty 'symbol = "A", side = "buy"' qty
submit_is bad_side 'symbol = "A", side = "by", qty = 1' by buy
submit_is bad_type 'symbol = "A", side = "buy", qty = 1, type = "limt"' limt limit
submit_is bad_tif 'symbol = "A", side = "buy", qty = 1, time_in_force = "dya"' dya day
submit_is nan_price 'symbol = "A", side = "buy", qty = 1, type = "limit", limit_price = 0/0' limit_price
submit_is inf_price 'symbol = "A", side = "buy", qty = 1, type = "limit", limit_price = math.huge' limit_price
submit_is nan_qty 'symbol = "A", side = "buy", qty = 0/0' qty
submit_is inf_qty 'symbol = "A", side = "buy", qty = math.huge' qty
submit_is huge_qty 'symbol = "A", side = "buy", qty = 1e300' qty
submit_is huge_price 'symbol = "A", side = "buy", qty = 1, type = "limit", limit_price = 1e300' limit_price
submit_is text_price 'symbol = "A", side = "buy", qty = 1, type = "limit", limit_price = "cheap"' limit_price
submit_is table_price 'symbol = "A", side = "buy", qty = 1, type = "limit", limit_price = {}' limit_price
submit_is no_price 'symbol = "A", side = "buy", qty = 1, type = "limit"' limit_price
submit_is too_much 'symbol = "A", side = "buy", qty = 1, limit_price = 5' limit_price
submit_is bool_qty 'symbol = "A", side = "buy", qty = true' qty
submit_is qty_notional 'symbol = "A", side = "buy", qty = 1, notional = 5' notional
submit_is take_profit 'symbol = "A", side = "buy", qty = 1, take_profit = { limit_price = 5 }' order_class
submit_is bracket_half 'symbol = "A", side = "buy", qty = 1, order_class = "bracket", take_profit = { limit_price = 200 }' stop_loss
submit_is bracket_odd 'symbol = "A", side = "buy", qty = 1, order_class = "bracket", take_profit = 5, stop_loss = 7' 'must be a table'
submit_is bracket_typo 'symbol = "A", side = "buy", qty = 1, order_class = "bracket", take_profit = { limt_price = 5 }, stop_loss = { stop_price = 3 }' limt_price
submit_is id_long 'symbol = "A", side = "buy", qty = 1, client_order_id = ("x"):rep(129)' client_order_id
submit_is id_empty 'symbol = "A", side = "buy", qty = 1, client_order_id = ""' client_order_id
submit_is id_odd 'symbol = "A", side = "buy", qty = 1, client_order_id = "a\nb"' client_order_id
submit_is id_nul 'symbol = "A", side = "buy", qty = 1, client_order_id = "a\0b"' client_order_id
submit_is gtd_no_time 'symbol = "A", side = "buy", qty = 1, time_in_force = "gtd"' expire_at
submit_is gtd_bad_time 'symbol = "A", side = "buy", qty = 1, time_in_force = "gtd", expire_at = "soon"' expire_at
submit_is no_account 'symbol = "A", side = "buy", qty = 1, account = "nobody"' nobody
on_bar submit_nothing 'oms.submit()' 1 submit_nothing.lua:3
on_bar submit_number 'oms.submit(5)' 1 submit_number.lua:3
on_bar submit_meta 'oms.submit(setmetatable({}, { __index = function() error("inside") end }))' 1 submit_meta.lua:3
on_bar submit_keys 'oms.submit{ symbol = "A", side = "buy", qty = 1, [1] = 2 }' 1 submit_keys.lua:3
on_bar submit_nan_key 'oms.submit{ symbol = "A", side = "buy", qty = 1, [{}] = 2 }' 1 submit_nan_key.lua:3
submit_is nul_symbol 'symbol = "A\0B", side = "buy", qty = 1' symbol
on_bar target_nan 'oms.target("A", 0/0)' 1 target_nan.lua:3
on_bar target_weight 'oms.target("A", { weight = math.huge })' 1 target_weight.lua:3
on_bar target_typo 'oms.target("A", { wieght = 1 })' 1 target_typo.lua:3 wieght weight
on_bar close_none 'local o, r = oms.close("NOPE") error(r.code .. r.message)' 1 close_none.lua:3 UNKNOWN_SYMBOL NOPE
on_bar target_none 'local o, r = oms.target("NOPE", 5) error(r.code .. r.message)' 1 target_none.lua:3 UNKNOWN_SYMBOL NOPE
on_bar cancel_text 'oms.cancel("x")' 1 cancel_text.lua:3
on_bar cancel_nil 'oms.cancel(nil)' 1 cancel_nil.lua:3
on_bar replace_nan 'local o = oms.buy("A", 1, { type = "limit", limit_price = 1 }) o:replace{ limit_price = 0/0 }' 1 replace_nan.lua:3 limit_price
on_bar replace_typo 'local o = oms.buy("A", 1, { type = "limit", limit_price = 1 }) o:replace{ limt_price = 2 }' 1 replace_typo.lua:3 limt_price
on_bar replace_nothing 'local o = oms.buy("A", 1, { type = "limit", limit_price = 1 }) o:replace{}' 1 replace_nothing.lua:3
on_bar field_typo 'local o = oms.buy("A", 1) return o.filed_qty' 1 field_typo.lua:3 filed_qty filled_qty
on_bar field_write 'local o = oms.buy("A", 1) o.qty = 5' 1 field_write.lua:3
on_bar method_dot 'local o = oms.buy("A", 1) o.cancel()' 1 method_dot.lua:3
on_bar bars_zero 'oms.bars("A", 0)' "0 1"
on_bar bars_negative 'oms.bars("A", -1)' 1 bars_negative.lua:3
on_bar bars_frame 'oms.bars("A", 1, "1q")' 1 bars_frame.lua:3 1q
on_bar time_parse 'oms.time.parse("never")' 1 time_parse.lua:3
on_bar time_huge 'oms.time.iso(math.maxinteger) oms.time.parts(math.mininteger, "America/New_York") error("done")' 1
on_bar log_format 'oms.log.info("%d", "x")' 1 log_format.lua:3
on_bar random_seed 'oms.random(5)' "0 1"
on_bar timeline_call 'oms.halt("A", 5)' 1 timeline_call.lua:3

# refused NAME TERMS CODE: what parsed is an order, and its refusal is told by nil, reject.
refused() {
  on_bar "refused_$1" "local o, r = oms.submit{ $2 } assert(o == nil, 'an order') error(r.code .. ': ' .. r.message)" 1 \
    "refused_$1.lua:3" "$3"
}
refused negative_qty 'symbol = "A", side = "buy", qty = -1' INVALID_QTY
refused zero_qty 'symbol = "A", side = "buy", qty = 0' INVALID_QTY
refused tiny_qty 'symbol = "A", side = "buy", qty = 1e-10' INVALID_QTY
refused much 'symbol = "A", side = "buy", qty = 9.2e9' INSUFFICIENT_BUYING_POWER
refused unknown 'symbol = "NOPE", side = "buy", qty = 1' UNKNOWN_SYMBOL
refused long_symbol 'symbol = ("X"):rep(10000), side = "buy", qty = 1' UNKNOWN_SYMBOL
refused odd_symbol 'symbol = "A\n\27[31m", side = "buy", qty = 1' UNKNOWN_SYMBOL
refused empty_symbol 'symbol = "", side = "buy", qty = 1' UNKNOWN_SYMBOL
refused opg 'symbol = "A", side = "buy", qty = 1000000, time_in_force = "opg"' INSUFFICIENT_BUYING_POWER
on_bar edge_qty 'local o, r = oms.submit{ symbol = "A", side = "buy", qty = 9.3e9 }' 1 edge_qty.lua:3 qty
on_bar edge_price 'local n = 0 for _, p in ipairs{ "9223372036.854775807", "9223372036.854775806", "-9223372036.854775808", "0.000000001", "0", "-1" } do
  for _, q in ipairs{ 1, "9223372036.854775807", "0.000000001" } do
    pcall(oms.submit, { symbol = "A", side = "buy", qty = q, type = "limit", limit_price = p })
    pcall(oms.submit, { symbol = "A", side = "sell", qty = q, type = "stop", stop_price = p })
    pcall(oms.submit, { symbol = "A", side = "sell", qty = q, type = "trailing_stop", trail_price = p })
    pcall(oms.submit, { symbol = "A", side = "buy", qty = q, type = "trailing_stop", trail_percent = p })
    pcall(oms.submit, { symbol = "A", side = "buy", notional = q })
    pcall(oms.target, "A", p) pcall(oms.target, "A", { value = p }) pcall(oms.target, "A", { weight = p })
  end end error("done")' 1 done
cp "$W/edge_price.lua" "$W/edge_price_rich.lua"
sed -i 's/ error("done")//' "$W/edge_price_rich.lua"
backtest edge_price_rich "0 1 2" -- --cash 9000000000000 --multiplier 100
backtest edge_price_rich "0 1 2" -- --cash 9000000000000 --multiplier 1000000

# --- orders without end ---

on_bar many_orders 'local n, last = 0 for i = 1, 1100 do local o, r = oms.buy("A", 1, { type = "limit", limit_price = 1 }) if not o then n, last = n + 1, r.code end end error(n .. " " .. last)' 1 "100 TOO_MANY_ORDERS"
on_bar million_orders 'for i = 1, 1000000 do oms.submit{ symbol = "A", side = "buy", qty = 1 } end' "0 1"
on_bar million_each 'for i = 1, 3000 do oms.submit{ symbol = "A", side = "buy", qty = 1 } end' 0
printf 'local oms = require "oms"\nlocal S = {}\nfunction S:on_bar() oms.buy("A", 1) end\nfunction S:on_order(o)\n oms.buy("A", 1) end\nreturn S\n' > "$W/feedback.lua"
backtest feedback "0 1" --
printf 'local oms = require "oms"\nlocal S = {}\nfunction S:on_bar() oms.buy("A", 1) end\nfunction S:on_order(o)\n for i = 1, 900 do oms.buy("A", 1, { type = "limit", limit_price = 1 }) end end\nreturn S\n' > "$W/feedback_wide.lua"
backtest feedback_wide "0 1" --
printf 'local oms = require "oms"\nlocal S = {}\nfunction S:on_bar() oms.buy("A", 1) end\nfunction S:on_fill(f)\n oms.close("A") oms.buy("A", 1) end\nreturn S\n' > "$W/feedback_fill.lua"
backtest feedback_fill 1 feedback_fill.lua "without end" -- --fill this_close
printf 'local oms = require "oms"\nlocal S = {}\nfunction S:on_bar() oms.buy("A", 1, { type = "limit", limit_price = 1 }) end\nfunction S:on_order(o, e)\n if o.is_open then o:cancel() else oms.buy("A", 1, { type = "limit", limit_price = 1 }) end end\nreturn S\n' > "$W/feedback_cancel.lua"
backtest feedback_cancel "0 1" --
printf 'local oms = require "oms"\nlocal S = {}\nfunction S:on_bar() oms.buy("A", 1, { type = "limit", limit_price = 1 }) end\nfunction S:on_order(o, e)\n if o.is_open then o:replace{ qty = o.qty + 1 } end end\nreturn S\n' > "$W/feedback_replace.lua"
backtest feedback_replace "0 1" --
printf 'local oms = require "oms"\nlocal S = {}\nfunction S:on_stop()\n oms.buy("A", 1) end\nreturn S\n' > "$W/order_in_stop.lua"
backtest order_in_stop 1 order_in_stop.lua:4 on_stop --
printf 'local oms = require "oms"\nlocal S = { warmup = 5 }\nfunction S:on_warmup()\n oms.buy("A", 1) end\nreturn S\n' > "$W/order_in_warmup.lua"
backtest order_in_warmup "0 1" -- --from 2020-01-10
printf 'local oms = require "oms"\noms.buy("A", 1)\nreturn {}\n' > "$W/order_at_load.lua"
backtest order_at_load 2 order_at_load.lua:2 oms.buy --

# --- timers ---

timer_is() { # NAME STATUS CODE PART...
  local name=timer_$1 want=$2 code=$3
  shift 3
  printf 'local oms = require "oms"\nlocal S = {}\nfunction S:on_start()\n%s\nend\nfunction S:on_timer(name) self.t = name end\nreturn S\n' "$code" > "$W/$name.lua"
  backtest "$name" "$want" "$@" --
}
timer_is tiny "1" 'oms.every(1e-9, "x")' timer_tiny.lua:4 oms.every
timer_is micro "1" 'oms.every(1e-6, "x")' timer_micro.lua:4 oms.every
timer_is second 0 'oms.every(1, "x")'
timer_is zero 1 'oms.every(0, "x")' timer_zero.lua:4
timer_is negative 1 'oms.every(-1, "x")' timer_negative.lua:4
timer_is nan 1 'oms.every(0/0, "x")' timer_nan.lua:4
timer_is inf 1 'oms.after(math.huge, "x")' timer_inf.lua:4
timer_is huge "0 1" 'oms.after(1e18, "x")'
timer_is after_negative 1 'oms.after(-5, "x")' timer_after_negative.lua:4
timer_is at_past "0 1" 'oms.at(0, "x")'
timer_is no_name 1 'oms.after(5)' timer_no_name.lua:4
timer_is empty_name "0 1" 'oms.after(5, "")'
timer_is daily_bad 1 'oms.daily("25:00", "America/New_York", "x")' timer_daily_bad.lua:4 25:00
timer_is daily_zone 1 'oms.daily("09:30", "Mars", "x")' timer_daily_zone.lua:4 Mars
printf 'local oms = require "oms"\nlocal S = {}\nfunction S:on_start() oms.after(0, "x") end\nfunction S:on_timer(name)\n oms.after(0, "x") end\nreturn S\n' > "$W/timer_again.lua"
backtest timer_again 1 timer_again.lua on_timer "without end" --
printf 'local oms = require "oms"\nlocal S = {}\nfunction S:on_start() self.t = oms.every(3600, "x") end\nfunction S:on_timer(name)\n self.t:cancel() self.t:cancel() oms.after(5, "x") end\nreturn S\n' > "$W/timer_cancel_self.lua"
backtest timer_cancel_self 0 --

# --- rules ---

rule_is() { # NAME STATUS RULE PART...
  local name=rule_$1 want=$2 rule=$3
  shift 3
  printf 'local oms = require "oms"\nreturn {\n%s }\n' "$rule" > "$W/$name.rule.lua"
  printf 'local oms = require "oms"\nreturn { on_bar = function(self)\n local o, r = oms.buy("A", 1) if r then error(r.code .. ": " .. r.message) end error("accepted") end }\n' > "$W/$name.lua"
  backtest "$name" "$want" "$@" -- --rule "$W/$name.rule.lua"
}
rule_is fails 1 'check = function() error("oops") end' RULE_FAILED oops rule_fails.rule.lua:3
rule_is loops 1 'check = function() while true do end end' RULE_FAILED rule_loops.rule.lua:3
rule_is loops_pcall 1 'check = function() while true do pcall(function() while true do end end) end end' RULE_FAILED
rule_is memory 1 'check = function() local t = {} while true do t[#t + 1] = ("x"):rep(100000) .. #t end end' RULE_FAILED
rule_is recursion 1 'check = function() local function f() return 1 + f() end f() end' RULE_FAILED
rule_is nil 1 'check = function() end' accepted
rule_is true 1 'check = function() return true end' accepted
rule_is false 1 'check = function() return false end' rule_false
rule_is number 1 'check = function() return 42 end' RULE_FAILED
rule_is table 1 'check = function() return {} end' RULE_FAILED
rule_is word 1 'check = function() return "aprove" end' RULE_FAILED
rule_is odd_code 1 'check = function() return false, {}, {} end' rule_odd_code
rule_is long_code 1 'check = function() return false, ("X"):rep(1e6), ("y"):rep(1e6) end' rule_long_code
rule_is low_code 1 'check = function() return false, "too big!", "a\0b\n" end' rule_low_code
rule_is submits 1 'check = function() oms.buy("A", 1) end' RULE_FAILED
rule_is cancels 1 'check = function() oms.cancel_all{} end' RULE_FAILED
rule_is writes 1 'check = function(self, order) order.qty = 7 end' rule_writes
rule_is yields 1 'check = function() coroutine.yield() end' RULE_FAILED
rule_is no_check 2 'chekc = function() end' check
rule_is typo 1 'check = function(self, order, ctx) return ctx.lst("A") end' RULE_FAILED lst last
rule_is kills 1 'check = function(self, order, ctx) ctx.kill("all", "why") end' RULE_FAILED
rule_is error_table 1 'check = function() error({}) end' RULE_FAILED
