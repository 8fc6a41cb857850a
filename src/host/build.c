/* build.c - which coarser bars are built of the data (data/build.h): those that an entry of the
 * data list names in `build`, and those that a script names in `timeframes` and the data lack. The
 * latter go to the scripts that name them alone. */
#include <string.h>

#include "data/feed.h"
#include "host/host.h"

static bool has_timeframe(const oms_host_t *h, uint32_t instrument, int64_t timeframe) {
  for (size_t i = 0; i < h->streams.n; i++) {
    const oms_host_stream_t *s = OMS_AT(&h->streams, oms_host_stream_t, i);
    if (s->instrument == instrument && s->kind == OMS_DATA_BARS && s->timeframe == timeframe) {
      return true;
    }
  }
  return false;
}

static int add(oms_host_t *h, size_t base, int64_t timeframe, bool listed, oms_error_t *err) {
  uint32_t index;
  int rc = oms_feed_build(&h->feed, base, timeframe, &index, err);
  if (rc != OMS_OK) {
    return rc;
  }
  const oms_host_stream_t *of = OMS_AT(&h->streams, oms_host_stream_t, base);
  const oms_host_stream_t s = {.kind = OMS_DATA_BARS,
                               .instrument = of->instrument,
                               .timeframe = timeframe,
                               .base = (uint32_t)base,
                               .built = true,
                               .listed = listed};
  return oms_array_push(&h->streams, &s) == OMS_OK
             ? OMS_OK
             : oms_error_set(err, OMS_ERR_NOMEM, "out of memory for the data list");
}

int oms_host_build_listed(oms_host_t *h, oms_error_t *err) {
  for (size_t i = 0; i < h->config->data_n; i++) {
    const oms_data_config_t *d = &h->config->data[i];
    uint32_t instrument = OMS_AT(&h->streams, oms_host_stream_t, i)->instrument;
    for (size_t k = 0; k < d->build_n; k++) {
      if (has_timeframe(h, instrument, d->build[k])) {
        char text[24];
        oms_timeframe_format(d->build[k], text);
        return oms_error_set(err, OMS_ERR_USAGE,
                             "data[%zu].build: %s has %s bars already; take it out of the list",
                             i + 1, d->symbol, text);
      }
      int rc = add(h, i, d->build[k], true, err);
      if (rc != OMS_OK) {
        return rc;
      }
    }
  }
  return OMS_OK;
}

/* What bars of the timeframe can be built of: the coarsest bars of the list that go, else
 * trades. */
static uint32_t base_of(const oms_host_t *h, uint32_t instrument, int64_t timeframe) {
  uint32_t best = OMS_NONE;
  int64_t of_best = -1;
  for (size_t i = 0; i < h->config->data_n; i++) {
    const oms_host_stream_t *s = OMS_AT(&h->streams, oms_host_stream_t, i);
    bool fits = s->instrument == instrument &&
                (s->kind == OMS_DATA_BARS || s->kind == OMS_DATA_TRADES) &&
                oms_feed_can_build(&h->feed, i, timeframe);
    if (fits && s->timeframe > of_best) {
      best = (uint32_t)i;
      of_best = s->timeframe;
    }
  }
  return best;
}

/* The timeframe for each symbol that the script wants. */
static int build_for(oms_host_t *h, const oms_host_script_t *s, const oms_script_entry_t *entry,
                     int64_t timeframe, oms_error_t *err) {
  int rc = OMS_OK;
  for (uint32_t i = 0; rc == OMS_OK && i < oms_engine_instrument_count(h->engine); i++) {
    if (h->first_streams[i] == OMS_NONE || has_timeframe(h, i, timeframe) ||
        !oms_host_wants_symbol(s, entry, oms_engine_instrument(h->engine, i)->symbol)) {
      continue;
    }
    uint32_t base = base_of(h, i, timeframe);
    rc = base == OMS_NONE ? OMS_OK : add(h, base, timeframe, false, err);
  }
  return rc;
}

int oms_host_build_asked(oms_host_t *h, oms_error_t *err) {
  size_t before = h->streams.n;
  int rc = OMS_OK;
  for (size_t i = 0; rc == OMS_OK && i < h->scripts.n; i++) {
    const oms_host_script_t *s = oms_host_script_at(h, i);
    const oms_script_entry_t *entry = oms_host_entry(h, i);
    size_t n = oms_host_timeframe_count(s, entry);
    for (size_t k = 0; rc == OMS_OK && k < n; k++) {
      const char *text = oms_host_timeframe(s, entry, k);
      int64_t timeframe;
      if (oms_timeframe_parse(text, strlen(text), &timeframe) == OMS_OK) { /* else told later */
        rc = build_for(h, s, entry, timeframe, err);
      }
    }
  }
  return rc == OMS_OK && h->streams.n > before ? oms_host_index_streams(h, err) : rc;
}

void oms_host_tell_built(oms_host_t *h) {
  for (size_t i = h->config->data_n; i < h->streams.n; i++) {
    const oms_host_stream_t *s = OMS_AT(&h->streams, oms_host_stream_t, i);
    const oms_host_stream_t *base = OMS_AT(&h->streams, oms_host_stream_t, s->base);
    char text[24], of[24] = "", line[256];
    oms_timeframe_format(s->timeframe, text);
    if (base->kind == OMS_DATA_BARS) {
      oms_timeframe_format(base->timeframe, of);
    }
    (void)snprintf(line, sizeof line, "%s: bars of %s are built of %s%s",
                   oms_engine_instrument(h->engine, s->instrument)->symbol, text,
                   base->kind == OMS_DATA_BARS ? "those of " : "its trades", of);
    oms_host_log(h, -1, OMS_LOG_INFO, line);
  }
}
