/* main_in.c - reads batches of the main stream in short transactions, a few megabytes each, so that
 * a host beside can go on moving its write-ahead log; works out the chain. */
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
  memcpy(m->hash, genesis, OMS_HASH_SIZE);
  m->next = 0;
  int step = sqlite3_step(st);
  if (step == SQLITE_ROW) {
    m->next = (uint64_t)sqlite3_column_int64(st, 0);
    step = sqlite3_step(st);
  }
  if (step == SQLITE_ROW && sqlite3_column_bytes(st, 1) == OMS_HASH_SIZE) {
    memcpy(m->hash, sqlite3_column_blob(st, 1), OMS_HASH_SIZE);
  } else if (step != SQLITE_ROW && step != SQLITE_DONE) {
    rc = oms_db_fail(m->db, m->path, "reading", err);
  }
  (void)sqlite3_finalize(st);
  return rc;
}

int oms_main_in_init(oms_main_in_t *m, sqlite3 *db, const char *path, uint64_t seq, bool verify,
                     const unsigned char genesis[OMS_HASH_SIZE], oms_sha_t *sha, oms_error_t *err) {
  *m = (oms_main_in_t){.db = db, .path = path, .verify = verify, .sha = sha};
  oms_array_init(&m->rows, sizeof(oms_main_row_t));
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

void oms_main_in_free(oms_main_in_t *m) {
  (void)sqlite3_finalize(m->select);
  oms_array_free(&m->rows);
  oms_pack_free(&m->bytes);
  *m = (oms_main_in_t){.db = NULL};
}

static int take_row(oms_main_in_t *m, oms_error_t *err) {
  const void *data = sqlite3_column_blob(m->select, 2);
  oms_main_row_t row = {.first = (uint64_t)sqlite3_column_int64(m->select, 0),
                        .n = (uint64_t)sqlite3_column_int64(m->select, 1),
                        .at = m->bytes.n,
                        .size = (size_t)sqlite3_column_bytes(m->select, 2)};
  oms_pack_raw(&m->bytes, data, row.size);
  if (sqlite3_column_bytes(m->select, 3) != OMS_HASH_SIZE) {
    return damaged(m, row.first, "has no hash", err);
  }
  memcpy(row.hash, sqlite3_column_blob(m->select, 3), OMS_HASH_SIZE);
  if (m->bytes.failed || oms_array_push(&m->rows, &row) != OMS_OK) {
    return oms_error_set(err, OMS_ERR_NOMEM, "out of memory");
  }
  return OMS_OK;
}

static int load(oms_main_in_t *m, oms_error_t *err) {
  m->rows.n = m->row = 0;
  m->bytes.n = 0;
  (void)sqlite3_bind_int64(m->select, 1, (int64_t)m->next);
  (void)sqlite3_bind_int64(m->select, 2, m->last_row);
  int step, rc = OMS_OK;
  while (rc == OMS_OK && m->bytes.n < CHUNK_BYTES &&
         (step = sqlite3_step(m->select)) != SQLITE_DONE) {
    rc = step == SQLITE_ROW ? take_row(m, err) : oms_db_fail(m->db, m->path, "reading", err);
  }
  (void)sqlite3_reset(m->select);
  if (rc == OMS_OK && m->rows.n > 0) {
    m->next = OMS_AT(&m->rows, oms_main_row_t, m->rows.n - 1)->first + 1;
  }
  return rc;
}

int oms_main_in_next(oms_main_in_t *m, oms_batch_head_t *head, oms_records_t *records,
                     oms_error_t *err) {
  if (m->row == m->rows.n) {
    int rc = load(m, err);
    if (rc != OMS_OK) {
      return rc;
    }
    if (m->rows.n == 0) {
      return 0;
    }
  }
  const oms_main_row_t *row = OMS_AT(&m->rows, oms_main_row_t, m->row++);
  const unsigned char *data = m->bytes.data + row->at;
  if (m->verify) {
    unsigned char hash[OMS_HASH_SIZE];
    oms_sha_batch(m->sha, m->hash, row->first, row->n, data, row->size, hash);
    if (memcmp(hash, row->hash, OMS_HASH_SIZE) != 0) {
      return damaged(m, row->first, "is not what its hash says (it, or the one before)", err);
    }
  }
  memcpy(m->hash, row->hash, OMS_HASH_SIZE);
  m->first = row->first;
  if (oms_batch_read(data, row->size, row->n, head, records) != OMS_OK) {
    return damaged(m, row->first, "is no batch", err);
  }
  return 1;
}
