/* summary.c - the summary of a run: the keys of summary.json in their order, as JSON and for a
 * person. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/json_out.h"
#include "host/results.h"

static oms_summary_field_t *add(oms_summary_t *s, const char *name, oms_field_kind_t kind) {
  oms_summary_field_t *f = &s->fields[s->n++];
  *f = (oms_summary_field_t){.name = name, .kind = kind};
  return f;
}

static void add_integer(oms_summary_t *s, const char *name, int64_t v) {
  add(s, name, OMS_FIELD_INTEGER)->integer = v;
}

static void add_double(oms_summary_t *s, const char *name, double v) {
  add(s, name, isfinite(v) ? OMS_FIELD_DOUBLE : OMS_FIELD_NULL)->number = isfinite(v) ? v : 0;
}

static void add_text(oms_summary_t *s, const char *name, const char *text) {
  add(s, name, text[0] != '\0' ? OMS_FIELD_TEXT : OMS_FIELD_NULL)->text = text;
}

/* What the closed round trips say. Sums in 128 bits: they cannot overflow. */
typedef struct trade_sums {
  int64_t closed, wins;
  oms_int128_t profit, loss, pnl;
} trade_sums_t;

static int sum_trade(void *self, const oms_trade_t *t) {
  trade_sums_t *sums = self;
  if (oms_trade_is_open(t)) {
    return OMS_OK;
  }
  sums->closed++;
  sums->wins += t->pnl > 0;
  sums->pnl += t->pnl;
  if (t->pnl > 0) {
    sums->profit += t->pnl;
  } else {
    sums->loss -= t->pnl;
  }
  return OMS_OK;
}

static int64_t count_rejected(const oms_engine_t *e) {
  int64_t n = 0;
  for (uint32_t i = 0; i < oms_engine_order_count(e); i++) {
    n += oms_engine_order(e, i)->status == OMS_STATUS_REJECTED;
  }
  return n;
}

/* 1e-6 to currency units. */
static double units(oms_int128_t money) {
  return (double)money / (double)OMS_MONEY_SCALE;
}

static double ratio(double a, double b) {
  return b != 0 ? a / b : NAN;
}

static void add_counts(oms_summary_t *out, const oms_engine_t *e, const oms_run_facts_t *facts,
                       const trade_sums_t *trades) {
  add_integer(out, "bars", (int64_t)facts->bars);
  add_integer(out, "events", (int64_t)facts->events);
  add_integer(out, "orders", oms_engine_order_count(e));
  add_integer(out, "rejected", count_rejected(e));
  add_integer(out, "fills", oms_engine_fill_count(e));
  add_integer(out, "trades", trades->closed);
}

static void add_figures(oms_summary_t *out, const oms_stats_figures_t *f) {
  add_double(out, "initial_equity", units(f->initial_equity));
  add_double(out, "final_equity", units(f->final_equity));
  add_double(out, "return_pct", f->return_pct);
  add_double(out, "annual_return_pct", f->annual_return_pct);
  add_double(out, "volatility_pct", f->volatility_pct);
  add_double(out, "sharpe", f->sharpe);
  add_double(out, "sortino", f->sortino);
  add_double(out, "calmar", f->calmar);
  add_double(out, "max_drawdown_pct", f->max_drawdown_pct);
  add_integer(out, "max_drawdown_days", f->max_drawdown_days);
}

static void add_trades(oms_summary_t *out, const trade_sums_t *t) {
  double n = (double)t->closed;
  add_double(out, "win_rate_pct", ratio(100 * (double)t->wins, n));
  add_double(out, "profit_factor", ratio((double)t->profit, (double)t->loss));
  add_double(out, "expectancy", ratio(units(t->pnl), n));
}

static void add_accounts(oms_summary_t *out, const oms_engine_t *e, const oms_stats_figures_t *f) {
  oms_int128_t commission = 0, traded = 0;
  for (uint32_t i = 0; i < oms_engine_account_count(e); i++) {
    commission += oms_engine_account(e, i)->commission;
    traded += oms_engine_account(e, i)->traded_value;
  }
  add_double(out, "exposure_pct", f->exposure_pct);
  add_double(out, "commission", units(commission));
  add_double(out, "turnover", ratio(units(traded), f->mean_equity));
}

int oms_summary_make(const oms_engine_t *e, const oms_stats_t *s, const oms_run_facts_t *facts,
                     oms_summary_t *out) {
  memset(out, 0, sizeof *out);
  trade_sums_t trades = {0};
  oms_stats_figures_t figures;
  int rc = oms_engine_trades(e, sum_trade, &trades);
  if (rc == OMS_OK) {
    rc = oms_engine_state_hash(e, out->state_hash);
  }
  if (rc != OMS_OK) {
    return rc;
  }
  if (facts->start != OMS_NO_TIME && facts->end != OMS_NO_TIME) {
    oms_time_iso(facts->start, out->start);
    oms_time_iso(facts->end, out->end);
  }
  oms_stats_figures(s, facts->all_week, &figures);
  add_text(out, "start", out->start);
  add_text(out, "end", out->end);
  add_counts(out, e, facts, &trades);
  add_figures(out, &figures);
  add_trades(out, &trades);
  add_accounts(out, e, &figures);
  add_double(out, "seconds", facts->seconds);
  add_double(out, "events_per_second", ratio((double)facts->events, facts->seconds));
  add_text(out, "state_hash", out->state_hash);
  if (facts->partial) {
    add_integer(out, "partial", 1);
  }
  return OMS_OK;
}

bool oms_summary_is_measured(const char *name) {
  return strcmp(name, "seconds") == 0 || strcmp(name, "events_per_second") == 0;
}

/* JSON. */

void oms_summary_json_value(const oms_summary_field_t *f, FILE *to) {
  if (f->kind == OMS_FIELD_INTEGER) {
    fprintf(to, "%" PRId64, f->integer);
  } else if (f->kind == OMS_FIELD_DOUBLE) {
    oms_json_number(f->number, to);
  } else {
    oms_json_text(f->kind == OMS_FIELD_TEXT ? f->text : NULL, to);
  }
}

int oms_summary_json(const oms_summary_field_t *fields, size_t n, FILE *to) {
  fputs("{", to);
  for (size_t i = 0; i < n; i++) {
    const oms_summary_field_t *f = &fields[i];
    fputs(i > 0 ? ",\n  " : "\n  ", to);
    oms_json_text(f->name, to);
    fputs(": ", to);
    oms_summary_json_value(f, to);
  }
  fputs("\n}\n", to);
  return fflush(to) != 0 || ferror(to) != 0 ? OMS_ERR_IO : OMS_OK;
}

/* For a person. */

/* 340 bytes hold the largest double with two decimals. */
static void double_text(const char *name, double v, char out[OMS_SUMMARY_TEXT]) {
  size_t n = strlen(name);
  if (n > 4 && strcmp(name + n - 4, "_pct") == 0) {
    snprintf(out, OMS_SUMMARY_TEXT, "%.2f %%", v);
  } else if (strcmp(name, "events_per_second") == 0) {
    snprintf(out, OMS_SUMMARY_TEXT, "%.0f", v);
  } else {
    snprintf(out, OMS_SUMMARY_TEXT, strcmp(name, "seconds") == 0 ? "%.3f" : "%.2f", v);
  }
}

void oms_summary_text(const oms_summary_field_t *f, char out[OMS_SUMMARY_TEXT]) {
  if (f->kind == OMS_FIELD_INTEGER) {
    snprintf(out, OMS_SUMMARY_TEXT, "%" PRId64, f->integer);
  } else if (f->kind == OMS_FIELD_DOUBLE) {
    double_text(f->name, f->number, out);
  } else {
    snprintf(out, OMS_SUMMARY_TEXT, "%s", f->kind == OMS_FIELD_TEXT ? f->text : "-");
  }
}

void oms_summary_print(const oms_summary_field_t *fields, size_t n, FILE *to) {
  for (size_t i = 0; i < n; i++) {
    char text[OMS_SUMMARY_TEXT];
    oms_summary_text(&fields[i], text);
    fprintf(to, "%-18s %s\n", fields[i].name, text);
  }
}
