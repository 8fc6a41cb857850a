/* The US calendar against hand-written days and, where the reference file is at hand, day by day;
 * the walks over sessions against a naive search. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/random.h"
#include "base/time.h"
#include "core/calendar.h"

#define REFERENCE SOURCE_DIR "/../shared/reference/nyse_days.csv"

static oms_time_t at(const char *text) {
  oms_time_t t = 0;
  if (oms_time_parse(text, strlen(text), oms_zone_new_york, &t, NULL) != OMS_OK) {
    fail_msg("bad time in test: %s", text);
  }
  return t;
}

static int64_t day(const char *text) {
  return at(text) / OMS_NS_PER_DAY; /* 00:00 Eastern lies in the same UTC day */
}

static void assert_day(oms_calendar_t *cal, const char *date, const char *open, const char *close) {
  oms_session_times_t s;
  if (!oms_calendar_session_of_day(cal, day(date), &s)) {
    if (open != NULL) {
      fail_msg("%s should trade", date);
    }
    return;
  }
  if (open == NULL) {
    fail_msg("%s should be closed", date);
    return;
  }
  char text[40];
  (void)snprintf(text, sizeof text, "%s %s", date, open);
  if (s.open != at(text)) {
    fail_msg("%s opens at the wrong time", date);
  }
  (void)snprintf(text, sizeof text, "%s %s", date, close);
  if (s.close != at(text)) {
    fail_msg("%s closes at the wrong time", date);
  }
}

static void hand_written_days(void **state) {
  (void)state;
  static const char *const closed[] = {
      "1994-04-27", "2001-09-11", "2001-09-14", "2004-06-11", "2007-01-02",
      "2012-10-29", "2012-10-30", "2018-12-05", "2025-01-09", /* extra closings */
      "2022-06-20", "2023-06-19", "2026-06-19", "2027-06-18", /* Juneteenth */
      "1998-01-19", "2024-01-15",                             /* Martin Luther King Day */
      "1990-04-13", "2000-04-21", "2008-03-21", "2024-03-29", "2030-04-19", /* Good Friday */
      "2012-01-02", "2017-01-02", "2000-05-29", "2021-05-31", "2015-07-03",
      "2021-07-05", "2010-12-24", "2022-12-26", "2021-12-24", "2023-11-23",
      "2024-09-02", "2024-02-19", "2024-01-06", "2024-01-07", /* a weekend */
  };
  static const char *const full[] = {
      "1997-01-20",                                           /* not observed yet */
      "2021-06-18", "2010-12-31", "2021-12-31", "2004-12-31", /* Saturday is New Year's Day */
      "2001-09-10", "2001-09-17", "2013-07-05", "2019-07-05", "2012-07-02",
      "2002-07-03", "1999-12-31", "2024-10-14", "2024-11-11", "1990-07-03",
      "1994-07-01", "2021-12-23", "2020-07-02", "2027-07-02",
  };
  static const char *const at_one[] = {"1993-11-26", "2023-11-24", "2024-12-24", "1995-07-03",
                                       "2013-07-03", "2002-07-05", "1996-07-05", "1997-12-26",
                                       "2003-12-26", "2023-07-03", "2029-07-03"};
  static const char *const at_two[] = {"1990-11-23", "1992-11-27", "1992-12-24", "1990-12-24"};
  oms_calendar_t cal;
  oms_calendar_init(&cal, OMS_CALENDAR_US_EQUITY);
  for (size_t i = 0; i < sizeof closed / sizeof closed[0]; i++) {
    assert_day(&cal, closed[i], NULL, NULL);
  }
  for (size_t i = 0; i < sizeof full / sizeof full[0]; i++) {
    assert_day(&cal, full[i], "09:30", "16:00");
  }
  for (size_t i = 0; i < sizeof at_one / sizeof at_one[0]; i++) {
    assert_day(&cal, at_one[i], "09:30", "13:00");
  }
  for (size_t i = 0; i < sizeof at_two / sizeof at_two[0]; i++) {
    assert_day(&cal, at_two[i], "09:30", "14:00");
  }
  assert_day(&cal, "1996-01-08", "11:00", "14:00");
  assert_day(&cal, "2002-09-11", "12:00", "16:00");
}

/* Every year of the rules has 250 to 254 full or short days; 2001 lost four more. */
static void years_have_about_252_days(void **state) {
  (void)state;
  oms_calendar_t cal;
  oms_calendar_init(&cal, OMS_CALENDAR_US_EQUITY);
  for (int year = 1990; year <= 2030; year++) {
    int n = 0;
    oms_session_times_t s;
    for (int64_t d = oms_days_from_civil(year, 1, 1); d < oms_days_from_civil(year + 1, 1, 1);
         d++) {
      n += oms_calendar_session_of_day(&cal, d, &s);
    }
    assert_in_range(n, year == 2001 ? 248 : 250, 254);
  }
}

static void check_reference_line(oms_calendar_t *cal, const char *line, int64_t *expected_from) {
  char date[11], open[6], close[6];
  assert_int_equal(sscanf(line, "%10[0-9-],%5[0-9:],%5[0-9:]", date, open, close), 3);
  /* The file has gaps of years; inside a stretch the days between two rows are closed. */
  int64_t days = day(date);
  oms_session_times_t s;
  for (int64_t d = *expected_from; d < days && days - *expected_from < 10; d++) {
    if (oms_calendar_session_of_day(cal, d, &s)) {
      fail_msg("a day before %s should be closed", date);
    }
  }
  assert_day(cal, date, open, close);
  *expected_from = days + 1;
}

static void reference_days(void **state) {
  (void)state;
  FILE *f = fopen(REFERENCE, "r");
  if (f == NULL) {
    print_message("SKIPPED: ../shared is absent\n");
    skip();
  }
  oms_calendar_t cal;
  oms_calendar_init(&cal, OMS_CALENDAR_US_EQUITY);
  char line[80];
  int64_t expected_from = 0;
  int n = 0;
  assert_non_null(fgets(line, sizeof line, f)); /* the header */
  for (; fgets(line, sizeof line, f) != NULL; n++) {
    check_reference_line(&cal, line, &expected_from);
  }
  (void)fclose(f);
  assert_int_equal(n, 2011);
}

static void phases_of_a_day(void **state) {
  (void)state;
  static const struct {
    const char *time;
    oms_calendar_phase_t phase;
  } rows[] = {
      {"2024-07-02 03:59:59", OMS_PHASE_NONE   },
      {"2024-07-02 04:00",    OMS_PHASE_PRE    },
      {"2024-07-02 09:29:59", OMS_PHASE_PRE    },
      {"2024-07-02 09:30",    OMS_PHASE_REGULAR},
      {"2024-07-02 15:59:59", OMS_PHASE_REGULAR},
      {"2024-07-02 16:00",    OMS_PHASE_POST   },
      {"2024-07-02 19:59:59", OMS_PHASE_POST   },
      {"2024-07-02 20:00",    OMS_PHASE_NONE   },
      {"2024-07-03 12:59:59", OMS_PHASE_REGULAR},
      {"2024-07-03 13:00",    OMS_PHASE_POST   },
      {"2024-07-03 16:59:59", OMS_PHASE_POST   },
      {"2024-07-03 17:00",    OMS_PHASE_NONE   },
      {"2024-07-04 12:00",    OMS_PHASE_NONE   },
      {"2024-07-06 12:00",    OMS_PHASE_NONE   },
  };
  oms_calendar_t cal;
  oms_calendar_init(&cal, OMS_CALENDAR_US_EQUITY);
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    if (oms_calendar_phase_at(&cal, at(rows[i].time)) != rows[i].phase) {
      fail_msg("wrong phase at %s", rows[i].time);
    }
    assert_int_equal(oms_calendar_is_open(&cal, at(rows[i].time)),
                     rows[i].phase == OMS_PHASE_REGULAR);
  }
}

/* The wall time stays and the UTC time moves. */
static void session_follows_the_clocks(void **state) {
  (void)state;
  oms_calendar_t cal;
  oms_calendar_init(&cal, OMS_CALENDAR_US_EQUITY);
  oms_session_times_t s;
  assert_true(oms_calendar_session_of_day(&cal, day("2024-03-08"), &s));
  assert_true(s.open == at("2024-03-08T14:30:00Z") && s.post_close == at("2024-03-09T01:00:00Z"));
  assert_true(oms_calendar_session_of_day(&cal, day("2024-03-11"), &s));
  assert_true(s.pre_open == at("2024-03-11T08:00:00Z") && s.open == at("2024-03-11T13:30:00Z"));
  assert_true(s.close == at("2024-03-11T20:00:00Z") && s.post_close == at("2024-03-12T00:00:00Z"));
}

static void trading_day_holds_or_follows(void **state) {
  (void)state;
  static const struct {
    const char *time, *regular, *extended;
  } rows[] = {
      {"2024-07-02 00:00",              "2024-07-02", "2024-07-02"},
      {"2024-07-02 15:59:59.999999999", "2024-07-02", "2024-07-02"},
      {"2024-07-02 16:00",              "2024-07-03", "2024-07-02"},
      {"2024-07-02 19:59:59",           "2024-07-03", "2024-07-02"},
      {"2024-07-02 20:00",              "2024-07-03", "2024-07-03"},
      {"2024-07-03 13:00",              "2024-07-05", "2024-07-03"},
      {"2024-07-03 17:00",              "2024-07-05", "2024-07-05"},
      {"2024-07-04 12:00",              "2024-07-05", "2024-07-05"},
      {"2024-07-05 23:59",              "2024-07-08", "2024-07-08"},
      {"2001-09-10 16:00",              "2001-09-17", "2001-09-10"},
  };
  oms_calendar_t cal;
  oms_calendar_init(&cal, OMS_CALENDAR_US_EQUITY);
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    oms_time_t t = at(rows[i].time);
    if (oms_calendar_trading_day(&cal, t, false) != day(rows[i].regular) ||
        oms_calendar_trading_day(&cal, t, true) != day(rows[i].extended)) {
      fail_msg("wrong trading day at %s", rows[i].time);
    }
  }
  assert_int_equal(oms_calendar_next_day(&cal, day("2024-07-03")), day("2024-07-05"));
}

static void next_open_and_close_lie_after(void **state) {
  (void)state;
  oms_calendar_t cal;
  oms_calendar_init(&cal, OMS_CALENDAR_US_EQUITY);
  oms_time_t open = at("2024-07-03 09:30");
  assert_true(oms_calendar_next_open(&cal, open - 1) == open);
  assert_true(oms_calendar_next_open(&cal, open) == at("2024-07-05 09:30"));
  oms_time_t close = at("2024-07-03 13:00");
  assert_true(oms_calendar_next_close(&cal, close - 1) == close);
  assert_true(oms_calendar_next_close(&cal, close) == at("2024-07-05 16:00"));
  assert_true(oms_calendar_next_open(&cal, at("2012-10-26 17:00")) == at("2012-10-31 09:30"));
}

static void last_of_a_period(void **state) {
  (void)state;
  static const struct {
    const char *time;
    bool week, month, quarter, year;
  } rows[] = {
      {"2024-07-03 12:00", false, false, false, false},
      {"2024-07-05 12:00", true,  false, false, false},
      {"2024-03-28 12:00", true,  true,  true,  false}, /* Thursday before Good Friday */
      {"2024-05-31 12:00", true,  true,  false, false},
      {"2024-12-31 12:00", false, true,  true,  true },
      {"2024-12-31 16:00", false, false, false, false}, /* belongs to 2 January */
      {"2021-12-31 12:00", true,  true,  true,  true },
  };
  oms_calendar_t cal;
  oms_calendar_init(&cal, OMS_CALENDAR_US_EQUITY);
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    oms_time_t t = at(rows[i].time);
    if (oms_calendar_is_last_of(&cal, OMS_PERIOD_WEEK, t) != rows[i].week ||
        oms_calendar_is_last_of(&cal, OMS_PERIOD_MONTH, t) != rows[i].month ||
        oms_calendar_is_last_of(&cal, OMS_PERIOD_QUARTER, t) != rows[i].quarter ||
        oms_calendar_is_last_of(&cal, OMS_PERIOD_YEAR, t) != rows[i].year) {
      fail_msg("wrong period end at %s", rows[i].time);
    }
  }
}

static void no_sessions_means_utc_days(void **state) {
  (void)state;
  oms_calendar_t cal;
  oms_calendar_init(&cal, OMS_CALENDAR_NONE);
  oms_time_t t = at("2024-06-30T23:30:00Z"); /* a Sunday */
  oms_session_times_t s;
  assert_int_equal(oms_calendar_trading_day(&cal, t, false), oms_days_from_civil(2024, 6, 30));
  assert_int_equal(oms_calendar_trading_day(&cal, t, true), oms_days_from_civil(2024, 6, 30));
  assert_false(oms_calendar_session_of_day(&cal, oms_days_from_civil(2024, 7, 2), &s));
  assert_false(oms_calendar_is_open(&cal, t));
  assert_int_equal(oms_calendar_phase_at(&cal, t), OMS_PHASE_NONE);
  assert_true(oms_calendar_next_open(&cal, t) == OMS_NO_TIME);
  assert_true(oms_calendar_next_close(&cal, t) == OMS_NO_TIME);
  assert_true(oms_calendar_is_last_of(&cal, OMS_PERIOD_WEEK, t));
  assert_true(oms_calendar_is_last_of(&cal, OMS_PERIOD_QUARTER, t));
  assert_false(oms_calendar_is_last_of(&cal, OMS_PERIOD_YEAR, t));
}

static void extreme_times_are_answered(void **state) {
  (void)state;
  static const oms_time_t times[] = {INT64_MIN, INT64_MIN + 1, -1, 0, INT64_MAX - 1, INT64_MAX};
  oms_calendar_t cal;
  oms_calendar_init(&cal, OMS_CALENDAR_US_EQUITY);
  for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
    (void)oms_calendar_trading_day(&cal, times[i], false);
    (void)oms_calendar_next_open(&cal, times[i]);
    (void)oms_calendar_is_last_of(&cal, OMS_PERIOD_YEAR, times[i]);
    (void)oms_calendar_phase_at(&cal, times[i]);
  }
  assert_true(oms_calendar_next_open(&cal, INT64_MAX) == OMS_NO_TIME);
}

/* A calendar that has answered thousands of questions must answer as one that was just made. */
static void memory_changes_no_answer(void **state) {
  (void)state;
  oms_calendar_t warm, cold;
  oms_calendar_init(&warm, OMS_CALENDAR_US_EQUITY);
  oms_random_t r;
  oms_random_seed(&r, 4);
  oms_time_t t = at("1990-01-01");
  for (int i = 0; i < 5000; i++) {
    t += (int64_t)oms_random_below(&r, 300000) * OMS_NS_PER_SECOND;
    oms_time_t asked = t - (int64_t)oms_random_below(&r, 2) * OMS_NS_PER_DAY;
    oms_calendar_init(&cold, OMS_CALENDAR_US_EQUITY);
    bool extended = oms_random_below(&r, 2) != 0;
    assert_int_equal(oms_calendar_trading_day(&warm, asked, extended),
                     oms_calendar_trading_day(&cold, asked, extended));
    assert_true(oms_calendar_next_open(&warm, asked) == oms_calendar_next_open(&cold, asked));
    assert_int_equal(oms_calendar_phase_at(&warm, asked), oms_calendar_phase_at(&cold, asked));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(hand_written_days),
      cmocka_unit_test(years_have_about_252_days),
      cmocka_unit_test(reference_days),
      cmocka_unit_test(phases_of_a_day),
      cmocka_unit_test(session_follows_the_clocks),
      cmocka_unit_test(trading_day_holds_or_follows),
      cmocka_unit_test(next_open_and_close_lie_after),
      cmocka_unit_test(last_of_a_period),
      cmocka_unit_test(no_sessions_means_utc_days),
      cmocka_unit_test(extreme_times_are_answered),
      cmocka_unit_test(memory_changes_no_answer),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
