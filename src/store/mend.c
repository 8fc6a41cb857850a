/* mend.c - after a crash the market files may hold a torn end, and records behind the last batch.
 * Those that follow it without a hole are kept; behind the first hole, which is a batch that never
 * became durable, all is cut off: nobody was told of it. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/store_int.h"

/* What of the files stays. */
typedef struct kept {
  size_t file; /* index + 1; 0: nothing */
  size_t size; /* of that file */
  int64_t raw;
  uint64_t last;
  oms_time_t now;
  unsigned char hash[OMS_HASH_SIZE];
} kept_t;

bool oms_block_follows(oms_records_t records, uint64_t end, uint64_t expected) {
  oms_record_t r;
  int rc;
  while ((rc = oms_records_next(&records, &r)) == 1) {
    if (r.seq > end && r.seq != expected++) {
      return false;
    }
  }
  return rc == OMS_OK;
}

static int walk(oms_market_in_t *in, const oms_db_end_t *end, kept_t *kept, oms_error_t *err) {
  oms_block_head_t h;
  oms_records_t records;
  uint64_t next = end->last_seq + 1;
  int rc;
  while ((rc = oms_market_in_next(in, &h, &records, err)) == 1) {
    if (h.last > end->last_seq && !oms_block_follows(records, end->last_seq, next)) {
      return OMS_OK;
    }
    next = h.last >= next ? h.last + 1 : next;
    kept->raw = (kept->file == in->next_file ? kept->raw : 0) + (int64_t)h.raw;
    kept->file = in->next_file;
    kept->size = in->at;
    kept->last = h.last;
    kept->now = h.now;
    memcpy(kept->hash, h.hash, OMS_HASH_SIZE);
  }
  return rc;
}

static char *path_of(const oms_market_in_t *in, size_t i) {
  return oms_path_at(in->folder, *OMS_AT(&in->files, uint64_t, i), ".zst");
}

static int cut(const char *path, size_t size, oms_error_t *err) {
  struct stat st;
  int fd = open(path, O_RDWR | O_CLOEXEC);
  bool good = fd >= 0 && fstat(fd, &st) == 0 &&
              ((size_t)st.st_size == size || (ftruncate(fd, (off_t)size) == 0 && fsync(fd) == 0));
  int code = errno;
  if (fd >= 0) {
    (void)close(fd);
  }
  return good ? OMS_OK
              : oms_error_set(err, OMS_ERR_IO, "cannot cut the torn end off '%.300s': %s", path,
                              strerror(code));
}

/* The files from index 'i' on go. */
static int drop(const oms_market_in_t *in, size_t i, oms_error_t *err) {
  if (i >= in->files.n) {
    return OMS_OK;
  }
  for (size_t at = in->files.n; at > i; at--) { /* the last first: no hole, whenever this ends */
    char *path = path_of(in, at - 1);
    int rc = path == NULL ? OMS_ERR_NOMEM : unlink(path) == 0 ? OMS_OK : OMS_ERR_IO;
    if (rc != OMS_OK) {
      rc = oms_error_set(err, rc, "cannot remove '%.300s': %s", path == NULL ? "" : path,
                         strerror(errno));
      oms_free(path);
      return rc;
    }
    (void)oms_path_sync(path);
    oms_free(path);
  }
  return OMS_OK;
}

static int take_up(oms_market_out_t *out, const oms_market_in_t *in, const kept_t *kept,
                   oms_error_t *err) {
  out->path = path_of(in, kept->file - 1);
  if (out->path == NULL) {
    return oms_error_set(err, OMS_ERR_NOMEM, "out of memory");
  }
  out->file = *OMS_AT(&in->files, uint64_t, kept->file - 1);
  out->synced = (int64_t)kept->size;
  out->made = true;
  out->raw = kept->raw;
  out->begun = oms_store_monotonic();
  out->last_seq = kept->last;
  out->now = kept->now;
  memcpy(out->hash, kept->hash, OMS_HASH_SIZE);
  return OMS_OK;
}

/* Files of which nothing is kept leave the hash that the first of them follows. */
static void hash_before(const oms_market_in_t *in, size_t first, oms_market_out_t *out) {
  unsigned char bytes[OMS_MARKET_HEAD];
  oms_market_head_t head;
  char *path = path_of(in, first);
  int fd = path == NULL ? -1 : open(path, O_RDONLY | O_CLOEXEC);
  if (fd >= 0 && pread(fd, bytes, sizeof bytes, 0) == (ssize_t)sizeof bytes &&
      oms_market_head_read(bytes, sizeof bytes, &head) == OMS_OK) {
    memcpy(out->hash, head.before, OMS_HASH_SIZE);
  }
  if (fd >= 0) {
    (void)close(fd);
  }
  oms_free(path);
}

static int mend(oms_market_in_t *in, const char *db, const oms_db_end_t *end, oms_market_out_t *out,
                uint64_t *last, oms_error_t *err) {
  kept_t kept = {0};
  size_t first = in->next_file;
  int rc = walk(in, end, &kept, err);
  if (rc != OMS_OK) {
    return rc;
  }
  if (kept.last < end->head.market_seq) {
    return oms_error_set(err, OMS_ERR_DATA,
                         "market data of '%.300s' from seq %" PRIu64 " to %" PRIu64
                         " are missing or damaged in '%.300s': restore the folder from a backup",
                         db, kept.last + 1, end->head.market_seq, in->folder);
  }
  if (kept.file == 0) {
    if (first < in->files.n) {
      hash_before(in, first, out);
    }
    return drop(in, first, err);
  }
  rc = take_up(out, in, &kept, err);
  rc = rc == OMS_OK ? cut(out->path, kept.size, err) : rc;
  *last = kept.last > *last ? kept.last : *last;
  return rc == OMS_OK ? drop(in, kept.file, err) : rc;
}

int oms_market_mend(const char *db, const oms_db_end_t *end, oms_market_out_t *out, uint64_t *last,
                    oms_error_t *err) {
  *last = end->last_seq;
  oms_market_in_t in;
  int rc = oms_market_in_init(&in, db, out->id, end->last_seq, true, out->sha, err);
  rc = rc == OMS_OK ? mend(&in, db, end, out, last, err) : rc;
  oms_market_in_free(&in);
  return rc;
}

int oms_store_last(sqlite3 *db, const char *path, unsigned char id[OMS_ID_SIZE], uint64_t *last,
                   oms_error_t *err) {
  oms_sha_t sha;
  unsigned char genesis[OMS_HASH_SIZE];
  oms_market_in_t in = {.size = 0};
  oms_db_end_t end = {.last_seq = 0};
  kept_t kept = {0};
  int rc =
      oms_sha_init(&sha) == OMS_OK ? OMS_OK : oms_error_set(err, OMS_ERR_NOMEM, "out of memory");
  rc = rc == OMS_OK ? oms_db_genesis(db, path, &sha, id, genesis, err) : rc;
  rc = rc == OMS_OK ? oms_db_end(db, path, &sha, &end, err) : rc;
  rc = rc == OMS_OK ? oms_market_in_init(&in, path, id, end.last_seq, true, &sha, err) : rc;
  rc = rc == OMS_OK ? walk(&in, &end, &kept, err) : rc;
  *last = kept.last > end.last_seq ? kept.last : end.last_seq;
  oms_market_in_free(&in);
  oms_sha_free(&sha);
  return rc;
}
