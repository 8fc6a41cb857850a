/* retire.c - old market files go when the older of the two kept snapshots does not need them. The
 * database says first where market data begin from now on, then the files are removed: whatever
 * ends this in between, nothing that is missing is missed. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "store/store_int.h"

/* The seq up to which both kept snapshots cover everything; 0: they do not exist. */
static uint64_t covered(const char *db) {
  oms_array_t list;
  uint64_t seq = 0;
  char *folder = oms_path_of(db, "snapshots");
  if (folder != NULL && oms_path_numbers(folder, ".snap", &list, NULL) == OMS_OK) {
    seq = list.n < 2 ? 0 : *OMS_AT(&list, uint64_t, list.n - 2);
    oms_array_free(&list);
  }
  oms_free(folder);
  return seq;
}

static char *path_of(const oms_market_out_t *m, const oms_array_t *files, size_t i) {
  return oms_path_at(m->folder, *OMS_AT(files, uint64_t, i), ".zst");
}

/* The time of the file's last record, from the heads of its blocks; OMS_NO_TIME: not readable. */
static oms_time_t newest(const char *path) {
  unsigned char bytes[OMS_BLOCK_HEAD];
  oms_block_head_t h;
  oms_time_t now = OMS_NO_TIME;
  off_t at = OMS_MARKET_HEAD;
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  while (fd >= 0 && pread(fd, bytes, sizeof bytes, at) == (ssize_t)sizeof bytes) {
    if (oms_block_head_read(bytes, OMS_BLOCK_HEAD + (size_t)OMS_BLOCK_MAX * 2, &h) != OMS_OK) {
      break;
    }
    now = h.now;
    at += OMS_BLOCK_HEAD + h.packed;
  }
  if (fd >= 0) {
    (void)close(fd);
  }
  return now;
}

static int64_t size_of_all(const oms_market_out_t *m, const oms_array_t *files) {
  int64_t sum = 0;
  for (size_t i = 0; i < files->n; i++) {
    char *path = path_of(m, files, i);
    sum += path == NULL ? 0 : oms_path_size(path);
    oms_free(path);
  }
  return sum;
}

/* How many of the oldest files go. */
static size_t count_old(oms_store_t *s, const oms_array_t *files) {
  const oms_market_out_t *m = &s->w.market;
  uint64_t until = covered(s->path);
  int64_t sum = s->o.market_keep_bytes > 0 ? size_of_all(m, files) : 0;
  size_t n = 0;
  for (; n + 1 < files->n && *OMS_AT(files, uint64_t, n + 1) <= until; n++) {
    char *path = path_of(m, files, n);
    oms_time_t last = path != NULL && s->o.market_keep_ns > 0 ? newest(path) : OMS_NO_TIME;
    bool old = last != OMS_NO_TIME && m->now != OMS_NO_TIME && m->now - last > s->o.market_keep_ns;
    bool large = s->o.market_keep_bytes > 0 && sum > s->o.market_keep_bytes;
    sum -= path == NULL ? 0 : oms_path_size(path);
    oms_free(path);
    if (!old && !large) {
      break;
    }
  }
  return n;
}

static bool head_of(const char *path, oms_market_head_t *head) {
  unsigned char bytes[OMS_MARKET_HEAD];
  int fd = path == NULL ? -1 : open(path, O_RDONLY | O_CLOEXEC);
  bool good = fd >= 0 && pread(fd, bytes, sizeof bytes, 0) == (ssize_t)sizeof bytes &&
              oms_market_head_read(bytes, sizeof bytes, head) == OMS_OK;
  if (fd >= 0) {
    (void)close(fd);
  }
  return good;
}

/* Says in the database that market data begin with 'head' from now on. */
static bool note_first(sqlite3 *db, const oms_market_head_t *head) {
  sqlite3_stmt *st = NULL;
  bool good = sqlite3_prepare_v2(db,
                                 "INSERT OR REPLACE INTO meta VALUES('market_first', ?1), "
                                 "('market_before', ?2)",
                                 -1, &st, NULL) == SQLITE_OK;
  if (good) {
    (void)sqlite3_bind_int64(st, 1, (int64_t)head->first_seq);
    (void)sqlite3_bind_blob(st, 2, head->before, OMS_HASH_SIZE, SQLITE_STATIC);
    good = sqlite3_step(st) == SQLITE_DONE;
  }
  (void)sqlite3_finalize(st);
  return good;
}

void oms_writer_retire(oms_store_t *s) {
  const oms_market_out_t *m = &s->w.market;
  oms_array_t files;
  if (oms_path_numbers(m->folder, ".zst", &files, NULL) != OMS_OK) {
    return;
  }
  size_t n = count_old(s, &files);
  char *first = n == 0 ? NULL : path_of(m, &files, n);
  oms_market_head_t head;
  if (first != NULL && head_of(first, &head) && note_first(s->w.db, &head)) {
    for (size_t i = 0; i < n; i++) {
      char *path = path_of(m, &files, i);
      if (path != NULL) {
        (void)unlink(path);
      }
      oms_free(path);
    }
  }
  oms_free(first);
  oms_array_free(&files);
}
