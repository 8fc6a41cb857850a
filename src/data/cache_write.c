/* cache_write.c - a file of the cache is written beside its place and takes it when it is whole.
 * Whether the source was one and the same from its first byte to the hash of all of them is told by
 * its inode, size and times, the time of the last change of its state among them, which nobody sets
 * back. Between oms_cache_writer_new and oms_cache_writer_free nothing is allocated. */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "data/cache_internal.h"

#define BUFFER ((size_t)64 << 10)

struct oms_cache_writer {
  oms_cache_t cache;
  struct cache_header header;
  struct stat before; /* of the source */
  oms_digest_t *rows;
  const char *source;
  int fd;     /* -1: nothing is open */
  bool wrote; /* some file has taken its place */
  int64_t at;
  char name[CACHE_PATH + CACHE_NAME], part[CACHE_PATH + CACHE_NAME + 40];
  char note[256];
  unsigned char buffer[BUFFER];
};

oms_cache_writer_t *oms_cache_writer_new(void) {
  oms_cache_writer_t *w = oms_alloc(sizeof *w);
  oms_digest_t *rows = oms_digest_new();
  if (w == NULL || rows == NULL) {
    oms_free(w);
    oms_digest_free(rows);
    return NULL;
  }
  w->rows = rows;
  w->fd = -1;
  w->wrote = false;
  w->note[0] = '\0';
  return w;
}

void oms_cache_writer_drop(oms_cache_writer_t *w) {
  if (w->fd >= 0) {
    (void)close(w->fd);
    (void)unlink(w->part);
  }
  w->fd = -1;
}

void oms_cache_writer_free(oms_cache_writer_t *w) {
  if (w != NULL) {
    oms_cache_writer_drop(w);
    if (w->wrote) {
      oms_cache_prune(w->cache.folder, w->cache.most > 0 ? w->cache.most : OMS_CACHE_MOST);
    }
    oms_digest_free(w->rows);
    oms_free(w);
  }
}

bool oms_cache_writer_open(const oms_cache_writer_t *w) {
  return w->fd >= 0;
}

const char *oms_cache_writer_note(const oms_cache_writer_t *w) {
  return w->note;
}

static void fail(oms_cache_writer_t *w, const char *what, int number) {
  char text[80] = "";
  if (number != 0 && strerror_r(number, text, sizeof text) != 0) {
    text[0] = '\0';
  }
  (void)snprintf(w->note, sizeof w->note, "the cache of %.100s was not written: %s%s%s", w->source,
                 what, text[0] != '\0' ? ": " : "", text);
  oms_cache_writer_drop(w);
}

/* The folder with those above it. */
static void make_folder(const char *folder) {
  char path[CACHE_PATH];
  if (mkdir(folder, 0700) == 0 || errno != ENOENT ||
      snprintf(path, sizeof path, "%s", folder) >= (int)sizeof path) {
    return;
  }
  for (char *p = path + 1; *p != '\0'; p++) {
    if (*p == '/') {
      *p = '\0';
      (void)mkdir(path, 0700);
      *p = '/';
    }
  }
  (void)mkdir(folder, 0700);
}

void oms_cache_writer_begin(oms_cache_writer_t *w, const oms_cache_t *cache,
                            const oms_cache_key_t *key) {
  static _Atomic unsigned serial; /* two writers of one process have two names */
  oms_cache_writer_drop(w);
  w->cache = *cache;
  w->source = key->path;
  if (stat(key->path, &w->before) != 0 || !oms_cache_header_make(key, &w->header) ||
      !oms_cache_name(cache, &w->header, w->name, sizeof w->name)) {
    return;
  }
  (void)snprintf(w->part, sizeof w->part, "%s.%ld.%u", w->name, (long)getpid(),
                 atomic_fetch_add(&serial, 1));
  w->fd = open(w->part, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (w->fd < 0 && errno == ENOENT) {
    make_folder(cache->folder);
    w->fd = open(w->part, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  }
  if (w->fd < 0) {
    fail(w, cache->folder, errno);
    return;
  }
  w->at = CACHE_ROWS_AT;
  w->header.n = w->header.first_volume = 0;
  oms_digest_reset(w->rows);
}

static bool put(oms_cache_writer_t *w, const void *data, size_t n, int64_t at) {
  const unsigned char *p = data;
  while (n > 0) {
    ssize_t wrote = pwrite(w->fd, p, n, (off_t)at);
    if (wrote < 0 && errno == EINTR) {
      continue;
    }
    if (wrote <= 0) {
      fail(w, w->cache.folder, wrote < 0 ? errno : ENOSPC);
      return false;
    }
    p += wrote;
    at += wrote;
    n -= (size_t)wrote;
  }
  return true;
}

/* Where a row has its volume or size: a double or an integer, 0 of which is all bits zero. */
static size_t volume_at(const struct cache_header *h) {
  size_t width = h->row_size / sizeof(int64_t);
  return (h->kind == OMS_CSV_BARS ? 5 : width > 2 ? 2 : 1) * sizeof(int64_t);
}

static void note_rows(struct cache_header *h, const unsigned char *rows, size_t n) {
  static const unsigned char zero[sizeof(int64_t)];
  if (h->n == 0) {
    memcpy(&h->first_ts, rows, sizeof h->first_ts);
  }
  memcpy(&h->last_ts, rows + (n - 1) * h->row_size, sizeof h->last_ts);
  for (size_t i = 0; i < n && h->first_volume == h->n + i; i++) {
    bool none = memcmp(rows + i * h->row_size + volume_at(h), zero, sizeof zero) == 0;
    h->first_volume += none ? 1 : 0;
  }
  h->n += n;
}

void oms_cache_writer_rows(oms_cache_writer_t *w, const void *rows, size_t n) {
  size_t size = n * w->header.row_size;
  if (w->fd < 0 || n == 0 || !put(w, rows, size, w->at)) {
    return;
  }
  w->at += (int64_t)size;
  oms_digest_bytes(w->rows, rows, size);
  note_rows(&w->header, rows, n);
}

static bool same_file(const struct stat *a, const struct stat *b) {
  return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
         a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec &&
         a->st_ctim.tv_sec == b->st_ctim.tv_sec && a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

/* Hash of the source, if it is still what it was when its reading began. */
static bool hash_source(oms_cache_writer_t *w, char hex[33]) {
  struct stat after;
  int fd = open(w->source, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  bool good = fd >= 0 && oms_cache_hash_file(fd, w->rows, w->buffer, sizeof w->buffer, hex) &&
              fstat(fd, &after) == 0 && same_file(&w->before, &after);
  if (fd >= 0) {
    (void)close(fd);
  }
  return good;
}

void oms_cache_writer_finish(oms_cache_writer_t *w, const oms_cache_rows_t *facts) {
  struct cache_header *h = &w->header;
  char rows_hex[33], source_hex[33];
  if (w->fd < 0 || h->n == 0) {
    oms_cache_writer_drop(w);
    return;
  }
  oms_digest_hex(w->rows, rows_hex);
  if (!hash_source(w, source_hex)) {
    fail(w, "it changed while it was read", 0);
    return;
  }
  h->size = (int64_t)w->before.st_size;
  h->mtime_s = (int64_t)w->before.st_mtim.tv_sec;
  h->mtime_ns = (int64_t)w->before.st_mtim.tv_nsec;
  h->date_only = facts->date_only;
  h->has_volume = facts->has_volume;
  h->untimed = facts->untimed;
  memcpy(h->rows_hash, rows_hex, 32);
  memcpy(h->source_hash, source_hex, 32);
  oms_cache_header_seal(h);
  if (!put(w, h, sizeof *h, 0)) {
    return;
  }
  if (close(w->fd) != 0 || rename(w->part, w->name) != 0) {
    w->fd = -1;
    (void)unlink(w->part);
    fail(w, w->cache.folder, errno);
    return;
  }
  w->fd = -1;
  w->wrote = true;
}
