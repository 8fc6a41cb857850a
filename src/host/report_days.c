/* report_days.c - what the equity at the end of each trading day says over time: returns of months
 * and the Sharpe ratio of a moving window. The days are those of the summary (stats.c). */
#include <math.h>

#include "host/report.h"

#define ROLLING_POINTS 10000

static double equity_at(const oms_stats_t *s, size_t i, int64_t *day) {
  return (double)oms_stats_day_end(s, i, day);
}

/* Months. */

static int month_of(int64_t day, int *month) {
  int year, unused;
  oms_civil_from_days(day, &year, month, &unused);
  return year;
}

static void put_month(oms_page_t *to, int64_t day, double before, double after) {
  int month, year = month_of(day, &month);
  oms_page_begin(to, '[');
  oms_page_integer(to, year);
  oms_page_integer(to, month);
  oms_page_double(to, before > 0 ? 100 * (after / before - 1) : NAN);
  oms_page_end(to, ']');
}

/* A month's return is that of its last day end on the last one before it. */
static void months(oms_page_t *to, const oms_stats_t *s) {
  int64_t day, next;
  double before = equity_at(s, 0, &day);
  oms_page_key(to, "months");
  oms_page_begin(to, '[');
  for (size_t i = 1; i <= oms_stats_days(s); i++) {
    double after = equity_at(s, i, &day);
    bool last = i == oms_stats_days(s);
    int month, next_month = 0, year = month_of(day, &month), next_year = 0;
    if (!last) {
      (void)equity_at(s, i + 1, &next);
      next_year = month_of(next, &next_month);
    }
    if (last || next_month != month || next_year != year) {
      put_month(to, day, before, after);
      before = after;
    }
  }
  oms_page_end(to, ']');
}

/* Rolling Sharpe ratio. */

/* Half a year of days, less where the run is short; 0: too short for any. */
static size_t window_of(size_t days) {
  static const size_t windows[] = {126, 63, 21};
  for (size_t i = 0; i < sizeof windows / sizeof windows[0]; i++) {
    if (days >= 2 * windows[i]) {
      return windows[i];
    }
  }
  return 0;
}

static double day_return(const oms_stats_t *s, size_t i) {
  int64_t day;
  double before = equity_at(s, i - 1, &day);
  return before > 0 ? equity_at(s, i, &day) / before - 1 : NAN;
}

/* Of the 'window' days up to and with the i-th: as in the summary, but with the days of this window
 * alone. */
static double sharpe_at(const oms_stats_t *s, size_t i, size_t window, double days_a_year) {
  double sum = 0, squares = 0;
  for (size_t k = i + 1 - window; k <= i; k++) {
    sum += day_return(s, k);
  }
  double mean = sum / (double)window;
  for (size_t k = i + 1 - window; k <= i; k++) {
    double away = day_return(s, k) - mean;
    squares += away * away;
  }
  double deviation = sqrt(squares / (double)(window - 1));
  return deviation > 0 ? mean / deviation * sqrt(days_a_year) : NAN;
}

static void rolling(oms_page_t *to, const oms_stats_t *s, bool all_week) {
  size_t days = oms_stats_days(s), window = window_of(days);
  size_t each = (days + ROLLING_POINTS - 1) / ROLLING_POINTS;
  oms_page_key(to, "rollingWindow");
  oms_page_integer(to, (int64_t)window);
  oms_page_key(to, "rollingSharpe");
  oms_page_begin(to, '[');
  for (size_t i = window; window > 0 && i <= days; i += each) {
    int64_t day;
    (void)equity_at(s, i, &day);
    oms_page_begin(to, '[');
    oms_page_integer(to, day * (OMS_NS_PER_DAY / OMS_NS_PER_SECOND));
    oms_page_double(to, sharpe_at(s, i, window, oms_days_a_year(all_week)));
    oms_page_end(to, ']');
  }
  oms_page_end(to, ']');
}

void oms_report_days(oms_page_t *to, const oms_stats_t *stats, bool all_week) {
  oms_page_key(to, "days");
  oms_page_integer(to, (int64_t)oms_stats_days(stats));
  months(to, stats);
  rolling(to, stats, all_week);
}
