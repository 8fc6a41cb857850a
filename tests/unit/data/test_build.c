/* test_build.c - built bars, each as the list that must come out: buckets by the clock, by
 * sessions, across changes of clocks, and their place among the events of a feed. */
#include "data/data_help.h"

#include "base/check.h"
#include "base/random.h"
#include "core/calendar.h"
#include "data/build.h"
#include "data/feed.h"

#define SECOND INT64_C(1000000000)
#define MINUTE (60 * SECOND)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

struct row {
  const char *start;
  int open, high, low, close, volume;
};
struct want {
  const char *label, *start, *end;
  int open, high, low, close;
  double volume;
};

static oms_calendar_t calendar;

static int day_span(void *ctx, int64_t days, oms_time_t *open, oms_time_t *close) {
  oms_session_times_t times;
  if (!oms_calendar_session_of_day(ctx, days, &times)) {
    return OMS_ERR_NOT_FOUND;
  }
  *open = times.open;
  *close = times.close;
  return OMS_OK;
}

static oms_build_t build_of(int64_t timeframe, oms_zone_t zone, bool declared) {
  oms_build_t b = {.timeframe = timeframe, .zone = zone, .stream = 7};
  if (declared) {
    oms_calendar_init(&calendar, OMS_CALENDAR_US_EQUITY);
    b.day_span = day_span;
    b.day_ctx = &calendar;
  }
  oms_build_start(&b);
  return b;
}

static void check_bar(const oms_bar_t *bar, const struct want *w) {
  assert_int_equal(bar->ts, at(w->label));
  assert_int_equal(bar->start, at(w->start));
  assert_int_equal(bar->end, at(w->end));
  assert_int_equal(bar->open, PX(w->open));
  assert_int_equal(bar->high, PX(w->high));
  assert_int_equal(bar->low, PX(w->low));
  assert_int_equal(bar->close, PX(w->close));
  assert_true(bar->volume == w->volume);
  assert_int_equal(bar->stream, 7);
}

/* Rows of 'length' must give exactly the wanted bars. */
static void expect(oms_build_t b, int64_t length, const struct row *rows, size_t n,
                   const struct want *want, size_t want_n) {
  size_t got = 0;
  oms_bar_t closed;
  for (size_t i = 0; i < n; i++) {
    oms_time_t start = at(rows[i].start);
    const oms_bar_t row = {.ts = start,
                           .start = start,
                           .end = start + length,
                           .open = PX(rows[i].open),
                           .high = PX(rows[i].high),
                           .low = PX(rows[i].low),
                           .close = PX(rows[i].close),
                           .volume = rows[i].volume};
    if (oms_build_bar(&b, &row, &closed)) {
      assert_true(got < want_n);
      assert_true(closed.end <= start);
      check_bar(&closed, &want[got++]);
    }
  }
  if (oms_build_end(&b, &closed)) {
    assert_true(got < want_n);
    check_bar(&closed, &want[got++]);
  }
  assert_false(oms_build_end(&b, &closed));
  assert_int_equal(got, want_n);
}

#define EXPECT(build, length, rows, ...)                                                           \
  do {                                                                                             \
    const struct want wanted[] = {__VA_ARGS__};                                                    \
    expect(build, length, rows, OMS_COUNT(rows), wanted, OMS_COUNT(wanted));                       \
  } while (0)

static void test_what_can_be_built(void **state) {
  (void)state;
  assert_true(oms_build_can(MINUTE, 5 * MINUTE) && oms_build_can(MINUTE, DAY));
  assert_true(oms_build_can(0, SECOND) && oms_build_can(0, 7 * DAY) && oms_build_can(DAY, 7 * DAY));
  assert_true(oms_build_can(HOUR, 4 * HOUR) && oms_build_can(MINUTE, 7 * HOUR));
  assert_false(oms_build_can(MINUTE, MINUTE)); /* it is there */
  assert_false(oms_build_can(5 * MINUTE, MINUTE));
  assert_false(oms_build_can(2 * MINUTE, 5 * MINUTE));
  assert_false(oms_build_can(MINUTE, 2 * DAY));
  assert_false(oms_build_can(7 * HOUR, DAY));
  assert_false(oms_build_can(MINUTE, DAY + HOUR));
}

/* Missing minutes shorten a bar, a missing bucket gives none, the last bar completes at the end of
 * its bucket though the data end before. */
static void test_five_minutes(void **state) {
  (void)state;
  static const struct row rows[] = {
      {"2014-01-02T10:00:00Z", 10, 12, 9,  11, 1 },
      {"2014-01-02T10:01:00Z", 11, 15, 8,  14, 2 },
      {"2014-01-02T10:04:00Z", 14, 14, 7,  9,  4 },
      {"2014-01-02T10:05:00Z", 20, 21, 19, 20, 8 },
      {"2014-01-02T10:17:00Z", 30, 31, 29, 30, 16},
      {"2014-01-02T10:18:00Z", 30, 33, 30, 32, 0 },
  };
  EXPECT(
      build_of(5 * MINUTE, OMS_ZONE_UTC, false), MINUTE, rows,
      {"2014-01-02T10:00:00Z", "2014-01-02T10:00:00Z", "2014-01-02T10:05:00Z", 10, 15, 7, 9, 7},
      {"2014-01-02T10:05:00Z", "2014-01-02T10:05:00Z", "2014-01-02T10:10:00Z", 20, 21, 19, 20, 8},
      {"2014-01-02T10:15:00Z", "2014-01-02T10:15:00Z", "2014-01-02T10:20:00Z", 30, 33, 29, 32, 16});
}

/* A row that reaches over the edge holds its bar back: nothing is known before it has happened. */
static void test_row_over_the_edge(void **state) {
  (void)state;
  static const struct row rows[] = {
      {"2014-01-02T10:04:30Z", 10, 12, 9,  11, 1},
      {"2014-01-02T10:05:30Z", 11, 11, 11, 11, 1},
  };
  EXPECT(
      build_of(5 * MINUTE, OMS_ZONE_UTC, false), MINUTE, rows,
      {"2014-01-02T10:00:00Z", "2014-01-02T10:00:00Z", "2014-01-02T10:05:30Z", 10, 12, 9, 11, 1},
      {"2014-01-02T10:05:00Z", "2014-01-02T10:05:00Z", "2014-01-02T10:10:00Z", 11, 11, 11, 11, 1});
}

/* Seven hours begin anew each day: 00, 07, 14, 21 and three hours are left. */
static void test_day_restarts(void **state) {
  (void)state;
  static const struct row rows[] = {
      {"2014-01-02T20:59:00Z", 1, 1, 1, 1, 1},
      {"2014-01-02T23:59:00Z", 2, 2, 2, 2, 1},
      {"2014-01-03T00:00:00Z", 3, 3, 3, 3, 1},
  };
  EXPECT(build_of(7 * HOUR, OMS_ZONE_UTC, false), MINUTE, rows,
         {"2014-01-02T14:00:00Z", "2014-01-02T14:00:00Z", "2014-01-02T21:00:00Z", 1, 1, 1, 1, 1},
         {"2014-01-02T21:00:00Z", "2014-01-02T21:00:00Z", "2014-01-03T00:00:00Z", 2, 2, 2, 2, 1},
         {"2014-01-03T00:00:00Z", "2014-01-03T00:00:00Z", "2014-01-03T07:00:00Z", 3, 3, 3, 3, 1});
}

/* A zone of half an hour: its full hours. */
static void test_clock_of_the_zone(void **state) {
  (void)state;
  oms_zone_t india;
  assert_int_equal(oms_zone_parse("+05:30", 6, &india), OMS_OK);
  static const struct row rows[] = {
      {"2014-01-02T10:29:00Z", 1, 1, 1, 1, 1},
      {"2014-01-02T10:30:00Z", 2, 2, 2, 2, 1},
  };
  EXPECT(build_of(HOUR, india, false), MINUTE, rows,
         {"2014-01-02T09:30:00Z", "2014-01-02T09:30:00Z", "2014-01-02T10:30:00Z", 1, 1, 1, 1, 1},
         {"2014-01-02T10:30:00Z", "2014-01-02T10:30:00Z", "2014-01-02T11:30:00Z", 2, 2, 2, 2, 1});
}

/* 2014-11-02, New York: 01:xx comes twice, at 05:xx and 06:xx UTC. */
static void test_clocks_go_back(void **state) {
  (void)state;
  static const struct row rows[] = {
      {"2014-11-02T05:15:00Z", 1, 1, 1, 1, 1},
      {"2014-11-02T05:45:00Z", 2, 2, 2, 2, 1},
      {"2014-11-02T06:15:00Z", 3, 3, 3, 3, 1},
      {"2014-11-02T07:15:00Z", 4, 4, 4, 4, 1},
  };
  EXPECT(build_of(HOUR, oms_zone_new_york, false), MINUTE, rows,
         {"2014-11-02T05:00:00Z", "2014-11-02T05:00:00Z", "2014-11-02T06:00:00Z", 1, 2, 1, 2, 2},
         {"2014-11-02T06:00:00Z", "2014-11-02T06:00:00Z", "2014-11-02T07:00:00Z", 3, 3, 3, 3, 1},
         {"2014-11-02T07:00:00Z", "2014-11-02T07:00:00Z", "2014-11-02T08:00:00Z", 4, 4, 4, 4, 1});
  EXPECT(build_of(30 * MINUTE, oms_zone_new_york, false), MINUTE, rows,
         {"2014-11-02T05:00:00Z", "2014-11-02T05:00:00Z", "2014-11-02T05:30:00Z", 1, 1, 1, 1, 1},
         {"2014-11-02T05:30:00Z", "2014-11-02T05:30:00Z", "2014-11-02T06:00:00Z", 2, 2, 2, 2, 1},
         {"2014-11-02T06:00:00Z", "2014-11-02T06:00:00Z", "2014-11-02T06:30:00Z", 3, 3, 3, 3, 1},
         {"2014-11-02T07:00:00Z", "2014-11-02T07:00:00Z", "2014-11-02T07:30:00Z", 4, 4, 4, 4, 1});
  /* Four hours keep to the clocks: 00:00 to 04:00 are five hours. */
  EXPECT(build_of(4 * HOUR, oms_zone_new_york, false), MINUTE, rows,
         {"2014-11-02T04:00:00Z", "2014-11-02T04:00:00Z", "2014-11-02T09:00:00Z", 1, 4, 1, 4, 4});
  EXPECT(build_of(DAY, oms_zone_new_york, false), MINUTE, rows,
         {"2014-11-02T04:00:00Z", "2014-11-02T04:00:00Z", "2014-11-03T05:00:00Z", 1, 4, 1, 4, 4});
}

/* 2014-03-09, New York: 02:xx does not come. */
static void test_clocks_go_forward(void **state) {
  (void)state;
  static const struct row rows[] = {
      {"2014-03-09T06:30:00Z", 1, 1, 1, 1, 1}, /* 01:30 */
      {"2014-03-09T07:00:00Z", 2, 2, 2, 2, 1}, /* 03:00 */
      {"2014-03-09T07:30:00Z", 3, 3, 3, 3, 1},
      {"2014-03-09T08:30:00Z", 4, 4, 4, 4, 1}, /* 04:30 */
  };
  EXPECT(build_of(HOUR, oms_zone_new_york, false), MINUTE, rows,
         {"2014-03-09T06:00:00Z", "2014-03-09T06:00:00Z", "2014-03-09T07:00:00Z", 1, 1, 1, 1, 1},
         {"2014-03-09T07:00:00Z", "2014-03-09T07:00:00Z", "2014-03-09T08:00:00Z", 2, 3, 2, 3, 2},
         {"2014-03-09T08:00:00Z", "2014-03-09T08:00:00Z", "2014-03-09T09:00:00Z", 4, 4, 4, 4, 1});
  EXPECT(build_of(4 * HOUR, oms_zone_new_york, false), MINUTE, rows,
         {"2014-03-09T05:00:00Z", "2014-03-09T05:00:00Z", "2014-03-09T08:00:00Z", 1, 3, 1, 3, 3},
         {"2014-03-09T08:00:00Z", "2014-03-09T08:00:00Z", "2014-03-09T12:00:00Z", 4, 4, 4, 4, 1});
  EXPECT(build_of(DAY, oms_zone_new_york, false), MINUTE, rows,
         {"2014-03-09T05:00:00Z", "2014-03-09T05:00:00Z", "2014-03-10T04:00:00Z", 1, 4, 1, 4, 4});
}

/* Thursday 2014-07-03 closes at 13:00 (17:00 UTC), the 4th is a holiday. Rows of the pre- and the
 * post-market are in no day; the bar of the day is closed by the first of the latter. */
static const struct row july[] = {
    {"2014-07-02T12:00:00Z", 50, 99, 1,  50, 100}, /* 08:00 */
    {"2014-07-02T13:29:00Z", 50, 99, 1,  50, 100},
    {"2014-07-02T13:30:00Z", 10, 12, 9,  11, 1  },
    {"2014-07-02T19:59:00Z", 11, 14, 10, 13, 2  }, /* the last minute */
    {"2014-07-02T20:00:00Z", 50, 99, 1,  50, 100},
    {"2014-07-03T13:30:00Z", 20, 22, 19, 21, 4  },
    {"2014-07-03T16:59:00Z", 21, 24, 20, 23, 8  },
    {"2014-07-03T17:00:00Z", 50, 99, 1,  50, 100},
    {"2014-07-04T15:00:00Z", 50, 99, 1,  50, 100},
    {"2014-07-07T13:30:00Z", 30, 32, 29, 31, 16 }, /* Monday */
};

static void test_trading_days(void **state) {
  (void)state;
  EXPECT(
      build_of(DAY, oms_zone_new_york, true), MINUTE, july,
      {"2014-07-02T04:00:00Z", "2014-07-02T13:30:00Z", "2014-07-02T20:00:00Z", 10, 14, 9, 13, 3},
      {"2014-07-03T04:00:00Z", "2014-07-03T13:30:00Z", "2014-07-03T17:00:00Z", 20, 24, 19, 23, 12},
      {"2014-07-07T04:00:00Z", "2014-07-07T13:30:00Z", "2014-07-07T20:00:00Z", 30, 32, 29, 31, 16});
  EXPECT(
      build_of(DAY, OMS_ZONE_UTC, true), MINUTE, july,
      {"2014-07-02T00:00:00Z", "2014-07-02T13:30:00Z", "2014-07-02T20:00:00Z", 10, 14, 9, 13, 3},
      {"2014-07-03T00:00:00Z", "2014-07-03T13:30:00Z", "2014-07-03T17:00:00Z", 20, 24, 19, 23, 12},
      {"2014-07-07T00:00:00Z", "2014-07-07T13:30:00Z", "2014-07-07T20:00:00Z", 30, 32, 29, 31, 16});
}

/* A zone in which the session lies on the next date: it keeps the market's. */
static void test_trading_days_far_away(void **state) {
  (void)state;
  oms_zone_t far;
  assert_int_equal(oms_zone_parse("+12:00", 6, &far), OMS_OK);
  EXPECT(
      build_of(DAY, far, true), MINUTE, july,
      {"2014-07-01T12:00:00Z", "2014-07-02T13:30:00Z", "2014-07-02T20:00:00Z", 10, 14, 9, 13, 3},
      {"2014-07-02T12:00:00Z", "2014-07-03T13:30:00Z", "2014-07-03T17:00:00Z", 20, 24, 19, 23, 12},
      {"2014-07-06T12:00:00Z", "2014-07-07T13:30:00Z", "2014-07-07T20:00:00Z", 30, 32, 29, 31, 16});
}

static void test_trading_weeks(void **state) {
  (void)state;
  EXPECT(
      build_of(7 * DAY, oms_zone_new_york, true), MINUTE, july,
      {"2014-06-30T04:00:00Z", "2014-06-30T13:30:00Z", "2014-07-03T17:00:00Z", 10, 24, 9, 23, 15},
      {"2014-07-07T04:00:00Z", "2014-07-07T13:30:00Z", "2014-07-11T20:00:00Z", 30, 32, 29, 31, 16});
}

/* Without a calendar a week is Monday to Sunday, and hours of a declared symbol keep to the
 * clock. */
static void test_weeks_and_hours(void **state) {
  (void)state;
  static const struct row rows[] = {
      {"2014-07-06T23:59:00Z", 1, 1, 1, 1, 1}, /* Sunday */
      {"2014-07-07T13:10:00Z", 2, 2, 2, 2, 1}, /* 09:10, before the open */
      {"2014-07-07T13:50:00Z", 3, 3, 3, 3, 1},
  };
  EXPECT(build_of(7 * DAY, OMS_ZONE_UTC, false), MINUTE, rows,
         {"2014-06-30T00:00:00Z", "2014-06-30T00:00:00Z", "2014-07-07T00:00:00Z", 1, 1, 1, 1, 1},
         {"2014-07-07T00:00:00Z", "2014-07-07T00:00:00Z", "2014-07-14T00:00:00Z", 2, 3, 2, 3, 2});
  EXPECT(build_of(HOUR, oms_zone_new_york, true), MINUTE, rows,
         {"2014-07-06T23:00:00Z", "2014-07-06T23:00:00Z", "2014-07-07T00:00:00Z", 1, 1, 1, 1, 1},
         {"2014-07-07T13:00:00Z", "2014-07-07T13:00:00Z", "2014-07-07T14:00:00Z", 2, 3, 2, 3, 2});
}

/* A trade at the edge opens the next bucket; sizes are summed exactly, an unknown one is 0. */
static void test_trades(void **state) {
  (void)state;
  static const struct {
    const char *ts;
    int price;
    const char *size;
  } trades[] = {
      {"2014-01-02T10:00:00Z",           10, "0.1"},
      {"2014-01-02T10:00:59.999999999Z", 12, "0.2"},
      {"2014-01-02T10:01:00Z",           9,  "3"  },
      {"2014-01-02T10:01:00Z",           8,  "0"  },
  };
  static const struct want want[] = {
      {"2014-01-02T10:00:00Z", "2014-01-02T10:00:00Z", "2014-01-02T10:01:00Z", 10, 12, 10, 12, 0.3},
      {"2014-01-02T10:01:00Z", "2014-01-02T10:01:00Z", "2014-01-02T10:02:00Z", 9,  9,  8,  8,  3  },
  };
  oms_build_t b = build_of(MINUTE, OMS_ZONE_UTC, false);
  oms_bar_t closed;
  for (size_t i = 0; i < OMS_COUNT(trades); i++) {
    oms_print_t print = {PX(trades[i].price), 0};
    assert_int_equal(
        oms_decimal_parse(trades[i].size, strlen(trades[i].size), OMS_QTY_DECIMALS, &print.size),
        OMS_OK);
    bool any = oms_build_trade(&b, at(trades[i].ts), &print, &closed);
    assert_int_equal(any, i == 2);
    if (any) {
      check_bar(&closed, &want[0]);
    }
  }
  assert_true(oms_build_end(&b, &closed));
  check_bar(&closed, &want[1]);
}

static void test_nothing_gives_nothing(void **state) {
  (void)state;
  oms_build_t b = build_of(DAY, oms_zone_new_york, true);
  oms_bar_t closed;
  assert_false(oms_build_end(&b, &closed));
  static const struct row closed_day[] = {
      {"2014-07-04T15:00:00Z", 1, 1, 1, 1, 1}
  };
  expect(b, MINUTE, closed_day, 1, NULL, 0);
}

/* Among the events of a feed. */

static oms_data_entry_t entry_of(const oms_bar_row_t *rows, size_t n, int64_t timeframe) {
  return (oms_data_entry_t){.symbol = "SPY",
                            .rows = rows,
                            .row_n = n,
                            .timeframe = timeframe,
                            .from = OMS_NO_TIME,
                            .to = OMS_NO_TIME};
}

static void test_order_in_a_feed(void **state) {
  (void)state;
  static const char *const starts[] = {"2014-01-02T10:03:00Z", "2014-01-02T10:04:00Z",
                                       "2014-01-02T10:12:00Z"};
  static const char *const trades[] = {"2014-01-02T10:04:30Z", "2014-01-02T10:05:00Z",
                                       "2014-01-02T10:20:00Z"};
  oms_bar_row_t rows[3];
  oms_tick_t ticks[3];
  for (size_t i = 0; i < 3; i++) {
    rows[i] = (oms_bar_row_t){at(starts[i]), PX(10), PX(12), PX(9), PX(11), 1};
    ticks[i] = (oms_tick_t){
        .ts = at(trades[i]), .kind = OMS_DATA_TRADES, .u.trade = {PX(10 + (int)i), PX(1)}
    };
  }
  oms_data_entry_t entries[2] = {entry_of(rows, 3, MINUTE), entry_of(NULL, 0, 0)};
  entries[1].kind = OMS_DATA_TRADES;
  entries[1].ticks = ticks;
  entries[1].tick_n = 3;
  oms_feed_t feed;
  oms_error_t err = {0};
  uint32_t five, of_trades;
  assert_int_equal(oms_feed_open(entries, 2, &feed, &err), OMS_OK);
  assert_int_equal(oms_feed_build(&feed, 0, 5 * MINUTE, &five, &err), OMS_OK);
  assert_int_equal(oms_feed_build(&feed, 1, 5 * MINUTE, &of_trades, &err), OMS_OK);
  assert_int_equal(five, 2);
  assert_int_equal(of_trades, 3);
  assert_int_equal(oms_feed_build(&feed, 0, MINUTE, &five, &err), OMS_ERR_USAGE);
  assert_message(&err, "data[1] (SPY): 1m bars cannot be built of 1m bars");
  /* Rows first, then finer bars, then by place. */
  static const struct {
    const char *at;
    uint32_t stream;
  } want[] = {
      {"2014-01-02T10:04:00Z", 0},
      {"2014-01-02T10:04:30Z", 1},
      {"2014-01-02T10:05:00Z", 1},
      {"2014-01-02T10:05:00Z", 0},
      {"2014-01-02T10:05:00Z", 2},
      {"2014-01-02T10:05:00Z", 3},
      {"2014-01-02T10:10:00Z", 3},
      {"2014-01-02T10:13:00Z", 0},
      {"2014-01-02T10:15:00Z", 2},
      {"2014-01-02T10:20:00Z", 1},
      {"2014-01-02T10:25:00Z", 3},
  };
  for (size_t i = 0; i < OMS_COUNT(want); i++) {
    oms_time_t when;
    oms_data_kind_t kind;
    const oms_bar_t *bar;
    const oms_tick_t *tick;
    assert_int_equal(feed.peek(feed.self, &when, &kind, NULL), OMS_OK);
    assert_int_equal(when, at(want[i].at));
    uint32_t stream;
    if (kind == OMS_DATA_BARS) {
      assert_int_equal(feed.next(feed.self, &bar, NULL), OMS_OK);
      stream = bar->stream;
    } else {
      assert_int_equal(feed.next_tick(feed.self, &tick, NULL), OMS_OK);
      stream = tick->stream;
    }
    assert_int_equal(stream, want[i].stream);
  }
  oms_time_t when;
  oms_data_kind_t kind;
  assert_int_equal(feed.peek(feed.self, &when, &kind, NULL), OMS_OK);
  assert_int_equal(when, OMS_NO_TIME);
  oms_stream_info_t info;
  oms_feed_stream_info(&feed, 3, &info);
  assert_int_equal(info.rows, 3);
  assert_int_equal(info.timeframe, 5 * MINUTE);
  feed.close(feed.self);
}

/* Seeded minutes with gaps: every event in order of time, and each built bar what its minutes are
 * when they are put together by hand. */
static void test_random_minutes(void **state) {
  (void)state;
  static oms_bar_row_t rows[3000];
  oms_random_t random;
  oms_random_seed(&random, 5);
  oms_time_t t = at("2014-01-02T00:00:00Z");
  for (size_t i = 0; i < OMS_COUNT(rows); i++) {
    int64_t px = PX(50) + (int64_t)(oms_random_next(&random) % 20) * OMS_PRICE_SCALE;
    t += MINUTE *
         (int64_t)(1 + (oms_random_next(&random) % 20 == 0 ? oms_random_next(&random) % 90 : 0));
    rows[i] = (oms_bar_row_t){t, px, px + PX(1), px - PX(1), px, (double)(i % 7)};
  }
  const oms_data_entry_t entry = entry_of(rows, OMS_COUNT(rows), MINUTE);
  oms_feed_t feed;
  uint32_t built;
  assert_int_equal(oms_feed_open(&entry, 1, &feed, NULL), OMS_OK);
  assert_int_equal(oms_feed_build(&feed, 0, 15 * MINUTE, &built, NULL), OMS_OK);
  oms_time_t before = INT64_MIN, when;
  oms_data_kind_t kind;
  size_t row = 0, used = 0, bars = 0;
  while (feed.peek(feed.self, &when, &kind, NULL) == OMS_OK && when != OMS_NO_TIME) {
    const oms_bar_t *bar;
    assert_true(when >= before);
    before = when;
    assert_int_equal(feed.next(feed.self, &bar, NULL), OMS_OK);
    if (bar->stream == 0) {
      row++;
      continue;
    }
    assert_int_equal(bar->end % (15 * MINUTE), 0);
    assert_int_equal(bar->end - bar->start, 15 * MINUTE);
    oms_price_t high = 0, low = INT64_MAX;
    double volume = 0;
    size_t first = used;
    for (; used < OMS_COUNT(rows) && rows[used].ts < bar->end; used++) {
      assert_true(rows[used].ts >= bar->start);
      high = rows[used].high > high ? rows[used].high : high;
      low = rows[used].low < low ? rows[used].low : low;
      volume += rows[used].volume;
    }
    assert_true(used > first && used <= row);
    assert_true(bar->open == rows[first].open && bar->close == rows[used - 1].close);
    assert_true(bar->high == high && bar->low == low && bar->volume == volume);
    bars++;
  }
  assert_int_equal(used, OMS_COUNT(rows));
  assert_true(bars > 200);
  feed.close(feed.self);
}

static void test_each_allocation_fails_in_turn(void **state) {
  (void)state;
  const oms_bar_row_t rows[] = {
      {0, PX(1), PX(1), PX(1), PX(1), 0}
  };
  const oms_data_entry_t entry = entry_of(rows, 1, MINUTE);
  int rc = OMS_ERR_NOMEM;
  long live = oms_alloc_live();
  for (long n = 1; rc != OMS_OK; n++) {
    oms_feed_t feed;
    uint32_t index;
    assert_int_equal(oms_feed_open(&entry, 1, &feed, NULL), OMS_OK);
    oms_alloc_fail_after(n);
    rc = oms_feed_build(&feed, 0, HOUR, &index, NULL);
    oms_alloc_fail_after(0);
    assert_true(rc == OMS_OK || rc == OMS_ERR_NOMEM);
    feed.close(feed.self);
    assert_int_equal(oms_alloc_live(), live);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_what_can_be_built),
      cmocka_unit_test(test_five_minutes),
      cmocka_unit_test(test_row_over_the_edge),
      cmocka_unit_test(test_day_restarts),
      cmocka_unit_test(test_clock_of_the_zone),
      cmocka_unit_test(test_clocks_go_back),
      cmocka_unit_test(test_clocks_go_forward),
      cmocka_unit_test(test_trading_days),
      cmocka_unit_test(test_trading_days_far_away),
      cmocka_unit_test(test_trading_weeks),
      cmocka_unit_test(test_weeks_and_hours),
      cmocka_unit_test(test_trades),
      cmocka_unit_test(test_nothing_gives_nothing),
      cmocka_unit_test(test_order_in_a_feed),
      cmocka_unit_test(test_random_minutes),
      cmocka_unit_test(test_each_allocation_fails_in_turn),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
