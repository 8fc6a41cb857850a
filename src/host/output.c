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
#include "host/bundle.h"
#include "host/events_out.h"
#include "host/folder.h"
#include "host/host.h"
#include "host/output_rows.h"
#include "host/report.h"
#include "host/results.h"

/* In the order in which they get their names. */
enum { EQUITY, ORDERS, FILLS, TRADES, EVENTS, RELOADS, REPORT, BUNDLE, SUMMARY, FILES };
static const char *const file_names[FILES] = {"equity.csv",  "orders.csv", "fills.csv",
                                              "trades.csv",  "events.csv", "reloads.csv",
                                              "report.html", "run.bundle", "summary.json"};

/* The rows of equity.csv as numbers: one a bar, they are hashed many at a time and not as text. */
#define EQUITY_BLOCK 512
typedef struct equity_digest {
  oms_digest_t *digest; /* owned */
  size_t n;
  unsigned char bytes[EQUITY_BLOCK * 4 * sizeof(int64_t)];
} equity_digest_t;

struct oms_output {
  char *folder; /* NULL: nothing is written, only digests are wanted */
  int lock;     /* the folder, open and locked; -1: not yet */
  oms_csv_out_t equity;
  equity_digest_t equity_values;
  oms_events_out_t *events; /* NULL: not asked for */
  bool written[FILES];      /* whole under its .part name */
  char digests[FILES][33];
};

static int no_memory(oms_error_t *err) {
  return oms_error_set(err, OMS_ERR_NOMEM, "out of memory for the output");
}

/* Results of an earlier run must not look like those of one that fails. The summary goes first. */
static int remove_old(const char *folder, oms_error_t *err) {
  int rc = OMS_OK;
  for (size_t i = OMS_COUNT(file_names); rc == OMS_OK && i > 0; i--) {
    rc = oms_folder_remove(folder, file_names[i - 1], err);
  }
  return rc;
}

static int open_files(oms_output_t *o, oms_error_t *err) {
  int rc = o->folder != NULL ? oms_folder_make(o->folder, err) : OMS_OK;
  if (rc == OMS_OK && o->folder != NULL) {
    rc = oms_folder_lock(o->folder, &o->lock, err);
  }
  if (rc == OMS_OK && o->folder != NULL) {
    rc = remove_old(o->folder, err);
  }
  o->equity_values.digest = oms_digest_new();
  if (rc == OMS_OK && o->equity_values.digest == NULL) {
    rc = no_memory(err);
  }
  if (rc == OMS_OK && o->folder != NULL) {
    rc = oms_csv_out_open(&o->equity, o->folder, file_names[EQUITY],
                          "ts,equity,cash,position_value,drawdown", err);
  }
  return rc;
}

int oms_output_open(const char *folder, oms_output_t **out, oms_error_t *err) {
  if (folder != NULL && folder[0] == '\0') {
    return oms_error_set(err, OMS_ERR_USAGE, "the output folder has no name");
  }
  size_t n = folder != NULL ? strlen(folder) : 0;
  oms_output_t *o = oms_alloc_zero(1, sizeof *o);
  char *copy = folder != NULL ? oms_alloc(n + 1) : NULL;
  if (o == NULL || (folder != NULL && copy == NULL)) {
    oms_free(o);
    oms_free(copy);
    return no_memory(err);
  }
  if (folder != NULL) {
    memcpy(copy, folder, n + 1);
  }
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
    oms_digest_free(o->equity_values.digest);
    oms_events_close(o->events);
    if (o->lock >= 0) {
      (void)close(o->lock);
    }
    oms_free(o->folder);
    oms_free(o);
  }
}

static void flush_values(equity_digest_t *e) {
  oms_digest_bytes(e->digest, e->bytes, e->n);
  e->n = 0;
}

/* Little-endian, whatever the machine. */
static void take_values(equity_digest_t *e, const int64_t v[4]) {
  for (int i = 0; i < 4; i++) {
    for (int k = 0; k < 8; k++) {
      e->bytes[e->n + (size_t)(8 * i + k)] = (unsigned char)((uint64_t)v[i] >> (8 * k));
    }
  }
  e->n += 4 * sizeof(int64_t);
  if (e->n == sizeof e->bytes) {
    flush_values(e);
  }
}

int oms_output_equity(oms_output_t *o, oms_time_t ts, oms_money_t equity, oms_money_t cash,
                      oms_money_t position_value, double drawdown, oms_error_t *err) {
  int64_t fraction = OMS_NO_PRICE;
  take_values(&o->equity_values, (const int64_t[]){ts, equity, cash, position_value});
  if (o->folder == NULL) {
    return OMS_OK;
  }
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

int oms_output_watch(oms_output_t *o, oms_desk_host_t *desk, oms_error_t *err) {
  return oms_events_open(o->folder, desk, &o->events, err);
}

oms_events_out_t *oms_output_events(oms_output_t *o) {
  return o->events;
}

static int write_file(oms_output_t *o, int file, const char *header,
                      int (*rows)(oms_csv_out_t *c, const oms_desk_t *desk, oms_error_t *err),
                      const oms_desk_t *desk, oms_error_t *err) {
  oms_csv_out_t c;
  int rc = oms_csv_out_open(&c, o->folder, file_names[file], header, err);
  if (rc != OMS_OK) {
    return rc;
  }
  rc = oms_csv_out_want_digest(&c) == OMS_OK ? rows(&c, desk, err) : no_memory(err);
  if (rc == OMS_OK) {
    rc = oms_csv_out_close(&c, err);
  }
  if (rc == OMS_OK) {
    o->written[file] = true;
    oms_csv_out_digest(&c, o->digests[file]);
  }
  oms_csv_out_free(&c);
  return rc;
}

static int write_summary(const oms_output_t *o, const oms_summary_field_t *fields, size_t n,
                         oms_error_t *err) {
  char *path = oms_csv_out_path(o->folder, file_names[SUMMARY], ".part");
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
  if (o->folder == NULL) {
    return OMS_OK;
  }
  int rc = oms_report_write(o->folder, h, fields, n, err);
  o->written[REPORT] = rc == OMS_OK;
  return rc;
}

/* What was streamed. */
static int end_streams(oms_output_t *o, oms_error_t *err) {
  int rc = oms_csv_out_close(&o->equity, err);
  if (rc == OMS_OK) {
    o->written[EQUITY] = true;
    flush_values(&o->equity_values);
    oms_digest_hex(o->equity_values.digest, o->digests[EQUITY]);
  }
  if (rc == OMS_OK && o->events != NULL) {
    rc = oms_events_finish(o->events, err);
    o->written[EVENTS] = rc == OMS_OK;
    oms_events_digest(o->events, o->digests[EVENTS]);
  }
  return rc;
}

int oms_output_write(oms_output_t *o, const oms_desk_t *desk, const oms_summary_field_t *fields,
                     size_t n, oms_error_t *err) {
  int rc = end_streams(o, err);
  if (rc == OMS_OK) {
    rc = write_file(o, ORDERS, oms_orders_header, oms_output_orders, desk, err);
  }
  if (rc == OMS_OK) {
    rc = write_file(o, FILLS, oms_fills_header, oms_output_fills, desk, err);
  }
  if (rc == OMS_OK) {
    rc = write_file(o, TRADES, oms_trades_header, oms_output_trades, desk, err);
  }
  if (rc == OMS_OK && o->folder != NULL) {
    rc = write_summary(o, fields, n, err);
    o->written[SUMMARY] = rc == OMS_OK;
  }
  return rc;
}

void oms_output_digests(const oms_output_t *o, oms_digests_t *out) {
  memcpy(out->events, o->digests[EVENTS], sizeof out->events);
  memcpy(out->fills, o->digests[FILLS], sizeof out->fills);
  memcpy(out->trades, o->digests[TRADES], sizeof out->trades);
  memcpy(out->equity, o->digests[EQUITY], sizeof out->equity);
}

int oms_output_bundle(oms_output_t *o, const oms_bundle_t *bundle, oms_error_t *err) {
  char *path = oms_csv_out_path(o->folder, file_names[BUNDLE], ".part");
  int rc = path == NULL ? no_memory(err) : oms_bundle_write(bundle, path, err);
  o->written[BUNDLE] = rc == OMS_OK;
  oms_free(path);
  return rc;
}

int oms_output_name(oms_output_t *o, oms_error_t *err) {
  int rc = OMS_OK;
  for (int i = 0; rc == OMS_OK && o->folder != NULL && i < FILES; i++) {
    rc = o->written[i] ? oms_folder_name(o->folder, file_names[i], err) : OMS_OK;
  }
  return rc;
}

int oms_output_reloads(oms_output_t *o, const struct oms_host *h, oms_error_t *err) {
  if (h->reloads.n == 0 || o->folder == NULL) {
    return OMS_OK;
  }
  oms_csv_out_t c;
  int rc = oms_csv_out_open(&c, o->folder, file_names[RELOADS], oms_reloads_header, err);
  if (rc != OMS_OK) {
    return rc;
  }
  rc = oms_output_reload_rows(&c, h, err);
  if (rc == OMS_OK) {
    rc = oms_csv_out_close(&c, err);
  }
  oms_csv_out_free(&c);
  o->written[RELOADS] = rc == OMS_OK;
  return rc;
}
