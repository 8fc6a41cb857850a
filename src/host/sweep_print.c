/* sweep_print.c - a sweep for a person: a table of the best combinations or of the windows, and
 * what the best of them is worth. */
#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/check.h"
#include "host/sweep_int.h"

/* A table: cells are written one by one, then printed with columns as wide as they need. */
typedef struct table {
  oms_arena_t arena;
  oms_array_t cells; /* const char * */
  size_t columns;
  bool failed;
} table_t;

static void put(table_t *t, const char *text) {
  const char *copy = oms_arena_text(&t->arena, text, strlen(text));
  t->failed = t->failed || copy == NULL || oms_array_push(&t->cells, &copy) != OMS_OK;
}

static void put_count(table_t *t, size_t n) {
  char text[24];
  snprintf(text, sizeof text, "%zu", n);
  put(t, text);
}

static void put_date(table_t *t, oms_time_t time, oms_zone_t zone) {
  char text[32];
  (void)oms_date_iso(time, zone, text);
  put(t, text);
}

static void put_stat(table_t *t, const oms_sweep_row_t *row, size_t stat) {
  char text[OMS_SUMMARY_TEXT];
  oms_summary_field_t f;
  oms_sweep_field(row, stat, &f);
  oms_summary_text(&f, text);
  put(t, text);
}

static size_t width_of(const table_t *t, size_t column) {
  size_t width = 0;
  for (size_t i = column; i < t->cells.n; i += t->columns) {
    size_t n = strlen(*OMS_AT(&t->cells, const char *, i));
    width = n > width ? n : width;
  }
  return width;
}

/* Prints and frees it. */
static int print_table(table_t *t, FILE *to) {
  for (size_t i = 0; !t->failed && i < t->cells.n; i++) {
    size_t column = i % t->columns;
    fprintf(to, "%*s%s", (int)width_of(t, column), *OMS_AT(&t->cells, const char *, i),
            column + 1 == t->columns ? "\n" : "  ");
  }
  oms_arena_free(&t->arena);
  oms_array_free(&t->cells);
  return t->failed ? OMS_ERR_NOMEM : OMS_OK;
}

/* The statistics that are shown: that of the sort first. */
#define SHOWN_MOST 8
static size_t shown(const oms_sweep_t *s, size_t out[SHOWN_MOST]) {
  static const char *const names[] = {
      "sharpe",        "return_pct", "annual_return_pct", "max_drawdown_pct", "win_rate_pct",
      "profit_factor", "trades"};
  size_t n = 1;
  out[0] = s->options.sort.stat;
  for (size_t k = 0; k < OMS_COUNT(names); k++) {
    size_t stat = oms_sweep_stat(names[k]);
    if (stat != out[0]) {
      out[n++] = stat;
    }
  }
  return n;
}

static int print_best(const oms_sweep_t *s, size_t top, FILE *to) {
  size_t stats[SHOWN_MOST], stat_n = shown(s, stats);
  const oms_grid_t *g = s->options.grid;
  table_t t = {.columns = g->n + stat_n + 1};
  oms_array_init(&t.cells, sizeof(const char *));
  put(&t, "");
  for (size_t i = 0; i < g->n; i++) {
    put(&t, g->axes[i].name);
  }
  for (size_t i = 0; i < stat_n; i++) {
    put(&t, oms_sweep_stat_name(stats[i]));
  }
  for (size_t i = 0; i < top && i < s->combinations; i++) {
    const oms_sweep_row_t *row = &s->rows[s->order[i]];
    if (row->status != OMS_SWEEP_DONE) {
      break; /* they come last */
    }
    put_count(&t, i + 1);
    for (size_t k = 0; k < g->n; k++) {
      put(&t, oms_grid_value(g, s->order[i], k));
    }
    for (size_t k = 0; k < stat_n; k++) {
      put_stat(&t, row, stats[k]);
    }
  }
  return print_table(&t, to);
}

static void put_window(table_t *t, const oms_sweep_t *s, size_t w) {
  const oms_grid_t *g = s->options.grid;
  oms_zone_t zone = s->config->data_n > 0 ? s->config->data[0].zone : OMS_ZONE_UTC;
  size_t chosen = s->chosen[w];
  bool any = s->chosen[w] != UINT32_MAX;
  put_count(t, w + 1);
  put_date(t, s->windows[w].train_from, zone);
  put_date(t, s->windows[w].train_to, zone);
  put_date(t, s->windows[w].test_to, zone);
  for (size_t k = 0; k < g->n; k++) {
    put(t, any ? oms_grid_value(g, chosen, k) : "-");
  }
  if (any) {
    put_stat(t, &s->rows[w * s->combinations + chosen], s->options.sort.stat);
  } else {
    put(t, "-");
  }
  if (any && s->tests[w].status != OMS_SWEEP_DONE) {
    put(t, oms_sweep_status_name(s->tests[w].status));
  } else {
    put_stat(t, &s->tests[w], s->options.sort.stat);
  }
}

static int print_windows(const oms_sweep_t *s, FILE *to) {
  static const char *const heads[] = {"", "train from", "test from", "test to"};
  const oms_grid_t *g = s->options.grid;
  char text[64];
  table_t t = {.columns = OMS_COUNT(heads) + g->n + 2};
  oms_array_init(&t.cells, sizeof(const char *));
  for (size_t i = 0; i < OMS_COUNT(heads); i++) {
    put(&t, heads[i]);
  }
  for (size_t i = 0; i < g->n; i++) {
    put(&t, g->axes[i].name);
  }
  snprintf(text, sizeof text, "%s in", oms_sweep_stat_name(s->options.sort.stat));
  put(&t, text);
  put(&t, "out of sample");
  for (size_t w = 0; w < s->window_n; w++) {
    put_window(&t, s, w);
  }
  return print_table(&t, to);
}

/* Two decimals; "-" for what is not defined. */
static void print_figure(const char *before, double v, const char *after, FILE *to) {
  if (isfinite(v)) {
    fprintf(to, "%s%.2f%s", before, v, after);
  } else {
    fprintf(to, "%s-", before);
  }
}

static void print_chain(const oms_sweep_t *s, FILE *to) {
  const oms_sweep_chain_t *c = &s->chain;
  fprintf(to, "\nOut of sample, the tests in a row: %zu days, %zu trades", c->days, c->trades);
  print_figure(", return ", c->return_pct, " %", to);
  print_figure(", a year ", c->annual_return_pct, " %", to);
  print_figure(", sharpe ", c->sharpe, "", to);
  print_figure(", max drawdown ", c->max_drawdown_pct, " %", to);
  fputc('\n', to);
  if (s->cold) {
    fprintf(to,
            "A strategy has no `warmup`: its indicators start cold in each window and each test "
            "('moondesk help lua on_warmup').\n");
  }
}

/* What the choice out of so many is worth. */
static void print_luck(const oms_sweep_t *s, FILE *to) {
  const oms_sweep_luck_t *l = &s->luck;
  if (l->trials < 2 || !isfinite(l->deflated)) {
    fprintf(to, "\nDeflated Sharpe ratio: not defined: it needs two combinations with a Sharpe "
                "ratio, and one of the best\n");
    return;
  }
  fprintf(
      to,
      "\nThe best Sharpe ratio of %zu trials would be %.2f by chance; that of the first here is "
      "%.2f.\nDeflated Sharpe ratio %.2f: ",
      l->trials, l->expected, l->sharpe, l->deflated);
  if (l->deflated >= OMS_SWEEP_BELIEVED) {
    fprintf(to, "more than the choice among so many explains; only data that it has not seen can "
                "confirm it.\n");
  } else {
    fprintf(to,
            "the choice among so many may explain it (%g is the usual bar): do not trust it "
            "without other data.\n",
            OMS_SWEEP_BELIEVED);
  }
}

static void print_counts(const oms_sweep_t *s, FILE *to) {
  size_t all = s->window_n * s->combinations;
  fprintf(to, "\n%zu of %zu runs are finished", s->finished, all);
  if (s->failed > 0) {
    fprintf(to, ", %zu of them failed", s->failed);
    for (size_t i = 0; i < all; i++) {
      const oms_sweep_row_t *row = &s->rows[i];
      if (row->status > OMS_SWEEP_DONE && row->message != NULL) {
        fprintf(to, "; the first: %s: %s", oms_sweep_status_name(row->status), row->message);
        break;
      }
    }
  }
  fprintf(to, "\n");
}

int oms_sweep_print(const oms_sweep_t *s, size_t top, FILE *to) {
  int rc = OMS_OK;
  if (s->options.walk == NULL) {
    rc = print_best(s, top, to);
    print_counts(s, to);
    print_luck(s, to);
  } else if (s->chosen != NULL && !s->interrupted) {
    rc = print_windows(s, to);
    print_counts(s, to);
    print_chain(s, to);
  } else {
    print_counts(s, to);
  }
  return rc;
}
