/* commit.c - the writer's connection: a batch in one transaction; taken up anew after an error. */
#include <inttypes.h>
#include <string.h>

#include "store/store_int.h"

static void end_statements(oms_writer_t *w) {
  sqlite3_stmt **all[] = {&w->begin, &w->commit, &w->event, &w->blob, &w->version};
  for (size_t i = 0; i < OMS_COUNT(all); i++) {
    (void)sqlite3_finalize(*all[i]);
    *all[i] = NULL;
  }
}

static int count_pages(void *ctx, sqlite3 *db, const char *name, int pages) {
  (void)db;
  (void)name;
  ((oms_writer_t *)ctx)->wal_pages = pages;
  return SQLITE_OK;
}

int oms_writer_connect(oms_store_t *s, oms_error_t *err) {
  oms_writer_t *w = &s->w;
  const char *path = s->path;
  int rc = w->db == NULL ? oms_db_open(path, OMS_DB_WRITE, &w->db, err) : OMS_OK;
  rc = rc == OMS_OK ? oms_hold(path, &s->held, err) : rc;
  rc = rc == OMS_OK ? oms_db_prepare(w->db, path, "BEGIN IMMEDIATE", &w->begin, err) : rc;
  rc = rc == OMS_OK ? oms_db_prepare(w->db, path, "COMMIT", &w->commit, err) : rc;
  rc = rc == OMS_OK
           ? oms_db_prepare(w->db, path, "INSERT INTO events VALUES(?, ?, ?, ?)", &w->event, err)
           : rc;
  rc = rc == OMS_OK
           ? oms_db_prepare(w->db, path, "INSERT OR IGNORE INTO blobs VALUES(?, ?)", &w->blob, err)
           : rc;
  rc = rc == OMS_OK ? oms_db_prepare(w->db, path, "PRAGMA data_version", &w->version, err) : rc;
  if (rc == OMS_OK) {
    (void)sqlite3_wal_hook(w->db, count_pages, w);
  } else {
    oms_writer_disconnect(w);
  }
  return rc;
}

void oms_writer_disconnect(oms_writer_t *w) {
  end_statements(w);
  (void)sqlite3_close(w->db);
  w->db = NULL;
}

static int run(oms_store_t *s, sqlite3_stmt *st, const char *doing, oms_error_t *err) {
  int step = sqlite3_step(st);
  int rc = step == SQLITE_DONE || step == SQLITE_ROW ? OMS_OK
                                                     : oms_db_fail(s->w.db, s->path, doing, err);
  (void)sqlite3_reset(st);
  return rc;
}

static int put_blobs(oms_store_t *s, oms_error_t *err) {
  int rc = OMS_OK;
  for (size_t i = 0; i < s->writing.blobs.n && rc == OMS_OK; i++) {
    const oms_blob_t *b = OMS_AT(&s->writing.blobs, oms_blob_t, i);
    (void)sqlite3_bind_blob(s->w.blob, 1, b->hash, OMS_HASH_SIZE, SQLITE_STATIC);
    (void)sqlite3_bind_blob64(s->w.blob, 2, b->data, b->n, SQLITE_STATIC);
    rc = run(s, s->w.blob, "writing to", err);
    (void)sqlite3_clear_bindings(s->w.blob);
  }
  return rc;
}

static int put_event(oms_store_t *s, const void *data, size_t size,
                     const unsigned char hash[OMS_HASH_SIZE], oms_error_t *err) {
  const oms_piece_t *p = &s->writing.main;
  (void)sqlite3_bind_int64(s->w.event, 1, (int64_t)p->first);
  (void)sqlite3_bind_int64(s->w.event, 2, (int64_t)p->n);
  (void)sqlite3_bind_blob64(s->w.event, 3, data, size, SQLITE_STATIC);
  (void)sqlite3_bind_blob(s->w.event, 4, hash, OMS_HASH_SIZE, SQLITE_STATIC);
  int rc = run(s, s->w.event, "writing to", err);
  (void)sqlite3_clear_bindings(s->w.event);
  return rc;
}

static int transaction(oms_store_t *s, const void *data, size_t size,
                       const unsigned char hash[OMS_HASH_SIZE], oms_error_t *err) {
  int rc = run(s, s->w.begin, "beginning to write to", err);
  rc = rc == OMS_OK ? put_blobs(s, err) : rc;
  rc = rc == OMS_OK && data != NULL ? put_event(s, data, size, hash, err) : rc;
  rc = rc == OMS_OK ? run(s, s->w.commit, "writing to", err) : rc;
  if (rc != OMS_OK && sqlite3_get_autocommit(s->w.db) == 0) {
    (void)sqlite3_exec(s->w.db, "ROLLBACK", NULL, NULL, NULL);
  }
  return rc;
}

/* A connection after an error, with all that stands in the write-ahead log moved into the database:
 * what a failed fsync left in the memory of the kernel is no ground for more. */
static int again(oms_store_t *s, oms_db_end_t *end, oms_error_t *err) {
  oms_writer_t *w = &s->w;
  oms_writer_disconnect(w);
  int rc = oms_writer_connect(s, err);
  if (rc == OMS_OK &&
      sqlite3_wal_checkpoint_v2(w->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL) != SQLITE_OK) {
    rc = oms_db_fail(w->db, s->path, "moving the write-ahead log of", err);
  }
  rc = rc == OMS_OK ? oms_db_end(w->db, s->path, &w->sha, end, err) : rc;
  if (rc != OMS_OK) {
    oms_writer_disconnect(w);
  }
  return rc;
}

static void done(oms_writer_t *w, const oms_batch_head_t *head,
                 const unsigned char hash[OMS_HASH_SIZE]) {
  memcpy(w->hash, hash, OMS_HASH_SIZE);
  w->told_market = head->market_seq;
}

int oms_writer_commit(oms_store_t *s, oms_error_t *err) {
  oms_writer_t *w = &s->w;
  oms_piece_t *p = &s->writing.main;
  oms_batch_head_t head = {.market_seq = w->market.last_seq,
                           .has_hash = w->market.last_seq != w->told_market};
  memcpy(head.market_hash, w->market.hash, OMS_HASH_SIZE);
  unsigned char hash[OMS_HASH_SIZE];
  memcpy(hash, w->hash, OMS_HASH_SIZE);
  size_t size = 0;
  const unsigned char *data = NULL;
  if (p->n > 0) {
    data = oms_piece_head(p, &head, &size);
    oms_sha_batch(&w->sha, w->hash, p->first, p->n, data, size, hash);
  }
  int rc = OMS_OK;
  if (w->db == NULL) {
    oms_db_end_t end;
    rc = again(s, &end, err);
    if (rc == OMS_OK && data != NULL && memcmp(end.hash, hash, OMS_HASH_SIZE) == 0) {
      done(w, &head, hash); /* the batch was written, but its fsync failed; now it is on disk */
      return OMS_OK;
    }
    if (rc == OMS_OK && memcmp(end.hash, w->hash, OMS_HASH_SIZE) != 0) {
      oms_writer_disconnect(w);
      return oms_error_set(err, OMS_ERR_DATA,
                           "'%.300s' ends in another batch than was written last: another program "
                           "has changed or replaced it; stop the host and restore the database",
                           s->path);
    }
  }
  rc = rc == OMS_OK ? transaction(s, data, size, hash, err) : rc;
  rc = rc == OMS_OK ? oms_held_check(s->path, &s->held, w->wal_pages > 0, err) : rc;
  if (rc == OMS_OK) {
    done(w, &head, hash);
  } else if (w->db != NULL) {
    oms_writer_disconnect(w);
  }
  return rc;
}
