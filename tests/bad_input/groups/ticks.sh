# ticks.sh - quotes, trades, order flow and actions that are broken or odd.
# shellcheck shell=bash

tick() { # NAME STATUS CONTENT PART...: CONTENT is a format for printf
  local name=$1 want=$2 content=$3
  shift 3
  # shellcheck disable=SC2059
  printf "$content" > "$W/$name.csv"
  case_is "tick_$name" "$want" "$@" -- "$PROGRAM" backtest "$W/noop.lua" --data "A=$W/$name.csv" --quiet
}

T=2024-01-02T10:00:00Z
tick quote_ok 0 "ts,bid,ask\n$T,9,10\n"
tick quote_empty 0 "ts,bid,bid_size,ask,ask_size\n$T,,,,\n"
tick quote_crossed 0 "ts,bid,ask\n$T,11,10\n"
tick quote_one_side 2 "ts,bid\n$T,9\n" quote_one_side.csv:1 ask
tick quote_text 2 "ts,bid,ask\n$T,9,x\n" quote_text.csv:2 ask
tick quote_negative 2 "ts,bid,ask\n$T,-9,10\n" quote_negative.csv:2 bid negative
tick quote_back 2 "ts,bid,ask\n$T,9,10\n2024-01-02T09:00:00Z,9,10\n" quote_back.csv:3
tick quote_no_rows 2 "ts,bid,ask\n" quote_no_rows.csv "no rows"
tick quote_short 2 "ts,bid,ask\n$T,9\n" quote_short.csv:2 ask
tick quote_huge 2 "ts,bid,ask\n$T,9,1e30\n" quote_huge.csv:2 "too large"
tick trade_zero 2 "ts,price,size\n$T,0,1\n" trade_zero.csv:2 price
tick trade_no_size 0 "ts,price\n$T,1\n"
tick flow_ok 0 "op,id,side,price,qty\nA,1,B,10,5\nC,1,,,\nC,9,,,\n"
tick flow_op 2 "op,id,side,price,qty\nZ,1,B,10,5\n" flow_op.csv:2 op
tick flow_id 2 "op,id,side,price,qty\nA,-1,B,10,5\n" flow_id.csv:2 id
tick flow_huge_id 2 "op,id,side,price,qty\nA,99999999999999999999,B,10,5\n" flow_huge_id.csv:2 id
tick flow_side 2 "op,id,side,price,qty\nA,1,X,10,5\n" flow_side.csv:2 side
tick flow_no_qty 2 "op,id,side,price,qty\nA,1,B,10,\n" flow_no_qty.csv:2 qty
tick flow_nul 2 "op,id,side,price,qty\nA,1,B,10,\0005\n" flow_nul.csv:2
tick flow_binary 2 "op,id\001\002\n\003\n" flow_binary.csv
tick action_alone 2 "ts,action,value\n2024-01-02,split,2\n" "actions and no prices"

action() { # NAME STATUS ROW PART...
  local name=$1 want=$2 row=$3
  shift 3
  printf 'ts,action,value\n%s\n' "$row" > "$W/$name.csv"
  case_is "action_$name" "$want" "$@" -- \
    "$PROGRAM" backtest "$W/noop.lua" --data "A=$W/ok.csv,$W/$name.csv" --quiet
}
action split 0 2020-01-02,split,2
action word 2 2020-01-02,spilt,2 word.csv:2 split
action zero 2 2020-01-02,split,0 zero.csv:2 value
action empty 2 2020-01-02,dividend, empty.csv:2 value
action one 2 2020-01-02,stock_dividend,1 one.csv:2 "write 2"
action too_many 2 2020-01-02,split,1000001 too_many.csv:2 1000000
action too_many_free 2 2020-01-02,stock_dividend,9e9 too_many_free.csv:2 1000000
action time 2 soon,split,2 time.csv:2 ts

# A dividend that scripts' history is adjusted for, where quotes alone have been: there is no last price.
printf 'ts,bid,ask\n2024-01-02T10:00:00Z,9,10\n2024-01-03T10:00:00Z,9,10\n' > "$W/two_days.csv"
printf 'ts,action,value\n2024-01-03,dividend,0.01\n' > "$W/paid.csv"
case_is action_without_last 0 -- \
  "$PROGRAM" backtest "$W/noop.lua" --data "A=$W/two_days.csv,$W/paid.csv" --adjust all --quiet

# Fills whose sum is above what can be reckoned with: the run ends, and says at which.
cat > "$W/beyond.lua" <<'LUA'
local oms = require "oms"
return { on_quote = function(self, quote) assert(oms.position("A").qty > 0 and oms.close("A") or oms.buy("A", 4e8)) end }
LUA
{ echo ts,bid,ask; for n in $(seq 10 59); do echo "2024-01-02T10:00:${n}Z,1000,1000"; done; } > "$W/thousands.csv"
case_is fill_beyond 2 "fill of 400000000 A at 1000" "order less" -- \
  "$PROGRAM" backtest "$W/beyond.lua" --data "A=$W/thousands.csv" --cash 9000000000000 --quiet
cat > "$W/too_many_shares.lua" <<'LUA'
local oms = require "oms"
return { on_quote = function() oms.buy("A", 4e9) end }
LUA
{ echo ts,bid,ask; for n in $(seq 10 19); do echo "2024-01-02T10:00:${n}Z,1,1"; done; } > "$W/one.csv"
case_is order_beyond 1 "too_many_shares.lua:2: oms.buy: with what is held" -- \
  "$PROGRAM" backtest "$W/too_many_shares.lua" --data "A=$W/one.csv" --cash 9000000000000 --quiet
rows() { # NAME STATUS ENTRY PART...: ENTRY is the kind and its rows in place
  local name=$1 want=$2 entry=$3
  shift 3
  printf 'return { mode = "backtest", strategies = { "noop.lua" }, data = { { symbol = "A", %s } } }\n' "$entry" \
    > "$W/rows_$name.lua"
  case_is "rows_$name" "$want" "$@" -- "$PROGRAM" run "$W/rows_$name.lua" --quiet
}
rows holes 0 "quotes = { { '$T', nil, nil, 10, nil } }"
rows short 2 "quotes = { { '$T', 9, 10 } }" 'data[1].quotes[1]' 'got 3' 'is "" or 0'
rows long 2 "quotes = { { '$T', 9, 1, 10, 1, 1 } }" 'has the key 6'
rows named 2 "trades = { { ts = '$T', price = 9 } }" 'ts, price, size'
rows back 2 "trades = { { '$T', 9 }, { '2024-01-02T09:00:00Z', 9 } }" 'row 2 of data[1]' 'before the row above'
rows no_side 2 "orders = { { 'A', 1, nil, 9, 5 } }" 'data[1].orders[1].side'
