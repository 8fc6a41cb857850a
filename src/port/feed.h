/* feed.h - market data as it enters the core: one merged stream of bars in completion order. */
#ifndef OMS_PORT_FEED_H
#define OMS_PORT_FEED_H

#include "base/fixed.h"

/* One bar. Prices 1e-9. 'volume' is a double on purpose: index volumes exceed the range of
 * oms_qty_t, and nothing but scripts and max_participation reads it. */
typedef struct oms_bar {
  oms_time_t ts; /* label, as in the file */
  /* First instant the bar covers: orders that arrived at or before it may match. */
  oms_time_t start;
  oms_time_t end; /* completion: the bar is one event at this time */
  oms_price_t open, high, low, close;
  double volume;   /* 0 where the source has none */
  uint32_t stream; /* index in the data list */
} oms_bar_t;

/* The source of a session's bars; implemented in src/data (files, rows in place). */
typedef struct oms_feed {
  void *self;
  /* Completion time of the next bar, OMS_NO_TIME at the end of all data. On failure OMS_ERR_X with
   * a message naming file, line, column. */
  int (*peek)(void *self, oms_time_t *end, oms_error_t *err);
  /* The next bar in (completion, finer timeframe first, order of the data list) order; *bar is
   * valid until the next call. Call only after a peek that gave a time. */
  int (*next)(void *self, const oms_bar_t **bar, oms_error_t *err);
  void (*close)(void *self);
} oms_feed_t;

#endif
