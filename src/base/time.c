/* time.c - texts of instants, dates and timeframes. Strict: each byte of a text must be accounted
 * for, and no date or time of day outside the calendar is bent into it. Second 60 is refused.
 * Invariant: what oms_time_iso prints of a time in range, oms_time_parse reads back. */
#include "base/time.h"

#include <string.h>

#define DAY_S      INT64_C(86400)
#define FIRST_YEAR 1678
#define LAST_YEAR  2261
/* 1678-01-01 and 2262-01-01, which int64 nanoseconds still hold. */
#define FIRST_S (-INT64_C(9214560000))
#define END_S   INT64_C(9214646400)

static bool is_digit(char c) {
  return (unsigned char)(c - '0') < 10u;
}

/* Two digits as a number; anything else adds to '*bad'. */
static int two(const char *s, unsigned *bad) {
  unsigned a = (unsigned)(unsigned char)s[0] - '0';
  unsigned b = (unsigned)(unsigned char)s[1] - '0';
  *bad |= (unsigned)(a > 9) | (unsigned)(b > 9);
  return (int)(a * 10 + b);
}

/* "2013-10-08": days since 1970. */
static int parse_date(const char *s, int64_t *days) {
  unsigned bad = (unsigned)(s[4] != '-') | (unsigned)(s[7] != '-');
  int year = two(s, &bad) * 100 + two(s + 2, &bad);
  int month = two(s + 5, &bad);
  int day = two(s + 8, &bad);
  if (bad != 0 || !oms_civil_valid(year, month, day)) {
    return OMS_ERR_PARSE;
  }
  *days = oms_days_from_civil(year, month, day);
  return year < FIRST_YEAR || year > LAST_YEAR ? OMS_ERR_RANGE : OMS_OK;
}

/* "14:00:59" at 's': seconds of the day. */
static int parse_clock(const char *s, int *second) {
  unsigned bad = (unsigned)(s[2] != ':') | (unsigned)(s[5] != ':');
  int h = two(s, &bad);
  int m = two(s + 3, &bad);
  int sec = two(s + 6, &bad);
  *second = h * 3600 + m * 60 + sec;
  return bad != 0 || h > 23 || m > 59 || sec > 59 ? OMS_ERR_PARSE : OMS_OK;
}

/* ".5" to ".123456789" at '*s', which moves behind it: nanoseconds. */
static int parse_fraction(const char **s, const char *end, int *ns) {
  const char *at = *s + 1;
  int value = 0;
  int digits = 0;
  for (; at < end && is_digit(*at); at++, digits++) {
    if (digits == 9) {
      return OMS_ERR_PARSE;
    }
    value = value * 10 + (*at - '0');
  }
  if (digits == 0) {
    return OMS_ERR_PARSE;
  }
  for (; digits < 9; digits++) {
    value *= 10;
  }
  *ns = value;
  *s = at;
  return OMS_OK;
}

/* "14:00", "14:00:00", "14:00:00.25" at '*s', which moves behind it. */
static int parse_clock_any(const char **s, const char *end, int *second, int *ns) {
  char text[8] = {0, 0, 0, 0, 0, ':', '0', '0'};
  size_t left = (size_t)(end - *s);
  bool seconds = left >= 6 && (*s)[5] == ':';
  size_t n = seconds ? 8 : 5;
  if (left < n) {
    return OMS_ERR_PARSE;
  }
  memcpy(text, *s, n);
  int rc = parse_clock(text, second);
  *s += n;
  if (rc == OMS_OK && seconds && *s < end && **s == '.') {
    rc = parse_fraction(s, end, ns);
  }
  return rc;
}

/* What stands behind the time of day: nothing, Z or an offset. A name is no zone inside a time. */
static int parse_suffix(const char *s, const char *end, oms_zone_t *zone) {
  if (s == end) {
    return OMS_OK;
  }
  if (*s != '+' && *s != '-' && !(*s == 'Z' && end - s == 1)) {
    return OMS_ERR_PARSE;
  }
  return oms_zone_parse(s, (size_t)(end - s), zone) == OMS_OK ? OMS_OK : OMS_ERR_PARSE;
}

/* The one place where range is checked after zone and unit have had their say. */
static int finish(oms_time_t t, oms_time_t *out) {
  if (t < FIRST_S * OMS_NS_PER_SECOND || t >= END_S * OMS_NS_PER_SECOND) {
    return OMS_ERR_RANGE;
  }
  *out = t;
  return OMS_OK;
}

/* Seconds below 1e11, milliseconds below 1e14, microseconds below 1e17, nanoseconds above: all of
 * them lie between 1973 and 5138 in their unit, so no real time stamp is ambiguous. */
static int parse_epoch(const char *s, size_t n, oms_time_t *out) {
  bool negative = s[0] == '-';
  int64_t v = 0;
  for (size_t i = negative; i < n; i++) {
    if (__builtin_mul_overflow(v, 10, &v) || __builtin_add_overflow(v, s[i] - '0', &v)) {
      return OMS_ERR_RANGE;
    }
  }
  int64_t unit = v < INT64_C(100000000000)         ? OMS_NS_PER_SECOND
                 : v < INT64_C(100000000000000)    ? 1000000
                 : v < INT64_C(100000000000000000) ? 1000
                                                   : 1;
  if (__builtin_mul_overflow(v, negative ? -unit : unit, &v)) {
    return OMS_ERR_RANGE;
  }
  return finish(v, out);
}

static bool is_epoch(const char *s, size_t n) {
  size_t i = s[0] == '-';
  if (i == n) {
    return false;
  }
  for (; i < n; i++) {
    if (!is_digit(s[i])) {
      return false;
    }
  }
  return true;
}

/* The form of nearly every line of a file. */
static int parse_utc_second(const char *s, oms_time_t *out) {
  int64_t days;
  int second;
  int rc = parse_date(s, &days);
  int rc2 = parse_clock(s + 11, &second);
  if (rc2 != OMS_OK || rc != OMS_OK) {
    return rc2 != OMS_OK ? rc2 : rc;
  }
  *out = (days * DAY_S + second) * OMS_NS_PER_SECOND;
  return OMS_OK;
}

static int parse_civil(const char *s, size_t n, oms_zone_t zone, oms_time_t *out) {
  int64_t days = 0;
  int second = 0;
  int ns = 0;
  int range = parse_date(s, &days);
  if (range == OMS_ERR_PARSE) {
    return range;
  }
  if (n > 10) {
    const char *at = s + 11;
    int rc =
        s[10] == 'T' || s[10] == ' ' ? parse_clock_any(&at, s + n, &second, &ns) : OMS_ERR_PARSE;
    rc = rc == OMS_OK ? parse_suffix(at, s + n, &zone) : rc;
    if (rc != OMS_OK) {
      return rc;
    }
  }
  if (range != OMS_OK) {
    return range;
  }
  return finish(oms_time_from_local((days * DAY_S + second) * OMS_NS_PER_SECOND + ns, zone), out);
}

int oms_time_parse(const char *s, size_t n, oms_zone_t zone, oms_time_t *out, bool *date_only) {
  bool unused;
  date_only = date_only == NULL ? &unused : date_only;
  *date_only = false;
  if (n == 20 && s[10] == 'T' && s[19] == 'Z') {
    return parse_utc_second(s, out);
  }
  if (n == 0) {
    return OMS_ERR_PARSE;
  }
  if (is_epoch(s, n)) {
    return parse_epoch(s, n, out);
  }
  *date_only = n == 10;
  return n < 10 ? OMS_ERR_PARSE : parse_civil(s, n, zone, out);
}

/* 'v' as exactly 'digits' digits at 'out'; returns the place behind them. */
static char *put_number(char *out, int v, int digits) {
  for (int i = digits - 1; i >= 0; i--) {
    out[i] = (char)('0' + v % 10);
    v /= 10;
  }
  return out + digits;
}

static char *put_date(char *out, const oms_civil_t *c) {
  out = put_number(out, c->year, 4);
  *out++ = '-';
  out = put_number(out, c->month, 2);
  *out++ = '-';
  return put_number(out, c->day, 2);
}

static char *put_fraction(char *out, int ns) {
  if (ns == 0) {
    return out;
  }
  *out++ = '.';
  if (ns % 1000000 == 0) {
    return put_number(out, ns / 1000000, 3);
  }
  return ns % 1000 == 0 ? put_number(out, ns / 1000, 6) : put_number(out, ns, 9);
}

size_t oms_time_iso(oms_time_t t, char *out) {
  oms_civil_t c;
  oms_time_parts(t, OMS_ZONE_UTC, &c);
  char *at = put_date(out, &c);
  *at++ = 'T';
  at = put_number(at, c.hour, 2);
  *at++ = ':';
  at = put_number(at, c.minute, 2);
  *at++ = ':';
  at = put_number(at, c.second, 2);
  at = put_fraction(at, c.ns);
  *at++ = 'Z';
  *at = '\0';
  return (size_t)(at - out);
}

size_t oms_date_iso(oms_time_t t, oms_zone_t zone, char *out) {
  oms_civil_t c;
  oms_time_parts(t, zone, &c);
  *put_date(out, &c) = '\0';
  return 10;
}

/* Largest first, so that formatting takes the first that divides. */
static const struct {
  char name;
  int64_t ns;
} units[] = {
    {'w', 7 * OMS_NS_PER_DAY      },
    {'d', OMS_NS_PER_DAY          },
    {'h', 3600 * OMS_NS_PER_SECOND},
    {'m', 60 * OMS_NS_PER_SECOND  },
    {'s', OMS_NS_PER_SECOND       },
};
#define UNIT_N (sizeof units / sizeof units[0])

int oms_timeframe_parse(const char *s, size_t n, int64_t *out) {
  if (n < 2) {
    return OMS_ERR_PARSE;
  }
  int64_t count = 0;
  for (size_t i = 0; i + 1 < n; i++) {
    if (!is_digit(s[i]) || __builtin_mul_overflow(count, 10, &count) ||
        __builtin_add_overflow(count, s[i] - '0', &count)) {
      return OMS_ERR_PARSE;
    }
  }
  for (size_t u = 0; u < UNIT_N; u++) {
    int64_t ns;
    if (units[u].name == s[n - 1] && count > 0 &&
        !__builtin_mul_overflow(count, units[u].ns, &ns)) {
      *out = ns;
      return OMS_OK;
    }
  }
  return OMS_ERR_PARSE;
}

size_t oms_timeframe_format(int64_t ns, char out[24]) {
  size_t u = 0;
  while (u + 1 < UNIT_N && ns % units[u].ns != 0) {
    u++;
  }
  /* What is no whole number of seconds prints as a decimal of them: for the eye, not for
   * parsing. */
  size_t n = ns % units[u].ns == 0 ? oms_decimal_format(ns / units[u].ns, 0, out)
                                   : oms_decimal_format(ns, 9, out);
  out[n++] = units[u].name;
  out[n] = '\0';
  return n;
}
