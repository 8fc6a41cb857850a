/* sweep_window.c - the windows of a walk-forward by the calendar. Every bound is counted from the
 * first one, so that a month that is too short for the day does not move those after it. */
#include <ctype.h>
#include <string.h>

#include "host/sweep.h"

#define SPAN_MOST    36600 /* of any unit */
#define WINDOWS_MOST 100000
#define YEAR_LAST    2261

/* Reading. */

/* "3y" at '*at', which is left behind it. */
static bool read_span(const char **at, oms_span_t *out) {
  int64_t n = 0;
  const char *p = *at;
  for (; isdigit((unsigned char)*p) && n <= SPAN_MOST; p++) {
    n = n * 10 + (*p - '0');
  }
  bool good = p > *at && n > 0 && n <= SPAN_MOST && *p != '\0' && strchr("dwmy", *p) != NULL;
  *out = (oms_span_t){(int)n, *p};
  *at = p + (good ? 1 : 0);
  return good;
}

int oms_walk_parse(const char *text, oms_walk_t *out, oms_error_t *err) {
  const char *at = text;
  if (!read_span(&at, &out->train) || *at++ != ':' || !read_span(&at, &out->test) || *at != '\0') {
    return oms_error_set(err, OMS_ERR_USAGE,
                         "--walk-forward: must be TRAIN:TEST, each a number of days (d), weeks "
                         "(w), months (m) or years (y), such as 3y:1y or 12m:3m, got '%.60s'",
                         text);
  }
  return OMS_OK;
}

/* Dates. */

/* The day that lies 'times' spans after 'day' (days since 1970). */
static int64_t add_days(int64_t day, const oms_span_t *span, int64_t times) {
  return day + times * span->n * (span->unit == 'w' ? 7 : 1);
}

static int64_t add_months(int64_t day, int64_t months) {
  int year, month, of_month;
  oms_civil_from_days(day, &year, &month, &of_month);
  int64_t all = (int64_t)year * 12 + month - 1 + months;
  int64_t to_year = all / 12 > YEAR_LAST ? YEAR_LAST : all / 12;
  int to_month = (int)(all % 12) + 1;
  while (!oms_civil_valid((int)to_year, to_month, of_month)) {
    of_month--; /* the 31st of a shorter month is its last day */
  }
  return oms_days_from_civil((int)to_year, to_month, of_month);
}

static int64_t add_span(int64_t day, const oms_span_t *span, int64_t times) {
  if (span->unit == 'd' || span->unit == 'w') {
    return add_days(day, span, times);
  }
  return add_months(day, times * span->n * (span->unit == 'y' ? 12 : 1));
}

/* Windows. */

typedef struct rolling {
  const oms_walk_t *walk;
  oms_zone_t zone;
  int64_t day, time; /* of the start, wall time of the zone */
} rolling_t;

/* An instant of the calendar; dates beyond the range of times give its edge. */
static oms_time_t instant(const rolling_t *r, int64_t day) {
  const int64_t most = INT64_MAX / OMS_NS_PER_DAY - 2;
  return oms_time_from_local((day < most ? day : most) * OMS_NS_PER_DAY + r->time, r->zone);
}

static void window_at(const rolling_t *r, int64_t k, oms_window_t *out) {
  int64_t from = add_span(r->day, &r->walk->test, k);
  int64_t next = add_span(r->day, &r->walk->test, k + 1);
  out->train_from = instant(r, from);
  out->train_to = instant(r, add_span(from, &r->walk->train, 1));
  out->test_to = instant(r, add_span(next, &r->walk->train, 1)); /* where the next test begins */
}

static int none(oms_time_t from, oms_time_t last, oms_error_t *err) {
  char a[32], b[32];
  oms_time_iso(from, a);
  oms_time_iso(last, b);
  return oms_error_set(err, OMS_ERR_USAGE,
                       "--walk-forward: no test begins within the data (%s to %s); give shorter "
                       "spans or more data",
                       a, b);
}

int oms_walk_windows(const oms_walk_t *walk, oms_zone_t zone, oms_time_t from, oms_time_t last,
                     oms_time_t end, oms_array_t *windows, oms_error_t *err) {
  int64_t local = oms_time_to_local(from, zone);
  rolling_t r = {.walk = walk, .zone = zone, .day = oms_day_of_local(local)};
  r.time = local - r.day * OMS_NS_PER_DAY;
  for (int64_t k = 0; k < WINDOWS_MOST; k++) {
    oms_window_t w;
    window_at(&r, k, &w);
    if (w.train_to > last || w.train_to >= end || w.test_to <= w.train_to) {
      break;
    }
    w.test_to = w.test_to < end ? w.test_to : end;
    if (oms_array_push(windows, &w) != OMS_OK) {
      return oms_error_set(err, OMS_ERR_NOMEM, "out of memory for the windows");
    }
  }
  return windows->n == 0 ? none(from, last, err) : OMS_OK;
}
