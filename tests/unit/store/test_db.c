/* test_db.c - older schemas are brought up to date, newer ones and foreign files refused; backups
 * beside a running host; the tables for queries. */
#define _XOPEN_SOURCE 700 /* mkdtemp */
#include "store/store_help.h"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

#include "store/store_int.h"

static void run_sql(const char *sql) {
  sqlite3 *handle;
  char *text = NULL;
  assert_int_equal(sqlite3_open(db, &handle), SQLITE_OK);
  if (sqlite3_exec(handle, sql, NULL, NULL, &text) != SQLITE_OK) {
    fail_msg("%s: %s", sql, text);
  }
  assert_int_equal(sqlite3_close(handle), SQLITE_OK);
}

static int64_t ask(const char *sql) {
  sqlite3 *handle;
  int64_t value = -1;
  assert_int_equal(sqlite3_open(db, &handle), SQLITE_OK);
  assert_int_equal(oms_db_number(handle, db, sql, &value, NULL), OMS_OK);
  assert_int_equal(sqlite3_close(handle), SQLITE_OK);
  return value;
}

static int try_open(oms_error_t *err) {
  oms_store_options_t o = {.path = db, .create = true};
  oms_store_t *s;
  int rc = oms_store_open(&o, &s, err);
  if (rc == OMS_OK) {
    close_store(s);
  }
  return rc;
}

static void an_empty_file_becomes_a_database(void **state) {
  (void)state;
  oms_error_t err;
  shell(": > %s", db);
  assert_int_equal(try_open(&err), OMS_OK);
  assert_int_equal(ask("SELECT value FROM meta WHERE key = 'version'"), OMS_DB_VERSION);
}

static void an_older_schema_is_brought_up_to_date(void **state) {
  (void)state;
  oms_error_t err;
  oms_store_t *s = open_store();
  fill(s, 10);
  close_store(s);
  run_sql("DROP TABLE keys; DELETE FROM meta WHERE key = 'keys_version'; UPDATE meta SET value = 1 "
          "WHERE key = 'version'");
  assert_int_equal(read_good(1), 30); /* looking changes nothing */
  assert_int_equal(ask("SELECT value FROM meta WHERE key = 'version'"), 1);
  assert_int_equal(try_open(&err), OMS_OK);
  assert_int_equal(ask("SELECT value FROM meta WHERE key = 'version'"), OMS_DB_VERSION);
  assert_int_equal(ask("SELECT count(*) FROM keys"), 0);
  assert_int_equal(read_good(1), 30);
}

static void a_step_that_fails_changes_nothing(void **state) {
  (void)state;
  oms_error_t err;
  close_store(open_store());
  run_sql("UPDATE meta SET value = 1 WHERE key = 'version'"); /* the table of the step is there */
  assert_int_not_equal(try_open(&err), OMS_OK);
  assert_int_equal(ask("SELECT value FROM meta WHERE key = 'version'"), 1);
}

static void a_newer_schema_is_refused(void **state) {
  (void)state;
  oms_error_t err;
  int rc;
  close_store(open_store());
  run_sql("UPDATE meta SET value = 99 WHERE key = 'version'");
  assert_int_equal(try_open(&err), OMS_ERR_DATA);
  assert_non_null(strstr(err.message, "version 99"));
  assert_non_null(strstr(err.message, "newer moondesk"));
  (void)read_all(1, true, &rc, &err);
  assert_int_equal(rc, OMS_ERR_DATA);
}

static void foreign_files_are_refused(void **state) {
  (void)state;
  oms_error_t err;
  run_sql("CREATE TABLE t(a)");
  assert_int_equal(try_open(&err), OMS_ERR_DATA);
  assert_non_null(strstr(err.message, "another program"));
  shell("rm -f %s*; head -c 8192 /dev/zero | tr '\\0' x > %s", db, db);
  assert_int_equal(try_open(&err), OMS_ERR_DATA);
  assert_non_null(strstr(err.message, db));
  shell("rm -f %s*; mkdir %s", db, db);
  assert_int_equal(try_open(&err), OMS_ERR_IO);
}

static void a_link_leads_to_the_same_database(void **state) {
  (void)state;
  oms_error_t err;
  char original[96];
  oms_store_t *s = open_store();
  fill(s, 5);
  shell("ln -s desk.db %s/link.db", folder);
  (void)snprintf(original, sizeof original, "%s", db);
  (void)snprintf(db, sizeof db, "%s/link.db", folder);
  assert_int_equal(try_open(&err), OMS_ERR_EXISTS);
  assert_int_equal(read_good(1), 15);
  close_store(s);
  s = open_store();
  fill(s, 5);
  close_store(s);
  (void)snprintf(db, sizeof db, "%s", original);
  assert_int_equal(read_good(1), 30);
}

static void a_host_that_was_killed_leaves_no_lock(void **state) {
  (void)state;
  oms_error_t err;
  int ready[2];
  char byte;
  assert_int_equal(pipe(ready), 0);
  pid_t child = fork();
  if (child == 0) {
    oms_store_t *s = open_store();
    fill(s, 5);
    /* Killed between the fork of another program and its begin: the locks live on for a moment. */
    pid_t forked = fork();
    (void)!write(ready[1], "x", forked == 0 ? 0 : 1);
    if (forked == 0) {
      (void)poll(NULL, 0, 600);
      _exit(0);
    }
    (void)pause();
    close_store(s);
    _exit(0);
  }
  assert_int_equal(read(ready[0], &byte, 1), 1);
  char pid[32];
  (void)snprintf(pid, sizeof pid, "process %ld", (long)child);
  assert_int_equal(try_open(&err), OMS_ERR_EXISTS);
  assert_non_null(strstr(err.message, pid));
  assert_int_equal(kill(child, SIGKILL), 0);
  assert_int_equal(waitpid(child, NULL, 0), child);
  assert_int_equal(try_open(&err), OMS_OK);
  assert_int_equal(read_good(1), 15);
  (void)close(ready[0]);
  (void)close(ready[1]);
}

static void a_backup_beside_a_running_host_is_whole(void **state) {
  (void)state;
  oms_error_t err;
  oms_store_report_t report;
  char to[128];
  oms_store_t *s = open_store();
  for (int i = 0; i < 10; i++) {
    fill(s, 10);
    uint64_t durable = oms_store_journal(s).next(s) - 1;
    put_one(s, true, 100); /* under way */
    put_one(s, false, 100);
    oms_store_turn(s);
    (void)snprintf(to, sizeof to, "%s/copy%d.db", folder, i);
    if (oms_store_backup(db, to, &err) != OMS_OK || oms_store_verify(to, &report, &err) != OMS_OK) {
      fail_msg("%s", err.message);
    }
    assert_true(report.last_seq >= durable);
    shell("test ! -e %s-wal && test ! -e %s-shm", to, to);
  }
  assert_int_equal(oms_store_backup(db, to, &err), OMS_ERR_EXISTS); /* never over another file */
  close_store(s);
  assert_int_equal(oms_store_backup(db, "/nowhere/copy.db", &err), OMS_ERR_IO);
  (void)snprintf(db, sizeof db, "%s/copy9.db", folder);
  s = open_store(); /* the copy is a database like any other */
  fill(s, 3);
  close_store(s);
  assert_int_equal(oms_store_verify(db, &report, &err), OMS_OK);
}

static void figures_of_a_database(void **state) {
  (void)state;
  oms_error_t err;
  oms_store_report_t r;
  oms_store_t *s = open_store();
  fill(s, 40);
  close_store(s);
  assert_int_equal(oms_store_stats(db, &r, &err), OMS_OK);
  assert_int_equal(r.records, 120);
  assert_int_equal(r.first_seq, 1);
  assert_int_equal(r.last_seq, 120);
  assert_int_equal(r.first, 1000);
  assert_int_equal(r.last, 120000);
  assert_int_equal(r.by_kind[1], 3); /* seq 40, 80, 120 */
  assert_int_equal(r.market_files, 1);
  assert_true(r.batches > 0 && r.batches <= 40 && r.market_bytes > 0 && r.file_bytes > 0);
  assert_int_equal(strlen(r.hash), 64);
  assert_int_equal(oms_store_stats("/nowhere/desk.db", &r, &err), OMS_ERR_NOT_FOUND);
}

static void tables_are_made_anew(void **state) {
  (void)state;
  oms_error_t err;
  oms_views_t *v;
  const char *fill_row[11] = {
      "2026-01-02T10:00:00Z", "o-1", "a", "e-1", "SPY", "buy", "100", "400.25", "1", NULL, "main"};
  oms_store_t *s = open_store();
  assert_int_equal(oms_views_begin(db, &v, &err), OMS_ERR_EXISTS); /* a host has it */
  close_store(s);
  for (int i = 0; i < 2; i++) {
    assert_int_equal(oms_views_begin(db, &v, &err), OMS_OK);
    assert_int_equal(oms_views_row(v, "fills", fill_row, 11, &err), OMS_OK);
    assert_int_equal(oms_views_row(v, "fills", fill_row, 10, &err), OMS_ERR_USAGE);
    assert_int_equal(oms_views_row(v, "fill", fill_row, 11, &err), OMS_ERR_USAGE);
    assert_int_equal(oms_views_end(v, true, &err), OMS_OK);
  }
  assert_int_equal(ask("SELECT count(*) FROM fills"), 1);
  assert_int_equal(ask("SELECT qty * price FROM fills WHERE strategy IS NULL"), 40025);
  assert_int_equal(oms_views_begin(db, &v, &err), OMS_OK);
  assert_int_equal(oms_views_row(v, "fills", fill_row, 11, &err), OMS_OK);
  assert_int_equal(oms_views_row(v, "fills", fill_row, 11, &err), OMS_OK);
  assert_int_equal(oms_views_end(v, false, &err), OMS_OK);
  assert_int_equal(ask("SELECT count(*) FROM fills"), 1); /* given up: as before */
  assert_int_equal(ask("SELECT count(*) FROM orders"), 0);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)
  const struct CMUnitTest tests[] = {
      TEST(an_empty_file_becomes_a_database),
      TEST(an_older_schema_is_brought_up_to_date),
      TEST(a_step_that_fails_changes_nothing),
      TEST(a_newer_schema_is_refused),
      TEST(foreign_files_are_refused),
      TEST(a_link_leads_to_the_same_database),
      TEST(a_host_that_was_killed_leaves_no_lock),
      TEST(a_backup_beside_a_running_host_is_whole),
      TEST(figures_of_a_database),
      TEST(tables_are_made_anew),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
