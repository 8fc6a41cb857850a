/* writer.c - the thread that writes: takes what has gathered, market data first, then the batch in
 * one transaction; in quiet moments it moves the write-ahead log into the database. */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "store/store_int.h"

enum { IDLE_PAGES = 100, MOST_PAGES = 1000, HELD_BYTES = 65536 };
#define MS           INT64_C(1000000)
#define HELD_NS      (100 * MS)
#define UNSYNCED_NS  (1000 * MS)
#define LOOK_NS      (250 * MS)
#define RETIRE_NS    (10000 * MS)
#define FIRST_PAUSE  (50 * MS)
#define LONGEST_WAIT (1000 * MS)
#define GIVE_UP_NS   (5000 * MS)

int64_t oms_store_monotonic(void) {
  struct timespec t;
  (void)clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static struct timespec at_time(int64_t ns) {
  return (struct timespec){.tv_sec = ns / 1000000000, .tv_nsec = (long)(ns % 1000000000)};
}

void oms_work_free(oms_work_t *w) {
  oms_piece_free(&w->main);
  oms_piece_free(&w->market);
  for (size_t i = 0; i < w->blobs.n; i++) {
    oms_free(OMS_AT(&w->blobs, oms_blob_t, i)->data);
  }
  oms_array_free(&w->blobs);
}

int oms_work_move(oms_work_t *to, oms_work_t *from) {
  int rc = oms_array_reserve(&to->blobs, to->blobs.n + from->blobs.n);
  rc = rc == OMS_OK ? oms_piece_move(&to->market, &from->market) : rc;
  rc = rc == OMS_OK ? oms_piece_move(&to->main, &from->main) : rc;
  for (size_t i = 0; i < from->blobs.n && rc == OMS_OK; i++) {
    rc = oms_array_push(&to->blobs, OMS_AT(&from->blobs, oms_blob_t, i));
  }
  if (rc == OMS_OK) {
    from->blobs.n = 0;
    to->told = to->told || from->told;
    from->told = false;
  }
  return rc;
}

static void clear_main(oms_work_t *w) {
  oms_piece_clear(&w->main);
  for (size_t i = 0; i < w->blobs.n; i++) {
    oms_free(OMS_AT(&w->blobs, oms_blob_t, i)->data);
  }
  w->blobs.n = 0;
  w->gate = 0;
  w->told = false;
}

void oms_store_set_wake(oms_store_t *s, void (*wake)(void *ctx), void *ctx) {
  (void)pthread_mutex_lock(&s->mutex);
  s->o.wake = wake;
  s->o.ctx = ctx;
  (void)pthread_mutex_unlock(&s->mutex);
}

static void wake(oms_store_t *s) {
  (void)pthread_mutex_lock(&s->mutex);
  void (*fn)(void *ctx) = s->o.wake;
  void *ctx = s->o.ctx;
  (void)pthread_mutex_unlock(&s->mutex);
  if (fn != NULL) {
    fn(ctx);
  }
}

/* Market data: gathered for a tenth of a second, on disk within one; at once before a batch, and
 * when somebody is told of them. */
static int write_market(oms_store_t *s, bool must, int64_t now, oms_error_t *err) {
  oms_writer_t *w = &s->w;
  oms_piece_t *p = &s->writing.market;
  int rc = OMS_OK;
  if (p->n > 0 && w->held_since == 0) {
    w->held_since = now;
  }
  if (p->n > 0 && (must || oms_piece_size(p) >= HELD_BYTES || now - w->held_since >= HELD_NS)) {
    if (oms_market_out_due(&w->market, now)) {
      rc = oms_market_out_sync(&w->market, err);
      if (rc != OMS_OK) {
        return rc;
      }
      oms_market_out_rotate(&w->market);
      w->next_retire = 0;
    }
    rc = oms_market_out_add(&w->market, p, now);
    if (rc != OMS_OK) {
      return oms_error_set(err, rc, "out of memory for market data");
    }
    w->held_since = 0;
    w->unsynced_since = w->unsynced_since == 0 ? now : w->unsynced_since;
    rc = oms_market_out_write(&w->market, err);
  }
  if (rc == OMS_OK && w->market.behind.n > 0 && (must || now - w->unsynced_since >= UNSYNCED_NS)) {
    rc = oms_market_out_sync(&w->market, err);
    w->unsynced_since = rc == OMS_OK ? 0 : w->unsynced_since;
  }
  return rc;
}

/* Pages of the log that are news since the last checkpoint: a reader may keep the log from
 * beginning anew, and then it only grows. */
static int new_pages(const oms_writer_t *w) {
  return w->wal_pages >= w->wal_moved ? w->wal_pages - w->wal_moved : w->wal_pages;
}

static void checkpoint(oms_store_t *s, bool idle) {
  oms_writer_t *w = &s->w;
  if (w->db != NULL && new_pages(w) >= (idle ? IDLE_PAGES : MOST_PAGES)) {
    int rc = sqlite3_wal_checkpoint_v2(w->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    w->wal_moved = w->wal_pages;
    if (rc != SQLITE_OK && rc != SQLITE_BUSY) {
      oms_writer_disconnect(w); /* the next batch takes it up anew, or tells the trouble */
    }
  }
}

/* Whether somebody has changed the keys. */
static bool look_at_keys(oms_store_t *s, int64_t now) {
  oms_writer_t *w = &s->w;
  if (w->db == NULL || now < w->next_look) {
    return false;
  }
  w->next_look = now + LOOK_NS;
  int64_t version = 0;
  int seen = sqlite3_step(w->version) == SQLITE_ROW ? sqlite3_column_int(w->version, 0) : -1;
  (void)sqlite3_reset(w->version);
  if (seen == w->data_version ||
      oms_db_number(w->db, s->path, "SELECT value FROM meta WHERE key = 'keys_version'", &version,
                    NULL) != OMS_OK) {
    return false;
  }
  w->data_version = seen;
  return atomic_exchange(&s->keys_version, (uint64_t)version) != (uint64_t)version;
}

static void add_figures(oms_store_t *s, int64_t ns, bool main) {
  oms_store_figures_t *f = &s->figures;
  if (main) {
    f->batches++;
    f->records += s->writing.main.n;
    f->bytes += oms_piece_size(&s->writing.main);
    f->commit_ns_sum += (uint64_t)ns;
    f->commit_n++;
  }
}

static void retire(oms_store_t *s, int64_t now) {
  bool bounded = s->o.market_keep_ns > 0 || s->o.market_keep_bytes > 0;
  if (bounded && now >= s->w.next_retire && s->w.db != NULL) {
    oms_writer_retire(s);
    s->w.next_retire = now + RETIRE_NS;
  }
}

/* Writes what has been taken; 'err' tells the trouble. */
static int write_work(oms_store_t *s, bool must, oms_error_t *err) {
  int64_t start = oms_store_monotonic();
  bool main = oms_work_main(&s->writing), gated = main || s->writing.told;
  size_t market = oms_piece_size(&s->writing.market);
  int rc = write_market(s, must || gated, start, err);
  rc = rc == OMS_OK && main ? oms_writer_commit(s, err) : rc;
  (void)pthread_mutex_lock(&s->mutex);
  s->figures.market_bytes += market - oms_piece_size(&s->writing.market);
  if (rc == OMS_OK) {
    add_figures(s, oms_store_monotonic() - start, main);
  }
  (void)pthread_mutex_unlock(&s->mutex);
  if (rc == OMS_OK && gated) {
    uint64_t gate = s->writing.gate;
    clear_main(&s->writing);
    atomic_store(&s->durable, gate);
  }
  return rc;
}

static void tell_trouble(oms_store_t *s, const oms_error_t *err) {
  (void)pthread_mutex_lock(&s->mutex);
  (void)snprintf(s->trouble_text, sizeof s->trouble_text, "%.500s", err->message);
  s->figures.errors++;
  (void)pthread_mutex_unlock(&s->mutex);
  if (!atomic_exchange(&s->trouble, true)) {
    wake(s);
  }
}

static bool end_trouble(oms_store_t *s) {
  return atomic_load(&s->trouble) && atomic_exchange(&s->trouble, false);
}

/* The same again until it works; false: the store is closed and cannot wait any longer. */
static bool write_until_done(oms_store_t *s, bool must) {
  oms_error_t err;
  int64_t pause = FIRST_PAUSE, stopped = 0;
  bool waited_for = oms_work_main(&s->writing) || s->writing.told;
  while (write_work(s, must, &err) != OMS_OK) {
    tell_trouble(s, &err);
    int64_t now = oms_store_monotonic();
    struct timespec until = at_time(now + pause);
    (void)pthread_mutex_lock(&s->mutex);
    (void)pthread_cond_timedwait(&s->work, &s->mutex, &until);
    stopped = s->stop && stopped == 0 ? now : stopped;
    (void)pthread_mutex_unlock(&s->mutex);
    if (stopped != 0 && now - stopped > GIVE_UP_NS) {
      return false;
    }
    pause = pause * 2 > LONGEST_WAIT ? LONGEST_WAIT : pause * 2;
  }
  if (end_trouble(s) || waited_for) {
    wake(s);
  }
  return true;
}

static int64_t wait_until(const oms_store_t *s) {
  const oms_writer_t *w = &s->w;
  int64_t until = w->next_look > 0 ? w->next_look : oms_store_monotonic() + LOOK_NS;
  if (w->held_since != 0 && w->held_since + HELD_NS < until) {
    until = w->held_since + HELD_NS;
  }
  if (w->unsynced_since != 0 && w->unsynced_since + UNSYNCED_NS < until) {
    until = w->unsynced_since + UNSYNCED_NS;
  }
  return until;
}

static bool queued(const oms_store_t *s) {
  const oms_work_t *first = OMS_AT(&s->queue, oms_work_t, 0);
  return first->main.n + first->market.n + first->blobs.n > 0 || first->told;
}

/* The oldest of what waits. */
static void take_first(oms_store_t *s) {
  oms_work_t *first = OMS_AT(&s->queue, oms_work_t, 0);
  if (oms_work_move(&s->writing, first) != OMS_OK) {
    return; /* out of memory: the rest comes with the next */
  }
  s->writing.gate = first->gate;
  if (s->queue.n > 1) {
    oms_work_free(first);
    s->queue.n--;
    memmove(first, first + 1, s->queue.n * sizeof *first);
  }
}

/* Waits for work and takes it; called and left with the mutex held. */
static void take(oms_store_t *s) {
  s->busy = false;
  s->synced = s->writing.market.n == 0 && s->w.market.behind.n == 0 && !queued(s);
  s->writing_bytes = oms_work_size(&s->writing);
  (void)pthread_cond_broadcast(&s->done);
  if (!queued(s) && !s->stop && !s->flush) {
    struct timespec until = at_time(wait_until(s));
    (void)pthread_cond_timedwait(&s->work, &s->mutex, &until);
  }
  s->busy = true;
  if (queued(s)) {
    take_first(s);
  }
  s->synced = false;
  s->writing_bytes = oms_work_size(&s->writing);
}

void *oms_writer_main(void *store) {
  oms_store_t *s = store;
  (void)pthread_mutex_lock(&s->mutex);
  for (bool going = true; going;) {
    take(s);
    bool stop = s->stop, must = s->stop || s->flush, more = queued(s);
    s->flush = false;
    (void)pthread_mutex_unlock(&s->mutex);
    bool written = write_until_done(s, must);
    if (look_at_keys(s, oms_store_monotonic())) {
      wake(s);
    }
    (void)pthread_mutex_lock(&s->mutex);
    more = more || queued(s);
    if (!more || new_pages(&s->w) >= MOST_PAGES) {
      (void)pthread_mutex_unlock(&s->mutex);
      checkpoint(s, !more);
      retire(s, oms_store_monotonic());
      (void)pthread_mutex_lock(&s->mutex);
      more = more || queued(s);
    }
    going = written && (!stop || more);
  }
  s->busy = false;
  s->writing_bytes = oms_work_size(&s->writing);
  (void)pthread_cond_broadcast(&s->done);
  (void)pthread_mutex_unlock(&s->mutex);
  return NULL;
}
