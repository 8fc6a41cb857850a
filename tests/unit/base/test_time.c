/* Dates, ISO texts and zones: hand-computed instants, strictness, and round trips. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/random.h"
#include "base/time.h"

#define PROPERTY_RUNS 20000
#define S             OMS_NS_PER_SECOND

static oms_zone_t zone(const char *name) {
  oms_zone_t z = OMS_ZONE_UTC;
  if (oms_zone_parse(name, strlen(name), &z) != OMS_OK) {
    fail_msg("no zone %s", name);
  }
  return z;
}

static int parse(const char *s, oms_zone_t z, oms_time_t *t, bool *date_only) {
  return oms_time_parse(s, strlen(s), z, t, date_only);
}

static oms_time_t utc(const char *s) {
  oms_time_t t = 0;
  if (parse(s, OMS_ZONE_UTC, &t, NULL) != OMS_OK) {
    fail_msg("not parsed: %s", s);
  }
  return t;
}

static void days_and_dates_round_trip(void **state) {
  (void)state;
  int64_t expected = oms_days_from_civil(1600, 1, 1);
  assert_int_equal(oms_days_from_civil(1970, 1, 1), 0);
  assert_int_equal(oms_days_from_civil(2000, 3, 1), 11017);
  assert_int_equal(expected, -135140);
  for (int year = 1600; year <= 2262; year++) {
    for (int month = 1; month <= 12; month++) {
      for (int day = 1; oms_civil_valid(year, month, day); day++, expected++) {
        int y, m, d;
        oms_civil_from_days(expected, &y, &m, &d);
        assert_true(oms_days_from_civil(year, month, day) == expected);
        assert_true(y == year && m == month && d == day);
      }
    }
  }
}

static void weekdays_count_from_monday(void **state) {
  (void)state;
  assert_int_equal(oms_weekday(0), 4);
  assert_int_equal(oms_weekday(oms_days_from_civil(2024, 7, 1)), 1);
  assert_int_equal(oms_weekday(oms_days_from_civil(2024, 7, 7)), 7);
  assert_int_equal(oms_weekday(oms_days_from_civil(1900, 1, 1)), 1);
}

static void civil_valid_knows_leap_years(void **state) {
  (void)state;
  assert_true(oms_civil_valid(2024, 2, 29));
  assert_true(oms_civil_valid(2000, 2, 29));
  assert_false(oms_civil_valid(1900, 2, 29));
  assert_false(oms_civil_valid(2023, 2, 29));
  assert_false(oms_civil_valid(2024, 4, 31));
  assert_false(oms_civil_valid(2024, 0, 1));
  assert_false(oms_civil_valid(2024, 13, 1));
  assert_false(oms_civil_valid(2024, 1, 0));
}

static void time_parse_takes_all_forms(void **state) {
  (void)state;
  static const struct {
    const char *text, *utc;
    bool date_only;
    /* clang-format off: a table */
  } rows[] = {
      {"2000-01-03",                          "2000-01-03T05:00:00Z",           true },
      {"2000-01-03T14:00:00Z",                "2000-01-03T14:00:00Z",           false},
      {"2000-01-03 14:00:00Z",                "2000-01-03T14:00:00Z",           false},
      {"2000-01-03T14:00Z",                   "2000-01-03T14:00:00Z",           false},
      {"2000-01-03 14:00",                    "2000-01-03T19:00:00Z",           false},
      {"2000-07-03 14:00:01",                 "2000-07-03T18:00:01Z",           false},
      {"2000-01-03T14:00:00+02:00",           "2000-01-03T12:00:00Z",           false},
      {"2000-01-03T14:00:00-0500",            "2000-01-03T19:00:00Z",           false},
      {"2000-01-03T14:00-05",                 "2000-01-03T19:00:00Z",           false},
      {"2000-01-03T14:00:00.5Z",              "2000-01-03T14:00:00.500Z",       false},
      {"2000-01-03T14:00:00.123456789+00:00", "2000-01-03T14:00:00.123456789Z", false},
      {"2000-01-03T14:00:00.000001Z",         "2000-01-03T14:00:00.000001Z",    false},
      {"946908000",                           "2000-01-03T14:00:00Z",           false},
      {"946908000123",                        "2000-01-03T14:00:00.123Z",       false},
      {"946908000123456",                     "2000-01-03T14:00:00.123456Z",    false},
      {"946908000123456789",                  "2000-01-03T14:00:00.123456789Z", false},
      {"20000103",                            "1970-08-20T11:35:03Z",           false}, /* digits are an epoch, never a date */
      {"0",                                   "1970-01-01T00:00:00Z",           false},
      {"-86400",                              "1969-12-31T00:00:00Z",           false},
      {"2016-02-29T23:59:59Z",                "2016-02-29T23:59:59Z",           false},
      {"1678-01-01T00:00:00Z",                "1678-01-01T00:00:00Z",           false},
      {"2261-12-31T23:59:59.999999999Z",      "2261-12-31T23:59:59.999999999Z", false},
  };
  /* clang-format on */
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    oms_time_t t = 0;
    bool date_only = !rows[i].date_only;
    char text[32];
    if (parse(rows[i].text, oms_zone_new_york, &t, &date_only) != OMS_OK) {
      fail_msg("not parsed: %s", rows[i].text);
    }
    (void)oms_time_iso(t, text);
    assert_string_equal(text, rows[i].utc);
    assert_int_equal(date_only, rows[i].date_only);
  }
}

static void time_parse_is_strict(void **state) {
  (void)state;
  static const char *const bad[] = {
      "",
      "2000-13-03",
      "2000-00-03",
      "2001-02-29",
      "2000-02-30T00:00:00Z",
      "2000-01-03T24:00:00Z",
      "2000-01-03T23:60:00Z",
      "2000-01-03T23:59:60Z",
      "2000-01-03T14:00:00ZZ",
      "2000-01-03T14:00:00z",
      "2000-01-03t14:00:00Z",
      "2000-01-03T14",
      "2000-01-03T14:0",
      "2000-01-03T",
      "2000-01-03Z",
      "2000-01-03 ",
      " 2000-01-03",
      "2000-1-3",
      "2000/01/03",
      "2000-01-03T14:00:00.",
      "2000-01-03T14:00:00.Z",
      "2000-01-03T14:00:00.1234567890Z",
      "2000-01-03T14:00.5Z",
      "2000-01-03T14:00:00+2",
      "2000-01-03T14:00:00+02:0",
      "2000-01-03T14:00:00+02:60",
      "2000-01-03T14:00:00+19:00",
      "2000-01-03T14:00:00UTC",
      "2000-01-03T14:00:00 Z",
      "2000-01-03T1a:00:00Z",
      "-",
      "--5",
      "12.5",
      "abc",
      "1500-13-01",
  };
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    oms_time_t t = 5;
    int rc = parse(bad[i], OMS_ZONE_UTC, &t, NULL);
    if (rc != OMS_ERR_PARSE || t != 5) {
      fail_msg("'%s' gave %d", bad[i], rc);
    }
  }
}

static void time_parse_refuses_what_does_not_fit(void **state) {
  (void)state;
  static const char *const far[] = {"1677-12-31T23:59:59Z",
                                    "1677-12-31",
                                    "2262-01-01",
                                    "0000-01-01T00:00:00Z",
                                    "9999-12-31T00:00:00.5Z",
                                    "1678-01-01T00:00:00+01:00",
                                    "2261-12-31T23:59:59-01:00",
                                    "99999999999",
                                    "9300000000000000000",
                                    "99999999999999999999999",
                                    "-9214560001"};
  for (size_t i = 0; i < sizeof far / sizeof far[0]; i++) {
    oms_time_t t = 5;
    int rc = parse(far[i], OMS_ZONE_UTC, &t, NULL);
    if (rc != OMS_ERR_RANGE || t != 5) {
      fail_msg("'%s' gave %d", far[i], rc);
    }
  }
}

static void iso_text_round_trips(void **state) {
  (void)state;
  oms_random_t r;
  oms_random_seed(&r, 5);
  static const int64_t unit[] = {1, 1000, 1000000, S};
  for (int i = 0; i < PROPERTY_RUNS; i++) {
    int64_t u = unit[oms_random_below(&r, 4)];
    oms_time_t t = (int64_t)(oms_random_next(&r) >> 1) / u * u;
    t = (oms_random_next(&r) & 1) ? -t : t;
    char text[32];
    assert_in_range(oms_time_iso(t, text), 20, 30);
    oms_time_t back = 0;
    int rc = parse(text, oms_zone_new_york, &back, NULL);
    bool inside = t >= utc("1678-01-01") && t < utc("2261-12-31T23:59:59Z") + S;
    assert_int_equal(rc, inside ? OMS_OK : OMS_ERR_RANGE);
    assert_true(!inside || back == t);
  }
}

static void dates_are_those_of_the_zone(void **state) {
  (void)state;
  char text[16];
  assert_int_equal(oms_date_iso(utc("2024-01-01T03:00:00Z"), oms_zone_new_york, text), 10);
  assert_string_equal(text, "2023-12-31");
  (void)oms_date_iso(utc("2024-01-01T03:00:00Z"), zone("+05:30"), text);
  assert_string_equal(text, "2024-01-01");
}

static void parts_are_local(void **state) {
  (void)state;
  oms_civil_t c;
  oms_time_parts(utc("2024-07-01T03:30:15.000000042Z"), oms_zone_new_york, &c);
  assert_true(c.year == 2024 && c.month == 6 && c.day == 30);
  assert_true(c.hour == 23 && c.minute == 30 && c.second == 15 && c.ns == 42);
  assert_true(c.weekday == 7 && c.offset_s == -4 * 3600);
  oms_time_parts(-1, OMS_ZONE_UTC, &c);
  assert_true(c.year == 1969 && c.second == 59 && c.ns == 999999999);
}

/* The last second before a change and the change itself, with the offsets in hours before and
 * after. */
static void clocks_change_when_the_law_says(void **state) {
  (void)state;
  static const struct {
    const char *zone, *change;
    int before, after;
  } rows[] = {
      {"America/New_York",    "2024-03-10T07:00:00Z", -5, -4},
      {"America/New_York",    "2024-11-03T06:00:00Z", -4, -5},
      {"America/New_York",    "2007-03-11T07:00:00Z", -5, -4},
      {"America/New_York",    "2006-04-02T07:00:00Z", -5, -4},
      {"America/New_York",    "2006-10-29T06:00:00Z", -4, -5},
      {"America/New_York",    "1987-04-05T07:00:00Z", -5, -4},
      {"America/New_York",    "1986-04-27T07:00:00Z", -5, -4},
      {"America/New_York",    "1976-04-25T07:00:00Z", -5, -4},
      {"America/New_York",    "1975-02-23T07:00:00Z", -5, -4},
      {"America/New_York",    "1974-01-06T07:00:00Z", -5, -4},
      {"America/New_York",    "1974-10-27T06:00:00Z", -4, -5},
      {"America/New_York",    "1970-04-26T07:00:00Z", -5, -4},
      {"America/New_York",    "2037-11-01T06:00:00Z", -4, -5},
      {"America/Chicago",     "2024-03-10T08:00:00Z", -6, -5},
      {"America/Denver",      "2024-11-03T08:00:00Z", -6, -7},
      {"America/Los_Angeles", "2024-03-10T10:00:00Z", -8, -7},
      {"Europe/London",       "2024-03-31T01:00:00Z", 0,  1 },
      {"Europe/London",       "2024-10-27T01:00:00Z", 1,  0 },
      {"Europe/London",       "1995-10-22T01:00:00Z", 1,  0 },
      {"Europe/London",       "1971-10-31T02:00:00Z", 1,  0 },
      {"Europe/London",       "1972-03-19T02:00:00Z", 0,  1 },
      {"Europe/Berlin",       "2024-03-31T01:00:00Z", 1,  2 },
      {"Europe/Berlin",       "2024-10-27T01:00:00Z", 2,  1 },
      {"Europe/Berlin",       "1995-09-24T01:00:00Z", 2,  1 },
      {"Europe/Berlin",       "1980-04-06T01:00:00Z", 1,  2 },
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    oms_time_t t = utc(rows[i].change);
    int64_t before = oms_time_to_local(t - 1, zone(rows[i].zone)) - (t - 1);
    int64_t after = oms_time_to_local(t, zone(rows[i].zone)) - t;
    if (before != rows[i].before * 3600 * S || after != rows[i].after * 3600 * S) {
      fail_msg("%s at %s", rows[i].zone, rows[i].change);
    }
  }
}

static void skipped_and_doubled_wall_times(void **state) {
  (void)state;
  oms_zone_t ny = oms_zone_new_york;
  oms_time_t gap_end = utc("2024-03-10T07:00:00Z");
  assert_true(oms_time_from_local(utc("2024-03-10T01:59:59Z"), ny) == gap_end - S);
  assert_true(oms_time_from_local(utc("2024-03-10T02:00:00Z"), ny) == gap_end);
  assert_true(oms_time_from_local(utc("2024-03-10T02:59:59.5Z"), ny) == gap_end);
  assert_true(oms_time_from_local(utc("2024-03-10T03:00:00Z"), ny) == gap_end);
  assert_true(oms_time_from_local(utc("2024-11-03T01:00:00Z"), ny) == utc("2024-11-03T05:00:00Z"));
  assert_true(oms_time_from_local(utc("2024-11-03T01:59:59Z"), ny) == utc("2024-11-03T05:59:59Z"));
  assert_true(oms_time_from_local(utc("2024-11-03T02:00:00Z"), ny) == utc("2024-11-03T07:00:00Z"));
  oms_zone_t berlin = zone("Europe/Berlin");
  assert_true(oms_time_from_local(utc("2024-03-31T02:30:00Z"), berlin) ==
              utc("2024-03-31T01:00:00Z"));
  assert_true(oms_time_from_local(utc("2024-10-27T02:30:00Z"), berlin) ==
              utc("2024-10-27T00:30:00Z"));
}

/* Local and back is the same instant, or one hour earlier where the wall time came twice. */
static void local_time_round_trips(void **state) {
  (void)state;
  static const char *const names[] = {"UTC",
                                      "+05:30",
                                      "America/New_York",
                                      "America/Chicago",
                                      "America/Denver",
                                      "America/Los_Angeles",
                                      "Europe/London",
                                      "Europe/Berlin"};
  oms_random_t r;
  oms_random_seed(&r, 6);
  for (int i = 0; i < PROPERTY_RUNS; i++) {
    oms_zone_t z = zone(names[oms_random_below(&r, 8)]);
    oms_time_t t = (int64_t)oms_random_below(&r, UINT64_C(2145916800)) * S;
    int64_t local = oms_time_to_local(t, z);
    oms_time_t back = oms_time_from_local(local, z);
    assert_true(back == t || back == t - 3600 * S);
    assert_true(oms_time_to_local(back, z) == local);
  }
}

static void extreme_instants_do_not_overflow(void **state) {
  (void)state;
  static const int64_t times[] = {INT64_MIN, INT64_MIN + 1, INT64_MAX - 1, INT64_MAX};
  for (size_t i = 0; i < 4; i++) {
    oms_civil_t c;
    char text[32];
    oms_time_parts(times[i], oms_zone_new_york, &c);
    (void)oms_time_iso(times[i], text);
    assert_int_equal(strncmp(text, i < 2 ? "1677-09-21T" : "2262-04-11T", 11), 0);
    (void)oms_time_to_local(times[i], oms_zone_new_york);
    (void)oms_time_from_local(times[i], oms_zone_new_york);
    (void)oms_time_from_local(times[i], zone("-18:00"));
  }
  assert_true(oms_time_from_local(INT64_MAX, oms_zone_new_york) == INT64_MAX);
  assert_true(oms_time_to_local(INT64_MIN, oms_zone_new_york) == INT64_MIN);
}

static void zones_by_name(void **state) {
  (void)state;
  static const char *const rows[][2] = {
      {"UTC",           "UTC"             },
      {"Z",             "UTC"             },
      {"+00:00",        "UTC"             },
      {"US/Eastern",    "America/New_York"},
      {"Europe/Berlin", "Europe/Berlin"   },
      {"+05:30",        "+05:30"          },
      {"-0400",         "-04:00"          },
      {"+02",           "+02:00"          },
      {"-18:00",        "-18:00"          }
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    char name[40];
    oms_zone_name(zone(rows[i][0]), name);
    assert_string_equal(name, rows[i][1]);
  }
  static const char *const bad[] = {"",       "Mars",   "utc",    "+5",
                                    "+18:01", "+01:75", "+0a:00", "America"};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    oms_zone_t z;
    assert_int_equal(oms_zone_parse(bad[i], strlen(bad[i]), &z), OMS_ERR_NOT_FOUND);
  }
  assert_non_null(strstr(oms_zone_names(), "America/New_York"));
}

static void timeframes(void **state) {
  (void)state;
  static const struct {
    const char *text;
    int64_t s;
    const char *shortest;
  } rows[] = {
      {"30s", 30,     "30s"},
      {"1m",  60,     "1m" },
      {"60s", 60,     "1m" },
      {"90m", 5400,   "90m"},
      {"4h",  14400,  "4h" },
      {"24h", 86400,  "1d" },
      {"1w",  604800, "1w" },
      {"7d",  604800, "1w" },
      {"5m",  300,    "5m" }
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    int64_t ns = 0;
    char text[24];
    assert_int_equal(oms_timeframe_parse(rows[i].text, strlen(rows[i].text), &ns), OMS_OK);
    assert_true(ns == rows[i].s * S);
    assert_int_equal(oms_timeframe_format(ns, text), strlen(rows[i].shortest));
    assert_string_equal(text, rows[i].shortest);
  }
  static const char *const bad[] = {"",
                                    "m",
                                    "1",
                                    "0m",
                                    "-1m",
                                    "1M",
                                    "1.5h",
                                    "1 m",
                                    "1mm",
                                    "9223372036854775807w",
                                    "99999999999999999999s"};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    int64_t ns = 3;
    assert_int_equal(oms_timeframe_parse(bad[i], strlen(bad[i]), &ns), OMS_ERR_PARSE);
    assert_int_equal(ns, 3);
  }
  char text[24];
  (void)oms_timeframe_format(S / 4, text);
  assert_string_equal(text, "0.25s");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(days_and_dates_round_trip),
      cmocka_unit_test(weekdays_count_from_monday),
      cmocka_unit_test(civil_valid_knows_leap_years),
      cmocka_unit_test(time_parse_takes_all_forms),
      cmocka_unit_test(time_parse_is_strict),
      cmocka_unit_test(time_parse_refuses_what_does_not_fit),
      cmocka_unit_test(iso_text_round_trips),
      cmocka_unit_test(dates_are_those_of_the_zone),
      cmocka_unit_test(parts_are_local),
      cmocka_unit_test(clocks_change_when_the_law_says),
      cmocka_unit_test(skipped_and_doubled_wall_times),
      cmocka_unit_test(local_time_round_trips),
      cmocka_unit_test(extreme_instants_do_not_overflow),
      cmocka_unit_test(zones_by_name),
      cmocka_unit_test(timeframes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
