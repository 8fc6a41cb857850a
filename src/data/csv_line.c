/* csv_line.c - the header line, and one line of rows in full generality: quotes, blanks around
 * fields, exponents, every check and the wording of every error. csv.c calls it for lines that its
 * fast path did not take. Every message reads FILE:LINE: column "NAME": what is wrong; what to
 * do. */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "data/csv_internal.h"
#include "port/feed.h"

#define SHOWN_MAX 40 /* bytes of a field that a message repeats */

/* clang-format off */
const struct csv_shape oms_csv_shapes[OMS_CSV_KINDS] = {
    {"bars", "ts,open,high,low,close,volume",
     {{"ts", NULL, ROLE_TIME, true}, {"open", NULL, ROLE_PRICE, true},
      {"high", NULL, ROLE_PRICE, true}, {"low", NULL, ROLE_PRICE, true},
      {"close", NULL, ROLE_PRICE, true}, {"volume", NULL, ROLE_VOLUME, false}}, 6},
    {"quotes", "ts,bid,bid_size,ask,ask_size",
     {{"ts", NULL, ROLE_TIME, true}, {"bid", NULL, ROLE_SIZE, true},
      {"bid_size", NULL, ROLE_SIZE, false}, {"ask", NULL, ROLE_SIZE, true},
      {"ask_size", NULL, ROLE_SIZE, false}}, 5},
    {"trades", "ts,price,size",
     {{"ts", NULL, ROLE_TIME, true}, {"price", NULL, ROLE_PRICE, true},
      {"size", NULL, ROLE_SIZE, false}}, 3},
    {"order flow", "op,id,side,price,qty,ts",
     {{"ts", NULL, ROLE_TIME, false}, {"op", NULL, ROLE_OP, true}, {"id", NULL, ROLE_ID, true},
      {"side", NULL, ROLE_SIDE, true}, {"price", NULL, ROLE_SIZE, true},
      {"qty", NULL, ROLE_SIZE, true}}, 6},
    {"corporate actions", "ts,action,value or ex_date,symbol,kind,split_ratio,dividend",
     {{"ts", "ex_date", ROLE_TIME, true}, {"action", "kind", ROLE_KIND, true},
      {"value", NULL, ROLE_SIZE, false}, {"split_ratio", NULL, ROLE_SIZE, false},
      {"dividend", NULL, ROLE_SIZE, false}, {"symbol", NULL, ROLE_SYMBOL, false}}, 6},
    {"latencies", "entry_ms,response_ms",
     {{"entry_ms", NULL, ROLE_PRICE, true}, {"response_ms", NULL, ROLE_SIZE, false}}, 2},
};
/* clang-format on */

static const char *const time_names[] = {"ts", "date", "time", "timestamp", "datetime"};

/* A field as a message may show it: cut, and nothing but printable bytes. */
static const char *shown(const struct csv_field *f, char out[SHOWN_MAX + 4]) {
  size_t n = f->n < SHOWN_MAX ? f->n : SHOWN_MAX;
  for (size_t i = 0; i < n; i++) {
    unsigned char c = (unsigned char)f->text[i];
    out[i] = (char)(c < 0x20 || c == 0x7f ? '?' : c);
  }
  memcpy(out + n, n < f->n ? "..." : "", n < f->n ? 4 : 1);
  return out;
}

static int fail_at(const oms_csv_t *csv, const char *column, const char *what, oms_error_t *err) {
  return oms_error_set(err, OMS_ERR_DATA,
                       "%s:%llu: column \"%s\": %s; correct the line or take it out", csv->name,
                       (unsigned long long)csv->line, column, what);
}

static bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

bool oms_csv_line_blank(const char *line, size_t n) {
  for (size_t i = 0; i < n; i++) {
    if (!is_blank(line[i])) {
      return false;
    }
  }
  return true;
}

static void trim(struct csv_field *f) {
  while (f->n > 0 && is_blank(f->text[0])) {
    f->text++;
    f->n--;
  }
  while (f->n > 0 && is_blank(f->text[f->n - 1])) {
    f->n--;
  }
}

/* Takes a quoted field from 'p' (behind the quote) up to 'end', doubled quotes made single in
 * place. Returns the first byte behind the closing quote, NULL when there is none. */
static char *take_quoted(char *p, const char *end, struct csv_field *f) {
  char *to = p;
  f->text = p;
  for (; p < end; p++) {
    if (*p == '"') {
      if (p + 1 >= end || p[1] != '"') {
        f->n = (size_t)(to - f->text);
        return p + 1;
      }
      p++;
    }
    *to++ = *p;
  }
  return NULL;
}

/* Cuts [line, line + n) at commas. '*count' fields; false for a quote that is not closed or has
 * text behind it; fields above the maximum are counted but not kept. */
static bool split(char *line, size_t n, struct csv_field *fields, size_t *count) {
  char *p = line, *end = line + n;
  struct csv_field ignored;
  *count = 0;
  for (;;) {
    struct csv_field *f = *count < CSV_COLUMNS_MAX ? &fields[*count] : &ignored;
    while (p < end && is_blank(*p)) {
      p++;
    }
    if (p < end && *p == '"') {
      p = take_quoted(p + 1, end, f);
      while (p != NULL && p < end && is_blank(*p)) {
        p++;
      }
      if (p == NULL || (p < end && *p != ',')) {
        return false;
      }
    } else {
      f->text = p;
      while (p < end && *p != ',') {
        p++;
      }
      f->n = (size_t)(p - f->text);
    }
    trim(f);
    (*count)++;
    if (p == end) {
      return true;
    }
    p++;
  }
}

static bool named(const struct csv_field *f, const char *name) {
  return strlen(name) == f->n && strncasecmp(f->text, name, f->n) == 0;
}

static bool is_time_name(const struct csv_field *f) {
  for (size_t i = 0; i < sizeof time_names / sizeof time_names[0]; i++) {
    if (named(f, time_names[i])) {
      return true;
    }
  }
  return false;
}

/* Index of the cell that the column goes to; the shape's number of cells for an extra column. */
static size_t cell_of(const struct csv_shape *shape, const struct csv_field *f) {
  if (shape->columns[0].role == ROLE_TIME && is_time_name(f)) {
    return 0;
  }
  for (size_t i = 0; i < shape->n; i++) {
    const struct csv_column *c = &shape->columns[i];
    if (named(f, c->name) || (c->other != NULL && named(f, c->other))) {
      return i;
    }
  }
  return shape->n;
}

/* The names found, comma-separated, as far as they fit. */
static void list_columns(const oms_csv_t *csv, char *out, size_t room) {
  size_t used = 0;
  out[0] = '\0';
  for (size_t i = 0; i < csv->column_n; i++) {
    char text[SHOWN_MAX + 4];
    int n =
        snprintf(out + used, room - used, "%s%s", i > 0 ? ", " : "", shown(&csv->fields[i], text));
    if (n < 0 || (size_t)n >= room - used) {
      break;
    }
    used += (size_t)n;
  }
}

/* Actions come in two forms: what a row holds stands in "value", or in the columns of its kind. */
static int check_value_column(const oms_csv_t *csv, oms_error_t *err) {
  if (csv->kind != OMS_CSV_ACTIONS || csv->present[2] || csv->present[3] || csv->present[4]) {
    return OMS_OK;
  }
  return oms_error_set(err, OMS_ERR_DATA,
                       "%s:1: no column \"value\", and no \"split_ratio\" or \"dividend\" in its "
                       "place; the first line must name the columns of %s, such as %s",
                       csv->name, csv->shape->what, csv->shape->header);
}

static int check_required(const oms_csv_t *csv, oms_error_t *err) {
  for (size_t i = 0; i < csv->shape->n; i++) {
    if (csv->shape->columns[i].required && !csv->present[i]) {
      char found[400];
      list_columns(csv, found, sizeof found);
      return oms_error_set(
          err, OMS_ERR_DATA,
          "%s:1: no column \"%s\"; the columns found are: %s; the first line must name "
          "the columns of %s, separated by commas, such as %s",
          csv->name, csv->shape->columns[i].name, found, csv->shape->what, csv->shape->header);
    }
  }
  return check_value_column(csv, err);
}

/* Gives column 'i' its role and place. */
static int take_column(oms_csv_t *csv, size_t i, oms_error_t *err) {
  const struct csv_shape *shape = csv->shape;
  size_t cell = cell_of(shape, &csv->fields[i]);
  csv->role[i] = ROLE_SKIP;
  csv->cell[i] = 0;
  if (cell == shape->n) {
    return OMS_OK;
  }
  if (csv->present[cell]) {
    char text[SHOWN_MAX + 4];
    return oms_error_set(
        err, OMS_ERR_DATA,
        "%s:1: column \"%s\" is a second column for \"%s\"; take one of the two out or "
        "rename it",
        csv->name, shown(&csv->fields[i], text), shape->columns[cell].name);
  }
  csv->present[cell] = true;
  csv->role[i] = (uint8_t)shape->columns[cell].role;
  csv->cell[i] = (uint8_t)cell;
  return OMS_OK;
}

static bool header_has(const oms_csv_t *csv, size_t n, const char *const *words) {
  for (size_t i = 0; i < n && i < CSV_COLUMNS_MAX; i++) {
    for (size_t k = 0; words[k] != NULL; k++) {
      if (named(&csv->fields[i], words[k])) {
        return true;
      }
    }
  }
  return false;
}

oms_csv_kind_t oms_csv_header_kind(oms_csv_t *csv, char *line, size_t n) {
  static const struct {
    oms_csv_kind_t kind;
    const char *words[4];
  } marks[] = {
      {OMS_CSV_BARS,    {"open", "close"}            },
      {OMS_CSV_ORDERS,  {"op"}                       },
      {OMS_CSV_QUOTES,  {"bid", "ask"}               },
      {OMS_CSV_TRADES,  {"price"}                    },
      {OMS_CSV_ACTIONS, {"action", "kind", "ex_date"}},
  };
  size_t count = 0;
  if (split(line, n, csv->fields, &count)) {
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
      if (header_has(csv, count, marks[i].words)) {
        return marks[i].kind;
      }
    }
  }
  return OMS_CSV_BARS;
}

int oms_csv_header_read(oms_csv_t *csv, char *line, size_t n, oms_error_t *err) {
  const char *first = csv->shape->columns[0].name;
  csv->line = 1;
  csv->column_n = 0;
  memset(csv->present, 0, sizeof csv->present);
  if (memchr(line, '\0', n) != NULL) {
    return fail_at(csv, first, "there is a NUL byte in the line: the file is not UTF-8 text", err);
  }
  size_t count;
  if (!split(line, n, csv->fields, &count)) {
    return fail_at(csv, first, "a quote is not closed, or text follows it", err);
  }
  if (count > CSV_COLUMNS_MAX) {
    return fail_at(csv, first, "there are more than 512 columns", err);
  }
  csv->column_n = count;
  for (size_t i = 0; i < count; i++) {
    int rc = take_column(csv, i, err);
    if (rc != OMS_OK) {
      return rc;
    }
  }
  return check_required(csv, err);
}

static int fail_field(const oms_csv_t *csv, size_t cell, const struct csv_field *f, const char *why,
                      oms_error_t *err) {
  char what[160], text[SHOWN_MAX + 4];
  (void)snprintf(what, sizeof what, "\"%s\" %s", shown(f, text), why);
  return fail_at(csv, csv->shape->columns[cell].name, what, err);
}

static int read_time(oms_csv_t *csv, const struct csv_field *f, int64_t *out, oms_error_t *err) {
  bool date_only = false;
  int rc = oms_time_parse(f->text, f->n, csv->zone, out, &date_only);
  if (rc == OMS_ERR_RANGE || rc == OMS_ERR_OVERFLOW) {
    return fail_field(csv, 0, f, "is outside the years 1678 to 2261", err);
  }
  if (rc != OMS_OK) {
    return fail_field(csv, 0, f,
                      "is not a time (2014-09-17T13:30:00Z, 2014-09-17 or an epoch number)", err);
  }
  csv->date_only = csv->date_only && date_only;
  return OMS_OK;
}

static int read_letter(const oms_csv_t *csv, size_t cell, const struct csv_field *f,
                       const char *letters, const char *why, int64_t *out, oms_error_t *err) {
  if (f->n != 1 || strchr(letters, f->text[0]) == NULL) {
    return fail_field(csv, cell, f, why, err);
  }
  *out = f->text[0];
  return OMS_OK;
}

static int read_side(const oms_csv_t *csv, size_t cell, const struct csv_field *f, int64_t *out,
                     oms_error_t *err) {
  *out = 0;
  return f->n == 0 ? OMS_OK
                   : read_letter(csv, cell, f, "BS", "is no side: B buys, S sells", out, err);
}

static int read_id(const oms_csv_t *csv, size_t cell, const struct csv_field *f, int64_t *out,
                   oms_error_t *err) {
  int64_t v = 0;
  for (size_t i = 0; i < f->n; i++) {
    if (!isdigit((unsigned char)f->text[i]) || i >= 18) {
      return fail_field(csv, cell, f, "is not a whole number above 0 of at most 18 digits", err);
    }
    v = v * 10 + (f->text[i] - '0');
  }
  *out = v;
  return v > 0
             ? OMS_OK
             : fail_field(csv, cell, f, "is not a whole number above 0 of at most 18 digits", err);
}

static int read_kind(const oms_csv_t *csv, size_t cell, const struct csv_field *f, int64_t *out,
                     oms_error_t *err) {
  for (size_t i = 0; i < OMS_CORPORATE_KINDS; i++) {
    if (named(f, oms_corporate_words[i])) {
      *out = (int64_t)i;
      return OMS_OK;
    }
  }
  return fail_field(csv, cell, f, "is no action: split, stock_dividend or dividend", err);
}

/* A price or a size; empty is 0 where 'optional' says that this means "none". */
static int read_fixed(const oms_csv_t *csv, size_t cell, const struct csv_field *f, bool optional,
                      int64_t *out, oms_error_t *err) {
  if (f->n == 0 && optional) {
    *out = 0;
    return OMS_OK;
  }
  int rc = oms_decimal_parse(f->text, f->n, OMS_PRICE_DECIMALS, out);
  if (rc == OMS_ERR_OVERFLOW) {
    return fail_field(csv, cell, f, "is too large (the limit is 9223372036)", err);
  }
  if (rc != OMS_OK) {
    return fail_field(csv, cell, f, "is not a number", err);
  }
  return *out < 0 ? fail_field(csv, cell, f, "is negative", err) : OMS_OK;
}

/* Whether the text is sign, digits, fraction, exponent: strtod takes hexadecimal and "inf" as
 * well. */
static bool is_decimal(const char *s, size_t n) {
  size_t i = n > 0 && (s[0] == '+' || s[0] == '-') ? 1 : 0, digits = 0;
  for (; i < n && (isdigit((unsigned char)s[i]) || s[i] == '.'); i++) {
    digits += s[i] != '.' ? 1 : 0;
  }
  if (digits == 0) {
    return false;
  }
  if (i < n && (s[i] == 'e' || s[i] == 'E')) {
    i += i + 1 < n && (s[i + 1] == '+' || s[i + 1] == '-') ? 2 : 1;
    digits = 0;
    for (; i < n && isdigit((unsigned char)s[i]); i++) {
      digits++;
    }
  }
  return i == n && digits > 0;
}

static int read_volume(const oms_csv_t *csv, size_t cell, const struct csv_field *f, double *out,
                       oms_error_t *err) {
  char text[64], *end;
  if (f->n >= sizeof text || !is_decimal(f->text, f->n)) {
    return fail_field(csv, cell, f, "is not a number", err);
  }
  memcpy(text, f->text, f->n);
  text[f->n] = '\0';
  double v = strtod(text, &end);
  if (*end != '\0') {
    return fail_field(csv, cell, f, "is not a number", err);
  }
  if (v < 0) {
    return fail_field(csv, cell, f, "is negative", err);
  }
  if (!isfinite(v)) {
    return fail_field(csv, cell, f, "is too large", err);
  }
  *out = v + 0.0; /* "-0" is 0 */
  return OMS_OK;
}

static int read_cell(oms_csv_t *csv, size_t column, int64_t *cells, oms_error_t *err) {
  const struct csv_field *f = &csv->fields[column];
  size_t cell = csv->cell[column];
  switch ((enum csv_role)csv->role[column]) {
  case ROLE_SKIP:
    return OMS_OK;
  case ROLE_TIME:
    return read_time(csv, f, &cells[cell], err);
  case ROLE_PRICE:
    return read_fixed(csv, cell, f, false, &cells[cell], err);
  case ROLE_SIZE:
    return read_fixed(csv, cell, f, true, &cells[cell], err);
  case ROLE_VOLUME:
    return read_volume(csv, cell, f, (double *)(void *)&cells[cell], err);
  case ROLE_OP:
    return read_letter(csv, cell, f, "ACR", "is no operation: A adds, C cancels, R reduces",
                       &cells[cell], err);
  case ROLE_ID:
    return read_id(csv, cell, f, &cells[cell], err);
  case ROLE_SIDE:
    return read_side(csv, cell, f, &cells[cell], err);
  case ROLE_KIND:
    return read_kind(csv, cell, f, &cells[cell], err);
  case ROLE_SYMBOL:
    cells[cell] = csv->symbol == NULL ||
                  (strlen(csv->symbol) == f->n && memcmp(csv->symbol, f->text, f->n) == 0);
    return OMS_OK;
  }
  return OMS_OK;
}

/* Two prices of a bar that contradict each other. */
struct conflict {
  const char *column, *relation, *other;
  oms_price_t value, limit;
};

static int tell_conflict(const struct conflict *c, const char **column, char *what, size_t n) {
  char a[24], b[24];
  (void)oms_decimal_format(c->value, OMS_PRICE_DECIMALS, a);
  (void)oms_decimal_format(c->limit, OMS_PRICE_DECIMALS, b);
  (void)snprintf(what, n, "%s is %s %s %s", a, c->relation, c->other, b);
  *column = c->column;
  return OMS_ERR_DATA;
}

int oms_row_time_check(oms_time_t ts, oms_time_t prev_ts, const char **column, char *what,
                       size_t n) {
  if (ts >= prev_ts) {
    return OMS_OK;
  }
  char a[32], b[32];
  (void)oms_time_iso(ts, a);
  (void)oms_time_iso(prev_ts, b);
  (void)snprintf(what, n, "%s is before the row above (%s): rows must be in order of time", a, b);
  *column = "ts";
  return OMS_ERR_DATA;
}

int oms_bar_row_check(const oms_bar_row_t *row, oms_time_t prev_ts, const char **column, char *what,
                      size_t n) {
  const struct csv_column *names = oms_csv_shapes[OMS_CSV_BARS].columns;
  const oms_price_t prices[] = {row->open, row->high, row->low, row->close};
  for (size_t i = 0; i < 4; i++) {
    if (prices[i] <= 0) {
      char a[24];
      (void)oms_decimal_format(prices[i], OMS_PRICE_DECIMALS, a);
      (void)snprintf(what, n, "%s is not above 0, as the price of a bar must be", a);
      *column = names[1 + i].name;
      return OMS_ERR_DATA;
    }
  }
  const struct conflict conflicts[] = {
      {"high",  "below", "low",  row->high,  row->low },
      {"open",  "above", "high", row->open,  row->high},
      {"open",  "below", "low",  row->open,  row->low },
      {"close", "above", "high", row->close, row->high},
      {"close", "below", "low",  row->close, row->low }
  };
  for (size_t i = 0; i < sizeof conflicts / sizeof conflicts[0]; i++) {
    const struct conflict *c = &conflicts[i];
    if (c->relation[0] == 'a' ? c->value > c->limit : c->value < c->limit) {
      return tell_conflict(c, column, what, n);
    }
  }
  if (!isfinite(row->volume) || row->volume < 0) {
    (void)snprintf(what, n, "%g is not a volume", row->volume);
    *column = "volume";
    return OMS_ERR_DATA;
  }
  return oms_row_time_check(row->ts, prev_ts, column, what, n);
}

const char *oms_flow_fault(const oms_flow_row_t *row, const char **what) {
  if (row->id <= 0) {
    *what = "0 is no id";
    return "id";
  }
  if (row->op == 'A' && row->side == 0) {
    *what = "an A row needs a side: B buys, S sells";
    return "side";
  }
  if (row->op == 'A' && row->price <= 0) {
    *what = "an A row needs a price above 0";
    return "price";
  }
  if (row->op != 'C' && row->qty <= 0) {
    *what = row->op == 'A' ? "an A row needs a quantity above 0"
                           : "an R row needs the quantity that is left, above 0; C takes all of it";
    return "qty";
  }
  return NULL;
}

const char *oms_action_fault(int64_t kind, int64_t *value, const char **what) {
  if (*value <= 0) {
    *what = kind == OMS_CORPORATE_DIVIDEND ? "a dividend needs the cash a share, above 0"
            : kind == OMS_CORPORATE_SPLIT
                ? "a split needs the new shares for one old share, above 0"
                : "a stock dividend needs the new shares for one old share, such as 1.05";
    return "value";
  }
  if (kind != OMS_CORPORATE_DIVIDEND && *value > OMS_SPLIT_MAX) {
    *what = "more than 1000000 new shares for one old share are taken for a mistake";
    return "value";
  }
  if (kind == OMS_CORPORATE_STOCK_DIVIDEND && *value < OMS_QTY_SCALE) {
    *value += OMS_QTY_SCALE;
  } else if (kind == OMS_CORPORATE_STOCK_DIVIDEND && *value == OMS_QTY_SCALE) {
    *what = "a stock dividend of 1 could mean none or one for one: write 2 for one for one";
    return "value";
  }
  return NULL;
}

/* The value from the column of the row's kind, where it is not in "value". */
static const char *settle_action(const oms_csv_t *csv, oms_action_row_t *row, const char **what) {
  if (!csv->present[5]) {
    row->mine = 1;
  }
  if (row->mine == 0) {
    return NULL;
  }
  size_t own = row->kind == OMS_CORPORATE_DIVIDEND ? 4 : 3;
  if (row->value == 0) {
    row->value = own == 4 ? row->dividend : row->split_ratio;
  }
  const char *column = oms_action_fault(row->kind, &row->value, what);
  return column == NULL || csv->present[2] ? column : csv->shape->columns[own].name;
}

static int check_row(const oms_csv_t *csv, int64_t *cells, oms_error_t *err) {
  char text[200];
  const char *what = text, *column = NULL;
  switch (csv->kind) {
  case OMS_CSV_BARS:
    return oms_bar_row_check((const oms_bar_row_t *)(const void *)cells, csv->last_ts, &column,
                             text, sizeof text) == OMS_OK
               ? OMS_OK
               : fail_at(csv, column, what, err);
  case OMS_CSV_LATENCY:
    return OMS_OK;
  case OMS_CSV_TRADES:
    column = cells[1] <= 0 ? "price" : NULL;
    what = "0 is not the price of a trade";
    break;
  case OMS_CSV_ORDERS:
    column = oms_flow_fault((const oms_flow_row_t *)(const void *)cells, &what);
    break;
  case OMS_CSV_ACTIONS:
    column = settle_action(csv, (oms_action_row_t *)(void *)cells, &what);
    if (column == NULL && cells[5] == 0) {
      return OMS_OK;
    }
    break;
  case OMS_CSV_QUOTES:
    break;
  }
  if (column != NULL) {
    return fail_at(csv, column, what, err);
  }
  return oms_row_time_check(cells[0], csv->last_ts, &column, text, sizeof text) == OMS_OK
             ? OMS_OK
             : fail_at(csv, column, text, err);
}

/* The name of column 'i' for a message: as the shape spells it, or "(extra)". */
static const char *column_name(const oms_csv_t *csv, size_t i) {
  return csv->role[i] == ROLE_SKIP ? "(extra)" : csv->shape->columns[csv->cell[i]].name;
}

int oms_csv_line_read(oms_csv_t *csv, char *line, size_t n, int64_t *cells, oms_error_t *err) {
  size_t count;
  const char *first = csv->shape->columns[0].name;
  if (n > OMS_CSV_LINE_MAX) {
    return fail_at(csv, first, "the line is longer than 65536 bytes", err);
  }
  if (memchr(line, '\0', n) != NULL) {
    return fail_at(csv, first, "there is a NUL byte in the line", err);
  }
  if (!split(line, n, csv->fields, &count)) {
    return fail_at(csv, first, "a quote is not closed, or text follows it", err);
  }
  if (count != csv->column_n) {
    char what[120];
    (void)snprintf(what, sizeof what, "the line has %zu field%s where the header names %zu columns",
                   count, count == 1 ? "" : "s", csv->column_n);
    return fail_at(csv, count < csv->column_n ? column_name(csv, count) : "(beyond the last)", what,
                   err);
  }
  for (size_t i = 0; i < count; i++) {
    int rc = read_cell(csv, i, cells, err);
    if (rc != OMS_OK) {
      return rc;
    }
  }
  return check_row(csv, cells, err);
}
