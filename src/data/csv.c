/* csv.c - lines out of blocks of bytes, and the fast path for lines of the plain shape. The fast
 * path never reports: what it does not take as it is goes to csv_line.c, which reads everything
 * that is allowed and words every error. Invariants:
 *   C1  a line is parsed only when its end is in the buffer (at the end of the file one is added).
 *   C2  fast and slow path give the same row for the same line. */
#include "data/csv.h"

#include <string.h>

#include "base/alloc.h"
#include "base/check.h"
#include "data/csv_internal.h"
#include "data/digits.h"

#define NS_PER_ROW INT64_C(1000000) /* of rows without a time */

/* Looks the ten bytes at 'p' up in the calendar and keeps them; false when they are no date. */
static bool learn_date(oms_csv_t *csv, const char *p) {
  struct csv_date *d = &csv->date;
  bool date_only;
  d->valid = false;
  if (p[4] != '-' || p[7] != '-' ||
      oms_time_parse(p, 10, OMS_ZONE_UTC, &d->utc, &date_only) != OMS_OK || !date_only) {
    return false;
  }
  d->midnight = oms_time_from_local(d->utc, csv->zone);
  oms_time_t next = oms_time_from_local(d->utc + OMS_NS_PER_DAY, csv->zone);
  d->even = next - d->midnight == OMS_NS_PER_DAY;
  memcpy(&d->head, p, sizeof d->head);
  memcpy(&d->tail, p + 8, sizeof d->tail);
  d->valid = true;
  return true;
}

static inline bool same_date(const struct csv_date *d, const char *p) {
  uint64_t head;
  uint16_t tail;
  memcpy(&head, p, sizeof head);
  memcpy(&tail, p + 8, sizeof tail);
  return head == d->head && tail == d->tail && d->valid;
}

/* Times of other shapes (epoch numbers, offsets, no seconds): the general parser on the field. */
static const char *other_time(oms_csv_t *csv, const char *p, int64_t *out) {
  size_t n = 0;
  bool date_only = false;
  while (n < 48 && p[n] != ',' && p[n] != '\n' && p[n] != '\r') {
    n++;
  }
  if (oms_time_parse(p, n, csv->zone, out, &date_only) != OMS_OK) {
    return NULL;
  }
  csv->date_only = csv->date_only && date_only;
  return p + n;
}

/* The fraction at 'p' (after the point) to ns; NULL when it is not 1 to 9 digits. */
static const char *fraction(const char *p, int64_t *ns) {
  size_t n = 0;
  int64_t v = 0;
  while (n < 9 && p[n] >= '0' && p[n] <= '9') {
    v = v * 10 + (p[n++] - '0');
  }
  *ns += v * digits_pow10[9 - n];
  return n > 0 && (p[n] < '0' || p[n] > '9') ? p + n : NULL;
}

static inline bool ends_field(char c) {
  return c == ',' || c == '\n' || c == '\r';
}

static inline const char *fast_time(oms_csv_t *csv, const char *p, int64_t *out) {
  const struct csv_date *d = &csv->date;
  int64_t ns;
  if (OMS_UNLIKELY(!same_date(d, p)) && !learn_date(csv, p)) {
    return other_time(csv, p, out);
  }
  if (ends_field(p[10])) {
    *out = d->midnight;
    return p + 10;
  }
  if ((p[10] != 'T' && p[10] != ' ') || !digits_clock(p + 11, &ns)) {
    return other_time(csv, p, out);
  }
  const char *q = p + 19;
  if (*q == '.' && (q = fraction(q + 1, &ns)) == NULL) {
    return NULL;
  }
  csv->date_only = false;
  if (OMS_LIKELY(*q == 'Z')) {
    *out = d->utc + ns;
    return q + 1;
  }
  if (!ends_field(*q)) {
    return other_time(csv, p, out);
  }
  *out = d->even ? d->midnight + ns : oms_time_from_local(d->utc + ns, csv->zone);
  return q;
}

static inline const char *skip_field(const char *p) {
  while (*p != ',' && *p != '\n') {
    if (*p == '\r') {
      return p;
    }
    if (*p == '"' || *p == '\0') {
      return NULL;
    }
    p++;
  }
  return p;
}

static inline const char *fast_size(const char *p, int64_t *cell) {
  const char *end = digits_fixed9(p, cell);
  if (end == NULL && ends_field(*p)) {
    *cell = 0;
    return p;
  }
  return end;
}

static inline const char *fast_id(const char *p, int64_t *cell) {
  int64_t v = 0;
  const char *from = p;
  while (*p >= '0' && *p <= '9' && p - from < 18) {
    v = v * 10 + (*p++ - '0');
  }
  *cell = v;
  return p > from ? p : NULL;
}

static inline const char *fast_field(oms_csv_t *csv, enum csv_role role, const char *p,
                                     int64_t *cell) {
  switch (role) {
  case ROLE_TIME:
    return fast_time(csv, p, cell);
  case ROLE_PRICE:
    return digits_fixed9(p, cell);
  case ROLE_SIZE:
    return fast_size(p, cell);
  case ROLE_VOLUME:
    return digits_double(p, (double *)(void *)cell);
  case ROLE_SKIP:
    return skip_field(p);
  case ROLE_ID:
    return fast_id(p, cell);
  case ROLE_OP:
    *cell = *p;
    return *p == 'A' || *p == 'C' || *p == 'R' ? p + 1 : NULL;
  case ROLE_SIDE:
    *cell = ends_field(*p) ? 0 : *p;
    return ends_field(*p) ? p : *p == 'B' || *p == 'S' ? p + 1 : NULL;
  case ROLE_KIND:
  case ROLE_SYMBOL:
    return NULL; /* actions are few */
  }
  return NULL;
}

/* The line at 'p' to cells; the first byte of the next line, or NULL for the slow path. */
static inline const char *fast_line(oms_csv_t *csv, const char *p, int64_t *cells) {
  size_t last = csv->column_n - 1;
  for (size_t i = 0; i < last; i++) {
    p = fast_field(csv, (enum csv_role)csv->role[i], p, &cells[csv->cell[i]]);
    if (OMS_UNLIKELY(p == NULL || *p != ',')) {
      return NULL;
    }
    p++;
  }
  p = fast_field(csv, (enum csv_role)csv->role[last], p, &cells[csv->cell[last]]);
  if (OMS_UNLIKELY(p == NULL)) {
    return NULL;
  }
  p += *p == '\r';
  return *p == '\n' ? p + 1 : NULL;
}

/* The checks of csv_line.c in the form "nothing to report". */
static inline bool fast_bar_good(const oms_bar_row_t *row, oms_time_t last_ts) {
  int64_t top = row->open > row->close ? row->open : row->close;
  int64_t bottom = row->open < row->close ? row->open : row->close;
  return (row->low > 0) & (row->low <= bottom) & (row->high >= top) & (row->ts >= last_ts);
}

static bool row_good(const oms_csv_t *csv, const int64_t *cells) {
  if (csv->kind == OMS_CSV_BARS) {
    return fast_bar_good((const oms_bar_row_t *)(const void *)cells, csv->last_ts);
  }
  const char *what;
  switch (csv->kind) {
  case OMS_CSV_TRADES:
    return cells[0] >= csv->last_ts && cells[1] > 0;
  case OMS_CSV_ORDERS:
    return cells[0] >= csv->last_ts &&
           oms_flow_fault((const oms_flow_row_t *)(const void *)cells, &what) == NULL;
  case OMS_CSV_LATENCY:
    return true;
  case OMS_CSV_BARS:
  case OMS_CSV_QUOTES:
  case OMS_CSV_ACTIONS:
    break;
  }
  return cells[0] >= csv->last_ts;
}

static void clear_absent(const oms_csv_t *csv, int64_t *cells) {
  for (size_t i = 0; i < csv->shape->n; i++) {
    if (!csv->present[i]) {
      cells[i] = 0; /* all bits zero is 0.0 too */
    }
  }
  if (!csv->present[0]) {
    cells[0] = csv->next_ts;
  }
}

/* Blank lines may stand at the end of the file only. */
static int take_blank(oms_csv_t *csv, bool blank, oms_error_t *err) {
  if (blank) {
    csv->blank = csv->blank == 0 ? csv->line : csv->blank;
    return OMS_OK;
  }
  if (csv->blank != 0) {
    return oms_error_set(
        err, OMS_ERR_DATA,
        "%s:%llu: column \"%s\": the line is blank; remove it, or the rows after it", csv->name,
        (unsigned long long)csv->blank, csv->shape->columns[0].name);
  }
  return OMS_OK;
}

/* The line at 'at' by the slow path. '*row' says whether it made one. */
static int slow_line(oms_csv_t *csv, int64_t *cells, bool *row, oms_error_t *err) {
  char *eol = memchr(csv->at, '\n', (size_t)(csv->limit - csv->at));
  OMS_CHECK(eol != NULL);
  size_t n = (size_t)(eol - csv->at);
  n -= n > 0 && csv->at[n - 1] == '\r';
  bool blank = oms_csv_line_blank(csv->at, n);
  int rc = take_blank(csv, blank, err);
  if (rc == OMS_OK && !blank) {
    rc = oms_csv_line_read(csv, csv->at, n, cells, err);
  }
  csv->any_row = csv->any_row || !blank;
  *row = rc == OMS_OK && !blank && (csv->kind != OMS_CSV_ACTIONS || cells[5] != 0);
  csv->at = eol + 1;
  return rc;
}

/* Parses complete lines of the buffer until 'cap' rows or 'limit'. */
static int parse_lines(oms_csv_t *csv, int64_t *out, size_t cap, size_t *n, oms_error_t *err) {
  size_t width = csv->shape->n;
  size_t volume_cell = csv->kind == OMS_CSV_BARS ? 5 : width > 2 ? 2 : 1;
  bool partial = false;
  for (size_t i = 0; i < width; i++) {
    partial |= !csv->present[i];
  }
  while (*n < cap && csv->at < csv->limit) {
    int64_t *cells = out + *n * width;
    if (partial) {
      clear_absent(csv, cells);
    }
    bool row = true, date_only = csv->date_only;
    const char *next = csv->blank == 0 ? fast_line(csv, csv->at, cells) : NULL;
    if (OMS_LIKELY(next != NULL && row_good(csv, cells) &&
                   (size_t)(next - csv->at) <= OMS_CSV_LINE_MAX)) {
      csv->at += next - csv->at;
    } else {
      csv->date_only = date_only;
      int rc = slow_line(csv, cells, &row, err);
      if (rc != OMS_OK) {
        return rc;
      }
    }
    csv->line++;
    if (OMS_LIKELY(row)) {
      csv->last_ts = csv->kind == OMS_CSV_LATENCY ? INT64_MIN : cells[0];
      csv->next_ts += NS_PER_ROW;
      uint64_t volume; /* a double or an integer: 0 is all bits zero in both */
      memcpy(&volume, &cells[volume_cell], sizeof volume);
      csv->any_volume |= volume != 0;
      (*n)++;
    }
  }
  return OMS_OK;
}

/* Moves the rest to the front and reads more. Afterwards 'limit' is behind the last complete line,
 * or, at the end of the data, behind the last line. A defect of the source is held back: whole
 * lines come first. */
static void refill(oms_csv_t *csv) {
  size_t rest = (size_t)(csv->end - csv->at), got;
  memmove(csv->buffer, csv->at, rest);
  csv->at = csv->limit = csv->buffer;
  csv->end = csv->buffer + rest;
  while (rest < CSV_BUFFER - 1 && csv->limit == csv->buffer && !csv->at_end) {
    csv->source_rc =
        oms_source_read(csv->source, csv->end, CSV_BUFFER - 1 - rest, &got, &csv->source_error);
    csv->at_end = got == 0 || csv->source_rc != OMS_OK;
    char *p = csv->end + got;
    while (p > csv->end && p[-1] != '\n') {
      p--;
    }
    csv->limit = p > csv->end ? p : csv->buffer;
    csv->end += got;
    rest += got;
  }
  if (csv->at_end && csv->source_rc == OMS_OK && csv->end > csv->limit) {
    *csv->end++ = '\n'; /* the last line may lack its end: one byte was kept free for it */
    csv->limit = csv->end;
  }
  memset(csv->end, 0, CSV_PAD);
}

static int fail_long_line(const oms_csv_t *csv, oms_error_t *err) {
  return oms_error_set(
      err, OMS_ERR_DATA,
      "%s:%llu: column \"%s\": the line is longer than %zu bytes; this is no file of "
      "%s, or its line ends are missing",
      csv->name, (unsigned long long)csv->line, csv->shape->columns[0].name, OMS_CSV_LINE_MAX,
      csv->shape->what);
}

/* Makes complete lines available; '*more' is false at the end. */
static int need_lines(oms_csv_t *csv, bool *more, oms_error_t *err) {
  if (csv->at == csv->limit && !csv->at_end) {
    refill(csv);
  }
  *more = csv->at < csv->limit;
  if (*more) {
    return OMS_OK;
  }
  if (csv->source_rc != OMS_OK) {
    return oms_error_set(err, csv->source_rc, "%s", csv->source_error.message);
  }
  return csv->end > csv->limit ? fail_long_line(csv, err) : OMS_OK;
}

int oms_csv_new(oms_csv_kind_t kind, oms_zone_t zone, oms_csv_t **out) {
  oms_csv_t *csv = oms_alloc(sizeof *csv);
  if (csv == NULL) {
    return OMS_ERR_NOMEM;
  }
  csv->source = oms_source_new();
  if (csv->source == NULL) {
    oms_free(csv);
    return OMS_ERR_NOMEM;
  }
  csv->kind = kind;
  csv->shape = &oms_csv_shapes[kind];
  csv->zone = zone;
  csv->name = "";
  csv->last_ts = INT64_MIN;
  csv->next_ts = 0;
  csv->symbol = NULL;
  csv->date_only = true;
  csv->any_volume = false;
  csv->date.valid = false;
  csv->at_end = true;
  csv->source_rc = OMS_OK;
  csv->column_n = 0;
  csv->at = csv->limit = csv->end = csv->buffer;
  memset(csv->present, 0, sizeof csv->present);
  *out = csv;
  return OMS_OK;
}

void oms_csv_free(oms_csv_t *csv) {
  if (csv != NULL) {
    oms_source_free(csv->source);
    oms_free(csv);
  }
}

/* Finds the first line, after a byte order mark if there is one. */
static int first_line(oms_csv_t *csv, size_t *n, oms_error_t *err) {
  bool more;
  csv->at_end = csv->any_row = false;
  csv->source_rc = OMS_OK;
  csv->blank = 0;
  csv->line = 1;
  csv->at = csv->limit = csv->end = csv->buffer;
  int rc = need_lines(csv, &more, err);
  if (rc != OMS_OK) {
    return rc;
  }
  if (csv->end - csv->at >= 3 && memcmp(csv->at, "\xef\xbb\xbf", 3) == 0) {
    csv->at += 3;
  }
  if (!more || csv->limit - csv->at <= 1) { /* at most the line end that was added */
    return oms_error_set(err, OMS_ERR_DATA,
                         "%s: the file is empty; a header line such as %s and rows are needed",
                         csv->name, csv->shape->header);
  }
  char *eol = memchr(csv->at, '\n', (size_t)(csv->limit - csv->at));
  *n = (size_t)(eol - csv->at);
  return *n > OMS_CSV_LINE_MAX ? fail_long_line(csv, err) : OMS_OK;
}

static int start_file(oms_csv_t *csv, oms_error_t *err) {
  size_t n;
  int rc = first_line(csv, &n, err);
  if (rc != OMS_OK) {
    return rc;
  }
  char *line = csv->at;
  csv->at += n + 1;
  rc = oms_csv_header_read(csv, line, n - (n > 0 && line[n - 1] == '\r'), err);
  csv->line = 2;
  return rc;
}

int oms_csv_find_kind(const char *path, oms_csv_kind_t *kind, oms_error_t *err) {
  oms_csv_t *csv;
  size_t n;
  if (oms_csv_new(OMS_CSV_BARS, OMS_ZONE_UTC, &csv) != OMS_OK) {
    return oms_error_set(err, OMS_ERR_NOMEM, "out of memory while opening market data");
  }
  csv->name = path;
  int rc = oms_source_open(csv->source, path, err);
  if (rc == OMS_OK) {
    rc = first_line(csv, &n, err);
  }
  if (rc == OMS_OK) {
    *kind = oms_csv_header_kind(csv, csv->at, n - (n > 0 && csv->at[n - 1] == '\r'));
  }
  oms_csv_free(csv);
  return rc;
}

int oms_csv_open(oms_csv_t *csv, const char *path, oms_error_t *err) {
  csv->name = path;
  int rc = oms_source_open(csv->source, path, err);
  return rc == OMS_OK ? start_file(csv, err) : rc;
}

int oms_csv_open_memory(oms_csv_t *csv, const char *name, const void *data, size_t n,
                        oms_error_t *err) {
  csv->name = name;
  int rc = oms_source_open_memory(csv->source, name, data, n, err);
  return rc == OMS_OK ? start_file(csv, err) : rc;
}

int oms_csv_read(oms_csv_t *csv, void *rows, size_t cap, size_t *n, oms_error_t *err) {
  *n = 0;
  while (*n < cap) {
    bool more;
    int rc = need_lines(csv, &more, err);
    if (rc == OMS_OK && more) {
      rc = parse_lines(csv, rows, cap, n, err);
    }
    csv->any_row |= *n > 0;
    if (rc != OMS_OK) {
      return rc;
    }
    if (!more) {
      break;
    }
  }
  if (*n == 0 && cap > 0 && !csv->any_row) {
    return oms_error_set(err, OMS_ERR_DATA, "%s: no rows after the header line; leave the file out",
                         csv->name);
  }
  return OMS_OK;
}

void oms_csv_set_symbol(oms_csv_t *csv, const char *symbol) {
  csv->symbol = symbol;
}

void oms_csv_begin(oms_csv_t *csv, uint64_t rows, oms_time_t last_ts) {
  csv->last_ts = last_ts;
  csv->next_ts = (oms_time_t)(rows * (uint64_t)NS_PER_ROW);
  csv->date_only = true;
  csv->any_volume = false;
}

size_t oms_csv_row_size(const oms_csv_t *csv) {
  return oms_csv_kind_row_size(csv->kind);
}

size_t oms_csv_kind_row_size(oms_csv_kind_t kind) {
  return oms_csv_shapes[kind].n * sizeof(int64_t);
}

bool oms_csv_has_time(const oms_csv_t *csv) {
  return csv->present[0];
}

bool oms_csv_date_only(const oms_csv_t *csv) {
  return csv->date_only;
}

bool oms_csv_has_volume(const oms_csv_t *csv) {
  return csv->present[csv->kind == OMS_CSV_BARS ? 5 : csv->kind == OMS_CSV_LATENCY ? 1 : 2];
}

bool oms_csv_any_volume(const oms_csv_t *csv) {
  return csv->any_volume;
}

int64_t oms_csv_size(const oms_csv_t *csv) {
  return oms_source_size(csv->source);
}

int64_t oms_csv_consumed(const oms_csv_t *csv) {
  return oms_source_consumed(csv->source);
}
