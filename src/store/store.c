/* store.c - the host's side of the store: opening, putting, turns, gates. */
#include <inttypes.h>
#include <string.h>

#include "store/store_int.h"

enum { BATCH_BYTES = 64 << 20 };

static void free_store(oms_store_t *s) {
  oms_writer_disconnect(&s->w);
  oms_market_out_free(&s->w.market);
  oms_sha_free(&s->w.sha);
  oms_sha_free(&s->sha);
  oms_work_free(&s->open);
  for (size_t i = 0; i < s->queue.n; i++) {
    oms_work_free(OMS_AT(&s->queue, oms_work_t, i));
  }
  oms_array_free(&s->queue);
  oms_work_free(&s->writing);
  oms_lock_drop(s->lock);
  (void)pthread_cond_destroy(&s->work);
  (void)pthread_cond_destroy(&s->done);
  (void)pthread_mutex_destroy(&s->mutex);
  oms_free(s->path);
  oms_free(s);
}

static void begin_work(oms_work_t *w) {
  *w = (oms_work_t){.gate = 0};
  oms_array_init(&w->blobs, sizeof(oms_blob_t));
}

/* A place in the queue; NULL when out of memory. */
static oms_work_t *add_work(oms_store_t *s) {
  oms_work_t empty;
  begin_work(&empty);
  return oms_array_push(&s->queue, &empty) == OMS_OK ? OMS_AT(&s->queue, oms_work_t, s->queue.n - 1)
                                                     : NULL;
}

/* Where a turn's records go. What gathers while the disk takes nothing is cut into batches. */
static oms_work_t *last_work(oms_store_t *s) {
  oms_work_t *last = OMS_AT(&s->queue, oms_work_t, s->queue.n - 1);
  oms_work_t *more = oms_work_size(last) >= s->batch_bytes ? add_work(s) : last;
  return more == NULL ? OMS_AT(&s->queue, oms_work_t, s->queue.n - 1) : more;
}

static oms_store_t *new_store(const oms_store_options_t *o) {
  oms_store_t *s = oms_alloc_zero(1, sizeof *s);
  if (s == NULL) {
    return NULL;
  }
  s->o = *o;
  s->lock = -1;
  s->w.market.fd = -1;
  s->batch_bytes = BATCH_BYTES;
  begin_work(&s->open);
  oms_array_init(&s->queue, sizeof(oms_work_t));
  begin_work(&s->writing);
  pthread_condattr_t attr;
  (void)pthread_condattr_init(&attr);
  (void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
  (void)pthread_mutex_init(&s->mutex, NULL);
  (void)pthread_cond_init(&s->work, &attr);
  (void)pthread_cond_init(&s->done, &attr);
  (void)pthread_condattr_destroy(&attr);
  s->path = oms_alloc_text(o->path);
  if (s->path == NULL || add_work(s) == NULL || oms_sha_init(&s->sha) != OMS_OK ||
      oms_sha_init(&s->w.sha) != OMS_OK) {
    free_store(s);
    return NULL;
  }
  s->o.path = s->path;
  return s;
}

/* What of the market files the last batch stands on, and where both streams end. */
static int take_up(oms_store_t *s, oms_error_t *err) {
  oms_writer_t *w = &s->w;
  unsigned char id[OMS_ID_SIZE], genesis[OMS_HASH_SIZE];
  oms_db_end_t end;
  uint64_t last = 0;
  int64_t keys = 0;
  int rc = oms_db_genesis(w->db, s->path, &w->sha, id, genesis, err);
  rc = rc == OMS_OK ? oms_db_end(w->db, s->path, &w->sha, &end, err) : rc;
  rc = rc == OMS_OK ? oms_db_number(w->db, s->path,
                                    "SELECT value FROM meta WHERE key = 'keys_version'", &keys, err)
                    : rc;
  if (rc != OMS_OK) {
    return rc;
  }
  if (oms_market_out_init(&w->market, s->path, id, &w->sha) != OMS_OK) {
    return oms_error_set(err, OMS_ERR_NOMEM, "out of memory");
  }
  rc = oms_market_mend(s->path, &end, &w->market, &last, err);
  memcpy(w->hash, end.hash, OMS_HASH_SIZE);
  w->told_market = end.head.market_seq;
  s->next_seq = last + 1;
  if (rc == OMS_OK) {
    oms_snapshot_drop_ahead(s->path, last);
  }
  atomic_store(&s->keys_version, (uint64_t)keys);
  return rc;
}

static int begin(oms_store_t *s, oms_error_t *err) {
  int rc = oms_lock_take(s->path, &s->lock, err);
  rc = rc == OMS_OK
           ? oms_db_open(s->path, s->o.create ? OMS_DB_CREATE : OMS_DB_WRITE, &s->w.db, err)
           : rc;
  rc = rc == OMS_OK ? oms_writer_connect(s, err) : rc;
  rc = rc == OMS_OK ? take_up(s, err) : rc;
  if (rc == OMS_OK && pthread_create(&s->thread, NULL, oms_writer_main, s) != 0) {
    rc = oms_error_set(err, OMS_ERR_NOMEM, "cannot start the thread that writes '%.300s'", s->path);
  }
  return rc;
}

int oms_store_open(const oms_store_options_t *o, oms_store_t **out, oms_error_t *err) {
  *out = NULL;
  oms_store_t *s = new_store(o);
  if (s == NULL) {
    return oms_error_set(err, OMS_ERR_NOMEM, "out of memory");
  }
  int rc = begin(s, err);
  if (rc != OMS_OK) {
    free_store(s);
    return rc;
  }
  *out = s;
  return OMS_OK;
}

int oms_store_close(oms_store_t *s, oms_error_t *err) {
  oms_store_turn(s);
  (void)pthread_mutex_lock(&s->mutex);
  s->stop = true;
  (void)pthread_cond_broadcast(&s->work);
  (void)pthread_mutex_unlock(&s->mutex);
  (void)pthread_join(s->thread, NULL);
  bool left = oms_store_durable(s) < oms_store_gate(s) || s->writing.market.n > 0 ||
              s->w.market.behind.n > 0;
  int rc = left ? oms_error_set(err, OMS_ERR_IO, "not all could be written: %s", s->trouble_text)
                : OMS_OK;
  free_store(s);
  return rc;
}

static int put(void *self, const oms_record_t *r, uint64_t *seq) {
  oms_store_t *s = self;
  if (r->kind == 0 || r->kind > 127) {
    return OMS_ERR_USAGE;
  }
  int rc = oms_piece_put(r->market ? &s->open.market : &s->open.main, s->next_seq, r);
  if (rc == OMS_OK) {
    if (seq != NULL) {
      *seq = s->next_seq;
    }
    s->next_seq++;
  }
  return rc;
}

static uint64_t next(void *self) {
  return ((oms_store_t *)self)->next_seq;
}

static int keep(void *self, const void *data, size_t n, char digest[65]) {
  oms_store_t *s = self;
  oms_blob_t b = {.data = oms_alloc(n + 1), .n = n};
  if (b.data == NULL) {
    return OMS_ERR_NOMEM;
  }
  if (n > 0) {
    memcpy(b.data, data, n);
  }
  oms_sha_begin(&s->sha);
  oms_sha_add(&s->sha, b.data, n);
  oms_sha_end(&s->sha, b.hash);
  oms_sha_hex(b.hash, digest);
  int rc = oms_array_push(&s->open.blobs, &b);
  if (rc != OMS_OK) {
    oms_free(b.data);
  }
  return rc;
}

oms_journal_t oms_store_journal(oms_store_t *s) {
  return (oms_journal_t){.self = s, .put = put, .next = next, .keep = keep};
}

uint64_t oms_store_gate(const oms_store_t *s) {
  return s->closed + (oms_work_main(&s->open) || s->open.told ? 1 : 0);
}

uint64_t oms_store_gate_told(oms_store_t *s) {
  s->open.told = s->open.told || s->open.market.n > 0 || s->loose;
  return oms_store_gate(s);
}

uint64_t oms_store_durable(oms_store_t *s) {
  return atomic_load(&s->durable);
}

void oms_store_turn(oms_store_t *s) {
  bool gated = oms_work_main(&s->open) || s->open.told;
  if (!gated && s->open.market.n == 0) {
    return;
  }
  (void)pthread_mutex_lock(&s->mutex);
  oms_work_t *to = last_work(s);
  if (oms_work_move(to, &s->open) == OMS_OK) { /* else it stays for the next turn */
    s->closed += gated ? 1 : 0;
    s->loose = !gated;
    to->gate = s->closed;
    if (!s->busy) {
      (void)pthread_cond_signal(&s->work);
    }
  }
  (void)pthread_mutex_unlock(&s->mutex);
}

int oms_store_sync(oms_store_t *s, int64_t ns, oms_error_t *err) {
  oms_store_turn(s);
  int64_t deadline = oms_store_monotonic() + ns;
  struct timespec until = {.tv_sec = deadline / 1000000000, .tv_nsec = deadline % 1000000000};
  uint64_t gate = oms_store_gate(s);
  int late = 0;
  (void)pthread_mutex_lock(&s->mutex);
  s->flush = true;
  (void)pthread_cond_signal(&s->work);
  while (late == 0 && (oms_store_durable(s) < gate || !s->synced || s->flush)) {
    late = pthread_cond_timedwait(&s->done, &s->mutex, &until);
  }
  bool done = oms_store_durable(s) >= gate && s->synced && !s->flush;
  (void)pthread_mutex_unlock(&s->mutex);
  char text[512];
  bool trouble = oms_store_trouble(s, text);
  return done ? OMS_OK
              : oms_error_set(err, OMS_ERR_IO, "not all is on disk after %" PRId64 " ms: %s",
                              ns / 1000000, trouble ? text : "the disk is slow");
}

bool oms_store_trouble(oms_store_t *s, char text[512]) {
  text[0] = '\0';
  if (!atomic_load(&s->trouble)) {
    return false;
  }
  (void)pthread_mutex_lock(&s->mutex);
  (void)snprintf(text, 512, "%s", s->trouble_text);
  (void)pthread_mutex_unlock(&s->mutex);
  return true;
}

static uint64_t newest_snapshot(const char *db) {
  oms_array_t list;
  uint64_t seq = 0;
  char *folder = oms_path_of(db, "snapshots");
  if (folder != NULL && oms_path_numbers(folder, ".snap", &list, NULL) == OMS_OK) {
    seq = list.n == 0 ? 0 : *OMS_AT(&list, uint64_t, list.n - 1);
    oms_array_free(&list);
  }
  oms_free(folder);
  return seq;
}

void oms_store_figures(oms_store_t *s, oms_store_figures_t *f) {
  (void)pthread_mutex_lock(&s->mutex);
  *f = s->figures;
  f->waiting_bytes = s->writing_bytes;
  for (size_t i = 0; i < s->queue.n; i++) {
    f->waiting_bytes += oms_work_size(OMS_AT(&s->queue, oms_work_t, i));
  }
  (void)pthread_mutex_unlock(&s->mutex);
  f->waiting_bytes += oms_work_size(&s->open);
  f->next_seq = s->next_seq;
  f->snapshot_seq = newest_snapshot(s->path);
}

uint64_t oms_store_keys_version(oms_store_t *s) {
  return atomic_load(&s->keys_version);
}
