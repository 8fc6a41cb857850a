/* hash.c - XXH3 behind our own names. The digest state wants 64-byte alignment, which malloc does
 * not promise, so it is placed by hand inside a larger block. Digests are the same on every
 * machine. */
#include "base/hash.h"

#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/alloc.h"

#define STATE_ALIGN 64u

struct oms_digest {
  XXH3_state_t state;
  void *block; /* what oms_free takes */
};

uint64_t oms_hash64(const void *data, size_t n, uint64_t seed) {
  return XXH3_64bits_withSeed(data, n, seed);
}

oms_digest_t *oms_digest_new(void) {
  unsigned char *block = oms_alloc(sizeof(oms_digest_t) + STATE_ALIGN);
  if (block == NULL) {
    return NULL;
  }
  size_t skew = (size_t)((uintptr_t)block % STATE_ALIGN);
  oms_digest_t *d = (oms_digest_t *)(void *)(block + (STATE_ALIGN - skew) % STATE_ALIGN);
  d->block = block;
  (void)XXH3_128bits_reset(&d->state);
  return d;
}

void oms_digest_free(oms_digest_t *d) {
  if (d != NULL) {
    oms_free(d->block);
  }
}

void oms_digest_reset(oms_digest_t *d) {
  (void)XXH3_128bits_reset(&d->state);
}

void oms_digest_bytes(oms_digest_t *d, const void *data, size_t n) {
  if (n > 0) {
    (void)XXH3_128bits_update(&d->state, data, n);
  }
}

static inline void put_i64(unsigned char *bytes, int64_t v) {
  uint64_t u = (uint64_t)v;
  for (int i = 0; i < 8; i++) {
    bytes[i] = (unsigned char)(u >> (8 * i));
  }
}

void oms_digest_i64(oms_digest_t *d, int64_t v) {
  unsigned char bytes[8];
  put_i64(bytes, v);
  oms_digest_bytes(d, bytes, sizeof bytes);
}

void oms_digest_i64s(oms_digest_t *d, const int64_t *v, size_t n) {
  unsigned char bytes[8 * 64];
  while (n > 0) {
    size_t part = n < 64 ? n : 64;
    for (size_t i = 0; i < part; i++) {
      put_i64(bytes + 8 * i, v[i]);
    }
    oms_digest_bytes(d, bytes, 8 * part);
    v += part;
    n -= part;
  }
}

void oms_digest_text(oms_digest_t *d, const char *s) {
  size_t n = s == NULL ? 0 : strlen(s);
  oms_digest_i64(d, (int64_t)n);
  oms_digest_bytes(d, s, n);
}

static void print_hex(XXH128_hash_t hash, char out[33]) {
  static const char digit[] = "0123456789abcdef";
  XXH128_canonical_t bytes;
  XXH128_canonicalFromHash(&bytes, hash);
  for (size_t i = 0; i < 16; i++) {
    out[2 * i] = digit[bytes.digest[i] >> 4];
    out[2 * i + 1] = digit[bytes.digest[i] & 15];
  }
  out[32] = '\0';
}

void oms_digest_hex(const oms_digest_t *d, char out[33]) {
  print_hex(XXH3_128bits_digest(&d->state), out);
}

void oms_hash_hex(const void *data, size_t n, char out[33]) {
  print_hex(XXH3_128bits(data, n), out);
}
