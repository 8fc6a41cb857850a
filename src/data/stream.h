/* stream.h - one entry of the data list as bars with their start and end; feed.c merges several. */
#ifndef OMS_DATA_STREAM_H
#define OMS_DATA_STREAM_H

#include "data/feed.h"
#include "data/loader.h"

typedef struct oms_stream {
  oms_data_entry_t entry;
  uint32_t index;            /* in the data list */
  oms_loader_t *loader;      /* NULL: rows in place, or kept ones */
  size_t block_i;            /* of the kept ones: the next block */
  const oms_bar_row_t *rows; /* of the present block */
  size_t row_i, row_n;
  bool date_only, has_volume, any_volume, inferred;
  bool whole_days; /* bars of a day or more */
  int64_t timeframe;
  oms_time_t prev_label; /* of the row before the staged one, OMS_NO_TIME at first */
  oms_time_t day_start;  /* start of the staged bar of whole days */
  oms_bar_t bars[2];     /* head and staged, in turn */
  unsigned head;         /* which of them is the head */
  bool has_staged;
  oms_time_t next_start; /* of the row behind the head, INT64_MAX when none is known */
  int staged_rc;         /* why no bar could be staged: told after the head has been delivered */
  oms_error_t staged_error;
  uint64_t delivered;
  oms_time_t first_ts, last_ts;
} oms_stream_t;

/* Opens the entry, settles its timeframe and stages its first bar. What 'entry' points to and
 * 'readers' (NULL: threads of its own) are borrowed, the entry itself is copied. On failure the
 * stream is closed again. */
int oms_stream_open(oms_stream_t *s, const oms_data_entry_t *entry, uint32_t index,
                    oms_readers_t *readers, oms_error_t *err);
void oms_stream_close(oms_stream_t *s);

/* Makes the next bar the head, with its completion settled; '*any' is false at the end of the
 * stream. */
int oms_stream_advance(oms_stream_t *s, bool *any, oms_error_t *err);

static inline const oms_bar_t *oms_stream_head(const oms_stream_t *s) {
  return &s->bars[s->head];
}

#endif
