/* csv_internal.h - what csv.c (buffers and the fast path) and csv_line.c (header, slow path,
 * messages) share; no other file includes it. */
#ifndef OMS_DATA_CSV_INTERNAL_H
#define OMS_DATA_CSV_INTERNAL_H

#include "data/csv.h"
#include "data/source.h"

#define CSV_COLUMNS_MAX 512
#define CSV_BUFFER      ((size_t)256 << 10)
#define CSV_PAD         32 /* digits.h looks past the end of the text */

enum csv_role {
  ROLE_SKIP,
  ROLE_TIME,
  ROLE_PRICE,
  ROLE_VOLUME,
  ROLE_SIZE, /* a price or size that may be empty, which is 0 */
  ROLE_OP,
  ROLE_ID,
  ROLE_SIDE,
  ROLE_KIND,
  ROLE_SYMBOL
};

struct csv_field {
  char *text;
  size_t n;
};

/* The names a kind knows: cell i of a row comes from column i of the list. */
struct csv_column {
  const char *name, *other; /* another name, or NULL */
  enum csv_role role;
  bool required;
};
struct csv_shape {
  const char *what; /* "bars" */
  const char *header;
  struct csv_column columns[6];
  size_t n;
};
extern const struct csv_shape oms_csv_shapes[OMS_CSV_KINDS];

/* The date seen last: most rows repeat it. */
struct csv_date {
  uint64_t head; /* its ten bytes */
  uint16_t tail;
  bool valid, even;    /* even: one offset holds all day */
  int64_t utc;         /* its 00:00 as if UTC */
  oms_time_t midnight; /* its 00:00 in the zone */
};

struct oms_csv {
  const struct csv_shape *shape;
  oms_csv_kind_t kind;
  oms_zone_t zone;
  oms_source_t *source;
  const char *name;
  bool at_end;   /* the source has no more bytes */
  bool any_row;  /* of the open file */
  int source_rc; /* held back until the complete lines before it are parsed */
  oms_error_t source_error;
  uint64_t line;    /* number of the line at 'at'; the header is 1 */
  uint64_t blank;   /* number of the first blank line when only blank lines followed, else 0 */
  char *at, *limit; /* complete lines still to parse: [at, limit) */
  char *end;        /* of the bytes in the buffer */
  oms_time_t last_ts, next_ts; /* next_ts: of a row without a time */
  const char *symbol;
  bool date_only, any_volume;
  struct csv_date date;
  size_t column_n;
  uint8_t role[CSV_COLUMNS_MAX]; /* of each column of the file */
  uint8_t cell[CSV_COLUMNS_MAX]; /* where its value goes in the row */
  bool present[6];
  struct csv_field fields[CSV_COLUMNS_MAX];
  char buffer[CSV_BUFFER + CSV_PAD];
};

/* The line [line, line + n) without its end to column roles. */
int oms_csv_header_read(oms_csv_t *csv, char *line, size_t n, oms_error_t *err);
/* The kind that fits a header line; writes into it. */
oms_csv_kind_t oms_csv_header_kind(oms_csv_t *csv, char *line, size_t n);
/* The line to a row of cells, with all checks; OMS_ERR_DATA says what is wrong with it. Writes into
 * the line (quotes are removed in place). */
int oms_csv_line_read(oms_csv_t *csv, char *line, size_t n, int64_t *cells, oms_error_t *err);
/* Whether a line holds blanks only. */
bool oms_csv_line_blank(const char *line, size_t n);

#endif
