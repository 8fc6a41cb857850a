/* test_store.c - records are put, become durable, and are read back, across closings. */
#define _XOPEN_SOURCE 700 /* mkdtemp */
#include "store/store_help.h"

#include <stdatomic.h>
#include <sys/stat.h>
#include <time.h>

static void an_empty_store_has_no_records(void **state) {
  (void)state;
  close_store(open_store());
  assert_int_equal(read_good(1), 0);
  struct stat st;
  assert_int_equal(stat(db, &st), 0);
  assert_int_equal(st.st_mode & 0777, 0600);
}

static void records_come_back_in_order(void **state) {
  (void)state;
  oms_store_t *s = open_store();
  fill(s, 100);
  assert_int_equal(read_good(1), 300); /* beside the host */
  close_store(s);
  assert_int_equal(read_good(1), 300);
  assert_int_equal(read_good(150), 151);
  assert_int_equal(read_good(300), 1);
  assert_int_equal(read_good(301), 0);
}

static void a_store_goes_on_where_it_ended(void **state) {
  (void)state;
  for (int i = 0; i < 5; i++) {
    oms_store_t *s = open_store();
    assert_int_equal(oms_store_journal(s).next(s), 1 + 30 * i);
    fill(s, 10);
    close_store(s);
  }
  assert_int_equal(read_good(1), 150);
}

static _Atomic int wakes;
static void count_wake(void *ctx) {
  (void)ctx;
  atomic_fetch_add(&wakes, 1);
}

static void a_gate_becomes_durable_and_wakes(void **state) {
  (void)state;
  atomic_store(&wakes, 0);
  oms_store_options_t o = {.path = db, .create = true, .wake = count_wake};
  oms_store_t *s;
  assert_int_equal(oms_store_open(&o, &s, NULL), OMS_OK);
  uint64_t before = oms_store_gate(s);
  assert_int_equal(before, oms_store_durable(s));
  put_one(s, true, 10);
  assert_int_equal(oms_store_gate(s), before); /* nobody waits for market data */
  put_one(s, false, 10);
  uint64_t gate = oms_store_gate(s);
  assert_true(gate > before);
  assert_true(oms_store_durable(s) < gate);
  oms_store_turn(s);
  assert_int_equal(oms_store_gate(s), gate);
  sync_store(s);
  assert_int_equal(oms_store_durable(s), gate);
  oms_store_figures_t f;
  oms_store_figures(s, &f);
  assert_int_equal(f.batches, 1);
  assert_int_equal(f.records, 1);
  assert_int_equal(f.waiting_bytes, 0);
  assert_int_equal(f.next_seq, 3);
  close_store(s);
  assert_true(atomic_load(&wakes) > 0);
}

static void until_durable(oms_store_t *s, uint64_t gate) {
  for (int i = 0; i < 2000 && oms_store_durable(s) < gate; i++) {
    (void)nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
  }
  assert_true(oms_store_durable(s) >= gate);
}

/* Whoever is told of market data is told when they are on disk, whether they have been handed over
 * or not; then nobody waits. */
static void who_is_told_of_market_data_waits_for_them(void **state) {
  (void)state;
  oms_store_t *s = open_store();
  uint64_t before = oms_store_gate_told(s);
  assert_int_equal(before, oms_store_durable(s));
  put_one(s, true, 10);
  oms_store_turn(s);
  put_one(s, true, 10);
  uint64_t gate = oms_store_gate_told(s);
  assert_true(gate > before);
  oms_store_turn(s);
  until_durable(s, gate);
  assert_int_equal(read_good(1), 2);
  assert_int_equal(oms_store_gate_told(s), gate);
  put_one(s, true, 10);
  oms_store_turn(s);
  gate = oms_store_gate_told(s); /* nothing is open, what was handed over is not on disk */
  oms_store_turn(s);
  until_durable(s, gate);
  assert_int_equal(read_good(1), 3);
  close_store(s);
}

static void blocks_are_kept_once(void **state) {
  (void)state;
  char digest[65], again[65];
  unsigned char *data;
  size_t n;
  oms_error_t err;
  oms_store_t *s = open_store();
  oms_journal_t j = oms_store_journal(s);
  assert_int_equal(j.keep(j.self, "oms.log('hello')", 16, digest), OMS_OK);
  assert_int_equal(j.keep(j.self, "oms.log('hello')", 16, again), OMS_OK);
  assert_string_equal(digest, again);
  put_one(s, false, 10);
  close_store(s);
  oms_store_reader_t *r;
  assert_int_equal(oms_reader_open(db, 1, true, &r, &err), OMS_OK);
  assert_int_equal(oms_reader_block(r, digest, &data, &n, &err), OMS_OK);
  assert_int_equal(n, 16);
  assert_memory_equal(data, "oms.log('hello')", 16);
  oms_free(data);
  digest[0] = digest[0] == '0' ? '1' : '0';
  assert_int_equal(oms_reader_block(r, digest, &data, &n, &err), OMS_ERR_NOT_FOUND);
  oms_reader_close(r);
}

static void a_second_host_is_refused(void **state) {
  (void)state;
  oms_store_t *s = open_store(), *other;
  oms_store_options_t o = {.path = db};
  oms_error_t err;
  assert_int_equal(oms_store_open(&o, &other, &err), OMS_ERR_EXISTS);
  char pid[32];
  (void)snprintf(pid, sizeof pid, "process %ld", (long)getpid());
  assert_non_null(strstr(err.message, pid));
  close_store(s);
  assert_int_equal(oms_store_open(&o, &other, &err), OMS_OK);
  close_store(other);
}

static void without_create_a_missing_database_is_told(void **state) {
  (void)state;
  oms_store_options_t o = {.path = db};
  oms_store_t *s;
  oms_error_t err;
  assert_int_equal(oms_store_open(&o, &s, &err), OMS_ERR_NOT_FOUND);
  assert_non_null(strstr(err.message, db));
}

/* A reader that stops in the middle holds nothing that the host needs: the log does not grow for
 * ever. */
static void a_reader_does_not_keep_the_log_from_ending(void **state) {
  (void)state;
  oms_store_reader_t *r;
  oms_record_t record;
  char name[128];
  struct stat st;
  oms_store_t *s = open_store();
  fill(s, 200);
  assert_int_equal(oms_reader_open(db, 1, true, &r, NULL), OMS_OK);
  assert_int_equal(oms_reader_next(r, &record, NULL), OMS_OK);
  for (int i = 0; i < 300; i++) {
    for (int k = 0; k < 20; k++) {
      put_one(s, false, 2000);
    }
    oms_store_turn(s);
    sync_store(s);
  }
  (void)snprintf(name, sizeof name, "%s-wal", db);
  assert_int_equal(stat(name, &st), 0);
  assert_true(st.st_size < 8 << 20); /* of 12 MB */
  uint64_t n = 1;
  while (oms_reader_next(r, &record, NULL) == OMS_OK && record.seq != 0) {
    n++;
  }
  assert_int_equal(n, 600); /* what was there when it was opened */
  oms_reader_close(r);
  close_store(s);
}

/* More than is read at once: a thread reads ahead, blocks can be asked for meanwhile. */
static void much_is_read_ahead(void **state) {
  (void)state;
  char digest[65];
  oms_error_t err;
  oms_store_reader_t *r;
  oms_record_t record;
  oms_store_t *s = open_store();
  oms_journal_t j = oms_store_journal(s);
  assert_int_equal(j.keep(j.self, "return 1", 8, digest), OMS_OK);
  for (int i = 0; i < 4000; i++) {
    put_one(s, false, 3000);
    if (i % 9 == 0) {
      oms_store_turn(s);
    }
    if (i % 100 == 0) {
      sync_store(s);
    }
  }
  close_store(s);
  assert_int_equal(read_good(1), 4000);
  assert_int_equal(read_good(1234), 4000 - 1233);
  assert_int_equal(oms_reader_open(db, 1, true, &r, &err), OMS_OK);
  for (uint64_t seq = 1; seq <= 3000; seq++) {
    assert_int_equal(oms_reader_next(r, &record, &err), OMS_OK);
    assert_int_equal(record.seq, seq);
    if (seq % 50 == 0) {
      unsigned char *data;
      size_t n;
      assert_int_equal(oms_reader_block(r, digest, &data, &n, &err), OMS_OK);
      oms_free(data);
    }
  }
  oms_reader_close(r); /* in the middle */
  shell(
      "sqlite3 %s 'UPDATE events SET hash = zeroblob(32) WHERE first_seq = (SELECT max(first_seq) "
      "FROM events WHERE first_seq < 3500)' 2>/dev/null || true",
      db);
  int rc;
  uint64_t n = read_all(1, true, &rc, &err);
  assert_true(rc == OMS_OK ? n == 4000 : n > 3000 && n < 3500);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)
  const struct CMUnitTest tests[] = {
      TEST(an_empty_store_has_no_records),
      TEST(records_come_back_in_order),
      TEST(a_store_goes_on_where_it_ended),
      TEST(a_gate_becomes_durable_and_wakes),
      TEST(who_is_told_of_market_data_waits_for_them),
      TEST(blocks_are_kept_once),
      TEST(much_is_read_ahead),
      TEST(a_second_host_is_refused),
      TEST(a_reader_does_not_keep_the_log_from_ending),
      TEST(without_create_a_missing_database_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
