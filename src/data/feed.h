/* feed.h - the data list of a session as one stream (port/feed.h): bars in order of completion,
 * quotes, trades and order flow at their time, corporate actions at 00:00 of their date in the
 * data's zone, of an instrument with sessions in that of its calendar. At equal times rows that are
 * no bars come first, those of several entries in order of the data list; where an action stands at
 * that time, the bars that complete then belong to the day before: they come first, then the
 * action, then the rest. Actions of days before the first price of all entries, and behind the last
 * one, are left out.
 * Completion is label + timeframe (labels at the start) or the label (labels at the end), or the
 * start of the stream's next bar where that is earlier. Bars of a day or more run from the open to
 * the close of their sessions, or from 00:00 to 24:00 of the data's zone. */
#ifndef OMS_DATA_FEED_H
#define OMS_DATA_FEED_H

#include "core/corporate.h"
#include "data/cache.h"
#include "data/csv.h"
#include "data/kept.h"
#include "port/feed.h"

/* One entry of the data list: files or rows in place. What it points to is borrowed until the feed
 * is closed. */
typedef struct oms_data_entry {
  const char *symbol; /* for messages, and which rows of a file of actions are meant */
  oms_data_kind_t kind;
  const char *const *paths; /* in order of time */
  size_t path_n;
  const oms_kept_t *kept;    /* the files' rows, whole, where they have been read before; or NULL */
  const oms_cache_t *cache;  /* of the files; NULL: none */
  const oms_bar_row_t *rows; /* used when path_n is 0 */
  size_t row_n;
  const oms_tick_t *ticks; /* rows in place of the other kinds, 'tick_n' of them */
  size_t tick_n;
  bool pushed;          /* it has no rows: they come from elsewhere; bars need their timeframe */
  bool rows_date_only;  /* no row in place had a time of day */
  bool rows_has_volume; /* the rows in place have a volume */
  int64_t timeframe;    /* ns; 0: infer it */
  oms_zone_t zone;      /* of times without a zone, and of days */
  oms_zone_t act_zone;  /* where an action comes at 00:00 of its date, which is read by 'zone' */
  bool label_end;       /* the label is the end of the bar */
  oms_time_t from, to; /* labels (of other rows: times) in [from, to) are delivered; OMS_NO_TIME: no
                           such bound */
  /* Session of a date (days since 1970) of a declared instrument: OMS_OK and its open and close;
   * anything else for a date without one. NULL: an undeclared instrument. Called by the thread that
   * drives the feed. */
  int (*day_span)(void *ctx, int64_t days, oms_time_t *open, oms_time_t *close);
  void *day_ctx;
} oms_data_entry_t;

/* What is known of a stream. */
typedef struct oms_stream_info {
  int64_t timeframe; /* ns, > 0; 0: of other rows than bars */
  bool inferred;
  uint64_t rows; /* delivered so far */
  oms_time_t first_ts,
      last_ts;     /* labels of the first and last of them, OMS_NO_TIME before the first */
  bool has_volume; /* the source has the column; of other rows: a size */
  bool any_volume; /* a volume above 0 has been read: a column of zeros counts as absent */
  int64_t bytes,
      consumed; /* stored bytes of the files, and those read so far (the loader reads ahead) */
} oms_stream_info_t;

/* Opens all entries, reads their first rows and infers missing timeframes. On success the caller
 * owns '*out' and ends it by out->close(out->self). OMS_ERR_IO, OMS_ERR_DATA, OMS_ERR_USAGE,
 * OMS_ERR_NOMEM; the message names file, line and column, or "row N of data[K]" for rows in place
 * (both from 1). */
int oms_feed_open(const oms_data_entry_t *entries, size_t n, oms_feed_t *out, oms_error_t *err);

/* Adds a stream of coarser bars that are built of the bars or trades of entry 'base' (build.h) and
 * come like those of an entry; '*index' is its own, behind those of the data list. Before the first
 * event has been delivered. OMS_ERR_USAGE: it cannot be built of them; OMS_ERR_NOMEM. */
int oms_feed_build(oms_feed_t *feed, size_t base, int64_t timeframe, uint32_t *index,
                   oms_error_t *err);

bool oms_feed_can_build(const oms_feed_t *feed, size_t base, int64_t timeframe);

/* Brings what has been read of the built stream's rows and not been delivered to the terms behind a
 * corporate action that has been delivered now. */
void oms_feed_scale(oms_feed_t *feed, uint32_t built, const oms_scale_t *scale);

/* Why the cache of a file of entry 'i' was not written, or "". */
const char *oms_feed_cache_note(const oms_feed_t *feed, size_t i);

/* What is known of stream 'i' (the index in the data list, or that of a built one). */
void oms_feed_stream_info(const oms_feed_t *feed, size_t i, oms_stream_info_t *out);

#endif
