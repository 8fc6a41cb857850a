/* built.c - rows in, bars that wait out. */
#include "data/built.h"

#include <string.h>

#include "base/check.h"

int oms_built_open(oms_built_t *b, const oms_data_entry_t *entry, int64_t timeframe,
                   uint32_t index) {
  memset(b, 0, sizeof *b);
  b->build.timeframe = timeframe;
  b->build.zone = entry->zone;
  b->build.day_span = entry->day_span;
  b->build.day_ctx = entry->day_ctx;
  b->build.stream = index;
  b->first_ts = b->last_ts = OMS_NO_TIME;
  oms_build_start(&b->build);
  return oms_ring_init(&b->waiting, sizeof(oms_bar_t), 4);
}

void oms_built_close(oms_built_t *b) {
  oms_ring_free(&b->waiting);
}

void oms_built_bar(oms_built_t *b, const oms_bar_t *row) {
  oms_bar_t closed;
  OMS_CHECK(!oms_build_bar(&b->build, row, &closed));
}

void oms_built_trade(oms_built_t *b, const oms_tick_t *row) {
  oms_bar_t closed;
  OMS_CHECK(!oms_build_trade(&b->build, row->ts, &row->u.trade, &closed));
}

int oms_built_reach(oms_built_t *b, oms_time_t start) {
  oms_bar_t closed;
  bool any = oms_build_reach(&b->build, start, &closed);
  return any ? oms_ring_push(&b->waiting, &closed) : OMS_OK;
}

void oms_built_scale(oms_built_t *b, bool queued, const oms_scale_t *scale) {
  oms_build_scale(&b->build, scale);
  if (queued) {
    oms_bar_scale(&b->head, scale);
  }
  for (size_t n = b->waiting.n; n > 0; n--) { /* once round: the order stays */
    oms_bar_t bar;
    (void)oms_ring_pop(&b->waiting, &bar);
    oms_bar_scale(&bar, scale);
    (void)oms_ring_push(&b->waiting, &bar); /* there is room for it: it was there */
  }
}
