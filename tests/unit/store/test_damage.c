/* test_damage.c - whatever byte is changed in a row, a block, a market file: it is found, and the
 * sentence names the place. What a crash leaves is taken up without a word. */
#define _XOPEN_SOURCE 700 /* mkdtemp */
#include "store/store_help.h"

#include <sys/stat.h>

#include "store/store_int.h"

static int verify(oms_error_t *err) {
  oms_store_report_t report;
  return oms_store_verify(db, &report, err);
}

static void verify_good(void) {
  oms_error_t err;
  if (verify(&err) != OMS_OK) {
    fail_msg("%s", err.message);
  }
}

static void filled(int turns) {
  char digest[65];
  oms_store_t *s = open_store();
  oms_journal_t j = oms_store_journal(s);
  assert_int_equal(j.keep(j.self, "return 1", 8, digest), OMS_OK);
  for (int i = 0; i < turns; i++) {
    fill(s, 1); /* a batch a turn */
  }
  close_store(s);
  verify_good();
}

static sqlite3 *writable(void) {
  sqlite3 *out;
  assert_int_equal(sqlite3_open(db, &out), SQLITE_OK);
  return out;
}

static void run_sql(sqlite3 *handle, const char *sql) {
  if (sqlite3_exec(handle, sql, NULL, NULL, NULL) != SQLITE_OK) {
    fail_msg("%s: %s", sql, sqlite3_errmsg(handle));
  }
}

/* Changes byte 'at' of a column by one bit, looks, changes it back. False: the column is short. */
static bool flip(sqlite3 *handle, const char *table, const char *column, int64_t rowid, int at,
                 const char *named) {
  sqlite3_blob *b;
  unsigned char byte;
  oms_error_t err;
  assert_int_equal(sqlite3_blob_open(handle, "main", table, column, rowid, 1, &b), SQLITE_OK);
  bool there = at < sqlite3_blob_bytes(b);
  if (there) {
    assert_int_equal(sqlite3_blob_read(b, &byte, 1, at), SQLITE_OK);
    byte ^= 16;
    assert_int_equal(sqlite3_blob_write(b, &byte, 1, at), SQLITE_OK);
    assert_int_equal(sqlite3_blob_close(b), SQLITE_OK);
    int rc = verify(&err);
    if (rc != OMS_ERR_DATA || strstr(err.message, named) == NULL) {
      fail_msg("%s.%s row %d byte %d: %d %s", table, column, (int)rowid, at, rc,
               rc == OMS_OK ? "" : err.message);
    }
    assert_int_equal(sqlite3_blob_open(handle, "main", table, column, rowid, 1, &b), SQLITE_OK);
    byte ^= 16;
    assert_int_equal(sqlite3_blob_write(b, &byte, 1, at), SQLITE_OK);
  }
  assert_int_equal(sqlite3_blob_close(b), SQLITE_OK);
  return there;
}

static void each_byte_of_a_row_counts(void **state) {
  (void)state;
  filled(4);
  sqlite3 *handle = writable();
  for (int64_t first = 3; first <= 12; first += 3) {
    int at = 0;
    char named[32];
    (void)snprintf(named, sizeof named, "seq %d", (int)first);
    while (flip(handle, "events", "data", first, at, named)) {
      at += at < 60 ? 1 : 13;
    }
    assert_true(at > 100);
    flip(handle, "events", "hash", first, 0, "seq ");
    flip(handle, "events", "hash", first, 31, "seq ");
  }
  for (int at = 0; at < 8; at++) {
    flip(handle, "blobs", "data", 1, at, "digest");
  }
  verify_good();
  assert_int_equal(sqlite3_close(handle), SQLITE_OK);
}

static void a_row_that_is_missing_is_found(void **state) {
  (void)state;
  oms_error_t err;
  filled(4);
  sqlite3 *handle = writable();
  run_sql(handle, "CREATE TABLE kept AS SELECT * FROM events");
  for (int first = 3; first <= 9; first += 3) { /* the last one may never have been */
    char sql[120];
    (void)snprintf(sql, sizeof sql, "DELETE FROM events WHERE first_seq = %d", first);
    run_sql(handle, sql);
    assert_int_equal(verify(&err), OMS_ERR_DATA);
    run_sql(handle, "DELETE FROM events; INSERT INTO events SELECT * FROM kept");
  }
  run_sql(handle, "UPDATE events SET n = n + 1 WHERE first_seq = 6");
  assert_int_equal(verify(&err), OMS_ERR_DATA);
  assert_non_null(strstr(err.message, "seq 6"));
  run_sql(handle, "UPDATE events SET n = n - 1 WHERE first_seq = 6; UPDATE events SET first_seq = "
                  "7 WHERE first_seq = 6");
  assert_int_equal(verify(&err), OMS_ERR_DATA);
  run_sql(handle, "UPDATE events SET first_seq = 6 WHERE first_seq = 7");
  verify_good();
  assert_int_equal(sqlite3_close(handle), SQLITE_OK);
}

static void market_path(char out[256], int first) {
  (void)snprintf(out, 256, "%s-market/%020d.zst", db, first);
}

static void each_byte_of_a_market_file_counts(void **state) {
  (void)state;
  char path[256];
  oms_error_t err;
  filled(6);
  market_path(path, 1);
  FILE *f = fopen(path, "r+b");
  assert_non_null(f);
  (void)fseek(f, 0, SEEK_END);
  long size = ftell(f);
  assert_true(size > 300);
  for (long at = 0; at < size; at++) {
    (void)fseek(f, at, SEEK_SET);
    int byte = fgetc(f);
    (void)fseek(f, at, SEEK_SET);
    (void)fputc(byte ^ 1, f);
    (void)fflush(f);
    int rc = verify(&err);
    if (rc != OMS_ERR_DATA || strstr(err.message, "-market") == NULL) {
      fail_msg("byte %ld: %d %s", at, rc, rc == OMS_OK ? "" : err.message);
    }
    (void)fseek(f, at, SEEK_SET);
    (void)fputc(byte, f);
    (void)fflush(f);
  }
  (void)fclose(f);
  verify_good();
}

static void market_data_that_a_batch_stands_on_are_missed(void **state) {
  (void)state;
  oms_error_t err;
  oms_store_options_t o = {.path = db};
  oms_store_t *s;
  filled(6);
  shell("mv %s-market %s-kept", db, db);
  assert_int_equal(verify(&err), OMS_ERR_DATA);
  assert_int_equal(oms_store_open(&o, &s, &err), OMS_ERR_DATA);
  assert_non_null(strstr(err.message, "backup"));
  shell("mv %s-kept %s-market", db, db);
  verify_good();
}

/* A crash: the files as they are, cut at any place behind what is synced. */
static void a_torn_end_is_cut_off(void **state) {
  (void)state;
  char path[256];
  struct stat st;
  filled(6);
  market_path(path, 1);
  assert_int_equal(stat(path, &st), 0);
  long whole = (long)st.st_size;
  oms_store_t *s = open_store();
  put_one(s, true, 100);
  put_one(s, true, 50);
  oms_store_turn(s);
  close_store(s);
  assert_int_equal(stat(path, &st), 0);
  assert_true(st.st_size > whole);
  shell("cp -r %s %s-kept", folder, folder);
  for (long size = st.st_size; size >= whole; size -= 7) {
    assert_int_equal(truncate(path, size), 0);
    s = open_store();
    assert_int_equal(oms_store_journal(s).next(s), size == st.st_size ? 21 : 19);
    fill(s, 1);
    close_store(s);
    assert_int_equal(read_good(1), size == st.st_size ? 23 : 21);
    verify_good();
    shell("rm -rf %s && cp -r %s-kept %s", folder, folder, folder);
  }
  shell("rm -rf %s-kept", folder);
}

/* Market data whose batch never became durable: their numbers are given again. */
static void what_follows_a_hole_is_dropped(void **state) {
  (void)state;
  filled(4);
  shell("cp %s %s-kept", db, db);
  oms_store_t *s = open_store();
  put_one(s, true, 30); /* 13: follows the last batch */
  sync_store(s);
  put_one(s, false, 30); /* 14: will be lost */
  put_one(s, true, 30);  /* 15: behind the hole */
  oms_store_turn(s);
  close_store(s);
  assert_int_equal(read_good(1), 15);
  shell("mv %s-kept %s", db, db);
  assert_int_equal(read_good(1), 13);
  s = open_store();
  assert_int_equal(oms_store_journal(s).next(s), 14);
  fill(s, 3);
  close_store(s);
  assert_int_equal(read_good(1), 22);
  verify_good();
}

/* A block counts as a whole: the reader and the host that comes back agree where the end is. */
static void a_block_with_a_hole_is_dropped_as_a_whole(void **state) {
  (void)state;
  filled(4);
  shell("cp %s %s-kept", db, db);
  oms_store_t *s = open_store();
  put_one(s, true, 30);  /* 13 */
  put_one(s, false, 30); /* 14: will be lost */
  put_one(s, true, 30);  /* 15 */
  oms_store_turn(s);
  close_store(s);
  assert_int_equal(read_good(1), 15);
  shell("mv %s-kept %s", db, db);
  uint64_t n = read_good(1);
  s = open_store();
  assert_int_equal(oms_store_journal(s).next(s), n + 1);
  fill(s, 3);
  close_store(s);
  assert_int_equal(read_good(1), n + 9);
  verify_good();
}

/* Copies of the running host's files at arbitrary moments are databases that hold all that was told
 * to be durable before. */
static void copies_of_a_running_host_are_whole(void **state) {
  (void)state;
  char original[96];
  oms_store_t *s = open_store();
  (void)snprintf(original, sizeof original, "%s", db);
  for (int i = 0; i < 30; i++) {
    fill(s, 3);
    put_one(s, true, 30);
    put_one(s, false, 900);
    oms_store_turn(s);
    shell("cp -r %s %s-copy", folder, folder);
    if (i % 2 == 0) { /* the last page of the log did not get to the disk */
      shell("truncate -s -%d %s-copy/desk.db-wal", 1 + 137 * i, folder);
    }
    (void)snprintf(db, sizeof db, "%s-copy/desk.db", folder);
    oms_store_t *copy = open_store();
    uint64_t next = oms_store_journal(copy).next(copy);
    assert_true(i % 2 == 0 || next > (uint64_t)(i * 11 + 9));
    fill(copy, 2);
    close_store(copy);
    verify_good();
    (void)snprintf(db, sizeof db, "%s", original);
    shell("rm -rf %s-copy", folder);
  }
  close_store(s);
  verify_good();
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)
  const struct CMUnitTest tests[] = {
      TEST(each_byte_of_a_row_counts),
      TEST(a_row_that_is_missing_is_found),
      TEST(each_byte_of_a_market_file_counts),
      TEST(market_data_that_a_batch_stands_on_are_missed),
      TEST(a_torn_end_is_cut_off),
      TEST(what_follows_a_hole_is_dropped),
      TEST(a_block_with_a_hole_is_dropped_as_a_whole),
      TEST(copies_of_a_running_host_are_whole),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
