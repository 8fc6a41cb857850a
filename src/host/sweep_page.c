/* sweep_page.c - the data of sweep.html: axes, rows, what the best is worth, the windows of a
 * walk-forward. src/web/sweep.js draws it and lists the keys. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/check.h"
#include "host/csv_out.h"
#include "host/page_out.h"
#include "host/sweep_int.h"

#define ROWS_MOST  20000 /* that the page holds; sweep.csv has all */
#define CURVE_MOST 20000

static void key_text(oms_page_t *to, const char *key, const char *text) {
  oms_page_key(to, key);
  oms_page_text(to, text);
}

static size_t row_count(const oms_sweep_t *s) {
  return s->window_n * s->combinations;
}

/* Axes. */

/* A number where it reads the same as one: 0.10 stays as it was given. */
static void put_value(oms_page_t *to, const char *text) {
  char plain[40];
  double v = strtod(text, NULL);
  snprintf(plain, sizeof plain, "%.12g", v);
  if (oms_grid_number(text) && strcmp(plain, text) == 0) {
    oms_page_double(to, v);
  } else {
    oms_page_text(to, text);
  }
}

static void begin_axis(oms_page_t *to, const char *name) {
  oms_page_begin(to, '{');
  key_text(to, "name", name);
  oms_page_key(to, "values");
  oms_page_begin(to, '[');
}

static void end_axis(oms_page_t *to) {
  oms_page_end(to, ']');
  oms_page_end(to, '}');
}

static void put_date(oms_page_t *to, oms_time_t t) {
  char text[32] = "";
  if (t != OMS_NO_TIME) {
    (void)oms_date_iso(t, OMS_ZONE_UTC, text);
  }
  oms_page_text(to, text);
}

/* The windows of a walk-forward are one more axis, named by the day on which they begin. */
static void put_axes(oms_page_t *to, const oms_sweep_t *s) {
  const oms_grid_t *g = s->options.grid;
  oms_page_key(to, "params");
  oms_page_begin(to, '[');
  for (size_t i = 0; i < g->n; i++) {
    begin_axis(to, g->axes[i].name);
    for (size_t k = 0; k < g->axes[i].n; k++) {
      put_value(to, g->axes[i].values[k]);
    }
    end_axis(to);
  }
  if (s->options.walk != NULL) {
    begin_axis(to, "window from");
    for (size_t w = 0; w < s->window_n; w++) {
      put_date(to, s->windows[w].train_from);
    }
    end_axis(to);
  }
  oms_page_end(to, ']');
}

/* Rows. */

/* Statistics that are numbers and differ between rows. */
static bool is_shown(size_t stat) {
  static const char *const others[] = {"start", "end",    "state_hash",
                                       "bars",  "events", "initial_equity"};
  for (size_t i = 0; i < OMS_COUNT(others); i++) {
    if (strcmp(oms_sweep_stat_name(stat), others[i]) == 0) {
      return false;
    }
  }
  return true;
}

static void put_stat(oms_page_t *to, const oms_sweep_row_t *row, size_t stat) {
  oms_summary_field_t f;
  oms_sweep_field(row, stat, &f);
  if (f.kind == OMS_FIELD_INTEGER) {
    oms_page_integer(to, f.integer);
  } else {
    oms_page_double(to, f.kind == OMS_FIELD_DOUBLE ? f.number : NAN);
  }
}

static void put_row(oms_page_t *to, const oms_sweep_t *s, size_t i) {
  const oms_sweep_row_t *row = &s->rows[i];
  oms_page_begin(to, '{');
  oms_page_key(to, "params");
  oms_page_begin(to, '[');
  for (size_t axis = 0; axis < s->options.grid->n; axis++) {
    oms_page_integer(to, (int64_t)oms_grid_pick(s->options.grid, i % s->combinations, axis));
  }
  if (s->options.walk != NULL) {
    oms_page_integer(to, (int64_t)(i / s->combinations));
  }
  oms_page_end(to, ']');
  oms_page_key(to, "stats");
  oms_page_begin(to, '[');
  for (size_t stat = 0; stat < OMS_SWEEP_STATS; stat++) {
    if (is_shown(stat)) {
      put_stat(to, row, stat);
    }
  }
  oms_page_end(to, ']');
  key_text(to, "status", oms_sweep_status_name(row->status));
  key_text(to, "message", row->message);
  oms_page_end(to, '}');
}

/* Best first where there is one order of all. */
static void put_rows(oms_page_t *to, const oms_sweep_t *s) {
  size_t all = row_count(s), n = all < ROWS_MOST ? all : ROWS_MOST;
  oms_page_key(to, "stats");
  oms_page_begin(to, '[');
  for (size_t stat = 0; stat < OMS_SWEEP_STATS; stat++) {
    if (is_shown(stat)) {
      oms_page_text(to, oms_sweep_stat_name(stat));
    }
  }
  oms_page_end(to, ']');
  oms_page_key(to, "lessIsBetter");
  oms_page_begin(to, '[');
  for (size_t stat = 0; stat < OMS_SWEEP_STATS; stat++) {
    if (is_shown(stat) && oms_sweep_less_is_better(stat)) {
      oms_page_text(to, oms_sweep_stat_name(stat));
    }
  }
  oms_page_end(to, ']');
  oms_page_key(to, "rows");
  oms_page_begin(to, '[');
  for (size_t i = 0; i < n; i++) {
    put_row(to, s, s->order != NULL ? s->order[i] : i);
  }
  oms_page_end(to, ']');
  oms_page_key(to, "rowCount");
  oms_page_integer(to, (int64_t)all);
  oms_page_key(to, "best");
  bool any = s->order != NULL && s->rows[s->order[0]].status == OMS_SWEEP_DONE;
  oms_page_decimal(to, any ? 0 : OMS_NO_PRICE, 0);
}

/* What the best is worth. */

static void put_figure(oms_page_t *to, const char *name, double v) {
  oms_page_begin(to, '[');
  oms_page_text(to, name);
  oms_page_double(to, v);
  oms_page_end(to, ']');
}

static void put_luck(oms_page_t *to, const oms_sweep_t *s) {
  oms_page_key(to, "deflated");
  oms_page_begin(to, '[');
  if (s->order != NULL) {
    put_figure(to, "trials", (double)s->luck.trials);
    put_figure(to, "sharpe of the best", s->luck.sharpe);
    put_figure(to, "sharpe expected by chance", s->luck.expected);
    put_figure(to, "deflated sharpe ratio", s->luck.deflated);
  }
  oms_page_end(to, ']');
}

static void put_warnings(oms_page_t *to, const oms_sweep_t *s) {
  char text[300];
  oms_page_key(to, "warnings");
  oms_page_begin(to, '[');
  if (s->order != NULL && s->luck.deflated < OMS_SWEEP_BELIEVED) {
    snprintf(
        text, sizeof text,
        "The best Sharpe ratio of %zu trials would be %.2f by chance, that of the best here is "
        "%.2f: deflated Sharpe ratio %.2f. The choice among so many may explain it (%g is "
        "the usual bar): do not trust it without other data.",
        s->luck.trials, s->luck.expected, s->luck.sharpe, s->luck.deflated, OMS_SWEEP_BELIEVED);
    oms_page_text(to, text);
  }
  if (row_count(s) > ROWS_MOST) {
    snprintf(text, sizeof text, "The %s %d of %zu runs are here, sweep.csv has all.",
             s->order != NULL ? "best" : "first", ROWS_MOST, row_count(s));
    oms_page_text(to, text);
  }
  oms_page_end(to, ']');
}

/* Walk-forward. */

static const char *const window_stats[] = {"sharpe", "return_pct", "max_drawdown_pct", "trades"};

static void put_window_columns(oms_page_t *to, const oms_grid_t *g) {
  static const char *const first[] = {"window", "train from", "train to", "test to"};
  oms_page_key(to, "columns");
  oms_page_begin(to, '[');
  for (size_t i = 0; i < OMS_COUNT(first); i++) {
    oms_page_text(to, first[i]);
  }
  for (size_t i = 0; i < g->n; i++) {
    oms_page_text(to, g->axes[i].name);
  }
  for (size_t i = 0; i < 2 * OMS_COUNT(window_stats); i++) {
    bool in = i < OMS_COUNT(window_stats);
    oms_page_text_begin(to);
    oms_page_text_add(to, in ? "train " : "test ");
    oms_page_text_add(to, window_stats[i % OMS_COUNT(window_stats)]);
    oms_page_text_end(to);
  }
  oms_page_text(to, "status");
  oms_page_end(to, ']');
}

static void put_window(oms_page_t *to, const oms_sweep_t *s, size_t w) {
  const oms_sweep_row_t none = {.status = OMS_SWEEP_WAITING};
  uint32_t chosen = s->chosen[w];
  bool any = chosen != UINT32_MAX;
  const oms_sweep_row_t *trained = any ? &s->rows[w * s->combinations + chosen] : &none;
  oms_page_begin(to, '[');
  oms_page_integer(to, (int64_t)w + 1);
  put_date(to, s->windows[w].train_from);
  put_date(to, s->windows[w].train_to);
  put_date(to, s->windows[w].test_to);
  for (size_t i = 0; i < s->options.grid->n; i++) {
    if (any) {
      put_value(to, oms_grid_value(s->options.grid, chosen, i));
    } else {
      oms_page_text(to, NULL);
    }
  }
  for (size_t i = 0; i < 2 * OMS_COUNT(window_stats); i++) {
    bool in = i < OMS_COUNT(window_stats);
    put_stat(to, in ? trained : &s->tests[w],
             oms_sweep_stat(window_stats[i % OMS_COUNT(window_stats)]));
  }
  oms_page_text(to, oms_sweep_status_name(s->tests[w].status));
  oms_page_end(to, ']');
}

static void put_windows(oms_page_t *to, const oms_sweep_t *s) {
  oms_page_key(to, "walkForward");
  oms_page_begin(to, '{');
  put_window_columns(to, s->options.grid);
  oms_page_key(to, "rows");
  oms_page_begin(to, '[');
  for (size_t w = 0; s->chosen != NULL && w < s->window_n && w < ROWS_MOST; w++) {
    put_window(to, s, w);
  }
  oms_page_end(to, ']');
  oms_page_end(to, '}');
}

static void put_chain(oms_page_t *to, const oms_sweep_t *s) {
  const oms_sweep_chain_t *c = &s->chain;
  oms_page_key(to, "outOfSample");
  oms_page_begin(to, '[');
  if (s->chosen != NULL) {
    put_figure(to, "days", (double)c->days);
    put_figure(to, "trades", (double)c->trades);
    put_figure(to, "return_pct", c->return_pct);
    put_figure(to, "annual_return_pct", c->annual_return_pct);
    put_figure(to, "sharpe", c->sharpe);
    put_figure(to, "max_drawdown_pct", c->max_drawdown_pct);
  }
  oms_page_end(to, ']');
}

static void put_end(oms_page_t *to, const oms_day_end_t *end) {
  oms_page_begin(to, '[');
  oms_page_integer(to, end->day * (OMS_NS_PER_DAY / OMS_NS_PER_SECOND));
  oms_page_decimal(to, end->equity, OMS_MONEY_DECIMALS);
  oms_page_end(to, ']');
}

/* Every so many days where there are more than the page takes, and the last one. */
static void put_curve(oms_page_t *to, const oms_sweep_t *s) {
  size_t n = s->chain_ends.n, each = n / CURVE_MOST + 1;
  oms_page_key(to, "equity");
  oms_page_begin(to, '[');
  for (size_t i = 0; i < n; i += each) {
    put_end(to, OMS_AT(&s->chain_ends, oms_day_end_t, i));
  }
  if (n > 0 && (n - 1) % each != 0) {
    put_end(to, OMS_AT(&s->chain_ends, oms_day_end_t, n - 1));
  }
  oms_page_end(to, ']');
}

/* The page. */

static void put_sweep(oms_page_t *to, const oms_sweep_t *s, const char *title) {
  oms_page_begin(to, '{');
  key_text(to, "kind", "sweep");
  key_text(to, "title", title);
  key_text(to, "sort", oms_sweep_stat_name(s->options.sort.stat));
  put_axes(to, s);
  put_rows(to, s);
  put_luck(to, s);
  put_warnings(to, s);
  put_windows(to, s);
  put_chain(to, s);
  put_curve(to, s);
  oms_page_end(to, '}');
}

int oms_sweep_write_page(const oms_sweep_t *s, oms_error_t *err) {
  oms_page_t to;
  char title[300];
  snprintf(title, sizeof title, "Sweep of %s", s->options.strategy);
  char *path = oms_csv_out_path(s->options.out, "sweep.html", "");
  if (path == NULL) {
    return oms_error_set(err, OMS_ERR_NOMEM, "out of memory for sweep.html");
  }
  int rc = oms_page_open(&to, path, title, err);
  if (rc == OMS_OK) {
    put_sweep(&to, s, title);
    rc = oms_page_close(&to, err);
  }
  oms_free(path);
  return rc;
}
