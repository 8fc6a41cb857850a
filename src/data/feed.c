/* feed.c - the entries of the data list merged in order of (time, timeframe, place in the list); a
 * row that is no bar has the timeframe 0. A binary heap of lanes by the times of their heads; with
 * one lane nothing is compared. The lane whose event was delivered is advanced by the next peek, so
 * that the event stays valid until then. Corporate actions stand beside the heap.
 * Invariants:
 *   F1  heap[0] is the lane of the next event; its head may have been delivered when 'used' is set.
 *   F2  a failure stays: every later peek gives the same error.
 *   F3  which of two events at one time is first never changes: actions are known beforehand.
 *   F4  a built bar is in the heap before any event behind its completion is delivered: its stream
 *       hears of each row of its base when that becomes a head, and takes it in once that has been
 *       delivered. */
#include "data/feed.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/check.h"
#include "base/containers.h"
#include "data/built.h"
#include "data/readers.h"
#include "data/stream.h"
#include "data/ticks.h"

/* One entry of the data list, or one that is built. */
struct lane {
  oms_time_t at;     /* of its head */
  int64_t timeframe; /* 0: its rows are no bars */
  uint32_t index;    /* in the data list */
  uint32_t rank;     /* by timeframe, then index, among all lanes */
  oms_stream_t *bars;
  oms_tick_stream_t *ticks; /* a lane of actions never comes into the heap */
  oms_built_t *built;       /* one of the three */
  struct lane *builds;      /* of a base: the lanes built of its rows */
  struct lane *next;        /* of a built one: the next of its base */
  bool queued;              /* of a built one: in the heap */
};

/* A lane in the heap. */
struct item {
  oms_uint128_t key;
  struct lane *lane;
};
#define RANK_LATE (UINT64_C(1) << 32) /* above every rank */

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
  struct item *heap; /* the first 'live' of them */
  struct lane *lanes;
  oms_array_t builds; /* struct lane *, owned with their streams */
  oms_readers_t *readers;
  oms_stream_t *streams;
  oms_tick_stream_t *ticks;
  oms_array_t actions; /* struct action, in order of time, then of the data list */
  size_t action_at;
};

static int compare_time(const void *key, const void *action) {
  oms_time_t at = *(const oms_time_t *)key, t = ((const struct action *)action)->tick.ts;
  return at < t ? -1 : at > t;
}

static const oms_tick_t *action_of(const struct feed *f, size_t i) {
  return &OMS_AT(&f->actions, struct action, i)->tick;
}

/* Whether there is an action at this time. Most times lie between the last one and the next. */
static bool acts_at(const struct feed *f, oms_time_t at) {
  size_t i = f->action_at, n = f->actions.n;
  if ((i == n || at < action_of(f, i)->ts) && (i == 0 || at > action_of(f, i - 1)->ts)) {
    return false;
  }
  return bsearch(&at, f->actions.data, n, sizeof(struct action), compare_time) != NULL;
}

/* Times in order, then ranks; rows that are no bars rank before bars, but behind those that
 * complete at the time of an action. */
static inline oms_uint128_t key_of(const struct feed *f, const struct lane *l) {
  uint64_t at = (uint64_t)l->at ^ (UINT64_C(1) << 63), rank = l->rank;
  if (OMS_UNLIKELY(l->timeframe == 0 && f->actions.n > 0 && acts_at(f, l->at))) {
    rank += RANK_LATE;
  }
  return (oms_uint128_t)at << 64 | rank;
}

/* Where lanes are many they mostly come to rest far below: the smaller child goes up at each step
 * without a look at what moves, which then climbs to its place. */
static void sift_down(struct feed *f, size_t i) {
  const size_t top = i;
  const struct item moving = f->heap[i];
  struct item *heap = f->heap;
  for (size_t child; (child = 2 * i + 1) < f->live; i = child) {
    child += child + 1 < f->live && heap[child + 1].key < heap[child].key ? 1 : 0;
    if (i == top && moving.key < heap[child].key) {
      return;
    }
    heap[i] = heap[child];
  }
  for (; i > top && moving.key < heap[(i - 1) / 2].key; i = (i - 1) / 2) {
    heap[i] = heap[(i - 1) / 2];
  }
  heap[i] = moving;
}

static void sift_up(struct feed *f, size_t i) {
  const struct item moving = f->heap[i];
  for (; i > 0 && moving.key < f->heap[(i - 1) / 2].key; i = (i - 1) / 2) {
    f->heap[i] = f->heap[(i - 1) / 2];
  }
  f->heap[i] = moving;
}

static void heap_add(struct feed *f, struct lane *l) {
  f->heap[f->live++] = (struct item){key_of(f, l), l};
  sift_up(f, f->live - 1);
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
  } else if (OMS_LIKELY(l->bars != NULL)) {
    rc = oms_stream_advance(l->bars, any, err);
    l->at = oms_stream_head(l->bars)->end;
  } else {
    rc = OMS_OK;
    *any = l->queued = oms_built_advance(l->built);
    l->at = l->built->head.end;
  }
  return rc;
}

static int nomem(oms_error_t *err) {
  return oms_error_set(err, OMS_ERR_NOMEM, "out of memory while opening market data");
}

/* The next head of a base starts at 'start' (INT64_MAX: it is at its end): a bar that this
 * completes comes into the heap. */
static int reach(struct feed *f, struct lane *l, oms_time_t start) {
  int rc = oms_built_reach(l->built, start);
  if (rc == OMS_OK && !l->queued && (l->queued = oms_built_advance(l->built))) {
    l->at = l->built->head.end;
    heap_add(f, l);
  }
  return rc;
}

/* The head of the base has been delivered: it is part of what is built. */
static void add_head(const struct lane *base) {
  for (struct lane *l = base->builds; l != NULL; l = l->next) {
    if (base->ticks != NULL) {
      oms_built_trade(l->built, &base->ticks->head);
    } else {
      oms_built_bar(l->built, oms_stream_head(base->bars));
    }
  }
}

static int reach_all(struct feed *f, const struct lane *base, bool any) {
  oms_time_t head = base->ticks != NULL ? base->ticks->head.ts : oms_stream_head(base->bars)->start;
  for (struct lane *l = base->builds; l != NULL && f->rc == OMS_OK; l = l->next) {
    f->rc = reach(f, l, any ? head : INT64_MAX) == OMS_OK ? OMS_OK : nomem(&f->error);
  }
  return f->rc;
}

/* Puts the lane of the delivered event back in its place, or takes it out at its end. */
static inline int renew_top(struct feed *f, oms_error_t *err) {
  bool any;
  struct lane *top = f->heap[0].lane;
  if (OMS_UNLIKELY(top->builds != NULL)) {
    add_head(top);
  }
  f->rc = advance(top, &any, &f->error);
  if (OMS_UNLIKELY(f->rc != OMS_OK)) {
    return fail(f, err);
  }
  f->used = false;
  if (OMS_UNLIKELY(!any)) {
    f->heap[0] = f->heap[--f->live];
  } else if (f->live > 1 || top->builds != NULL) { /* alone it is compared with nothing */
    f->heap[0].key = key_of(f, top);
  }
  if (f->live > 1) {
    sift_down(f, 0);
  }
  if (OMS_UNLIKELY(top->builds != NULL) && reach_all(f, top, any) != OMS_OK) {
    return fail(f, err);
  }
  return OMS_OK;
}

static const oms_tick_t *next_action(const struct feed *f) {
  return f->action_at < f->actions.n ? action_of(f, f->action_at) : NULL;
}

/* Whether an action comes before the heap's first: bars that complete at its time go before it.
 * Behind the last price there is nothing that it could act on. */
static bool action_first(const struct feed *f) {
  const oms_tick_t *a = next_action(f);
  if (a == NULL || f->live == 0) {
    return false;
  }
  const struct lane *top = f->heap[0].lane;
  return a->ts < top->at || (a->ts == top->at && top->timeframe == 0);
}

static OMS_HOT int feed_peek(void *self, oms_time_t *at, oms_data_kind_t *kind, oms_error_t *err) {
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
  const struct lane *top = f->heap[0].lane;
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

static void take_built(struct feed *f, oms_built_t *b, const oms_bar_t **bar) {
  f->used = true;
  *bar = &b->head;
  if (b->delivered++ == 0) {
    b->first_ts = b->head.ts;
  }
  b->last_ts = b->head.ts;
}

static OMS_HOT int feed_next(void *self, const oms_bar_t **bar, oms_error_t *err) {
  struct feed *f = self;
  int rc = ready(f, err);
  if (rc != OMS_OK) {
    return rc;
  }
  if (OMS_UNLIKELY(f->live == 0 || f->action || f->heap[0].lane->ticks != NULL)) {
    return refuse(err, "bar");
  }
  if (OMS_UNLIKELY(f->heap[0].lane->built != NULL)) {
    take_built(f, f->heap[0].lane->built, bar);
    return OMS_OK;
  }
  oms_stream_t *s = f->heap[0].lane->bars;
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
  if (OMS_UNLIKELY(f->live == 0 || f->heap[0].lane->ticks == NULL)) {
    return refuse(err, "tick");
  }
  oms_tick_stream_t *s = f->heap[0].lane->ticks;
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
  for (size_t i = 0; i < f->builds.n; i++) {
    struct lane *l = *OMS_AT(&f->builds, struct lane *, i);
    oms_built_close(l->built);
    oms_free(l->built);
    oms_free(l);
  }
  oms_readers_free(f->readers);
  oms_array_free(&f->builds);
  oms_array_free(&f->actions);
  oms_free(f->streams);
  oms_free(f->ticks);
  oms_free(f->lanes);
  oms_free(f->heap);
  oms_free(f);
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
    rc = oms_stream_open(l->bars, entry, l->index, f->readers, err);
    l->timeframe = l->bars->timeframe;
  } else {
    l->ticks = &f->ticks[l->index];
    rc = oms_ticks_open(l->ticks, entry, l->index, f->readers, err);
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

static int compare_lanes(const void *a, const void *b) {
  const struct lane *x = *(struct lane *const *)a, *y = *(struct lane *const *)b;
  if (x->timeframe != y->timeframe) {
    return x->timeframe < y->timeframe ? -1 : 1;
  }
  return x->index < y->index ? -1 : x->index > y->index;
}

static struct lane *lane_at(const struct feed *f, size_t i) {
  return i < f->lane_n ? &f->lanes[i] : *OMS_AT(&f->builds, struct lane *, i - f->lane_n);
}

/* The order of the heap stays as it is: lanes that are there keep their order. */
static int rank_lanes(struct feed *f, oms_error_t *err) {
  size_t n = f->lane_n + f->builds.n;
  struct lane **lanes = oms_alloc_zero(n > 0 ? n : 1, sizeof(struct lane *));
  if (lanes == NULL) {
    return nomem(err);
  }
  for (size_t i = 0; i < n; i++) {
    lanes[i] = lane_at(f, i);
  }
  qsort(lanes, n, sizeof(struct lane *), compare_lanes);
  for (size_t i = 0; i < n; i++) {
    lanes[i]->rank = (uint32_t)i;
  }
  oms_free(lanes);
  for (size_t i = 0; i < f->live; i++) {
    f->heap[i].key = key_of(f, f->heap[i].lane);
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
      heap_add(f, &f->lanes[i]);
    }
  }
  return OMS_OK;
}

/* Actions of days before the first price are over: nobody holds anything yet, and the run does not
 * begin with them. */
static void skip_actions(struct feed *f) {
  oms_time_t first = INT64_MAX;
  for (size_t i = 0; i < f->live; i++) {
    const struct lane *l = f->heap[i].lane;
    oms_time_t start = l->bars != NULL ? oms_stream_head(l->bars)->start : l->at;
    first = start < first ? start : first;
  }
  while (next_action(f) != NULL && next_action(f)->ts <= first - OMS_NS_PER_DAY) {
    f->action_at++;
  }
}

int oms_feed_open(const oms_data_entry_t *entries, size_t n, oms_feed_t *out, oms_error_t *err) {
  struct feed *f = oms_alloc_zero(1, sizeof *f);
  if (f == NULL) {
    return nomem(err);
  }
  oms_array_init(&f->actions, sizeof(struct action));
  oms_array_init(&f->builds, sizeof(struct lane *));
  f->readers = oms_readers_new();
  f->heap = oms_alloc_zero(n, sizeof *f->heap);
  f->lanes = oms_alloc_zero(n, sizeof *f->lanes);
  f->streams = oms_alloc_zero(n, sizeof *f->streams);
  f->ticks = oms_alloc_zero(n, sizeof *f->ticks);
  bool made = f->heap != NULL && f->lanes != NULL && f->streams != NULL && f->ticks != NULL &&
              f->readers != NULL;
  int rc = made ? open_lanes(f, entries, n, err) : nomem(err);
  if (rc == OMS_OK) {
    rc = rank_lanes(f, err);
  }
  if (rc == OMS_OK) {
    rc = head_lanes(f, entries, err);
  }
  if (rc != OMS_OK) {
    feed_close(f);
    return rc;
  }
  skip_actions(f);
  *out = (oms_feed_t){f, feed_peek, feed_next, feed_next_tick, feed_close};
  return OMS_OK;
}

/* Built streams. */

static const oms_data_entry_t *entry_of(const struct lane *l) {
  return l->ticks != NULL ? &l->ticks->entry : &l->bars->entry;
}

static int refuse_build(const struct lane *base, int64_t timeframe, oms_error_t *err) {
  char text[24], of[24] = "trades";
  oms_timeframe_format(timeframe, text);
  if (base->bars != NULL) {
    oms_timeframe_format(base->timeframe, of);
  }
  return oms_error_set(err, OMS_ERR_USAGE,
                       "data[%u] (%s): %s bars cannot be built of %s%s; name a multiple below 1d, "
                       "or 1d, or 1w",
                       (unsigned)base->index + 1, entry_of(base)->symbol, text, of,
                       base->bars != NULL ? " bars" : "");
}

static struct lane *new_built(const struct lane *base, int64_t timeframe, uint32_t index) {
  struct lane *l = oms_alloc_zero(1, sizeof *l);
  oms_built_t *built = oms_alloc_zero(1, sizeof *built);
  if (l == NULL || built == NULL ||
      oms_built_open(built, entry_of(base), timeframe, index) != OMS_OK) {
    oms_free(l);
    oms_free(built);
    return NULL;
  }
  l->index = index;
  l->timeframe = timeframe;
  l->built = built;
  return l;
}

/* The heap gets room for one more, the lane its place among those of its base. */
static int add_built(struct feed *f, struct lane *base, struct lane *l) {
  struct item *heap = oms_realloc(f->heap, (f->lane_n + f->builds.n + 1) * sizeof *heap);
  f->heap = heap != NULL ? heap : f->heap;
  if (heap == NULL || oms_array_push(&f->builds, &l) != OMS_OK) {
    oms_built_close(l->built);
    oms_free(l->built);
    oms_free(l);
    return OMS_ERR_NOMEM;
  }
  l->next = base->builds;
  base->builds = l;
  return OMS_OK;
}

bool oms_feed_can_build(const oms_feed_t *feed, size_t base, int64_t timeframe) {
  const struct feed *f = feed->self;
  OMS_CHECK(base < f->lane_n);
  const struct lane *of = &f->lanes[base];
  bool fits = of->bars != NULL || entry_of(of)->kind == OMS_DATA_TRADES;
  return fits && oms_build_can(of->timeframe, timeframe);
}

int oms_feed_build(oms_feed_t *feed, size_t base, int64_t timeframe, uint32_t *index,
                   oms_error_t *err) {
  struct feed *f = feed->self;
  OMS_CHECK(base < f->lane_n);
  struct lane *of = &f->lanes[base];
  if (!oms_feed_can_build(feed, base, timeframe)) {
    return refuse_build(of, timeframe, err);
  }
  *index = (uint32_t)(f->lane_n + f->builds.n);
  struct lane *l = new_built(of, timeframe, *index);
  if (l == NULL || add_built(f, of, l) != OMS_OK || rank_lanes(f, NULL) != OMS_OK) {
    return nomem(err);
  }
  return OMS_OK;
}

void oms_feed_scale(oms_feed_t *feed, uint32_t built, const oms_scale_t *scale) {
  struct feed *f = feed->self;
  OMS_CHECK(built >= f->lane_n && built < f->lane_n + f->builds.n);
  struct lane *l = lane_at(f, built);
  oms_built_scale(l->built, l->queued, scale);
}

static oms_loader_t *loader_of(const struct lane *l) {
  return l->ticks != NULL ? l->ticks->loader : l->bars->loader;
}

const char *oms_feed_cache_note(const oms_feed_t *feed, size_t i) {
  const struct feed *f = feed->self;
  oms_loader_t *loader = i < f->lane_n ? loader_of(&f->lanes[i]) : NULL;
  return loader != NULL ? oms_loader_note(loader) : "";
}

static void built_info(const oms_built_t *b, oms_stream_info_t *out) {
  *out = (oms_stream_info_t){.timeframe = b->build.timeframe,
                             .rows = b->delivered,
                             .first_ts = b->first_ts,
                             .last_ts = b->last_ts};
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
  OMS_CHECK(i < f->lane_n + f->builds.n);
  if (i >= f->lane_n) {
    built_info(lane_at(f, i)->built, out);
    return;
  }
  const struct lane *l = &f->lanes[i];
  const oms_stream_t *s = l->bars;
  oms_loader_t *loader = loader_of(l);
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
