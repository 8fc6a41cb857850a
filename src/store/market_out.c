/* market_out.c - appends blocks of market data to the current file; see store_int.h. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include "store/store_int.h"

#define FILE_RAW_BYTES INT64_C(67108864)
#define FILE_NS        (INT64_C(3600) * OMS_NS_PER_SECOND)
enum { LEVEL = 1 };

int oms_market_out_init(oms_market_out_t *m, const char *db, const unsigned char id[OMS_ID_SIZE],
                        oms_sha_t *sha) {
  *m = (oms_market_out_t){.fd = -1, .limit = FILE_RAW_BYTES, .now = OMS_NO_TIME, .sha = sha};
  memcpy(m->id, id, OMS_ID_SIZE);
  m->folder = oms_path_of(db, "market");
  m->zstd = ZSTD_createCCtx();
  return m->folder != NULL && m->zstd != NULL ? OMS_OK : OMS_ERR_NOMEM;
}

static void end_file(oms_market_out_t *m) {
  if (m->fd >= 0) {
    (void)close(m->fd);
  }
  oms_free(m->path);
  m->fd = -1;
  m->path = NULL;
  m->file = 0;
  m->made = false;
  m->synced = 0;
  m->raw = 0;
}

void oms_market_out_free(oms_market_out_t *m) {
  end_file(m);
  oms_free(m->folder);
  oms_pack_free(&m->behind);
  (void)ZSTD_freeCCtx(m->zstd);
  *m = (oms_market_out_t){.fd = -1};
}

bool oms_market_out_due(const oms_market_out_t *m, int64_t now) {
  return m->file != 0 && (m->raw >= m->limit || now - m->begun >= FILE_NS);
}

void oms_market_out_rotate(oms_market_out_t *m) {
  end_file(m);
}

static int begin_file(oms_market_out_t *m, uint64_t first, int64_t now) {
  m->path = oms_path_at(m->folder, first, ".zst");
  if (m->path == NULL) {
    return OMS_ERR_NOMEM;
  }
  oms_market_head_t head = {.first_seq = first};
  memcpy(head.id, m->id, OMS_ID_SIZE);
  memcpy(head.before, m->hash, OMS_HASH_SIZE);
  unsigned char bytes[OMS_MARKET_HEAD];
  oms_market_head_write(&head, bytes);
  oms_pack_raw(&m->behind, bytes, sizeof bytes);
  m->file = first;
  m->begun = now;
  return OMS_OK;
}

int oms_market_out_add(oms_market_out_t *m, oms_piece_t *p, int64_t now) {
  size_t raw = oms_piece_size(p), bound = ZSTD_compressBound(raw);
  if (raw > OMS_BLOCK_MAX || !oms_pack_room(&m->behind, OMS_MARKET_HEAD + OMS_BLOCK_HEAD + bound) ||
      (m->file == 0 && begin_file(m, p->first, now) != OMS_OK)) {
    m->behind.failed = false;
    return OMS_ERR_NOMEM;
  }
  unsigned char *at = m->behind.data + m->behind.n;
  size_t packed = ZSTD_compressCCtx(m->zstd, at + OMS_BLOCK_HEAD, bound,
                                    p->bytes.data + OMS_BATCH_ROOM, raw, LEVEL);
  if (ZSTD_isError(packed) != 0) {
    return OMS_ERR_NOMEM;
  }
  oms_block_head_t h = {.first = p->first,
                        .last = p->last,
                        .now = p->now,
                        .n = (uint32_t)p->n,
                        .raw = (uint32_t)raw,
                        .packed = (uint32_t)packed};
  oms_block_hash(m->sha, m->hash, &h, at + OMS_BLOCK_HEAD, h.hash);
  oms_block_head_write(&h, at);
  memcpy(m->hash, h.hash, OMS_HASH_SIZE);
  m->behind.n += OMS_BLOCK_HEAD + packed;
  m->raw += (int64_t)raw;
  m->last_seq = p->last;
  m->now = p->now;
  oms_piece_clear(p);
  return OMS_OK;
}

static int failed(oms_market_out_t *m, const char *what, oms_error_t *err) {
  int code = errno;
  if (m->fd >= 0) {
    (void)close(m->fd);
    m->fd = -1;
  }
  m->written = 0;
  return oms_error_set(err, OMS_ERR_IO, "cannot %s market data '%.300s': %s%s", what, m->path,
                       strerror(code), code == ENOSPC ? ": make room on the disk" : "");
}

static int open_file(oms_market_out_t *m, oms_error_t *err) {
  if (mkdir(m->folder, 0700) != 0 && errno != EEXIST) {
    return failed(m, "make the folder of", err);
  }
  m->fd = open(m->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  return m->fd >= 0 ? OMS_OK : failed(m, "open", err);
}

int oms_market_out_write(oms_market_out_t *m, oms_error_t *err) {
  if (m->file != 0 && m->fd < 0) {
    int rc = open_file(m, err);
    if (rc != OMS_OK) {
      return rc;
    }
  }
  while (m->written < m->behind.n) {
    ssize_t n = pwrite(m->fd, m->behind.data + m->written, m->behind.n - m->written,
                       m->synced + (int64_t)m->written);
    if (n < 0 && errno == EINTR) {
      continue;
    }
    if (n <= 0) {
      errno = n == 0 ? ENOSPC : errno;
      return failed(m, "write", err);
    }
    m->written += (size_t)n;
  }
  return OMS_OK;
}

int oms_market_out_sync(oms_market_out_t *m, oms_error_t *err) {
  if (m->behind.n == 0) {
    return OMS_OK;
  }
  int rc = oms_market_out_write(m, err);
  if (rc != OMS_OK) {
    return rc;
  }
  if (fdatasync(m->fd) != 0 ||
      (!m->made && (oms_path_sync(m->path) != OMS_OK || oms_path_sync(m->folder) != OMS_OK))) {
    return failed(m, "sync", err);
  }
  m->made = true;
  m->synced += (int64_t)m->behind.n;
  m->behind.n = 0;
  m->written = 0;
  return OMS_OK;
}
