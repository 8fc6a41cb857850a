/* feed.c - streams merged in order of (completion, timeframe, place in the data list). A binary
 * heap of streams by the completion of their heads; with one stream nothing is compared. The stream
 * whose bar was delivered is advanced by the next peek, so that the bar stays valid until then.
 * Invariants:
 *   F1  heap[0] is the stream of the next bar; its head may have been delivered when 'used' is set.
 *   F2  a failure stays: every later peek gives the same error. */
#include "data/feed.h"

#include "base/alloc.h"
#include "base/check.h"
#include "data/stream.h"

struct feed {
  size_t stream_n, live;
  bool used; /* the head of heap[0] has been delivered */
  int rc;
  oms_error_t error;
  oms_stream_t **heap; /* the first 'live' of them */
  oms_stream_t *streams;
};

static bool before(const oms_stream_t *a, const oms_stream_t *b) {
  oms_time_t ta = oms_stream_head(a)->end, tb = oms_stream_head(b)->end;
  if (ta != tb) {
    return ta < tb;
  }
  return a->timeframe != b->timeframe ? a->timeframe < b->timeframe : a->index < b->index;
}

static void sift_down(struct feed *f, size_t i) {
  oms_stream_t *moving = f->heap[i];
  for (;;) {
    size_t child = 2 * i + 1;
    if (child >= f->live) {
      break;
    }
    if (child + 1 < f->live && before(f->heap[child + 1], f->heap[child])) {
      child++;
    }
    if (!before(f->heap[child], moving)) {
      break;
    }
    f->heap[i] = f->heap[child];
    i = child;
  }
  f->heap[i] = moving;
}

static int fail(struct feed *f, oms_error_t *err) {
  return oms_error_set(err, f->rc, "%s", f->error.message);
}

/* Puts the stream of the delivered bar back in its place, or takes it out at its end. */
static int renew_top(struct feed *f, oms_error_t *err) {
  bool any;
  f->rc = oms_stream_advance(f->heap[0], &any, &f->error);
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

static int feed_peek(void *self, oms_time_t *end, oms_error_t *err) {
  struct feed *f = self;
  if (OMS_UNLIKELY(f->rc != OMS_OK)) {
    return fail(f, err);
  }
  if (OMS_LIKELY(f->used)) {
    int rc = renew_top(f, err);
    if (rc != OMS_OK) {
      return rc;
    }
  }
  *end = f->live > 0 ? oms_stream_head(f->heap[0])->end : OMS_NO_TIME;
  return OMS_OK;
}

static int feed_next(void *self, const oms_bar_t **bar, oms_error_t *err) {
  struct feed *f = self;
  if (f->used || f->rc != OMS_OK) {
    oms_time_t end;
    int rc = feed_peek(f, &end, err);
    if (rc != OMS_OK) {
      return rc;
    }
  }
  if (f->live == 0) {
    return oms_error_set(err, OMS_ERR_USAGE, "the feed has no more bars; peek says so");
  }
  oms_stream_t *s = f->heap[0];
  f->used = true;
  *bar = oms_stream_head(s);
  if (s->delivered++ == 0) {
    s->first_ts = (*bar)->ts;
  }
  s->last_ts = (*bar)->ts;
  return OMS_OK;
}

static void feed_close(void *self) {
  struct feed *f = self;
  for (size_t i = 0; i < f->stream_n; i++) {
    oms_stream_close(&f->streams[i]);
  }
  oms_free(f->streams);
  oms_free(f->heap);
  oms_free(f);
}

/* Opens the streams and heads each; a stream without a bar inside the bounds takes no part. */
static int open_streams(struct feed *f, const oms_data_entry_t *entries, size_t n,
                        oms_error_t *err) {
  for (size_t i = 0; i < n; i++) {
    bool any = false;
    oms_stream_t *s = &f->streams[i];
    int rc = oms_stream_open(s, &entries[i], (uint32_t)i, err);
    if (rc != OMS_OK) {
      return rc;
    }
    f->stream_n = i + 1;
    rc = oms_stream_advance(s, &any, err);
    if (rc != OMS_OK) {
      return rc;
    }
    if (any) {
      f->heap[f->live++] = s;
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
    return oms_error_set(err, OMS_ERR_NOMEM, "out of memory while opening market data");
  }
  f->heap = oms_alloc_zero(n, sizeof(oms_stream_t *));
  f->streams = oms_alloc_zero(n, sizeof *f->streams);
  int rc = f->heap == NULL || f->streams == NULL
               ? oms_error_set(err, OMS_ERR_NOMEM, "out of memory while opening market data")
               : open_streams(f, entries, n, err);
  if (rc != OMS_OK) {
    feed_close(f);
    return rc;
  }
  *out = (oms_feed_t){f, feed_peek, feed_next, feed_close};
  return OMS_OK;
}

void oms_feed_stream_info(const oms_feed_t *feed, size_t i, oms_stream_info_t *out) {
  const struct feed *f = feed->self;
  OMS_CHECK(i < f->stream_n);
  const oms_stream_t *s = &f->streams[i];
  *out = (oms_stream_info_t){.timeframe = s->timeframe,
                             .inferred = s->inferred,
                             .rows = s->delivered,
                             .first_ts = s->first_ts,
                             .last_ts = s->last_ts,
                             .has_volume = s->has_volume,
                             .any_volume = s->any_volume};
  if (s->loader != NULL) {
    out->bytes = oms_loader_bytes(s->loader);
    out->consumed = oms_loader_consumed(s->loader);
  }
}
