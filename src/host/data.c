/* data.c - the data list of a run: files found, the feed opened, which stream of a symbol meets the
 * venue. */
#include "data/feed.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "host/host.h"

static int day_span(void *ctx, int64_t days, oms_time_t *open, oms_time_t *close) {
  oms_session_times_t times;
  if (!oms_calendar_session_of_day(ctx, days, &times)) {
    return OMS_ERR_NOT_FOUND;
  }
  *open = times.open;
  *close = times.close;
  return OMS_OK;
}

static int resolve_files(oms_host_t *h, const oms_data_config_t *d, oms_data_entry_t *entry,
                         oms_error_t *err) {
  oms_array_t files; /* const char * */
  oms_array_init(&files, sizeof(const char *));
  int rc = oms_session_open_data(h->config, d->paths, d->path_n, h->library, &files, err);
  if (rc == OMS_OK && oms_array_push(&h->owned, &files.data) != OMS_OK) {
    rc = oms_error_set(err, OMS_ERR_NOMEM, "out of memory for the data list");
  }
  if (rc != OMS_OK) {
    oms_array_free(&files);
    return rc;
  }
  entry->paths = files.data;
  entry->path_n = files.n;
  entry->kept = oms_dataset_kept(h->options->dataset, (size_t)(d - h->config->data));
  return OMS_OK;
}

static void take_rows(const oms_data_config_t *d, oms_data_entry_t *entry) {
  entry->rows = d->rows;
  entry->row_n = d->row_n;
  entry->rows_date_only = d->rows_date_only;
  entry->rows_has_volume = d->rows_have_volume;
}

static int make_entry(oms_host_t *h, size_t i, oms_data_entry_t *entry, oms_error_t *err) {
  const oms_data_config_t *d = &h->config->data[i];
  uint32_t instrument = oms_engine_find_instrument(h->engine, d->symbol);
  *entry = (oms_data_entry_t){.symbol = d->symbol,
                              .kind = d->kind,
                              .timeframe = d->timeframe,
                              .zone = d->zone,
                              .act_zone = d->zone,
                              .label_end = d->label_end,
                              .pushed = d->pushed,
                              .from = OMS_NO_TIME,
                              .to = OMS_NO_TIME,
                              .cache = &h->cache};
  if (oms_engine_instrument(h->engine, instrument)->calendar != OMS_CALENDAR_NONE) {
    entry->day_span = day_span;
    entry->day_ctx = &h->desk.calendar;
    entry->act_zone = oms_zone_new_york; /* the calendar's */
  }
  if (d->paths != NULL) {
    return resolve_files(h, d, entry, err);
  }
  entry->ticks = d->ticks;
  entry->tick_n = d->row_n;
  if (d->kind == OMS_DATA_BARS) {
    take_rows(d, entry);
  }
  return OMS_OK;
}

static int open_feed(oms_host_t *h, oms_error_t *err) {
  size_t n = h->config->data_n;
  h->cache.folder = h->options->cache;
  oms_data_entry_t *entries = oms_alloc_zero(n > 0 ? n : 1, sizeof *entries);
  if (entries == NULL || oms_array_push(&h->owned, &entries) != OMS_OK) {
    oms_free(entries);
    return oms_error_set(err, OMS_ERR_NOMEM, "out of memory for the data list");
  }
  for (size_t i = 0; i < n; i++) {
    int rc = make_entry(h, i, &entries[i], err);
    if (rc != OMS_OK) {
      return rc;
    }
  }
  int rc = oms_feed_open(entries, n, &h->feed, err);
  h->feed_open = rc == OMS_OK;
  h->source = h->feed;
  return rc;
}

static bool is_market(const oms_host_stream_t *s) {
  return s->kind == OMS_DATA_QUOTES || s->kind == OMS_DATA_TRADES || s->kind == OMS_DATA_ORDERS;
}

/* The symbol's finest bars meet the venue, unless it has something finer. The timeframes that were
 * read off the data are known by now, so that two equal ones show. */
static int choose_venue_stream(oms_host_t *h, uint32_t first, oms_error_t *err) {
  oms_host_stream_t *streams = h->streams.data;
  uint32_t finest = OMS_NONE;
  bool market = false; /* bars that are built of something never meet the venue: that does */
  for (uint32_t i = first; i != OMS_NONE; i = streams[i].next) {
    market = market || is_market(&streams[i]);
    streams[i].venue = is_market(&streams[i]);
    if (streams[i].kind != OMS_DATA_BARS) {
      continue;
    }
    for (uint32_t k = first; k != i; k = streams[k].next) {
      if (streams[k].timeframe == streams[i].timeframe) {
        return oms_data_twice(k, i, oms_engine_instrument(h->engine, streams[i].instrument)->symbol,
                              streams[i].timeframe, err);
      }
    }
    streams[i].finest = false; /* when built ones have come */
    bool finer = finest == OMS_NONE || streams[i].timeframe < streams[finest].timeframe;
    finest = finer ? i : finest;
  }
  if (finest != OMS_NONE) {
    streams[finest].finest = true;
    streams[finest].venue = !market;
  }
  return OMS_OK;
}

int oms_host_index_streams(oms_host_t *h, oms_error_t *err) {
  int rc = oms_host_history_index(h);
  if (rc != OMS_OK) {
    return oms_error_set(err, rc, "out of memory for the data list");
  }
  uint32_t n = oms_engine_instrument_count(h->engine);
  for (uint32_t i = 0; rc == OMS_OK && i < n; i++) {
    if (h->first_streams[i] != OMS_NONE) {
      rc = choose_venue_stream(h, h->first_streams[i], err);
    }
  }
  return rc;
}

/* What the venue is told of a symbol. */
static oms_sim_symbol_t venue_symbol(const oms_host_t *h, uint32_t first) {
  oms_sim_symbol_t symbol = {0};
  const oms_host_stream_t *s;
  for (uint32_t i = first; i != OMS_NONE; i = s->next) {
    s = OMS_AT(&h->streams, oms_host_stream_t, i);
    if (s->venue && s->kind == OMS_DATA_BARS) {
      symbol.timeframe = s->timeframe;
      symbol.has_volume = s->seen_volume;
    }
    symbol.quotes = symbol.quotes || s->kind == OMS_DATA_QUOTES;
    symbol.trades = symbol.trades || s->kind == OMS_DATA_TRADES;
    symbol.flow = symbol.flow || s->kind == OMS_DATA_ORDERS;
  }
  return symbol;
}

static int set_venue_symbols(oms_host_t *h, oms_error_t *err) {
  uint32_t n = oms_engine_instrument_count(h->engine);
  for (uint32_t i = 0; i < n; i++) {
    if (h->first_streams[i] == OMS_NONE) {
      continue;
    }
    oms_sim_symbol_t symbol = venue_symbol(h, h->first_streams[i]);
    int rc = oms_sim_set_symbol(h->sim, i, &symbol);
    if (rc != OMS_OK) {
      return oms_error_set(err, rc, "the venue could not take a symbol: %s", oms_err_text(rc));
    }
  }
  return OMS_OK;
}

static int add_streams(oms_host_t *h, oms_error_t *err) {
  for (size_t i = 0; i < h->config->data_n; i++) {
    oms_stream_info_t info;
    oms_feed_stream_info(&h->feed, i, &info);
    oms_host_stream_t s = {.kind = h->config->data[i].kind,
                           .instrument =
                               oms_engine_find_instrument(h->engine, h->config->data[i].symbol),
                           .timeframe = info.timeframe,
                           .listed = true,
                           .seen_volume = info.any_volume};
    if (oms_array_push(&h->streams, &s) != OMS_OK) {
      return oms_error_set(err, OMS_ERR_NOMEM, "out of memory for the data list");
    }
  }
  int rc = oms_host_build_listed(h, err);
  if (rc == OMS_OK) {
    rc = oms_host_index_streams(h, err);
  }
  return rc == OMS_OK ? set_venue_symbols(h, err) : rc;
}

int oms_host_open_data(oms_host_t *h, oms_error_t *err) {
  int rc = open_feed(h, err);
  if (rc == OMS_OK) {
    rc = add_streams(h, err);
  }
  return rc == OMS_OK ? oms_host_ticks_init(h, err) : rc;
}

void oms_host_tell_cache(oms_host_t *h) {
  for (size_t i = 0; i < h->config->data_n; i++) {
    const char *note = oms_feed_cache_note(&h->feed, i);
    if (note[0] != '\0') {
      oms_host_log(h, -1, OMS_LOG_DEBUG, note);
    }
  }
}

/* Told when the set-up is done: what fails in it must be the first line. */
void oms_host_tell_timeframes(oms_host_t *h) {
  for (size_t i = 0; i < h->config->data_n; i++) {
    oms_stream_info_t info;
    oms_feed_stream_info(&h->feed, i, &info);
    if (info.inferred) {
      char text[24], line[256];
      oms_timeframe_format(info.timeframe, text);
      snprintf(line, sizeof line, "%s: timeframe %s, read off the data", h->config->data[i].symbol,
               text);
      oms_host_log(h, -1, OMS_LOG_INFO, line);
    }
  }
  oms_host_tell_built(h);
}
