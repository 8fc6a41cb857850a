/* rows_in.h - reads the files of results back: CSV rows one by one, as csv_out.c writes them
 * (RFC 4180 quotes), and the flat object of summary.json. */
#ifndef OMS_HOST_ROWS_IN_H
#define OMS_HOST_ROWS_IN_H

#include <stdio.h>

#include "base/containers.h"

typedef struct oms_rows_in oms_rows_in_t;
/* Opens folder/name and reads its header; the caller closes it. OMS_ERR_IO, OMS_ERR_DATA,
 * OMS_ERR_NOMEM with the path. */
int oms_rows_open(const char *folder, const char *name, oms_rows_in_t **out, oms_error_t *err);
/* The same over an open file, which is closed with it and after a failure; 'path' is shown. */
int oms_rows_open_stream(const char *path, FILE *file, oms_rows_in_t **out, oms_error_t *err);
void oms_rows_close(oms_rows_in_t *r); /* NULL allowed */
/* The next row; its texts are valid until the next call. '*more' is false at the end. OMS_ERR_DATA
 * names file and line. */
int oms_rows_next(oms_rows_in_t *r, bool *more, oms_error_t *err);
/* Rows read so far, the header not among them. */
uint64_t oms_rows_count(const oms_rows_in_t *r);
size_t oms_rows_columns(const oms_rows_in_t *r);
const char *oms_rows_column(const oms_rows_in_t *r, size_t i);
/* The text of a field; "" for an empty one. */
const char *oms_rows_field(const oms_rows_in_t *r, size_t i);
/* The same of the row before; NULL when there was none. */
const char *oms_rows_before(const oms_rows_in_t *r, size_t i);
/* The same by the column's name; "" where there is no such column. */
const char *oms_rows_get(const oms_rows_in_t *r, const char *column);

typedef struct oms_json_field {
  const char *name, *text; /* the text of a string, or the number, true, false, null as written */
  bool is_text;
} oms_json_field_t;
/* folder/summary.json into 'fields' (oms_json_field_t, texts of the arena). OMS_ERR_IO,
 * OMS_ERR_DATA, OMS_ERR_NOMEM. */
int oms_summary_read(const char *folder, oms_arena_t *arena, oms_array_t *fields, oms_error_t *err);
/* The same from text that ends with a NUL; 'path' for messages. */
int oms_summary_parse(const char *path, const char *text, oms_arena_t *arena, oms_array_t *fields,
                      oms_error_t *err);

#endif
