/* fields.c - see fields.h. Invariant: what fields_unpack takes, fields_pack writes again byte for
 * byte. */
#include "core/fields.h"

#include "core/enums.h"
#include "core/order.h"

static bool is_there(const void *at, const field_t *f) {
  switch ((field_kind_t)f->kind) {
  case FIELD_BOOL:
    return *(const bool *)at;
  case FIELD_U8:
    return *(const uint8_t *)at != 0;
  case FIELD_TIF:
    return *(const uint8_t *)at != UINT8_MAX;
  case FIELD_KIND:
    return *(const int *)at != 0;
  case FIELD_U16:
  case FIELD_CODE:
    return *(const uint16_t *)at != 0;
  case FIELD_U32:
    return *(const uint32_t *)at != 0;
  case FIELD_INDEX:
    return *(const uint32_t *)at != OMS_NONE;
  case FIELD_U64:
    return *(const uint64_t *)at != 0;
  case FIELD_NUMBER:
    return *(const int64_t *)at != 0;
  case FIELD_MAYBE:
    return *(const int64_t *)at != INT64_MIN;
  case FIELD_TEXT:
    return *(const char *const *)at != NULL;
  }
  return false;
}

/* A rule's own code brings its word along: the number alone means something in one process only. */
static void pack_code(oms_pack_t *p, uint16_t code) {
  oms_pack_u64(p, code);
  if (code >= OMS_CODE_OWN) {
    oms_pack_text(p, oms_code_own_word(code));
  }
}

static void pack_field(oms_pack_t *p, const void *at, const field_t *f) {
  switch ((field_kind_t)f->kind) {
  case FIELD_BOOL:
    return; /* its bit says all */
  case FIELD_U8:
  case FIELD_TIF:
    oms_pack_u8(p, *(const uint8_t *)at);
    return;
  case FIELD_KIND:
    oms_pack_u64(p, (uint64_t) * (const int *)at);
    return;
  case FIELD_U16:
    oms_pack_u64(p, *(const uint16_t *)at);
    return;
  case FIELD_CODE:
    pack_code(p, *(const uint16_t *)at);
    return;
  case FIELD_U32:
  case FIELD_INDEX:
    oms_pack_u64(p, *(const uint32_t *)at);
    return;
  case FIELD_U64:
    oms_pack_u64(p, *(const uint64_t *)at);
    return;
  case FIELD_NUMBER:
  case FIELD_MAYBE:
    oms_pack_i64(p, *(const int64_t *)at);
    return;
  case FIELD_TEXT:
    oms_pack_text(p, *(const char *const *)at);
    return;
  }
}

void fields_pack(oms_pack_t *p, const void *row, const field_table_t *t) {
  const unsigned char *base = row;
  uint64_t mask = 0;
  for (size_t i = 0; i < t->n; i++) {
    mask |= (uint64_t)is_there(base + t->fields[i].offset, &t->fields[i]) << i;
  }
  oms_pack_u64(p, mask);
  for (; mask != 0; mask &= mask - 1) {
    const field_t *f = &t->fields[__builtin_ctzll(mask)];
    pack_field(p, base + f->offset, f);
  }
}

static void set_absent(void *at, const field_t *f) {
  switch ((field_kind_t)f->kind) {
  case FIELD_BOOL:
    *(bool *)at = false;
    return;
  case FIELD_U8:
    *(uint8_t *)at = 0;
    return;
  case FIELD_TIF:
    *(uint8_t *)at = UINT8_MAX;
    return;
  case FIELD_KIND:
    *(int *)at = 0;
    return;
  case FIELD_U16:
  case FIELD_CODE:
    *(uint16_t *)at = 0;
    return;
  case FIELD_U32:
    *(uint32_t *)at = 0;
    return;
  case FIELD_INDEX:
    *(uint32_t *)at = OMS_NONE;
    return;
  case FIELD_U64:
    *(uint64_t *)at = 0;
    return;
  case FIELD_NUMBER:
    *(int64_t *)at = 0;
    return;
  case FIELD_MAYBE:
    *(int64_t *)at = INT64_MIN;
    return;
  case FIELD_TEXT:
    *(const char **)at = NULL;
    return;
  }
}

/* As oms_unpack_u64, without looking for the end where it is far. */
static inline uint64_t read_u64(oms_unpack_t *u) {
  const unsigned char *at = u->at;
  if (u->end - at < 10) {
    return oms_unpack_u64(u);
  }
  uint64_t v = at[0] & 127u;
  if (at[0] < 128) {
    u->at = at + 1;
    return v;
  }
  for (unsigned i = 1; i < 9; i++) {
    v |= (uint64_t)(at[i] & 127u) << (7 * i);
    if (at[i] < 128) {
      u->failed |= at[i] == 0;
      u->at = at + i + 1;
      return v;
    }
  }
  return oms_unpack_u64(u); /* of ten bytes, or none */
}

static inline int64_t read_i64(oms_unpack_t *u) {
  uint64_t v = read_u64(u);
  return (int64_t)(v >> 1) ^ -(int64_t)(v & 1);
}

static uint64_t unpack_below(oms_unpack_t *u, uint64_t limit) {
  uint64_t v = read_u64(u);
  u->failed |= v >= limit;
  return v;
}

static uint8_t unpack_u8(oms_unpack_t *u, const field_t *f) {
  uint8_t v = oms_unpack_u8(u);
  u->failed |= f->limit != 0 && v >= f->limit;
  return v;
}

static uint16_t unpack_code(oms_unpack_t *u) {
  uint16_t code = (uint16_t)unpack_below(u, UINT16_MAX + UINT64_C(1));
  if (code < OMS_CODE_OWN) {
    u->failed |= oms_code_text(code)[0] == '?';
    return code;
  }
  const char *word = oms_unpack_text(u);
  u->failed |= word == NULL || !oms_code_own_again(code, word, strlen(word));
  return code;
}

static void unpack_field(oms_unpack_t *u, void *at, const field_t *f) {
  switch ((field_kind_t)f->kind) {
  case FIELD_BOOL:
    *(bool *)at = true;
    return;
  case FIELD_U8:
  case FIELD_TIF:
    *(uint8_t *)at = unpack_u8(u, f);
    return;
  case FIELD_KIND:
    *(int *)at = (int)unpack_below(u, f->limit);
    return;
  case FIELD_U16:
    *(uint16_t *)at = (uint16_t)unpack_below(u, UINT16_MAX + UINT64_C(1));
    return;
  case FIELD_CODE:
    *(uint16_t *)at = unpack_code(u);
    return;
  case FIELD_U32:
  case FIELD_INDEX:
    *(uint32_t *)at = (uint32_t)unpack_below(u, UINT32_MAX + UINT64_C(1));
    return;
  case FIELD_U64:
    *(uint64_t *)at = read_u64(u);
    return;
  case FIELD_NUMBER:
  case FIELD_MAYBE:
    *(int64_t *)at = read_i64(u);
    return;
  case FIELD_TEXT:
    *(const char **)at = oms_unpack_text(u);
    return;
  }
}

void fields_clear(void *row, const field_table_t *t) {
  for (size_t i = 0; i < t->n; i++) {
    set_absent((unsigned char *)row + t->fields[i].offset, &t->fields[i]);
  }
}

bool fields_unpack_cleared(oms_unpack_t *u, void *row, const field_table_t *t) {
  unsigned char *base = row;
  uint64_t mask = read_u64(u);
  u->failed |= t->n < FIELDS_MAX && mask >> t->n != 0;
  for (; mask != 0 && !u->failed; mask &= mask - 1) {
    const field_t *f = &t->fields[__builtin_ctzll(mask)];
    unpack_field(u, base + f->offset, f);
    u->failed |= !is_there(base + f->offset, f);
  }
  return !u->failed;
}

bool fields_unpack(oms_unpack_t *u, void *row, const field_table_t *t) {
  fields_clear(row, t);
  return fields_unpack_cleared(u, row, t);
}
