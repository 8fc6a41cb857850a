/* record.c - see record.h. Only notes; what the page makes of it stands in report_series.c and
 * report_execution.c. */
#include "host/record.h"

#include <string.h>

#include "base/alloc.h"

/* Thinning. */

typedef void join_t(void *into, const void *later);

/* Halves the list: element i takes in those at 2i and 2i + 1. 'max' is even. */
static void halve(oms_thinned_t *t, join_t *join) {
  unsigned char *data = t->list.data;
  size_t size = t->list.size;
  for (size_t i = 0; 2 * i + 1 < t->list.n; i++) {
    join(data + 2 * i * size, data + (2 * i + 1) * size);
    if (i > 0) {
      memcpy(data + i * size, data + 2 * i * size, size);
    }
  }
  t->list.n /= 2;
  t->each *= 2;
}

static int add(oms_thinned_t *t, const void *point, join_t *join) {
  if (t->list.n > 0 && t->in < t->each) {
    join((unsigned char *)t->list.data + (t->list.n - 1) * t->list.size, point);
    t->in++;
    return OMS_OK;
  }
  if (t->list.n == t->max) {
    halve(t, join);
  }
  t->in = 1;
  return oms_array_push(&t->list, point);
}

static void init(oms_thinned_t *t, size_t size, size_t max) {
  oms_array_init(&t->list, size);
  t->max = max;
  t->each = 1;
  t->in = 0;
}

static void join_candles(void *into, const void *later) {
  oms_candle_t *a = into;
  const oms_candle_t *b = later;
  a->high = b->high > a->high ? b->high : a->high;
  a->low = b->low < a->low ? b->low : a->low;
  a->close = b->close;
}

static void join_equity(void *into, const void *later) {
  oms_equity_stretch_t *a = into;
  const oms_equity_stretch_t *b = later;
  if (b->low < a->low) {
    a->low = b->low;
    a->low_ts = b->low_ts;
  }
  if (b->high > a->high) {
    a->high = b->high;
    a->high_ts = b->high_ts;
  }
  if (b->depth > a->depth) {
    a->depth = b->depth;
    a->deep_ts = b->deep_ts;
  }
  if (b->gross > a->gross) {
    a->gross = b->gross;
    a->net = b->net;
  }
  a->last = b->last;
  a->ts = b->ts;
}

/* Life. */

static size_t candles_each(size_t instruments) {
  size_t n = instruments > 0 ? OMS_PAGE_CANDLES / instruments : 0;
  return (n > 8192 ? 8192 : n < 64 ? 64 : n) & ~(size_t)1;
}

oms_page_record_t *oms_record_new(size_t instruments) {
  oms_page_record_t *r = oms_alloc_zero(1, sizeof *r);
  oms_record_prices_t *prices = oms_alloc_zero(instruments > 0 ? instruments : 1, sizeof *prices);
  if (r == NULL || prices == NULL) {
    oms_free(r);
    oms_free(prices);
    return NULL;
  }
  r->prices = prices;
  r->price_n = instruments;
  init(&r->equity, sizeof(oms_equity_stretch_t), OMS_PAGE_EQUITY);
  for (size_t i = 0; i < instruments; i++) {
    init(&prices[i].candles, sizeof(oms_candle_t), candles_each(instruments));
    prices[i].second.ts = OMS_NO_TIME;
  }
  oms_array_init(&r->arrivals, sizeof(oms_arrival_t));
  oms_array_init(&r->steps, sizeof(oms_stop_step_t));
  return r;
}

void oms_record_free(oms_page_record_t *r) {
  if (r == NULL) {
    return;
  }
  for (size_t i = 0; i < r->price_n; i++) {
    oms_array_free(&r->prices[i].candles.list);
  }
  oms_array_free(&r->equity.list);
  oms_array_free(&r->arrivals);
  oms_array_free(&r->steps);
  oms_free(r->prices);
  oms_free(r);
}

/* Series. */

int oms_record_bar(oms_page_record_t *r, uint32_t instrument, const oms_bar_t *bar) {
  const oms_candle_t c = {bar->ts, bar->open, bar->high, bar->low, bar->close};
  return add(&r->prices[instrument].candles, &c, join_candles);
}

static int end_second(oms_record_prices_t *p) {
  int rc = p->second.ts != OMS_NO_TIME ? add(&p->candles, &p->second, join_candles) : OMS_OK;
  p->second.ts = OMS_NO_TIME;
  return rc;
}

int oms_record_tick(oms_page_record_t *r, uint32_t instrument, oms_time_t ts, oms_price_t price) {
  oms_record_prices_t *p = &r->prices[instrument];
  oms_candle_t c = {ts, price, price, price, price};
  if (p->second.ts != OMS_NO_TIME && ts - p->second.ts < OMS_NS_PER_SECOND) {
    join_candles(&p->second, &c);
    return OMS_OK;
  }
  int rc = end_second(p);
  oms_time_t into = ts % OMS_NS_PER_SECOND;
  c.ts -= into < 0 ? into + OMS_NS_PER_SECOND : into;
  p->second = c;
  return rc;
}

int oms_record_end(oms_page_record_t *r) {
  int rc = OMS_OK;
  for (size_t i = 0; i < r->price_n && rc == OMS_OK; i++) {
    rc = end_second(&r->prices[i]);
  }
  return rc;
}

int oms_record_equity(oms_page_record_t *r, oms_time_t ts, oms_money_t equity,
                      oms_money_t long_value, oms_money_t short_value, double drawdown) {
  double whole = (double)equity, longs = (double)long_value, shorts = (double)short_value;
  const oms_equity_stretch_t s = {.ts = ts,
                                  .low_ts = ts,
                                  .high_ts = ts,
                                  .deep_ts = ts,
                                  .low = equity,
                                  .high = equity,
                                  .last = equity,
                                  .depth = drawdown,
                                  .gross = equity > 0 ? (longs - shorts) / whole : 0,
                                  .net = equity > 0 ? (longs + shorts) / whole : 0};
  return add(&r->equity, &s, join_equity);
}

/* Orders. */

oms_price_t oms_record_price(const oms_instrument_t *i) {
  if (i->bid == OMS_NO_PRICE || i->ask == OMS_NO_PRICE) {
    return i->last;
  }
  return i->bid / 2 + i->ask / 2 + (i->bid % 2 + i->ask % 2) / 2;
}

int oms_record_orders(oms_page_record_t *r, const oms_engine_t *e) {
  uint32_t n = oms_engine_order_count(e);
  int rc = OMS_OK;
  for (size_t i = r->arrivals.n; i < n && rc == OMS_OK; i++) {
    const oms_order_t *o = oms_engine_order(e, (uint32_t)i);
    oms_arrival_t a = {OMS_NO_PRICE, OMS_NO_PRICE};
    if (o->instrument != OMS_NONE) {
      a.price = oms_record_price(oms_engine_instrument(e, o->instrument));
    }
    r->trails = r->trails || oms_type_needs(o->type).trail;
    rc = oms_array_push(&r->arrivals, &a);
  }
  return rc;
}

static int note_stop(oms_page_record_t *r, const oms_desk_t *desk, const oms_order_t *o) {
  oms_arrival_t *known = OMS_AT(&r->arrivals, oms_arrival_t, o->index);
  oms_price_t stop = oms_desk_stop_of(desk, o);
  if (stop == OMS_NO_PRICE || stop == known->stop || r->steps.n == OMS_PAGE_STEPS) {
    return OMS_OK;
  }
  const oms_stop_step_t step = {o->index, desk->now, stop};
  known->stop = stop;
  return oms_array_push(&r->steps, &step);
}

int oms_record_stops(oms_page_record_t *r, const oms_desk_t *desk) {
  int rc = OMS_OK;
  uint32_t i = r->trails ? oms_engine_first_open(desk->engine) : OMS_NONE;
  while (i != OMS_NONE && rc == OMS_OK) {
    const oms_order_t *o = oms_engine_order(desk->engine, i);
    if (o->index < r->arrivals.n && oms_type_needs(o->type).trail) {
      rc = note_stop(r, desk, o);
    }
    i = o->next_open;
  }
  return rc;
}
