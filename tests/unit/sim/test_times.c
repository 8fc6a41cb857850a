/* Times in force, sessions, halts, latency: when an order is matched and when it ends. */
#include "sim/venue_table.h"

/* clang-format off */
static const scenario_t TABLE[] = {
  /* gtd: the start is 0, bars are days. */
  {"gtd: fills in the bar that starts at its end", "buy a 1 limit L=90 until=86400; bar 100 100 95 100; bar 100 100 90 95", "| | a:1@90"},
  {"gtd: expires before a later bar is matched", "buy a 1 limit L=90 until=86399; bar 100 100 95 100; bar 100 100 90 95; held", "| | a:expired held=0"},
  {"gtd: expires lazily, with the next bar", "buy a 1 limit L=90 until=1; bar 100 100 95 100; held; bar 100 100 95 100", "| held=1 | a:expired"},
  {"gtd: a market order may expire too", "cfg tf=60; buy a 1 market until=30; at 60; bar 1 1 1 1", "| a:expired"},
  {"gtd: a bar of another symbol expires nothing", "buy a 1 limit L=90 until=1; barb 1 1 1 1; barb 1 1 1 1; held", "| | held=1"},

  /* day, by the session end that the desk has set */
  {"day: expires at its session's end", "buy a 1 limit L=90 tif=day end=86400; bar 100 100 95 100", "| a:expired"},
  {"day: fills in the last bar of its session", "buy a 1 limit L=90 tif=day end=86400; bar 100 100 90 100", "| a:1@90"},
  {"day: does not live on when no step falls on the session's end", "cfg tf=60; buy a 1 limit L=90 tif=day end=100; at 86400; bar 80 80 80 80", "| a:expired"},
  {"day: without a session end it does not expire", "buy a 1 limit L=90 tif=day; bar 100 100 95 100; bar 100 100 90 100", "| | a:1@90"},
  {"ends of a session go in order of arrival over all symbols", "buy b 1 limit L=90 tif=day end=86400 sym=B; buy a 1 limit L=90 tif=day end=86400; buy c 1 limit L=90 end=86400 sym=B; buy d 1 limit L=90 tif=day end=86401; bar 100 100 95 100; held", "| b:expired a:expired c:expired held=1"},

  /* ioc, fok */
  {"ioc market fills at the open", "buy a 1 market tif=ioc; bar 100 100 95 100", "| a:1@100"},
  {"ioc limit: the open satisfies it", "buy a 1 limit L=101 tif=ioc; bar 100 100 95 100", "| a:1@100"},
  {"ioc limit: the open does not: canceled, whatever comes later", "buy a 1 limit L=99 tif=ioc; bar 100 100 95 100", "| a:canceled(IOC_REMAINDER)"},
  {"ioc: what the bar cannot give is canceled", "cfg part=0.1; buy a 10 market tif=ioc; bar 100 100 95 100 40", "| a:4@100 a:canceled(IOC_REMAINDER)"},
  {"fok: whole", "cfg part=0.1; buy a 10 market tif=fok; bar 100 100 95 100 100", "| a:10@100"},
  {"fok: or not at all", "cfg part=0.1; buy a 10 market tif=fok; bar 100 100 95 100 99", "| a:canceled(FOK_KILLED)"},
  {"fok limit: the open does not satisfy it", "sell a 1 limit L=101 tif=fok; bar 100 105 95 100", "| a:canceled(FOK_KILLED)"},
  {"ioc on a stop is refused", "buy a 1 stop S=101 tif=ioc; held", "a:refused(INVALID_TIME_IN_FORCE) held=0"},
  {"fok on a stop limit is refused", "buy a 1 stop_limit S=101 L=102 tif=fok", "a:refused(INVALID_TIME_IN_FORCE)"},
  {"ioc on a trailing stop is refused", "sell a 1 trailing_stop T=1 tif=ioc", "a:refused(INVALID_TIME_IN_FORCE)"},
  {"fok on an if-touched order is refused by the venue", "sell a 1 market_if_touched S=101 tif=fok", "a:rejected(INVALID_TIME_IN_FORCE)"},
  {"ioc under this_close sees that close", "cfg fill=close; bar 100 103 95 102; buy a 1 limit L=102 tif=ioc; buy b 1 limit L=101 tif=ioc; arrivals", "| a:1@102 b:canceled(IOC_REMAINDER)"},
  {"ioc under this_close waits for the open where no bar completes", "cfg fill=close tf=60; bar 100 103 95 102; at 90; buy a 1 limit L=102 tif=ioc; arrivals; at 120; bar 101 101 101 101", "| | a:1@101"},

  /* opg, cls on days */
  {"opg on a daily bar: its open", "buy a 1 market tif=opg; bar 100 103 95 102", "| a:1@100"},
  {"opg limit on a daily bar: what the open leaves is expired", "buy a 1 limit L=99 tif=opg; bar 100 103 95 102", "| a:expired"},
  {"cls on a daily bar: its close", "buy a 1 market tif=cls; bar 100 103 95 102", "| a:1@102"},
  {"cls limit on a daily bar: satisfied", "buy a 1 limit L=103 tif=cls; bar 100 103 95 102", "| a:1@102"},
  {"cls limit on a daily bar: what the close leaves is expired", "buy a 1 limit L=101 tif=cls; bar 100 103 95 102", "| a:expired"},
  {"opg on a minute bar without session is refused", "cfg tf=60; buy a 1 market tif=opg", "a:rejected(NO_SESSION)"},
  {"cls on a minute bar without session is refused", "cfg tf=60; buy a 1 market tif=cls", "a:rejected(NO_SESSION)"},
  {"there is no overnight session", "buy a 1 market session=overnight", "a:rejected(NO_SESSION)"},

  /* opg, cls, sessions on minutes of a declared stock: 2024-01-03, open 14:30, close 21:00 UTC */
  {"opg on minutes: the session's first bar", "cfg us=1 tf=60; date 2024-01-03T14:28:00Z; buy a 1 market tif=opg; bar 1 1 1 1; bar 2 2 2 2; bar 3 3 3 3", "| | | a:1@3"},
  {"opg on minutes: after the open it waits for the next session", "cfg us=1 tf=60; date 2024-01-03T14:31:00Z; buy a 1 market tif=opg; bar 1 1 1 1; date 2024-01-04T14:30:00Z; bar 5 5 5 5", "| | a:1@5"},
  {"opg on minutes: a late first bar is the open", "cfg us=1 tf=60; date 2024-01-03T14:00:00Z; buy a 1 market tif=opg; date 2024-01-03T14:33:00Z; bar 5 5 5 5", "| a:1@5"},
  {"opg limit on minutes: what the open leaves is expired", "cfg us=1 tf=60; date 2024-01-03T14:30:00Z; buy a 1 limit L=4 tif=opg; bar 5 5 3 5", "| a:expired"},
  {"cls on minutes: the bar that ends at the close", "cfg us=1 tf=60; date 2024-01-03T20:58:00Z; buy a 1 market tif=cls; bar 1 2 1 2; bar 3 4 3 4", "| | a:1@4"},
  {"cls on minutes: submitted in the last bar waits for the next day's close", "cfg us=1 tf=60; date 2024-01-03T20:59:30Z; buy a 1 market tif=cls; date 2024-01-03T20:59:00Z; bar 1 2 1 2; date 2024-01-04T20:59:00Z; bar 3 4 3 4", "| | a:1@4"},
  {"cls: a bar that contains the close", "cfg us=1 tf=7200; date 2024-01-03T20:30:00Z; buy a 1 market tif=cls; bar 1 2 1 2", "| a:1@2"},
  {"cls on an early close: 2024-11-29 at 18:00 UTC", "cfg us=1 tf=60; date 2024-11-29T17:58:00Z; buy a 1 market tif=cls; bar 1 2 1 2; bar 3 4 3 4", "| | a:1@4"},
  {"opg and cls of a declared symbol on daily bars", "cfg us=1; date 2024-01-03T14:30:00Z; buy a 1 market tif=opg; buy b 1 market tif=cls; bar 1 2 1 2", "| a:1@1 b:1@2"},

  {"extended: a regular order waits for the regular session", "cfg us=1 tf=60; date 2024-01-03T14:29:00Z; buy a 1 market; bar 1 1 1 1; bar 2 2 2 2", "| | a:1@2"},
  {"extended: an extended order works in all sessions", "cfg us=1 tf=60; date 2024-01-03T14:28:00Z; buy a 1 market ext=1; buy b 1 limit L=2 ext=1; bar 3 3 3 3; bar 2 2 2 2", "| a:1@3 | b:1@2"},
  {"extended: it works in the regular session", "cfg us=1 tf=60; date 2024-01-03T15:00:00Z; buy a 1 limit L=2 ext=1; bar 2 2 2 2", "| a:1@2"},
  {"extended: it works after the close", "cfg us=1 tf=60; date 2024-01-03T21:00:00Z; buy a 1 limit L=2 ext=1; bar 2 2 2 2", "| a:1@2"},
  {"extended bars trigger no stop", "cfg us=1 tf=60; date 2024-01-03T21:00:00Z; sell a 1 stop S=5 ext=1; sell b 1 stop S=5; bar 4 4 4 4; held", "| held=2"},
  {"extended bars trigger no if-touched order", "cfg us=1 tf=60; date 2024-01-03T21:00:00Z; buy a 1 market_if_touched S=5 ext=1; bar 4 4 4 4", "|"},
  {"extended bars trigger no stop on a path", "cfg us=1 tf=60 path=ohlc; date 2024-01-03T21:00:00Z; sell a 1 stop S=5 ext=1; buy b 1 limit L=4 ext=1; bar 6 6 4 4", "| b:1@4"},
  {"extended bars move no trail", "cfg us=1 tf=60; date 2024-01-03T21:00:00Z; last 5; sell a 1 trailing_stop T=1; bar 9 9 9 9; stop a", "| a>4"},
  {"a day after an early close is outside", "cfg us=1 tf=60; date 2024-11-29T18:00:00Z; buy a 1 market; bar 1 1 1 1; held", "| held=1"},
  {"daily bars are regular", "cfg us=1; date 2024-01-03T05:00:00Z; buy a 1 market; bar 1 1 1 1", "| a:1@1"},

  /* halts */
  {"halt: bars that start in it match nothing, the first after it does", "cfg tf=60; buy a 1 market; halt 60; bar 1 1 1 1; bar 2 2 2 2", "| | a:1@2"},
  {"halt: the end is not in it", "cfg tf=60; bar 1 1 1 1; halt 120; buy a 1 market; bar 2 2 2 2; bar 3 3 3 3; bar 4 4 4 4", "| | | | a:1@4"},
  {"halt: no stop is triggered and no trail moves", "cfg tf=60; last 10; sell a 1 stop S=9; sell b 1 trailing_stop T=1; halt 60; bar 20 20 5 20; stop b; held", "| b>9 held=2"},
  {"halt: cancels work", "cfg tf=60; buy a 1 market; halt 60; cancel a; bar 1 1 1 1", "a:canceled |"},
  {"halt: a bar that started before is matched whole", "cfg tf=60; buy a 1 market; at 30; halt 600; at 0; bar 1 1 1 1", "| a:1@1"},
  {"halt: an ioc waits", "cfg tf=60; buy a 1 market tif=ioc; halt 60; bar 1 1 1 1; bar 2 2 2 2", "| | a:1@2"},
  {"halt: orders expire in it", "cfg tf=60; buy a 1 market until=30; halt 600; bar 1 1 1 1; bar 1 1 1 1", "| | a:expired"},
  {"halt: an earlier one still holds for a bar that began in it", "cfg tf=3600; buy a 1 market; halt 60; at 300; halt 60; at 0; bar 1 1 1 1; held", "| held=1"},
  {"halt: the close of this time is closed too", "cfg tf=60 fill=close; bar 1 1 1 1; halt 60; buy a 1 market; arrivals; held", "| held=1"},

  /* this_close */
  {"this_close: the close of the bar that completed now", "cfg fill=close; bar 100 103 95 102; buy a 1 market; arrivals", "| a:1@102"},
  {"this_close: at the last bar too, others wait", "cfg fill=close; bar 100 103 95 102; buy a 1 market; buy b 1 limit L=103; sell c 1 stop S=103; arrivals; held", "| a:1@102 held=2"},
  {"this_close: without a bar at this time the next open", "cfg fill=close tf=60; bar 1 1 1 1; at 90; buy a 1 market; arrivals; at 120; bar 2 2 2 3", "| | a:1@2"},
  {"this_close: of its own symbol", "cfg fill=close; bar 1 1 1 1; buy a 1 market sym=B; arrivals; held", "| held=1"},
  {"this_close: opg and cls wait for their bars", "cfg fill=close; bar 1 1 1 1; buy a 1 market tif=opg; buy b 1 market tif=cls; arrivals; bar 2 3 2 3", "| | a:1@2 b:1@3"},
  {"this_close: the budget is that of the bar", "cfg fill=close part=0.5; buy x 3 limit L=9; bar 1 1 1 1 10; buy a 4 market; arrivals; bar 2 2 2 3 100", "| x:3@1 a:2@1 | a:2@2"},
  {"this_close: children work from the next bar", "cfg fill=close; bar 1 5 1 4; bracket g buy 1 market tp=5 sl=3; arrivals; bar 4 5 4 4", "| g:1@4 | g.t:1@5 g.s:canceled"},
  {"this_close: canceled before the batch is done", "cfg fill=close; bar 1 1 1 1; buy a 1 market; buy b 1 market; cancel a; arrivals", "| a:canceled b:1@1"},
  {"this_close: a regular order does not fill outside the session", "cfg fill=close us=1 tf=60; date 2024-01-03T21:00:00Z; bar 1 1 1 1; buy a 1 market; buy b 1 market ext=1; arrivals", "| b:1@1"},
  {"next_open: nothing fills at arrival", "bar 1 1 1 1; buy a 1 market; arrivals; held", "| held=1"},

  /* latency: whole bars, rounded down */
  {"latency below a bar is none", "cfg tf=60 lat=59 acc=1; buy a 1 market; bar 1 1 1 1", "a:working | a:1@1"},
  {"latency of one bar", "cfg tf=60 lat=60 acc=1; buy a 1 market; bar 1 1 1 1; bar 2 2 2 2", "| a:working | a:1@2"},
  {"latency is rounded down to whole bars", "cfg tf=60 lat=119 acc=1; buy a 1 market; bar 1 1 1 1; bar 2 2 2 2", "| a:working | a:1@2"},
  {"latency of two bars", "cfg tf=60 lat=120; buy a 1 market; bar 1 1 1 1; bar 2 2 2 2; bar 3 3 3 3", "| | | a:1@3"},
  {"latency counts bars, not time", "cfg tf=60 lat=60; buy a 1 market; at 3600; bar 1 1 1 1; held; bar 2 2 2 2", "| held=1 | a:1@2"},
  {"latency does not count the bar in which it was sent", "cfg tf=60 lat=60; at 30; buy a 1 market; at 0; bar 1 1 1 1; bar 2 2 2 2; bar 3 3 3 3", "| | | a:1@3"},
  {"latency of a cancel: the order may fill meanwhile", "cfg tf=60 lat=60; buy a 1 limit L=2; bar 9 9 9 9; cancel a; bar 2 2 2 2", "| | a:1@2 a:cancel_rejected(TOO_LATE)"},
  {"latency of a cancel: after the bar it ends", "cfg tf=60 lat=60; buy a 1 limit L=2; bar 9 9 9 9; cancel a; bar 3 3 3 3; bar 2 2 2 2", "| | a:canceled |"},
  {"latency of a replace", "cfg tf=60 lat=60; buy a 1 limit L=2; bar 9 9 9 9; replace a b L=3; bar 3 3 3 3; bar 3 3 3 3", "| | a:replaced | b:1@3"},
  {"latency: a cancel does not overtake its order", "cfg tf=60 lat=60; buy a 1 market; cancel a; bar 1 1 1 1; bar 2 2 2 2", "| a:canceled |"},
  {"latency: cancel_now ends what is under way", "cfg tf=60 lat=60; buy a 1 market; cancelnow a; held; bar 1 1 1 1; bar 2 2 2 2", "a:canceled held=0 | |"},
  {"latency: a trail starts from the price at its arrival", "cfg tf=60 lat=60; sell a 1 trailing_stop T=1; bar 9 9 7 7; stop a", "| a>6"},
  {"latency: a day order that arrives after its session ends", "cfg tf=60 lat=60 acc=1; buy a 1 market tif=day end=60; bar 1 1 1 1", "| a:working a:expired"},
  {"latency: this_close at the time of arrival", "cfg tf=60 lat=60 fill=close; buy a 1 market; bar 1 1 1 1; arrivals", "| a:1@1"},
  {"latency: children of a group do not wait", "cfg tf=60 lat=60; bracket g buy 1 market tp=5 sl=1; bar 2 2 2 2; bar 3 6 3 5", "| | g:1@3 g.t:1@5 g.s:canceled"},

  /* An hour bar of A with minute bars of B: an order of minute 30 must not see the hour's open. */
  {"an order given inside an hour waits for the next hour", "cfg tf=3600 tfb=60; at 1800; buy a 1 market; buy b 1 limit L=50; long 10 60 5 20; at 3600; bar 30 31 29 30", "| | a:1@30 b:1@30"},
  {"an order given before the hour takes its open", "cfg tf=3600 tfb=60; buy a 1 market; at 60; barb 1 1 1 1; long 10 60 5 20", "| | a:1@10"},
  {"a trail given inside an hour is not moved by that hour", "cfg tf=3600 tfb=60; at 1800; last 10; sell a 1 trailing_stop T=1; long 10 60 5 20; stop a", "| a>9"},
};
/* clang-format on */

int main(void) {
  return desk_run_table("times", TABLE, OMS_COUNT(TABLE));
}
