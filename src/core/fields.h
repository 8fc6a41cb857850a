/* fields.h - rows of C as bytes, by a table of their fields: which of them are there as a mask of
 * bits, then those. For codec.c and image.c. Equal rows give equal bytes, and no other bytes give
 * that row: a field that is said to be there and holds what absence means is refused. */
#ifndef OMS_CORE_FIELDS_H
#define OMS_CORE_FIELDS_H

#include "base/pack.h"

#define FIELDS_MAX 64

/* What lies in the row, and what counts as absent there. */
typedef enum field_kind {
  FIELD_BOOL,   /* false */
  FIELD_U8,     /* 0; below 'limit', 0: any */
  FIELD_TIF,    /* UINT8_MAX; below 'limit' */
  FIELD_KIND,   /* an int, 0; below 'limit' */
  FIELD_U16,    /* 0 */
  FIELD_CODE,   /* uint16_t, 0; one of codes.def, or a rule's own with its word */
  FIELD_U32,    /* 0 */
  FIELD_INDEX,  /* uint32_t, OMS_NONE */
  FIELD_U64,    /* 0 */
  FIELD_NUMBER, /* int64_t, 0 */
  FIELD_MAYBE,  /* int64_t, INT64_MIN: prices, quantities, times */
  FIELD_TEXT    /* NULL; borrowed from the bytes */
} field_kind_t;

typedef struct field {
  uint16_t offset;
  uint8_t kind, limit;
} field_t;
#define FIELD(type, member, kind, limit)                                                           \
  { offsetof(type, member), FIELD_##kind, limit }

typedef struct field_table {
  const field_t *fields; /* the ones that are mostly there first */
  size_t n;              /* at most FIELDS_MAX */
} field_table_t;
#define FIELD_TABLE(array)                                                                         \
  { array, sizeof(array) / sizeof((array)[0]) }

void fields_pack(oms_pack_t *p, const void *row, const field_table_t *t);
/* Sets all fields of the table in the row. False: these bytes are no such row. */
bool fields_unpack(oms_unpack_t *u, void *row, const field_table_t *t);
/* The same in two steps, for many rows: all absent, then those that are there. */
void fields_clear(void *row, const field_table_t *t);
bool fields_unpack_cleared(oms_unpack_t *u, void *row, const field_table_t *t);

#endif
