/* Paths of a bar, groups and children: what fills first, and what a child sees of its own entry
 * bar. */
#include "sim/venue_table.h"

/* clang-format off */
static const scenario_t TABLE[] = {
  /* Without a path. */
  {"worst: inside in order of arrival", "sell a 1 limit L=103; buy b 1 stop S=102; sell c 1 stop S=98; bar 100 104 97 100", "| a:1@103 b:triggered b:1@102 c:triggered c:1@98"},
  {"worst: the stop of a pair goes before its limit", "oco g sell 10 tp=103 sl=98; bar 100 104 97 100", "| g.s:triggered g.s:10@98 g.t:canceled"},
  {"worst: the limit of a pair fills where the stop is not reached", "oco g sell 10 tp=103 sl=98; bar 100 104 98.01 100", "| g.t:10@103 g.s:canceled"},
  {"worst: a limit passed at the open waits for the stop that the bar reaches", "oco g sell 10 tp=103 sl=98; bar 105 106 97 100", "| g.s:triggered g.s:10@98 g.t:canceled"},
  {"worst: a limit passed at the open fills there where the stop is out of reach", "oco g sell 10 tp=103 sl=98; bar 105 106 99 100", "| g.t:10@105 g.s:canceled"},
  {"worst: a buy pair", "oco g buy 10 tp=97 sl=102; bar 100 103 96 100", "| g.s:triggered g.s:10@102 g.t:canceled"},
  {"worst: touching the stop is enough to hold the limit back", "oco g sell 10 tp=103 sl=98; bar 100 104 98 100", "| g.s:triggered g.s:10@98 g.t:canceled"},
  {"worst: a stop of another order does not hold a limit back", "sell x 1 stop S=98; sell a 1 limit L=103; bar 100 104 97 100", "| x:triggered x:1@98 a:1@103"},
  {"worst: a replaced stop still holds its limit back", "oco g sell 10 tp=103 sl=90; replace g.s h S=98; bar 100 104 97 100", "g.s:replaced | h:triggered h:10@98 g.t:canceled"},
  {"worst: a stop goes before its limit, and so before what stands between them", "cfg part=0.1; oco g sell 10 tp=103 sl=90; sell x 5 limit L=101; replace g.s h S=98; bar 100 104 97 100 120", "g.s:replaced | h:triggered h:10@98 g.t:canceled x:2@101"},
  {"worst: a limit that stood back at the open does not fill after its stop ended", "oco g sell 10 tp=110 sl=98; replace g.t h L=103 q=5; cash 7; bar 105 106 97 100", "g.t:replaced | g.s:triggered g.s:canceled(INSUFFICIENT_BUYING_POWER)"},
  {"worst: a stop limit that goes before its limit has one turn", "oco g sell 10 tp=103 sl=98 sll=101; bar 100 104 97 98", "| g.s:triggered"},

  /* Paths. */
  {"ohlc: the high comes first", "cfg path=ohlc; oco g sell 10 tp=103 sl=98; bar 100 104 97 100", "| g.t:10@103 g.s:canceled"},
  {"olhc: the low comes first", "cfg path=olhc; oco g sell 10 tp=103 sl=98; bar 100 104 97 100", "| g.s:triggered g.s:10@98 g.t:canceled"},
  {"adaptive: the nearer high comes first", "cfg path=adaptive; oco g sell 10 tp=103 sl=96; bar 100 103 96 100", "| g.t:10@103 g.s:canceled"},
  {"adaptive: the nearer low comes first", "cfg path=adaptive; oco g sell 10 tp=104 sl=97; bar 100 104 97 100", "| g.s:triggered g.s:10@97 g.t:canceled"},
  {"adaptive: a tie goes to the low", "cfg path=adaptive; oco g sell 10 tp=103 sl=97; bar 100 103 97 100", "| g.s:triggered g.s:10@97 g.t:canceled"},
  {"a path fills in order of the points that it reaches", "cfg path=ohlc; sell c 1 stop S=99; sell a 1 limit L=103; sell b 1 limit L=101; bar 100 104 97 100", "| b:1@101 a:1@103 c:triggered c:1@99"},
  {"a path: ties by arrival", "cfg path=ohlc; sell a 1 limit L=103; buy b 1 stop S=103; sell c 1 limit L=103; bar 100 104 97 100", "| a:1@103 b:triggered b:1@103 c:1@103"},
  {"a path: touching the turning point is enough", "cfg path=ohlc; sell a 1 limit L=104; sell b 1 stop S=97; bar 100 104 97 100", "| a:1@104 b:triggered b:1@97"},
  {"a path: a limit of a pair at the open fills at the open", "cfg path=olhc; oco g sell 10 tp=103 sl=98; bar 105 106 97 100", "| g.t:10@105 g.s:canceled"},
  {"stop limit on a path that returns to its limit", "cfg path=ohlc; buy a 1 stop_limit S=102 L=101; bar 100 104 97 103", "| a:triggered a:1@101"},
  {"stop limit on a path that does not return", "cfg path=olhc; buy a 1 stop_limit S=102 L=101; bar 100 104 97 103", "| a:triggered"},
  {"stop limit on a path: the way back to the close counts", "cfg path=olhc; buy a 1 stop_limit S=102 L=101; bar 100 104 97 100", "| a:triggered a:1@101"},
  {"stop limit on a path: limit beyond the stop fills at the stop", "cfg path=olhc; buy a 1 stop_limit S=102 L=103; bar 100 104 97 103", "| a:triggered a:1@102"},
  {"limit if touched on a path", "cfg path=ohlc; buy a 1 limit_if_touched S=99 L=98; bar 100 104 97 103", "| a:triggered a:1@98"},

  /* Children of a parent that filled at the open. */
  {"children meet their entry bar: the stop", "bracket g buy 10 market tp=110 sl=95; bar 100 111 94 100", "| g:10@100 g.s:triggered g.s:10@95 g.t:canceled"},
  {"children meet their entry bar: the limit", "bracket g buy 10 market tp=110 sl=95; bar 100 111 96 100", "| g:10@100 g.t:10@110 g.s:canceled"},
  {"an entry beyond its target leaves at the open", "bracket g buy 10 market tp=110 sl=95; bar 112 113 111 112", "| g:10@112 g.t:10@112 g.s:canceled"},
  {"an entry beyond its target waits for a stop that the bar reaches", "bracket g buy 10 market tp=110 sl=95; bar 112 113 94 112", "| g:10@112 g.s:triggered g.s:10@95 g.t:canceled"},
  {"an entry beyond its stop leaves at the open", "bracket g buy 10 market tp=110 sl=95; bar 94 113 93 112", "| g:10@94 g.s:triggered g.s:10@94 g.t:canceled"},
  {"an entry beyond its stop, on a path", "cfg path=ohlc; bracket g buy 10 market tp=110 sl=95; bar 94 113 93 112", "| g:10@94 g.s:triggered g.s:10@94 g.t:canceled"},
  {"children work from the next bar", "cfg child=next; bracket g buy 10 market tp=110 sl=95; bar 100 111 94 100; bar 100 101 94 100", "| g:10@100 | g.s:triggered g.s:10@95 g.t:canceled"},
  {"short bracket", "bracket g sell 10 market tp=90 sl=105; bar 100 106 89 100", "| g:10@100 g.s:triggered g.s:10@105 g.t:canceled"},
  {"a child comes after all orders that arrived earlier", "bracket g buy 10 market sl=105; sell z 1 limit L=99; bar 100 101 94 100", "| g:10@100 z:1@100 g.s:triggered g.s:10@100"},
  {"the stop of a bracket is a stop limit", "bracket g buy 10 market tp=110 sl=95 sll=94; bar 100 111 90 91", "| g:10@100 g.s:triggered g.s:10@95 g.t:canceled"},
  {"children of a replaced parent", "bracket g buy 10 limit L=90 tp=110 sl=85; replace g h L=95; bar 94 111 84 100", "g:replaced | h:10@94 g.s:triggered g.s:10@85 g.t:canceled"},
  {"of children that the open satisfies both, the stop goes first", "cfg path=ohlc; bracket g buy 10 market tp=99 sl=101; bar 100 101 99 100", "| g:10@100 g.s:triggered g.s:10@100 g.t:canceled"},

  /* Children of a parent that filled inside. */
  {"worst: after an inside entry only the stop fills", "bracket g buy 10 limit L=98 tp=110 sl=95; bar 100 111 94 100", "| g:10@98 g.s:triggered g.s:10@95 g.t:canceled"},
  {"worst: after an inside entry the limit waits", "bracket g buy 10 limit L=98 tp=110 sl=95; bar 100 111 97 100; bar 100 111 97 100", "| g:10@98 | g.t:10@110 g.s:canceled"},
  {"worst: a stop beyond the entry fills at the entry", "bracket g buy 10 limit L=98 sl=99; bar 100 101 97 100", "| g:10@98 g.s:triggered g.s:10@98"},
  {"worst: entry by a stop, its own stop in the same bar", "bracket g buy 10 stop S=102 tp=110 sl=99; bar 100 103 98 103", "| g:triggered g:10@102 g.s:triggered g.s:10@99 g.t:canceled"},
  {"next_bar: an inside entry keeps its stop for the next bar", "cfg child=next; bracket g buy 10 limit L=98 tp=110 sl=95; bar 100 111 94 100; bar 100 101 94 99", "| g:10@98 | g.s:triggered g.s:10@95 g.t:canceled"},
  {"path: children see the part after the entry only: no target", "cfg path=ohlc; bracket g buy 10 limit L=98 tp=103 sl=90; bar 100 104 97 100", "| g:10@98"},
  {"path: children see the part after the entry: target", "cfg path=olhc; bracket g buy 10 limit L=98 tp=103 sl=90; bar 100 104 97 100", "| g:10@98 g.t:10@103 g.s:canceled"},
  {"path: children see the part after the entry: stop on the same leg", "cfg path=ohlc; bracket g buy 10 limit L=98 tp=103 sl=97.5; bar 100 104 97 100", "| g:10@98 g.s:triggered g.s:10@97.5 g.t:canceled"},
  {"path: entry by a stop on the way up, stop on the way down", "cfg path=ohlc; bracket g buy 10 stop S=102 tp=110 sl=99; bar 100 103 98 103", "| g:triggered g:10@102 g.s:triggered g.s:10@99 g.t:canceled"},
  {"path: entry by a stop after the low keeps its stop", "cfg path=olhc; bracket g buy 10 stop S=102 tp=110 sl=99; bar 100 103 98 103", "| g:triggered g:10@102"},
  {"path: a child passed by the entry point fills there", "cfg path=ohlc; bracket g buy 10 limit L=98 sl=99; bar 100 104 97 100", "| g:10@98 g.s:triggered g.s:10@98"},

  /* Trailing children. */
  {"a trailing child starts from the fill and follows its entry bar", "bracket g buy 10 market slT=5; bar 103 110 99 108; stop g.s", "| g:10@103 g.s>103"},
  {"a trailing child meets its entry bar with its first stop", "bracket g buy 10 market slT=5; bar 103 110 97 108", "| g:10@103 g.s:triggered g.s:10@98"},
  {"a trailing child under next_bar follows its entry bar too", "cfg child=next; bracket g buy 10 market slT=5; bar 103 110 97 108; stop g.s", "| g:10@103 g.s>103"},
  {"a trailing child starts from the slipped fill", "cfg ticks=2 tick=0.5 child=next; bracket g buy 10 market slT=5; bar 103 110 97 98; stop g.s", "| g:10@104 g.s>99"},
  {"on the extreme, an entry inside does not see the high before it", "cfg trail=hl; bracket g buy 10 limit L=96 slT=3; bar 100 105 95 97; stop g.s", "| g:10@96 g.s>94"},
  {"on the extreme, a path shows what came after the entry", "cfg trail=hl path=olhc; bracket g buy 10 limit L=96 slT=3; bar 100 105 95 103; stop g.s", "| g:10@96 g.s>102"},
  {"on the extreme, a path hides what came before the entry", "cfg trail=hl path=ohlc; bracket g buy 10 limit L=96 slT=3; bar 100 105 95 97; stop g.s", "| g:10@96 g.s>94"},
  {"on the extreme, an entry at the open sees the whole bar", "cfg trail=hl; bracket g buy 10 market slT=8; bar 100 105 95 97; stop g.s", "| g:10@100 g.s>97"},

  /* Symbols together. */
  {"the open goes over all symbols in order of arrival", "buy a 1 market; buy b 1 market sym=B; buy c 1 market; both 1 1 1 1 9 2 2 2 2 9", "| a:1@1 b:1@2 c:1@1"},
  {"all opens go before the first inside", "buy a 1 limit L=90; buy b 1 market sym=B; both 100 100 80 90 9 5 5 5 5 9", "| b:1@5 a:1@90"},
  {"the inside goes symbol by symbol", "buy b 1 limit L=4 sym=B; buy a 1 limit L=90; both 100 100 80 90 9 5 5 3 5 9", "| a:1@90 b:1@4"},
  {"the close comes last", "sell c 1 market tif=cls; buy b 1 limit L=4 sym=B; both 100 100 80 90 9 5 5 3 5 9", "| b:1@4 c:1@90"},
  {"many symbols and orders stay in order", "buy a 1 market; buy b 1 market sym=B; buy c 1 market sym=B; buy d 1 market; buy e 1 market; buy f 1 market sym=B; both 1 1 1 1 9 2 2 2 2 9", "| a:1@1 b:1@2 c:1@2 d:1@1 e:1@1 f:1@2"},
};
/* clang-format on */

int main(void) {
  return desk_run_table("paths", TABLE, OMS_COUNT(TABLE));
}
