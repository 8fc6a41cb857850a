/* check.c - the whole of a database: counted (stats), or checked from the first byte to the last
 * (verify): the pages of SQLite, the chain of batches, that of market data and where a batch ties
 * the two together, holes in the numbers, blocks, snapshots. */
#include <inttypes.h>
#include <string.h>

#include "store/store_int.h"

/* The blocks of market data: what the heads of batches refer to. */
typedef struct block_end {
  uint64_t last;
  unsigned char hash[OMS_HASH_SIZE];
} block_end_t;

typedef struct check {
  const char *path;
  sqlite3 *db;
  oms_sha_t sha;
  oms_array_t ends; /* block_end_t */
  uint64_t market_first;
  char torn[320]; /* where the market data end in what is no block; "" */
  oms_store_report_t *report;
} check_t;

static int pages(check_t *c, oms_error_t *err) {
  sqlite3_stmt *st = NULL;
  int rc = oms_db_prepare(c->db, c->path, "PRAGMA quick_check(1)", &st, err);
  if (rc != OMS_OK) {
    return rc;
  }
  int step = sqlite3_step(st);
  const char *text = step == SQLITE_ROW ? (const char *)sqlite3_column_text(st, 0) : NULL;
  if (text == NULL) {
    rc = oms_db_fail(c->db, c->path, "checking", err);
  } else if (strcmp(text, "ok") != 0) {
    rc = oms_error_set(err, OMS_ERR_DATA, "'%.300s' is damaged: %.300s; restore it from a backup",
                       c->path, text);
  }
  (void)sqlite3_finalize(st);
  return rc;
}

static int before_market(check_t *c, unsigned char out[OMS_HASH_SIZE], oms_error_t *err) {
  int64_t first = 0;
  bool found = false;
  memset(out, 0, OMS_HASH_SIZE);
  int rc = oms_db_number(c->db, c->path, "SELECT value FROM meta WHERE key = 'market_first'",
                         &first, err);
  c->market_first = (uint64_t)first;
  return rc == OMS_OK
             ? oms_db_block(c->db, c->path, "market_before", out, OMS_HASH_SIZE, &found, err)
             : rc;
}

static int walk_market(check_t *c, oms_market_in_t *in, oms_error_t *err) {
  oms_block_head_t h;
  oms_records_t records;
  int rc;
  while ((rc = oms_market_in_next(in, &h, &records, err)) == 1) {
    block_end_t end = {.last = h.last};
    memcpy(end.hash, h.hash, OMS_HASH_SIZE);
    if (oms_array_push(&c->ends, &end) != OMS_OK) {
      return oms_error_set(err, OMS_ERR_NOMEM, "out of memory");
    }
  }
  return rc;
}

static int market(check_t *c, oms_error_t *err) {
  oms_market_in_t in = {.size = 0};
  unsigned char id[OMS_ID_SIZE], genesis[OMS_HASH_SIZE];
  int rc = oms_db_genesis(c->db, c->path, &c->sha, id, genesis, err);
  unsigned char before[OMS_HASH_SIZE];
  rc = rc == OMS_OK ? before_market(c, before, err) : rc;
  rc =
      rc == OMS_OK ? oms_market_in_init(&in, c->path, id, c->market_first, true, &c->sha, err) : rc;
  memcpy(in.hash, before, OMS_HASH_SIZE);
  in.chained = true; /* to what retention has removed, or to nothing */
  rc = rc == OMS_OK ? walk_market(c, &in, err) : rc;
  if (rc == OMS_OK && in.torn) {
    (void)snprintf(c->torn, sizeof c->torn, ": see '%.250s' at byte %zu", in.path, in.at);
  }
  oms_market_in_free(&in);
  return rc;
}

/* A batch that names a block of market data must name what stands there. */
static int tie(void *ctx, uint64_t first_seq, const oms_batch_head_t *head, oms_error_t *err) {
  check_t *c = ctx;
  if (!head->has_hash || head->market_seq < c->market_first) {
    return OMS_OK;
  }
  size_t low = 0, high = c->ends.n;
  while (low < high) {
    size_t mid = (low + high) / 2;
    if (OMS_AT(&c->ends, block_end_t, mid)->last < head->market_seq) {
      low = mid + 1;
    } else {
      high = mid;
    }
  }
  const block_end_t *end = low < c->ends.n ? OMS_AT(&c->ends, block_end_t, low) : NULL;
  if (end != NULL && end->last == head->market_seq &&
      memcmp(end->hash, head->market_hash, OMS_HASH_SIZE) == 0) {
    return OMS_OK;
  }
  return oms_error_set(err, OMS_ERR_DATA,
                       "the market data of '%.300s' up to seq %" PRIu64
                       " are not those that the batch at seq %" PRIu64
                       " was committed with: they are missing or damaged%s; restore "
                       "'%.300s-market' from a backup",
                       c->path, head->market_seq, first_seq, c->torn, c->path);
}

static void count(oms_store_report_t *report, const oms_record_t *r) {
  report->records++;
  report->by_kind[r->kind]++;
  report->first_seq = report->first_seq == 0 ? r->seq : report->first_seq;
  report->last_seq = r->seq;
  if (r->now != OMS_NO_TIME) {
    report->first = report->records == 1 || r->now < report->first ? r->now : report->first;
    report->last = report->records == 1 || r->now > report->last ? r->now : report->last;
  }
}

static int records(check_t *c, bool verify, oms_error_t *err) {
  oms_store_reader_t *r = NULL;
  int rc = oms_reader_open(c->path, 1, verify, &r, err);
  if (rc != OMS_OK) {
    return rc;
  }
  oms_reader_skip_removed(r);
  if (verify) {
    r->head = tie;
    r->ctx = c;
  }
  oms_record_t record = {.seq = 1};
  while (rc == OMS_OK && record.seq != 0) {
    rc = oms_reader_next(r, &record, err);
    if (rc == OMS_OK && record.seq != 0) {
      count(c->report, &record);
    }
  }
  oms_sha_hex(r->main.hash, c->report->hash);
  oms_reader_close(r);
  return rc;
}

static int blobs(check_t *c, oms_error_t *err) {
  sqlite3_stmt *st = NULL;
  int rc = oms_db_prepare(c->db, c->path, "SELECT hash, data FROM blobs", &st, err);
  int step = SQLITE_DONE;
  while (rc == OMS_OK && (step = sqlite3_step(st)) == SQLITE_ROW) {
    unsigned char hash[OMS_HASH_SIZE];
    oms_sha_begin(&c->sha);
    oms_sha_add(&c->sha, sqlite3_column_blob(st, 1), (size_t)sqlite3_column_bytes(st, 1));
    oms_sha_end(&c->sha, hash);
    if (sqlite3_column_bytes(st, 0) != OMS_HASH_SIZE ||
        memcmp(hash, sqlite3_column_blob(st, 0), OMS_HASH_SIZE) != 0) {
      char hex[65];
      oms_sha_hex(hash, hex);
      rc = oms_error_set(err, OMS_ERR_DATA,
                         "'%.300s' is damaged: the block whose content is %s stands under another "
                         "digest; restore the database from a backup",
                         c->path, hex);
    }
  }
  if (rc == OMS_OK && step != SQLITE_DONE) {
    rc = oms_db_fail(c->db, c->path, "reading", err);
  }
  (void)sqlite3_finalize(st);
  return rc;
}

static int count_files(check_t *c, oms_error_t *err) {
  static const char *const kinds[][2] = {
      {"market",    ".zst" },
      {"snapshots", ".snap"}
  };
  uint64_t *const counts[] = {&c->report->market_files, &c->report->snapshots};
  int rc = OMS_OK;
  for (size_t k = 0; k < 2 && rc == OMS_OK; k++) {
    oms_array_t list = {.n = 0};
    char *folder = oms_path_of(c->path, kinds[k][0]);
    rc = folder == NULL ? oms_error_set(err, OMS_ERR_NOMEM, "out of memory")
                        : oms_path_numbers(folder, kinds[k][1], &list, err);
    for (size_t i = 0; i < list.n && k == 0; i++) {
      char *path = oms_path_at(folder, *OMS_AT(&list, uint64_t, i), kinds[k][1]);
      c->report->market_bytes += path == NULL ? 0 : (uint64_t)oms_path_size(path);
      oms_free(path);
    }
    *counts[k] = list.n;
    oms_array_free(&list);
    oms_free(folder);
  }
  return rc;
}

static int figures(check_t *c, oms_error_t *err) {
  int64_t batches = 0, blocks = 0;
  char *wal = oms_path_of(c->path, "wal");
  c->report->file_bytes = oms_path_size(c->path);
  c->report->wal_bytes = wal == NULL ? 0 : oms_path_size(wal);
  oms_free(wal);
  int rc = oms_db_number(c->db, c->path, "SELECT count(*) FROM events", &batches, err);
  rc =
      rc == OMS_OK ? oms_db_number(c->db, c->path, "SELECT count(*) FROM blobs", &blocks, err) : rc;
  c->report->batches = (uint64_t)batches;
  c->report->blobs = (uint64_t)blocks;
  return rc == OMS_OK ? count_files(c, err) : rc;
}

static int check(const char *path, bool verify, oms_store_report_t *out, oms_error_t *err) {
  *out = (oms_store_report_t){.first = OMS_NO_TIME, .last = OMS_NO_TIME};
  check_t c = {.path = path, .report = out};
  oms_array_init(&c.ends, sizeof(block_end_t));
  int rc = oms_sha_init(&c.sha) == OMS_OK ? oms_db_open(path, OMS_DB_READ, &c.db, err)
                                          : oms_error_set(err, OMS_ERR_NOMEM, "out of memory");
  rc = rc == OMS_OK && verify ? pages(&c, err) : rc;
  rc = rc == OMS_OK ? figures(&c, err) : rc;
  rc = rc == OMS_OK && verify ? blobs(&c, err) : rc;
  rc = rc == OMS_OK && verify ? market(&c, err) : rc;
  rc = rc == OMS_OK ? records(&c, verify, err) : rc;
  rc = rc == OMS_OK && verify ? oms_snapshots_check(path, c.db, err) : rc;
  (void)sqlite3_close(c.db);
  oms_sha_free(&c.sha);
  oms_array_free(&c.ends);
  return rc;
}

int oms_store_verify(const char *db, oms_store_report_t *out, oms_error_t *err) {
  return check(db, true, out, err);
}

int oms_store_stats(const char *db, oms_store_report_t *out, oms_error_t *err) {
  return check(db, false, out, err);
}
