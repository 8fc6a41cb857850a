/* store_int.h - what the files of the store share: hashes, the form of records and batches, the
 * database, market files, the writer.
 *
 * A record is: kind (bit 7: seq and time stand in full, else as differences to the record before),
 * seq, time, data with a length head. A piece of records begins with a full one, so pieces may be
 * put one behind the other. A batch is a head and a piece; its hash is SHA-256 of the hash before,
 * first_seq, n and its bytes. */
#ifndef OMS_STORE_STORE_INT_H
#define OMS_STORE_STORE_INT_H

#include <limits.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>

#include "base/alloc.h"
#include "base/check.h"
#include "base/containers.h"
#include "base/pack.h"
#include "store/store.h"

enum { OMS_HASH_SIZE = 32, OMS_ID_SIZE = 16, OMS_BATCH_ROOM = 64 };

/* sha.c: SHA-256. One hasher serves one thread. */
typedef struct oms_sha {
  EVP_MD *md;
  EVP_MD_CTX *ctx;
} oms_sha_t;
int oms_sha_init(oms_sha_t *h);
void oms_sha_free(oms_sha_t *h);
void oms_sha_begin(oms_sha_t *h);
void oms_sha_add(oms_sha_t *h, const void *data, size_t n);
void oms_sha_end(oms_sha_t *h, unsigned char out[OMS_HASH_SIZE]);
void oms_sha_hex(const unsigned char hash[OMS_HASH_SIZE], char out[65]);
/* OMS_ERR_PARSE when 'hex' is not 64 hex digits. */
int oms_sha_of_hex(const char *hex, unsigned char out[OMS_HASH_SIZE]);
/* The hash of a batch (first_seq, n and bytes behind the hash before). */
void oms_sha_batch(oms_sha_t *h, const unsigned char before[OMS_HASH_SIZE], uint64_t first_seq,
                   uint64_t n, const void *data, size_t size, unsigned char out[OMS_HASH_SIZE]);

/* piece.c: records of one stream in their order. 'bytes' begins with OMS_BATCH_ROOM free bytes. */
typedef struct oms_piece {
  oms_pack_t bytes;
  uint64_t n, first, last;
  oms_time_t now; /* of the last */
  bool open;      /* the next record is written by its differences */
} oms_piece_t;
int oms_piece_put(oms_piece_t *p, uint64_t seq, const oms_record_t *r);
/* Moves the records of 'from' behind those of 'to' (by exchange where that is empty). */
int oms_piece_move(oms_piece_t *to, oms_piece_t *from);
void oms_piece_clear(oms_piece_t *p);
void oms_piece_free(oms_piece_t *p);
static inline size_t oms_piece_size(const oms_piece_t *p) {
  return p->n == 0 ? 0 : p->bytes.n - OMS_BATCH_ROOM;
}
/* Reads records out of borrowed bytes. */
typedef struct oms_records {
  oms_unpack_t from;
  uint64_t seq, left; /* of the last that was read; how many there should be still */
  oms_time_t now;
  bool begun, market;
} oms_records_t;
oms_records_t oms_records_of(const void *data, size_t size, uint64_t n, bool market);
/* 1: '*r' is the next, 0: there is none, OMS_ERR_DATA: these are no records. */
int oms_records_next(oms_records_t *it, oms_record_t *r);

/* The head of a batch: up to where market data stood on the disk when it was committed, and the
 * hash of that block when that is news. */
typedef struct oms_batch_head {
  uint64_t market_seq;
  bool has_hash;
  unsigned char market_hash[OMS_HASH_SIZE];
} oms_batch_head_t;
/* Writes the head into the free bytes before the piece's records: where the batch begins. */
unsigned char *oms_piece_head(oms_piece_t *p, const oms_batch_head_t *head, size_t *size);
/* OMS_ERR_DATA: no batch of ours. */
int oms_batch_read(const void *data, size_t size, uint64_t n, oms_batch_head_t *head,
                   oms_records_t *records);

/* db.c: the SQLite file. */
typedef enum oms_db_mode { OMS_DB_READ, OMS_DB_WRITE, OMS_DB_CREATE } oms_db_mode_t;
enum { OMS_DB_VERSION = 2 };
/* Opens and checks that the database is ours; with WRITE and CREATE brings it up to date. */
int oms_db_open(const char *path, oms_db_mode_t mode, sqlite3 **out, oms_error_t *err);
/* The sentence for what SQLite says; OMS_ERR_IO, OMS_ERR_DATA, OMS_ERR_NOMEM. */
int oms_db_fail(sqlite3 *db, const char *path, const char *doing, oms_error_t *err);
int oms_db_run(sqlite3 *db, const char *path, const char *sql, oms_error_t *err);
int oms_db_prepare(sqlite3 *db, const char *path, const char *sql, sqlite3_stmt **out,
                   oms_error_t *err);
int oms_db_number(sqlite3 *db, const char *path, const char *sql, int64_t *out, oms_error_t *err);
/* A value of 'meta' that is a block of exactly 'n' bytes; '*found' false: there is none. */
int oms_db_block(sqlite3 *db, const char *path, const char *key, void *out, size_t n, bool *found,
                 oms_error_t *err);
/* The hash before the first batch. */
int oms_db_genesis(sqlite3 *db, const char *path, oms_sha_t *sha, unsigned char id[OMS_ID_SIZE],
                   unsigned char out[OMS_HASH_SIZE], oms_error_t *err);
/* The last batch: its last seq (0: there is none), hash, head. 'verify': its hash is checked. */
typedef struct oms_db_end {
  uint64_t first_seq, last_seq;
  unsigned char hash[OMS_HASH_SIZE];
  oms_batch_head_t head;
} oms_db_end_t;
int oms_db_end(sqlite3 *db, const char *path, oms_sha_t *sha, oms_db_end_t *out, oms_error_t *err);

/* lock.c: DB-lock, held by the host that has the database, with its process id. */
int oms_lock_take(const char *path, int *fd, oms_error_t *err);
void oms_lock_drop(int fd);

/* paths.c */
/* "DB-suffix", to be freed; NULL: out of memory. */
char *oms_path_of(const char *db, const char *suffix);
char *oms_path_in(const char *folder, const char *name);
/* Makes an entry of its folder durable. OMS_ERR_IO, OMS_ERR_NOMEM; errno says why. */
int oms_path_sync(const char *path);
/* The names NUMBER.suffix in a folder, numbers ascending; a missing folder has none. The caller
 * frees the array (oms_array_free) of uint64_t. */
int oms_path_numbers(const char *folder, const char *suffix, oms_array_t *out, oms_error_t *err);
/* The file of that number in a folder, to be freed; NULL: out of memory. */
char *oms_path_at(const char *folder, uint64_t number, const char *suffix);
/* Bytes of a file; 0 when there is none. */
int64_t oms_path_size(const char *path);
/* All bytes of a file, to be freed; less than its size when it is cut meanwhile. OMS_ERR_IO (errno
 * says why), OMS_ERR_NOMEM. */
int oms_path_read(const char *path, unsigned char **data, size_t *n);

/* market_block.c: the form of market files. */
enum { OMS_MARKET_HEAD = 72, OMS_BLOCK_HEAD = 76, OMS_BLOCK_MAX = 1 << 30 };
typedef struct oms_market_head {
  unsigned char id[OMS_ID_SIZE];
  uint64_t first_seq;
  unsigned char before[OMS_HASH_SIZE]; /* hash of the block before this file */
} oms_market_head_t;
void oms_market_head_write(const oms_market_head_t *h, unsigned char out[OMS_MARKET_HEAD]);
int oms_market_head_read(const void *data, size_t n, oms_market_head_t *h);
typedef struct oms_block_head {
  uint64_t first, last;
  oms_time_t now;          /* of the last record */
  uint32_t n, raw, packed; /* records, bytes of them, bytes in the file behind this head */
  unsigned char hash[OMS_HASH_SIZE];
} oms_block_head_t;
/* Hash of the block: over the one before, the head without its hash, the packed bytes. */
void oms_block_hash(oms_sha_t *sha, const unsigned char before[OMS_HASH_SIZE],
                    const oms_block_head_t *h, const void *packed,
                    unsigned char out[OMS_HASH_SIZE]);
void oms_block_head_write(const oms_block_head_t *h, unsigned char out[OMS_BLOCK_HEAD]);
int oms_block_head_read(const void *data, size_t n, oms_block_head_t *h);

/* market_out.c: appends blocks. What is not synced yet is held, to be written again after an error:
 * after a failed fsync the kernel may have dropped it. */
typedef struct oms_market_out {
  char *folder;
  unsigned char id[OMS_ID_SIZE];
  int fd;
  uint64_t file;     /* first seq of the current file; 0: the next block begins one */
  char *path;        /* of the current file */
  int64_t synced;    /* size on disk */
  oms_pack_t behind; /* bytes that follow */
  size_t written;    /* of them, handed to the kernel */
  bool made;         /* the file exists and its folder knows */
  int64_t raw;       /* bytes of records in the file */
  int64_t limit;     /* at which it is full */
  oms_time_t now;    /* of the last record; OMS_NO_TIME: there was none */
  int64_t begun;     /* monotonic ns when the file was begun */
  uint64_t last_seq; /* of the last block made */
  unsigned char hash[OMS_HASH_SIZE];
  void *zstd;
  oms_sha_t *sha;
} oms_market_out_t;
int oms_market_out_init(oms_market_out_t *m, const char *db, const unsigned char id[OMS_ID_SIZE],
                        oms_sha_t *sha);
void oms_market_out_free(oms_market_out_t *m);
/* Whether the current file is full: before the next block it has to be synced and ended. */
bool oms_market_out_due(const oms_market_out_t *m, int64_t now);
void oms_market_out_rotate(oms_market_out_t *m);
/* Makes a block of the piece's records and clears the piece. OMS_ERR_NOMEM: nothing has changed. */
int oms_market_out_add(oms_market_out_t *m, oms_piece_t *p, int64_t now);
/* Hands all to the kernel; makes it durable. OMS_ERR_IO: may be tried again. */
int oms_market_out_write(oms_market_out_t *m, oms_error_t *err);
int oms_market_out_sync(oms_market_out_t *m, oms_error_t *err);

/* market_in.c: reads blocks one by one over all files. */
typedef struct oms_market_in {
  char *folder;
  unsigned char id[OMS_ID_SIZE];
  bool checked;      /* an id is known */
  oms_array_t files; /* uint64_t: first seqs */
  size_t next_file;
  char *path; /* of the open file */
  unsigned char *data;
  size_t size, at; /* of the open file */
  oms_pack_t raw;
  void *zstd;
  oms_sha_t *sha;
  bool verify, chained; /* 'hash' is known */
  unsigned char hash[OMS_HASH_SIZE];
  bool torn; /* the open file ends in what is no whole block */
} oms_market_in_t;
/* From the file on that holds 'seq' or begins behind it. */
int oms_market_in_init(oms_market_in_t *m, const char *db, const unsigned char id[OMS_ID_SIZE],
                       uint64_t seq, bool verify, oms_sha_t *sha, oms_error_t *err);
void oms_market_in_free(oms_market_in_t *m);
/* 1: a block, with 'records' over it (borrowed until the next call); 0: there are no more;
 * OMS_ERR_DATA: damaged: the sentence. A torn end of the last file counts as its end ('torn'). */
int oms_market_in_next(oms_market_in_t *m, oms_block_head_t *h, oms_records_t *records,
                       oms_error_t *err);

/* main_in.c: reads batches in their order, to the end that was there at the beginning. */
typedef struct oms_main_row {
  uint64_t first, n;
  size_t at, size;
  unsigned char hash[OMS_HASH_SIZE];
} oms_main_row_t;
typedef struct oms_main_chunk {
  oms_array_t rows; /* oms_main_row_t, their bytes in 'bytes' */
  oms_pack_t bytes;
  int rc; /* of what follows the rows */
  oms_error_t err;
  bool more; /* behind them */
} oms_main_chunk_t;
typedef struct oms_main_in {
  sqlite3 *db;      /* belongs to the thread while 'wanted' */
  const char *path; /* borrowed */
  sqlite3_stmt *select;
  oms_main_chunk_t *now, *ahead;
  size_t row;           /* of 'now' */
  uint64_t next, first; /* first_seq from which the next rows come; of the batch that was given */
  int64_t last_row;
  bool verify;
  oms_sha_t *sha;
  unsigned char chain[OMS_HASH_SIZE]; /* of the last row that was read */
  unsigned char hash[OMS_HASH_SIZE];  /* of the batch that was given last */
  bool threaded, wanted, stop;        /* the last two under 'mutex' */
  pthread_t thread;
  pthread_mutex_t mutex;
  pthread_cond_t cond;
} oms_main_in_t;
/* From the batch that holds 'seq' on. */
int oms_main_in_init(oms_main_in_t *m, sqlite3 *db, const char *path, uint64_t seq, bool verify,
                     const unsigned char genesis[OMS_HASH_SIZE], oms_sha_t *sha, oms_error_t *err);
void oms_main_in_free(oms_main_in_t *m);
/* Waits until nothing is read ahead: 'db' may be used until the next batch is asked for. */
void oms_main_in_settle(oms_main_in_t *m);
/* 1: a batch; its records are borrowed until the next call; 0: the end; OMS_ERR_DATA: damaged. */
int oms_main_in_next(oms_main_in_t *m, oms_batch_head_t *head, oms_records_t *records,
                     oms_error_t *err);

/* reader.c */
struct oms_store_reader {
  sqlite3 *db;
  char *path;
  oms_sha_t sha, market_sha;
  uint64_t expected, end; /* the last seq of the main stream when reading began */
  uint64_t market_end;    /* of the last block that counts */
  oms_main_in_t main;
  oms_market_in_t market;
  oms_records_t main_records, market_records;
  oms_record_t main_next, market_next;
  bool has_main, has_market, market_ended;
  uint64_t market_first; /* what retention has left of market data begins here; 0: all is there */
  bool skip_removed;
  bool skip_missing;
  uint64_t behind_missing; /* the first record behind what was missing so far; 0: nothing was */
  /* For verifying: called with the head of each batch. NULL: nobody. */
  int (*head)(void *ctx, uint64_t first_seq, const oms_batch_head_t *head, oms_error_t *err);
  void *ctx;
};

/* Whether what the block's records hold behind 'end', the last seq of the main stream, goes on from
 * 'expected' without a hole: a block that does not was never of use to anybody. */
bool oms_block_follows(oms_records_t records, uint64_t end, uint64_t expected);

/* mend.c: cuts market files to what follows the last batch without a hole, and takes up the end for
 * appending. '*last': the last seq of both streams. */
int oms_market_mend(const char *db, const oms_db_end_t *end, oms_market_out_t *out, uint64_t *last,
                    oms_error_t *err);

/* The last seq that both streams reach without a hole, as 'db' finds them, and the database's
 * id. */
int oms_store_last(sqlite3 *db, const char *path, unsigned char id[OMS_ID_SIZE], uint64_t *last,
                   oms_error_t *err);

/* snapshot.c: a file is a head, of which the last 32 bytes are the hash, and a stream of zstd. */
enum { OMS_SNAPSHOT_HEAD = 112, OMS_SNAPSHOT_BASED = 80 };
/* What the head of a snapshot at 'seq' begins with: magic, database, seq, its batch. */
int oms_snapshot_base(sqlite3 *db, const char *path, uint64_t seq, unsigned char head[72],
                      oms_error_t *err);
/* Every snapshot, whole and of this journal. OMS_ERR_DATA: the first that is not. */
int oms_snapshots_check(const char *path, sqlite3 *db, oms_error_t *err);
/* Removes snapshots behind 'last': their records were never durable. */
void oms_snapshot_drop_ahead(const char *db, uint64_t last);

/* writer.c: the thread. */
typedef struct oms_blob {
  unsigned char hash[OMS_HASH_SIZE];
  unsigned char *data;
  size_t n;
} oms_blob_t;
typedef struct oms_work {
  oms_piece_t main, market;
  oms_array_t blobs; /* oms_blob_t, owned */
  uint64_t gate;     /* durable when this is written; 0: nothing waits */
  bool told;         /* somebody waits for the market data of it, or from before */
} oms_work_t;
void oms_work_free(oms_work_t *w);
/* Moves all of 'from' behind what is in 'to', market data first; what could not be moved for want
 * of memory stays. */
int oms_work_move(oms_work_t *to, oms_work_t *from);
static inline bool oms_work_main(const oms_work_t *w) {
  return w->main.n > 0 || w->blobs.n > 0;
}
static inline size_t oms_work_size(const oms_work_t *w) {
  return oms_piece_size(&w->main) + oms_piece_size(&w->market);
}

typedef struct oms_writer {
  sqlite3 *db;
  sqlite3_stmt *begin, *commit, *event, *blob, *version;
  oms_sha_t sha;
  unsigned char hash[OMS_HASH_SIZE]; /* of the last batch */
  uint64_t told_market;              /* seq of the last market block whose hash a batch holds */
  oms_market_out_t market;
  int64_t unsynced_since, held_since; /* monotonic ns; 0: nothing */
  int wal_pages, wal_moved;           /* of the log after the last commit; at the last checkpoint */
  int data_version;
  int64_t next_look, next_retire; /* at the keys; at old market files; monotonic ns */
} oms_writer_t;

struct oms_store {
  oms_store_options_t o;
  char *path;
  int lock;
  /* The host's thread. */
  uint64_t next_seq, closed;
  size_t batch_bytes; /* at which what waits is one batch, and a next begins */
  oms_work_t open;
  bool loose; /* market data have been handed over that no gate covers */
  oms_sha_t sha;
  /* Both threads, under 'mutex'. */
  pthread_mutex_t mutex;
  pthread_cond_t work, done;
  oms_array_t queue; /* oms_work_t, oldest first; never without one, which may be empty */
  bool stop, busy, flush;
  char trouble_text[512];
  oms_store_figures_t figures;
  size_t writing_bytes;
  bool synced; /* all that was handed over is on disk, market data too */
  _Atomic bool trouble;
  _Atomic uint64_t durable, keys_version;
  /* The writer's thread. */
  oms_work_t writing;
  oms_writer_t w;
  pthread_t thread;
};
int64_t oms_store_monotonic(void);
void *oms_writer_main(void *store);
/* retire.c: removes market files that the options do not keep and no kept snapshot needs. */
void oms_writer_retire(oms_store_t *s);
/* commit.c: the writer's connection. */
int oms_writer_connect(oms_store_t *s, oms_error_t *err);
void oms_writer_disconnect(oms_writer_t *w);
/* Commits what is being written. After an error the same batch may be committed again. */
int oms_writer_commit(oms_store_t *s, oms_error_t *err);

#endif
