/* built.h - a stream of built bars (build.h) as feed.c merges it: bars wait here between the row
 * that completed them and their turn. */
#ifndef OMS_DATA_BUILT_H
#define OMS_DATA_BUILT_H

#include "base/containers.h"
#include "data/build.h"
#include "data/feed.h"

typedef struct oms_built {
  oms_build_t build;
  oms_ring_t waiting; /* oms_bar_t: complete, not yet the head */
  oms_bar_t head;
  uint64_t delivered;
  oms_time_t first_ts, last_ts;
} oms_built_t;

/* Of the entry's bars or trades; 'index' is the stream's. OMS_ERR_NOMEM. */
int oms_built_open(oms_built_t *b, const oms_data_entry_t *entry, int64_t timeframe,
                   uint32_t index);
void oms_built_close(oms_built_t *b);

/* A row of the entry that has been delivered; it closes no bar, since it was reached before. */
void oms_built_bar(oms_built_t *b, const oms_bar_t *row);
void oms_built_trade(oms_built_t *b, const oms_tick_t *row);
/* The next row starts at 'start', or (INT64_MAX) there is none: a bar that it completes waits now.
 * OMS_ERR_NOMEM. */
int oms_built_reach(oms_built_t *b, oms_time_t start);
/* Bars that have not been delivered, 'queued' the head, too, and the rows so far of the next one:
 * to other terms. */
void oms_built_scale(oms_built_t *b, bool queued, const oms_scale_t *scale);

/* Makes the bar that has waited longest the head; false: none waits. */
static inline bool oms_built_advance(oms_built_t *b) {
  return oms_ring_pop(&b->waiting, &b->head);
}

#endif
