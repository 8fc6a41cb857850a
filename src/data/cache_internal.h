/* cache_internal.h - what a file of the cache looks like, for the files of the cache and their
 * tests. A header of CACHE_ROWS_AT bytes, zeros behind the struct, then the rows as they lie in
 * memory; in the byte order of the machine, which 'order' tells. Its name is the hash of the key
 * and ".rows"; while it is written ".rows." and something follow. Files are replaced whole, never
 * changed in place: who has one mapped keeps what he has. */
#ifndef OMS_DATA_CACHE_INTERNAL_H
#define OMS_DATA_CACHE_INTERNAL_H

#include <sys/types.h>

#include "base/hash.h"
#include "data/cache.h"

/* To be raised when a row type or what the reader makes of a file changes. */
#define CACHE_VERSION 1u
#define CACHE_ORDER   UINT32_C(0x01020304)
#define CACHE_MAGIC   "moonrows"
#define CACHE_ROWS_AT 8192
#define CACHE_PATH    4096
#define CACHE_SYMBOL  256
#define CACHE_NAME    40 /* 32 hex digits, ".rows" */

struct cache_header {
  char magic[8];
  uint32_t version, order;
  uint32_t kind, row_size;
  int64_t size, mtime_s, mtime_ns; /* of the source */
  uint64_t n, first_volume;
  int64_t first_ts, last_ts;
  uint8_t date_only, has_volume, untimed, zero[5];
  char source_hash[40], rows_hash[40]; /* 32 hex digits, then zeros */
  char zone[40], symbol[CACHE_SYMBOL], path[CACHE_PATH];
  char self[40]; /* hash of the header while this is all zeros */
};
_Static_assert(sizeof(struct cache_header) <= CACHE_ROWS_AT, "the header has its place");

/* The header that belongs to the key, without what only the source tells. False: the path or symbol
 * is too long to be kept. */
bool oms_cache_header_make(const oms_cache_key_t *key, struct cache_header *h);
/* What it must be called, with its folder; false: too long. */
bool oms_cache_name(const oms_cache_t *cache, const struct cache_header *h, char *out, size_t n);
void oms_cache_header_seal(struct cache_header *h);

/* Whether the 'n' bytes at 'file' are a whole header of a file of 'n' bytes that belongs to 'want'
 * (of which size and times count, too). */
bool oms_cache_header_fits(const void *file, size_t n, const struct cache_header *want);
/* The same and the rows: what they are goes to '*out'. For a file in memory. */
bool oms_cache_check(const void *file, size_t n, const struct cache_header *want,
                     oms_cache_rows_t *out);
void oms_cache_rows_of(const void *file, oms_cache_rows_t *out);

/* Hash of all bytes of an open file from its start, through 'buffer'. */
bool oms_cache_hash_file(int fd, oms_digest_t *digest, void *buffer, size_t n, char out[33]);
/* Whether a name in the folder is one of ours, whole or half written. */
bool oms_cache_is_ours(const char *name);
/* Removes the files used longest ago until 'most' bytes are left, and half-written ones of long
 * ago. */
void oms_cache_prune(const char *folder, int64_t most);

#endif
