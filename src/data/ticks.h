/* ticks.h - one entry of the data list that holds no bars: its rows as oms_tick_t, in order. feed.c
 * merges them with the bars. */
#ifndef OMS_DATA_TICKS_H
#define OMS_DATA_TICKS_H

#include "data/feed.h"
#include "data/loader.h"

typedef struct oms_tick_stream {
  oms_data_entry_t entry;
  uint32_t index;       /* in the data list */
  oms_loader_t *loader; /* NULL: rows in place, or kept ones */
  size_t block_i;       /* of the kept ones: the next block */
  const void *rows;     /* of the present block: of the kind's row type */
  size_t row_i, row_n;
  bool has_size, any_size;
  oms_tick_t head;
  uint64_t delivered;
  oms_time_t first_ts, last_ts;
} oms_tick_stream_t;

/* Opens the entry. What 'entry' points to and 'readers' (NULL: threads of its own) are borrowed,
 * the entry itself is copied. On failure the stream is closed again. OMS_ERR_IO, OMS_ERR_DATA,
 * OMS_ERR_NOMEM. */
int oms_ticks_open(oms_tick_stream_t *s, const oms_data_entry_t *entry, uint32_t index,
                   oms_readers_t *readers, oms_error_t *err);
void oms_ticks_close(oms_tick_stream_t *s);

/* Makes the next row the head; '*any' is false at the end of the stream. The head of a file without
 * a price or size says so as port/feed.h does. */
int oms_ticks_advance(oms_tick_stream_t *s, bool *any, oms_error_t *err);

#endif
