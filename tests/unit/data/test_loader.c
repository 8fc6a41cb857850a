/* test_loader.c - blocks in order with and without a thread, errors behind the rows before them,
 * early close, memory that runs out. */
#include "data/data_help.h"

#include <sys/resource.h>

#include "base/check.h"
#include "data/loader.h"

#define ROWS 30000

static oms_loader_t *open_loader(const char *const *paths, size_t n, oms_loader_mode_t mode) {
  const oms_loader_config_t config = {
      .kind = OMS_CSV_BARS, .zone = OMS_ZONE_UTC, .paths = paths, .path_n = n, .mode = mode};
  oms_loader_t *l = NULL;
  oms_error_t err = {0};
  if (oms_loader_open(&config, &l, &err) != OMS_OK) {
    fail_msg("%s", err.message);
  }
  return l;
}

/* All rows into 'out' (room for 'cap'); the number of them, and the error that ended them. */
static size_t drain(oms_loader_t *l, oms_bar_row_t *out, size_t cap, int *rc, oms_error_t *err) {
  size_t n = 0;
  const oms_block_t *block;
  while ((*rc = oms_loader_next(l, &block, err)) == OMS_OK && block != NULL) {
    assert_true(block->n <= OMS_LOADER_ROWS && n + block->n <= cap);
    memcpy(out + n, block->rows, block->n * sizeof *out);
    n += block->n;
  }
  assert_int_equal(oms_loader_next(l, &block, err), *rc); /* it stays */
  assert_null(block);
  return n;
}

static void test_thread_gives_the_same_rows(void **state) {
  (void)state;
  static oms_bar_row_t a[ROWS], b[ROWS];
  char path[64];
  size_t size;
  char *text = minute_text(ROWS, &size);
  int rc;
  write_file(path, text, size);
  const char *paths[] = {path};
  oms_loader_t *l = open_loader(paths, 1, OMS_LOADER_INLINE);
  assert_int_equal(drain(l, a, ROWS, &rc, NULL), ROWS);
  assert_int_equal(oms_loader_bytes(l), (int64_t)size);
  assert_int_equal(oms_loader_consumed(l), (int64_t)size);
  oms_loader_close(l);
  for (int i = 0; i < 5; i++) {
    memset(b, 0, sizeof b);
    l = open_loader(paths, 1, OMS_LOADER_THREADED);
    assert_int_equal(drain(l, b, ROWS, &rc, NULL), ROWS);
    assert_int_equal(rc, OMS_OK);
    assert_memory_equal(a, b, sizeof a);
    oms_loader_close(l);
  }
  (void)unlink(path);
  free(text);
}

static void test_error_comes_behind_the_rows(void **state) {
  (void)state;
  static const oms_loader_mode_t modes[] = {OMS_LOADER_INLINE, OMS_LOADER_THREADED};
  static oms_bar_row_t rows[ROWS];
  static const size_t good[] = {0,    1, OMS_LOADER_ROWS - 1, OMS_LOADER_ROWS, OMS_LOADER_ROWS + 1,
                                20000};
  for (size_t i = 0; i < OMS_COUNT(good); i++) {
    char path[64], place[128];
    size_t size;
    char *text = minute_text(good[i], &size);
    size += (size_t)sprintf(text + size, "2030-01-01,x,1,1,1,1\n");
    write_file(path, text, size);
    (void)snprintf(place, sizeof place, "%s:%zu: column \"open\"", path, good[i] + 2);
    for (size_t m = 0; m < OMS_COUNT(modes); m++) {
      const char *paths[] = {path};
      int rc;
      oms_error_t err = {0};
      oms_loader_t *l = open_loader(paths, 1, modes[m]);
      assert_int_equal(drain(l, rows, ROWS, &rc, &err), good[i]);
      assert_int_equal(rc, OMS_ERR_DATA);
      assert_message(&err, place);
      oms_loader_close(l);
    }
    (void)unlink(path);
    free(text);
  }
}

static void test_files_in_order(void **state) {
  (void)state;
  char a[64], b[64];
  oms_bar_row_t rows[8];
  int rc;
  oms_error_t err = {0};
  write_text(a, HEADER ROW("2014-01-02") ROW("2014-01-03"));
  write_text(b, "close,low,high,open,date\n11,9,12,10,2014-01-03\n11,9,12,10,2014-01-06\n");
  const char *forward[] = {a, b}, *backward[] = {b, a};
  oms_loader_t *l = open_loader(forward, 2, OMS_LOADER_INLINE);
  assert_int_equal(drain(l, rows, 8, &rc, &err), 4);
  assert_int_equal(rows[3].open, PX(10));
  assert_true(rows[1].volume == 100.0 && rows[2].volume == 0.0);
  oms_loader_close(l);
  l = open_loader(backward, 2, OMS_LOADER_THREADED);
  assert_int_equal(drain(l, rows, 8, &rc, &err), 2);
  assert_int_equal(rc, OMS_ERR_DATA);
  assert_message(&err, a);
  assert_message(&err, ":2: column \"ts\": 2014-01-02T00:00:00Z is before the row above");
  oms_loader_close(l);
  (void)unlink(a);
  (void)unlink(b);
}

static void test_missing_second_file_is_told_at_the_start(void **state) {
  (void)state;
  char a[64];
  write_text(a, HEADER ROW("2014-01-02"));
  const char *paths[] = {a, "/tmp/no/such.csv"};
  const oms_loader_config_t config = {.kind = OMS_CSV_BARS, .paths = paths, .path_n = 2};
  oms_loader_t *l;
  oms_error_t err = {0};
  long live = oms_alloc_live();
  assert_int_equal(oms_loader_open(&config, &l, &err), OMS_ERR_IO);
  assert_message(&err, "/tmp/no/such.csv: cannot read: No such file or directory");
  assert_int_equal(oms_alloc_live(), live);
  (void)unlink(a);
}

static void test_early_close(void **state) {
  (void)state;
  char path[64];
  size_t size;
  char *text = minute_text(ROWS * 2, &size);
  const oms_block_t *block;
  long live = oms_alloc_live();
  write_file(path, text, size);
  const char *paths[] = {path};
  for (int taken = 0; taken < 6; taken++) {
    oms_loader_t *l = open_loader(paths, 1, OMS_LOADER_THREADED);
    for (int i = 0; i < taken; i++) {
      assert_int_equal(oms_loader_next(l, &block, NULL), OMS_OK);
      assert_non_null(block);
    }
    oms_loader_close(l);
  }
  oms_loader_close(NULL);
  assert_int_equal(oms_alloc_live(), live);
  (void)unlink(path);
  free(text);
}

static void test_each_allocation_fails_in_turn(void **state) {
  (void)state;
  static const oms_loader_mode_t modes[] = {OMS_LOADER_INLINE, OMS_LOADER_THREADED};
  char path[64];
  write_text(path, HEADER ROW("2014-01-02"));
  const char *paths[] = {path};
  for (size_t m = 0; m < OMS_COUNT(modes); m++) {
    const oms_loader_config_t config = {
        .kind = OMS_CSV_BARS, .paths = paths, .path_n = 1, .mode = modes[m]};
    int rc = OMS_ERR_NOMEM;
    long live = oms_alloc_live(), tries = 0;
    for (; rc != OMS_OK; tries++) {
      oms_loader_t *l = NULL;
      oms_error_t err = {0};
      oms_alloc_fail_after(tries + 1);
      rc = oms_loader_open(&config, &l, &err);
      oms_alloc_fail_after(0);
      if (rc == OMS_OK) {
        oms_loader_close(l);
      } else {
        assert_int_equal(rc, OMS_ERR_NOMEM);
        assert_message(&err, "out of memory");
      }
      assert_int_equal(oms_alloc_live(), live);
    }
    assert_true(tries >= 4); /* the loader, the reader, its source, the rows */
  }
  (void)unlink(path);
}

/* A file of 20 MB passes through a few blocks. */
static void test_memory_is_bounded(void **state) {
  (void)state;
#ifdef MOONDESK_SANITIZED
  (void)printf("SKIPPED: the sanitizers' own memory hides the figure\n");
#else
  static const size_t rows = 400000;
  char path[64];
  size_t size, n = 0;
  char *text = minute_text(rows, &size);
  struct rusage before, after;
  const oms_block_t *block;
  write_file(path, text, size);
  free(text);
  const char *paths[] = {path};
  (void)getrusage(RUSAGE_SELF, &before); /* the peak so far holds the text itself */
  oms_loader_t *l = open_loader(paths, 1, OMS_LOADER_THREADED);
  while (oms_loader_next(l, &block, NULL) == OMS_OK && block != NULL) {
    n += block->n;
  }
  oms_loader_close(l);
  (void)getrusage(RUSAGE_SELF, &after);
  assert_int_equal(n, rows);
  assert_true(after.ru_maxrss - before.ru_maxrss < 4096); /* KiB */
  (void)unlink(path);
#endif
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_thread_gives_the_same_rows),
      cmocka_unit_test(test_error_comes_behind_the_rows),
      cmocka_unit_test(test_files_in_order),
      cmocka_unit_test(test_missing_second_file_is_told_at_the_start),
      cmocka_unit_test(test_early_close),
      cmocka_unit_test(test_each_allocation_fails_in_turn),
      cmocka_unit_test(test_memory_is_bounded),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
