/* ticks.c - rows of the data that are no bars: what the core learns of them, the venue's turn, and
 * who hears of them. A crossed quote is for scripts alone: the core has no book while it stands.
 * step.c has the order of things within a step. */
#include <string.h>

#include "base/alloc.h"
#include "data/csv.h"
#include "host/host.h"

static void on_match(void *ctx, uint32_t instrument, const oms_book_match_t *m);

/* Set-up. */

static int nomem(oms_error_t *err) {
  return oms_error_set(err, OMS_ERR_NOMEM, "out of memory for quotes and trades");
}

int oms_host_ticks_init(oms_host_t *h, oms_error_t *err) {
  oms_host_ticks_t *t = &h->ticks;
  uint32_t n = oms_engine_instrument_count(h->engine);
  oms_array_init(&t->matches, sizeof(oms_host_match_t));
  t->quotes = oms_alloc_zero(n > 0 ? n : 1, sizeof *t->quotes);
  t->prints = oms_alloc_zero(n > 0 ? n : 1, sizeof *t->prints);
  t->flow_streams = oms_alloc_zero(n > 0 ? n : 1, sizeof *t->flow_streams);
  if (t->quotes == NULL || t->prints == NULL || t->flow_streams == NULL) {
    return nomem(err);
  }
  for (uint32_t i = 0; i < n; i++) {
    t->quotes[i] = (oms_host_quote_t){
        {OMS_NO_PRICE, OMS_NO_PRICE, 0, 0},
        OMS_NO_TIME
    };
    t->flow_streams[i] = OMS_NONE;
  }
  for (size_t i = 0; i < h->streams.n; i++) {
    const oms_host_stream_t *s = OMS_AT(&h->streams, oms_host_stream_t, i);
    t->any = t->any || s->kind != OMS_DATA_BARS;
    if (s->kind == OMS_DATA_ORDERS) {
      t->flow_streams[s->instrument] = (uint32_t)i;
    }
  }
  oms_sim_on_match(h->sim, on_match, h);
  return OMS_OK;
}

void oms_host_ticks_free(oms_host_t *h) {
  oms_host_free_book_files(h);
  oms_array_free(&h->ticks.matches);
  oms_free(h->ticks.quotes);
  oms_free(h->ticks.prints);
  oms_free(h->ticks.flow_streams);
  oms_free(h->ticks.latencies);
}

/* Milliseconds of nine decimals to ns, which are their millionth part. */
static oms_latency_t latency_of(const oms_latency_row_t *row) {
  return (oms_latency_t){row->entry / 1000, row->response / 1000};
}

static int read_latencies(oms_csv_t *csv, oms_array_t *rows, oms_error_t *err) {
  oms_latency_row_t block[256];
  size_t n;
  do {
    int rc = oms_csv_read(csv, block, 256, &n, err);
    for (size_t i = 0; rc == OMS_OK && i < n; i++) {
      oms_latency_t one = latency_of(&block[i]);
      rc = oms_array_push(rows, &one) == OMS_OK ? OMS_OK : nomem(err);
    }
    if (rc != OMS_OK) {
      return rc;
    }
  } while (n == 256);
  return OMS_OK;
}

int oms_host_load_latencies(oms_host_t *h, oms_sim_config_t *config, oms_error_t *err) {
  char path[4096];
  if (h->config->latency_file == NULL) {
    return OMS_OK;
  }
  oms_csv_t *csv;
  oms_array_t rows;
  oms_array_init(&rows, sizeof(oms_latency_t));
  int rc =
      oms_session_data_path(h->config, h->config->latency_file, h->library, path, sizeof path, err);
  if (rc != OMS_OK) {
    return rc;
  }
  if (oms_csv_new(OMS_CSV_LATENCY, OMS_ZONE_UTC, &csv) != OMS_OK) {
    return nomem(err);
  }
  rc = oms_csv_open(csv, path, err);
  if (rc == OMS_OK) {
    rc = read_latencies(csv, &rows, err);
  }
  oms_csv_free(csv);
  if (rc != OMS_OK) {
    oms_array_free(&rows);
    return rc;
  }
  h->ticks.latencies = rows.data;
  config->latencies = rows.data;
  config->latency_n = rows.n;
  return OMS_OK;
}

/* Quotes as scripts see them. */

bool oms_host_quote(void *self, uint32_t instrument, oms_quote_t *quote, oms_time_t *ts) {
  const oms_desk_host_t *d = self;
  const oms_host_quote_t *q = &d->host->ticks.quotes[instrument];
  *quote = q->quote;
  *ts = q->ts;
  return q->ts != OMS_NO_TIME;
}

bool oms_host_last_trade(void *self, uint32_t instrument, oms_print_t *print) {
  const oms_desk_host_t *d = self;
  *print = d->host->ticks.prints[instrument];
  return print->price != 0;
}

uint32_t oms_host_market(void *self, uint32_t instrument) {
  const oms_desk_host_t *d = self;
  const oms_host_t *h = d->host;
  uint32_t has = 0;
  const oms_host_stream_t *s;
  for (uint32_t i = h->first_streams[instrument]; i != OMS_NONE; i = s->next) {
    s = OMS_AT(&h->streams, oms_host_stream_t, i);
    bool flow = s->kind == OMS_DATA_ORDERS;
    has |= flow || s->kind == OMS_DATA_QUOTES ? OMS_MARKET_QUOTES : 0;
    has |= flow || s->kind == OMS_DATA_TRADES ? OMS_MARKET_TRADES : 0;
  }
  return has;
}

/* What the core learns of a quote. */
static int quote_core(oms_host_t *h, uint32_t instrument, const oms_quote_t *q) {
  bool crossed = q->bid != OMS_NO_PRICE && q->ask != OMS_NO_PRICE && q->bid > q->ask;
  oms_command_t c;
  c.type = OMS_COMMAND_QUOTE;
  c.u.quote.instrument = instrument;
  c.u.quote.bid = crossed ? OMS_NO_PRICE : q->bid;
  c.u.quote.ask = crossed ? OMS_NO_PRICE : q->ask;
  c.u.quote.bid_size = crossed ? 0 : q->bid_size;
  c.u.quote.ask_size = crossed ? 0 : q->ask_size;
  return oms_desk_outlive(&h->desk, instrument, oms_desk_apply(&h->desk, &c));
}

static int take_quote(oms_host_t *h, uint32_t instrument, oms_time_t now) {
  const oms_quote_t *q = &h->ticks.tick.u.quote;
  h->ticks.quotes[instrument] = (oms_host_quote_t){*q, now};
  int rc = quote_core(h, instrument, q);
  return rc == OMS_OK ? oms_sim_quote(h->sim, instrument, q, now) : rc;
}

static int take_trade(oms_host_t *h, uint32_t instrument, oms_time_t now) {
  const oms_print_t *p = &h->ticks.tick.u.trade;
  h->ticks.prints[instrument] = *p;
  int rc = oms_desk_mark(&h->desk, instrument, p->price);
  return rc == OMS_OK ? oms_sim_trade(h->sim, instrument, p, now) : rc;
}

/* Order flow. */

static void on_match(void *ctx, uint32_t instrument, const oms_book_match_t *m) {
  oms_host_t *h = ctx;
  const oms_host_match_t match = {instrument, *m};
  if (oms_array_push(&h->ticks.matches, &match) != OMS_OK) {
    oms_desk_fail(&h->desk, OMS_ERR_NOMEM, "the matches of a book could not be kept");
  }
  oms_host_book_row(h, instrument, m);
}

/* The price of the last match is the last price. */
static int mark_matches(oms_host_t *h) {
  int rc = OMS_OK;
  for (size_t i = 0; rc == OMS_OK && i < h->ticks.matches.n; i++) {
    const oms_host_match_t *m = OMS_AT(&h->ticks.matches, oms_host_match_t, i);
    rc = oms_desk_mark(&h->desk, m->instrument, m->match.price);
  }
  return rc;
}

static int take_flow(oms_host_t *h, uint32_t instrument, oms_time_t now) {
  oms_quote_t touch;
  bool changed;
  int rc = oms_sim_flow(h->sim, instrument, &h->ticks.tick.u.flow, now, &touch, &changed);
  if (rc == OMS_OK) {
    rc = mark_matches(h);
  }
  oms_host_quote_t *q = &h->ticks.quotes[instrument];
  h->ticks.touched =
      !oms_quote_same(&q->quote, &touch); /* our own orders may have moved it before */
  if (rc == OMS_OK && h->ticks.touched) {
    q->quote = touch;
    rc = quote_core(h, instrument, &touch);
  }
  /* Every row says again what the touch is. */
  q->ts = h->ticks.touched || q->ts != OMS_NO_TIME ? now : q->ts;
  return rc;
}

static int failure(const oms_host_t *h, int rc, oms_error_t *err) {
  const oms_tick_t *t = &h->ticks.tick;
  char at[32];
  if (rc != OMS_ERR_EXISTS || t->kind != OMS_DATA_ORDERS) {
    return oms_error_set(err, rc, "the venue failed: %s", oms_err_text(rc));
  }
  oms_time_iso(t->ts, at);
  const oms_host_stream_t *s = OMS_AT(&h->streams, oms_host_stream_t, t->stream);
  return oms_error_set(err, OMS_ERR_DATA,
                       "%s: the row of order flow at %s adds id %llu, which is still in the book; "
                       "give it another id, or cancel the old one before",
                       oms_engine_instrument(h->engine, s->instrument)->symbol, at,
                       (unsigned long long)t->u.flow.id);
}

/* Steps. */

static int take(oms_host_t *h, uint32_t instrument, oms_time_t now) {
  switch ((oms_data_kind_t)h->ticks.tick.kind) {
  case OMS_DATA_QUOTES:
    return take_quote(h, instrument, now);
  case OMS_DATA_TRADES:
    return take_trade(h, instrument, now);
  case OMS_DATA_ORDERS:
    return take_flow(h, instrument, now);
  case OMS_DATA_ACTIONS:
  case OMS_DATA_BARS:
    break;
  }
  return OMS_OK;
}

int oms_host_tick_take(oms_host_t *h, oms_time_t now, oms_error_t *err) {
  const oms_tick_t *tick;
  int rc = h->source.next_tick(h->source.self, &tick, err);
  if (rc != OMS_OK) {
    return rc;
  }
  h->ticks.tick = *tick;
  rc = h->source.peek(h->source.self, &h->next_at, &h->next_kind, err);
  if (rc != OMS_OK) {
    return rc;
  }
  uint32_t instrument = OMS_AT(&h->streams, oms_host_stream_t, h->ticks.tick.stream)->instrument;
  if (h->ticks.tick.kind == OMS_DATA_ACTIONS) {
    return oms_host_action(h, instrument, &h->ticks.tick.u.action, now, err);
  }
  h->facts.ticks += h->warming ? 0 : 1;
  rc = take(h, instrument, now);
  if (rc == OMS_OK && h->record != NULL && !h->warming) {
    rc = oms_host_record_tick(h, instrument, now);
  }
  return rc == OMS_OK ? OMS_OK : failure(h, rc, err);
}

/* Told in order; a callback gives orders, which match later. */
static void give_matches(oms_host_t *h) {
  for (size_t i = 0; i < h->ticks.matches.n; i++) {
    const oms_host_match_t *m = OMS_AT(&h->ticks.matches, oms_host_match_t, i);
    const oms_print_t print = {m->match.price, m->match.qty};
    oms_host_give_trade(h, h->ticks.flow_streams[m->instrument], &print, h->desk.port.now);
  }
  h->ticks.matches.n = 0;
}

int oms_host_matches(oms_host_t *h) {
  int rc = mark_matches(h);
  if (rc == OMS_OK) {
    give_matches(h);
  }
  return rc;
}

void oms_host_tick_give(oms_host_t *h) {
  const oms_tick_t *t = &h->ticks.tick;
  switch ((oms_data_kind_t)t->kind) {
  case OMS_DATA_QUOTES:
    oms_host_give_quote(h, t->stream, &t->u.quote, t->ts);
    return;
  case OMS_DATA_TRADES:
    oms_host_give_trade(h, t->stream, &t->u.trade, t->ts);
    return;
  case OMS_DATA_ORDERS: {
    uint32_t instrument = OMS_AT(&h->streams, oms_host_stream_t, t->stream)->instrument;
    give_matches(h);
    if (h->ticks.touched) {
      const oms_quote_t touch = h->ticks.quotes[instrument].quote;
      oms_host_give_quote(h, t->stream, &touch, t->ts);
    }
    return;
  }
  case OMS_DATA_ACTIONS:
    oms_host_give_action(h, t->stream, &t->u.action, t->ts);
    return;
  case OMS_DATA_BARS:
    return;
  }
}
