/* warmup.c - the bars before `from`: they fill the history and set prices, nothing trades on them;
 * a script that asks for them gets the last of them at the start. */
#include "host/host.h"

/* Bars that complete before `from` fill the history and set prices; nothing trades on them. */
int oms_host_keep_warm(oms_host_t *h) {
  for (size_t i = 0; i < h->bars.n; i++) {
    const oms_bar_t *bar = OMS_AT(&h->bars, oms_bar_t, i);
    oms_host_stream_t *s = OMS_AT(&h->streams, oms_host_stream_t, bar->stream);
    int rc = oms_host_history_push(s, bar);
    oms_host_note_volume(h, s, bar);
    if (rc == OMS_OK && s->venue) {
      rc = oms_desk_mark(&h->desk, s->instrument, bar->close);
    }
    if (rc != OMS_OK) {
      return rc;
    }
  }
  return OMS_OK;
}

/* The k-th last warm bar of a stream (0: the last), or NULL. */
static const oms_bar_t *warm_bar(const oms_host_stream_t *s, size_t k) {
  if (k >= s->ring_n) {
    return NULL;
  }
  return &s->ring[(s->ring_at + s->ring_n - 1 - k) & (s->ring_cap - 1)];
}

/* The clock, the last price and oms.bars stand at the bar's completion, so that on_warmup sees what
 * on_bar would have seen. */
static int give_warm_bar(oms_host_t *h, oms_host_script_t *script, const oms_bar_t *bar) {
  const oms_host_stream_t *s = OMS_AT(&h->streams, oms_host_stream_t, bar->stream);
  oms_time_t now = h->desk.port.now;               /* the core's clock does not go back */
  bool marks = s->venue && h->revive.past == NULL; /* else the core is further on */
  int rc = marks ? oms_desk_mark(&h->desk, s->instrument, bar->close) : OMS_OK;
  if (rc == OMS_OK) {
    h->desk.port.now = h->warm_until = bar->end;
    oms_host_give_bar(h, script, bar, true);
    h->desk.port.now = now;
  }
  return rc;
}

/* on_warmup gets the last `warmup` bars of each stream in order of completion, finer bars first. */
static int give_warmup(oms_host_t *h, oms_host_script_t *script, size_t *left) {
  size_t want = (size_t)oms_script_warmup(script->script);
  for (size_t i = 0; i < h->streams.n; i++) {
    const oms_host_stream_t *s = OMS_AT(&h->streams, oms_host_stream_t, i);
    left[i] = want < s->ring_n ? want : s->ring_n;
  }
  for (;;) {
    const oms_bar_t *best = NULL;
    int64_t best_frame = 0;
    for (size_t i = 0; i < h->streams.n; i++) {
      const oms_host_stream_t *s = OMS_AT(&h->streams, oms_host_stream_t, i);
      const oms_bar_t *bar = left[i] == 0 ? NULL : warm_bar(s, left[i] - 1);
      if (bar != NULL && (best == NULL || bar->end < best->end ||
                          (bar->end == best->end && s->timeframe < best_frame))) {
        best = bar;
        best_frame = s->timeframe;
      }
    }
    if (best == NULL) {
      return OMS_OK;
    }
    left[best->stream]--;
    int rc = give_warm_bar(h, script, best);
    if (rc != OMS_OK) {
      return rc;
    }
  }
}

int oms_host_end_warmup(oms_host_t *h) {
  h->warming = false;
  oms_array_t left;
  oms_array_init(&left, sizeof(size_t));
  int rc = oms_array_reserve(&left, h->streams.n);
  for (size_t i = 0; i < h->scripts.n && rc == OMS_OK; i++) {
    oms_host_script_t *s = OMS_AT(&h->scripts, oms_host_script_t, i);
    if (oms_script_warmup(s->script) > 0) {
      rc = give_warmup(h, s, left.data);
    }
  }
  h->warm_until = OMS_NO_TIME;
  oms_array_free(&left);
  return rc;
}
