/* pack.c - see pack.h. A text is its length + 1 (0: NULL), its bytes, and a NUL, so that a reader
 * needs no copy. */
#include "base/pack.h"

#include "base/alloc.h"

#define FIRST_ROOM 256

void oms_pack_free(oms_pack_t *p) {
  oms_free(p->data);
  *p = (oms_pack_t){NULL, 0, 0, false};
}

bool oms_pack_grow(oms_pack_t *p, size_t more) {
  size_t cap = p->cap < FIRST_ROOM ? FIRST_ROOM : p->cap;
  if (p->failed || more > SIZE_MAX / 4 - p->n) {
    p->failed = true;
    return false;
  }
  while (cap - p->n < more) {
    cap *= 2;
  }
  unsigned char *data = oms_realloc(p->data, cap);
  p->failed = data == NULL;
  if (data != NULL) {
    p->data = data;
    p->cap = cap;
  }
  return data != NULL;
}

void oms_pack_raw(oms_pack_t *p, const void *data, size_t n) {
  if (n > 0 && oms_pack_room(p, n)) {
    memcpy(p->data + p->n, data, n);
    p->n += n;
  }
}

void oms_pack_bytes(oms_pack_t *p, const void *data, size_t n) {
  oms_pack_u64(p, n);
  oms_pack_raw(p, data, n);
}

void oms_pack_text(oms_pack_t *p, const char *text) {
  if (text == NULL) {
    oms_pack_u64(p, 0);
    return;
  }
  size_t n = strlen(text);
  oms_pack_u64(p, (uint64_t)n + 1);
  oms_pack_raw(p, text, n + 1);
}

static void fail(oms_unpack_t *u) {
  u->failed = true;
  u->at = u->end;
}

uint8_t oms_unpack_u8(oms_unpack_t *u) {
  if (u->at == u->end) {
    fail(u);
    return 0;
  }
  return *u->at++;
}

uint64_t oms_unpack_u64(oms_unpack_t *u) {
  uint64_t v = 0;
  for (unsigned shift = 0; shift < 70 && u->at < u->end; shift += 7) {
    uint64_t byte = *u->at++;
    if (shift == 63 && byte > 1) {
      break; /* beyond 64 bits */
    }
    v |= (byte & 127) << shift;
    if (byte == 0 && shift > 0) {
      break; /* longer than it needs to be: a value has one encoding */
    }
    if (byte < 128) {
      return v;
    }
  }
  fail(u);
  return 0;
}

static int64_t unzigzag(uint64_t v) {
  return (int64_t)(v >> 1) ^ -(int64_t)(v & 1);
}

int64_t oms_unpack_i64(oms_unpack_t *u) {
  return unzigzag(oms_unpack_u64(u));
}

int64_t oms_unpack_maybe(oms_unpack_t *u) {
  uint64_t v = oms_unpack_u64(u);
  return v == 0 ? INT64_MIN : unzigzag(v - 1);
}

static uint64_t unpack_at_most(oms_unpack_t *u, uint64_t most) {
  uint64_t v = oms_unpack_u64(u);
  if (v > most) {
    fail(u);
    return 0;
  }
  return v;
}

uint32_t oms_unpack_u32(oms_unpack_t *u) {
  return (uint32_t)unpack_at_most(u, UINT32_MAX);
}

uint16_t oms_unpack_u16(oms_unpack_t *u) {
  return (uint16_t)unpack_at_most(u, UINT16_MAX);
}

bool oms_unpack_bool(oms_unpack_t *u) {
  return unpack_at_most(u, 1) == 1;
}

const unsigned char *oms_unpack_bytes(oms_unpack_t *u, size_t *n) {
  uint64_t length = oms_unpack_u64(u);
  const unsigned char *at = u->at;
  if (u->failed || length > (uint64_t)(u->end - u->at)) {
    fail(u);
    *n = 0;
    return at;
  }
  *n = (size_t)length;
  u->at += length;
  return at;
}

const char *oms_unpack_text(oms_unpack_t *u) {
  uint64_t length = oms_unpack_u64(u);
  if (u->failed || length == 0) {
    return NULL;
  }
  if (length > (uint64_t)(u->end - u->at) || memchr(u->at, 0, length) != u->at + length - 1) {
    fail(u);
    return NULL;
  }
  const char *text = (const char *)u->at;
  u->at += length;
  return text;
}
