/* stats.c - what the equity at the end of each trading day says: returns, deviations, drawdown.
 * Knows nothing of orders and trades (summary.c adds them), nor of calendars: the host names the
 * day of a step. Invariants: 'ends' holds every day that is over and its equity, 'last' is that of
 * the day that runs. */
#include "host/results.h"

#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "bind/real.h"

struct oms_stats {
  oms_money_t initial, last, peak;
  int64_t day;
  bool started;
  uint64_t venue_steps, exposed_steps;
  oms_array_t ends; /* oms_day_end_t */
};

oms_stats_t *oms_stats_new(oms_money_t initial_equity) {
  oms_stats_t *s = oms_alloc_zero(1, sizeof *s);
  if (s != NULL) {
    s->initial = s->last = s->peak = initial_equity;
    oms_array_init(&s->ends, sizeof(oms_day_end_t));
  }
  return s;
}

void oms_stats_free(oms_stats_t *s) {
  if (s != NULL) {
    oms_array_free(&s->ends);
    oms_free(s);
  }
}

int oms_stats_step(oms_stats_t *s, oms_time_t ts, int64_t day, oms_money_t equity, bool venue_bar,
                   bool in_position) {
  (void)ts; /* the host has told the day; the time within it does not matter */
  if (!s->started || day > s->day) {
    const oms_day_end_t over = {s->day, s->last};
    int rc = s->started ? oms_array_push(&s->ends, &over) : OMS_OK;
    if (rc != OMS_OK) {
      return rc;
    }
    s->started = true;
    s->day = day;
  }
  s->last = equity;
  s->peak = equity > s->peak ? equity : s->peak;
  s->venue_steps += venue_bar;
  s->exposed_steps += venue_bar && in_position;
  return OMS_OK;
}

double oms_stats_drawdown(const oms_stats_t *s) {
  return s->peak <= 0 ? 0 : ((double)s->peak - (double)s->last) / (double)s->peak;
}

static size_t day_count(const oms_stats_t *s) {
  return s->started ? s->ends.n + 1 : 0;
}

size_t oms_stats_days(const oms_stats_t *s) {
  return day_count(s);
}

oms_money_t oms_stats_day_end(const oms_stats_t *s, size_t i, int64_t *day) {
  bool over = i > 0 && i - 1 < s->ends.n;
  oms_day_end_t end =
      over ? *OMS_AT(&s->ends, oms_day_end_t, i - 1) : (oms_day_end_t){s->day, s->last};
  if (i == 0) {
    int64_t first = s->ends.n > 0 ? OMS_AT(&s->ends, oms_day_end_t, 0)->day : s->day;
    end = (oms_day_end_t){first - 1, s->initial};
  }
  *day = end.day;
  return end.equity;
}

/* Equity at the end of day i, in 1e-6; day 0 is the start. */
static double day_end(const oms_stats_t *s, size_t i) {
  int64_t day;
  return (double)oms_stats_day_end(s, i, &day);
}

/* NaN once equity was not positive: a return on nothing says nothing. */
static double day_return(const oms_stats_t *s, size_t i) {
  double before = day_end(s, i - 1);
  return before > 0 ? day_end(s, i) / before - 1 : NAN;
}

static double ratio(double a, double b) {
  return b != 0 ? a / b : NAN;
}

static void returns_of_days(const oms_stats_t *s, double days_a_year, oms_stats_figures_t *out) {
  size_t n = day_count(s);
  double sum = 0, squares = 0, below = 0;
  for (size_t i = 1; i <= n; i++) {
    sum += day_return(s, i);
  }
  double mean = ratio(sum, (double)n);
  for (size_t i = 1; i <= n; i++) {
    double r = day_return(s, i);
    squares += (r - mean) * (r - mean);
    below += r < 0 ? r * r : 0;
  }
  double root_n = sqrt(days_a_year);
  double deviation = n > 1 ? sqrt(squares / (double)(n - 1)) : NAN;
  out->volatility_pct = 100 * deviation * root_n;
  out->sharpe = ratio(mean, deviation) * root_n;
  out->sortino = ratio(mean, sqrt(ratio(below, (double)n))) * root_n;
}

static void drawdown_of_days(const oms_stats_t *s, oms_stats_figures_t *out) {
  double peak = day_end(s, 0), deepest = 0;
  size_t below = 0, longest = 0;
  for (size_t i = 1; i <= day_count(s); i++) {
    double equity = day_end(s, i);
    below = equity < peak ? below + 1 : 0;
    longest = below > longest ? below : longest;
    peak = equity > peak ? equity : peak;
    double depth = peak > 0 ? (peak - equity) / peak : 0;
    deepest = depth > deepest ? depth : deepest;
  }
  out->max_drawdown_pct = 100 * deepest;
  out->max_drawdown_days = (int64_t)longest;
}

static double mean_of_days(const oms_stats_t *s) {
  double sum = 0;
  for (size_t i = 1; i <= day_count(s); i++) {
    sum += day_end(s, i);
  }
  return ratio(sum, (double)day_count(s)) / (double)OMS_MONEY_SCALE;
}

void oms_stats_figures(const oms_stats_t *s, bool all_week, oms_stats_figures_t *out) {
  size_t n = day_count(s);
  double days_a_year = oms_days_a_year(all_week);
  double growth = s->initial > 0 ? (double)s->last / (double)s->initial : NAN;
  *out = (oms_stats_figures_t){.initial_equity = s->initial, .final_equity = s->last, .days = n};
  out->return_pct = 100 * (growth - 1);
  out->annual_return_pct =
      n > 0 && growth >= 0 ? 100 * (oms_real_pow(growth, days_a_year / (double)n) - 1) : NAN;
  returns_of_days(s, days_a_year, out);
  drawdown_of_days(s, out);
  out->calmar = ratio(out->annual_return_pct, out->max_drawdown_pct);
  out->exposure_pct = ratio(100 * (double)s->exposed_steps, (double)s->venue_steps);
  out->mean_equity = mean_of_days(s);
}

/* Moments. */

/* The values come through a function: day returns are not kept. */
static void moments(double (*value)(const void *self, size_t i), const void *self, size_t n,
                    oms_moments_t *out) {
  double sum = 0, m2 = 0, m3 = 0, m4 = 0;
  for (size_t i = 0; i < n; i++) {
    sum += value(self, i);
  }
  double mean = ratio(sum, (double)n);
  for (size_t i = 0; i < n; i++) {
    double d = value(self, i) - mean;
    m2 += d * d;
    m3 += d * d * d;
    m4 += d * d * d * d;
  }
  double variance = ratio(m2, (double)n);
  *out = (oms_moments_t){.n = n, .mean = mean};
  out->deviation = n > 1 ? sqrt(m2 / (double)(n - 1)) : NAN;
  out->skew = ratio(ratio(m3, (double)n), variance * sqrt(variance));
  out->kurtosis = ratio(ratio(m4, (double)n), variance * variance);
}

static double of_array(const void *self, size_t i) {
  return ((const double *)self)[i];
}

static double of_days(const void *self, size_t i) {
  return day_return(self, i + 1);
}

void oms_moments(const double *values, size_t n, oms_moments_t *out) {
  moments(of_array, values, n, out);
}

void oms_stats_moments(const oms_stats_t *s, oms_moments_t *out) {
  moments(of_days, s, day_count(s), out);
}
