/* report_execution.c - how orders were executed, by their type: share filled, price against the one
 * that stood when the order was made (of a stop order: against its stop), time to the first fill,
 * liquidity added and removed. Orders that never left for the venue are not counted. */
#include <math.h>
#include <string.h>

#include "host/record.h"
#include "host/report.h"

typedef struct execution {
  uint32_t orders, filled;
  oms_int128_t asked, done; /* quantities */
  uint64_t fills, added, removed;
  oms_int128_t cost, notional; /* 1e-18: positive is worse than the reference */
  oms_int128_t waited;         /* ns */
  oms_time_t longest;
  uint32_t timed;
} execution_t;

oms_time_t oms_report_worked_from(const oms_engine_t *e, const oms_order_t *o) {
  if (o->sent_ns != OMS_NO_TIME || o->more->replaces == OMS_NONE) {
    return o->sent_ns;
  }
  const oms_order_t *before = oms_engine_order(e, o->more->replaces);
  bool took_place = before->status == OMS_STATUS_REPLACED && before->more->replaced_by == o->index;
  return took_place ? before->ended_ns : OMS_NO_TIME;
}

/* What the price is measured by; OMS_NO_PRICE: nothing. */
static oms_price_t reference(const oms_page_record_t *r, const oms_order_t *o) {
  oms_type_needs_t needs = oms_type_needs(o->type);
  const oms_arrival_t *a =
      o->index < r->arrivals.n ? OMS_AT(&r->arrivals, oms_arrival_t, o->index) : NULL;
  if (needs.trail && a != NULL && a->stop != OMS_NO_PRICE) {
    return a->stop;
  }
  if (needs.stop && o->more->stop_price != OMS_NO_PRICE) {
    return o->more->stop_price;
  }
  return a != NULL ? a->price : OMS_NO_PRICE;
}

static void take_fill(execution_t *x, const oms_fill_t *f, oms_price_t from, int64_t multiplier) {
  x->fills++;
  x->added += f->liquidity == 'A';
  x->removed += f->liquidity == 'R';
  if (from != OMS_NO_PRICE && from > 0) {
    oms_int128_t worse = f->side == OMS_SIDE_BUY ? f->price - from : from - f->price;
    /* Divided first, so that the sums of many fills stay far inside 128 bits. */
    x->cost += worse * f->qty / OMS_QTY_SCALE * multiplier;
    x->notional += (oms_int128_t)from * f->qty / OMS_QTY_SCALE * multiplier;
  }
}

static void take_wait(execution_t *x, oms_time_t from, oms_time_t first) {
  oms_time_t wait = first > from ? first - from : 0;
  x->waited += wait;
  x->longest = wait > x->longest ? wait : x->longest;
  x->timed++;
}

static void take_order(execution_t *x, const oms_host_t *h, const oms_order_t *o) {
  oms_price_t from = reference(h->record, o);
  int64_t multiplier = oms_engine_instrument(h->engine, o->instrument)->multiplier;
  oms_time_t first = OMS_NO_TIME;
  oms_qty_t done = 0;
  for (uint32_t i = o->last_fill; i != OMS_NONE;) {
    const oms_fill_t *f = oms_engine_fill(h->engine, i);
    if (!f->busted && f->busts == OMS_NONE) {
      take_fill(x, f, from, multiplier);
      first = f->ts;
      done += f->qty;
    }
    i = f->prev;
  }
  x->orders++;
  x->filled += done > 0;
  x->asked += o->qty > done ? o->qty : done;
  x->done += done;
  if (first != OMS_NO_TIME) {
    take_wait(x, oms_report_worked_from(h->engine, o), first);
  }
}

static void add(execution_t *sum, const execution_t *x) {
  sum->orders += x->orders;
  sum->filled += x->filled;
  sum->asked += x->asked;
  sum->done += x->done;
  sum->fills += x->fills;
  sum->added += x->added;
  sum->removed += x->removed;
  sum->cost += x->cost;
  sum->notional += x->notional;
  sum->waited += x->waited;
  sum->longest = x->longest > sum->longest ? x->longest : sum->longest;
  sum->timed += x->timed;
}

static double ratio(oms_int128_t a, oms_int128_t b) {
  return b != 0 ? (double)a / (double)b : NAN;
}

static void put(oms_page_t *to, const char *type, const execution_t *x) {
  oms_page_begin(to, '[');
  oms_page_text(to, type);
  oms_page_integer(to, x->orders);
  oms_page_integer(to, x->filled);
  oms_page_double(to, 100 * ratio(x->done, x->asked));
  oms_page_integer(to, (int64_t)x->fills);
  oms_page_double(to, 1e4 * ratio(x->cost, x->notional));
  oms_page_double(to, x->notional != 0 ? (double)x->cost / 1e18 : NAN);
  oms_page_double(to, ratio(x->waited, (oms_int128_t)x->timed * OMS_NS_PER_SECOND));
  oms_page_double(to, x->timed > 0 ? (double)x->longest / (double)OMS_NS_PER_SECOND : NAN);
  oms_page_integer(to, (int64_t)x->added);
  oms_page_integer(to, (int64_t)x->removed);
  oms_page_end(to, ']');
}

static bool counts(const oms_engine_t *e, const oms_order_t *o) {
  return oms_report_worked_from(e, o) != OMS_NO_TIME && o->instrument != OMS_NONE &&
         (o->flags & OMS_ORDER_GROUP_HEAD) == 0;
}

void oms_report_execution(oms_page_t *to, const oms_host_t *h) {
  execution_t types[OMS_TYPE_COUNT], all;
  memset(types, 0, sizeof types);
  memset(&all, 0, sizeof all);
  int kinds = 0;
  for (uint32_t i = 0; i < oms_engine_order_count(h->engine); i++) {
    const oms_order_t *o = oms_engine_order(h->engine, i);
    if (counts(h->engine, o)) {
      take_order(&types[o->type], h, o);
    }
  }
  oms_report_table(to, "execution", "Execution quality",
                   "Slippage is what fills cost beyond the price that stood when the order was "
                   "made, or beyond the stop of a stop order; a negative one is better. On bars a "
                   "fill carries the label of its bar.",
                   "type|#orders|#filled|%of quantity|#fills|#slippage bp|$slippage|~mean wait|"
                   "~longest wait|#added|#removed",
                   "No order left for the venue.");
  for (int i = 0; i < OMS_TYPE_COUNT; i++) {
    if (types[i].orders > 0) {
      put(to, oms_enum_text(OMS_ENUM_TYPE, i), &types[i]);
      add(&all, &types[i]);
      kinds++;
    }
  }
  if (kinds > 1) {
    put(to, "all", &all);
  }
  oms_report_table_end(to);
}
