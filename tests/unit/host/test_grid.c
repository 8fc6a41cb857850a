/* test_grid.c - axes of a sweep: lists, exact ranges, their product, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/alloc.h"
#include "base/check.h"
#include "host/grid.h"

static void values(const char *text, const char *const *want, size_t n) {
  oms_grid_t g = {.n = 0};
  oms_error_t err;
  if (oms_grid_add(&g, text, &err) != OMS_OK) {
    fail_msg("%s: %s", text, err.message);
  }
  assert_int_equal(n, g.axes[0].n);
  for (size_t i = 0; i < n; i++) {
    assert_string_equal(want[i], g.axes[0].values[i]);
  }
  oms_grid_free(&g);
}
#define VALUES(text, ...)                                                                          \
  do {                                                                                             \
    const char *const want[] = {__VA_ARGS__};                                                      \
    values(text, want, OMS_COUNT(want));                                                           \
  } while (0)

static void lists_and_ranges(void **state) {
  (void)state;
  VALUES("fast=5..20:5", "5", "10", "15", "20");
  VALUES("fast=5..19:5", "5", "10", "15"); /* the upper end is not hit */
  VALUES("fast=3..5", "3", "4", "5");
  VALUES("x=-1..1:1", "-1", "0", "1");
  VALUES("x=7..7:2", "7");
  VALUES("slow=20,50,100", "20", "50", "100");
  VALUES("x=1..3:1,10,20..30:10", "1", "2", "3", "10", "20", "30");
  VALUES("short=true,false", "true", "false");
  VALUES("how=limit,market if touched", "limit", "market if touched");
  VALUES("path=../a.csv,b..c", "../a.csv", "b..c"); /* texts, no ranges */
  VALUES("main.fast=1", "1");
}

/* 0.1 + 0.1 + 0.1 is 0.3 and nothing else. */
static void ranges_are_exact(void **state) {
  (void)state;
  VALUES("x=0..0.5:0.1", "0", "0.1", "0.2", "0.3", "0.4", "0.5");
  VALUES("x=0.95..1.05:0.05", "0.95", "1", "1.05");
  VALUES("x=0.000000001..0.000000003:0.000000001", "0.000000001", "0.000000002", "0.000000003");
  VALUES("x=1..2:0.5", "1", "1.5", "2");
  VALUES("x=-.2..0:.1", "-0.2", "-0.1", "0");
}

static void the_last_axis_changes_fastest(void **state) {
  (void)state;
  oms_grid_t g = {.n = 0};
  oms_error_t err;
  assert_int_equal(1, oms_grid_count(&g));
  assert_int_equal(OMS_OK, oms_grid_add(&g, "a=1,2", &err));
  assert_int_equal(OMS_OK, oms_grid_add(&g, "b=x,y,z", &err));
  assert_int_equal(6, oms_grid_count(&g));
  static const char *const want[6][2] = {
      {"1", "x"},
      {"1", "y"},
      {"1", "z"},
      {"2", "x"},
      {"2", "y"},
      {"2", "z"}
  };
  for (size_t i = 0; i < 6; i++) {
    assert_string_equal(want[i][0], oms_grid_value(&g, i, 0));
    assert_string_equal(want[i][1], oms_grid_value(&g, i, 1));
  }
  oms_grid_free(&g);
}

static void refused(const char *text, const char *sentence) {
  oms_grid_t g = {.n = 0};
  oms_error_t err = {.code = OMS_OK};
  assert_int_equal(OMS_OK, oms_grid_add(&g, "first=1,2", &err));
  assert_int_equal(OMS_ERR_USAGE, oms_grid_add(&g, text, &err));
  if (strstr(err.message, sentence) == NULL) {
    fail_msg("%s: no '%s' in: %s", text, sentence, err.message);
  }
  assert_int_equal(1, g.n); /* as before */
  oms_grid_free(&g);
}

static void what_is_refused(void **state) {
  (void)state;
  refused("", "must be NAME=VALUE");
  refused("fast", "must be NAME=VALUE");
  refused("=5", "must be NAME=VALUE");
  refused("a b=5", "must be NAME=VALUE");
  refused("first=3", "first is given twice");
  refused("x=", "empty value");
  refused("x=1,", "empty value");
  refused("x=1,2,1", "the value '1' twice");
  refused("x=1..3:1,2", "the value '2' twice");
  refused("x=5..1:1", "ends below its start");
  refused("x=1..5:0", "a step that is not above 0");
  refused("x=1..5:-1", "a step that is not above 0");
  refused("x=1..five", "that is no number");
  refused("x=..5", "that is no number");
  refused("x=1..5:", "that is no number");
  refused("x=1..1e3:1", "that is no number");
  refused("x=0..1:0.0000000001", "more than 9 decimals");
  refused("x=1..99999999999999999999:1", "too large");
  refused("x=-9223372036854775807..9223372036854775807:1", "more than 1000000");
  refused("x=1..1000001", "more than 1000000");
  refused("x=1..500001", "more than 1000000"); /* twice as many with the first axis */
  char large[1100] = "x=";
  memset(large + 2, 'y', 1001);
  refused(large, "more than 1000 bytes");
}

static void what_memory_ends(void **state) {
  (void)state;
  int rc = OMS_ERR_NOMEM;
  for (long n = 1; rc == OMS_ERR_NOMEM; n++) {
    oms_grid_t g = {.n = 0};
    oms_error_t err;
    long live = oms_alloc_live();
    oms_alloc_fail_after(n);
    rc = oms_grid_add(&g, "x=1..3,9,10", &err);
    oms_alloc_fail_after(0);
    oms_grid_free(&g);
    assert_int_equal(live, oms_alloc_live());
    assert_true(n < 100);
  }
  assert_int_equal(OMS_OK, rc);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(lists_and_ranges),
      cmocka_unit_test(ranges_are_exact),
      cmocka_unit_test(the_last_axis_changes_fastest),
      cmocka_unit_test(what_is_refused),
      cmocka_unit_test(what_memory_ends),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
