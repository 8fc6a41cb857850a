/* report_series.c - what the page draws over time: equity, drawdown and exposure of the steps, and
 * the stops while they worked. Long series were thinned when they were
 * recorded (record.h). */
#include "base/alloc.h"
#include "host/record.h"
#include "host/report.h"

/* Equity. */

static const oms_equity_stretch_t *stretch(const oms_page_record_t *r, size_t i) {
  return OMS_AT(&r->equity.list, oms_equity_stretch_t, i);
}

static void point(oms_page_t *to, oms_time_t t, oms_money_t v) {
  oms_page_begin(to, '[');
  oms_page_time(to, t);
  oms_page_decimal(to, v, OMS_MONEY_DECIMALS);
  oms_page_end(to, ']');
}

/* The lowest and the highest of each stretch in their order, and the last step of all. */
static void equity(oms_page_t *to, const oms_page_record_t *r) {
  oms_page_key(to, "equity");
  oms_page_begin(to, '[');
  for (size_t i = 0; i < r->equity.list.n; i++) {
    const oms_equity_stretch_t *s = stretch(r, i);
    bool falls = s->high_ts < s->low_ts;
    oms_time_t end = falls ? s->low_ts : s->high_ts;
    if (s->low_ts != s->high_ts) {
      point(to, falls ? s->high_ts : s->low_ts, falls ? s->high : s->low);
    }
    point(to, end, falls ? s->low : s->high);
    if (i + 1 == r->equity.list.n && s->ts != end) {
      point(to, s->ts, s->last);
    }
  }
  oms_page_end(to, ']');
}

static double rounded(double v) {
  double scaled = v * 1e6;
  return scaled > -9e15 && scaled < 9e15 ? (double)(int64_t)scaled / 1e6 : v;
}

/* Fractions to percent with four places. */
static void percent_point(oms_page_t *to, oms_time_t t, double v) {
  oms_page_begin(to, '[');
  oms_page_time(to, t);
  oms_page_double(to, 100 * rounded(v));
  oms_page_end(to, ']');
}

static void drawdown(oms_page_t *to, const oms_page_record_t *r) {
  oms_page_key(to, "drawdown");
  oms_page_begin(to, '[');
  for (size_t i = 0; i < r->equity.list.n; i++) {
    percent_point(to, stretch(r, i)->deep_ts, -stretch(r, i)->depth);
  }
  oms_page_end(to, ']');
}

static void exposure(oms_page_t *to, const oms_page_record_t *r) {
  oms_page_key(to, "exposure");
  oms_page_begin(to, '[');
  for (size_t i = 0; i < r->equity.list.n; i++) {
    const oms_equity_stretch_t *s = stretch(r, i);
    oms_page_begin(to, '[');
    oms_page_time(to, s->ts);
    oms_page_double(to, 100 * rounded(s->gross));
    oms_page_double(to, 100 * rounded(s->net));
    oms_page_end(to, ']');
  }
  oms_page_end(to, ']');
}

/* Stops. */

/* Of orders that waited at the venue for a stop. */
static bool had_stop(const oms_engine_t *e, const oms_order_t *o) {
  oms_type_needs_t needs = oms_type_needs(o->type);
  bool waits = needs.stop || needs.trail;
  return waits && oms_report_worked_from(e, o) != OMS_NO_TIME &&
         (o->flags & OMS_ORDER_GROUP_HEAD) == 0;
}

static void step(oms_page_t *to, oms_time_t ts, oms_price_t stop) {
  oms_page_time(to, ts);
  oms_page_decimal(to, stop, OMS_PRICE_DECIMALS);
}

/* [symbol, side, type, end, time, stop, time, stop, ...]; no end: it works still. 'steps' are those
 * of a trailing order, chained by 'next'. */
static void stop_row(oms_page_t *to, const oms_host_t *h, const oms_order_t *o, uint32_t first,
                     const uint32_t *next) {
  oms_page_begin(to, '[');
  oms_page_integer(to, o->instrument);
  oms_page_text(to, oms_enum_text(OMS_ENUM_SIDE, o->side));
  oms_page_text(to, oms_enum_text(OMS_ENUM_TYPE, o->type));
  oms_page_time(to, o->ended_ns);
  if (o->more->stop_price != OMS_NO_PRICE) {
    step(to, oms_report_worked_from(h->engine, o), o->more->stop_price);
  }
  for (uint32_t i = first; i != OMS_NONE; i = next[i]) {
    const oms_stop_step_t *s = OMS_AT(&h->record->steps, oms_stop_step_t, i);
    step(to, s->ts, s->stop);
  }
  oms_page_end(to, ']');
}

/* 'heads' by order, 'next' by step: the steps of an order in order of time. */
static void chain_steps(const oms_page_record_t *r, uint32_t *heads, uint32_t *next) {
  for (size_t i = r->steps.n; i > 0; i--) {
    uint32_t order = OMS_AT(&r->steps, oms_stop_step_t, i - 1)->order;
    next[i - 1] = heads[order];
    heads[order] = (uint32_t)(i - 1);
  }
}

static void stop_rows(oms_page_t *to, const oms_host_t *h, const uint32_t *heads,
                      const uint32_t *next) {
  size_t shown = 0, all = 0;
  oms_page_key(to, "stops");
  oms_page_begin(to, '[');
  for (uint32_t i = 0; i < oms_engine_order_count(h->engine); i++) {
    const oms_order_t *o = oms_engine_order(h->engine, i);
    uint32_t first = heads != NULL ? heads[i] : OMS_NONE;
    if (had_stop(h->engine, o) && (o->more->stop_price != OMS_NO_PRICE || first != OMS_NONE)) {
      all++;
      if (shown < OMS_REPORT_STOPS) {
        shown++;
        stop_row(to, h, o, first, next);
      }
    }
  }
  oms_page_end(to, ']');
  oms_page_key(to, "stopCount");
  oms_page_integer(to, (int64_t)all);
}

static int stops(oms_page_t *to, const oms_host_t *h) {
  size_t n = h->record->steps.n, orders = oms_engine_order_count(h->engine);
  if (n == 0) {
    stop_rows(to, h, NULL, NULL);
    return OMS_OK;
  }
  uint32_t *heads = oms_alloc(orders * sizeof *heads), *next = oms_alloc(n * sizeof *next);
  bool fits = heads != NULL && next != NULL;
  if (fits) {
    for (size_t i = 0; i < orders; i++) {
      heads[i] = OMS_NONE;
    }
    chain_steps(h->record, heads, next);
    stop_rows(to, h, heads, next);
  }
  oms_free(heads);
  oms_free(next);
  return fits ? OMS_OK : OMS_ERR_NOMEM;
}

int oms_report_series(oms_page_t *to, const oms_host_t *h) {
  oms_page_key(to, "equityEach");
  oms_page_integer(to, (int64_t)h->record->equity.each);
  equity(to, h->record);
  drawdown(to, h->record);
  exposure(to, h->record);
  return stops(to, h);
}
