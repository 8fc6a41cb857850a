/* db_end.c - the last batch of the chain, checked. */
#include <inttypes.h>
#include <string.h>

#include "store/store_int.h"

static int broken(const char *path, uint64_t seq, const char *what, oms_error_t *err) {
  return oms_error_set(err, OMS_ERR_DATA,
                       "'%.300s' is damaged: the batch at seq %" PRIu64
                       " %s; restore the database from a backup (`moondesk db verify` looks "
                       "through all of it)",
                       path, seq, what);
}

static int look(sqlite3_stmt *st, const char *path, oms_sha_t *sha,
                const unsigned char before[OMS_HASH_SIZE], oms_db_end_t *out, oms_error_t *err) {
  const void *data = sqlite3_column_blob(st, 2);
  size_t size = (size_t)sqlite3_column_bytes(st, 2);
  uint64_t n = (uint64_t)sqlite3_column_int64(st, 1);
  unsigned char hash[OMS_HASH_SIZE];
  out->first_seq = (uint64_t)sqlite3_column_int64(st, 0);
  oms_sha_batch(sha, before, out->first_seq, n, data, size, hash);
  if (sqlite3_column_bytes(st, 3) != OMS_HASH_SIZE ||
      memcmp(hash, sqlite3_column_blob(st, 3), OMS_HASH_SIZE) != 0) {
    return broken(path, out->first_seq, "does not have the hash that stands beside it", err);
  }
  memcpy(out->hash, hash, OMS_HASH_SIZE);
  oms_records_t it;
  oms_record_t r;
  int rc = oms_batch_read(data, size, n, &out->head, &it);
  for (rc = rc == OMS_OK ? 1 : rc; rc == 1;) {
    rc = oms_records_next(&it, &r);
  }
  out->last_seq = it.seq;
  return rc == OMS_OK ? OMS_OK : broken(path, out->first_seq, "holds what are no records", err);
}

/* The hash of the row before the last one, else the first hash of all. */
static int hash_before(sqlite3 *db, const char *path, oms_sha_t *sha,
                       unsigned char out[OMS_HASH_SIZE], oms_error_t *err) {
  sqlite3_stmt *st = NULL;
  int rc = oms_db_prepare(
      db, path, "SELECT hash FROM events ORDER BY first_seq DESC LIMIT 1 OFFSET 1", &st, err);
  if (rc != OMS_OK) {
    return rc;
  }
  int step = sqlite3_step(st);
  unsigned char id[OMS_ID_SIZE];
  if (step == SQLITE_ROW && sqlite3_column_bytes(st, 0) == OMS_HASH_SIZE) {
    memcpy(out, sqlite3_column_blob(st, 0), OMS_HASH_SIZE);
  } else if (step == SQLITE_DONE) {
    rc = oms_db_genesis(db, path, sha, id, out, err);
  } else {
    rc = step == SQLITE_ROW ? oms_error_set(err, OMS_ERR_DATA,
                                            "'%.300s' is damaged: a batch has no hash; restore it "
                                            "from a backup",
                                            path)
                            : oms_db_fail(db, path, "reading", err);
  }
  (void)sqlite3_finalize(st);
  return rc;
}

int oms_db_end(sqlite3 *db, const char *path, oms_sha_t *sha, oms_db_end_t *out, oms_error_t *err) {
  *out = (oms_db_end_t){.first_seq = 0};
  unsigned char before[OMS_HASH_SIZE];
  sqlite3_stmt *st = NULL;
  int rc = hash_before(db, path, sha, before, err);
  memcpy(out->hash, before, OMS_HASH_SIZE);
  rc = rc == OMS_OK ? oms_db_prepare(db, path,
                                     "SELECT first_seq, n, data, hash FROM events ORDER BY "
                                     "first_seq DESC LIMIT 1",
                                     &st, err)
                    : rc;
  if (rc != OMS_OK) {
    return rc;
  }
  int step = sqlite3_step(st);
  if (step == SQLITE_ROW) {
    rc = look(st, path, sha, before, out, err);
  } else if (step != SQLITE_DONE) {
    rc = oms_db_fail(db, path, "reading", err);
  }
  (void)sqlite3_finalize(st);
  return rc;
}
