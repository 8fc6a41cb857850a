/* us_days.c - holidays and early closes of US stock exchanges as rules, and what happened outside
 * them. Meant for 1990-2030. Years before and after follow the same rules: no election days, no
 * Saturday sessions, no holidays at their older dates. 1999-12-31, about which public calendars
 * differ, counts as a full day. Early closes around 4 July begin in 1995. */
#include "core/us_days.h"

#include "base/check.h"
#include "base/time.h"

enum { JAN = 1, FEB, MAR, APR, MAY, JUN, JUL, AUG, SEP, OCT, NOV, DEC };
enum { MON = 1, TUE, WED, THU, FRI, SAT, SUN };

#define HOUR   60
#define OPEN   (9 * HOUR + 30)
#define CLOSE  (16 * HOUR)
#define CLOSED (-1)

struct day {
  int year, month, day, weekday;
};

/* Days that no rule gives: mourning, attack, storms, and the two days cut short by snow and
 * ceremony. */
static const struct {
  int date, open, close;
} extra_days[] = {
    {19940427, CLOSED,    CLOSED   },
    {19960108, 11 * HOUR, 14 * HOUR},
    {19971226, OPEN,      13 * HOUR},
    {20010911, CLOSED,    CLOSED   },
    {20010912, CLOSED,    CLOSED   },
    {20010913, CLOSED,    CLOSED   },
    {20010914, CLOSED,    CLOSED   },
    {20020911, 12 * HOUR, CLOSE    },
    {20031226, OPEN,      13 * HOUR},
    {20040611, CLOSED,    CLOSED   },
    {20070102, CLOSED,    CLOSED   },
    {20121029, CLOSED,    CLOSED   },
    {20121030, CLOSED,    CLOSED   },
    {20181205, CLOSED,    CLOSED   },
    {20250109, CLOSED,    CLOSED   },
};

/* Is it the n-th such weekday of the month? */
static bool is_nth(const struct day *d, int weekday, int n) {
  return d->weekday == weekday && (d->day - 1) / 7 == n - 1;
}

/* A holiday with a fixed date: on the date, on the Monday after a Sunday, on the Friday before a
 * Saturday. */
static bool is_observed(const struct day *d, int month, int day) {
  if (d->month != month) {
    return false;
  }
  return d->day == day || (d->day == day + 1 && d->weekday == MON) ||
         (d->day == day - 1 && d->weekday == FRI);
}

/* Days since 1970 of Easter Sunday: the Gregorian computus, by golden number, century corrections
 * and the weekday of the full moon. */
static int64_t easter(int year) {
  int golden = year % 19;
  int century = year / 100;
  int of_century = year % 100;
  int moon_shift = (century - (century + 8) / 25 + 1) / 3;
  int epact = (19 * golden + century - century / 4 - moon_shift + 15) % 30;
  int to_sunday = (32 + 2 * (century % 4) + 2 * (of_century / 4) - epact - of_century % 4) % 7;
  int late = (golden + 11 * epact + 22 * to_sunday) / 451;
  int n = epact + to_sunday - 7 * late + 114;
  return oms_days_from_civil(year, n / 31, n % 31 + 1);
}

static bool is_good_friday(const struct day *d, int64_t days) {
  return d->weekday == FRI && (d->month == MAR || d->month == APR) && days == easter(d->year) - 2;
}

static bool is_holiday(const struct day *d, int64_t days) {
  switch (d->month) {
  /* New Year's Day on a Saturday is not made good on the Friday before, an old year's day. */
  case JAN:
    return d->day == 1 || (d->day == 2 && d->weekday == MON) ||
           (d->year >= 1998 && is_nth(d, MON, 3));
  case FEB:
    return is_nth(d, MON, 3);
  case MAR:
  case APR:
    return is_good_friday(d, days);
  case MAY:
    return d->weekday == MON && d->day > 24;
  case JUN:
    return d->year >= 2022 && is_observed(d, JUN, 19);
  case JUL:
    return is_observed(d, JUL, 4);
  case SEP:
    return is_nth(d, MON, 1);
  case NOV:
    return is_nth(d, THU, 4);
  case DEC:
    return is_observed(d, DEC, 25);
  default:
    return false;
  }
}

/* The eve of 4 July; where that day is a Thursday it was the Friday after until 2012. */
static bool is_short_july(const struct day *d) {
  if (d->month != JUL || d->year < 1995) {
    return false;
  }
  if (d->day == 5) {
    return d->weekday == FRI && d->year <= 2012;
  }
  return d->day == 3 && (d->weekday == MON || d->weekday == TUE || d->weekday == THU ||
                         (d->weekday == WED && d->year >= 2013));
}

static bool is_short(const struct day *d) {
  bool after_thanksgiving = d->month == NOV && d->weekday == FRI && d->day >= 23 && d->day <= 29;
  bool christmas_eve = d->month == DEC && d->day == 24 && d->weekday <= THU;
  return after_thanksgiving || christmas_eve || is_short_july(d);
}

bool oms_us_day_hours(int64_t days, int *open_minute, int *close_minute) {
  struct day d = {.weekday = oms_weekday(days)};
  if (d.weekday >= SAT) {
    return false;
  }
  oms_civil_from_days(days, &d.year, &d.month, &d.day);
  int date = d.year * 10000 + d.month * 100 + d.day;
  for (size_t i = 0; i < OMS_COUNT(extra_days); i++) {
    if (extra_days[i].date == date) {
      *open_minute = extra_days[i].open;
      *close_minute = extra_days[i].close;
      return extra_days[i].open != CLOSED;
    }
  }
  if (is_holiday(&d, days)) {
    return false;
  }
  *open_minute = OPEN;
  *close_minute = !is_short(&d) ? CLOSE : d.year < 1993 ? 14 * HOUR : 13 * HOUR;
  return true;
}
