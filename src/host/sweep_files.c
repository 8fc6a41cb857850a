/* sweep_files.c - the files of a sweep: rows as CSV, everything as JSON. Each is written beside its
 * place and named when it is whole; sweep.json comes last. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/check.h"
#include "host/csv_out.h"
#include "host/folder.h"
#include "host/json_out.h"
#include "host/sweep_int.h"

/* In the order in which they get their names; the first two of a walk-forward only. */
static const char *const file_names[] = {"walk_forward.csv", "walk_forward_equity.csv", "sweep.csv",
                                         "sweep.html", "sweep.json"};

int oms_sweep_remove_files(const char *folder, oms_error_t *err) {
  int rc = OMS_OK;
  for (size_t i = OMS_COUNT(file_names); rc == OMS_OK && i > 0; i--) {
    rc = oms_folder_remove(folder, file_names[i - 1], err);
  }
  return rc;
}

/* Header lines: names with commas between them. */

typedef struct header {
  oms_array_t text; /* char */
  bool failed;
} header_t;

static void name(header_t *h, const char *prefix, const char *text) {
  const char *parts[] = {h->text.n > 0 ? "," : "", prefix, text};
  for (size_t i = 0; i < OMS_COUNT(parts); i++) {
    for (const char *p = parts[i]; *p != '\0'; p++) {
      h->failed = h->failed || oms_array_push(&h->text, p) != OMS_OK;
    }
  }
}

static void name_axes(header_t *h, const oms_sweep_t *s) {
  for (size_t i = 0; i < s->options.grid->n; i++) {
    name(h, "", s->options.grid->axes[i].name);
  }
}

static void name_stats(header_t *h, const char *prefix) {
  for (size_t i = 0; i < OMS_SWEEP_STATS; i++) {
    name(h, prefix, oms_sweep_stat_name(i));
  }
}

/* Opens the file under that header, which is freed. */
static int open_under(header_t *h, oms_csv_out_t *c, const char *folder, const char *file,
                      oms_error_t *err) {
  const char end = '\0';
  h->failed = h->failed || oms_array_push(&h->text, &end) != OMS_OK;
  int rc = h->failed ? oms_error_set(err, OMS_ERR_NOMEM, "out of memory for %s", file)
                     : oms_csv_out_open(c, folder, file, h->text.data, err);
  oms_array_free(&h->text);
  return rc;
}

static header_t new_header(void) {
  header_t h = {.failed = false};
  oms_array_init(&h.text, 1);
  return h;
}

/* Rows. */

static void put_values(oms_csv_out_t *c, const oms_sweep_t *s, size_t combination) {
  for (size_t i = 0; i < s->options.grid->n; i++) {
    oms_csv_out_text(
        c, combination == UINT32_MAX ? NULL : oms_grid_value(s->options.grid, combination, i));
  }
}

static void put_stats(oms_csv_out_t *c, const oms_sweep_row_t *row) {
  for (size_t i = 0; i < OMS_SWEEP_STATS; i++) {
    oms_summary_field_t f;
    char text[OMS_REAL_TEXT] = "";
    oms_sweep_field(row, i, &f);
    if (f.kind == OMS_FIELD_INTEGER) {
      snprintf(text, sizeof text, "%lld", (long long)f.integer);
    } else if (f.kind == OMS_FIELD_DOUBLE) {
      oms_real_text(f.number, text);
    }
    oms_csv_out_text(c, f.kind == OMS_FIELD_TEXT ? f.text : text);
  }
}

static void put_outcome(oms_csv_out_t *c, const oms_sweep_row_t *row) {
  oms_csv_out_text(c, oms_sweep_status_name(row->status));
  oms_csv_out_text(c, row->message);
}

static void put_number(oms_csv_out_t *c, size_t n) {
  char text[24];
  snprintf(text, sizeof text, "%zu", n);
  oms_csv_out_text(c, text);
}

static int put_rows(const oms_sweep_t *s, oms_csv_out_t *c, oms_error_t *err) {
  int rc = OMS_OK;
  for (size_t i = 0; i < s->window_n * s->combinations && rc == OMS_OK; i++) {
    const oms_window_t *w = &s->windows[i / s->combinations];
    if (s->options.walk != NULL) {
      put_number(c, i / s->combinations + 1);
      oms_csv_out_time(c, w->train_from);
      oms_csv_out_time(c, w->train_to);
    }
    put_values(c, s, i % s->combinations);
    put_stats(c, &s->rows[i]);
    put_outcome(c, &s->rows[i]);
    rc = oms_csv_out_row(c, err);
  }
  return rc;
}

static int put_windows(const oms_sweep_t *s, oms_csv_out_t *c, oms_error_t *err) {
  const oms_sweep_row_t none = {.status = OMS_SWEEP_WAITING};
  int rc = OMS_OK;
  for (size_t i = 0; i < s->window_n && rc == OMS_OK; i++) {
    const oms_window_t *w = &s->windows[i];
    uint32_t chosen = s->chosen[i];
    put_number(c, i + 1);
    oms_csv_out_time(c, w->train_from);
    oms_csv_out_time(c, w->train_to);
    oms_csv_out_time(c, w->test_to);
    put_values(c, s, chosen);
    put_outcome(c, &s->tests[i]);
    put_stats(c, chosen == UINT32_MAX ? &none : &s->rows[i * s->combinations + chosen]);
    put_stats(c, &s->tests[i]);
    rc = oms_csv_out_row(c, err);
  }
  return rc;
}

static int put_chain(const oms_sweep_t *s, oms_csv_out_t *c, oms_error_t *err) {
  int rc = OMS_OK;
  for (size_t i = 0; i < s->chain_ends.n && rc == OMS_OK; i++) {
    const oms_day_end_t *end = OMS_AT(&s->chain_ends, oms_day_end_t, i);
    char date[32];
    (void)oms_date_iso(end->day * OMS_NS_PER_DAY, OMS_ZONE_UTC, date);
    put_number(c, *OMS_AT(&s->chain_windows, uint32_t, i) + 1);
    oms_csv_out_text(c, date);
    oms_csv_out_decimal(c, end->equity, OMS_MONEY_DECIMALS);
    rc = oms_csv_out_row(c, err);
  }
  return rc;
}

/* Files. */

static int write_csv(const oms_sweep_t *s, header_t *h, const char *file,
                     int (*rows)(const oms_sweep_t *s, oms_csv_out_t *c, oms_error_t *err),
                     oms_error_t *err) {
  oms_csv_out_t c;
  int rc = open_under(h, &c, s->options.out, file, err);
  if (rc != OMS_OK) {
    return rc;
  }
  rc = rows(s, &c, err);
  rc = rc == OMS_OK ? oms_csv_out_close(&c, err) : rc;
  oms_csv_out_free(&c);
  return rc;
}

static int write_rows(const oms_sweep_t *s, oms_error_t *err) {
  header_t h = new_header();
  if (s->options.walk != NULL) {
    name(&h, "", "window,train_from,train_to");
  }
  name_axes(&h, s);
  name_stats(&h, "");
  name(&h, "", "status,message");
  return write_csv(s, &h, "sweep.csv", put_rows, err);
}

static int write_walk(const oms_sweep_t *s, oms_error_t *err) {
  header_t h = new_header();
  name(&h, "", "window,train_from,train_to,test_to");
  name_axes(&h, s);
  name(&h, "", "status,message");
  name_stats(&h, "in_");
  name_stats(&h, "out_");
  int rc = write_csv(s, &h, "walk_forward.csv", put_windows, err);
  if (rc == OMS_OK) {
    h = new_header();
    name(&h, "", "window,date,equity");
    rc = write_csv(s, &h, "walk_forward_equity.csv", put_chain, err);
  }
  return rc;
}

static int write_json(const oms_sweep_t *s, oms_error_t *err) {
  char *path = oms_csv_out_path(s->options.out, "sweep.json", ".part");
  if (path == NULL) {
    return oms_error_set(err, OMS_ERR_NOMEM, "out of memory for sweep.json");
  }
  errno = 0;
  FILE *to = fopen(path, "w");
  bool good = to != NULL;
  if (good) {
    oms_sweep_json(s, to);
    good = fflush(to) == 0 && ferror(to) == 0;
    good = fclose(to) == 0 && good;
  }
  int rc =
      good ? OMS_OK : oms_error_set(err, OMS_ERR_IO, "cannot write %s: %s", path, strerror(errno));
  oms_free(path);
  return rc;
}

int oms_sweep_write_files(const oms_sweep_t *s, oms_error_t *err) {
  int rc = write_rows(s, err);
  if (rc == OMS_OK && s->options.walk != NULL) {
    rc = write_walk(s, err);
  }
  if (rc == OMS_OK) {
    rc = oms_sweep_write_page(s, err);
  }
  if (rc == OMS_OK) {
    rc = write_json(s, err);
  }
  for (size_t i = s->options.walk != NULL ? 0 : 2; rc == OMS_OK && i < OMS_COUNT(file_names); i++) {
    rc = oms_folder_name(s->options.out, file_names[i], err);
  }
  return rc;
}
