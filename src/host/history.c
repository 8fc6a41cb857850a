/* history.c - the bars that scripts may look back on: a bounded ring a stream, grown by doubling.
 * All rings together stay within a bound that depends on the number of streams and on what the
 * scripts ask for by `warmup`; a request beyond it is an error, never a shorter answer. */
#include <string.h>

#include "base/alloc.h"
#include "data/build.h"
#include "host/host.h"

#define HISTORY_FIRST ((size_t)256)
#define HISTORY_MAX   ((size_t)65536) /* what oms.bars can reach back */
#define HISTORY_LEAST ((size_t)1024)
#define HISTORY_BYTES ((size_t)64 << 20) /* of all rings, but for the least of each */

static int grow(oms_host_stream_t *s) {
  size_t cap = s->ring_cap == 0 ? HISTORY_FIRST : s->ring_cap * 2;
  oms_bar_t *ring = oms_realloc(s->ring, cap * sizeof *ring);
  if (ring == NULL) {
    return OMS_ERR_NOMEM;
  }
  s->ring = ring; /* it has not wrapped before it reached its most, so the order stands */
  s->ring_cap = cap;
  return OMS_OK;
}

/* What fits, or what the warm-up needs; a power of two. */
void oms_host_history_limit(oms_host_t *h) {
  size_t bars = 0, most = HISTORY_MAX, need = HISTORY_LEAST;
  for (size_t i = 0; i < h->streams.n; i++) {
    bars += OMS_AT(&h->streams, oms_host_stream_t, i)->kind == OMS_DATA_BARS ? 1 : 0;
  }
  for (size_t i = 0; i < h->scripts.n; i++) {
    size_t warmup = (size_t)oms_script_warmup(oms_host_script_at(h, i)->script);
    need = warmup > need ? warmup : need;
  }
  while (most / 2 >= need && most * bars * sizeof(oms_bar_t) > HISTORY_BYTES) {
    most /= 2;
  }
  h->desk.port.bars_kept = most;
  for (size_t i = 0; i < h->streams.n; i++) {
    OMS_AT(&h->streams, oms_host_stream_t, i)->ring_max = most;
  }
}

/* Among many streams the next place is long out of the processor's cache when its turn comes. */
static inline void fetch(const oms_bar_t *next) {
  __builtin_prefetch((const char *)(next + 1) - 1, 1);
}

int oms_host_history_push(oms_host_stream_t *s, const oms_bar_t *bar) {
  if (s->ring_n == s->ring_cap && s->ring_cap < s->ring_max) {
    int rc = grow(s);
    if (rc != OMS_OK) {
      return rc;
    }
  }
  if (s->ring_n < s->ring_cap) {
    s->ring[s->ring_n++] = *bar;
    fetch(&s->ring[s->ring_n]);
    return OMS_OK;
  }
  s->ring[s->ring_at] = *bar;
  s->ring_at = (s->ring_at + 1) & (s->ring_max - 1);
  fetch(&s->ring[s->ring_at]);
  return OMS_OK;
}

void oms_host_history_scale(oms_host_stream_t *s, const oms_scale_t *scale) {
  for (size_t i = 0; i < s->ring_n; i++) {
    oms_bar_scale(&s->ring[i], scale);
  }
}

int oms_host_history_index(oms_host_t *h) {
  uint32_t n = oms_engine_instrument_count(h->engine);
  oms_free(h->first_streams);
  h->first_streams = oms_alloc_zero(n > 0 ? n : 1, sizeof *h->first_streams);
  if (h->first_streams == NULL) {
    return OMS_ERR_NOMEM;
  }
  memset(h->first_streams, 0xff, n * sizeof *h->first_streams); /* OMS_NONE */
  for (size_t i = h->streams.n; i-- > 0;) {
    oms_host_stream_t *s = OMS_AT(&h->streams, oms_host_stream_t, i);
    s->next = h->first_streams[s->instrument];
    h->first_streams[s->instrument] = (uint32_t)i;
  }
  return OMS_OK;
}

static const oms_host_stream_t *find_stream(const oms_host_t *h, uint32_t instrument,
                                            int64_t timeframe) {
  const oms_host_stream_t *s;
  for (uint32_t i = h->first_streams[instrument]; i != OMS_NONE; i = s->next) {
    s = OMS_AT(&h->streams, oms_host_stream_t, i);
    if (timeframe == 0 ? s->finest : s->timeframe == timeframe) {
      return s;
    }
  }
  return NULL;
}

/* How many of the stream's bars are complete by the time on which the warm-up has arrived. */
static size_t bars_until(const oms_host_stream_t *s, oms_time_t until) {
  size_t low = 0, high = s->ring_n;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (s->ring[(s->ring_at + middle) & (s->ring_cap - 1)].end <= until) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

size_t oms_host_history_read(const oms_host_t *h, uint32_t instrument, int64_t *timeframe, size_t n,
                             oms_bar_t *out) {
  const oms_host_stream_t *s = find_stream(h, instrument, *timeframe);
  if (s == NULL) {
    return SIZE_MAX;
  }
  *timeframe = s->timeframe;
  size_t all = h->warm_until == OMS_NO_TIME ? s->ring_n : bars_until(s, h->warm_until);
  size_t have = n < all ? n : all;
  size_t mask = s->ring_cap == 0 ? 0 : s->ring_cap - 1;
  size_t from = s->ring_at + all - have;
  for (size_t i = 0; i < have; i++) {
    out[i] = s->ring[(from + i) & mask];
  }
  return have;
}
