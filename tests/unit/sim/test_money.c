/* Participation, slippage, commission, buying power; cancels, replacements and sizes. */
#include "sim/venue_table.h"

/* clang-format off */
static const scenario_t TABLE[] = {
  /* participation */
  {"participation: a market order goes on at the next opens", "cfg part=0.1; buy a 10 market; bar 1 1 1 1 40; bar 2 2 2 2 30; bar 3 3 3 3 1000", "| a:4@1 | a:3@2 | a:3@3"},
  {"participation: one budget for all, in matching order", "cfg part=0.1; buy a 3 market; buy b 3 market; sell c 3 limit L=1; bar 1 1 1 1 50; bar 2 2 2 2 100", "| a:3@1 b:2@1 | b:1@2 c:3@2"},
  {"participation: the inside takes what the open has left", "cfg part=0.1; buy a 3 market; buy b 3 limit L=9; bar 10 10 9 9 50; bar 9 9 9 9 100", "| a:3@10 b:2@9 | b:1@9"},
  {"participation: of 0.29 and 100 is 29", "cfg part=0.29; buy a 50 market; bar 1 1 1 1 100", "| a:29@1"},
  {"participation: of all of 0.3 is 0.3", "cfg part=1; buy a 50 market; bar 1 1 1 1 0.3", "| a:0.3@1"},
  {"participation: a volume is the decimal that it was", "cfg part=1; buy a 50 market; bar 1 1 1 1 8.2; bar 1 1 1 1 1.005", "| a:8.2@1 | a:1.005@1"},
  {"participation: rounded down to the lot", "cfg part=0.1 lot=10; buy a 100 market; bar 1 1 1 1 199; bar 1 1 1 1 200", "| a:10@1 | a:20@1"},
  {"participation: below a lot fills nothing", "cfg part=0.1 lot=10; buy a 100 market; bar 1 1 1 1 99; held", "| held=1"},
  {"participation: a volume beyond the quantities", "cfg part=0.1; buy a 10 market; bar 1 1 1 1 30000000000", "| a:10@1"},
  {"participation: an index volume beyond everything", "cfg part=0.000000001; buy a 10 market; bar 1 1 1 1 1e25", "| a:10@1"},
  {"participation: a bar of zero volume fills nothing", "cfg part=0.1; buy a 10 market; bar 1 1 1 1 0; bar 2 2 2 2 100", "| | a:10@2"},
  {"participation: no cap without volume", "cfg part=0.1 novol=1; buy a 10 market; bar 1 1 1 1 0", "| a:10@1"},
  {"no participation: zero volume fills", "buy a 10 market; bar 1 1 1 1 0", "| a:10@1"},
  {"participation: a triggered stop goes on as a market order", "cfg part=0.1; sell a 10 stop S=5; bar 6 6 4 6 40; bar 6 7 6 7 1000", "| a:triggered a:4@5 | a:6@6"},
  {"participation: a triggered stop limit goes on as a limit order", "cfg part=0.1; sell a 10 stop_limit S=5 L=4; bar 6 6 5 6 40; bar 3 3 3 3 1000; bar 3 4 3 3 1000", "| a:triggered a:4@5 | | a:6@4"},
  {"participation: a stop triggers in a bar that gives nothing", "cfg part=0.1; sell a 10 stop S=5; bar 6 6 4 6 0; stop a; bar 6 7 6 7 1000", "| a:triggered a>none | a:10@6"},
  {"participation: a resting limit keeps its place", "cfg part=0.1; sell a 10 limit L=5; sell b 10 limit L=5; bar 4 5 4 5 40; bar 4 5 4 5 120", "| a:4@5 | a:6@5 b:6@5"},
  {"participation on a path", "cfg part=0.1 path=ohlc; sell a 10 limit L=5; sell b 10 limit L=4.5; sell c 3 stop S=3; bar 4 5 3 5 120; bar 3 3 3 3 1000", "| b:10@4.5 a:2@5 c:triggered | c:3@3"},
  {"participation: the parent fills in parts, so do its children", "cfg part=0.1; bracket g buy 10 market tp=9 sl=4; bar 5 6 5 5 40; bar 5 5 4 4 100; bar 3 3 3 3 1000", "| g:4@5 | g:6@5 g.s:triggered g.s:4@4 | g.s:6@3 g.t:canceled"},
  {"participation: children of a whole parent wait for it", "cfg part=0.1 full=1; bracket g buy 10 market tp=9 sl=4; bar 5 6 4 5 40; bar 5 5 5 5 60; bar 5 9 5 5 1000", "| g:4@5 | g:6@5 | g.t:10@9 g.s:canceled"},
  {"participation: a part of the limit shrinks the stop", "cfg part=0.1; oco g sell 10 tp=9 sl=4; bar 8 9 8 8 40; bar 3 3 3 3 1000", "| g.t:4@9 | g.s:triggered g.s:6@3 g.t:canceled"},
  {"participation: per symbol", "cfg part=0.1; buy a 10 market; buy b 10 market sym=B; both 1 1 1 1 40 2 2 2 2 50", "| a:4@1 b:5@2"},

  /* slippage */
  {"slippage in ticks: market, both sides", "cfg ticks=2 tick=0.05; buy a 1 market; sell b 1 market; bar 100 100 100 100", "| a:1@100.1 b:1@99.9"},
  {"slippage in percent: market, both sides", "cfg pct=0.5; buy a 1 market; sell b 1 market; bar 100 100 100 100", "| a:1@100.5 b:1@99.5"},
  {"slippage: ticks and percent add", "cfg pct=0.5 ticks=1 tick=0.25; buy a 1 market; bar 100 100 100 100", "| a:1@100.75"},
  {"slippage is rounded against the order", "cfg pct=0.1; buy a 1 market; sell b 1 market; bar 0.000000001 1 0.000000001 1", "| a:1@0.000000002 b:1@0"},
  {"slippage: stops, at the open and inside", "cfg pct=1; buy a 1 stop S=100; buy b 1 stop S=105; bar 101 106 101 106", "| a:triggered a:1@102.01 b:triggered b:1@106.05"},
  {"slippage may leave the bar", "cfg pct=10; sell a 1 stop S=100; bar 101 101 100 101", "| a:triggered a:1@90"},
  {"slippage: trailing stop", "cfg pct=1; sell a 1 trailing_stop T=5; bar 100 100 95 95", "| a:triggered a:1@94.05"},
  {"slippage: market if touched", "cfg pct=1; buy a 1 market_if_touched S=95; bar 100 100 95 95", "| a:triggered a:1@95.95"},
  {"slippage: never on limits", "cfg pct=1; buy a 1 limit L=95; buy b 1 stop_limit S=101 L=102; buy c 1 limit_if_touched S=95 L=96; sell d 1 trailing_stop_limit T=5 off=1; bar 100 101 95 101", "| a:1@95 b:triggered b:1@101 c:triggered c:1@95 d:triggered d:1@95"},
  {"slippage: auctions are market orders", "cfg pct=1; buy a 1 market tif=opg; buy b 1 market tif=cls; bar 100 101 95 100", "| a:1@101 b:1@101"},
  {"slippage: a stop's remainder is slipped too", "cfg pct=1 part=0.1; sell a 10 stop S=100; bar 101 101 100 101 40; bar 200 200 200 200 1000", "| a:triggered a:4@99 | a:6@198"},

  /* commission */
  {"commission per share, on what has filled so far", "cfg com=1 ps=0.005 part=0.1 us=1; buy a 10 market; bar 1 1 1 1 40; bar 2 2 2 2 1000", "| a:4@1/0.02 | a:6@2/0.03"},
  {"commission minimum once an order", "cfg com=1 ps=0.005 min=1 part=0.1 us=1; buy a 1000 market; bar 1 1 1 1 1000; bar 1 1 1 1 1500; bar 1 1 1 1 100000", "| a:100@1/1 | a:150@1/0.25 | a:750@1/3.75"},
  {"commission maximum once an order", "cfg com=1 ps=0.005 max=1 part=0.1 us=1; buy a 1000 market; bar 1 1 1 1 1500; bar 1 1 1 1 100000", "| a:150@1/0.75 | a:850@1/0.25"},
  {"commission percent is per hundred of the value", "cfg com=1 cpct=0.2; buy a 10 market; bar 50 50 50 50", "| a:10@50/1"},
  {"commission percent takes the multiplier", "cfg com=1 cpct=0.2 mult=50; buy a 10 market; bar 50 50 50 50", "| a:10@50/50"},
  {"commission per order once", "cfg com=1 po=1.5 part=0.1; buy a 10 market; bar 1 1 1 1 40; bar 2 2 2 2 1000", "| a:4@1/1.5 | a:6@2/0"},
  {"commission on the slipped price", "cfg com=1 cpct=1 pct=10; buy a 10 market; bar 100 100 100 100", "| a:10@110/11"},
  {"no commission is zero", "cfg com=1; buy a 10 market; bar 100 100 100 100", "| a:10@100/0"},
  {"commission goes on through a replace", "cfg com=1 po=1.5 part=0.1; buy a 10 limit L=2; bar 1 1 1 1 40; replace a b q=8; bar 2 2 2 2 1000", "| a:4@1/1.5 a:replaced | b:4@2/0"},
  {"regulatory fees: nothing on buys", "cfg com=1 reg=1 us=1; date 2024-01-03T14:30:00Z; buy a 10 market; bar 100 100 100 100", "| a:10@100/0"},
  {"regulatory fees of a sale: 0.80 and 0.166 up to the cent", "cfg com=1 reg=1 us=1; date 2024-01-03T14:30:00Z; sell a 1000 market; bar 100 100 100 100", "| a:1000@100/0.97"},
  {"regulatory fees: up to the cent on the day's sum of the order", "cfg com=1 reg=1 us=1 tf=60 part=0.1; date 2024-01-03T14:30:00Z; sell a 1000 market; bar 100 100 100 100 4000; bar 100 100 100 100 90000", "| a:400@100/0.39 | a:600@100/0.58"},
  {"regulatory fees: anew on another day", "cfg com=1 reg=1 us=1 tf=60 part=0.1; date 2024-01-03T20:59:00Z; sell a 1000 market; bar 100 100 100 100 4000; date 2024-01-04T14:30:00Z; bar 100 100 100 100 90000", "| a:400@100/0.39 | a:600@100/0.58"},
  {"regulatory fees: a daily bar belongs to the day on which it ends", "cfg com=1 reg=1 us=1; date 2024-05-22T00:00:00Z; sell a 1000 market; bar 100 100 100 100", "| a:1000@100/2.95"},
  {"regulatory fees come on top of the maximum", "cfg com=1 reg=1 us=1 ps=0.005 max=1; date 2024-01-03T14:30:00Z; sell a 1000 market; bar 100 100 100 100", "| a:1000@100/1.97"},

  /* buying power at the fill */
  {"what cannot be paid is canceled whole", "cash 5; buy a 10 market; bar 1 1 1 1; held", "| a:canceled(INSUFFICIENT_BUYING_POWER) held=0"},
  {"a part that cannot be paid ends the rest", "cfg part=0.1; cash 5; buy a 10 market; bar 1 1 1 1 40; bar 1 1 1 1 1000; held", "| a:4@1 | a:canceled(INSUFFICIENT_BUYING_POWER) held=0"},
  {"what cannot be paid takes nothing of the budget", "cfg part=0.1; cash 5; buy a 6 market; buy b 5 market; bar 1 1 1 1 60", "| a:canceled(INSUFFICIENT_BUYING_POWER) b:5@1"},
  {"a triggered stop that cannot be paid", "cash 5; buy a 10 stop S=2; bar 1 3 1 1", "| a:triggered a:canceled(INSUFFICIENT_BUYING_POWER)"},

  /* cancel, replace, resize */
  {"accepted at once", "cfg acc=1; buy a 10 market", "a:working"},
  {"cancel ends a working order", "buy a 10 limit L=1; cancel a; bar 1 1 1 1; held", "a:canceled | held=0"},
  {"cancel comes too late", "buy a 10 market; bar 1 1 1 1; cancel a", "| a:10@1 a:cancel_rejected(TOO_LATE)"},
  {"cancel_now ends a working order", "buy a 10 limit L=1; cancelnow a; bar 1 1 1 1", "a:canceled |"},
  {"replace: the successor works", "buy a 10 limit L=1; replace a b L=2; bar 2 2 2 2; held", "a:replaced | b:10@2 held=0"},
  {"replace: a smaller quantity keeps the place", "cfg part=0.1; sell a 10 limit L=1; sell b 10 limit L=1; replace a c q=5; bar 1 1 1 1 80", "a:replaced | c:5@1 b:3@1"},
  {"replace: a larger quantity arrives anew", "cfg part=0.1; sell a 10 limit L=1; sell b 10 limit L=1; replace a c q=15; bar 1 1 1 1 120", "a:replaced | b:10@1 c:2@1"},
  {"replace: another price arrives anew", "cfg part=0.1; sell a 10 limit L=2; sell b 10 limit L=1; replace a c L=1; bar 1 1 1 1 120", "a:replaced | b:10@1 c:2@1"},
  {"replace: the new total counts what has filled", "cfg part=0.1; sell a 10 limit L=1; bar 1 1 1 1 40; replace a b q=6; bar 1 1 1 1 1000", "| a:4@1 a:replaced | b:2@1"},
  {"replace: a total that has filled already ends the order", "cfg part=0.1 lat=86400; sell a 10 limit L=1; bar 2 2 2 2 1000; replace a b q=5; bar 1 1 1 1 50; held; bar 1 1 1 1 1000", "| | a:5@1 a:replaced held=0 |"},
  {"replace comes too late", "cfg lat=86400; sell a 10 limit L=1; bar 0.5 0.5 0.5 0.5; replace a b L=2; bar 1 1 1 1; held", "| | a:10@1 a:replace_rejected(TOO_LATE) held=0"},
  {"replace: another trail starts anew", "sell a 10 trailing_stop T=5; bar 100 110 100 110; bar 106 106 106 106; stop a; replace a b T=4; stop b", "| | a>105 a:replaced b>102"},
  {"replace: the same trail goes on", "sell a 10 trailing_stop T=5; bar 100 110 100 110; bar 106 106 106 106; replace a b q=5; stop b", "| | a:replaced b>105"},
  {"replace of a triggered stop limit changes its limit", "sell a 10 stop_limit S=100 L=99; bar 97 98 96 97; replace a b L=96; bar 95 97 95 95", "| a:triggered a:replaced | b:10@96"},
  {"a cancel that follows a replace ends the successor", "cfg lat=86400; sell a 10 limit L=1; bar 0.5 0.5 0.5 0.5; replace a b L=2; cancel a; bar 0.5 0.5 0.5 0.5; held", "| | a:replaced b:canceled held=0"},
  {"resize: the venue follows and the place is kept", "cfg part=0.1; sell a 10 limit L=1; sell b 10 limit L=1; resize a 7; bar 1 1 1 1 80", "| a:7@1 b:1@1"},
  {"slots are used again", "buy a 1 market; bar 1 1 1 1; buy b 1 market; buy c 1 limit L=0.5; bar 1 1 1 1; cancel c; buy d 1 market; bar 1 1 1 1; held", "| a:1@1 | b:1@1 c:canceled | d:1@1 held=0"},
};
/* clang-format on */

int main(void) {
  return desk_run_table("money", TABLE, OMS_COUNT(TABLE));
}
