/* sweep_row.c - the result of one run: taken from its summary, as a line of text, and back. A line
 * is "R", fields that are split by tabs, and a checksum over all before it; doubles are the hex of
 * their bits. Twin: the keys of summary.c. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/check.h"
#include "base/hash.h"
#include "host/sweep.h"

#define MESSAGE_MOST 600

static const char *const stat_names[] = {"start",
                                         "end",
                                         "bars",
                                         "events",
                                         "orders",
                                         "rejected",
                                         "fills",
                                         "trades",
                                         "initial_equity",
                                         "final_equity",
                                         "return_pct",
                                         "annual_return_pct",
                                         "volatility_pct",
                                         "sharpe",
                                         "sortino",
                                         "calmar",
                                         "max_drawdown_pct",
                                         "max_drawdown_days",
                                         "win_rate_pct",
                                         "profit_factor",
                                         "expectancy",
                                         "exposure_pct",
                                         "commission",
                                         "turnover",
                                         "state_hash"};
_Static_assert(OMS_COUNT(stat_names) == OMS_SWEEP_STATS, "one name a statistic");

static const char *const status_names[] = {"waiting",      "done",   "stopped",
                                           "check_failed", "failed", "died"};

const char *oms_sweep_stat_name(size_t i) {
  return stat_names[i];
}

size_t oms_sweep_stat(const char *name) {
  size_t i = 0;
  while (i < OMS_SWEEP_STATS && strcmp(stat_names[i], name) != 0) {
    i++;
  }
  return i;
}

const char *oms_sweep_status_name(unsigned status) {
  return status_names[status];
}

/* The room of a statistic that is a text, NULL for others. */
static char *text_of(oms_sweep_row_t *row, size_t i, size_t *cap) {
  const struct {
    const char *name;
    char *text;
    size_t cap;
  } texts[] = {
      {"start",      row->start,      sizeof row->start     },
      {"end",        row->end,        sizeof row->end       },
      {"state_hash", row->state_hash, sizeof row->state_hash}
  };
  for (size_t k = 0; k < OMS_COUNT(texts); k++) {
    if (strcmp(stat_names[i], texts[k].name) == 0) {
      *cap = texts[k].cap;
      return texts[k].text;
    }
  }
  return NULL;
}

void oms_sweep_field(const oms_sweep_row_t *row, size_t i, oms_summary_field_t *out) {
  size_t cap;
  *out = (oms_summary_field_t){.name = stat_names[i], .kind = row->kinds[i]};
  if (out->kind == OMS_FIELD_TEXT) {
    out->text = text_of((oms_sweep_row_t *)row, i, &cap);
  } else if (out->kind == OMS_FIELD_INTEGER) {
    out->integer = row->values[i].integer;
  } else if (out->kind == OMS_FIELD_DOUBLE) {
    out->number = row->values[i].number;
  }
}

/* Making. */

int oms_sweep_row_message(oms_sweep_row_t *row, const char *message) {
  size_t n = message == NULL ? 0 : strcspn(message, "\n");
  n = n < MESSAGE_MOST ? n : MESSAGE_MOST;
  while (n > 0 && ((unsigned char)message[n] & 0xC0) == 0x80) {
    n--; /* no half of a character */
  }
  oms_free(row->message);
  row->message = NULL;
  if (n > 0) {
    row->message = oms_alloc(n + 1);
    if (row->message == NULL) {
      return OMS_ERR_NOMEM;
    }
    for (size_t i = 0; i < n; i++) {
      unsigned char c = (unsigned char)message[i];
      row->message[i] = c < 0x20 ? ' ' : (char)c;
    }
    row->message[n] = '\0';
  }
  return OMS_OK;
}

void oms_sweep_row_free(oms_sweep_row_t *row) {
  oms_free(row->message);
  row->message = NULL;
}

static void take_field(oms_sweep_row_t *row, size_t i, const oms_summary_field_t *f) {
  size_t cap = 0;
  char *text = text_of(row, i, &cap);
  row->kinds[i] = (uint8_t)f->kind;
  if (f->kind == OMS_FIELD_TEXT && text != NULL) {
    snprintf(text, cap, "%s", f->text);
  } else if (f->kind == OMS_FIELD_INTEGER) {
    row->values[i].integer = f->integer;
  } else if (f->kind == OMS_FIELD_DOUBLE) {
    row->values[i].number = f->number;
  } else {
    row->kinds[i] = OMS_FIELD_NULL;
  }
}

static void take_summary(oms_sweep_row_t *row, const oms_summary_t *s) {
  for (size_t i = 0; i < OMS_SWEEP_STATS; i++) {
    for (size_t k = 0; k < s->n; k++) {
      if (strcmp(s->fields[k].name, stat_names[i]) == 0) {
        take_field(row, i, &s->fields[k]);
      }
    }
  }
}

int oms_sweep_row_make(const oms_run_result_t *result, int rc, const char *message,
                       oms_sweep_row_t *out) {
  memset(out, 0, sizeof *out);
  if (rc != OMS_OK) {
    out->status = OMS_SWEEP_FAILED;
  } else if (result->check_failed) {
    out->status = OMS_SWEEP_CHECK;
  } else if (result->strategy_failed && !result->checked) {
    out->status = OMS_SWEEP_STOPPED;
  } else {
    out->status = OMS_SWEEP_DONE;
    out->all_week = result->all_week;
    out->returns = result->returns;
    take_summary(out, &result->summary);
    return OMS_OK;
  }
  return oms_sweep_row_message(out, message);
}

/* Writing. */

static uint64_t bits_of(double v) {
  uint64_t bits;
  memcpy(&bits, &v, sizeof bits);
  return bits;
}

static size_t add_value(const oms_sweep_row_t *row, size_t i, char *to, size_t cap) {
  oms_summary_field_t f;
  int n;
  oms_sweep_field(row, i, &f);
  if (f.kind == OMS_FIELD_INTEGER) {
    n = snprintf(to, cap, "\ti%" PRId64, f.integer);
  } else if (f.kind == OMS_FIELD_DOUBLE) {
    n = snprintf(to, cap, "\td%016" PRIx64, bits_of(f.number));
  } else {
    n = snprintf(to, cap, f.kind == OMS_FIELD_TEXT ? "\tt%s" : "\t-", f.text);
  }
  return (size_t)n;
}

size_t oms_sweep_encode(const oms_sweep_row_t *row, size_t task, char out[OMS_SWEEP_LINE]) {
  const oms_moments_t *m = &row->returns;
  const double moments[] = {m->mean, m->deviation, m->skew, m->kurtosis};
  size_t n = (size_t)snprintf(out, OMS_SWEEP_LINE, "R\t%zu\t%u\t%d\t%zu", task, row->status,
                              row->all_week ? 1 : 0, m->n);
  for (size_t i = 0; i < OMS_COUNT(moments); i++) {
    n += (size_t)snprintf(out + n, OMS_SWEEP_LINE - n, "\t%016" PRIx64, bits_of(moments[i]));
  }
  for (size_t i = 0; i < OMS_SWEEP_STATS; i++) {
    n += add_value(row, i, out + n, OMS_SWEEP_LINE - n);
  }
  n += (size_t)snprintf(out + n, OMS_SWEEP_LINE - n, "\t%s\t",
                        row->message != NULL ? row->message : "");
  n += (size_t)snprintf(out + n, OMS_SWEEP_LINE - n, "%016" PRIx64, oms_hash64(out, n, 0));
  return n;
}

/* Reading. */

/* The next field: a text with a NUL in 'cell', false when there is none or it is too long. */
static bool next(const char **at, const char *end, char *cell, size_t cap) {
  if (*at > end) {
    return false;
  }
  const char *stop = memchr(*at, '\t', (size_t)(end - *at));
  size_t n = (size_t)((stop != NULL ? stop : end) - *at);
  if (n >= cap || memchr(*at, '\0', n) != NULL) {
    return false;
  }
  memcpy(cell, *at, n);
  cell[n] = '\0';
  *at += n + 1;
  return true;
}

static bool read_hex(const char *text, uint64_t *out) {
  if (strlen(text) != 16 || strspn(text, "0123456789abcdef") != 16) {
    return false;
  }
  *out = strtoull(text, NULL, 16);
  return true;
}

static bool read_count(const char **at, const char *end, uint64_t most, uint64_t *out) {
  char cell[24];
  if (!next(at, end, cell, sizeof cell) || cell[0] == '\0' ||
      strspn(cell, "0123456789") != strlen(cell) || strlen(cell) > 19) {
    return false;
  }
  *out = strtoull(cell, NULL, 10);
  return *out <= most;
}

static bool read_double(const char *text, double *out) {
  uint64_t bits;
  if (!read_hex(text, &bits)) {
    return false;
  }
  memcpy(out, &bits, sizeof *out);
  return true;
}

static bool read_value(const char *cell, size_t i, oms_sweep_row_t *row) {
  size_t cap = 0;
  char *text = text_of(row, i, &cap);
  int64_t integer;
  if (strcmp(cell, "-") == 0) {
    return true;
  }
  if (cell[0] == 't' && text != NULL && strlen(cell + 1) < cap) {
    row->kinds[i] = OMS_FIELD_TEXT;
    memcpy(text, cell + 1, strlen(cell));
    return true;
  }
  if (cell[0] == 'd') {
    row->kinds[i] = OMS_FIELD_DOUBLE;
    return read_double(cell + 1, &row->values[i].number);
  }
  if (cell[0] != 'i' || oms_decimal_parse(cell + 1, strlen(cell + 1), 0, &integer) != OMS_OK) {
    return false;
  }
  row->kinds[i] = OMS_FIELD_INTEGER;
  row->values[i].integer = integer;
  return true;
}

static bool read_head(const char **at, const char *end, size_t *task, oms_sweep_row_t *out) {
  uint64_t number, status, week, days;
  char cell[24];
  if (!next(at, end, cell, sizeof cell) || strcmp(cell, "R") != 0 ||
      !read_count(at, end, SIZE_MAX, &number) || !read_count(at, end, OMS_SWEEP_DIED, &status) ||
      !read_count(at, end, 1, &week) || !read_count(at, end, SIZE_MAX, &days)) {
    return false;
  }
  double *moments[] = {&out->returns.mean, &out->returns.deviation, &out->returns.skew,
                       &out->returns.kurtosis};
  for (size_t i = 0; i < OMS_COUNT(moments); i++) {
    if (!next(at, end, cell, sizeof cell) || !read_double(cell, moments[i])) {
      return false;
    }
  }
  *task = (size_t)number;
  out->status = (uint8_t)status;
  out->all_week = week != 0;
  out->returns.n = (size_t)days;
  return true;
}

bool oms_sweep_decode(const char *line, size_t n, size_t *task, oms_sweep_row_t *out) {
  char cell[MESSAGE_MOST + 1];
  uint64_t sum;
  const char *at = line, *end = line + n;
  memset(out, 0, sizeof *out);
  if (n >= OMS_SWEEP_LINE || n < 18 || end[-17] != '\t') {
    return false;
  }
  memcpy(cell, end - 16, 16);
  cell[16] = '\0';
  end -= 17;
  if (!read_hex(cell, &sum) || sum != oms_hash64(line, n - 16, 0) ||
      !read_head(&at, end, task, out)) {
    return false;
  }
  for (size_t i = 0; i < OMS_SWEEP_STATS; i++) {
    if (!next(&at, end, cell, sizeof cell) || !read_value(cell, i, out)) {
      return false;
    }
  }
  return next(&at, end, cell, sizeof cell) && at > end &&
         oms_sweep_row_message(out, cell) == OMS_OK;
}
