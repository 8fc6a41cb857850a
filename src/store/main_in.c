/* main_in.c - reads batches of the main stream in short transactions, a few megabytes each, so that
 * a host beside can go on moving its write-ahead log; works out the chain. When there is more than
 * one such chunk, a thread reads and hashes the next while the caller works through one. */
#include <inttypes.h>
#include <string.h>

#include "store/store_int.h"

enum { CHUNK_BYTES = 1 << 21 };

static int damaged(const oms_main_in_t *m, uint64_t seq, const char *what, oms_error_t *err) {
  return oms_error_set(err, OMS_ERR_DATA,
                       "'%.300s' is damaged: the batch at seq %" PRIu64
                       " %s; restore the database from a backup",
                       m->path, seq, what);
}

/* Where reading begins: the batch that holds 'seq', and the hash before it. */
static int find(oms_main_in_t *m, uint64_t seq, const unsigned char genesis[OMS_HASH_SIZE],
                oms_error_t *err) {
  sqlite3_stmt *st = NULL;
  int rc = oms_db_prepare(m->db, m->path,
                          "SELECT first_seq, hash FROM events WHERE first_seq <= ? ORDER BY "
                          "first_seq DESC LIMIT 2",
                          &st, err);
  if (rc != OMS_OK) {
    return rc;
  }
  (void)sqlite3_bind_int64(st, 1, seq > INT64_MAX ? INT64_MAX : (int64_t)seq);
  memcpy(m->chain, genesis, OMS_HASH_SIZE);
  m->next = 0;
  int step = sqlite3_step(st);
  if (step == SQLITE_ROW) {
    m->next = (uint64_t)sqlite3_column_int64(st, 0);
    step = sqlite3_step(st);
  }
  if (step == SQLITE_ROW && sqlite3_column_bytes(st, 1) == OMS_HASH_SIZE) {
    memcpy(m->chain, sqlite3_column_blob(st, 1), OMS_HASH_SIZE);
  } else if (step != SQLITE_ROW && step != SQLITE_DONE) {
    rc = oms_db_fail(m->db, m->path, "reading", err);
  }
  (void)sqlite3_finalize(st);
  memcpy(m->hash, m->chain, OMS_HASH_SIZE);
  return rc;
}

static oms_main_chunk_t *new_chunk(void) {
  oms_main_chunk_t *c = oms_alloc_zero(1, sizeof *c);
  if (c != NULL) {
    oms_array_init(&c->rows, sizeof(oms_main_row_t));
  }
  return c;
}

static void free_chunk(oms_main_chunk_t *c) {
  if (c != NULL) {
    oms_array_free(&c->rows);
    oms_pack_free(&c->bytes);
    oms_free(c);
  }
}

int oms_main_in_init(oms_main_in_t *m, sqlite3 *db, const char *path, uint64_t seq, bool verify,
                     const unsigned char genesis[OMS_HASH_SIZE], oms_sha_t *sha, oms_error_t *err) {
  *m = (oms_main_in_t){.db = db, .path = path, .verify = verify, .sha = sha};
  m->now = new_chunk();
  m->ahead = new_chunk();
  if (m->now == NULL || m->ahead == NULL) {
    return oms_error_set(err, OMS_ERR_NOMEM, "out of memory");
  }
  m->now->more = true;
  int rc = find(m, seq, genesis, err);
  rc = rc == OMS_OK
           ? oms_db_number(db, path, "SELECT max(first_seq) FROM events", &m->last_row, err)
           : rc;
  return rc == OMS_OK ? oms_db_prepare(db, path,
                                       "SELECT first_seq, n, data, hash FROM events WHERE "
                                       "first_seq >= ? AND first_seq <= ? ORDER BY first_seq",
                                       &m->select, err)
                      : rc;
}

static int take_row(oms_main_in_t *m, oms_main_chunk_t *c) {
  const void *data = sqlite3_column_blob(m->select, 2);
  oms_main_row_t row = {.first = (uint64_t)sqlite3_column_int64(m->select, 0),
                        .n = (uint64_t)sqlite3_column_int64(m->select, 1),
                        .at = c->bytes.n,
                        .size = (size_t)sqlite3_column_bytes(m->select, 2)};
  if (sqlite3_column_bytes(m->select, 3) != OMS_HASH_SIZE) {
    return damaged(m, row.first, "has no hash", &c->err);
  }
  memcpy(row.hash, sqlite3_column_blob(m->select, 3), OMS_HASH_SIZE);
  if (m->verify) {
    unsigned char hash[OMS_HASH_SIZE];
    oms_sha_batch(m->sha, m->chain, row.first, row.n, data, row.size, hash);
    if (memcmp(hash, row.hash, OMS_HASH_SIZE) != 0) {
      return damaged(m, row.first, "is not what its hash says (it, or the one before)", &c->err);
    }
  }
  oms_pack_raw(&c->bytes, data, row.size);
  if (c->bytes.failed || oms_array_push(&c->rows, &row) != OMS_OK) {
    return oms_error_set(&c->err, OMS_ERR_NOMEM, "out of memory");
  }
  memcpy(m->chain, row.hash, OMS_HASH_SIZE);
  m->next = row.first + 1;
  return OMS_OK;
}

static void load(oms_main_in_t *m, oms_main_chunk_t *c) {
  c->rows.n = 0;
  c->bytes.n = 0;
  c->rc = OMS_OK;
  (void)sqlite3_bind_int64(m->select, 1, (int64_t)m->next);
  (void)sqlite3_bind_int64(m->select, 2, m->last_row);
  int step = SQLITE_ROW;
  while (c->rc == OMS_OK && c->bytes.n < CHUNK_BYTES &&
         (step = sqlite3_step(m->select)) != SQLITE_DONE) {
    c->rc = step == SQLITE_ROW ? take_row(m, c) : oms_db_fail(m->db, m->path, "reading", &c->err);
  }
  (void)sqlite3_reset(m->select);
  c->more = c->rc == OMS_OK && step != SQLITE_DONE;
}

static void *read_ahead(void *self) {
  oms_main_in_t *m = self;
  (void)pthread_mutex_lock(&m->mutex);
  while (!m->stop) {
    if (m->wanted) {
      (void)pthread_mutex_unlock(&m->mutex);
      load(m, m->ahead);
      (void)pthread_mutex_lock(&m->mutex);
      m->wanted = false;
      (void)pthread_cond_broadcast(&m->cond);
    } else {
      (void)pthread_cond_wait(&m->cond, &m->mutex);
    }
  }
  (void)pthread_mutex_unlock(&m->mutex);
  return NULL;
}

void oms_main_in_settle(oms_main_in_t *m) {
  if (m->threaded) {
    (void)pthread_mutex_lock(&m->mutex);
    while (m->wanted) {
      (void)pthread_cond_wait(&m->cond, &m->mutex);
    }
    (void)pthread_mutex_unlock(&m->mutex);
  }
}

static void want(oms_main_in_t *m) {
  (void)pthread_mutex_lock(&m->mutex);
  m->wanted = true;
  (void)pthread_cond_broadcast(&m->cond);
  (void)pthread_mutex_unlock(&m->mutex);
}

/* Without a thread all is read when it is asked for. */
static void start(oms_main_in_t *m) {
  (void)pthread_mutex_init(&m->mutex, NULL);
  (void)pthread_cond_init(&m->cond, NULL);
  m->threaded = pthread_create(&m->thread, NULL, read_ahead, m) == 0;
  if (!m->threaded) {
    (void)pthread_cond_destroy(&m->cond);
    (void)pthread_mutex_destroy(&m->mutex);
  }
}

static void next_chunk(oms_main_in_t *m) {
  m->row = 0;
  if (!m->threaded) {
    load(m, m->now);
    if (m->now->more) {
      start(m);
    }
  } else {
    oms_main_in_settle(m);
    oms_main_chunk_t *read = m->ahead;
    m->ahead = m->now;
    m->now = read;
  }
  if (m->threaded && m->now->more) {
    want(m);
  }
}

void oms_main_in_free(oms_main_in_t *m) {
  if (m->threaded) {
    (void)pthread_mutex_lock(&m->mutex);
    m->stop = true;
    (void)pthread_cond_broadcast(&m->cond);
    (void)pthread_mutex_unlock(&m->mutex);
    (void)pthread_join(m->thread, NULL);
    (void)pthread_cond_destroy(&m->cond);
    (void)pthread_mutex_destroy(&m->mutex);
  }
  (void)sqlite3_finalize(m->select);
  free_chunk(m->now);
  free_chunk(m->ahead);
  *m = (oms_main_in_t){.db = NULL};
}

int oms_main_in_next(oms_main_in_t *m, oms_batch_head_t *head, oms_records_t *records,
                     oms_error_t *err) {
  while (m->row == m->now->rows.n) {
    if (m->now->rc != OMS_OK) {
      return oms_error_set(err, m->now->rc, "%s", m->now->err.message);
    }
    if (!m->now->more) {
      return 0;
    }
    next_chunk(m);
  }
  const oms_main_row_t *row = OMS_AT(&m->now->rows, oms_main_row_t, m->row++);
  memcpy(m->hash, row->hash, OMS_HASH_SIZE);
  m->first = row->first;
  if (oms_batch_read(m->now->bytes.data + row->at, row->size, row->n, head, records) != OMS_OK) {
    return damaged(m, row->first, "is no batch", err);
  }
  return 1;
}
