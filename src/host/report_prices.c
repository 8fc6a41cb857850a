/* report_prices.c - candles of each symbol, and what was bought and sold in each of them: all round
 * trips, summed by candle, so that the marks are bounded as the candles are. */
#include "base/alloc.h"
#include "host/record.h"
#include "host/report.h"

/* Marks. */

typedef struct mark {
  oms_qty_t qty;
  uint32_t n;
} mark_t;

/* Of a candle, by [buys][opens]. */
typedef struct marks {
  mark_t of[2][2];
} marks_t;

typedef struct price_marks {
  const oms_host_t *h;
  marks_t **by_instrument; /* as many as it has candles; NULL: none yet */
} price_marks_t;

/* The last candle that begins at or before 't', else the first. */
static size_t candle_of(const oms_array_t *candles, oms_time_t t) {
  size_t low = 0, high = candles->n - 1;
  while (low < high) {
    size_t middle = (low + high + 1) / 2;
    if (OMS_AT(candles, oms_candle_t, middle)->ts <= t) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}

static int add_mark(price_marks_t *m, uint32_t instrument, oms_time_t ts, bool buys, bool opens,
                    oms_qty_t qty) {
  const oms_array_t *candles = &m->h->record->prices[instrument].candles.list;
  marks_t *marks = m->by_instrument[instrument];
  if (candles->n == 0) {
    return OMS_OK;
  }
  if (marks == NULL) {
    marks = oms_alloc_zero(candles->n, sizeof *marks);
    m->by_instrument[instrument] = marks;
  }
  if (marks == NULL) {
    return OMS_ERR_NOMEM;
  }
  mark_t *mark = &marks[candle_of(candles, ts)].of[buys][opens];
  mark->n++;
  if (oms_add(mark->qty, qty, &mark->qty) != OMS_OK) {
    mark->qty = INT64_MAX;
  }
  return OMS_OK;
}

static int mark_trade(void *self, const oms_trade_t *t) {
  price_marks_t *m = self;
  const oms_engine_t *e = m->h->engine;
  oms_time_t in = oms_engine_fill(e, t->entry_fill)->ts;
  int rc = add_mark(m, t->instrument, in, t->is_long, true, t->qty);
  if (rc == OMS_OK && !oms_trade_is_open(t)) {
    oms_time_t out = oms_trade_exit_time(e, t);
    rc = add_mark(m, t->instrument, out, !t->is_long, false, t->qty);
  }
  return rc;
}

/* [candle, buys, opens, fills, quantity] in order of candles. */
static void put_marks(oms_page_t *to, const marks_t *marks, size_t n) {
  for (size_t i = 0; marks != NULL && i < n; i++) {
    for (int k = 0; k < 4; k++) {
      const mark_t *mark = &marks[i].of[k / 2][k % 2];
      if (mark->n > 0) {
        oms_page_begin(to, '[');
        oms_page_integer(to, (int64_t)i);
        oms_page_bool(to, k / 2 == 1);
        oms_page_bool(to, k % 2 == 1);
        oms_page_integer(to, mark->n);
        oms_page_decimal(to, mark->qty, OMS_QTY_DECIMALS);
        oms_page_end(to, ']');
      }
    }
  }
}

/* Candles. */

static void candle(oms_page_t *to, const oms_candle_t *c) {
  oms_page_begin(to, '[');
  oms_page_time(to, c->ts);
  oms_page_decimal(to, c->open, OMS_PRICE_DECIMALS);
  oms_page_decimal(to, c->high, OMS_PRICE_DECIMALS);
  oms_page_decimal(to, c->low, OMS_PRICE_DECIMALS);
  oms_page_decimal(to, c->close, OMS_PRICE_DECIMALS);
  oms_page_end(to, ']');
}

/* The finest bars of the symbol; NULL: it has none. */
static const oms_host_stream_t *finest_bars(const oms_host_t *h, uint32_t instrument, size_t *at) {
  for (size_t i = 0; i < h->streams.n; i++) {
    const oms_host_stream_t *s = OMS_AT(&h->streams, oms_host_stream_t, i);
    if (s->finest && s->instrument == instrument) {
      *at = i;
      return s;
    }
  }
  return NULL;
}

static void price(oms_page_t *to, const oms_host_t *h, uint32_t instrument, const marks_t *marks) {
  const oms_thinned_t *t = &h->record->prices[instrument].candles;
  size_t at = 0;
  const oms_host_stream_t *s = finest_bars(h, instrument, &at);
  oms_page_begin(to, '{');
  oms_page_key(to, "symbol");
  oms_page_integer(to, instrument);
  oms_page_key(to, "timeframe");
  oms_page_time(to, s != NULL ? s->timeframe : OMS_NS_PER_SECOND);
  oms_page_key(to, "ticks");
  oms_page_bool(to, s == NULL);
  oms_page_key(to, "labelEnd");
  oms_page_bool(to, s != NULL && h->config->data[at].label_end);
  oms_page_key(to, "barsEach");
  oms_page_integer(to, (int64_t)t->each);
  oms_page_key(to, "bars");
  oms_page_begin(to, '[');
  for (size_t i = 0; i < t->list.n; i++) {
    candle(to, OMS_AT(&t->list, oms_candle_t, i));
  }
  oms_page_end(to, ']');
  oms_page_key(to, "marks");
  oms_page_begin(to, '[');
  put_marks(to, marks, t->list.n);
  oms_page_end(to, ']');
  oms_page_end(to, '}');
}

static void put_prices(oms_page_t *to, const price_marks_t *m) {
  const oms_page_record_t *r = m->h->record;
  oms_page_key(to, "prices");
  oms_page_begin(to, '[');
  for (uint32_t i = 0; i < r->price_n; i++) {
    if (r->prices[i].candles.list.n > 0) {
      price(to, m->h, i, m->by_instrument[i]);
    }
  }
  oms_page_end(to, ']');
}

int oms_report_prices(oms_page_t *to, const oms_host_t *h) {
  size_t n = h->record->price_n;
  price_marks_t m = {.h = h, .by_instrument = oms_alloc_zero(n > 0 ? n : 1, sizeof(marks_t *))};
  if (m.by_instrument == NULL) {
    return OMS_ERR_NOMEM;
  }
  int rc = oms_record_end(h->record);
  if (rc == OMS_OK) {
    rc = oms_engine_trades(h->engine, mark_trade, &m);
  }
  put_prices(to, &m);
  for (size_t i = 0; i < n; i++) {
    oms_free(m.by_instrument[i]);
  }
  oms_free(m.by_instrument);
  return rc;
}
