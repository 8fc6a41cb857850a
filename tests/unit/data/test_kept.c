/* test_kept.c - rows that are kept in memory give the bars, the flags and the errors of the files.
 */
#include "data/data_help.h"

#include "data/feed.h"

#define ROWS 20000 /* three blocks */

static oms_kept_t *keep(const char *const *path, int64_t *room) {
  const oms_loader_config_t config = {
      .kind = OMS_CSV_BARS, .zone = OMS_ZONE_UTC, .paths = path, .path_n = 1};
  oms_kept_t *k = NULL;
  oms_error_t err;
  if (oms_kept_read(&config, room, &k, &err) != OMS_OK) {
    fail_msg("%s", err.message);
  }
  return k;
}

static oms_feed_t open_feed(const char *const *path, const oms_kept_t *kept) {
  const oms_data_entry_t entry = {.symbol = "X",
                                  .paths = path,
                                  .path_n = 1,
                                  .kept = kept,
                                  .from = OMS_NO_TIME,
                                  .to = OMS_NO_TIME};
  oms_feed_t feed = {0};
  oms_error_t err;
  if (oms_feed_open(&entry, 1, &feed, &err) != OMS_OK) {
    fail_msg("%s", err.message);
  }
  return feed;
}

/* Both feeds bar by bar, what is known of the stream at each, and the end or the error. */
static size_t compare(const char *const *path, const oms_kept_t *kept) {
  oms_feed_t a = open_feed(path, NULL), b = open_feed(path, kept);
  oms_stream_info_t x, y;
  oms_error_t one = {.message = ""}, other = {.message = ""};
  oms_time_t end = OMS_NO_TIME, same;
  oms_data_kind_t kind;
  const oms_bar_t *bar, *twin;
  size_t n = 0;
  int rc;
  while ((rc = a.peek(a.self, &end, &kind, &one)) == OMS_OK && end != OMS_NO_TIME) {
    assert_int_equal(OMS_OK, b.peek(b.self, &same, &kind, &other));
    assert_int_equal(end, same);
    assert_int_equal(OMS_OK, a.next(a.self, &bar, &one));
    assert_int_equal(OMS_OK, b.next(b.self, &twin, &other));
    assert_memory_equal(bar, twin, sizeof *bar);
    oms_feed_stream_info(&a, 0, &x);
    oms_feed_stream_info(&b, 0, &y);
    assert_int_equal(x.timeframe, y.timeframe);
    assert_int_equal(x.any_volume, y.any_volume);
    assert_int_equal(x.has_volume, y.has_volume);
    n++;
  }
  assert_int_equal(rc, b.peek(b.self, &same, &kind, &other));
  assert_string_equal(one.message, other.message);
  a.close(a.self);
  b.close(b.self);
  return n;
}

static void kept_rows_are_those_of_the_file(void **state) {
  (void)state;
  char path[64];
  const char *const list[] = {path};
  size_t n;
  char *text = minute_text(ROWS, &n);
  write_file(path, text, n);
  int64_t room = ROWS * (int64_t)sizeof(oms_bar_row_t);
  oms_kept_t *k = keep(list, &room);
  oms_time_t first, last;
  assert_int_equal(0, room); /* it fits just so */
  assert_true(oms_kept_whole(k));
  oms_kept_span(k, &first, &last);
  assert_int_equal(INT64_C(1388620800000000000), first);
  assert_int_equal(first + (ROWS - 1) * INT64_C(60000000000), last);
  assert_int_equal(ROWS, compare(list, k));
  assert_int_equal(ROWS, compare(list, k)); /* nothing was used up */
  oms_kept_free(k);
  unlink(path);
  free(text);
}

/* The rows before a bad line come first, then its error. */
static void a_bad_line_stays_behind_its_rows(void **state) {
  (void)state;
  char path[64];
  const char *const list[] = {path};
  write_text(path, HEADER ROW("2014-01-02") ROW("2014-01-03") "2014-01-06,10,12,nine,11,100\n");
  int64_t room = 4096;
  oms_kept_t *k = keep(list, &room);
  assert_int_equal(2, compare(list, k));
  oms_kept_free(k);
  unlink(path);
}

static void rows_without_room_are_not_kept(void **state) {
  (void)state;
  char path[64];
  const char *const list[] = {path};
  size_t n;
  char *text = minute_text(ROWS, &n);
  write_file(path, text, n);
  int64_t all = ROWS * (int64_t)sizeof(oms_bar_row_t) - 1, room = all;
  long live = oms_alloc_live();
  oms_kept_t *k = keep(list, &room);
  oms_time_t first, last;
  assert_false(oms_kept_whole(k));
  assert_int_equal(all, room);
  oms_kept_span(k, &first, &last); /* read to the end all the same */
  assert_int_equal(first + (ROWS - 1) * INT64_C(60000000000), last);
  oms_kept_free(k);
  assert_int_equal(live, oms_alloc_live());
  const char *const none[] = {"/no/such/file.csv"};
  const oms_loader_config_t config = {
      .kind = OMS_CSV_BARS, .zone = OMS_ZONE_UTC, .paths = none, .path_n = 1};
  oms_error_t err;
  assert_int_equal(OMS_ERR_IO, oms_kept_read(&config, &room, &k, &err));
  unlink(path);
  free(text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(kept_rows_are_those_of_the_file),
      cmocka_unit_test(a_bad_line_stays_behind_its_rows),
      cmocka_unit_test(rows_without_room_are_not_kept),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
