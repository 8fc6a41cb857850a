/* Order flow: our orders in the book among the others, by hand; seeded flows in which ours do what
 * orders of the flow would do; every allocation failing. */
#include "sim/venue_table.h"

#include "base/random.h"
#include "sim/lob.h"

/* clang-format off */
#define BOOK "cfg m=f matches=1; A 1 sell 102 10; A 2 sell 101 5; A 3 buy 99 4; A 4 buy 98 20;"
static const scenario_t TABLE[] = {
  /* the flow alone */
  {"the flow alone: best price, then arrival", "cfg m=f matches=1; A 1 sell 101 5; A 2 sell 101 5; A 3 sell 100 5; A 4 buy 101 12", "| | | | 4/3:5@100 4/1:5@101 4/2:2@101"},
  {"the flow alone: cancel, reduce", "cfg m=f matches=1; A 1 sell 101 5; A 2 sell 101 5; C 1; C 1; R 2 3; R 2 4; A 4 buy 101 12; touch", "| | | | | | | 4/2:3@101 new 101x9 -x0"},
  {"the flow alone: the touch", "cfg m=f; A 1 sell 101 5; touch; A 2 sell 102 5; touch; A 3 sell 101 2; touch; C 1; touch; C 3; touch; C 9; touch", "| new -x0 101x5 | same -x0 101x5 | new -x0 101x7 | new -x0 101x2 | new -x0 102x5 | same -x0 102x5"},

  /* taking */
  {"market: walks the levels at their prices", BOOK "buy a 12 market; C 9; touch", "| | | | a/2:5@101 a:5@101 a/1:7@102 a:7@102 | new 99x4 102x3"},
  {"market: a sell", BOOK "sell a 5 market", "| | | | a/3:4@99 a:4@99 a/4:1@98 a:1@98"},
  {"market: what is not there waits, and takes who comes", BOOK "buy a 20 market; A 5 sell 105 3; A 6 sell 104 9; touch", "| | | | a/2:5@101 a:5@101 a/1:10@102 a:10@102 | a/5:3@105 a:3@105 | a/6:2@104 a:2@104 new 99x4 104x7"},
  {"market: on an empty book it waits", "cfg m=f; last 100; buy a 5 market; A 1 sell 100 9", "| a:5@100"},
  {"market: what it took is gone for the flow", BOOK "buy a 5 market; A 5 buy 101 3; touch", "| | | | a/2:5@101 a:5@101 | new 101x3 102x10"},
  {"slippage does not apply to a real book", "cfg m=f ticks=5 tick=1; last 100; A 1 sell 101 9; buy a 5 market", "| a:5@101"},
  {"limit that crosses: takes up to its limit, the rest rests", BOOK "buy a 9 limit L=101; C 9; touch; A 5 sell 100 6", "| | | | a/2:5@101 a:5@101 | new 101x4 102x10 | 5/a:4@101 a:4@101"},
  {"ioc", BOOK "buy a 9 limit L=101 tif=ioc", "| | | | a/2:5@101 a:5@101 a:canceled(IOC_REMAINDER)"},
  {"ioc that does not reach", BOOK "buy a 9 limit L=100 tif=ioc", "| | | | a:canceled(IOC_REMAINDER)"},
  {"ioc market", BOOK "sell a 30 market tif=ioc", "| | | | a/3:4@99 a:4@99 a/4:20@98 a:20@98 a:canceled(IOC_REMAINDER)"},
  {"ioc and fok without a far side", "cfg m=f; last 100; A 1 sell 101 5; sell a 5 limit L=101 tif=ioc; sell b 5 market tif=fok", "| a:canceled(NO_LIQUIDITY) b:canceled(NO_LIQUIDITY)"},
  {"fok whole, over levels", BOOK "buy a 15 limit L=102 tif=fok", "| | | | a/2:5@101 a:5@101 a/1:10@102 a:10@102"},
  {"fok killed takes nothing", BOOK "buy a 16 limit L=102 tif=fok; buy b 6 limit L=101 tif=fok; buy c 5 limit L=101 tif=fok", "| | | | a:canceled(FOK_KILLED) b:canceled(FOK_KILLED) c/2:5@101 c:5@101"},
  {"post_only that would take", BOOK "buy a 1 limit L=101 post=1; held", "| | | | a:rejected(POST_ONLY_WOULD_TAKE) held=0"},
  {"post_only that would not", BOOK "buy a 1 limit L=100 post=1; A 5 sell 99 1", "| | | | | 5/a:1@100 a:1@100"},
  {"auctions need a session", "cfg m=f; last 100; A 1 sell 101 5; buy a 1 market tif=opg", "| a:rejected(NO_SESSION)"},

  /* resting */
  {"at rest: behind those who were there, before those who come", "cfg m=f matches=1; A 1 buy 99 4; buy a 5 limit L=99; A 2 buy 99 9; A 3 sell 99 7; A 4 sell 99 7", "| | | 3/1:4@99 3/a:3@99 a:3@99 | 4/a:2@99 a:2@99 4/2:5@99"},
  {"at rest: a better price goes first", "cfg m=f matches=1; A 1 sell 101 4; sell a 5 limit L=100; A 3 buy 105 7", "| | 3/a:5@100 a:5@100 3/1:2@101"},
  {"at rest: in the touch", "cfg m=f; A 1 buy 98 4; buy a 5 limit L=99; A 2 sell 110 1; touch; cancel a; C 9; touch", "| | new 99x5 110x1 a:canceled | new 98x4 110x1"},
  {"at rest: cancel takes it out", "cfg m=f matches=1; A 1 buy 99 4; buy a 5 limit L=99; cancel a; A 2 sell 99 9", "| a:canceled | 2/1:4@99"},
  {"at rest: 'A' and 'R'", "cfg m=f com=1 ps=1; A 1 sell 101 9; buy a 5 limit L=101; buy b 5 limit L=100; A 2 sell 100 5", "| a:5@101/5 | b:5@100/5"},
  {"two orders of ours meet", "cfg m=f matches=1; last 100; sell a 5 limit L=100; buy b 3 market", "b/a:3@100 a:3@100 b:3@100"},
  {"two orders of ours share a level by arrival", "cfg m=f; last 100; buy a 5 limit L=99; buy b 5 limit L=99; A 1 sell 98 7", "| a:5@99 b:2@99"},

  /* replace, resize */
  {"replace: a smaller quantity keeps the place", "cfg m=f matches=1; buy a 5 limit L=99; A 1 buy 99 9; replace a b q=2; A 2 sell 99 3", "| a:replaced | 2/b:2@99 b:2@99 2/1:1@99"},
  {"replace: a larger one loses it", "cfg m=f matches=1; buy a 5 limit L=99; A 1 buy 99 9; replace a b q=6; A 2 sell 99 10", "| a:replaced | 2/1:9@99 2/b:1@99 b:1@99"},
  {"replace: another price loses it, and may take", "cfg m=f matches=1; A 1 sell 101 4; buy a 5 limit L=99; replace a b L=101; A 2 sell 101 3", "| a:replaced b/1:4@101 b:4@101 | 2/b:1@101 b:1@101"},
  {"replace: the total counts what has filled", "cfg m=f; buy a 5 limit L=99; A 1 sell 99 3; replace a b q=4; A 2 sell 99 3", "| a:3@99 a:replaced | b:1@99"},
  {"replace: what has filled already ends it", "cfg m=f matches=1; buy a 5 limit L=99; A 1 sell 99 3; replace a b q=3; A 2 sell 99 3; held", "| 1/a:3@99 a:3@99 a:replaced | held=0"},
  {"replace: post_only that would take is refused", BOOK "buy a 1 limit L=100 post=1; replace a b L=102; A 5 sell 100 1", "| | | | a:replace_rejected(POST_ONLY_WOULD_TAKE) | 5/a:1@100 a:1@100"},
  {"resize keeps the place", "cfg m=f matches=1; buy a 5 limit L=99; A 1 buy 99 9; resize a 7; A 2 sell 99 8", "| | 2/a:7@99 a:7@99 2/1:1@99"},

  /* triggers */
  {"stop: the last match triggers, then it walks", "cfg m=f matches=1; A 1 sell 101 1; A 2 sell 103 9; buy a 5 stop S=101; A 3 buy 101 1", "| | | 3/1:1@101 a:triggered a/2:5@103 a:5@103"},
  {"stop: the touch does not trigger it", "cfg m=f; A 1 sell 105 9; buy a 5 stop S=101; A 3 sell 104 1; held", "| | held=1"},
  {"stop: after the whole of the order that triggers it", "cfg m=f matches=1; A 1 sell 101 1; A 2 sell 102 1; A 3 sell 103 1; buy a 1 stop S=101; A 4 buy 102 2", "| | | | 4/1:1@101 4/2:1@102 a:triggered a/3:1@103 a:1@103"},
  {"stop: reached by the last match on arrival", "cfg m=f; A 1 sell 101 9; A 2 buy 101 1; buy a 5 stop S=101", "| | a:triggered a:5@101"},
  {"stop: a match of ours triggers it", "cfg m=f matches=1; last 100; A 1 sell 101 2; A 2 sell 102 2; buy s 1 stop S=101; buy a 1 market", "| | a/1:1@101 a:1@101 s:triggered s/1:1@101 s:1@101"},
  {"stop: one triggers the next", "cfg m=f; A 1 buy 99 1; A 2 buy 98 1; A 3 buy 97 9; sell a 1 stop S=98; sell b 1 stop S=99; A 4 sell 99 1", "| | | | b:triggered b:1@98 a:triggered a:1@97"},
  {"stop by bid_ask: a buy at the ask", "cfg m=f; A 1 sell 101 1; A 2 sell 103 9; buy a 5 stop S=103 by=bid_ask; C 1", "| | | a:triggered a:5@103"},
  {"stop by bid_ask: a match alone does not", "cfg m=f; A 1 buy 97 9; A 2 buy 98 2; sell a 5 stop S=97 by=bid_ask; A 3 sell 98 1; A 4 sell 98 1", "| | | | a:triggered a:5@97"},
  {"stop by mid", "cfg m=f; A 1 sell 104 9; A 2 buy 98 2; buy a 5 stop S=102 by=mid; A 3 buy 100 1", "| | | a:triggered a:5@104"},
  {"stop by double_last", "cfg m=f; A 1 sell 101 9; buy a 1 stop S=101 by=double_last; A 2 buy 101 1; A 3 buy 101 1", "| | | a:triggered a:1@101"},
  {"stop limit: rests beyond its limit", "cfg m=f matches=1; A 1 sell 101 1; A 2 sell 105 9; buy a 5 stop_limit S=101 L=103; A 3 buy 101 1; A 4 sell 102 9", "| | | 3/1:1@101 a:triggered | 4/a:5@103 a:5@103"},
  {"stop limit, post_only: would take when triggered", "cfg m=f; A 1 sell 101 2; buy a 5 stop_limit S=101 L=103 post=1; A 3 buy 101 1", "| | a:triggered a:canceled(POST_ONLY_WOULD_TAKE)"},
  {"market if touched", "cfg m=f; A 1 buy 99 2; A 2 sell 104 9; buy a 5 market_if_touched S=99; A 3 sell 99 1", "| | | a:triggered a:5@104"},
  {"trailing: follows the last match", "cfg m=f; A 1 sell 100 2; A 2 buy 100 1; sell a 1 trailing_stop T=3; stop a; A 3 sell 104 1; A 4 buy 104 2; stop a; A 5 buy 101 2; A 6 sell 101 1; held", "| | a>97 | | a>101 | | a:triggered a:1@101 held=0"},

  /* groups */
  {"bracket: the target rests in the book, the fill cancels the stop", "cfg m=f matches=1; last 100; A 1 sell 100 5; bracket g buy 5 market tp=103 sl=97; A 2 buy 104 5; held", "| g/1:5@100 g:5@100 | 2/g.t:5@103 g.t:5@103 g.s:canceled held=0"},
  {"bracket: the stop is triggered by a match, the target leaves the book", "cfg m=f matches=1; A 1 sell 100 5; A 2 buy 96 9; bracket g buy 5 market tp=103 sl=97; A 3 sell 96 1; A 4 buy 103 1; held", "| | g/1:5@100 g:5@100 | 3/2:1@96 g.s:triggered g.s/2:5@96 g.s:5@96 g.t:canceled | held=0"},
  {"bracket: a parent at rest fills in parts, the exits grow in place", "cfg m=f matches=1; bracket g buy 5 limit L=100 tp=103 sl=97; A 1 sell 100 2; A 2 sell 103 4; A 3 sell 100 3; A 4 buy 103 9", "| 1/g:2@100 g:2@100 | | 3/g:3@100 g:3@100 | 4/g.t:5@103 g.t:5@103 g.s:canceled 4/2:4@103"},
  {"bracket: an entry does not trade with its own target", "cfg m=f matches=1; A 1 buy 105 1; bracket g buy 2 limit L=106 tp=104 sl=97; A 2 sell 106 1; held", "| | 2/g:1@106 g:1@106 g:canceled(UNSOLICITED_CANCEL) g.t/1:1@105 g.t:1@105 g.s:canceled held=0"},
  {"bracket: the children enter behind the taker that filled the parent", "cfg m=f matches=1; bracket g buy 2 limit L=100 tp=101 sl=90; A 1 sell 100 2; A 2 sell 101 1; A 3 buy 101 3", "| 1/g:2@100 g:2@100 | | 3/g.t:2@101 g.t:2@101 g.s:canceled 3/2:1@101"},
  {"oco", "cfg m=f matches=1; A 1 buy 96 9; A 2 buy 99 3; oco o sell 2 tp=103 sl=97; A 3 buy 103 1; A 4 sell 96 4; held", "| | | 3/o.t:1@103 o.t:1@103 | 4/2:3@99 4/1:1@96 o.s:triggered o.s/1:1@96 o.s:1@96 o.t:canceled held=0"},

  /* the end of an order */
  {"gtd", "cfg m=f matches=1; buy a 5 limit L=99 until=10; at 10; A 1 sell 99 1; at 10.000000001; A 2 sell 99 1; touch", "| 1/a:1@99 a:1@99 a:expired | new -x0 99x1"},
  {"day: ends with its session", "cfg m=f matches=1; buy a 5 limit L=99 tif=day end=10; at 10; expire; A 2 sell 99 1", "a:expired |"},

  /* halts, sessions */
  {"halt: ours stand aside, and come back behind the others", "cfg m=f matches=1; buy a 5 limit L=99; halt 10; A 1 buy 99 2; A 2 sell 99 1; at 10; A 3 sell 99 3; held", "| | 2/1:1@99 | 3/1:1@99 3/a:2@99 a:2@99 held=1"},
  {"halt: what comes waits", "cfg m=f matches=1; last 100; A 1 sell 101 5; halt 10; buy a 2 market; buy b 1 limit L=101; at 9; A 2 sell 102 1; at 10; C 9", "| | | a/1:2@101 a:2@101 b/1:1@101 b:1@101"},
  {"halt: cancels work", "cfg m=f matches=1; buy a 5 limit L=99; halt 10; C 9; cancel a; held", "| a:canceled held=0"},
  {"halt: nothing triggers", "cfg m=f; A 1 sell 101 1; A 9 sell 102 1; buy a 1 stop S=101; halt 10; A 2 buy 101 1; at 10; C 9; held", "| | | | held=1"},
  {"outside the session only extended orders stand in the book", "cfg us=1 m=f matches=1; date 2024-01-03T14:00:00Z; buy a 5 limit L=99; buy x 5 limit L=98 ext=1; A 1 sell 98 7; at 1800; A 2 buy 98 1", "| 1/x:5@98 x:5@98 | a/1:2@98 a:2@98"},
  {"opg: the book at the open", "cfg us=1 m=f; date 2024-01-03T14:29:59Z; last 100; A 1 sell 101 3; buy a 5 market tif=opg end=90000; C 9; at 1; C 9; held", "| | | a:3@101 a:expired held=0"},
  {"cls: the book at the close", "cfg us=1 m=f; date 2024-01-03T20:59:59Z; last 100; A 1 sell 101 3; buy a 5 market tif=cls end=1; at 1; expire; held", "| a:3@101 a:expired held=0"},

  /* money */
  {"a maker of ours that nobody can pay for ends, the taker goes on", "cfg m=f matches=1; buy a 5 limit L=99; A 1 buy 99 2; cash 0; A 2 sell 99 1", "| | a:canceled(INSUFFICIENT_BUYING_POWER) 2/1:1@99"},
  {"a taker that nobody can pay for ends, the maker stays", BOOK "cash 0; buy a 5 market; cash 9; buy b 5 market", "| | | | a:canceled(INSUFFICIENT_BUYING_POWER) b/2:5@101 b:5@101"},

  /* ways that take time */
  {"latency: the book as it stands on arrival", "cfg m=f matches=1 lat=2; last 100; A 1 sell 101 5; buy a 5 market; at 1; A 2 sell 100 2; at 3; held", "| | a/2:2@100 a:2@100 a/1:3@101 a:3@101 held=0"},
  {"latency: place by arrival", "cfg m=f matches=1 lat=2; buy a 5 limit L=99; at 1; A 1 buy 99 2; at 3; A 2 sell 99 4", "| | 2/1:2@99 2/a:2@99 a:2@99"},
  {"latency: a cancel that comes too late", "cfg m=f lat=2; buy a 5 limit L=99; at 3; cancel a; at 4; A 2 sell 99 9; at 6", "| a:5@99 a:cancel_rejected(TOO_LATE)"},
  {"response: the desk hears later, nothing fills twice", "cfg m=f matches=1 res=2; buy a 5 limit L=99; at 3; A 1 sell 99 3; A 2 sell 99 9; at 9; held", "| 1/a:3@99 | 2/a:2@99 a:3@99 a:2@99 held=0"},
  {"response: a replace counts what the desk has not heard of", "cfg m=f matches=1 res=2; buy a 5 limit L=99; at 3; A 1 sell 99 3; replace a b q=4; A 2 sell 99 9; at 9; held", "| 1/a:3@99 | 2/b:1@99 a:3@99 a:replaced b:1@99 held=0"},
  {"response: the exits of a group never fill more than the parent", "cfg m=f matches=1 res=2; A 1 sell 100 5; A 2 buy 96 9; bracket g buy 5 market tp=103 sl=97; at 3; A 3 buy 103 5; at 4; A 4 sell 96 1; at 9; held", "| | g/1:5@100 g:5@100 | 3/g.t:5@103 | 4/2:1@96 g.t:5@103 g.s:triggered g.s:canceled held=0"},
};
/* clang-format on */

/* Seeded flows: an order of ours is to the book what an order of the flow would be. */

#define OURS 1000000

static struct {
  desk_t desk;
  oms_lob_t *twin;
  struct {
    uint64_t taker, maker;
    oms_qty_t qty;
    oms_price_t price;
  } left[4096], right[4096];
  size_t left_n, right_n;
  uint32_t working[64];
  size_t working_n;
} pair;

static uint64_t name_of(uint64_t id, uint32_t order) {
  return order == OMS_NONE ? id : OURS + oms_order_root(oms_engine_order(pair.desk.engine, order));
}

static void hear_ours(desk_t *d, const oms_book_match_t *m) {
  (void)d;
  assert_true(pair.left_n < 4096);
  pair.left[pair.left_n].taker = name_of(m->taker, m->taker_order);
  pair.left[pair.left_n].maker = name_of(m->maker, m->maker_order);
  pair.left[pair.left_n].qty = m->qty;
  pair.left[pair.left_n++].price = m->price;
}

static void hear_twin(void *ctx, const oms_lob_match_t *m) {
  (void)ctx;
  assert_true(pair.right_n < 4096);
  pair.right[pair.right_n].taker = m->taker;
  pair.right[pair.right_n].maker = m->maker;
  pair.right[pair.right_n].qty = m->qty;
  pair.right[pair.right_n++].price = m->price;
}

static oms_price_t any_price(oms_random_t *r) {
  return (95 + (oms_price_t)oms_random_below(r, 10)) * OMS_PRICE_SCALE;
}
static oms_qty_t any_qty(oms_random_t *r) {
  return (1 + (oms_qty_t)oms_random_below(r, 9)) * OMS_QTY_SCALE;
}

static void flow_row(oms_random_t *r, uint64_t *id) {
  oms_flow_t f = {.op = "AACR"[oms_random_below(r, 4)], .id = 1 + oms_random_below(r, *id + 1)};
  f.side = (uint8_t)(oms_random_below(r, 2) ? OMS_SIDE_BUY : OMS_SIDE_SELL);
  f.price = any_price(r);
  f.qty = any_qty(r);
  f.id = f.op == 'A' ? ++*id : f.id;
  pair.desk.log[0] = 0;
  desk_flow(&pair.desk, &f);
  oms_lob_new_t o = {f.id, 0, f.side == OMS_SIDE_BUY, f.price, f.qty};
  if (f.op == 'A') {
    assert_int_equal(oms_lob_add(pair.twin, &o, hear_twin, NULL), OMS_OK);
  } else if (f.op == 'C') {
    (void)oms_lob_cancel(pair.twin, f.id);
  } else {
    (void)oms_lob_reduce(pair.twin, f.id, f.qty);
  }
}

/* What the twin does with an order that must be filled whole, that may not take, or that rests with
 * what it leaves. */
static void twin_takes(const oms_lob_new_t *o, int tif, bool post_only) {
  oms_qty_t there = oms_lob_depth(pair.twin, !o->is_buy, o->price, o->qty);
  if ((tif == OMS_TIF_FOK && there < o->qty) || (post_only && there > 0)) {
    return;
  }
  assert_int_equal(oms_lob_add(pair.twin, o, hear_twin, NULL), OMS_OK);
  if (tif != OMS_TIF_GTC) {
    (void)oms_lob_cancel(pair.twin, o->id);
  }
}

static void our_order(oms_random_t *r) {
  desk_t *d = &pair.desk;
  static const oms_tif_t tifs[] = {OMS_TIF_GTC, OMS_TIF_GTC, OMS_TIF_IOC, OMS_TIF_FOK};
  int side = oms_random_below(r, 2) ? OMS_SIDE_BUY : OMS_SIDE_SELL;
  oms_terms_t t = desk_terms(d, side, any_qty(r), OMS_TYPE_LIMIT);
  t.time_in_force = (uint8_t)tifs[oms_random_below(r, OMS_COUNT(tifs))];
  t.limit_price = any_price(r);
  bool post_only = t.time_in_force == OMS_TIF_GTC && oms_random_below(r, 3) == 0;
  t.flags = post_only ? OMS_ORDER_POST_ONLY : 0;
  bool is_market = t.time_in_force == OMS_TIF_IOC && oms_random_below(r, 2) == 0;
  oms_price_t any = side == OMS_SIDE_BUY ? INT64_MAX : INT64_MIN + 1;
  oms_lob_new_t o = {0, 0, side == OMS_SIDE_BUY, is_market ? any : t.limit_price, t.qty};
  if (is_market) {
    t.type = OMS_TYPE_MARKET;
    t.limit_price = OMS_NO_PRICE;
  }
  uint32_t order = desk_make(d, "o", &t, OMS_HELD_BY_NONE);
  o.id = OURS + order;
  desk_send(d, order);
  twin_takes(&o, t.time_in_force, post_only);
  if (t.time_in_force == OMS_TIF_GTC) {
    pair.working[pair.working_n++] = order;
  }
}

/* Half are canceled, half get a smaller quantity. */
static void change_ours(oms_random_t *r) {
  size_t at = oms_random_below(r, pair.working_n);
  uint32_t order = pair.working[at];
  const oms_order_t *o = oms_engine_order(pair.desk.engine, order);
  char text[64], qty[32];
  if (oms_random_below(r, 2) == 0 || oms_order_leaves(o) <= OMS_QTY_SCALE) {
    pair.working[at] = pair.working[--pair.working_n];
    (void)oms_lob_cancel(pair.twin, OURS + oms_order_root(o));
    if (oms_order_is_open(o)) {
      snprintf(pair.desk.orders[order].name, sizeof pair.desk.orders[order].name, "gone");
      desk_do_cancel(&pair.desk, "gone");
      pair.desk.orders[order].name[0] = 0;
    }
    return;
  }
  (void)oms_lob_reduce(pair.twin, OURS + oms_order_root(o), oms_order_leaves(o) - OMS_QTY_SCALE);
  snprintf(pair.desk.orders[order].name, sizeof pair.desk.orders[order].name, "less");
  oms_decimal_format(o->qty - OMS_QTY_SCALE, 9, qty);
  snprintf(text, sizeof text, "replace less next q=%s", qty);
  desk_run(&pair.desk, text);
  pair.working[at] = oms_engine_subject(pair.desk.engine);
  uint32_t next = desk_find(&pair.desk, "next");
  pair.desk.orders[order].name[0] = pair.desk.orders[next].name[0] = 0;
  pair.working[at] = next;
}

static void compare(uint64_t seed, int step) {
  if (pair.left_n != pair.right_n ||
      memcmp(pair.left, pair.right, pair.left_n * sizeof pair.left[0]) != 0) {
    fail_msg("seed %llu, step %d: the matches differ", (unsigned long long)seed, step);
  }
  pair.left_n = pair.right_n = 0;
}

/* Both sides of the touch, ours in it. */
static void compare_touch(void) {
  oms_quote_t q = {OMS_NO_PRICE, OMS_NO_PRICE, 0, 0};
  (void)oms_lob_best(pair.twin, true, &q.bid, &q.bid_size);
  (void)oms_lob_best(pair.twin, false, &q.ask, &q.ask_size);
  assert_int_equal(pair.desk.touch.bid, q.bid);
  assert_int_equal(pair.desk.touch.bid_size, q.bid_size);
  assert_int_equal(pair.desk.touch.ask, q.ask);
  assert_int_equal(pair.desk.touch.ask_size, q.ask_size);
}

static void run_pair(uint64_t seed) {
  oms_random_t r;
  uint64_t id = 0;
  oms_random_seed(&r, seed);
  pair.working_n = pair.left_n = pair.right_n = 0;
  (void)desk_open(&pair.desk, "cfg m=f;");
  desk_mark(&pair.desk, pair.desk.a, 100 * OMS_PRICE_SCALE);
  pair.desk.on_match = hear_ours;
  pair.twin = oms_lob_new();
  for (int step = 0; step < 3000; step++) {
    uint64_t what = oms_random_below(&r, 8);
    pair.desk.log[0] = 0;
    if (what == 0 && pair.working_n < 64) {
      our_order(&r);
    } else if (what == 1 && pair.working_n > 0) {
      change_ours(&r);
    } else {
      flow_row(&r, &id);
      compare_touch();
    }
    assert_int_equal(pair.desk.rc, OMS_OK);
    compare(seed, step);
  }
  oms_lob_free(pair.twin);
  desk_close(&pair.desk);
}

static void ours_are_as_those_of_the_flow(void **state) {
  (void)state;
  for (uint64_t seed = 1; seed <= 30; seed++) {
    run_pair(seed);
  }
}

/* Orders of all kinds, with exits, halts and ways that take time: what the book says of ours is
 * what the desk books, nothing fills more than it may, nobody is filled beyond a limit. */

static struct { oms_qty_t matched[2], filled[2]; /* sell, buy */ } sums;

static void count_match(desk_t *d, const oms_book_match_t *m) {
  uint32_t sides[2] = {m->taker_order, m->maker_order};
  for (size_t i = 0; i < 2; i++) {
    if (sides[i] != OMS_NONE) {
      const oms_order_t *o = oms_engine_order(d->engine, sides[i]);
      bool is_buy = oms_side_is_buy(o->side);
      sums.matched[is_buy] += m->qty;
      if (o->limit_price != OMS_NO_PRICE) {
        assert_true(is_buy ? m->price <= o->limit_price : m->price >= o->limit_price);
      }
    }
  }
}

static void count_fill(desk_t *d, const oms_report_t *r) {
  if (r->type == OMS_REPORT_FILL) {
    const oms_order_t *o = oms_engine_order(d->engine, r->order);
    sums.filled[oms_side_is_buy(o->side)] += r->qty;
    assert_int_equal(oms_order_overfill(o), 0);
  }
}

static void any_order(oms_random_t *r, char out[160], int n) {
  static const char *const kinds[] = {
      "%s o%d %d market",
      "%s o%d %d market tif=ioc",
      "%s o%d %d limit L=%d",
      "%s o%d %d limit L=%d tif=fok",
      "%s o%d %d limit L=%d post=1",
      "%s o%d %d stop S=%d",
      "%s o%d %d stop S=%d by=bid_ask",
      "%s o%d %d market_if_touched S=%d",
      "%s o%d %d trailing_stop T=2",
  };
  bool is_buy = oms_random_below(r, 2) == 0;
  const char *side = is_buy ? "buy" : "sell";
  int qty = 1 + (int)oms_random_below(r, 9), price = 95 + (int)oms_random_below(r, 10);
  size_t kind = oms_random_below(r, OMS_COUNT(kinds) + 2);
  if (kind >= OMS_COUNT(kinds)) {
    snprintf(out, 160, "bracket o%d %s %d limit L=%d tp=%d sl=%d", n, side, qty, price,
             price + (is_buy ? 2 : -2), price - (is_buy ? 3 : -3));
    return;
  }
  snprintf(out, 160, kinds[kind], side, n, qty, price);
}

/* One of the orders by its name, if it is still open and nothing is asked of it. */
static bool pick_open(oms_random_t *r, int n, char name[16]) {
  snprintf(name, 16, "o%d", (int)oms_random_below(r, (uint64_t)n + 1));
  for (uint32_t i = 0; i < oms_engine_order_count(pair.desk.engine); i++) {
    int status = oms_engine_order(pair.desk.engine, i)->status;
    if (is(pair.desk.orders[i].name, name)) {
      return status == OMS_STATUS_NEW || status == OMS_STATUS_PARTIALLY_FILLED;
    }
  }
  return false;
}

static void any_step(oms_random_t *r, int step, uint64_t *id, int *n) {
  char text[160], name[16];
  uint64_t what = oms_random_below(r, 40);
  if (what < 5) {
    any_order(r, text, (*n)++);
  } else if (what < 7 && pick_open(r, *n, name)) {
    snprintf(text, sizeof text, what == 5 ? "cancel %s" : "cancelnow %s", name);
  } else if (what == 7 && oms_random_below(r, 8) == 0) {
    snprintf(text, sizeof text, "halt %d", 1 + (int)oms_random_below(r, 9));
  } else {
    const char *side = oms_random_below(r, 2) == 0 ? "buy" : "sell";
    int price = 95 + (int)oms_random_below(r, 10), qty = 1 + (int)oms_random_below(r, 9);
    if (what % 4 == 0) {
      snprintf(text, sizeof text, "C %llu", (unsigned long long)(1 + oms_random_below(r, *id + 1)));
    } else {
      snprintf(text, sizeof text, "A %llu %s %d %d", (unsigned long long)++*id, side, price, qty);
    }
  }
  desk_run(&pair.desk, text);
  snprintf(text, sizeof text, "at %d", step / 2);
  desk_run(&pair.desk, text);
}

static void run_all_kinds(uint64_t seed, const char *cfg) {
  desk_t *d = &pair.desk;
  oms_random_t r;
  uint64_t id = 0;
  int n = 0;
  oms_random_seed(&r, seed);
  memset(&sums, 0, sizeof sums);
  (void)desk_open(d, cfg);
  desk_mark(d, d->a, 100 * OMS_PRICE_SCALE);
  d->on_match = count_match;
  d->after = count_fill;
  for (int step = 0; step < 1500; step++) {
    oms_error_t err;
    d->log[0] = 0;
    any_step(&r, step, &id, &n);
    if (d->rc != OMS_OK || strchr(d->log, '!') != NULL) {
      fail_msg("%s seed %llu, step %d: %s (%s)", cfg, (unsigned long long)seed, step, d->log,
               oms_err_name(d->rc));
    }
    if (step % 50 == 0 && oms_engine_verify(d->engine, &err) != OMS_OK) {
      fail_msg("%s seed %llu, step %d: %s", cfg, (unsigned long long)seed, step, err.message);
    }
  }
  desk_run(d, "at 100000");
  for (size_t i = 0; i < 2; i++) {
    assert_true(sums.matched[i] > 0);
    assert_int_equal(sums.matched[i], sums.filled[i]);
  }
  desk_close(d);
}

static void all_kinds_of_orders_keep_the_books(void **state) {
  (void)state;
  static const char *const cfgs[] = {"cfg m=f;", "cfg m=f lat=1;", "cfg m=f res=2;",
                                     "cfg m=f row=1/0 row=0/3 row=2/2;"};
  for (uint64_t seed = 1; seed <= 40; seed++) {
    run_all_kinds(seed, cfgs[seed % 4]);
  }
}

static void wrong_rows_change_nothing(void **state) {
  (void)state;
  oms_quote_t touch;
  bool changed;
  (void)desk_open(&pair.desk, "cfg m=f;");
  desk_run(&pair.desk, "A 1 sell 101 5");
  oms_flow_t f = {.op = 'A', .side = OMS_SIDE_BUY, .id = 1, .price = 5, .qty = 5};
  assert_int_equal(oms_sim_flow(pair.desk.sim, pair.desk.a, &f, 0, &touch, &changed),
                   OMS_ERR_EXISTS);
  f.id = 0;
  assert_int_equal(oms_sim_flow(pair.desk.sim, pair.desk.a, &f, 0, &touch, &changed),
                   OMS_ERR_RANGE);
  assert_int_equal(oms_sim_flow(pair.desk.sim, pair.desk.b, &f, 0, &touch, &changed),
                   OMS_ERR_USAGE);
  assert_int_equal(touch.ask, 101 * OMS_PRICE_SCALE);
  assert_false(changed);
  desk_close(&pair.desk);
}

/* Orders are made first: from then on only the venue allocates. 'n': the allocation that fails. */
static int run_with_failure(long n) {
  desk_t *d = &pair.desk;
  uint32_t orders[24];
  (void)desk_open(d, "cfg m=f lat=1 res=1;");
  desk_mark(d, d->a, 100 * OMS_PRICE_SCALE);
  d->venue.close(d->venue.self);
  d->sim = NULL;
  for (size_t i = 0; i < OMS_COUNT(orders); i++) {
    int type = i % 3 == 0 ? OMS_TYPE_LIMIT : i % 3 == 1 ? OMS_TYPE_MARKET : OMS_TYPE_STOP;
    oms_terms_t t = desk_terms(d, OMS_SIDE_BUY, 3 * OMS_QTY_SCALE, type);
    t.limit_price = type == OMS_TYPE_LIMIT ? 99 * OMS_PRICE_SCALE : OMS_NO_PRICE;
    t.stop_price = type == OMS_TYPE_STOP ? 101 * OMS_PRICE_SCALE : OMS_NO_PRICE;
    orders[i] = desk_make(d, "o", &t, OMS_HELD_BY_NONE);
  }
  oms_alloc_fail_after(n);
  desk_open_venue(d);
  for (size_t i = 0; d->rc == OMS_OK && i < OMS_COUNT(orders); i++) {
    desk_note(d, d->venue.submit(d->venue.self, orders[i], d->now));
  }
  for (int i = 1; d->rc == OMS_OK && i < 60; i++) {
    char row[64];
    snprintf(row, sizeof row, "at %d; A %d %s %d 5", i, i, i % 2 ? "sell" : "buy", 100 + i % 3);
    desk_run(d, row);
  }
  oms_alloc_fail_after(0);
  int rc = d->rc;
  desk_close(d);
  return rc;
}

static void each_allocation_may_fail(void **state) {
  (void)state;
  long before = oms_alloc_live(), n = 1;
  for (int rc; (rc = run_with_failure(n)) != OMS_OK; n++) {
    assert_int_equal(rc, OMS_ERR_NOMEM);
    assert_int_equal(oms_alloc_live(), before);
    assert_true(n < 1000);
  }
  assert_true(n > 20);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(ours_are_as_those_of_the_flow),
      cmocka_unit_test(all_kinds_of_orders_keep_the_books),
      cmocka_unit_test(wrong_rows_change_nothing),
      cmocka_unit_test(each_allocation_may_fail),
  };
  int failed = desk_run_table("order flow", TABLE, OMS_COUNT(TABLE));
  return failed + cmocka_run_group_tests(tests, NULL, NULL);
}
