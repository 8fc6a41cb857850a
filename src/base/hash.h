/* hash.h - 64-bit hash of bytes for tables, 128-bit digest for state_hash and script contents
 * (XXH3). */
#ifndef OMS_BASE_HASH_H
#define OMS_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

uint64_t oms_hash64(const void *data, size_t n, uint64_t seed);

/* Streaming digest over canonical bytes: integers little-endian, texts with a length head. */
typedef struct oms_digest oms_digest_t;
/* NULL when out of memory. The caller frees it. */
oms_digest_t *oms_digest_new(void);
void oms_digest_free(oms_digest_t *d);
void oms_digest_reset(oms_digest_t *d); /* as a new one */
void oms_digest_bytes(oms_digest_t *d, const void *data, size_t n);
void oms_digest_i64(oms_digest_t *d, int64_t v);
void oms_digest_i64s(oms_digest_t *d, const int64_t *v, size_t n); /* as one by one, but faster */
void oms_digest_text(oms_digest_t *d, const char *s);              /* NULL counts as empty */
/* 32 lower-case hex digits and NUL of what has been put in so far; more may follow. */
void oms_digest_hex(const oms_digest_t *d, char out[33]);
/* The same over one block. */
void oms_hash_hex(const void *data, size_t n, char out[33]);

#endif
