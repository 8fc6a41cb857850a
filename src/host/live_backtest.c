/* live_backtest.c - a backtest with a journal: the rows of the data as they come, to their end,
 * through the same functions as in a live host. */
#include "host/live_int.h"

#define HAND_OVER_STEPS 256

/* The next instant, OMS_NO_TIME behind the last row. */
static oms_time_t next_step(const oms_live_host_t *l) {
  oms_time_t at = l->recorded.at, clock = oms_host_clock_next(l->h), now = l->h->desk.port.now;
  if (at == OMS_NO_TIME || (l->h->options->stop != NULL && *l->h->options->stop != 0)) {
    return OMS_NO_TIME;
  }
  at = clock != OMS_NO_TIME && clock < at ? clock : at;
  return at > now ? at : now;
}

static int steps(oms_live_host_t *l, oms_error_t *err) {
  oms_time_t at;
  int rc = OMS_OK;
  for (uint64_t i = 1; rc == OMS_OK && (at = next_step(l)) != OMS_NO_TIME; i++) {
    rc = l->recorded.at <= at ? oms_recorded_step(l, err) : oms_host_clock_step(l->h, at, err);
    if (i % HAND_OVER_STEPS == 0) {
      oms_store_turn(l->store);
    }
  }
  l->h->facts.partial = l->recorded.at != OMS_NO_TIME;
  return rc;
}

int oms_host_journaled(oms_host_t *h, oms_error_t *err) {
  oms_live_host_t l = {.h = h, .err = err, .fast = true};
  int rc = oms_live_open_store(&l, err);
  rc = rc == OMS_OK ? oms_recorded_open(&l, err) : rc;
  rc = rc == OMS_OK && l.recorded.at != OMS_NO_TIME ? oms_live_begin(&l, err) : rc;
  rc = rc == OMS_OK ? steps(&l, err) : rc;
  rc = rc == OMS_OK ? oms_host_end(h, h->desk.port.now, err) : rc;
  rc = rc == OMS_OK ? oms_live_put_end(&l) : rc;
  rc = rc == OMS_OK ? oms_host_equity_end(h, err) : rc;
  rc = oms_live_close_store(&l, rc, err);
  oms_input_journal_end(h);
  oms_recorded_close(&l);
  oms_array_free(&l.keys);
  return rc;
}
