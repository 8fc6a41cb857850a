/* rows_in.c - see rows_in.h. One row is held at a time, so that files of any length are read in
 * little memory. */
#include "host/rows_in.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "host/csv_out.h"

#define BUFFER_SIZE ((size_t)1 << 16)
#define ROW_MAX     ((size_t)16 << 20)

struct oms_rows_in {
  const char *path;
  FILE *file;
  char *buffer;
  size_t at, got;
  bool has_before; /* else it is the header */
  uint64_t rows, line;
  oms_array_t text;   /* char: the fields of the row, a NUL behind each */
  oms_array_t fields; /* size_t: where each begins */
  oms_array_t text_before, fields_before;
  oms_arena_t arena;
  const char **columns;
  size_t column_n;
};

static int next_char(oms_rows_in_t *r) {
  if (r->at == r->got) {
    r->got = fread(r->buffer, 1, BUFFER_SIZE, r->file);
    r->at = 0;
    if (r->got == 0) {
      return EOF;
    }
  }
  return (unsigned char)r->buffer[r->at++];
}

static int peek_char(oms_rows_in_t *r) {
  int c = next_char(r);
  r->at -= c != EOF;
  return c;
}

static int broken(const oms_rows_in_t *r, const char *what, oms_error_t *err) {
  return oms_error_set(err, OMS_ERR_DATA, "%s: line %" PRIu64 ": %s", r->path, r->line, what);
}

static int put(oms_rows_in_t *r, char c, oms_error_t *err) {
  if (r->text.n >= ROW_MAX) {
    return broken(r, "the row is too long", err);
  }
  return oms_array_push(&r->text, &c) == OMS_OK
             ? OMS_OK
             : oms_error_set(err, OMS_ERR_NOMEM, "%s: out of memory", r->path);
}

/* What the buffer holds up to the end of the field, at once. */
static int put_plain(oms_rows_in_t *r, oms_error_t *err) {
  const char *from = r->buffer + r->at;
  size_t n = 0, left = r->got - r->at;
  while (n < left && from[n] != ',' && from[n] != '\n' && from[n] != '\0') {
    n++;
  }
  if (r->text.n + n >= ROW_MAX) {
    return broken(r, "the row is too long", err);
  }
  if (oms_array_reserve(&r->text, r->text.n + n) != OMS_OK) {
    return oms_error_set(err, OMS_ERR_NOMEM, "%s: out of memory", r->path);
  }
  if (n > 0) {
    memcpy((char *)r->text.data + r->text.n, from, n);
  }
  r->text.n += n;
  r->at += n;
  return OMS_OK;
}

/* The inside of quotes, the first one taken. */
static int read_quoted(oms_rows_in_t *r, oms_error_t *err) {
  for (;;) {
    int c = next_char(r);
    if (c == EOF || c == '\0') {
      return broken(r, "a text in quotes has no end", err);
    }
    if (c == '"' && peek_char(r) != '"') {
      return OMS_OK;
    }
    if (c == '"') {
      (void)next_char(r);
    }
    r->line += c == '\n';
    int rc = put(r, (char)c, err);
    if (rc != OMS_OK) {
      return rc;
    }
  }
}

/* One field and what ends it: ',', '\n' or EOF in '*end'. */
static int read_field(oms_rows_in_t *r, int *end, oms_error_t *err) {
  int rc = oms_array_push(&r->fields, &r->text.n) == OMS_OK
               ? OMS_OK
               : oms_error_set(err, OMS_ERR_NOMEM, "%s: out of memory", r->path);
  if (rc == OMS_OK && peek_char(r) == '"') {
    (void)next_char(r);
    rc = read_quoted(r, err);
  }
  while (rc == OMS_OK) {
    rc = put_plain(r, err);
    if (rc != OMS_OK) {
      break;
    }
    int c = next_char(r);
    if (c == ',' || c == '\n' || c == EOF) {
      *end = c;
      return put(r, '\0', err);
    }
    if (c == '\0') {
      return broken(r, "a byte 0 is in it", err);
    }
    rc = put(r, (char)c, err);
  }
  return rc;
}

static int read_row(oms_rows_in_t *r, bool *more, oms_error_t *err) {
  int end = ',';
  int rc = OMS_OK;
  r->text.n = r->fields.n = 0;
  *more = peek_char(r) != EOF;
  while (*more && rc == OMS_OK && end == ',') {
    rc = read_field(r, &end, err);
  }
  if (ferror(r->file)) {
    return oms_error_set(err, OMS_ERR_IO, "cannot read %s: %s", r->path, strerror(errno));
  }
  if (rc == OMS_OK && *more && end == EOF) {
    return broken(r, "the last row is cut off", err);
  }
  return rc;
}

static int read_header(oms_rows_in_t *r, oms_error_t *err) {
  bool more;
  r->line = 1;
  int rc = read_row(r, &more, err);
  if (rc != OMS_OK || !more) {
    return rc != OMS_OK ? rc : broken(r, "the file is empty", err);
  }
  r->columns = oms_arena_zero(&r->arena, r->fields.n, sizeof *r->columns);
  for (; r->columns != NULL && r->column_n < r->fields.n; r->column_n++) {
    const char *name = oms_rows_field(r, r->column_n);
    r->columns[r->column_n] = oms_arena_text(&r->arena, name, strlen(name));
    if (r->columns[r->column_n] == NULL) {
      break;
    }
  }
  return r->column_n == r->fields.n
             ? OMS_OK
             : oms_error_set(err, OMS_ERR_NOMEM, "%s: out of memory", r->path);
}

int oms_rows_open_stream(const char *path, FILE *file, oms_rows_in_t **out, oms_error_t *err) {
  oms_rows_in_t *r = oms_alloc_zero(1, sizeof *r);
  if (r == NULL) {
    fclose(file);
    return oms_error_set(err, OMS_ERR_NOMEM, "out of memory");
  }
  oms_array_init(&r->text, 1);
  oms_array_init(&r->fields, sizeof(size_t));
  oms_array_init(&r->text_before, 1);
  oms_array_init(&r->fields_before, sizeof(size_t));
  r->file = file;
  r->buffer = oms_alloc(BUFFER_SIZE);
  r->path = oms_arena_text(&r->arena, path, strlen(path));
  int rc = r->path == NULL || r->buffer == NULL ? oms_error_set(err, OMS_ERR_NOMEM, "out of memory")
                                                : read_header(r, err);
  if (rc != OMS_OK) {
    oms_rows_close(r);
    return rc;
  }
  *out = r;
  return OMS_OK;
}

int oms_rows_open(const char *folder, const char *name, oms_rows_in_t **out, oms_error_t *err) {
  char *path = oms_csv_out_path(folder, name, "");
  if (path == NULL) {
    return oms_error_set(err, OMS_ERR_NOMEM, "out of memory");
  }
  FILE *file = fopen(path, "rb");
  int rc = file != NULL
               ? oms_rows_open_stream(path, file, out, err)
               : oms_error_set(err, OMS_ERR_IO, "cannot read %s: %s", path, strerror(errno));
  oms_free(path);
  return rc;
}

void oms_rows_close(oms_rows_in_t *r) {
  if (r == NULL) {
    return;
  }
  if (r->file != NULL) {
    fclose(r->file);
  }
  oms_array_free(&r->text);
  oms_array_free(&r->fields);
  oms_array_free(&r->text_before);
  oms_array_free(&r->fields_before);
  oms_arena_free(&r->arena);
  oms_free(r->buffer);
  oms_free(r);
}

static void swap(oms_array_t *a, oms_array_t *b) {
  oms_array_t kept = *a;
  *a = *b;
  *b = kept;
}

int oms_rows_next(oms_rows_in_t *r, bool *more, oms_error_t *err) {
  r->line++;
  r->has_before = r->rows > 0;
  swap(&r->text, &r->text_before);
  swap(&r->fields, &r->fields_before);
  int rc = read_row(r, more, err);
  if (rc == OMS_OK && *more && r->fields.n != r->column_n) {
    return broken(r, "it has another number of fields than the header", err);
  }
  r->rows += rc == OMS_OK && *more;
  return rc;
}

uint64_t oms_rows_count(const oms_rows_in_t *r) {
  return r->rows;
}

size_t oms_rows_columns(const oms_rows_in_t *r) {
  return r->column_n;
}

const char *oms_rows_column(const oms_rows_in_t *r, size_t i) {
  return r->columns[i];
}

const char *oms_rows_field(const oms_rows_in_t *r, size_t i) {
  return (const char *)r->text.data + *OMS_AT(&r->fields, size_t, i);
}

const char *oms_rows_before(const oms_rows_in_t *r, size_t i) {
  return r->has_before ? (const char *)r->text_before.data + *OMS_AT(&r->fields_before, size_t, i)
                       : NULL;
}

const char *oms_rows_get(const oms_rows_in_t *r, const char *column) {
  for (size_t i = 0; i < r->column_n; i++) {
    if (strcmp(r->columns[i], column) == 0) {
      return i < r->fields.n ? oms_rows_field(r, i) : "";
    }
  }
  return "";
}
