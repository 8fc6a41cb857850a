/* feed.c - the entries of the data list merged in order of (time, timeframe, place in the list); a
 * row that is no bar has the timeframe 0. A binary heap of lanes by the times of their heads; with
 * one lane nothing is compared. The lane whose event was delivered is advanced by the next peek, so
 * that the event stays valid until then. Corporate actions stand beside the heap.
 * Invariants:
 *   F1  heap[0] is the lane of the next event; its head may have been delivered when 'used' is set.
 *   F2  a failure stays: every later peek gives the same error.
 *   F3  which of two events at one time is first never changes: actions are known beforehand. */
#include "data/feed.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/check.h"
#include "base/containers.h"
#include "data/stream.h"
#include "data/ticks.h"

/* One entry of the data list in the heap, by what is needed to compare it. */
struct lane {
  oms_time_t at;     /* of its head */
  int64_t timeframe; /* 0: its rows are no bars */
  uint32_t index;    /* in the data list */
  oms_stream_t *bars;
  oms_tick_stream_t *ticks; /* one of the two; a lane of actions never comes into the heap */
};

/* Actions are few: all of them are read at the start. */
struct action {
  oms_tick_t tick;
  size_t order; /* in the file */
};

struct feed {
  size_t lane_n, live;
  bool used;   /* the head of heap[0] has been delivered */
  bool action; /* the next event is the next action */
  int rc;
  oms_error_t error;
  struct lane **heap; /* the first 'live' of them */
  struct lane *lanes;
  oms_stream_t *streams;
  oms_tick_stream_t *ticks;
  oms_array_t actions; /* struct action, in order of time, then of the data list */
  size_t action_at;
};

static int compare_time(const void *key, const void *action) {
  oms_time_t at = *(const oms_time_t *)key, t = ((const struct action *)action)->tick.ts;
  return at < t ? -1 : at > t;
}

static bool acts_at(const struct feed *f, oms_time_t at) {
  return f->actions.n > 0 &&
         bsearch(&at, f->actions.data, f->actions.n, sizeof(struct action), compare_time) != NULL;
}

static bool before(const struct feed *f, const struct lane *a, const struct lane *b) {
  if (a->at != b->at) {
    return a->at < b->at;
  }
  if (OMS_UNLIKELY((a->timeframe == 0) != (b->timeframe == 0)) && acts_at(f, a->at)) {
    return b->timeframe == 0;
  }
  return a->timeframe != b->timeframe ? a->timeframe < b->timeframe : a->index < b->index;
}

static void sift_down(struct feed *f, size_t i) {
  struct lane *moving = f->heap[i];
  for (;;) {
    size_t child = 2 * i + 1;
    if (child >= f->live) {
      break;
    }
    if (child + 1 < f->live && before(f, f->heap[child + 1], f->heap[child])) {
      child++;
    }
    if (!before(f, f->heap[child], moving)) {
      break;
    }
    f->heap[i] = f->heap[child];
    i = child;
  }
  f->heap[i] = moving;
}

static OMS_SELDOM int fail(struct feed *f, oms_error_t *err) {
  return oms_error_set(err, f->rc, "%s", f->error.message);
}

/* The next head of the lane. */
static inline int advance(struct lane *l, bool *any, oms_error_t *err) {
  int rc;
  if (l->ticks != NULL) {
    rc = oms_ticks_advance(l->ticks, any, err);
    l->at = l->ticks->head.ts;
  } else {
    rc = oms_stream_advance(l->bars, any, err);
    l->at = oms_stream_head(l->bars)->end;
  }
  return rc;
}

/* Puts the lane of the delivered event back in its place, or takes it out at its end. */
static int renew_top(struct feed *f, oms_error_t *err) {
  bool any;
  f->rc = advance(f->heap[0], &any, &f->error);
  if (OMS_UNLIKELY(f->rc != OMS_OK)) {
    return fail(f, err);
  }
  f->used = false;
  if (OMS_UNLIKELY(!any)) {
    f->heap[0] = f->heap[--f->live];
  }
  if (f->live > 1) {
    sift_down(f, 0);
  }
  return OMS_OK;
}

static const oms_tick_t *next_action(const struct feed *f) {
  return f->action_at < f->actions.n ? &OMS_AT(&f->actions, struct action, f->action_at)->tick
                                     : NULL;
}

/* Whether an action comes before the heap's first: bars that complete at its time go before it. */
static bool action_first(const struct feed *f) {
  const oms_tick_t *a = next_action(f);
  if (a == NULL || f->live == 0) {
    return a != NULL;
  }
  const struct lane *top = f->heap[0];
  return a->ts < top->at || (a->ts == top->at && top->timeframe == 0);
}

static int feed_peek(void *self, oms_time_t *at, oms_data_kind_t *kind, oms_error_t *err) {
  struct feed *f = self;
  if (OMS_UNLIKELY(f->rc != OMS_OK)) {
    return fail(f, err);
  }
  if (OMS_LIKELY(f->used)) {
    int rc = renew_top(f, err);
    if (OMS_UNLIKELY(rc != OMS_OK)) {
      return rc;
    }
  }
  *kind = OMS_DATA_BARS;
  if (OMS_UNLIKELY(f->action_at < f->actions.n)) {
    f->action = action_first(f);
    if (f->action) {
      *at = next_action(f)->ts;
      *kind = OMS_DATA_ACTIONS;
      return OMS_OK;
    }
  }
  if (OMS_UNLIKELY(f->live == 0)) {
    *at = OMS_NO_TIME;
    return OMS_OK;
  }
  const struct lane *top = f->heap[0];
  *at = top->at;
  if (top->ticks != NULL) {
    *kind = (oms_data_kind_t)top->ticks->head.kind;
  }
  return OMS_OK;
}

/* Settles what the next event is, as a peek does. */
static OMS_SELDOM int peek_first(struct feed *f, oms_error_t *err) {
  oms_time_t at;
  oms_data_kind_t kind;
  return feed_peek(f, &at, &kind, err);
}

static inline int ready(struct feed *f, oms_error_t *err) {
  return OMS_LIKELY(!f->used && f->rc == OMS_OK) ? OMS_OK : peek_first(f, err);
}

static OMS_SELDOM int refuse(oms_error_t *err, const char *what) {
  return oms_error_set(err, OMS_ERR_USAGE, "the feed's next event is no %s; peek says so", what);
}

static int feed_next(void *self, const oms_bar_t **bar, oms_error_t *err) {
  struct feed *f = self;
  int rc = ready(f, err);
  if (rc != OMS_OK) {
    return rc;
  }
  if (OMS_UNLIKELY(f->live == 0 || f->action || f->heap[0]->bars == NULL)) {
    return refuse(err, "bar");
  }
  oms_stream_t *s = f->heap[0]->bars;
  f->used = true;
  *bar = oms_stream_head(s);
  if (s->delivered++ == 0) {
    s->first_ts = (*bar)->ts;
  }
  s->last_ts = (*bar)->ts;
  return OMS_OK;
}

static void count(oms_tick_stream_t *s, oms_time_t ts) {
  if (s->delivered++ == 0) {
    s->first_ts = ts;
  }
  s->last_ts = ts;
}

static int feed_next_tick(void *self, const oms_tick_t **tick, oms_error_t *err) {
  struct feed *f = self;
  int rc = ready(f, err);
  if (rc != OMS_OK) {
    return rc;
  }
  if (f->action) {
    *tick = next_action(f);
    f->action_at++;
    f->action = false;
    count(f->lanes[(*tick)->stream].ticks, (*tick)->ts);
    return OMS_OK;
  }
  if (OMS_UNLIKELY(f->live == 0 || f->heap[0]->ticks == NULL)) {
    return refuse(err, "tick");
  }
  oms_tick_stream_t *s = f->heap[0]->ticks;
  f->used = true;
  *tick = &s->head;
  count(s, s->head.ts);
  return OMS_OK;
}

static void close_lane(struct lane *l) {
  if (l->bars != NULL) {
    oms_stream_close(l->bars);
  }
  if (l->ticks != NULL) {
    oms_ticks_close(l->ticks);
  }
}

static void feed_close(void *self) {
  struct feed *f = self;
  for (size_t i = 0; i < f->lane_n; i++) {
    close_lane(&f->lanes[i]);
  }
  oms_array_free(&f->actions);
  oms_free(f->streams);
  oms_free(f->ticks);
  oms_free(f->lanes);
  oms_free(f->heap);
  oms_free(f);
}

static int nomem(oms_error_t *err) {
  return oms_error_set(err, OMS_ERR_NOMEM, "out of memory while opening market data");
}

static int read_actions(struct feed *f, oms_tick_stream_t *s, oms_error_t *err) {
  for (;;) {
    bool any;
    int rc = oms_ticks_advance(s, &any, err);
    if (rc != OMS_OK || !any) {
      return rc;
    }
    const struct action action = {s->head, f->actions.n};
    if (oms_array_push(&f->actions, &action) != OMS_OK) {
      return nomem(err);
    }
  }
}

static int compare_actions(const void *a, const void *b) {
  const struct action *x = a, *y = b;
  if (x->tick.ts != y->tick.ts) {
    return x->tick.ts < y->tick.ts ? -1 : 1;
  }
  return x->order < y->order ? -1 : x->order > y->order;
}

static int open_lane(struct feed *f, const oms_data_entry_t *entry, struct lane *l,
                     oms_error_t *err) {
  int rc;
  if (entry->kind == OMS_DATA_BARS) {
    l->bars = &f->streams[l->index];
    rc = oms_stream_open(l->bars, entry, l->index, err);
    l->timeframe = l->bars->timeframe;
  } else {
    l->ticks = &f->ticks[l->index];
    rc = oms_ticks_open(l->ticks, entry, l->index, err);
  }
  return rc;
}

/* Opens the lanes; actions are taken in at once. */
static int open_lanes(struct feed *f, const oms_data_entry_t *entries, size_t n, oms_error_t *err) {
  for (size_t i = 0; i < n; i++) {
    struct lane *l = &f->lanes[i];
    l->index = (uint32_t)i;
    int rc = open_lane(f, &entries[i], l, err);
    f->lane_n = i + 1;
    if (rc == OMS_OK && entries[i].kind == OMS_DATA_ACTIONS) {
      rc = read_actions(f, l->ticks, err);
    }
    if (rc != OMS_OK) {
      return rc;
    }
  }
  if (f->actions.n > 1) {
    qsort(f->actions.data, f->actions.n, sizeof(struct action), compare_actions);
  }
  return OMS_OK;
}

/* Heads each lane; one without an event inside the bounds takes no part. */
static int head_lanes(struct feed *f, const oms_data_entry_t *entries, oms_error_t *err) {
  for (size_t i = 0; i < f->lane_n; i++) {
    bool any = false;
    int rc = entries[i].kind == OMS_DATA_ACTIONS ? OMS_OK : advance(&f->lanes[i], &any, err);
    if (rc != OMS_OK) {
      return rc;
    }
    if (any) {
      f->heap[f->live++] = &f->lanes[i];
    }
  }
  for (size_t i = f->live / 2; i-- > 0;) {
    sift_down(f, i);
  }
  return OMS_OK;
}

int oms_feed_open(const oms_data_entry_t *entries, size_t n, oms_feed_t *out, oms_error_t *err) {
  struct feed *f = oms_alloc_zero(1, sizeof *f);
  if (f == NULL) {
    return nomem(err);
  }
  oms_array_init(&f->actions, sizeof(struct action));
  f->heap = oms_alloc_zero(n, sizeof(struct lane *));
  f->lanes = oms_alloc_zero(n, sizeof *f->lanes);
  f->streams = oms_alloc_zero(n, sizeof *f->streams);
  f->ticks = oms_alloc_zero(n, sizeof *f->ticks);
  bool made = f->heap != NULL && f->lanes != NULL && f->streams != NULL && f->ticks != NULL;
  int rc = made ? open_lanes(f, entries, n, err) : nomem(err);
  if (rc == OMS_OK) {
    rc = head_lanes(f, entries, err);
  }
  if (rc != OMS_OK) {
    feed_close(f);
    return rc;
  }
  *out = (oms_feed_t){f, feed_peek, feed_next, feed_next_tick, feed_close};
  return OMS_OK;
}

static void tick_info(const oms_tick_stream_t *s, oms_stream_info_t *out) {
  *out = (oms_stream_info_t){.rows = s->delivered,
                             .first_ts = s->first_ts,
                             .last_ts = s->last_ts,
                             .has_volume = s->has_size,
                             .any_volume = s->any_size};
}

void oms_feed_stream_info(const oms_feed_t *feed, size_t i, oms_stream_info_t *out) {
  const struct feed *f = feed->self;
  OMS_CHECK(i < f->lane_n);
  const struct lane *l = &f->lanes[i];
  const oms_stream_t *s = l->bars;
  oms_loader_t *loader = s == NULL ? l->ticks->loader : s->loader;
  if (s == NULL) {
    tick_info(l->ticks, out);
  } else {
    *out = (oms_stream_info_t){.timeframe = s->timeframe,
                               .inferred = s->inferred,
                               .rows = s->delivered,
                               .first_ts = s->first_ts,
                               .last_ts = s->last_ts,
                               .has_volume = s->has_volume,
                               .any_volume = s->any_volume};
  }
  if (loader != NULL) {
    out->bytes = oms_loader_bytes(loader);
    out->consumed = oms_loader_consumed(loader);
  }
}
