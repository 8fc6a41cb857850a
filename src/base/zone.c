/* zone.c - time zones by rule: offset of an instant, wall time to instant, names. A zone is a
 * standard offset and, per range of years, the two moments between which clocks stand one hour
 * ahead. No tz database is read. Left out on purpose: daylight saving before 1967 in the US, before
 * 1968 in Britain and before 1980 in Germany (standard time is assumed), local mean time, and
 * double summer time. Rules of the last known year go on for ever.
 * Invariant: both changes of a year lie inside that year of the zone's standard time. */
#include <string.h>

#include "base/time.h"

#define DAY_S    INT64_C(86400)
#define SAVING_S 3600

enum {
  KIND_UTC,
  KIND_FIXED,
  KIND_NEW_YORK,
  KIND_CHICAGO,
  KIND_DENVER,
  KIND_LOS_ANGELES,
  KIND_LONDON,
  KIND_BERLIN,
  KIND_N
};

enum { ON_DATE, SUNDAY_FROM, LAST_SUNDAY };

/* A moment of a year; 'second' counts from 00:00 of the zone's standard time. */
struct change {
  int month, how, day, second;
};

struct rule {
  int first_year, last_year;
  struct change start, end;
};

/* US clocks change at 02:00 wall time, which in autumn is 01:00 standard. Newest first: most
 * questions ask about them. */
static const struct rule us_rules[] = {
    {2007, 9999, {3, SUNDAY_FROM, 8, 7200}, {11, SUNDAY_FROM, 1, 3600}},
    {1987, 2006, {4, SUNDAY_FROM, 1, 7200}, {10, LAST_SUNDAY, 0, 3600}},
    {1976, 1986, {4, LAST_SUNDAY, 0, 7200}, {10, LAST_SUNDAY, 0, 3600}},
    {1975, 1975, {2, ON_DATE, 23, 7200},    {10, LAST_SUNDAY, 0, 3600}},
    {1974, 1974, {1, ON_DATE, 6, 7200},     {10, LAST_SUNDAY, 0, 3600}},
    {1967, 1973, {4, LAST_SUNDAY, 0, 7200}, {10, LAST_SUNDAY, 0, 3600}},
    {0,    0,    {0, 0, 0, 0},              {0, 0, 0, 0}              },
};

/* Britain stood one hour ahead all through from February 1968 to October 1971. */
static const struct rule london_rules[] = {
    {1996, 9999, {3, LAST_SUNDAY, 0, 3600},  {10, LAST_SUNDAY, 0, 3600} },
    {1990, 1995, {3, LAST_SUNDAY, 0, 3600},  {10, SUNDAY_FROM, 22, 3600}},
    {1981, 1989, {3, LAST_SUNDAY, 0, 3600},  {10, SUNDAY_FROM, 23, 3600}},
    {1972, 1980, {3, SUNDAY_FROM, 16, 7200}, {10, SUNDAY_FROM, 23, 7200}},
    {1971, 1971, {1, ON_DATE, 1, 0},         {10, ON_DATE, 31, 7200}    },
    {1969, 1970, {1, ON_DATE, 1, 0},         {12, ON_DATE, 31, 86400}   },
    {1968, 1968, {2, ON_DATE, 18, 7200},     {12, ON_DATE, 31, 86400}   },
    {0,    0,    {0, 0, 0, 0},               {0, 0, 0, 0}               },
};

/* 01:00 UTC is 02:00 of Berlin's standard time. */
static const struct rule berlin_rules[] = {
    {1996, 9999, {3, LAST_SUNDAY, 0, 7200}, {10, LAST_SUNDAY, 0, 7200}},
    {1981, 1995, {3, LAST_SUNDAY, 0, 7200}, {9, LAST_SUNDAY, 0, 7200} },
    {1980, 1980, {4, SUNDAY_FROM, 1, 7200}, {9, LAST_SUNDAY, 0, 7200} },
    {0,    0,    {0, 0, 0, 0},              {0, 0, 0, 0}              },
};

static const struct zone {
  const char *name;
  int standard_s;
  const struct rule *rules; /* ends with first_year 0; NULL where clocks never change */
} zones[KIND_N] = {
    [KIND_UTC] = {"UTC",                 0,         NULL        },
    [KIND_FIXED] = {"",                    0,         NULL        },
    [KIND_NEW_YORK] = {"America/New_York",    -5 * 3600, us_rules    },
    [KIND_CHICAGO] = {"America/Chicago",     -6 * 3600, us_rules    },
    [KIND_DENVER] = {"America/Denver",      -7 * 3600, us_rules    },
    [KIND_LOS_ANGELES] = {"America/Los_Angeles", -8 * 3600, us_rules    },
    [KIND_LONDON] = {"Europe/London",       0,         london_rules},
    [KIND_BERLIN] = {"Europe/Berlin",       3600,      berlin_rules},
};

static const struct {
  const char *name;
  int kind;
} aliases[] = {
    {"UTC",                 KIND_UTC        },
    {"Z",                   KIND_UTC        },
    {"GMT",                 KIND_UTC        },
    {"Etc/UTC",             KIND_UTC        },
    {"America/New_York",    KIND_NEW_YORK   },
    {"US/Eastern",          KIND_NEW_YORK   },
    {"America/Chicago",     KIND_CHICAGO    },
    {"US/Central",          KIND_CHICAGO    },
    {"America/Denver",      KIND_DENVER     },
    {"US/Mountain",         KIND_DENVER     },
    {"America/Los_Angeles", KIND_LOS_ANGELES},
    {"US/Pacific",          KIND_LOS_ANGELES},
    {"Europe/London",       KIND_LONDON     },
    {"Europe/Berlin",       KIND_BERLIN     },
};

const oms_zone_t oms_zone_new_york = {KIND_NEW_YORK, 0};

static const struct zone *zone_of(oms_zone_t zone) {
  return &zones[zone.kind >= 0 && zone.kind < KIND_N ? zone.kind : KIND_UTC];
}

/* Seconds since 1970 of a change in 'year', in the zone's standard time. */
static int64_t change_at(const struct change *c, int year) {
  int64_t days;
  if (c->how == LAST_SUNDAY) {
    days = oms_days_from_civil(c->month == 12 ? year + 1 : year, c->month % 12 + 1, 1) - 1;
    days -= oms_weekday(days) % 7;
  } else {
    days = oms_days_from_civil(year, c->month, c->day);
    days += c->how == SUNDAY_FROM ? 7 - oms_weekday(days) : 0;
  }
  return days * DAY_S + c->second;
}

static int64_t floor_div(int64_t n, int64_t d) {
  return n / d - (n % d < 0);
}

/* The rule of the year that 'standard_s' lies in, or NULL; the year through '*year'. */
static const struct rule *rule_at(const struct zone *zone, int64_t standard_s, int *year) {
  int month, day;
  oms_civil_from_days(floor_div(standard_s, DAY_S), year, &month, &day);
  for (const struct rule *r = zone->rules; r != NULL && r->first_year != 0; r++) {
    if (*year >= r->first_year) {
      return *year <= r->last_year ? r : NULL;
    }
  }
  return NULL;
}

/* Offset east of UTC at the instant of 'utc_s' seconds. */
static int offset_at(oms_zone_t zone, int64_t utc_s) {
  if (zone.kind == KIND_FIXED) {
    return zone.offset_s;
  }
  const struct zone *z = zone_of(zone);
  int64_t standard = utc_s + z->standard_s;
  int year = 0;
  const struct rule *r = rule_at(z, standard, &year);
  if (r == NULL) {
    return z->standard_s;
  }
  bool ahead = standard >= change_at(&r->start, year) && standard < change_at(&r->end, year);
  return z->standard_s + (ahead ? SAVING_S : 0);
}

static int64_t saturated(int64_t ns, int64_t offset_s) {
  int64_t r;
  if (__builtin_add_overflow(ns, offset_s * OMS_NS_PER_SECOND, &r)) {
    return offset_s > 0 ? INT64_MAX : INT64_MIN;
  }
  return r;
}

int64_t oms_time_to_local(oms_time_t t, oms_zone_t zone) {
  return saturated(t, offset_at(zone, floor_div(t, OMS_NS_PER_SECOND)));
}

/* Tried are summer time first, because a wall time that comes twice means its first instant, then
 * standard time. Where neither holds the time was skipped, and the change itself is the answer. */
oms_time_t oms_time_from_local(int64_t local_ns, oms_zone_t zone) {
  const struct zone *z = zone_of(zone);
  if (z->rules == NULL) {
    return saturated(local_ns, zone.kind == KIND_FIXED ? -zone.offset_s : 0);
  }
  int64_t standard_utc = floor_div(local_ns, OMS_NS_PER_SECOND) - z->standard_s;
  if (offset_at(zone, standard_utc - SAVING_S) != z->standard_s) {
    return saturated(local_ns, -(z->standard_s + SAVING_S));
  }
  if (offset_at(zone, standard_utc) == z->standard_s) {
    return saturated(local_ns, -z->standard_s);
  }
  int year = 0;
  const struct rule *r = rule_at(z, standard_utc + z->standard_s, &year);
  return (change_at(&r->start, year) - z->standard_s) * OMS_NS_PER_SECOND;
}

void oms_time_parts(oms_time_t t, oms_zone_t zone, oms_civil_t *out) {
  int64_t s = floor_div(t, OMS_NS_PER_SECOND);
  int ns = (int)(t % OMS_NS_PER_SECOND);
  out->ns = ns < 0 ? ns + (int)OMS_NS_PER_SECOND : ns;
  out->offset_s = offset_at(zone, s);
  s += out->offset_s;
  int64_t days = floor_div(s, DAY_S);
  int rest = (int)(s - days * DAY_S);
  oms_civil_from_days(days, &out->year, &out->month, &out->day);
  out->weekday = oms_weekday(days);
  out->hour = rest / 3600;
  out->minute = rest / 60 % 60;
  out->second = rest % 60;
}

/* "+05:30", "-0400", "+02": seconds east. False when it is none of them or beyond 18 hours. */
static bool parse_offset(const char *s, size_t n, int *offset_s) {
  if ((n != 3 && n != 5 && n != 6) || (s[0] != '+' && s[0] != '-') || (n == 6 && s[3] != ':')) {
    return false;
  }
  int digit[4] = {0, 0, 0, 0};
  int k = 0;
  for (size_t i = 1; i < n; i++) {
    if (n == 6 && i == 3) {
      continue;
    }
    if (s[i] < '0' || s[i] > '9') {
      return false;
    }
    digit[k++] = s[i] - '0';
  }
  int minutes = digit[2] * 10 + digit[3];
  int total = (digit[0] * 10 + digit[1]) * 3600 + minutes * 60;
  if (minutes > 59 || total > 18 * 3600) {
    return false;
  }
  *offset_s = s[0] == '-' ? -total : total;
  return true;
}

int oms_zone_parse(const char *s, size_t n, oms_zone_t *out) {
  int offset_s = 0;
  if (parse_offset(s, n, &offset_s)) {
    *out = offset_s == 0 ? OMS_ZONE_UTC : (oms_zone_t){KIND_FIXED, offset_s};
    return OMS_OK;
  }
  for (size_t i = 0; i < sizeof aliases / sizeof aliases[0]; i++) {
    if (strlen(aliases[i].name) == n && memcmp(aliases[i].name, s, n) == 0) {
      *out = (oms_zone_t){aliases[i].kind, 0};
      return OMS_OK;
    }
  }
  return OMS_ERR_NOT_FOUND;
}

const char *oms_zone_names(void) {
  return "UTC, GMT, America/New_York (US/Eastern), America/Chicago (US/Central), America/Denver "
         "(US/Mountain), America/Los_Angeles (US/Pacific), Europe/London, Europe/Berlin, an offset "
         "such "
         "as +05:30";
}

void oms_zone_name(oms_zone_t zone, char out[40]) {
  if (zone.kind != KIND_FIXED) {
    const char *name = zone_of(zone)->name;
    memcpy(out, name, strlen(name) + 1);
    return;
  }
  int minutes = (zone.offset_s < 0 ? -zone.offset_s : zone.offset_s) / 60;
  int hours = minutes / 60 % 100;
  out[0] = zone.offset_s < 0 ? '-' : '+';
  out[1] = (char)('0' + hours / 10);
  out[2] = (char)('0' + hours % 10);
  out[3] = ':';
  out[4] = (char)('0' + minutes % 60 / 10);
  out[5] = (char)('0' + minutes % 10);
  out[6] = '\0';
}
