/* time.h - civil dates, ISO 8601 text, and time zones by rule (no tz database). Zones: UTC, fixed
 * offsets, America/New_York, /Chicago, /Denver, /Los_Angeles, Europe/London, /Berlin, with the
 * daylight saving rules of 1970-2037. Later years follow the last rule; before 1967 (US), 1968
 * (London) and 1980 (Berlin) standard time is assumed. */
#ifndef OMS_BASE_TIME_H
#define OMS_BASE_TIME_H

#include "base/fixed.h"

#define OMS_NS_PER_DAY (INT64_C(86400) * OMS_NS_PER_SECOND)

/* A zone by value: 'kind' indexes the table of named zones, or is the fixed one with 'offset_s'. */
typedef struct oms_zone {
  int kind;
  int offset_s; /* seconds east of UTC, for the fixed kind */
} oms_zone_t;

#define OMS_ZONE_UTC ((oms_zone_t){0, 0})
extern const oms_zone_t oms_zone_new_york;

typedef struct oms_civil {
  int year, month, day;     /* 1-based month and day */
  int hour, minute, second; /* 0-23, 0-59, 0-59 */
  int ns;                   /* 0-999999999 */
  int weekday;              /* 1 Monday ... 7 Sunday */
  int offset_s;             /* of the zone at that instant, seconds east of UTC */
} oms_civil_t;

/* Days since 1970-01-01 of a civil date (proleptic Gregorian, years 1600-2262), and back. */
int64_t oms_days_from_civil(int year, int month, int day);
void oms_civil_from_days(int64_t days, int *year, int *month, int *day);
bool oms_civil_valid(int year, int month, int day);
/* 1 Monday ... 7 Sunday. */
int oms_weekday(int64_t days);

/* Days since 1970-01-01 of a wall time in ns. */
static inline int64_t oms_day_of_local(int64_t local_ns) {
  return local_ns / OMS_NS_PER_DAY - (local_ns % OMS_NS_PER_DAY < 0);
}

/* "UTC", "Z", "+05:30", "-0400", "America/New_York", "US/Eastern", ...: OMS_ERR_NOT_FOUND for
 * others. */
int oms_zone_parse(const char *s, size_t n, oms_zone_t *out);
/* The names that oms_zone_parse takes, comma-separated, for an error message. Static. */
const char *oms_zone_names(void);
/* The zone's canonical name into 'out' ("America/New_York", "+05:30"). */
void oms_zone_name(oms_zone_t zone, char out[40]);

/* Instant to local parts; local wall time (ns since 1970 as if UTC) to an instant. A wall time that
 * the change of clocks skips gives the first instant after it; one that comes twice gives the
 * first. */
void oms_time_parts(oms_time_t t, oms_zone_t zone, oms_civil_t *out);
oms_time_t oms_time_from_local(int64_t local_ns, oms_zone_t zone);
int64_t oms_time_to_local(oms_time_t t, oms_zone_t zone);

/* ISO 8601 date or date-time ([T ], optional seconds and fraction to 9 digits, optional zone) or,
 * when all digits, epoch s/ms/µs/ns by magnitude. Without a zone the text is wall time of 'zone'.
 * '*date_only' (may be NULL) says that no time of day stood there. OMS_ERR_PARSE, OMS_ERR_RANGE
 * (before 1678, after 2261). Epochs: below 1e11 seconds, 1e14 milliseconds, 1e17 microseconds, else
 * nanoseconds; a minus may stand in front. Eight digits are an epoch, too, never a date. A zone in
 * the text is Z or an offset (+02:00, +0200, +02), never a name; nothing else may surround or
 * follow the text. */
int oms_time_parse(const char *s, size_t n, oms_zone_t zone, oms_time_t *out, bool *date_only);

/* "2013-10-08T14:00:00Z", a fraction of 3, 6 or 9 digits only where needed. At most 31 bytes with
 * NUL. Returns the length. */
size_t oms_time_iso(oms_time_t t, char *out);
/* "2013-10-08" of the zone's date at t. */
size_t oms_date_iso(oms_time_t t, oms_zone_t zone, char *out);

/* "30s", "1m", "5m", "1h", "4h", "1d", "1w" to ns (> 0): OMS_ERR_PARSE. And back, in the largest
 * unit that divides; what is no whole number of seconds prints as decimal seconds ("0.25s"), which
 * the parser does not take. */
int oms_timeframe_parse(const char *s, size_t n, int64_t *out);
size_t oms_timeframe_format(int64_t ns, char out[24]);

#endif
