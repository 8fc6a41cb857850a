/* snapshot.c - DB-snapshots/SEQ.snap: a head, then a stream of zstd. The hash in the head is over
 * both. A snapshot belongs to the batch that was the last one at its seq; a file that is ahead of
 * the journal, of another database or damaged is skipped. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include "store/store_int.h"

enum { BUFFER = 1 << 18, KEPT = 2, LEVEL = 1 };
static const char MAGIC[8] = "MDSNAP1";

struct oms_snapshot_writer {
  char *db, *folder, *temporary, *path;
  uint64_t seq;
  int fd, code; /* errno of the first failure */
  uint64_t raw;
  int64_t size;
  ZSTD_CCtx *zstd;
  unsigned char *buffer;
  oms_sha_t sha;
};

static void free_writer(oms_snapshot_writer_t *w) {
  if (w->fd >= 0) {
    (void)close(w->fd);
  }
  oms_sha_free(&w->sha);
  (void)ZSTD_freeCCtx(w->zstd);
  oms_free(w->buffer);
  oms_free(w->db);
  oms_free(w->folder);
  oms_free(w->temporary);
  oms_free(w->path);
  oms_free(w);
}

static int names(oms_snapshot_writer_t *w, const char *db) {
  w->folder = oms_path_of(db, "snapshots");
  w->db = oms_alloc_text(db);
  if (w->folder == NULL || w->db == NULL) {
    return OMS_ERR_NOMEM;
  }
  w->path = oms_path_at(w->folder, w->seq, ".snap");
  w->temporary = oms_path_in(w->folder, "new.tmp");
  return w->path == NULL || w->temporary == NULL ? OMS_ERR_NOMEM : OMS_OK;
}

static int failed(const oms_snapshot_writer_t *w, oms_error_t *err) {
  return oms_error_set(err, w->code == ENOMEM ? OMS_ERR_NOMEM : OMS_ERR_IO,
                       "cannot write the snapshot '%.300s': %s%s", w->temporary, strerror(w->code),
                       w->code == ENOSPC ? ": make room on the disk" : "");
}

int oms_snapshot_begin(const char *db, uint64_t seq, oms_snapshot_writer_t **out,
                       oms_error_t *err) {
  *out = NULL;
  oms_snapshot_writer_t *w = oms_alloc_zero(1, sizeof *w);
  if (w == NULL) {
    return oms_error_set(err, OMS_ERR_NOMEM, "out of memory");
  }
  w->fd = -1;
  w->seq = seq;
  w->size = OMS_SNAPSHOT_HEAD;
  w->zstd = ZSTD_createCCtx();
  w->buffer = oms_alloc(BUFFER);
  if (names(w, db) != OMS_OK || oms_sha_init(&w->sha) != OMS_OK || w->zstd == NULL ||
      w->buffer == NULL) {
    free_writer(w);
    return oms_error_set(err, OMS_ERR_NOMEM, "out of memory");
  }
  (void)ZSTD_CCtx_setParameter(w->zstd, ZSTD_c_compressionLevel, LEVEL);
  oms_sha_begin(&w->sha);
  bool made = mkdir(w->folder, 0700) == 0 || errno == EEXIST;
  w->fd = made ? open(w->temporary, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600) : -1;
  if (w->fd < 0) {
    w->code = errno;
    int rc = failed(w, err);
    free_writer(w);
    return rc;
  }
  *out = w;
  return OMS_OK;
}

static bool write_all(oms_snapshot_writer_t *w, const void *data, size_t n, int64_t at) {
  for (size_t done = 0; done < n;) {
    ssize_t step = pwrite(w->fd, (const char *)data + done, n - done, at + (int64_t)done);
    if (step < 0 && errno != EINTR) {
      w->code = errno;
      return false;
    }
    done += step > 0 ? (size_t)step : 0;
  }
  return true;
}

static int pump(oms_snapshot_writer_t *w, const void *data, size_t n, ZSTD_EndDirective end) {
  ZSTD_inBuffer in = {data, n, 0};
  size_t left = 1;
  while (w->code == 0 && (in.pos < in.size || (end == ZSTD_e_end && left != 0))) {
    ZSTD_outBuffer out = {w->buffer, BUFFER, 0};
    left = ZSTD_compressStream2(w->zstd, &out, &in, end);
    if (ZSTD_isError(left) != 0) {
      w->code = ENOMEM;
    } else if (write_all(w, w->buffer, out.pos, w->size)) {
      oms_sha_add(&w->sha, w->buffer, out.pos);
      w->size += (int64_t)out.pos;
    }
  }
  w->raw += n;
  return w->code == 0 ? OMS_OK : OMS_ERR_IO;
}

int oms_snapshot_write(void *writer, const void *data, size_t n) {
  return pump(writer, data, n, ZSTD_e_continue);
}

/* The batch that was the last one at 'seq'. */
static int base_of(sqlite3 *db, const char *path, uint64_t seq, uint64_t *first,
                   unsigned char hash[OMS_HASH_SIZE], oms_error_t *err) {
  sqlite3_stmt *st = NULL;
  int rc = oms_db_prepare(db, path,
                          "SELECT first_seq, hash FROM events WHERE first_seq <= ? ORDER BY "
                          "first_seq DESC LIMIT 1",
                          &st, err);
  if (rc != OMS_OK) {
    return rc;
  }
  (void)sqlite3_bind_int64(st, 1, seq > INT64_MAX ? INT64_MAX : (int64_t)seq);
  int step = sqlite3_step(st);
  *first = 0;
  memset(hash, 0, OMS_HASH_SIZE);
  if (step == SQLITE_ROW && sqlite3_column_bytes(st, 1) == OMS_HASH_SIZE) {
    *first = (uint64_t)sqlite3_column_int64(st, 0);
    memcpy(hash, sqlite3_column_blob(st, 1), OMS_HASH_SIZE);
  } else if (step != SQLITE_DONE && step != SQLITE_ROW) {
    rc = oms_db_fail(db, path, "reading", err);
  }
  (void)sqlite3_finalize(st);
  return rc;
}

int oms_snapshot_base(sqlite3 *db, const char *path, uint64_t seq, unsigned char head[72],
                      oms_error_t *err) {
  uint64_t first = 0;
  bool found = false;
  memcpy(head, MAGIC, 8);
  oms_put_low_first(head + 24, seq, 8);
  int rc = oms_db_block(db, path, "id", head + 8, OMS_ID_SIZE, &found, err);
  rc = rc == OMS_OK ? base_of(db, path, seq, &first, head + 40, err) : rc;
  oms_put_low_first(head + 32, first, 8);
  return rc;
}

static int finish(oms_snapshot_writer_t *w, oms_error_t *err) {
  unsigned char head[OMS_SNAPSHOT_HEAD] = {0};
  uint64_t last = 0;
  unsigned char id[OMS_ID_SIZE];
  sqlite3 *db = NULL;
  int rc = oms_db_open(w->db, OMS_DB_READ, &db, err);
  rc = rc == OMS_OK ? oms_store_last(db, w->db, id, &last, err) : rc;
  rc = rc == OMS_OK ? oms_snapshot_base(db, w->db, w->seq, head, err) : rc;
  (void)sqlite3_close(db);
  if (rc == OMS_OK && last < w->seq) {
    rc =
        oms_error_set(err, OMS_ERR_USAGE,
                      "the snapshot at seq %" PRIu64 " is ahead of '%.300s', which ends at %" PRIu64
                      ": it may be ended when its records are on disk",
                      w->seq, w->db, last);
  }
  if (rc != OMS_OK) {
    return rc;
  }
  if (pump(w, NULL, 0, ZSTD_e_end) == OMS_OK) {
    oms_put_low_first(head + OMS_SNAPSHOT_BASED - 8, w->raw, 8);
    oms_sha_add(&w->sha, head, OMS_SNAPSHOT_BASED);
    oms_sha_end(&w->sha, head + OMS_SNAPSHOT_BASED);
    if (write_all(w, head, OMS_SNAPSHOT_HEAD, 0) &&
        (fsync(w->fd) != 0 || rename(w->temporary, w->path) != 0 ||
         oms_path_sync(w->path) != OMS_OK || oms_path_sync(w->folder) != OMS_OK)) {
      w->code = errno;
    }
  }
  return w->code == 0 ? OMS_OK : failed(w, err);
}

static void remove_number(const char *folder, uint64_t number) {
  char *path = oms_path_at(folder, number, ".snap");
  if (path != NULL) {
    (void)unlink(path);
  }
  oms_free(path);
}

/* The newest two stay. */
static void remove_old(const char *folder) {
  oms_array_t list;
  if (oms_path_numbers(folder, ".snap", &list, NULL) == OMS_OK) {
    for (size_t i = 0; i + KEPT < list.n; i++) {
      remove_number(folder, *OMS_AT(&list, uint64_t, i));
    }
    oms_array_free(&list);
  }
}

int oms_snapshot_end(oms_snapshot_writer_t *w, bool keep, oms_error_t *err) {
  int rc = keep ? (w->code == 0 ? finish(w, err) : failed(w, err)) : OMS_OK;
  if (rc == OMS_OK && keep) {
    remove_old(w->folder);
  } else {
    (void)unlink(w->temporary);
  }
  free_writer(w);
  return rc;
}

void oms_snapshot_drop_ahead(const char *db, uint64_t last) {
  oms_array_t list;
  char *folder = oms_path_of(db, "snapshots");
  if (folder != NULL && oms_path_numbers(folder, ".snap", &list, NULL) == OMS_OK) {
    for (size_t i = list.n; i > 0 && *OMS_AT(&list, uint64_t, i - 1) > last; i--) {
      remove_number(folder, *OMS_AT(&list, uint64_t, i - 1));
    }
    oms_array_free(&list);
  }
  oms_free(folder);
}
