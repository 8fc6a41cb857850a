/* test_fault.c - while the disk does not take what is written, nothing becomes durable, trouble is
 * told, and nothing is lost; when it does again, the same goes on. The program starts itself anew
 * with tests/fault/shim.c before all libraries. */
#define _XOPEN_SOURCE 700 /* mkdtemp */
#include "store/store_help.h"

#include <time.h>

#include "store/store_int.h"

static char control[128];

static void set_fault(const char *text) {
  char name[160];
  (void)snprintf(name, sizeof name, "%s.new", control);
  FILE *f = fopen(name, "w");
  assert_non_null(f);
  (void)fputs(text, f);
  assert_int_equal(fclose(f), 0);
  assert_int_equal(rename(name, control), 0);
}

static void end_fault(void) {
  assert_int_equal(unlink(control), 0);
}

static bool within(oms_store_t *s, bool wanted) {
  char text[512];
  struct timespec t = {.tv_nsec = 2000000};
  for (int i = 0; i < 2500 && oms_store_trouble(s, text) != wanted; i++) {
    (void)nanosleep(&t, NULL);
  }
  return oms_store_trouble(s, text) == wanted;
}

static void verify_good(void) {
  oms_store_report_t report;
  oms_error_t err;
  if (oms_store_verify(db, &report, &err) != OMS_OK) {
    fail_msg("%s", err.message);
  }
}

/* The files as they are now, opened as after a crash: all that was durable is there. */
static void crash_keeps(uint64_t durable_seq) {
  char original[96];
  (void)snprintf(original, sizeof original, "%s", db);
  shell("cp -r %s /tmp/unconcerned_%ld", folder, (long)getpid());
  (void)snprintf(db, sizeof db, "/tmp/unconcerned_%ld/desk.db", (long)getpid());
  oms_store_t *copy = open_store();
  assert_true(oms_store_journal(copy).next(copy) > durable_seq);
  fill(copy, 2);
  close_store(copy);
  verify_good();
  shell("rm -rf /tmp/unconcerned_%ld", (long)getpid());
  (void)snprintf(db, sizeof db, "%s", original);
}

static void put_turn(oms_store_t *s) {
  put_one(s, true, 60);
  put_one(s, false, 300);
  oms_store_turn(s);
}

static void suffer(const char *fault_text, const char *told) {
  oms_store_t *s = open_store();
  s->batch_bytes = 1000; /* what gathers becomes several batches */
  fill(s, 5);
  uint64_t gate = oms_store_gate(s), durable_seq = oms_store_journal(s).next(s) - 1;
  set_fault(fault_text);
  put_turn(s);
  assert_true(within(s, true));
  char text[512];
  assert_true(oms_store_trouble(s, text));
  if (strstr(text, told) == NULL) {
    fail_msg("%s: %s", fault_text, text);
  }
  for (int i = 0; i < 10; i++) {
    put_turn(s);
  }
  assert_int_equal(oms_store_durable(s), gate);
  oms_store_figures_t f;
  oms_store_figures(s, &f);
  assert_true(f.errors > 0);
  assert_true(f.waiting_bytes > 3000);
  crash_keeps(durable_seq);
  assert_int_equal(oms_store_durable(s), gate);
  end_fault();
  sync_store(s);
  assert_false(oms_store_trouble(s, text));
  assert_int_equal(oms_store_durable(s), oms_store_gate(s));
  uint64_t n = oms_store_journal(s).next(s) - 1;
  assert_int_equal(read_good(1), n);
  fill(s, 5);
  close_store(s);
  assert_int_equal(read_good(1), n + 15);
  verify_good();
}

static void a_full_disk_loses_nothing(void **state) {
  (void)state;
  suffer("ENOSPC 1 write", "make room");
}

static void errors_of_writing_lose_nothing(void **state) {
  (void)state;
  suffer("EIO 1 write", "");
}

static void errors_of_fsync_lose_nothing(void **state) {
  (void)state;
  suffer("EIO 1 fsync", "");
}

static void a_file_system_that_became_read_only_loses_nothing(void **state) {
  (void)state;
  suffer("EROFS 1", "");
}

/* The fault hits another call of the commit each time. */
static void whichever_call_fails_nothing_is_lost(void **state) {
  (void)state;
  static const char *const kinds[] = {"ENOSPC %d write", "EIO %d write", "EIO %d fsync",
                                      "EROFS %d"};
  oms_store_t *s = open_store();
  uint64_t n = 0;
  for (int i = 0; i < 48; i++) {
    char text[64];
    (void)snprintf(text, sizeof text, kinds[i % 4], 1 + i / 4);
    fill(s, 1);
    set_fault(text);
    for (int k = 0; k < 12; k++) {
      put_turn(s);
      uint64_t gate = oms_store_gate(s);
      struct timespec t = {.tv_nsec = 1000000};
      (void)nanosleep(&t, NULL);
      if (oms_store_durable(s) >= gate) {
        n = oms_store_journal(s).next(s) - 1;
      }
    }
    if (i % 6 == 0) {
      crash_keeps(n);
    }
    end_fault();
    sync_store(s);
  }
  n = oms_store_journal(s).next(s) - 1;
  close_store(s);
  assert_int_equal(read_good(1), n);
  verify_good();
}

static void a_store_that_cannot_write_says_so_when_it_is_closed(void **state) {
  (void)state;
  oms_error_t err;
  oms_store_t *s = open_store();
  fill(s, 5);
  set_fault("ENOSPC 1");
  put_turn(s);
  assert_int_equal(oms_store_sync(s, 20000000, &err), OMS_ERR_IO);
  assert_int_equal(oms_store_close(s, &err), OMS_ERR_IO);
  assert_non_null(strstr(err.message, "make room"));
  end_fault();
  assert_int_equal(read_good(1), 15);
  verify_good();
}

static void snapshots_and_backups_that_cannot_be_written_leave_nothing(void **state) {
  (void)state;
  oms_error_t err;
  char note[512], to[128];
  oms_store_t *s = open_store();
  fill(s, 5);
  oms_snapshot_writer_t *w;
  assert_int_equal(oms_snapshot_begin(db, 15, &w, &err), OMS_OK);
  set_fault("ENOSPC 1 write");
  for (int i = 0; i < 300000; i++) {
    (void)oms_snapshot_write(w, &i, sizeof i);
  }
  assert_int_equal(oms_snapshot_end(w, true, &err), OMS_ERR_IO);
  assert_non_null(strstr(err.message, "make room"));
  (void)snprintf(to, sizeof to, "%s/copy.db", folder);
  assert_int_equal(oms_store_backup(db, to, &err), OMS_ERR_IO);
  end_fault();
  uint64_t seq;
  unsigned char *data;
  size_t n;
  assert_int_equal(oms_snapshot_read(db, UINT64_MAX, &seq, &data, &n, note, &err), OMS_OK);
  assert_int_equal(seq, 0);
  close_store(s);
  verify_good();
}

static void again_with_the_shim(char **argv) {
  char asan[512];
  const char *had = getenv("ASAN_OPTIONS");
  (void)snprintf(asan, sizeof asan, "%s%sverify_asan_link_order=0", had == NULL ? "" : had,
                 had == NULL ? "" : ":");
  (void)snprintf(control, sizeof control, "/tmp/moondesk_fault_%ld", (long)getpid());
  (void)setenv("ASAN_OPTIONS", asan, 1);
  (void)setenv("LD_PRELOAD", FAULT_SHIM, 1);
  (void)setenv("FAULT_PREFIX", "/tmp/moondesk_store_", 1);
  (void)setenv("FAULT_CONTROL", control, 1);
  (void)execv("/proc/self/exe", argv);
  exit(2);
}

int main(int argc, char **argv) {
  (void)argc;
  if (getenv("FAULT_CONTROL") == NULL) {
    again_with_the_shim(argv);
  }
  (void)snprintf(control, sizeof control, "%s", getenv("FAULT_CONTROL"));
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)
  const struct CMUnitTest tests[] = {
      TEST(a_full_disk_loses_nothing),
      TEST(errors_of_writing_lose_nothing),
      TEST(errors_of_fsync_lose_nothing),
      TEST(a_file_system_that_became_read_only_loses_nothing),
      TEST(whichever_call_fails_nothing_is_lost),
      TEST(a_store_that_cannot_write_says_so_when_it_is_closed),
      TEST(snapshots_and_backups_that_cannot_be_written_leave_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
