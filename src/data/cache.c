/* cache.c - looking a file up in the cache. Nothing is believed before all of it has been checked:
 * the header first, then the source's bytes, then the rows. Both are hashed a window at a time, so
 * that memory stays bounded whatever their size. */
#include "data/cache.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "data/cache_internal.h"

#define WINDOW  ((size_t)1 << 20) /* both are multiples of every page size */
#define RELEASE ((size_t)1 << 18)

/* A packed file tells it by its first bytes (source.c). */
static bool is_packed(int fd) {
  unsigned char head[2] = {0, 0};
  return pread(fd, head, sizeof head, 0) == (ssize_t)sizeof head &&
         ((head[0] == 0x1f && head[1] == 0x8b) || memcmp(head, "PK", 2) == 0);
}

static bool hash_is(int fd, oms_digest_t *digest, void *buffer, const char *hex) {
  char got[33];
  return oms_cache_hash_file(fd, digest, buffer, WINDOW, got) && memcmp(got, hex, 32) == 0;
}

/* The rows of the file are those that its header names. */
static bool rows_are_whole(int fd, size_t n, oms_digest_t *digest, const char *hex) {
  char got[33];
  oms_digest_reset(digest);
  for (size_t at = 0; at < n; at += WINDOW) {
    size_t size = n - at < WINDOW ? n - at : WINDOW, skip = at == 0 ? CACHE_ROWS_AT : 0;
    unsigned char *map = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, (off_t)at);
    if (map == MAP_FAILED) {
      return false;
    }
    oms_digest_bytes(digest, map + skip, size - skip);
    (void)munmap(map, size);
  }
  oms_digest_hex(digest, got);
  return memcmp(got, hex, 32) == 0;
}

/* 'fd' is the file of the cache, 'source' the open source. */
static bool believe(int fd, int source, const struct cache_header *want, size_t n) {
  struct cache_header h;
  unsigned char *buffer = oms_alloc(WINDOW);
  oms_digest_t *digest = oms_digest_new();
  bool good = buffer != NULL && digest != NULL && n >= CACHE_ROWS_AT &&
              pread(fd, buffer, CACHE_ROWS_AT, 0) == CACHE_ROWS_AT &&
              oms_cache_header_fits(buffer, n, want);
  if (good) {
    memcpy(&h, buffer, sizeof h);
    good = hash_is(source, digest, buffer, h.source_hash) &&
           rows_are_whole(fd, n, digest, h.rows_hash);
  }
  oms_digest_free(digest);
  oms_free(buffer);
  return good;
}

static bool map_rows(int fd, int source, const struct cache_header *want, oms_cached_t *out) {
  struct stat st;
  if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) ||
      !believe(fd, source, want, (size_t)st.st_size)) {
    return false;
  }
  unsigned char *map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
  if (map == MAP_FAILED) {
    return false;
  }
  *out = (oms_cached_t){.map = map, .map_n = (size_t)st.st_size};
  oms_cache_rows_of(map, &out->rows);
  (void)futimens(fd, NULL); /* used now: others go first */
  return true;
}

bool oms_cache_open(const oms_cache_t *cache, const oms_cache_key_t *key, oms_cached_t *out,
                    bool *wanted) {
  struct cache_header want;
  struct stat st;
  char name[CACHE_PATH + CACHE_NAME];
  bool found = false;
  memset(out, 0, sizeof *out);
  *wanted = false;
  if (cache == NULL || cache->folder == NULL) {
    return false;
  }
  if (stat(key->path, &st) != 0 || !S_ISREG(st.st_mode)) {
    return false; /* a pipe must not be opened twice */
  }
  int source = open(key->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (source >= 0 && fstat(source, &st) == 0 && S_ISREG(st.st_mode) &&
      st.st_size >= (is_packed(source) ? OMS_CACHE_PACKED_LEAST : OMS_CACHE_PLAIN_LEAST) &&
      oms_cache_header_make(key, &want) && oms_cache_name(cache, &want, name, sizeof name)) {
    want.size = (int64_t)st.st_size;
    want.mtime_s = (int64_t)st.st_mtim.tv_sec;
    want.mtime_ns = (int64_t)st.st_mtim.tv_nsec;
    *wanted = true;
    int fd = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    found = fd >= 0 && map_rows(fd, source, &want, out);
    if (fd >= 0) {
      (void)close(fd);
    }
  }
  if (source >= 0) {
    (void)close(source);
  }
  return found;
}

void oms_cached_release(oms_cached_t *c, uint64_t row) {
  size_t size = (c->map_n - CACHE_ROWS_AT) / (size_t)c->rows.n;
  size_t upto = (CACHE_ROWS_AT + (size_t)row * size) / RELEASE * RELEASE;
  if (upto > c->released) {
    (void)munmap(c->map + c->released, upto - c->released);
    c->released = upto;
  }
}

void oms_cached_close(oms_cached_t *c) {
  if (c->map != NULL && c->map_n > c->released) {
    (void)munmap(c->map + c->released, c->map_n - c->released);
  }
  memset(c, 0, sizeof *c);
}
