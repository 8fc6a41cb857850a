/* test_alloc.c - reading, checking, copying and opening while each allocation fails in turn: a
 * sentence in place of an answer, nothing leaks, and the next attempt has the whole of it. */
#define _XOPEN_SOURCE 700 /* mkdtemp */
#include "store/store_help.h"

#include "store/store_int.h"

static char digest[65], copy[128];

static int keep_script(void) {
  static const char script[] = "return {}";
  oms_store_t *s = open_store();
  oms_journal_t j = oms_store_journal(s);
  int rc = j.keep(j.self, script, sizeof script - 1, digest);
  fill(s, 20);
  close_store(s);
  return rc;
}

static int write_snapshot(oms_error_t *err) {
  oms_snapshot_writer_t *w;
  int rc = oms_snapshot_begin(db, 30, &w, err);
  if (rc != OMS_OK) {
    return rc;
  }
  (void)oms_snapshot_write(w, "state", 5);
  return oms_snapshot_end(w, true, err);
}

static int make_all(void **state) {
  oms_error_t err;
  if (make_folder(state) != 0 || keep_script() != OMS_OK || write_snapshot(&err) != OMS_OK) {
    return 1;
  }
  (void)snprintf(copy, sizeof copy, "%s/copy.db", folder);
  return 0;
}

static int read_records(oms_error_t *err) {
  oms_store_reader_t *r;
  oms_record_t record = {.seq = 1};
  unsigned char *data = NULL;
  size_t n;
  int rc = oms_reader_open(db, 1, true, &r, err);
  if (rc != OMS_OK) {
    return rc;
  }
  while (rc == OMS_OK && record.seq != 0) {
    rc = oms_reader_next(r, &record, err);
  }
  rc = rc == OMS_OK ? oms_reader_block(r, digest, &data, &n, err) : rc;
  oms_free(data);
  oms_reader_close(r);
  return rc;
}

static int read_snapshot(oms_error_t *err) {
  uint64_t seq;
  unsigned char *data;
  size_t n;
  int rc = oms_snapshot_read(db, UINT64_MAX, &seq, &data, &n, NULL, err);
  oms_free(data);
  return rc == OMS_OK && seq != 30 ? OMS_ERR_DATA : rc;
}

static int verify(oms_error_t *err) {
  oms_store_report_t r;
  return oms_store_verify(db, &r, err);
}

static int stats(oms_error_t *err) {
  oms_store_report_t r;
  return oms_store_stats(db, &r, err);
}

static int backup(oms_error_t *err) {
  return oms_store_backup(db, copy, err);
}

static int open_it(oms_error_t *err) {
  oms_store_options_t o = {.path = db};
  oms_store_t *s;
  int rc = oms_store_open(&o, &s, err);
  oms_alloc_fail_after(0);
  if (rc == OMS_OK) {
    close_store(s);
  }
  return rc;
}

static int attempt(int (*act)(oms_error_t *err), long n) {
  oms_error_t err = {.code = OMS_OK};
  shell("rm -rf '%s'*", copy);
  long live = oms_alloc_live();
  oms_alloc_fail_after(n);
  int rc = act(&err);
  oms_alloc_fail_after(0);
  assert_int_equal(oms_alloc_live(), live);
  if (rc != OMS_OK && (rc != OMS_ERR_NOMEM || err.message[0] == '\0')) {
    fail_msg("allocation %ld: %s: '%s'", n, oms_err_text(rc), err.message);
  }
  return rc;
}

static void each_allocation_fails_in_turn(void **state) {
  (void)state;
  int (*const acts[])(oms_error_t * err) = {read_records,   read_snapshot, verify, stats,
                                            write_snapshot, backup,        open_it};
  for (size_t i = 0; i < OMS_COUNT(acts); i++) {
    long before = oms_alloc_count();
    assert_int_equal(attempt(acts[i], 0), OMS_OK);
    long made = oms_alloc_count() - before;
    int refused = 0;
    for (long n = 1; n <= made; n++) {
      refused += attempt(acts[i], n) != OMS_OK;
    }
    assert_true(refused > 0);
    assert_int_equal(attempt(acts[i], 0), OMS_OK);
  }
  assert_int_equal(read_good(1), 60);
}

static void a_record_without_room_is_not_taken(void **state) {
  (void)state;
  oms_piece_t p = {.n = 0};
  unsigned char bytes[5000] = {1};
  const oms_record_t small = {.kind = 1, .now = 1, .data = bytes, .n = 10};
  const oms_record_t large = {.kind = 2, .now = 2, .data = bytes, .n = sizeof bytes};
  oms_record_t r;
  assert_int_equal(oms_piece_put(&p, 1, &small), OMS_OK);
  oms_alloc_fail_after(1);
  assert_int_equal(oms_piece_put(&p, 2, &large), OMS_ERR_NOMEM);
  oms_alloc_fail_after(0);
  assert_int_equal(oms_piece_put(&p, 2, &large), OMS_OK);
  oms_records_t it = oms_records_of(p.bytes.data + OMS_BATCH_ROOM, oms_piece_size(&p), p.n, false);
  assert_int_equal(oms_records_next(&it, &r), 1);
  assert_int_equal(r.n, 10);
  assert_int_equal(oms_records_next(&it, &r), 1);
  assert_int_equal(r.n, sizeof bytes);
  assert_int_equal(oms_records_next(&it, &r), 0);
  oms_piece_free(&p);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(each_allocation_fails_in_turn, make_all, remove_folder),
      cmocka_unit_test(a_record_without_room_is_not_taken),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
