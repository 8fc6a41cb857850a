/* test_feed.c - completion, merge order, inference, bounds: each as the list of bars that must come
 * out. */
#include "data/data_help.h"

#include "base/check.h"
#include "data/feed.h"

#define MINUTE INT64_C(60000000000)
#define HOUR   (60 * MINUTE)

static oms_bar_row_t row(const char *ts) {
  return (oms_bar_row_t){at(ts), PX(10), PX(12), PX(9), PX(11), 100.0};
}

static oms_data_entry_t entry_of(const oms_bar_row_t *rows, size_t n, int64_t timeframe) {
  return (oms_data_entry_t){.symbol = "SPY",
                            .rows = rows,
                            .row_n = n,
                            .rows_has_volume = true,
                            .timeframe = timeframe,
                            .from = OMS_NO_TIME,
                            .to = OMS_NO_TIME};
}

static oms_data_entry_t entry_of_file(const char *const *path, int64_t timeframe) {
  oms_data_entry_t e = entry_of(NULL, 0, timeframe);
  e.paths = path;
  e.path_n = 1;
  return e;
}

static oms_feed_t open_feed(const oms_data_entry_t *entries, size_t n) {
  oms_feed_t feed = {0};
  oms_error_t err = {0};
  if (oms_feed_open(entries, n, &feed, &err) != OMS_OK) {
    fail_msg("%s", err.message);
  }
  return feed;
}

struct want {
  uint32_t stream;
  const char *ts, *start, *end;
};

/* The feed must give exactly these bars, peek and next in agreement, then the end, twice. */
static void expect(const oms_data_entry_t *entries, size_t n, const struct want *want,
                   size_t want_n) {
  oms_feed_t feed = open_feed(entries, n);
  oms_time_t end;
  oms_data_kind_t kind;
  const oms_bar_t *bar;
  for (size_t i = 0; i < want_n; i++) {
    assert_int_equal(feed.peek(feed.self, &end, &kind, NULL), OMS_OK);
    assert_int_equal(end, at(want[i].end));
    assert_int_equal(feed.peek(feed.self, &end, &kind, NULL), OMS_OK); /* it moves nothing */
    assert_int_equal(feed.next(feed.self, &bar, NULL), OMS_OK);
    assert_int_equal(bar->stream, want[i].stream);
    assert_int_equal(bar->ts, at(want[i].ts));
    assert_int_equal(bar->start, at(want[i].start));
    assert_int_equal(bar->end, at(want[i].end));
  }
  for (int i = 0; i < 2; i++) {
    assert_int_equal(feed.peek(feed.self, &end, &kind, NULL), OMS_OK);
    assert_int_equal(end, OMS_NO_TIME);
  }
  assert_int_equal(feed.next(feed.self, &bar, NULL), OMS_ERR_USAGE);
  feed.close(feed.self);
}

#define EXPECT(entries, n, ...)                                                                    \
  do {                                                                                             \
    const struct want want[] = {__VA_ARGS__};                                                      \
    expect(entries, n, want, OMS_COUNT(want));                                                     \
  } while (0)

/* Label at the start: label + timeframe, or the start of the next bar where that is earlier. */
static void test_completion_of_start_labels(void **state) {
  (void)state;
  const oms_bar_row_t rows[] = {row("2014-01-02T10:00:00Z"), row("2014-01-02T10:05:00Z"),
                                row("2014-01-02T10:07:00Z"), row("2014-01-02T10:30:00Z")};
  const oms_data_entry_t e = entry_of(rows, 4, 5 * MINUTE);
  EXPECT(&e, 1, {0, "2014-01-02T10:00:00Z", "2014-01-02T10:00:00Z", "2014-01-02T10:05:00Z"},
         {0, "2014-01-02T10:05:00Z", "2014-01-02T10:05:00Z", "2014-01-02T10:07:00Z"},
         {0, "2014-01-02T10:07:00Z", "2014-01-02T10:07:00Z", "2014-01-02T10:12:00Z"},
         {0, "2014-01-02T10:30:00Z", "2014-01-02T10:30:00Z", "2014-01-02T10:35:00Z"});
}

/* Label at the end: the label; a short bar does not reach back behind the label before. */
static void test_completion_of_end_labels(void **state) {
  (void)state;
  const oms_bar_row_t rows[] = {row("2014-01-02T10:00:00Z"), row("2014-01-02T11:00:00Z"),
                                row("2014-01-02T11:30:00Z"), row("2014-01-02T14:00:00Z")};
  oms_data_entry_t e = entry_of(rows, 4, HOUR);
  e.label_end = true;
  EXPECT(&e, 1, {0, "2014-01-02T10:00:00Z", "2014-01-02T09:00:00Z", "2014-01-02T10:00:00Z"},
         {0, "2014-01-02T11:00:00Z", "2014-01-02T10:00:00Z", "2014-01-02T11:00:00Z"},
         {0, "2014-01-02T11:30:00Z", "2014-01-02T11:00:00Z", "2014-01-02T11:30:00Z"},
         {0, "2014-01-02T14:00:00Z", "2014-01-02T13:00:00Z", "2014-01-02T14:00:00Z"});
}

static void test_equal_labels_keep_file_order(void **state) {
  (void)state;
  oms_bar_row_t rows[] = {row("2014-01-02T10:00:00Z"), row("2014-01-02T10:00:00Z"),
                          row("2014-01-02T10:01:00Z")};
  rows[1].volume = 7;
  const oms_data_entry_t e = entry_of(rows, 3, MINUTE);
  EXPECT(&e, 1, {0, "2014-01-02T10:00:00Z", "2014-01-02T10:00:00Z", "2014-01-02T10:00:00Z"},
         {0, "2014-01-02T10:00:00Z", "2014-01-02T10:00:00Z", "2014-01-02T10:01:00Z"},
         {0, "2014-01-02T10:01:00Z", "2014-01-02T10:01:00Z", "2014-01-02T10:02:00Z"});
}

/* By completion, then the finer timeframe, then the place in the list: never by label. */
static void test_merge_order(void **state) {
  (void)state;
  const oms_bar_row_t hour[] = {row("2014-01-02T10:00:00Z"), row("2014-01-02T11:00:00Z")};
  const oms_bar_row_t half[] = {row("2014-01-02T10:00:00Z"), row("2014-01-02T10:30:00Z"),
                                row("2014-01-02T11:00:00Z")};
  oms_data_entry_t e[] = {entry_of(hour, 2, HOUR), entry_of(half, 3, 30 * MINUTE),
                          entry_of(half, 2, 30 * MINUTE), entry_of(half + 1, 1, 30 * MINUTE)};
  e[3].label_end = true;
  EXPECT(e, 4, {1, "2014-01-02T10:00:00Z", "2014-01-02T10:00:00Z", "2014-01-02T10:30:00Z"},
         {2, "2014-01-02T10:00:00Z", "2014-01-02T10:00:00Z", "2014-01-02T10:30:00Z"},
         {3, "2014-01-02T10:30:00Z", "2014-01-02T10:00:00Z", "2014-01-02T10:30:00Z"},
         {1, "2014-01-02T10:30:00Z", "2014-01-02T10:30:00Z", "2014-01-02T11:00:00Z"},
         {2, "2014-01-02T10:30:00Z", "2014-01-02T10:30:00Z", "2014-01-02T11:00:00Z"},
         {0, "2014-01-02T10:00:00Z", "2014-01-02T10:00:00Z", "2014-01-02T11:00:00Z"},
         {1, "2014-01-02T11:00:00Z", "2014-01-02T11:00:00Z", "2014-01-02T11:30:00Z"},
         {0, "2014-01-02T11:00:00Z", "2014-01-02T11:00:00Z", "2014-01-02T12:00:00Z"});
}

static void test_days_without_a_calendar(void **state) {
  (void)state;
  oms_bar_row_t rows[] = {row("2014-03-07T05:00:00Z"), row("2014-03-09T05:00:00Z")};
  oms_data_entry_t e = entry_of(rows, 2, 0);
  e.rows_date_only = true;
  e.zone = oms_zone_new_york;
  /* The second date has 23 hours. */
  EXPECT(&e, 1, {0, "2014-03-07T05:00:00Z", "2014-03-07T05:00:00Z", "2014-03-08T05:00:00Z"},
         {0, "2014-03-09T05:00:00Z", "2014-03-09T05:00:00Z", "2014-03-10T04:00:00Z"});
}

/* A label at another time of day keeps it: the bar must not complete before its last trade. */
static void test_days_that_begin_in_the_evening(void **state) {
  (void)state;
  const oms_bar_row_t rows[] = {row("2014-01-02T22:00:00Z")};
  oms_data_entry_t e = entry_of(rows, 1, 24 * HOUR);
  EXPECT(&e, 1, {0, "2014-01-02T22:00:00Z", "2014-01-02T22:00:00Z", "2014-01-03T22:00:00Z"});
  e.label_end = true;
  EXPECT(&e, 1, {0, "2014-01-02T22:00:00Z", "2014-01-01T22:00:00Z", "2014-01-02T22:00:00Z"});
}

/* Sessions from 14:30 to 21:00, on 2014-07-03 to 17:00, none on 2014-07-04. */
static int session(void *ctx, int64_t days, oms_time_t *open, oms_time_t *close) {
  int64_t third = oms_days_from_civil(2014, 7, 3);
  ++*(int *)ctx;
  *open = days * OMS_NS_PER_DAY + 14 * HOUR + 30 * MINUTE;
  *close = days * OMS_NS_PER_DAY + (days == third ? 17 : 21) * HOUR;
  return days == third + 1 || oms_weekday(days) > 5 ? OMS_ERR_NOT_FOUND : OMS_OK;
}

static void test_days_of_a_declared_instrument(void **state) {
  (void)state;
  const oms_bar_row_t rows[] = {row("2014-07-02"), row("2014-07-03"), row("2014-07-04")};
  int calls = 0;
  oms_data_entry_t e = entry_of(rows, 3, 0);
  e.rows_date_only = true;
  e.day_span = session;
  e.day_ctx = &calls;
  EXPECT(&e, 1, {0, "2014-07-02", "2014-07-02T14:30:00Z", "2014-07-02T21:00:00Z"},
         {0, "2014-07-03", "2014-07-03T14:30:00Z", "2014-07-03T17:00:00Z"},
         {0, "2014-07-04", "2014-07-04T00:00:00Z", "2014-07-05T00:00:00Z"});
  assert_int_equal(calls, 3);
  /* A week runs from its first open to its last close. */
  oms_data_entry_t week = entry_of(rows, 1, 7 * 24 * HOUR);
  week.rows_date_only = true;
  week.day_span = session;
  week.day_ctx = &calls;
  EXPECT(&week, 1, {0, "2014-07-02", "2014-07-02T14:30:00Z", "2014-07-08T21:00:00Z"});
}

/* 00:00 UTC is the evening before in New York: that session's close lies behind the label, the next
 * is meant. */
static void test_days_labelled_in_another_zone(void **state) {
  (void)state;
  const oms_bar_row_t rows[] = {row("2014-07-02T00:00:00Z")};
  int calls = 0;
  oms_data_entry_t e = entry_of(rows, 1, 24 * HOUR);
  e.zone = oms_zone_new_york;
  e.day_span = session;
  e.day_ctx = &calls;
  EXPECT(&e, 1, {0, "2014-07-02", "2014-07-02T14:30:00Z", "2014-07-02T21:00:00Z"});
}

/* Minute bars complete before the daily bar of the same day. */
static void test_minutes_before_the_day(void **state) {
  (void)state;
  const oms_bar_row_t day[] = {row("2014-07-02")}, minute[] = {row("2014-07-02T20:59:00Z")};
  int calls = 0;
  oms_data_entry_t e[] = {entry_of(day, 1, 24 * HOUR), entry_of(minute, 1, MINUTE)};
  e[0].day_span = session;
  e[0].day_ctx = &calls;
  EXPECT(e, 2, {1, "2014-07-02T20:59:00Z", "2014-07-02T20:59:00Z", "2014-07-02T21:00:00Z"},
         {0, "2014-07-02", "2014-07-02T14:30:00Z", "2014-07-02T21:00:00Z"});
}

static void test_bounds(void **state) {
  (void)state;
  const oms_bar_row_t rows[] = {row("2014-01-02T10:00:00Z"), row("2014-01-02T10:05:00Z"),
                                row("2014-01-02T10:07:00Z"), row("2014-01-02T10:30:00Z")};
  oms_data_entry_t e = entry_of(rows, 4, 5 * MINUTE);
  e.from = at("2014-01-02T10:05:00Z");
  e.to = at("2014-01-02T10:07:00Z");
  /* The row behind the bound still ends the bar, as it would in the whole run. */
  EXPECT(&e, 1, {0, "2014-01-02T10:05:00Z", "2014-01-02T10:05:00Z", "2014-01-02T10:07:00Z"});
  e.from = at("2015-01-01");
  e.to = OMS_NO_TIME;
  oms_feed_t feed = open_feed(&e, 1);
  oms_time_t end;
  oms_data_kind_t kind;
  assert_int_equal(feed.peek(feed.self, &end, &kind, NULL), OMS_OK);
  assert_int_equal(end, OMS_NO_TIME);
  feed.close(feed.self);
}

static void test_inferred_timeframe_and_info(void **state) {
  (void)state;
  char path[64];
  const oms_bar_t *bar;
  oms_time_t end;
  oms_data_kind_t kind;
  oms_stream_info_t info;
  write_text(path, HEADER "2014-01-02T10:00:00Z,1,1,1,1,0\n2014-01-02T10:15:00Z,1,1,1,1,0\n"
                          "2014-01-02T10:20:00Z,1,1,1,1,3\n2014-01-02T10:20:00Z,1,1,1,1,0\n");
  const char *const paths[] = {path};
  const oms_data_entry_t e = entry_of_file(paths, 0);
  oms_feed_t feed = open_feed(&e, 1);
  oms_feed_stream_info(&feed, 0, &info);
  assert_true(info.inferred && info.timeframe == 5 * MINUTE);
  assert_true(info.rows == 0 && info.first_ts == OMS_NO_TIME && info.last_ts == OMS_NO_TIME);
  for (int i = 0; i < 3; i++) {
    assert_int_equal(feed.next(feed.self, &bar, NULL), OMS_OK);
    assert_int_equal(feed.peek(feed.self, &end, &kind, NULL), OMS_OK);
  }
  oms_feed_stream_info(&feed, 0, &info);
  assert_int_equal(info.rows, 3);
  assert_int_equal(info.first_ts, at("2014-01-02T10:00:00Z"));
  assert_int_equal(info.last_ts, at("2014-01-02T10:20:00Z"));
  assert_true(info.has_volume && info.any_volume);
  assert_true(info.bytes > 0 && info.consumed == info.bytes);
  feed.close(feed.self);
  (void)unlink(path);
}

static void test_date_only_files_are_daily(void **state) {
  (void)state;
  char path[64];
  write_text(path, HEADER ROW("2014-01-02") ROW("2014-01-06"));
  const char *const paths[] = {path};
  const oms_data_entry_t e = entry_of_file(paths, 0);
  EXPECT(&e, 1, {0, "2014-01-02", "2014-01-02", "2014-01-03"},
         {0, "2014-01-06", "2014-01-06", "2014-01-07"});
  (void)unlink(path);
}

static void refused(const oms_data_entry_t *e, size_t n, int code, const char *what) {
  oms_feed_t feed;
  oms_error_t err = {0};
  long live = oms_alloc_live();
  assert_int_equal(oms_feed_open(e, n, &feed, &err), code);
  assert_message(&err, what);
  assert_int_equal(oms_alloc_live(), live);
}

static void test_what_is_refused_at_the_start(void **state) {
  (void)state;
  oms_bar_row_t rows[] = {row("2014-01-02T10:00:00Z"), row("2014-01-02T10:05:00Z")};
  oms_data_entry_t e[] = {entry_of(rows, 2, 0), entry_of(rows, 2, 0)};
  rows[1].ts = rows[0].ts;
  refused(e, 1, OMS_ERR_DATA, "timeframe of data[1] (SPY) cannot be inferred");
  rows[1].ts--;
  refused(e, 2, OMS_ERR_DATA, "row 2 of data[1] (SPY): column \"ts\": ");
  rows[1] = row("2014-01-02T10:05:00Z");
  rows[1].high = PX(8);
  e[0].row_n = 1;
  e[0].timeframe = MINUTE;
  refused(e, 2, OMS_ERR_DATA, "row 2 of data[2] (SPY): column \"high\": 8 is below low 9");
  e[0].timeframe = -1;
  refused(e, 1, OMS_ERR_USAGE, "data[1] (SPY): a timeframe of -1 ns");
  e[0].row_n = 0;
  refused(e, 1, OMS_ERR_DATA, "data[1] (SPY) has no rows");
  const char *const paths[] = {"/tmp/no/such.csv"};
  const oms_data_entry_t missing = entry_of_file(paths, 0);
  refused(&missing, 1, OMS_ERR_IO, "/tmp/no/such.csv: cannot read: No such file");
}

/* The bars before a bad line come first, in order with the other streams; then the error, for
 * good. */
static void test_error_in_its_turn(void **state) {
  (void)state;
  char path[64];
  oms_error_t err = {0};
  oms_time_t end = 0;
  oms_data_kind_t kind;
  const oms_bar_t *bar;
  write_text(path, HEADER "2014-01-02T10:00:00Z,1,1,1,1,0\n2014-01-02T10:01:00Z,1,1,1,x,0\n");
  const char *const paths[] = {path};
  const oms_bar_row_t rows[] = {row("2014-01-02T10:00:00Z"), row("2014-01-02T10:30:00Z")};
  const oms_data_entry_t e[] = {entry_of_file(paths, MINUTE), entry_of(rows, 2, MINUTE)};
  oms_feed_t feed = open_feed(e, 2);
  assert_int_equal(feed.next(feed.self, &bar, &err), OMS_OK);
  assert_int_equal(bar->stream, 0);
  for (int i = 0; i < 2; i++) {
    assert_int_equal(feed.peek(feed.self, &end, &kind, &err), OMS_ERR_DATA);
    assert_message(&err, ":3: column \"close\": \"x\" is not a number");
    assert_int_equal(feed.next(feed.self, &bar, &err), OMS_ERR_DATA);
  }
  feed.close(feed.self);
  (void)unlink(path);
}

/* A hundred streams of uneven bars: the order must be that of a sort by (completion, place). */
static void test_many_streams(void **state) {
  (void)state;
  enum { STREAMS = 100, EACH = 200 };
  static oms_bar_row_t rows[STREAMS][EACH];
  static oms_data_entry_t e[STREAMS];
  uint64_t seed = 7, count = 0;
  for (size_t s = 0; s < STREAMS; s++) {
    oms_time_t ts = at("2014-01-02");
    for (size_t i = 0; i < EACH; i++) {
      seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
      rows[s][i] = row("2014-01-02");
      rows[s][i].ts = ts;
      ts += (int64_t)(seed >> 61) * MINUTE;
    }
    e[s] = entry_of(rows[s], EACH, MINUTE);
  }
  oms_feed_t feed = open_feed(e, STREAMS);
  oms_time_t end = 0, before = INT64_MIN;
  oms_data_kind_t kind;
  uint32_t before_stream = 0;
  while (feed.peek(feed.self, &end, &kind, NULL) == OMS_OK && end != OMS_NO_TIME) {
    const oms_bar_t *bar;
    assert_int_equal(feed.next(feed.self, &bar, NULL), OMS_OK);
    assert_int_equal(bar->end, end);
    assert_true(end > before || (end == before && bar->stream >= before_stream));
    before = end;
    before_stream = bar->stream;
    count++;
  }
  assert_int_equal(count, STREAMS * EACH);
  feed.close(feed.self);
}

static void test_each_allocation_fails_in_turn(void **state) {
  (void)state;
  char path[64];
  write_text(path, HEADER ROW("2014-01-02"));
  const char *const paths[] = {path};
  const oms_data_entry_t e[] = {entry_of_file(paths, 0), entry_of_file(paths, 0)};
  long live = oms_alloc_live(), tries = 0;
  for (int rc = OMS_ERR_NOMEM; rc != OMS_OK; tries++) {
    oms_feed_t feed;
    oms_error_t err = {0};
    oms_alloc_fail_after(tries + 1);
    rc = oms_feed_open(e, 2, &feed, &err);
    oms_alloc_fail_after(0);
    if (rc == OMS_OK) {
      feed.close(feed.self);
    } else {
      assert_int_equal(rc, OMS_ERR_NOMEM);
    }
    assert_int_equal(oms_alloc_live(), live);
  }
  assert_true(tries >= 10);
  (void)unlink(path);
}

/* Labels at the edges of time neither wrap nor loop. */
static void test_extreme_times(void **state) {
  (void)state;
  oms_bar_row_t rows[] = {row("1700-01-01"), row("2261-12-31")};
  static const int64_t frames[] = {1, 24 * HOUR, 366 * 24 * HOUR};
  rows[0].ts = -INT64_MAX;
  rows[1].ts = INT64_MAX;
  for (size_t i = 0; i < OMS_COUNT(frames) * 2; i++) {
    oms_data_entry_t e = entry_of(rows, 2, frames[i / 2]);
    e.label_end = i % 2 == 1;
    oms_feed_t feed = open_feed(&e, 1);
    const oms_bar_t *bar;
    for (int k = 0; k < 2; k++) {
      assert_int_equal(feed.next(feed.self, &bar, NULL), OMS_OK);
      assert_true(bar->start <= bar->end);
    }
    feed.close(feed.self);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_completion_of_start_labels),
      cmocka_unit_test(test_completion_of_end_labels),
      cmocka_unit_test(test_equal_labels_keep_file_order),
      cmocka_unit_test(test_merge_order),
      cmocka_unit_test(test_days_without_a_calendar),
      cmocka_unit_test(test_days_that_begin_in_the_evening),
      cmocka_unit_test(test_days_of_a_declared_instrument),
      cmocka_unit_test(test_days_labelled_in_another_zone),
      cmocka_unit_test(test_minutes_before_the_day),
      cmocka_unit_test(test_bounds),
      cmocka_unit_test(test_inferred_timeframe_and_info),
      cmocka_unit_test(test_date_only_files_are_daily),
      cmocka_unit_test(test_what_is_refused_at_the_start),
      cmocka_unit_test(test_error_in_its_turn),
      cmocka_unit_test(test_many_streams),
      cmocka_unit_test(test_each_allocation_fails_in_turn),
      cmocka_unit_test(test_extreme_times),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
