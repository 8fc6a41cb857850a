/* test_retire.c - market files: begun anew when full, removed when old or too many, never what a
 * kept snapshot needs; the rest goes on being whole. */
#define _XOPEN_SOURCE 700 /* mkdtemp */
#include "store/store_help.h"

#include "store/store_int.h"

static size_t files(void) {
  oms_array_t list;
  char name[256];
  (void)snprintf(name, sizeof name, "%s-market", db);
  assert_int_equal(oms_path_numbers(name, ".zst", &list, NULL), OMS_OK);
  size_t n = list.n;
  oms_array_free(&list);
  return n;
}

static oms_store_t *open_with(int64_t keep_ns, int64_t keep_bytes) {
  oms_store_options_t o = {
      .path = db, .create = true, .market_keep_ns = keep_ns, .market_keep_bytes = keep_bytes};
  oms_store_t *s;
  assert_int_equal(oms_store_open(&o, &s, NULL), OMS_OK);
  s->w.market.limit = 500; /* a file holds some eight turns */
  return s;
}

static void turns(oms_store_t *s, int n) {
  for (int i = 0; i < n; i++) {
    fill(s, 1);
  }
}

static void snapshot(uint64_t seq) {
  oms_snapshot_writer_t *w;
  assert_int_equal(oms_snapshot_begin(db, seq, &w, NULL), OMS_OK);
  assert_int_equal(oms_snapshot_write(w, "state", 5), OMS_OK);
  assert_int_equal(oms_snapshot_end(w, true, NULL), OMS_OK);
}

static void verify_good(void) {
  oms_store_report_t report;
  oms_error_t err;
  if (oms_store_verify(db, &report, &err) != OMS_OK) {
    fail_msg("%s", err.message);
  }
}

static void full_files_are_followed_by_new_ones(void **state) {
  (void)state;
  oms_store_t *s = open_with(0, 0);
  turns(s, 60);
  assert_true(files() > 4);
  assert_int_equal(read_good(1), 180);
  assert_int_equal(read_good(91), 90);
  close_store(s);
  verify_good();
  s = open_with(0, 0);
  turns(s, 10);
  close_store(s);
  assert_int_equal(read_good(1), 210);
  verify_good();
}

static void without_two_snapshots_all_is_kept(void **state) {
  (void)state;
  oms_store_t *s = open_with(1, 1);
  turns(s, 30);
  snapshot(90);
  turns(s, 30);
  close_store(s);
  assert_int_equal(read_good(1), 180);
}

static void what_the_older_snapshot_covers_goes(void **state) {
  (void)state;
  oms_error_t err;
  int rc;
  oms_store_t *s = open_with(1, 0);
  turns(s, 30);
  snapshot(45);
  snapshot(90);
  size_t before = files();
  turns(s, 30);
  close_store(s);
  assert_true(files() < before + 4);
  assert_int_equal(read_good(46), 180 - 45); /* all behind the older one is there */
  (void)read_all(1, true, &rc, &err);
  assert_int_equal(rc, OMS_ERR_DATA);
  assert_non_null(strstr(err.message, "removed"));
  oms_store_reader_t *r;
  oms_record_t record = {.seq = 1};
  int n = 0;
  assert_int_equal(oms_reader_open(db, 1, true, &r, NULL), OMS_OK);
  oms_reader_skip_removed(r);
  for (; oms_reader_next(r, &record, &err) == OMS_OK && record.seq != 0; n++) {
  }
  oms_reader_close(r);
  assert_int_equal(record.seq, 0);
  assert_true(n < 180 && n > 135);
  verify_good();
  s = open_with(0, 0);
  turns(s, 3);
  close_store(s);
  verify_good();
}

static void the_bound_in_bytes_keeps_the_newest(void **state) {
  (void)state;
  oms_store_t *s = open_with(0, INT64_C(1) << 40);
  turns(s, 60);
  snapshot(170);
  snapshot(180);
  turns(s, 20);
  close_store(s);
  assert_int_equal(read_good(1), 240); /* below the bound */
  s = open_with(0, 3000);
  turns(s, 20);
  close_store(s);
  oms_error_t err;
  int rc;
  (void)read_all(1, true, &rc, &err);
  assert_int_equal(rc, OMS_ERR_DATA);
  assert_int_equal(read_good(171), 300 - 170);
  verify_good();
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)
  const struct CMUnitTest tests[] = {
      TEST(full_files_are_followed_by_new_ones), TEST(without_two_snapshots_all_is_kept),
      TEST(what_the_older_snapshot_covers_goes), TEST(the_bound_in_bytes_keeps_the_newest)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
