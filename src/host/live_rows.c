/* live_rows.c - recorded data of a live host: the feed's rows, gathered a step at a time. */
#include "host/live_int.h"

#define HAND_OVER_ROWS 4096

/* Rows that are no bars are beyond `to` when they stand at it; bars that complete then are not. */
static int skip_at_end(oms_live_host_t *l, oms_error_t *err) {
  oms_host_t *h = l->h;
  oms_recorded_t *r = &l->recorded;
  int rc = OMS_OK;
  while (rc == OMS_OK && r->at == h->config->to && r->kind != OMS_DATA_BARS) {
    const oms_tick_t *tick;
    rc = h->feed.next_tick(h->feed.self, &tick, err);
    rc = rc == OMS_OK ? h->feed.peek(h->feed.self, &r->at, &r->kind, err) : rc;
  }
  return rc;
}

static int peek(oms_live_host_t *l, oms_error_t *err) {
  oms_host_t *h = l->h;
  oms_recorded_t *r = &l->recorded;
  int rc = h->feed.peek(h->feed.self, &r->at, &r->kind, err);
  if (rc == OMS_OK && r->at != OMS_NO_TIME && h->config->to != OMS_NO_TIME) {
    rc = skip_at_end(l, err);
    r->at = r->at > h->config->to ? OMS_NO_TIME : r->at;
  }
  return rc;
}

static int take_bar(oms_live_host_t *l, oms_error_t *err) {
  const oms_bar_t *bar;
  oms_host_t *h = l->h;
  int rc = h->feed.next(h->feed.self, &bar, err);
  oms_row_t *row = rc == OMS_OK ? oms_array_add(&l->recorded.rows) : NULL;
  if (row != NULL) {
    row->kind = OMS_DATA_BARS;
    row->u.bar = *bar;
  }
  return rc != OMS_OK || row != NULL
             ? rc
             : oms_error_set(err, OMS_ERR_NOMEM, "out of memory for the rows of a step");
}

static int take_tick(oms_live_host_t *l, oms_error_t *err) {
  const oms_tick_t *tick;
  oms_host_t *h = l->h;
  int rc = h->feed.next_tick(h->feed.self, &tick, err);
  oms_row_t *row = rc == OMS_OK ? oms_array_add(&l->recorded.rows) : NULL;
  if (row != NULL) {
    row->kind = tick->kind;
    row->u.tick = *tick;
  }
  return rc != OMS_OK || row != NULL
             ? rc
             : oms_error_set(err, OMS_ERR_NOMEM, "out of memory for the rows of a step");
}

/* The rows of one step: all bars that complete at one time, or one row of another kind. */
static int gather(oms_live_host_t *l, oms_error_t *err) {
  oms_recorded_t *r = &l->recorded;
  oms_time_t at = r->at;
  bool bars = r->kind == OMS_DATA_BARS;
  r->rows.n = 0;
  int rc = OMS_OK;
  do {
    rc = bars ? take_bar(l, err) : take_tick(l, err);
    rc = rc == OMS_OK ? peek(l, err) : rc;
  } while (rc == OMS_OK && bars && r->at == at && r->kind == OMS_DATA_BARS);
  return rc;
}

static int run(oms_live_host_t *l, int flags, oms_error_t *err) {
  oms_recorded_t *r = &l->recorded;
  oms_time_t at = r->at;
  int rc = gather(l, err);
  if (rc != OMS_OK) {
    return rc;
  }
  /* labels that went back by a jump of clocks do not turn the host's time back */
  oms_time_t now = at > l->h->desk.port.now ? at : l->h->desk.port.now;
  flags |= r->at == at ? OMS_ROW_MORE : 0;
  l->h->input.recorded += r->rows.n;
  l->metrics.rows += r->rows.n;
  if (l->store != NULL &&
      l->metrics.rows / HAND_OVER_ROWS != (l->metrics.rows - r->rows.n) / HAND_OVER_ROWS) {
    oms_store_turn(l->store); /* a long warm-up is not kept in memory until the first turn */
  }
  return oms_host_rows(l->h, now, r->rows.data, r->rows.n, flags, err);
}

int oms_recorded_step(oms_live_host_t *l, oms_error_t *err) {
  return run(l, 0, err);
}

int oms_recorded_warm(oms_live_host_t *l, oms_error_t *err) {
  const oms_recorded_t *r = &l->recorded;
  oms_time_t from = l->h->config->from;
  int rc = OMS_OK;
  l->h->warming = from != OMS_NO_TIME;
  while (rc == OMS_OK && l->h->warming && r->at != OMS_NO_TIME &&
         (r->kind == OMS_DATA_BARS ? r->at <= from : r->at < from)) {
    rc = run(l, OMS_ROW_WARM, err);
  }
  return rc;
}

/* An earlier life has had it. */
static bool is_over(const oms_live_host_t *l) {
  const oms_recorded_t *r = &l->recorded;
  return r->at != OMS_NO_TIME && (r->skip > 0 || r->at <= l->h->revive.skip_until);
}

int oms_recorded_open(oms_live_host_t *l, oms_error_t *err) {
  oms_recorded_t *r = &l->recorded;
  r->skip = l->h->input.recorded;
  oms_array_init(&r->rows, sizeof(oms_row_t));
  int rc = peek(l, err);
  while (rc == OMS_OK && is_over(l)) { /* one by one: a step may have been cut off */
    r->rows.n = 0;
    rc = r->kind == OMS_DATA_BARS ? take_bar(l, err) : take_tick(l, err);
    rc = rc == OMS_OK ? peek(l, err) : rc;
    r->skip -= r->skip > 0 ? 1 : 0;
  }
  r->rows.n = 0;
  return rc;
}

void oms_recorded_close(oms_live_host_t *l) {
  oms_array_free(&l->recorded.rows);
}
