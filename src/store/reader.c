/* reader.c - both streams in the order of seq. */
#include <inttypes.h>
#include <string.h>

#include "store/store_int.h"

static int begin(oms_store_reader_t *r, uint64_t seq, bool verify, oms_error_t *err) {
  unsigned char id[OMS_ID_SIZE], genesis[OMS_HASH_SIZE];
  oms_db_end_t end;
  int64_t market_first = 0;
  int rc = oms_db_open(r->path, OMS_DB_READ, &r->db, err);
  rc = rc == OMS_OK ? oms_db_run(r->db, r->path, "BEGIN", err) : rc;
  rc = rc == OMS_OK ? oms_db_genesis(r->db, r->path, &r->sha, id, genesis, err) : rc;
  rc = rc == OMS_OK ? oms_db_end(r->db, r->path, &r->sha, &end, err) : rc;
  rc = rc == OMS_OK ? oms_main_in_init(&r->main, r->db, r->path, seq, verify, genesis, &r->sha, err)
                    : rc;
  rc = rc == OMS_OK
           ? oms_db_number(r->db, r->path, "SELECT value FROM meta WHERE key = 'market_first'",
                           &market_first, err)
           : rc;
  rc = rc == OMS_OK ? oms_db_run(r->db, r->path, "COMMIT", err) : rc;
  if (rc != OMS_OK) {
    return rc;
  }
  r->end = end.last_seq;
  r->market_first = (uint64_t)market_first;
  return oms_market_in_init(&r->market, r->path, id, seq, verify, &r->market_sha, err);
}

int oms_reader_open(const char *path, uint64_t seq, bool verify, oms_store_reader_t **out,
                    oms_error_t *err) {
  *out = NULL;
  oms_store_reader_t *r = oms_alloc_zero(1, sizeof *r);
  if (r == NULL) {
    return oms_error_set(err, OMS_ERR_NOMEM, "out of memory");
  }
  r->expected = seq == 0 ? 1 : seq;
  r->path = oms_alloc_text(path);
  int rc =
      r->path == NULL || oms_sha_init(&r->sha) != OMS_OK || oms_sha_init(&r->market_sha) != OMS_OK
          ? oms_error_set(err, OMS_ERR_NOMEM, "out of memory")
          : OMS_OK;
  if (rc == OMS_OK) {
    rc = begin(r, r->expected, verify, err);
  }
  if (rc != OMS_OK) {
    oms_reader_close(r);
    return rc;
  }
  *out = r;
  return OMS_OK;
}

void oms_reader_close(oms_store_reader_t *r) {
  if (r == NULL) {
    return;
  }
  oms_main_in_free(&r->main);
  oms_market_in_free(&r->market);
  (void)sqlite3_close(r->db);
  oms_sha_free(&r->sha);
  oms_sha_free(&r->market_sha);
  oms_free(r->path);
  oms_free(r);
}

/* The next record of the main stream that is not before the first wanted. */
static int fill_main(oms_store_reader_t *r, oms_error_t *err) {
  while (!r->has_main) {
    int rc = oms_records_next(&r->main_records, &r->main_next);
    if (rc < 0) {
      return oms_error_set(err, OMS_ERR_DATA,
                           "'%.300s' is damaged: the batch at seq %" PRIu64
                           " holds what are no records; restore the database from a backup",
                           r->path, r->main.first);
    }
    if (rc == 0) {
      oms_batch_head_t head;
      rc = oms_main_in_next(&r->main, &head, &r->main_records, err);
      if (rc != 1) {
        return rc;
      }
      rc = r->head != NULL ? r->head(r->ctx, r->main.first, &head, err) : OMS_OK;
      if (rc != OMS_OK) {
        return rc;
      }
      continue;
    }
    r->has_main = r->main_next.seq >= r->expected;
  }
  return OMS_OK;
}

/* Behind the last batch a block counts as a whole, as it does when a host takes the files up. */
static bool is_kept(oms_store_reader_t *r, const oms_block_head_t *h) {
  uint64_t next = r->market_end > r->end ? r->market_end + 1 : r->end + 1;
  if (h->last > r->end && !oms_block_follows(r->market_records, r->end, next)) {
    return false;
  }
  r->market_end = h->last;
  return true;
}

static int fill_market(oms_store_reader_t *r, oms_error_t *err) {
  while (!r->has_market && !r->market_ended) {
    int rc = oms_records_next(&r->market_records, &r->market_next);
    if (rc < 0) {
      return oms_error_set(err, OMS_ERR_DATA,
                           "market data '%.300s' are damaged: a block holds what are no records; "
                           "restore the file from a backup",
                           r->market.path);
    }
    if (rc == 0) {
      oms_block_head_t head;
      rc = oms_market_in_next(&r->market, &head, &r->market_records, err);
      if (rc < 0) {
        return rc;
      }
      r->market_ended = rc == 0 || !is_kept(r, &head);
      if (r->market_ended) {
        r->market_records.left = 0;
      }
      continue;
    }
    r->has_market = r->market_next.seq >= r->expected;
  }
  return OMS_OK;
}

void oms_reader_skip_removed(oms_store_reader_t *r) {
  r->skip_removed = true;
}

void oms_reader_skip_missing(oms_store_reader_t *r) {
  r->skip_missing = true;
}

uint64_t oms_reader_behind_missing(const oms_store_reader_t *r) {
  return r->behind_missing;
}

static int hole(oms_store_reader_t *r, uint64_t found, oms_error_t *err) {
  if (found <= r->market_first) {
    return oms_error_set(err, OMS_ERR_DATA,
                         "records %" PRIu64 " to %" PRIu64
                         " of '%.300s' are market data that were removed by the session's journal "
                         "settings: begin at a snapshot behind them, or take the files out of a "
                         "backup",
                         r->expected, found - 1, r->path);
  }
  return oms_error_set(err, OMS_ERR_DATA,
                       "records %" PRIu64 " to %" PRIu64
                       " are missing from '%.300s': market data in '%.300s' were removed or are "
                       "damaged%s%.300s; restore them from a backup, or begin at a later snapshot",
                       r->expected, found - 1, r->path, r->market.folder,
                       r->market.torn ? ", see the end of " : "",
                       r->market.torn ? r->market.path : "");
}

int oms_reader_next(oms_store_reader_t *r, oms_record_t *record, oms_error_t *err) {
  record->seq = 0;
  int rc = fill_main(r, err);
  rc = rc == OMS_OK ? fill_market(r, err) : rc;
  if (rc != OMS_OK || (!r->has_main && !r->has_market)) {
    return rc;
  }
  bool market = r->has_market && (!r->has_main || r->market_next.seq < r->main_next.seq);
  const oms_record_t *next = market ? &r->market_next : &r->main_next;
  if (next->seq != r->expected && r->skip_removed && next->seq <= r->market_first) {
    r->expected = next->seq;
  }
  if (next->seq > r->expected && r->skip_missing && next->seq <= r->end) {
    r->expected = r->behind_missing = next->seq;
  }
  if (next->seq != r->expected) {
    /* Behind the last batch a hole is a batch that is not durable yet, or never was. */
    return next->seq > r->end && r->expected > r->end ? OMS_OK : hole(r, next->seq, err);
  }
  *record = *next;
  r->expected++;
  *(market ? &r->has_market : &r->has_main) = false;
  return OMS_OK;
}

int oms_reader_block(oms_store_reader_t *r, const char *digest, unsigned char **data, size_t *n,
                     oms_error_t *err) {
  unsigned char hash[OMS_HASH_SIZE];
  sqlite3_stmt *st = NULL;
  *data = NULL;
  *n = 0;
  if (oms_sha_of_hex(digest, hash) != OMS_OK) {
    return oms_error_set(err, OMS_ERR_NOT_FOUND, "'%.64s' is no digest of a block", digest);
  }
  oms_main_in_settle(&r->main);
  int rc = oms_db_prepare(r->db, r->path, "SELECT data FROM blobs WHERE hash = ?", &st, err);
  if (rc != OMS_OK) {
    return rc;
  }
  (void)sqlite3_bind_blob(st, 1, hash, OMS_HASH_SIZE, SQLITE_STATIC);
  int step = sqlite3_step(st);
  if (step == SQLITE_ROW) {
    *n = (size_t)sqlite3_column_bytes(st, 0);
    *data = oms_alloc(*n + 1);
    rc = *data == NULL ? oms_error_set(err, OMS_ERR_NOMEM, "out of memory") : OMS_OK;
  } else {
    rc = step == SQLITE_DONE
             ? oms_error_set(err, OMS_ERR_NOT_FOUND, "'%.300s' holds no block %s", r->path, digest)
             : oms_db_fail(r->db, r->path, "reading", err);
  }
  if (rc == OMS_OK) {
    unsigned char found[OMS_HASH_SIZE];
    memcpy(*data, *n == 0 ? (const void *)"" : sqlite3_column_blob(st, 0), *n);
    (*data)[*n] = '\0';
    oms_sha_begin(&r->market_sha);
    oms_sha_add(&r->market_sha, *data, *n);
    oms_sha_end(&r->market_sha, found);
    if (memcmp(found, hash, OMS_HASH_SIZE) != 0) {
      rc = oms_error_set(err, OMS_ERR_DATA,
                         "'%.300s' is damaged: block %s is not what its digest says; restore the "
                         "database from a backup",
                         r->path, digest);
      oms_free(*data);
      *data = NULL;
    }
  }
  (void)sqlite3_finalize(st);
  return rc;
}
