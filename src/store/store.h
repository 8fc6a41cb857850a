/* store.h - the durable journal of a live host: records (port/journal.h) in batches, SHA-256
 * chained, in SQLite (WAL, synchronous=FULL), written by one thread of its own in group commits;
 * market data in compressed files beside it. What is behind a gate may leave the process when the
 * gate is durable. All calls are for the host's thread, but where it is said.
 *
 * Tables: meta(version), events(first_seq, n, data, hash): a row a batch; blobs(hash, data);
 * keys; snapshots. Market files: DB-market/FIRST_SEQ.zst. A batch is committed only when all
 * records of market data that were put before it are on disk. */
#ifndef OMS_STORE_STORE_H
#define OMS_STORE_STORE_H

#include "base/err.h"
#include "port/journal.h"
#include "port/keys.h"

typedef struct oms_store oms_store_t;

typedef struct oms_store_options {
  const char *path;
  bool create;
  int64_t market_keep_ns; /* market files whose newest row is older go, once a snapshot covers them;
                             0: all are kept */
  int64_t market_keep_bytes; /* likewise the oldest, above this size in all; 0: no bound */
  /* Called on the writer's thread when a gate has become durable or trouble began or ended: must
   * only wake the host's loop. NULL: nobody. */
  void (*wake)(void *ctx);
  void *ctx;
} oms_store_options_t;

/* Opens and locks the database, brings an older schema up to date, checks the last batch.
 * OMS_ERR_EXISTS: another host has it; OMS_ERR_IO, OMS_ERR_DATA: no database of ours, or the chain
 * is broken at its end: the sentence says where and what to do. */
int oms_store_open(const oms_store_options_t *o, oms_store_t **out, oms_error_t *err);
/* Sets or takes away (NULL) who is woken. */
void oms_store_set_wake(oms_store_t *s, void (*wake)(void *ctx), void *ctx);
/* Writes what is left (waits for it), unlocks, frees. OMS_ERR_IO: not all could be written. */
int oms_store_close(oms_store_t *s, oms_error_t *err);

oms_journal_t oms_store_journal(oms_store_t *s);
/* What everything that was put so far waits for; and the newest gate that is on disk. */
uint64_t oms_store_gate(const oms_store_t *s);
/* The same for who is told of market data, too: they go to disk with it, and not in a while. */
uint64_t oms_store_gate_told(oms_store_t *s);
uint64_t oms_store_durable(oms_store_t *s);
/* The end of a turn of the loop: the open batch goes to the writer, at once when that is idle, else
 * when it has done the one before. */
void oms_store_turn(oms_store_t *s);
/* Waits until everything is on disk, at most 'ns'. OMS_ERR_IO: it is not. */
int oms_store_sync(oms_store_t *s, int64_t ns, oms_error_t *err);
/* Whether the writer cannot write now (disk full, errors; it goes on trying, nothing is lost or
 * acknowledged meanwhile), and the sentence. */
bool oms_store_trouble(oms_store_t *s, char text[512]);
/* Figures for metrics; any of them may be NULL. */
typedef struct oms_store_figures {
  uint64_t next_seq, batches, records, bytes, market_bytes;
  size_t waiting_bytes;             /* put, not yet on disk */
  uint64_t commit_ns_sum, commit_n; /* time of commits */
  uint64_t errors;
  uint64_t snapshot_seq;
} oms_store_figures_t;
void oms_store_figures(oms_store_t *s, oms_store_figures_t *f);

/* Reading, in order of seq, both streams merged. */
typedef struct oms_store_reader oms_store_reader_t;
/* From 'seq' on (1: the first). 'path' alone: no host needs to run; reads beside one, too.
 * 'verify': the chain is worked out on the way. */
int oms_reader_open(const char *path, uint64_t seq, bool verify, oms_store_reader_t **out,
                    oms_error_t *err);
/* The next record, valid until the next call; '*r' with seq 0 at the end. OMS_ERR_DATA: damaged, a
 * hole in the numbers, a broken chain: the sentence names the seq and the remedy. */
int oms_reader_next(oms_store_reader_t *r, oms_record_t *record, oms_error_t *err);
/* A block by its digest; the caller frees it (oms_free). OMS_ERR_NOT_FOUND. */
int oms_reader_block(oms_store_reader_t *r, const char *digest, unsigned char **data, size_t *n,
                     oms_error_t *err);
/* Lets the reader go over what retention has removed of market data. */
void oms_reader_skip_removed(oms_store_reader_t *r);
/* Lets it go over all that is missing before the last batch, and tells the first record behind
 * that, as far as it has read; 0: nothing was missing. */
void oms_reader_skip_missing(oms_store_reader_t *r);
uint64_t oms_reader_behind_missing(const oms_store_reader_t *r);
void oms_reader_close(oms_store_reader_t *r);

/* Snapshots: the bytes that recovery starts from in place of all records before them. Written to
 * DB-snapshots/SEQ.snap (zstd, with the chain's hash at 'seq' and a hash of its own), made whole by
 * a rename; the newest two are kept. At the end all records up to 'seq' have to be
 * on disk (oms_store_sync), else OMS_ERR_USAGE. */
typedef struct oms_snapshot_writer oms_snapshot_writer_t;
int oms_snapshot_begin(const char *db, uint64_t seq, oms_snapshot_writer_t **out, oms_error_t *err);
int oms_snapshot_write(void *writer, const void *data, size_t n); /* fits oms_engine_save */
int oms_snapshot_end(oms_snapshot_writer_t *w, bool keep, oms_error_t *err); /* frees it */
/* The newest one that is whole and of this chain, at most at 'until' (UINT64_MAX: any): its bytes,
 * freed by the caller (oms_free). '*seq' 0 and OMS_OK: there is none. A damaged one is skipped with
 * a line in 'note' (512 bytes). */
int oms_snapshot_read(const char *db, uint64_t until, uint64_t *seq, unsigned char **data,
                      size_t *n, char note[512], oms_error_t *err);

/* API keys (port/keys.h). A new one: random id, secret and salt; the secret is told once and not
 * kept. 'name' may be "". OMS_ERR_RANGE: a text is too long. */
enum { OMS_KEY_SECRET = 40 };
int oms_key_make(oms_key_record_t *key, const char *account, uint32_t scopes, const char *name,
                 oms_time_t now, char secret[OMS_KEY_SECRET + 1], oms_error_t *err);
/* Each change a short transaction of its own, also while a host runs; adding makes a missing
 * database. OMS_ERR_EXISTS: the id is taken, or revoked already; OMS_ERR_NOT_FOUND. */
int oms_store_key_add(const char *db, const oms_key_record_t *key, oms_error_t *err);
int oms_store_key_revoke(const char *db, const char *id, oms_time_t now, oms_error_t *err);
/* Calls 'each' for every key, oldest first. A missing database has none. */
int oms_store_keys(const char *db, void (*each)(void *ctx, const oms_key_record_t *key), void *ctx,
                   oms_error_t *err);
/* A number that changes within a quarter of a second when somebody has changed the keys ('wake' is
 * called); cheap enough to ask every turn. */
uint64_t oms_store_keys_version(oms_store_t *s);

/* For `moondesk db`. Each opens the database by itself. */
typedef struct oms_store_report {
  uint64_t batches, records, first_seq, last_seq, market_files, market_bytes, snapshots, blobs;
  uint64_t by_kind[256];
  oms_time_t first, last;
  int64_t file_bytes, wal_bytes;
  char hash[65]; /* of the chain's end */
} oms_store_report_t;
/* The whole chain, blocks, market files, snapshots. OMS_ERR_DATA: the first defect, with its
 * seq. */
int oms_store_verify(const char *db, oms_store_report_t *out, oms_error_t *err);
int oms_store_stats(const char *db, oms_store_report_t *out, oms_error_t *err);
/* A copy in 'to' (database, market files, snapshots), also while a host runs. */
int oms_store_backup(const char *db, const char *to, oms_error_t *err);
/* Tables orders, fills and positions in the database, made anew from rows that 'fill' gives: for
 * queries by hand. Refused while a host has the database. */
typedef struct oms_views oms_views_t;
int oms_views_begin(const char *db, oms_views_t **out, oms_error_t *err);
/* One row: values as texts (NULL: null) in the order of the columns of 'table': those of orders.csv
 * (21) and fills.csv (11); positions: symbol, qty, avg_entry_price, market_value, realized_pl,
 * commission, strategy, account. OMS_ERR_USAGE: no such table or number of columns. */
int oms_views_row(oms_views_t *v, const char *table, const char *const *values, size_t n,
                  oms_error_t *err);
int oms_views_end(oms_views_t *v, bool commit, oms_error_t *err);

#endif
