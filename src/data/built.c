/* built.c - rows in, bars that wait out. */
#include "data/built.h"

#include <string.h>

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

static int wait(oms_built_t *b, bool any, const oms_bar_t *bar) {
  return any ? oms_ring_push(&b->waiting, bar) : OMS_OK;
}

int oms_built_bar(oms_built_t *b, const oms_bar_t *row) {
  oms_bar_t bar;
  bool any = row == NULL ? oms_build_end(&b->build, &bar) : oms_build_bar(&b->build, row, &bar);
  return wait(b, any, &bar);
}

int oms_built_trade(oms_built_t *b, const oms_tick_t *row) {
  oms_bar_t bar;
  bool any = row == NULL ? oms_build_end(&b->build, &bar)
                         : oms_build_trade(&b->build, row->ts, &row->u.trade, &bar);
  return wait(b, any, &bar);
}
