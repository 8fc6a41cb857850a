/* cache_file.c - the header of a file of the cache: made, sealed, checked. Touches no folder. */
#define _XOPEN_SOURCE 700 /* realpath */
#include "data/cache_internal.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/hash.h"

bool oms_cache_header_make(const oms_cache_key_t *key, struct cache_header *h) {
  char path[PATH_MAX];
  memset(h, 0, sizeof *h);
  memcpy(h->magic, CACHE_MAGIC, sizeof h->magic);
  h->version = CACHE_VERSION;
  h->order = CACHE_ORDER;
  h->kind = (uint32_t)key->kind;
  h->row_size = (uint32_t)oms_csv_kind_row_size(key->kind);
  oms_zone_name(key->zone, h->zone);
  const char *symbol = key->kind == OMS_CSV_ACTIONS && key->symbol != NULL ? key->symbol : "";
  if (realpath(key->path, path) == NULL || strlen(path) >= sizeof h->path ||
      strlen(symbol) >= sizeof h->symbol) {
    return false;
  }
  memcpy(h->path, path, strlen(path));
  memcpy(h->symbol, symbol, strlen(symbol));
  return true;
}

bool oms_cache_name(const oms_cache_t *cache, const struct cache_header *h, char *out, size_t n) {
  struct cache_header key;
  char hex[33];
  memset(&key, 0, sizeof key);
  memcpy(key.magic, h->magic, sizeof key.magic);
  key.version = h->version;
  key.order = h->order;
  key.kind = h->kind;
  memcpy(key.zone, h->zone, sizeof key.zone);
  memcpy(key.symbol, h->symbol, sizeof key.symbol);
  memcpy(key.path, h->path, sizeof key.path);
  oms_hash_hex(&key, sizeof key, hex);
  int length = snprintf(out, n, "%s/%s.rows", cache->folder, hex);
  return length > 0 && (size_t)length < n;
}

static void hash_header(const struct cache_header *h, char out[33]) {
  struct cache_header copy;
  memcpy(&copy, h, sizeof copy);
  memset(copy.self, 0, sizeof copy.self);
  oms_hash_hex(&copy, sizeof copy, out);
}

void oms_cache_header_seal(struct cache_header *h) {
  char hex[33];
  hash_header(h, hex);
  memset(h->self, 0, sizeof h->self);
  memcpy(h->self, hex, 32);
}

bool oms_cache_header_fits(const void *file, size_t n, const struct cache_header *want) {
  struct cache_header h;
  char hex[33];
  if (n < CACHE_ROWS_AT) {
    return false;
  }
  memcpy(&h, file, sizeof h);
  if (memcmp(h.magic, want->magic, sizeof h.magic) != 0 || h.version != want->version ||
      h.order != want->order || h.kind != want->kind || h.row_size != want->row_size) {
    return false;
  }
  hash_header(&h, hex);
  bool whole = memcmp(h.self, hex, 32) == 0 && h.n > 0 && h.first_volume <= h.n &&
               h.n <= (uint64_t)(n - CACHE_ROWS_AT) / h.row_size &&
               h.n * h.row_size == n - CACHE_ROWS_AT;
  return whole && h.size == want->size && h.mtime_s == want->mtime_s &&
         h.mtime_ns == want->mtime_ns && memcmp(h.zone, want->zone, sizeof h.zone) == 0 &&
         memcmp(h.symbol, want->symbol, sizeof h.symbol) == 0 &&
         memcmp(h.path, want->path, sizeof h.path) == 0;
}

void oms_cache_rows_of(const void *file, oms_cache_rows_t *out) {
  struct cache_header h;
  memcpy(&h, file, sizeof h);
  *out = (oms_cache_rows_t){.rows = (const unsigned char *)file + CACHE_ROWS_AT,
                            .n = h.n,
                            .first_volume = h.first_volume,
                            .first_ts = h.first_ts,
                            .last_ts = h.last_ts,
                            .date_only = h.date_only != 0,
                            .has_volume = h.has_volume != 0,
                            .untimed = h.untimed != 0};
}

bool oms_cache_check(const void *file, size_t n, const struct cache_header *want,
                     oms_cache_rows_t *out) {
  struct cache_header h;
  char hex[33];
  if (!oms_cache_header_fits(file, n, want)) {
    return false;
  }
  memcpy(&h, file, sizeof h);
  oms_hash_hex((const unsigned char *)file + CACHE_ROWS_AT, n - CACHE_ROWS_AT, hex);
  if (memcmp(h.rows_hash, hex, 32) != 0) {
    return false;
  }
  oms_cache_rows_of(file, out);
  return true;
}

bool oms_cache_hash_file(int fd, oms_digest_t *digest, void *buffer, size_t n, char out[33]) {
  off_t at = 0;
  oms_digest_reset(digest);
  for (;;) {
    ssize_t got = pread(fd, buffer, n, at);
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got <= 0) {
      oms_digest_hex(digest, out);
      return got == 0;
    }
    oms_digest_bytes(digest, buffer, (size_t)got);
    at += got;
  }
}
