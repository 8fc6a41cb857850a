/* test_snapshot.c - snapshots come back as they were written; what is damaged, ahead or of another
 * journal is left out; two are kept. */
#define _XOPEN_SOURCE 700 /* mkdtemp */
#include "store/store_help.h"

#include "store/store_int.h"

static void write_snapshot(uint64_t seq, const char *text, int expected) {
  oms_snapshot_writer_t *w;
  oms_error_t err;
  assert_int_equal(oms_snapshot_begin(db, seq, &w, &err), OMS_OK);
  assert_int_equal(oms_snapshot_write(w, text, strlen(text)), OMS_OK);
  for (int i = 0; i < 100000; i++) {
    assert_int_equal(oms_snapshot_write(w, &i, sizeof i), OMS_OK);
  }
  assert_int_equal(oms_snapshot_end(w, true, &err), expected);
}

static uint64_t read_snapshot(uint64_t until, const char *text, char note[512]) {
  uint64_t seq;
  unsigned char *data;
  size_t n;
  oms_error_t err;
  assert_int_equal(oms_snapshot_read(db, until, &seq, &data, &n, note, &err), OMS_OK);
  if (seq != 0) {
    assert_int_equal(n, strlen(text) + 400000);
    assert_memory_equal(data, text, strlen(text));
    int last;
    memcpy(&last, data + n - sizeof last, sizeof last);
    assert_int_equal(last, 99999);
  }
  oms_free(data);
  return seq;
}

static void the_newest_two_are_kept(void **state) {
  (void)state;
  char note[512];
  oms_store_t *s = open_store();
  fill(s, 10);
  assert_int_equal(read_snapshot(UINT64_MAX, "", note), 0);
  write_snapshot(6, "six", OMS_OK);
  assert_int_equal(read_snapshot(UINT64_MAX, "six", note), 6);
  write_snapshot(15, "fifteen", OMS_OK);
  write_snapshot(30, "thirty", OMS_OK);
  close_store(s);
  assert_int_equal(read_snapshot(UINT64_MAX, "thirty", note), 30);
  assert_int_equal(read_snapshot(29, "fifteen", note), 15);
  assert_int_equal(read_snapshot(14, "", note), 0);
  assert_string_equal(note, "");
}

static void one_that_is_given_up_leaves_nothing(void **state) {
  (void)state;
  char note[512];
  oms_store_t *s = open_store();
  fill(s, 10);
  oms_snapshot_writer_t *w;
  assert_int_equal(oms_snapshot_begin(db, 30, &w, NULL), OMS_OK);
  assert_int_equal(oms_snapshot_write(w, "x", 1), OMS_OK);
  assert_int_equal(oms_snapshot_end(w, false, NULL), OMS_OK);
  assert_int_equal(read_snapshot(UINT64_MAX, "", note), 0);
  write_snapshot(31, "ahead", OMS_ERR_USAGE);
  assert_int_equal(read_snapshot(UINT64_MAX, "", note), 0);
  close_store(s);
}

static void a_damaged_one_is_left_out(void **state) {
  (void)state;
  char note[512], name[256];
  oms_store_t *s = open_store();
  fill(s, 10);
  close_store(s);
  write_snapshot(15, "fifteen", OMS_OK);
  write_snapshot(30, "thirty", OMS_OK);
  (void)snprintf(name, sizeof name, "%s-snapshots/%020d.snap", db, 30);
  FILE *f = fopen(name, "r+b");
  assert_non_null(f);
  (void)fseek(f, 0, SEEK_END);
  long size = ftell(f);
  for (long at = 0; at < size; at += at < 120 ? 1 : 997) {
    (void)fseek(f, at, SEEK_SET);
    int byte = fgetc(f);
    (void)fseek(f, at, SEEK_SET);
    (void)fputc(byte ^ 4, f);
    (void)fflush(f);
    assert_int_equal(read_snapshot(UINT64_MAX, "fifteen", note), 15);
    assert_non_null(strstr(note, name));
    (void)fseek(f, at, SEEK_SET);
    (void)fputc(byte, f);
    (void)fflush(f);
  }
  (void)fclose(f);
  assert_int_equal(read_snapshot(UINT64_MAX, "thirty", note), 30);
}

/* A database that was set back to an earlier state goes on otherwise. */
static void one_of_a_lost_end_goes(void **state) {
  (void)state;
  char note[512];
  oms_store_t *s = open_store();
  fill(s, 10);
  close_store(s);
  shell("cp -r %s %s.kept", folder, folder);
  s = open_store();
  fill(s, 10);
  close_store(s);
  write_snapshot(45, "lost", OMS_OK);
  shell("mkdir %s.kept/desk.db-snapshots && cp %s-snapshots/* %s.kept/desk.db-snapshots/", folder,
        db, folder);
  shell("rm -rf %s && mv %s.kept %s", folder, folder, folder);
  assert_int_equal(read_snapshot(UINT64_MAX, "", note), 0);
  assert_non_null(strstr(note, "not of this journal"));
  s = open_store();
  fill(s, 20);
  close_store(s);
  assert_int_equal(read_snapshot(UINT64_MAX, "", note), 0);
  assert_string_equal(note, "");
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)
  const struct CMUnitTest tests[] = {TEST(the_newest_two_are_kept),
                                     TEST(one_that_is_given_up_leaves_nothing),
                                     TEST(a_damaged_one_is_left_out), TEST(one_of_a_lost_end_goes)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
