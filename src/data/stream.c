/* stream.c - rows to bars: the timeframe, the span of each bar, the bounds of the run.
 * One bar is staged behind the head, because the start of the next bar can end the head early.
 * Invariants:
 *   T1  starts and ends of a stream never go back, and start <= end.
 *   T2  rows before a defect are delivered first, then the error. */
#include "data/stream.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"

#define INFER_ROWS    1000
#define DAYS_MAX      (INT64_MAX / OMS_NS_PER_DAY)
#define TIMEFRAME_MAX (366 * OMS_NS_PER_DAY)

static int take_block(oms_stream_t *s, const oms_block_t **block, oms_error_t *err) {
  if (s->entry.kept != NULL) {
    return oms_kept_block(s->entry.kept, s->block_i++, block, err);
  }
  return s->loader == NULL ? OMS_OK : oms_loader_next(s->loader, block, err);
}

/* The next block when the present one is used up; no row left is the end. */
static int next_block(oms_stream_t *s, oms_error_t *err) {
  const oms_block_t *block = NULL;
  int rc = take_block(s, &block, err);
  s->row_i = s->row_n = 0;
  if (rc == OMS_OK && block != NULL) {
    s->rows = block->rows;
    s->row_n = block->n;
    s->date_only = block->date_only;
    s->has_volume = block->has_volume;
    s->any_volume = block->any_volume;
  }
  return rc;
}

/* Rows in place are checked at once, by the rules of a file. */
static int check_rows(oms_stream_t *s, oms_error_t *err) {
  const oms_data_entry_t *e = &s->entry;
  oms_time_t prev = INT64_MIN;
  for (size_t i = 0; i < e->row_n; i++) {
    const char *column = "";
    char what[200];
    if (oms_bar_row_check(&e->rows[i], prev, &column, what, sizeof what) != OMS_OK) {
      return oms_error_set(
          err, OMS_ERR_DATA,
          "row %zu of data[%u] (%s): column \"%s\": %s; correct the row or take it out", i + 1,
          (unsigned)s->index + 1, e->symbol, column, what);
    }
    prev = e->rows[i].ts;
    s->any_volume = s->any_volume || e->rows[i].volume > 0;
  }
  if (e->row_n == 0 && !e->pushed) {
    return oms_error_set(err, OMS_ERR_DATA, "data[%u] (%s) has no rows; name a file or give rows",
                         (unsigned)s->index + 1, e->symbol);
  }
  s->rows = e->rows;
  s->row_n = e->row_n;
  s->date_only = e->rows_date_only;
  s->has_volume = e->rows_has_volume;
  return OMS_OK;
}

/* The smallest gap above 0 between the first rows. */
static int infer_timeframe(oms_stream_t *s, oms_error_t *err) {
  int64_t best = 0;
  size_t n = s->row_n < INFER_ROWS ? s->row_n : INFER_ROWS;
  s->inferred = true;
  if (s->date_only) {
    s->timeframe = OMS_NS_PER_DAY;
    return OMS_OK;
  }
  for (size_t i = 1; i < n; i++) {
    int64_t gap;
    if (oms_sub(s->rows[i].ts, s->rows[i - 1].ts, &gap) == OMS_OK && gap > 0 &&
        (best == 0 || gap < best)) {
      best = gap;
    }
  }
  s->timeframe = best;
  if (best == 0) {
    return oms_error_set(
        err, OMS_ERR_DATA,
        "%s: the timeframe of data[%u] (%s) cannot be inferred from rows of one time; "
        "give it, such as 1m or 1d",
        s->entry.path_n > 0 ? s->entry.paths[0] : "rows in place", (unsigned)s->index + 1,
        s->entry.symbol);
  }
  return OMS_OK;
}

static oms_time_t add_saturated(oms_time_t t, int64_t ns) {
  oms_time_t sum;
  if (oms_add(t, ns, &sum) != OMS_OK) {
    return ns > 0 ? INT64_MAX : -INT64_MAX;
  }
  return sum;
}

static int64_t day_of(const oms_stream_t *s, oms_time_t t) {
  return oms_day_of_local(oms_time_to_local(t, s->entry.zone));
}

/* 00:00 of a date in the data's zone; dates beyond the range of times give its edge. */
static oms_time_t midnight(const oms_stream_t *s, int64_t days) {
  days = days > DAYS_MAX ? DAYS_MAX : days < -DAYS_MAX ? -DAYS_MAX : days;
  return oms_time_from_local(days * OMS_NS_PER_DAY, s->entry.zone);
}

/* Open of the first session and close of the last one of 'n' days from 'days' on; false without a
 * session. */
static bool sessions_span(const oms_stream_t *s, int64_t days, int64_t n, oms_bar_t *bar) {
  bool any = false;
  for (int64_t i = 0; s->entry.day_span != NULL && i < n; i++) {
    oms_time_t open, close;
    if (s->entry.day_span(s->entry.day_ctx, days + i, &open, &close) == OMS_OK) {
      bar->start = any ? bar->start : open;
      bar->end = close;
      any = true;
    }
  }
  return any;
}

/* Bars of whole days are named by a date: the label's, or, for a label at the end that carries a
 * time of day, that of the instant before it. A label at another time than 00:00 that no calendar
 * explains keeps its time of day, so that a bar never completes before its last trade. For the same
 * reason a label behind the close of its date (00:00 UTC read in New York) means the session of the
 * next date. */
static void span_days(oms_stream_t *s, oms_bar_t *bar) {
  bool ends = s->entry.label_end && !s->date_only;
  int64_t n = s->timeframe / OMS_NS_PER_DAY;
  int64_t days = day_of(s, ends ? add_saturated(bar->ts, -1) : bar->ts);
  days -= ends ? n - 1 : 0;
  bool declared = sessions_span(s, days, n, bar);
  if (declared && !ends && bar->end <= bar->ts) {
    declared = sessions_span(s, days + 1, n, bar);
  }
  if (!declared) {
    if (!ends && midnight(s, days) == bar->ts) {
      bar->start = bar->ts;
      bar->end = midnight(s, days + n);
    } else {
      bar->start = ends ? add_saturated(bar->ts, -s->timeframe) : bar->ts;
      bar->end = ends ? bar->ts : add_saturated(bar->ts, s->timeframe);
    }
  }
  bar->start = bar->start < s->day_start ? s->day_start : bar->start;
  bar->end = bar->end < bar->start ? bar->start : bar->end;
  s->day_start = bar->start;
}

/* Start and end as the bar stands alone. A label at the end starts its bar no earlier than the
 * label before: a short bar, such as the last one of a session, does not reach back into the one
 * before it. */
static inline void span(oms_stream_t *s, oms_bar_t *bar) {
  if (OMS_UNLIKELY(s->whole_days)) {
    span_days(s, bar);
  } else if (s->entry.label_end) {
    bar->start = add_saturated(bar->ts, -s->timeframe);
    bar->start = bar->start < s->prev_label ? s->prev_label : bar->start;
    bar->end = bar->ts;
  } else {
    bar->start = bar->ts;
    bar->end = add_saturated(bar->ts, s->timeframe);
  }
  s->prev_label = bar->ts;
}

/* The next row as a bar into the slot that is not the head. The first row behind 'to' still tells
 * when the bar before it completes, so that a bar is the same in a shorter run. */
static int stage(oms_stream_t *s, oms_error_t *err) {
  oms_bar_t *bar = &s->bars[s->head ^ 1u];
  const oms_bar_row_t *row;
  s->has_staged = false;
  s->next_start = INT64_MAX;
  do {
    if (OMS_UNLIKELY(s->row_i == s->row_n)) {
      int rc = next_block(s, err);
      if (rc != OMS_OK || s->row_n == 0) {
        return rc;
      }
    }
    row = &s->rows[s->row_i++];
    /* Of the next row, which is long out of the cache when other streams come before its turn. */
    __builtin_prefetch((const char *)(row + 2) - 1);
    bar->ts = row->ts;
    bar->open = row->open;
    bar->high = row->high;
    bar->low = row->low;
    bar->close = row->close;
    bar->volume = row->volume;
    bar->stream = s->index;
    span(s, bar);
  } while (OMS_UNLIKELY(row->ts < s->entry.from)); /* OMS_NO_TIME is the smallest time */
  s->next_start = bar->start;
  s->has_staged = s->entry.to == OMS_NO_TIME || row->ts < s->entry.to;
  return OMS_OK;
}

int oms_stream_advance(oms_stream_t *s, bool *any, oms_error_t *err) {
  *any = s->has_staged;
  if (OMS_UNLIKELY(!s->has_staged)) {
    return s->staged_rc == OMS_OK ? OMS_OK
                                  : oms_error_set(err, s->staged_rc, "%s", s->staged_error.message);
  }
  s->head ^= 1u;
  s->staged_rc = stage(s, &s->staged_error);
  oms_bar_t *head = &s->bars[s->head];
  if (s->next_start < head->end) {
    head->end = s->next_start;
  }
  return OMS_OK;
}

static int open_rows(oms_stream_t *s, oms_readers_t *readers, oms_error_t *err) {
  const oms_data_entry_t *e = &s->entry;
  if (e->kept != NULL) {
    return next_block(s, err);
  }
  if (e->path_n == 0) {
    return check_rows(s, err);
  }
  const oms_loader_config_t config = {.kind = OMS_CSV_BARS,
                                      .zone = e->zone,
                                      .paths = e->paths,
                                      .path_n = e->path_n,
                                      .mode = OMS_LOADER_AUTO,
                                      .readers = readers,
                                      .cache = e->cache};
  int rc = oms_loader_open(&config, &s->loader, err);
  return rc == OMS_OK ? next_block(s, err) : rc;
}

static int set_timeframe(oms_stream_t *s, oms_error_t *err) {
  if (s->entry.timeframe < 0 || s->entry.timeframe > TIMEFRAME_MAX) {
    return oms_error_set(err, OMS_ERR_USAGE,
                         "data[%u] (%s): a timeframe of %" PRId64
                         " ns is not above 0 and at most 366 days; give one such as 1m or 1d",
                         (unsigned)s->index + 1, s->entry.symbol, s->entry.timeframe);
  }
  s->timeframe = s->entry.timeframe;
  int rc = s->timeframe == 0 ? infer_timeframe(s, err) : OMS_OK;
  s->whole_days = s->timeframe >= OMS_NS_PER_DAY && s->timeframe % OMS_NS_PER_DAY == 0;
  return rc;
}

int oms_stream_open(oms_stream_t *s, const oms_data_entry_t *entry, uint32_t index,
                    oms_readers_t *readers, oms_error_t *err) {
  memset(s, 0, sizeof *s);
  s->entry = *entry;
  s->index = index;
  s->prev_label = s->day_start = s->first_ts = s->last_ts = OMS_NO_TIME;
  int rc = open_rows(s, readers, err);
  if (rc == OMS_OK) {
    rc = set_timeframe(s, err);
  }
  if (rc == OMS_OK) {
    s->staged_rc = stage(s, &s->staged_error);
    return OMS_OK;
  }
  oms_stream_close(s);
  return rc;
}

void oms_stream_close(oms_stream_t *s) {
  oms_loader_close(s->loader);
  s->loader = NULL;
}
