/* build.h - coarser bars out of bars or trades. A pure aggregator of rows in order of time: what
 * reads them and merges the bars stands in feed.c.
 *
 * Buckets. Below a day they are aligned to the clock of the data's zone and begin anew at 00:00 (5m
 * at :00, :05, ...; 1h at the full hour, of a declared instrument, too; where a change of clocks
 * makes an hour come twice, bars of up to an hour come twice). A day of a declared instrument is
 * its regular session: rows before the open and from the close on belong to no day. A day of an
 * undeclared one has the 24 hours of the data's zone (23 or 25 at a change of clocks). A week is
 * Monday to Sunday, of a declared instrument its regular sessions.
 * A row belongs to the bucket that holds the first instant it covers: a trade at 10:05:00 opens the
 * bucket of 10:05. A bar is labelled by the start of its bucket, of days and weeks by 00:00 of
 * their (first) date; it completes at the end of its bucket, or of its last row where that lies
 * behind.
 * Volumes add up; a bucket without a row gives no bar. */
#ifndef OMS_DATA_BUILD_H
#define OMS_DATA_BUILD_H

#include "base/time.h"
#include "core/corporate.h"
#include "port/feed.h"

typedef struct oms_build {
  /* To be set by the caller, the rest zeroed: oms_build_start. */
  int64_t timeframe;
  oms_zone_t zone;
  int (*day_span)(void *ctx, int64_t days, oms_time_t *open, oms_time_t *close); /* as in feed.h */
  void *day_ctx;
  uint32_t stream; /* of the bars */
  /* Own. */
  oms_time_t from, until; /* rows of the present bucket, or of the gap, start in [from, until) */
  bool counts;            /* no gap */
  bool any;               /* 'bar' has a row */
  oms_time_t last_end;    /* of its last row */
  oms_time_t begin, end, label; /* of the bucket that [from, until) belongs to */
  oms_int128_t size;            /* of trades: the sum, 1e-9 */
  oms_bar_t bar;
} oms_build_t;

/* Whether bars of 'timeframe' can be built of rows of 'base' (0: trades): a multiple of it, below a
 * day, or 1d, or 1w. */
bool oms_build_can(int64_t base, int64_t timeframe);

void oms_build_start(oms_build_t *b);
/* The next row; true: the bar before it is complete and is in '*closed'. */
bool oms_build_bar(oms_build_t *b, const oms_bar_t *row, oms_bar_t *closed);
bool oms_build_trade(oms_build_t *b, oms_time_t ts, const oms_print_t *trade, oms_bar_t *closed);
/* Whether a next row that starts at 'start' will close the bar: done at once, before the row
 * itself. */
bool oms_build_reach(oms_build_t *b, oms_time_t start, oms_bar_t *closed);
/* No more rows: the last bar, if there is one. */
bool oms_build_end(oms_build_t *b, oms_bar_t *closed);

/* Brings a bar, and the rows so far of the one that is not complete, to the terms behind a
 * corporate action. */
void oms_bar_scale(oms_bar_t *bar, const oms_scale_t *scale);
void oms_build_scale(oms_build_t *b, const oms_scale_t *scale);

#endif
