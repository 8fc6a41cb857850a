/* pack.h - canonical bytes of records: variable-length integers, texts, blocks. Writing never
 * fails: what does not fit raises a flag that is asked once at the end; reading likewise, and what
 * is read after a failure is zero. */
#ifndef OMS_BASE_PACK_H
#define OMS_BASE_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Writes into a growing block of the heap. Zero-initialised is empty; free with oms_pack_free. */
typedef struct oms_pack {
  unsigned char *data;
  size_t n, cap;
  bool failed; /* out of memory: the bytes are not whole */
} oms_pack_t;
void oms_pack_free(oms_pack_t *p);
bool oms_pack_grow(oms_pack_t *p, size_t more);
static inline bool oms_pack_room(oms_pack_t *p, size_t more) {
  return __builtin_expect(p->cap - p->n >= more, 1) || oms_pack_grow(p, more);
}
static inline void oms_pack_u8(oms_pack_t *p, uint8_t v) {
  if (oms_pack_room(p, 1)) {
    p->data[p->n++] = v;
  }
}
/* 1 to 10 bytes, seven bits each, the low ones first. */
static inline void oms_pack_u64(oms_pack_t *p, uint64_t v) {
  if (!oms_pack_room(p, 10)) {
    return;
  }
  while (v >= 128) {
    p->data[p->n++] = (unsigned char)(v | 128);
    v >>= 7;
  }
  p->data[p->n++] = (unsigned char)v;
}
/* Signed: small magnitudes are short. INT64_MIN (OMS_NO_PRICE, OMS_NO_TIME) takes ten bytes by
 * that; use oms_pack_maybe where it is usual. */
static inline void oms_pack_i64(oms_pack_t *p, int64_t v) {
  oms_pack_u64(p, ((uint64_t)v << 1) ^ (uint64_t)(v >> 63));
}
/* A signed value whose absence, INT64_MIN, takes one byte. */
static inline void oms_pack_maybe(oms_pack_t *p, int64_t v) {
  uint64_t zigzag = ((uint64_t)v << 1) ^ (uint64_t)(v >> 63);
  oms_pack_u64(p, v == INT64_MIN ? 0 : zigzag + 1);
}
void oms_pack_bytes(oms_pack_t *p, const void *data, size_t n); /* with a length head */
void oms_pack_raw(oms_pack_t *p, const void *data, size_t n);   /* without */
/* NULL and "" are kept apart. */
void oms_pack_text(oms_pack_t *p, const char *text);

/* Numbers of a fixed size, at most 8 bytes, the low one first; where the bytes end is for the
 * caller to know. */
static inline void oms_put_low_first(unsigned char *to, uint64_t v, int bytes) {
  for (int i = 0; i < bytes; i++) {
    to[i] = (unsigned char)(v >> (8 * i));
  }
}
static inline uint64_t oms_get_low_first(const unsigned char *from, int bytes) {
  uint64_t v = 0;
  for (int i = 0; i < bytes; i++) {
    v |= (uint64_t)from[i] << (8 * i);
  }
  return v;
}

/* Reads from borrowed bytes. */
typedef struct oms_unpack {
  const unsigned char *at, *end;
  bool failed; /* the bytes end early, or are no such value */
} oms_unpack_t;
static inline oms_unpack_t oms_unpack_of(const void *data, size_t n) {
  oms_unpack_t u = {data, n == 0 ? data : (const unsigned char *)data + n, false};
  return u;
}
uint8_t oms_unpack_u8(oms_unpack_t *u);
uint64_t oms_unpack_u64(oms_unpack_t *u);
int64_t oms_unpack_i64(oms_unpack_t *u);
int64_t oms_unpack_maybe(oms_unpack_t *u);
/* Narrower values: one that does not fit is a failure, and of a truth all but 0 and 1. */
uint32_t oms_unpack_u32(oms_unpack_t *u);
uint16_t oms_unpack_u16(oms_unpack_t *u);
bool oms_unpack_bool(oms_unpack_t *u);
/* The block's place in the borrowed bytes. */
const unsigned char *oms_unpack_bytes(oms_unpack_t *u, size_t *n);
/* The text's place there, with its NUL; NULL for a NULL. A block that holds a NUL of its own or has
 * none at its end is a failure. */
const char *oms_unpack_text(oms_unpack_t *u);
/* All has been read, and nothing failed. */
static inline bool oms_unpack_done(const oms_unpack_t *u) {
  return !u->failed && u->at == u->end;
}

#endif
