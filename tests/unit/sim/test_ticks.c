/* Quotes and trades: hand-worked cases of what is taken, what rests, what triggers. */
#include "sim/venue_table.h"

/* clang-format off */
static const scenario_t TABLE[] = {
  /* the touch */
  {"market buy takes the ask at once", "cfg m=q; q 99 101; buy a 5 market", "| a:5@101"},
  {"market sell takes the bid at once", "cfg m=q; q 99 101; sell a 5 market", "| a:5@99"},
  {"market: without a far side it waits", "cfg m=q; q 99 -; last 100; buy a 5 market; q 99 102", "| | a:5@102"},
  {"market: before any quote it waits", "cfg m=q; last 100; buy a 5 market; q 99 102", "| a:5@102"},
  {"market: an empty book is no side", "cfg m=q; q 99 101; q - -; last 100; sell a 5 market; q - 101; q 98 -", "| | | | a:5@98"},
  {"a quote replaces the book", "cfg m=q; q 99 101; q 89 91; buy a 5 market", "| | a:5@91"},

  /* crossed, locked */
  {"crossed: no book while it stands", "cfg m=q; last 100; q 99 101; q 103 102; buy a 5 market; q 99 100", "| | | a:5@100"},
  {"crossed: it matches nothing at rest", "cfg m=q queue=front; q 99 101; buy a 5 limit L=98; q 99 97; held", "| | held=1"},
  {"crossed: it triggers nothing", "cfg m=q; q 99 101; buy a 5 stop S=102; q 105 103; q 99 101; held", "| | | held=1"},
  {"crossed: ioc has no liquidity", "cfg m=q; last 100; q 99 101; q 103 102; buy a 5 market tif=ioc", "| | a:canceled(NO_LIQUIDITY)"},
  {"crossed: a limit that arrives meets the next book", "cfg m=q; q 99 101; q 103 102; buy a 5 limit L=105; q 99 101", "| | | a:5@101"},
  {"locked is valid", "cfg m=q; q 100 100; buy a 5 market; sell b 5 market", "| a:5@100 b:5@100"},

  /* sizes */
  {"size 0 is unlimited", "cfg m=q; q 99 101 0 0; buy a 5000000 market; buy b 5 market", "| a:5000000@101 b:5@101"},
  {"beyond the touch: one tick", "cfg m=q tick=0.5; q 99 101 7 3; buy a 5 market", "| a:3@101 a:2@101.5"},
  {"beyond the touch: without a tick the same price", "cfg m=q; q 99 101 7 3; buy a 5 market", "| a:3@101 a:2@101"},
  {"beyond the touch: a sell goes down", "cfg m=q tick=0.5; q 99 101 2 3; sell a 5 market", "| a:2@99 a:3@98.5"},
  {"partial: the rest waits for the next quote", "cfg m=q partial=1; q 99 101 7 3; buy a 5 market; q 99 102 7 1; q 99 103", "| a:3@101 | a:1@102 | a:1@103"},
  {"partial: size taken stays taken", "cfg m=q partial=1; q 99 101 7 3; buy a 5 market; q 98 101 7 3; q 98 101 7 4", "| a:3@101 | | a:2@101"},
  {"partial: a changed other side gives nothing back", "cfg m=q partial=1; q 99 101 7 3; buy a 3 market; q 98 101 8 3; buy b 1 market; q 98 102 8 3", "| a:3@101 | | b:1@102"},
  {"partial: a changed price gives size", "cfg m=q partial=1; q 99 101 7 3; buy a 3 market; q 99 102 7 3; buy b 2 market; buy c 2 market; q 99 102 7 2", "| a:3@101 | b:2@102 c:1@102 | c:1@102"},
  {"partial: each side has its own size", "cfg m=q partial=1; q 99 101 7 3; buy a 3 market; sell b 7 market", "| a:3@101 b:7@99"},
  {"partial: a crossed quote in between changes no side that is as before", "cfg m=q partial=1; q 99 101 7 3; buy a 3 market; buy b 1 market; q 102 101 7 3; q 99 101 7 3; q 99 101 7 9", "| a:3@101 | | | b:1@101"},
  {"a touch that is used up: all goes beyond", "cfg m=q tick=1; q 99 101 7 3; buy a 3 market; buy b 2 market", "| a:3@101 b:2@102"},

  /* slippage */
  {"slippage: the touch once, the rest twice", "cfg m=q tick=0.5 ticks=1; q 99 101 7 3; buy a 5 market", "| a:3@101.5 a:2@102"},
  {"slippage in percent, of a sell", "cfg m=q pct=1; q 100 101 3 3; sell a 5 market", "| a:3@99 a:2@98"},
  {"slippage: partial slips the touch alone", "cfg m=q tick=1 ticks=2 partial=1; q 99 101 7 3; buy a 5 market; q 99 102 7 9", "| a:3@103 | a:2@104"},
  {"slippage: a triggered stop slips", "cfg m=q tick=1 ticks=1; q 99 101; sell a 5 stop S=98; q 97 99", "| | a:triggered a:5@96"},
  {"slippage: limits never slip", "cfg m=q tick=1 ticks=5; q 99 101 7 3; buy a 5 limit L=102", "| a:3@101 a:2@102"},
  {"slippage: a triggered stop limit never slips", "cfg m=q tick=1 ticks=5; q 99 101; buy a 5 stop_limit S=102 L=110; q 102 103", "| | a:triggered a:5@103"},

  /* limits that cross on arrival */
  {"a crossing limit takes at the touch", "cfg m=q; q 99 101; buy a 5 limit L=105", "| a:5@101"},
  {"a crossing limit at the touch exactly", "cfg m=q; q 99 101; sell a 5 limit L=99", "| a:5@99"},
  {"a crossing limit goes on within its limit", "cfg m=q tick=1; q 99 101 7 3; buy a 5 limit L=102", "| a:3@101 a:2@102"},
  {"a crossing limit rests instead of going beyond", "cfg m=q tick=1; q 99 101 7 3; buy a 5 limit L=101; q 99 100 7 9", "| a:3@101 | a:2@101"},
  {"a crossing limit, partial: the rest takes the next quote", "cfg m=q partial=1; q 99 101 7 3; buy a 5 limit L=105; q 99 102 7 9", "| a:3@101 | a:2@102"},
  {"a crossing limit, partial: rests where the next quote does not cross", "cfg m=q partial=1; q 99 101 7 3; buy a 5 limit L=105; q 99 106 7 9; q 99 104 7 9", "| a:3@101 | | a:2@105"},
  {"a limit that does not cross rests", "cfg m=q; q 99 101; buy a 5 limit L=100; held", "| held=1"},

  /* post_only */
  {"post_only that would take is rejected", "cfg m=q; q 99 101; buy a 5 limit L=101 post=1; held", "| a:rejected(POST_ONLY_WOULD_TAKE) held=0"},
  {"post_only that would not rests", "cfg m=q; q 99 101; sell a 5 limit L=100 post=1; q 101 102", "| | a:5@100"},
  {"post_only in a crossed book rests", "cfg m=q; last 100; q 103 102; buy a 5 limit L=105 post=1; q 99 101", "| | a:5@105"},
  {"post_only: a replace that would take is refused, the order works on", "cfg m=q; q 99 101; buy a 5 limit L=98 post=1; replace a a2 L=101; q 96 97", "| a:replace_rejected(POST_ONLY_WOULD_TAKE) | a:5@98"},

  /* ioc, fok */
  {"ioc takes what is there", "cfg m=q partial=1; q 99 101 7 3; buy a 5 market tif=ioc", "| a:3@101 a:canceled(IOC_REMAINDER)"},
  {"ioc goes on beyond the touch", "cfg m=q tick=1; q 99 101 7 3; buy a 5 market tif=ioc", "| a:3@101 a:2@102"},
  {"ioc limit takes within its limit", "cfg m=q tick=1; q 99 101 7 3; buy a 5 limit L=101 tif=ioc", "| a:3@101 a:canceled(IOC_REMAINDER)"},
  {"ioc limit that does not cross", "cfg m=q; q 99 101; buy a 5 limit L=100 tif=ioc", "| a:canceled(IOC_REMAINDER)"},
  {"ioc without a far side", "cfg m=q; q - 101; sell a 5 limit L=99 tif=ioc", "| a:canceled(NO_LIQUIDITY)"},
  {"fok without a far side", "cfg m=q; q 99 -; last 99; buy a 5 market tif=fok", "| a:canceled(NO_LIQUIDITY)"},
  {"fok whole", "cfg m=q partial=1; q 99 101 7 5; buy a 5 market tif=fok", "| a:5@101"},
  {"fok killed", "cfg m=q partial=1; q 99 101 7 4; buy a 5 market tif=fok; buy b 4 market", "| a:canceled(FOK_KILLED) b:4@101"},
  {"fok beyond the touch", "cfg m=q tick=1; q 99 101 7 4; buy a 5 limit L=102 tif=fok", "| a:4@101 a:1@102"},
  {"fok beyond its limit", "cfg m=q tick=1; q 99 101 7 4; buy a 5 limit L=101 tif=fok", "| a:canceled(FOK_KILLED)"},
  {"fok limit that does not cross", "cfg m=q; q 99 101; buy a 5 limit L=100 tif=fok", "| a:canceled(FOK_KILLED)"},
  {"ioc on an if-touched order is refused", "cfg m=q; q 99 101; buy a 5 market_if_touched S=98 tif=ioc", "| a:rejected(INVALID_TIME_IN_FORCE)"},

  /* queue = through */
  {"through: the ask at the limit does not fill", "cfg m=q; q 99 101; buy a 5 limit L=100; q 99 100; held", "| | held=1"},
  {"through: the ask below fills at the limit", "cfg m=q; q 99 101; buy a 5 limit L=100; q 98 99", "| | a:5@100"},
  {"through: up to the ask's size", "cfg m=q; q 99 101; buy a 5 limit L=100; q 98 99 1 2; q 98 99 1 2; q 98 98 1 9", "| | a:2@100 | | a:3@100"},
  {"through: a sell mirrors", "cfg m=q; q 99 101; sell a 5 limit L=100; q 100 102; q 101 102 3 1; q 102 103", "| | | a:3@100 | a:2@100"},
  {"through: a trade at the limit does not fill", "cfg m=qt; q 99 101; buy a 5 limit L=99; t 99 100; held", "| | held=1"},
  {"through: a trade below fills at the limit, up to its size", "cfg m=qt; q 99 101; buy a 5 limit L=99; t 98 3; t 98", "| | a:3@99 | a:2@99"},
  {"through: orders share the size, by arrival", "cfg m=qt; q 99 101; buy a 5 limit L=98; buy b 5 limit L=99; t 97 7", "| | a:5@98 b:2@99"},
  {"through: a sell at rest and a trade above", "cfg m=qt; q 99 101; sell a 5 limit L=101; t 101 9; t 102 9", "| | | a:5@101"},
  {"through: an absent ask fills nothing", "cfg m=q; q 99 101; buy a 5 limit L=100; q 99 -; held", "| | held=1"},

  /* queue = front */
  {"front: the ask at the limit, up to its size", "cfg m=q queue=front; q 99 101; buy a 5 limit L=100; q 99 100 1 2; q 99 100 1 2; q 99 100 1 9", "| | a:2@100 | | a:3@100"},
  {"front: a trade at the limit, up to its size", "cfg m=qt queue=front; q 99 101; buy a 5 limit L=99; t 99 3; t 99 3", "| | a:3@99 | a:2@99"},
  {"front: a trade above does not fill a buy", "cfg m=qt queue=front; q 99 101; buy a 5 limit L=99; t 100 3; held", "| | held=1"},
  {"front: a sell", "cfg m=qt queue=front; q 99 101; sell a 5 limit L=101; t 101 3; q 101 102 2 1", "| | a:3@101 | a:2@101"},

  /* queue = volume */
  {"volume: what is displayed on arrival goes first", "cfg m=qt queue=volume; q 100 101 50 9; buy a 5 limit L=100; t 100 30; t 100 20; t 100 4; t 100 4", "| | | | a:4@100 | a:1@100"},
  {"volume: what is over of a trade fills", "cfg m=qt queue=volume; q 100 101 50 9; buy a 5 limit L=100; t 100 53; t 100 9", "| | a:3@100 | a:2@100"},
  {"volume: nobody is ahead of a better price", "cfg m=qt queue=volume; q 99 101 50 9; buy a 5 limit L=100; t 100 3", "| | a:3@100"},
  {"volume: trades through fill", "cfg m=qt queue=volume; q 100 101 50 9; buy a 5 limit L=100; t 99 3; t 100 1", "| | a:3@100 | a:1@100"},
  {"volume: the ask at the limit fills once the queue is gone", "cfg m=qt queue=volume; q 100 101 5 9; buy a 5 limit L=100; q 100 100 5 2; t 100 5; q 100 100 5 3; q 99 99", "| | | | a:3@100 | a:2@100"},
  {"volume: a smaller display does not bring it forward", "cfg m=qt queue=volume; q 100 101 50 9; buy a 5 limit L=100; q 100 101 2 9; t 100 10; held", "| | | held=1"},
  {"volume: deeper than the touch, it queues behind what is displayed when its price comes", "cfg m=qt queue=volume; q 100 101 50 9; buy a 5 limit L=99; t 99 30; q 99 101 7 9; t 99 9", "| | | | a:2@99"},
  {"volume: deeper than the touch, and the touch falls below it", "cfg m=qt queue=volume; q 100 101 50 9; buy a 5 limit L=99; q 98 101 7 9; t 99 2", "| | | a:2@99"},
  {"volume: an unknown size takes nothing away", "cfg m=qt queue=volume; q 100 101 5 9; buy a 5 limit L=100; t 100; t 100 6", "| | | a:1@100"},
  {"volume: two orders of ours share what is over", "cfg m=qt queue=volume; q 100 101 50 9; buy a 5 limit L=100; buy b 5 limit L=100; t 100 57", "| | a:5@100 b:2@100"},
  {"volume: a sell", "cfg m=qt queue=volume; q 99 100 7 50; sell a 5 limit L=100; t 100 52; t 101 9", "| | a:2@100 | a:3@100"},

  /* replace */
  {"replace: a smaller quantity keeps the place", "cfg m=qt queue=volume; q 100 101 9 9; buy a 5 limit L=100; t 100 9; replace a b q=4; t 100 9", "| | a:replaced | b:4@100"},
  {"replace: a larger one loses it", "cfg m=qt queue=volume; q 100 101 9 9; buy a 5 limit L=100; t 100 9; replace a b q=6; t 100 9; t 100 1", "| | a:replaced | | b:1@100"},
  {"replace: another price meets the market at once", "cfg m=q; q 99 101; buy a 5 limit L=98; replace a b L=102", "| a:replaced b:5@101"},
  {"cancel", "cfg m=q; q 99 101; buy a 5 limit L=98; cancel a; q 90 91; held", "| a:canceled | held=0"},
  {"resize keeps the place", "cfg m=qt queue=volume; q 100 101 9 9; buy a 5 limit L=100; t 100 9; resize a 3; t 100 9", "| | | a:3@100"},

  /* triggers */
  {"stop on quotes: a buy at the ask", "cfg m=q; q 99 101; buy a 5 stop S=102; q 101 102", "| | a:triggered a:5@102"},
  {"stop on quotes: a sell at the bid", "cfg m=q; q 99 101; sell a 5 stop S=98; q 98.5 99; q 98 99", "| | | a:triggered a:5@98"},
  {"stop on quotes: reached on arrival", "cfg m=q; q 99 101; buy a 5 stop S=101", "| a:triggered a:5@101"},
  {"stop on trades: the last trade, then it takes the quote", "cfg m=qt; q 99 101; buy a 5 stop S=102; q 102 103; t 102; q 1 2", "| | | a:triggered a:5@103 |"},
  {"stop on trades: reached by the last trade on arrival", "cfg m=qt; q 99 101; t 102; buy a 5 stop S=102", "| | a:triggered a:5@101"},
  {"stop on trades: triggered without a far side it waits", "cfg m=qt; q 99 -; t 100; buy a 5 stop S=102; t 103; q 99 104", "| | | a:triggered | a:5@104"},
  {"trigger_by bid_ask where there are trades", "cfg m=qt; q 99 101; t 100; buy a 5 stop S=102 by=bid_ask; t 105; q 99 102", "| | | | a:triggered a:5@102"},
  {"trigger_by mid", "cfg m=q; q 99 101; buy a 5 stop S=102 by=mid; q 100 103; q 100 104", "| | | a:triggered a:5@104"},
  {"trigger_by mark: trades", "cfg m=qt; q 99 101; t 100; buy a 5 stop S=102 by=mark; q 103 104; t 102", "| | | | a:triggered a:5@104"},
  {"trigger_by mark: before a trade the mid", "cfg m=qt; q 99 101; buy a 5 stop S=102 by=mark; q 101 103", "| | a:triggered a:5@103"},
  {"trigger_by last without trades: the last price of bars", "cfg m=q; last 100; q 99 101; buy a 5 stop S=102 by=last; q 104 105; last 102; q 99 101", "| | | a:triggered a:5@101"},
  {"trigger_by double_last: twice in a row", "cfg m=qt; q 99 101; t 100; buy a 5 stop S=102 by=double_last; t 102; t 101; t 102; t 103", "| | | | | | a:triggered a:5@101"},
  {"trigger_by double_bid_ask", "cfg m=q; q 99 101; sell a 5 stop S=98 by=double_bid_ask; q 98 99; q 97 99", "| | | a:triggered a:5@97"},
  {"stop limit: beyond its limit it rests", "cfg m=q; q 99 101; buy a 5 stop_limit S=102 L=102.5; q 102 103; q 101 102", "| | a:triggered | a:5@102.5"},
  {"stop limit, post_only: would take when triggered", "cfg m=q; q 99 101; buy a 5 stop_limit S=102 L=110 post=1; q 102 103", "| | a:triggered a:canceled(POST_ONLY_WOULD_TAKE)"},
  {"market if touched: from the other side", "cfg m=q; q 99 101; buy a 5 market_if_touched S=100; q 98 100.5; q 98 100", "| | | a:triggered a:5@100"},
  {"limit if touched", "cfg m=qt; q 99 101; t 100; sell a 5 limit_if_touched S=102 L=103; t 102; q 104 105", "| | | a:triggered | a:5@103"},

  /* trailing */
  {"trailing on trades: follows the last, never loosens", "cfg m=qt; q 99 101; t 100; sell a 5 trailing_stop T=5; stop a; t 110; stop a; t 106; stop a; t 105", "| | a>95 | a>105 | a>105 | a:triggered a:5@99"},
  {"trailing on trades: quotes do not move it", "cfg m=qt; q 99 101; t 100; sell a 5 trailing_stop T=5; q 110 111; stop a", "| | | a>95"},
  {"trailing on quotes: follows the mid, triggered by the bid", "cfg m=q; q 99 101; sell a 5 trailing_stop T=5; stop a; q 109 111; stop a; q 104.5 110; ", "| a>95 | a>105 | a:triggered a:5@104.5"},
  {"trailing: rounded away from the market", "cfg m=qt tick=0.5; q 99 101; t 100; sell a 5 trailing_stop P=3; stop a; t 100.5; stop a; buy b 5 trailing_stop P=3; stop b", "| | a>97 | a>97 b>104"},
  {"trailing stop limit: the limit is fixed at the trigger", "cfg m=qt; q 99 101; t 100; sell a 5 trailing_stop_limit T=5 off=1; q 93 94; t 95; q 95 96", "| | | | a:triggered | a:5@94"},

  /* trades alone */
  {"trades alone: the last trade is both sides", "cfg m=t; t 100; buy a 5 market; sell b 5 market", "| a:5@100 b:5@100"},
  {"trades alone: up to its size, then beyond", "cfg m=t tick=1; t 100 3; buy a 5 market", "| a:3@100 a:2@101"},
  {"trades alone, partial: the next trade", "cfg m=t partial=1; t 100 3; buy a 5 market; t 102 9", "| a:3@100 | a:2@102"},
  {"trades alone: a limit at rest", "cfg m=t; t 100; buy a 5 limit L=99; t 99; t 98 2; t 98", "| | | a:2@99 | a:3@99"},
  {"trades alone: a limit that crosses", "cfg m=t; t 100; buy a 5 limit L=102", "| a:5@100"},
  {"trades alone: before any trade an ioc has no liquidity", "cfg m=t; last 100; buy a 5 market tif=ioc", "a:canceled(NO_LIQUIDITY)"},
  {"trades alone: a stop takes the trade that triggers it", "cfg m=t; t 100; buy a 5 stop S=102; t 103", "| | a:triggered a:5@103"},
  {"trades alone, volume: nobody is displayed", "cfg m=t queue=volume; t 100; buy a 5 limit L=99; t 99 3", "| | a:3@99"},

  /* money */
  {"what cannot be paid is canceled whole", "cfg m=q partial=1; q 99 101 7 3; cash 2; buy a 5 market; buy b 2 market", "| a:canceled(INSUFFICIENT_BUYING_POWER) b:2@101"},
  {"commission on the order's sum", "cfg m=q tick=1 ps=0.01 min=1 com=1; q 99 101 7 300; buy a 500 market", "| a:300@101/3 a:200@102/2"},

  /* groups */
  {"a bracket: children arrive with the fill", "cfg m=q; q 99 101; bracket g buy 5 market tp=105 sl=95; q 106 107; held", "| g:5@101 | g.t:5@105 g.s:canceled held=0"},
  {"a bracket: the stop", "cfg m=q; q 99 101; bracket g buy 5 market tp=105 sl=95; q 95 96; held", "| g:5@101 | g.s:triggered g.s:5@95 g.t:canceled held=0"},
  {"a bracket: a limit that crosses fills at once", "cfg m=q; q 99 101; bracket g buy 5 market tp=98 sl=90", "| g:5@101 g.t:5@99 g.s:canceled"},
  {"a bracket: both could fill at once, the stop goes first", "cfg m=q; q 99 101; bracket g buy 5 market tp=99 sl=99", "| g:5@101 g.s:triggered g.s:5@99 g.t:canceled"},
  {"a bracket: both could fill at one tick, the stop goes first", "cfg m=q; q 99 101; oco g sell 5 tp=102 sl=98; replace g.s s2 S=104; q 103 104", "| g.s:replaced s2:triggered s2:5@99 g.t:canceled |"},
  {"an oco: the stop goes before the limit that arrived first", "cfg m=qt; last 100; q - 101; oco g sell 5 tp=98 sl=103; t 100", "| | g.s:triggered g.t:5@98 g.s:canceled"},
  {"a bracket: filled in parts, the exits grow", "cfg m=q partial=1; q 99 101 7 3; bracket g buy 5 market tp=105 sl=95; q 99 101 7 9; q 106 107 4 4; q 94 95 9 9", "| g:3@101 | g:2@101 | g.t:4@105 | g.s:triggered g.s:1@94 g.t:canceled"},
  {"a bracket: a limit parent filled by a trade", "cfg m=qt; q 99 101; bracket g buy 5 limit L=99 tp=105 sl=95; t 98; t 95", "| | g:5@99 | g.s:triggered g.s:5@99 g.t:canceled"},
  {"a bracket: the trade that fills the parent may trigger the stop", "cfg m=qt; q 99 101; bracket g buy 5 limit L=99 tp=105 sl=98.5; t 98", "| | g:5@99 g.s:triggered g.s:5@99 g.t:canceled"},
  {"a bracket: a trailing stop starts from the fill", "cfg m=q; q 99 101; bracket g buy 5 market tp=120 slT=5; stop g.s; q 100 104; stop g.s; q 109 111; stop g.s", "| g:5@101 g.s>96 | g.s>97 | g.s>105"},
  {"an oco: one fills, the other shrinks", "cfg m=q; q 99 101; oco g sell 5 tp=102 sl=98; q 103 104 2 2; q 97 98 9 9", "| | g.t:2@102 | g.s:triggered g.s:3@97 g.t:canceled"},

  /* halts */
  {"halt: quotes match nothing, the first after it does", "cfg m=q; q 99 101; halt 60; buy a 5 market; q 99 100; at 60; q 99 102", "| | | a:5@102"},
  {"halt: no stop is triggered, no trail moves", "cfg m=qt; q 99 101; t 100; sell a 5 stop S=98; sell b 5 trailing_stop T=5; halt 60; t 97; t 120; stop b; held", "| | | | b>95 held=2"},
  {"halt: an ioc waits", "cfg m=q; q 99 101; halt 60; buy a 5 market tif=ioc; at 60; q 99 102", "| | a:5@102"},
  {"halt: cancels work", "cfg m=q; q 99 101; halt 60; buy a 5 market; cancel a", "| a:canceled"},
  {"halt: after it an order meets the quote in force", "cfg m=q; q 99 101; halt 60; q 99 100; at 60; buy a 5 market", "| | a:5@100"},

  /* ends */
  {"gtd: fills at its end, expires then", "cfg m=q; q 99 101; buy a 1 limit L=98 until=60; buy b 1 limit L=97 until=60; at 60; q 96 97.5; at 60.000000001; q 90 91", "| | a:1@98 b:expired |"},
  {"gtd: a trade expires too", "cfg m=qt; q 99 101; buy a 1 limit L=98 until=60; at 61; t 90; held", "| a:expired | held=0"},
  {"day: expires at its session's end", "cfg m=q; q 99 101; buy a 1 limit L=98 tif=day end=60; at 60; q 90 91", "| | a:expired"},
  {"day: expires without a tick", "cfg m=q; q 99 101; buy a 1 limit L=98 tif=day end=60; at 60; expire", "| a:expired"},

  /* sessions of a declared stock: 2024-01-03, open 14:30, close 21:00 UTC */
  {"outside the session a regular order waits", "cfg us=1 m=q; date 2024-01-03T14:29:00Z; q 99 101; buy a 5 market; q 99 102; at 60; q 99 103", "| | | a:5@103"},
  {"outside the session an extended order works", "cfg us=1 m=q; date 2024-01-03T14:29:00Z; q 99 101; buy a 5 market ext=1", "| a:5@101"},
  {"outside the session nothing triggers", "cfg us=1 m=q; date 2024-01-03T21:00:00Z; q 99 101; sell a 5 stop S=98 ext=1; q 97 98; held", "| | held=1"},
  {"outside the session no trail moves", "cfg us=1 m=qt; date 2024-01-03T21:00:00Z; t 100; sell a 5 trailing_stop T=5 ext=1; t 120; stop a", "| | a>95"},
  {"in the session an order that waited meets the quote as if it arrived", "cfg us=1 m=q; date 2024-01-03T14:29:00Z; q 99 101; buy a 5 limit L=102; at 60; q 99 100", "| | a:5@100"},
  {"opg: the first quote of the session", "cfg us=1 m=q; date 2024-01-03T14:29:00Z; q 99 101; buy a 5 market tif=opg end=24000; at 61; q 98 99; at 62; q 1 2", "| | a:5@99 |"},
  {"opg: the first trade of the session", "cfg us=1 m=qt; date 2024-01-03T14:29:00Z; q 99 101; t 100; buy a 5 market tif=opg end=24000; t 100; at 60; t 102; q 1 2", "| | | | a:5@102 |"},
  {"opg: what the open leaves is expired", "cfg us=1 m=q; date 2024-01-03T14:29:00Z; q 99 101; buy a 5 limit L=98 tif=opg end=24000; at 61; q 98 99", "| | a:expired"},
  {"opg: without a far side it waits", "cfg us=1 m=q; date 2024-01-03T14:29:00Z; q 99 101; buy a 5 market tif=opg end=24000; at 61; q 98 -; q 98 100", "| | | a:5@100"},
  {"opg: after the open it waits for the next session", "cfg us=1 m=q; date 2024-01-03T14:31:00Z; q 99 101; buy a 5 market tif=opg; q 99 102; at 86300; q 97 98; at 86340; q 98 99", "| | | | a:5@99"},
  {"cls: the last trade of the session, whatever its size", "cfg us=1 m=qt; date 2024-01-03T20:59:00Z; q 99 101; buy a 5 market tif=cls end=60; t 103 1; q 1 2; at 60; expire", "| | | a:5@103"},
  {"cls: without trades the last quote", "cfg us=1 m=q; date 2024-01-03T20:59:00Z; q 99 101; buy a 5 market tif=cls end=60; q 99 102; at 60; expire", "| | a:5@102"},
  {"cls: a tick at the close does not count", "cfg us=1 m=q; date 2024-01-03T20:59:00Z; q 99 101; sell a 5 market tif=cls end=60; at 60; q 50 51", "| | a:5@99"},
  {"cls: a limit that the close does not satisfy", "cfg us=1 m=q; date 2024-01-03T20:59:00Z; q 99 101; buy a 5 limit L=100 tif=cls end=60; at 60; expire", "| a:expired"},
  {"cls: nothing in the session", "cfg us=1 m=q; date 2024-01-03T14:20:00Z; q 99 101; buy a 5 market tif=cls end=24000; at 24000; expire", "| a:expired"},
  {"opg and cls need a session", "cfg m=q; q 99 101; buy a 5 market tif=opg; buy b 5 market tif=cls", "| a:rejected(NO_SESSION) b:rejected(NO_SESSION)"},
};
/* clang-format on */

static desk_t desk;
static char letters[16];

static void keep_letter(desk_t *d, const oms_report_t *r) {
  if (r->type == OMS_REPORT_FILL) {
    size_t n = strlen(letters);
    letters[n] = (char)r->liquidity;
    assert_int_equal(r->ts, d->now);
  }
}

static void fills_carry_their_time_and_who_was_there_first(void **state) {
  (void)state;
  desk_open(&desk, "cfg us=1 m=qt queue=front;");
  desk.watch = keep_letter;
  desk_run(&desk,
           "date 2024-01-03T14:29:00Z; q 99 101; buy o 1 market tif=opg end=23460; at 60; q 99 101;"
           "buy c 1 market tif=cls end=23460; buy r 1 limit L=102; buy a 1 limit L=98; at 61; t 98;"
           "sell s 1 stop S=97; at 62; t 97; at 23460; expire");
  assert_string_equal(desk.log, "| | o:1@101 r:1@101 | a:1@98 | s:triggered s:1@99 c:1@97");
  assert_string_equal(letters, "ORARC");
  desk_close(&desk);
}

static void cancel_the_rest(desk_t *d, const oms_report_t *r) {
  if (r->type == OMS_REPORT_FILL && oms_order_is_open(oms_engine_order(d->engine, r->order))) {
    desk_note(d, d->venue.cancel_now(d->venue.self, r->order, d->now));
    oms_terms_t t = desk_terms(d, OMS_SIDE_BUY, OMS_QTY_SCALE, OMS_TYPE_MARKET);
    desk_send(d, desk_make(d, "n", &t, OMS_HELD_BY_NONE));
  }
}

static void a_report_may_cancel_and_submit(void **state) {
  (void)state;
  desk_open(&desk, "cfg m=q tick=1;");
  desk.after = cancel_the_rest;
  desk_run(&desk,
           "q 99 101 9 3; buy a 5 market; buy b 5 limit L=98; buy c 5 limit L=98; q 96 97 9 3");
  assert_string_equal(desk.log, "| a:3@101 a:canceled n:1@102 | b:3@98 b:canceled n:1@98");
  desk_close(&desk);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(fills_carry_their_time_and_who_was_there_first),
      cmocka_unit_test(a_report_may_cancel_and_submit),
  };
  int failed = desk_run_table("ticks", TABLE, OMS_COUNT(TABLE));
  return failed + cmocka_run_group_tests(tests, NULL, NULL);
}
