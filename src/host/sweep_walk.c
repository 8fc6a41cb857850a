/* sweep_walk.c - walk-forward: which combination each window chose, and its tests in a row: the
 * returns of the days of each test are chained, as if the account had changed parameters at the
 * bounds, flat. */
#include <math.h>

#include "base/alloc.h"
#include "bind/real.h"
#include "host/sweep_int.h"

static int nomem(oms_error_t *err) {
  return oms_error_set(err, OMS_ERR_NOMEM, "out of memory for the walk-forward");
}

/* One window without a walk-forward: that of the config. */
static int whole_run(oms_sweep_run_t *r, oms_array_t *windows, oms_error_t *err) {
  const oms_window_t all = {r->config->from, r->config->to, OMS_NO_TIME};
  return oms_array_push(windows, &all) == OMS_OK ? OMS_OK : nomem(err);
}

static int roll(oms_sweep_run_t *r, oms_array_t *windows, oms_error_t *err) {
  const oms_session_config_t *c = r->config;
  oms_time_t first, last, end = c->to != OMS_NO_TIME ? c->to : INT64_MAX;
  oms_zone_t zone = c->data_n > 0 ? c->data[0].zone : OMS_ZONE_UTC;
  oms_dataset_span(r->dataset, &first, &last);
  if (first == OMS_NO_TIME) {
    return oms_error_set(err, OMS_ERR_USAGE, "--walk-forward: the data has no rows");
  }
  int64_t day = oms_day_of_local(oms_time_to_local(first, zone));
  oms_time_t from = c->from != OMS_NO_TIME && c->from > first
                        ? c->from
                        : oms_time_from_local(day * OMS_NS_PER_DAY, zone);
  if (c->to == OMS_NO_TIME) { /* the day after the last label, for show: no bar lies behind */
    day = oms_day_of_local(oms_time_to_local(last, zone));
    end = oms_time_from_local((day + 1) * OMS_NS_PER_DAY, zone);
  }
  return oms_walk_windows(r->options->walk, zone, from, last, end, windows, err);
}

int oms_sweep_windows(oms_sweep_run_t *r, oms_error_t *err) {
  oms_sweep_t *s = r->sweep;
  oms_array_t windows;
  oms_array_init(&windows, sizeof(oms_window_t));
  int rc = r->options->walk != NULL ? roll(r, &windows, err) : whole_run(r, &windows, err);
  s->windows = windows.data;
  s->window_n = windows.n;
  if (rc == OMS_OK && s->window_n > (size_t)OMS_GRID_MOST / s->combinations) {
    rc = oms_error_set(err, OMS_ERR_USAGE,
                       "--walk-forward: %zu windows of %zu combinations are more than %d runs; "
                       "take longer spans or larger steps",
                       s->window_n, s->combinations, (int)OMS_GRID_MOST);
  }
  return rc;
}

int oms_sweep_choose(oms_sweep_t *s, oms_error_t *err) {
  s->chosen = oms_alloc_zero(s->window_n, sizeof *s->chosen);
  s->tests = oms_alloc_zero(s->window_n, sizeof *s->tests);
  if (s->chosen == NULL || s->tests == NULL) {
    return nomem(err);
  }
  for (size_t w = 0; w < s->window_n; w++) {
    const oms_sweep_row_t *rows = &s->rows[w * s->combinations];
    size_t best = 0;
    for (size_t i = 1; i < s->combinations; i++) {
      best = oms_sweep_compare(&s->options.sort, &rows[i], &rows[best]) < 0 ? i : best;
    }
    s->chosen[w] = rows[best].status == OMS_SWEEP_DONE ? (uint32_t)best : UINT32_MAX;
  }
  return OMS_OK;
}

/* The chain. */

static double initial_equity(const oms_session_config_t *c) {
  double sum = 0;
  for (size_t i = 0; i < c->account_n; i++) {
    sum += (double)c->accounts[i].initial_cash;
  }
  return sum;
}

/* The days of a test onto the chain: its returns, on what the chain has come to. */
static int add_test(oms_sweep_t *s, uint32_t window, const oms_array_t *ends, double *equity,
                    oms_array_t *returns) {
  double before = initial_equity(s->config);
  for (size_t i = 0; i < ends->n; i++) {
    const oms_day_end_t *end = OMS_AT(ends, oms_day_end_t, i);
    double change = before > 0 ? (double)end->equity / before - 1 : NAN;
    *equity *= 1 + change;
    before = (double)end->equity;
    oms_day_end_t link = {end->day, 0};
    if (!(fabs(*equity) < 9e18)) {
      link.equity = OMS_NO_PRICE; /* not defined from here on */
    } else {
      link.equity = (oms_money_t)llround(*equity);
    }
    if (oms_array_push(&s->chain_ends, &link) != OMS_OK ||
        oms_array_push(&s->chain_windows, &window) != OMS_OK ||
        oms_array_push(returns, &change) != OMS_OK) {
      return OMS_ERR_NOMEM;
    }
  }
  return OMS_OK;
}

static double drawdown(const double *returns, size_t n) {
  double equity = 1, peak = 1, deepest = 0;
  for (size_t i = 0; i < n; i++) {
    equity *= 1 + returns[i];
    peak = equity > peak ? equity : peak;
    deepest = (peak - equity) / peak > deepest ? (peak - equity) / peak : deepest;
  }
  return isnan(equity) ? NAN : 100 * deepest;
}

static void figures(oms_sweep_t *s, double growth, const oms_array_t *returns, bool all_week) {
  oms_moments_t m;
  double year = oms_days_a_year(all_week);
  oms_moments(returns->data, returns->n, &m);
  s->chain.days = returns->n;
  s->chain.return_pct = 100 * (growth - 1);
  s->chain.annual_return_pct = growth >= 0 && returns->n > 0
                                   ? 100 * (oms_real_pow(growth, year / (double)returns->n) - 1)
                                   : NAN;
  s->chain.sharpe = m.deviation != 0 ? m.mean / m.deviation * sqrt(year) : NAN;
  s->chain.max_drawdown_pct = drawdown(returns->data, returns->n);
}

static size_t trades_of(const oms_sweep_row_t *row) {
  return row->status == OMS_SWEEP_DONE ? (size_t)row->values[oms_sweep_stat("trades")].integer : 0;
}

int oms_sweep_chain(oms_sweep_t *s, const oms_array_t *ends, oms_error_t *err) {
  oms_array_t returns;
  bool all_week = false;
  double initial = initial_equity(s->config), equity = initial;
  int rc = OMS_OK;
  oms_array_init(&returns, sizeof(double));
  for (size_t w = 0; w < s->window_n && rc == OMS_OK; w++) {
    if (s->tests[w].status == OMS_SWEEP_DONE) {
      all_week = all_week || s->tests[w].all_week;
      s->chain.trades += trades_of(&s->tests[w]);
      rc = add_test(s, (uint32_t)w, &ends[w], &equity, &returns);
    }
  }
  figures(s, initial > 0 ? equity / initial : NAN, &returns, all_week);
  oms_array_free(&returns);
  return rc == OMS_OK ? OMS_OK : nomem(err);
}
