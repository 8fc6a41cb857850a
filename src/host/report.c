/* report.c - the data of report.html as a whole: names, summary, warnings, the order of the parts.
 * Leaves out the parts themselves (report_*.c), how the page looks (src/web), and when the file
 * gets its name (output.c). */
#include "host/report.h"

#include "base/alloc.h"
#include "base/check.h"
#include "host/csv_out.h"

/* A session has a name; a run of the command line is known by its strategy. */
static const char *name_of(const oms_host_t *h) {
  bool plain = h->config->path == NULL && h->scripts.n > h->rule_n;
  return plain ? OMS_AT(&h->scripts, oms_host_script_t, h->rule_n)->id : h->config->name;
}

static void put_text(oms_page_t *to, const char *key, const char *text) {
  oms_page_key(to, key);
  oms_page_text(to, text);
}

static void origin(oms_page_t *to, const oms_host_t *h) {
  put_text(to, "kind", "run");
  put_text(to, "title", name_of(h));
  put_text(to, "session", h->config->path);
  oms_page_key(to, "from");
  oms_page_time(to, h->config->from);
  oms_page_key(to, "to");
  oms_page_time(to, h->config->to);
  char seed[24]; /* a text: JavaScript rounds large integers */
  snprintf(seed, sizeof seed, "%llu", (unsigned long long)h->config->seed);
  put_text(to, "seed", seed);
  oms_page_key(to, "partial");
  oms_page_bool(to, h->facts.partial);
  oms_page_key(to, "strategyFailed");
  oms_page_bool(to, h->strategy_failed);
}

/* Summary, warnings, names. */

static void put_field(oms_page_t *to, const oms_summary_field_t *f) {
  oms_page_begin(to, '[');
  oms_page_text(to, f->name);
  if (f->kind == OMS_FIELD_INTEGER) {
    oms_page_integer(to, f->integer);
  } else if (f->kind == OMS_FIELD_DOUBLE) {
    oms_page_double(to, f->number);
  } else {
    oms_page_text(to, f->kind == OMS_FIELD_TEXT ? f->text : NULL);
  }
  oms_page_end(to, ']');
}

static void summary(oms_page_t *to, const oms_summary_field_t *fields, size_t n) {
  oms_page_key(to, "summary");
  oms_page_begin(to, '[');
  for (size_t i = 0; i < n; i++) {
    put_field(to, &fields[i]);
  }
  oms_page_end(to, ']');
}

static void warnings(oms_page_t *to, const oms_host_t *h) {
  oms_page_key(to, "warnings");
  oms_page_begin(to, '[');
  for (size_t i = 0; i < h->warnings.n; i++) {
    oms_page_text(to, *OMS_AT(&h->warnings, char *, i));
  }
  oms_page_end(to, ']');
  oms_page_key(to, "warningCount");
  oms_page_integer(to, (int64_t)h->warning_n);
}

/* Rows of trades and stops name these by place. */
static void names(oms_page_t *to, const oms_engine_t *e) {
  oms_page_key(to, "symbols");
  oms_page_begin(to, '[');
  for (uint32_t i = 0; i < oms_engine_instrument_count(e); i++) {
    oms_page_text(to, oms_engine_instrument(e, i)->symbol);
  }
  oms_page_end(to, ']');
  oms_page_key(to, "strategies");
  oms_page_begin(to, '[');
  for (uint32_t i = 0; i < oms_engine_owner_count(e); i++) {
    oms_page_text(to, oms_engine_owner(e, i)->id);
  }
  oms_page_end(to, ']');
  oms_page_key(to, "accounts");
  oms_page_begin(to, '[');
  for (uint32_t i = 0; i < oms_engine_account_count(e); i++) {
    oms_page_text(to, oms_engine_account(e, i)->id);
  }
  oms_page_end(to, ']');
}

/* Tables. */

void oms_report_table(oms_page_t *to, const char *id, const char *title, const char *line,
                      const char *columns, const char *none) {
  oms_page_begin(to, '{');
  put_text(to, "id", id);
  put_text(to, "title", title);
  put_text(to, "note", line);
  put_text(to, "none", none);
  put_text(to, "columns", columns);
  oms_page_key(to, "rows");
  oms_page_begin(to, '[');
}

void oms_report_table_end(oms_page_t *to) {
  oms_page_end(to, ']');
  oms_page_end(to, '}');
}

static int tables(oms_page_t *to, const oms_host_t *h) {
  oms_page_key(to, "tables");
  oms_page_begin(to, '[');
  oms_report_execution(to, h);
  int orders = oms_report_orders(to, h->engine);
  int setup = oms_report_setup(to, h);
  oms_page_end(to, ']');
  return orders != OMS_OK ? orders : setup;
}

/* The page. */

static int data(oms_page_t *to, const oms_host_t *h, const oms_summary_field_t *fields, size_t n) {
  oms_page_begin(to, '{');
  origin(to, h);
  summary(to, fields, n);
  warnings(to, h);
  names(to, h->engine);
  int series = oms_report_series(to, h);
  int prices = oms_report_prices(to, h);
  oms_report_days(to, h->stats, h->facts.all_week);
  int trades = oms_report_trades(to, h->engine);
  int rest = tables(to, h);
  oms_page_end(to, '}');
  const int all[] = {series, prices, trades, rest};
  for (size_t i = 0; i < OMS_COUNT(all); i++) {
    if (all[i] != OMS_OK) {
      return all[i];
    }
  }
  return OMS_OK;
}

int oms_report_write(const char *folder, const oms_host_t *h, const oms_summary_field_t *fields,
                     size_t n, oms_error_t *err) {
  oms_page_t to;
  char *path = oms_csv_out_path(folder, "report.html", "");
  if (path == NULL) {
    return oms_error_set(err, OMS_ERR_NOMEM, "out of memory for report.html");
  }
  int rc = oms_page_open(&to, path, name_of(h), err);
  if (rc == OMS_OK) {
    int written = data(&to, h, fields, n);
    rc = oms_page_close(&to, err);
    if (rc == OMS_OK && written != OMS_OK) {
      rc = oms_error_set(err, written, "out of memory for report.html");
    }
  }
  oms_free(path);
  return rc;
}
