/* output.c - the folder of --out: which files, when they are opened, when they get their names.
 * Leaves out what the rows hold (output_rows.c), how they are written (csv_out.c), and the page
 * (report.c). Invariant: summary.json exists only beside whole files of the same run; one run at a
 * time writes into a folder. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/check.h"
#include "host/folder.h"
#include "host/host.h"
#include "host/output_rows.h"
#include "host/report.h"
#include "host/results.h"

/* In the order in which they get their names. */
static const char *const file_names[] = {"equity.csv",  "orders.csv",  "fills.csv",   "trades.csv",
                                         "reloads.csv", "report.html", "summary.json"};

struct oms_output {
  char *folder;
  int lock; /* the folder, open and locked; -1: not yet */
  oms_csv_out_t equity;
  bool reported; /* the report is written */
  bool reloads;  /* there were some */
};

/* Results of an earlier run must not look like those of one that fails. The summary goes first. */
static int remove_old(const char *folder, oms_error_t *err) {
  int rc = OMS_OK;
  for (size_t i = OMS_COUNT(file_names); rc == OMS_OK && i > 0; i--) {
    rc = oms_folder_remove(folder, file_names[i - 1], err);
  }
  return rc;
}

static int open_files(oms_output_t *o, oms_error_t *err) {
  int rc = oms_folder_make(o->folder, err);
  if (rc == OMS_OK) {
    rc = oms_folder_lock(o->folder, &o->lock, err);
  }
  if (rc == OMS_OK) {
    rc = remove_old(o->folder, err);
  }
  if (rc == OMS_OK) {
    rc = oms_csv_out_open(&o->equity, o->folder, file_names[0],
                          "ts,equity,cash,position_value,drawdown", err);
  }
  return rc;
}

int oms_output_open(const char *folder, oms_output_t **out, oms_error_t *err) {
  if (folder[0] == '\0') {
    return oms_error_set(err, OMS_ERR_USAGE, "the output folder has no name");
  }
  size_t n = strlen(folder);
  oms_output_t *o = oms_alloc_zero(1, sizeof *o);
  char *copy = oms_alloc(n + 1);
  if (o == NULL || copy == NULL) {
    oms_free(o);
    oms_free(copy);
    return oms_error_set(err, OMS_ERR_NOMEM, "out of memory for the output");
  }
  memcpy(copy, folder, n + 1);
  o->folder = copy;
  o->equity.fd = -1;
  o->lock = -1;
  int rc = open_files(o, err);
  if (rc != OMS_OK) {
    oms_output_close(o);
    return rc;
  }
  *out = o;
  return OMS_OK;
}

void oms_output_close(oms_output_t *o) {
  if (o != NULL) {
    oms_csv_out_free(&o->equity);
    if (o->lock >= 0) {
      (void)close(o->lock);
    }
    oms_free(o->folder);
    oms_free(o);
  }
}

int oms_output_equity(oms_output_t *o, oms_time_t ts, oms_money_t equity, oms_money_t cash,
                      oms_money_t position_value, double drawdown, oms_error_t *err) {
  int64_t fraction = OMS_NO_PRICE;
  if (oms_fixed_from_double(drawdown, OMS_PRICE_DECIMALS, &fraction) != OMS_OK) {
    fraction = OMS_NO_PRICE;
  }
  oms_csv_out_time(&o->equity, ts);
  oms_csv_out_decimal(&o->equity, equity, OMS_MONEY_DECIMALS);
  oms_csv_out_decimal(&o->equity, cash, OMS_MONEY_DECIMALS);
  oms_csv_out_decimal(&o->equity, position_value, OMS_MONEY_DECIMALS);
  oms_csv_out_decimal(&o->equity, fraction, OMS_PRICE_DECIMALS);
  return oms_csv_out_row(&o->equity, err);
}

static int write_file(const oms_output_t *o, const char *name, const char *header,
                      int (*rows)(oms_csv_out_t *c, const oms_desk_t *desk, oms_error_t *err),
                      const oms_desk_t *desk, oms_error_t *err) {
  oms_csv_out_t c;
  int rc = oms_csv_out_open(&c, o->folder, name, header, err);
  if (rc != OMS_OK) {
    return rc;
  }
  rc = rows(&c, desk, err);
  if (rc == OMS_OK) {
    rc = oms_csv_out_close(&c, err);
  }
  oms_csv_out_free(&c);
  return rc;
}

static int write_summary(const oms_output_t *o, const oms_summary_field_t *fields, size_t n,
                         oms_error_t *err) {
  char *path = oms_csv_out_path(o->folder, "summary.json", ".part");
  if (path == NULL) {
    return oms_error_set(err, OMS_ERR_NOMEM, "out of memory for the summary");
  }
  errno = 0;
  FILE *to = fopen(path, "w");
  int rc = to == NULL ? OMS_ERR_IO : oms_summary_json(fields, n, to);
  int why = errno;
  if (to != NULL && fclose(to) != 0 && rc == OMS_OK) {
    rc = OMS_ERR_IO;
    why = errno;
  }
  if (rc != OMS_OK) {
    rc = oms_error_set(err, rc, "cannot write %s: %s", path, strerror(why));
  }
  oms_free(path);
  return rc;
}

int oms_output_report(oms_output_t *o, const struct oms_host *h, const oms_summary_field_t *fields,
                      size_t n, oms_error_t *err) {
  int rc = oms_report_write(o->folder, h, fields, n, err);
  o->reported = rc == OMS_OK;
  return rc;
}

int oms_output_reloads(oms_output_t *o, const struct oms_host *h, oms_error_t *err) {
  if (h->reloads.n == 0) {
    return OMS_OK;
  }
  oms_csv_out_t c;
  int rc = oms_csv_out_open(&c, o->folder, "reloads.csv", oms_reloads_header, err);
  if (rc != OMS_OK) {
    return rc;
  }
  rc = oms_output_reload_rows(&c, h, err);
  if (rc == OMS_OK) {
    rc = oms_csv_out_close(&c, err);
  }
  oms_csv_out_free(&c);
  o->reloads = rc == OMS_OK;
  return rc;
}

/* Files that not every run has. */
static bool is_written(const oms_output_t *o, const char *name) {
  if (strcmp(name, "report.html") == 0) {
    return o->reported;
  }
  return strcmp(name, "reloads.csv") != 0 || o->reloads;
}

int oms_output_finish(oms_output_t *o, const oms_desk_t *desk, const oms_summary_field_t *fields,
                      size_t n, oms_error_t *err) {
  int rc = oms_csv_out_close(&o->equity, err);
  if (rc == OMS_OK) {
    rc = write_file(o, "orders.csv", oms_orders_header, oms_output_orders, desk, err);
  }
  if (rc == OMS_OK) {
    rc = write_file(o, "fills.csv", oms_fills_header, oms_output_fills, desk, err);
  }
  if (rc == OMS_OK) {
    rc = write_file(o, "trades.csv", oms_trades_header, oms_output_trades, desk, err);
  }
  if (rc == OMS_OK) {
    rc = write_summary(o, fields, n, err);
  }
  for (size_t i = 0; rc == OMS_OK && i < OMS_COUNT(file_names); i++) {
    rc = is_written(o, file_names[i]) ? oms_folder_name(o->folder, file_names[i], err) : OMS_OK;
  }
  return rc;
}
