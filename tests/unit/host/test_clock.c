/* test_clock.c - the clock of a live host: paces, and a wall's clock that jumps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "host/clock.h"

#define S   OMS_NS_PER_SECOND
#define ONE INT64_C(1000000000)

static void paced(void **state) {
  (void)state;
  oms_clock_t c;
  int64_t jump;
  oms_clock_start_paced(&c, 100 * S, 5000 * S, 60 * ONE);
  assert_int_equal(oms_clock_now(&c, 100 * S, 0, &jump), 5000 * S);
  assert_int_equal(oms_clock_now(&c, 101 * S, 0, &jump), 5060 * S);
  assert_int_equal(oms_clock_now(&c, 100 * S + S / 2, 0, &jump), 5060 * S); /* never back */
  assert_int_equal(jump, 0); /* whatever the wall says */
  assert_int_equal(oms_clock_until(&c, 5060 * S, 5120 * S), S);
  assert_int_equal(oms_clock_until(&c, 5060 * S, 5060 * S + 1), 1); /* rounded up */
  assert_int_equal(oms_clock_until(&c, 5060 * S, 5000 * S), 0);
  oms_clock_start_paced(&c, 0, 0, ONE / 2);
  assert_int_equal(oms_clock_now(&c, 10 * S, 0, NULL), 5 * S);
  assert_int_equal(oms_clock_until(&c, 5 * S, 6 * S), 2 * S);
}

static void wall(void **state) {
  (void)state;
  oms_clock_t c;
  int64_t jump;
  oms_clock_start_wall(&c, 100 * S, 1000 * S, OMS_NO_TIME);
  assert_int_equal(oms_clock_now(&c, 101 * S, 1001 * S, &jump), 1001 * S);
  assert_int_equal(jump, 0);
  assert_int_equal(oms_clock_now(&c, 102 * S, 1002 * S + 1000, &jump), 1002 * S + 1000);
  assert_int_equal(jump, 0); /* what a daemon slews is no jump */
}

static void a_jump_forward_is_followed(void **state) {
  (void)state;
  oms_clock_t c;
  int64_t jump;
  oms_clock_start_wall(&c, 0, 1000 * S, OMS_NO_TIME);
  assert_int_equal(oms_clock_now(&c, 1 * S, 4601 * S, &jump), 4601 * S);
  assert_int_equal(jump, 3600 * S);
  assert_int_equal(oms_clock_now(&c, 2 * S, 4602 * S, &jump), 4602 * S);
  assert_int_equal(jump, 0); /* told once */
}

static void a_jump_back_is_waited_for(void **state) {
  (void)state;
  oms_clock_t c;
  int64_t jump;
  oms_clock_start_wall(&c, 0, 1000 * S, OMS_NO_TIME);
  assert_int_equal(oms_clock_now(&c, 1 * S, 991 * S, &jump), 1001 * S); /* by the other clock */
  assert_int_equal(jump, -10 * S);
  assert_int_equal(oms_clock_now(&c, 2 * S, 992 * S, &jump), 1002 * S);
  assert_int_equal(jump, 0); /* told once */
  assert_int_equal(oms_clock_now(&c, 3 * S, 1003 * S + 5, &jump), 1003 * S + 5);
  assert_int_equal(jump, 0); /* it has caught up */
  assert_int_equal(oms_clock_now(&c, 4 * S, 990 * S, &jump), 1004 * S + 5);
  assert_true(jump < -13 * S); /* and once more */
}

static void back_and_forth_never_goes_back(void **state) {
  (void)state;
  oms_clock_t c;
  oms_time_t before = INT64_MIN;
  oms_clock_start_wall(&c, 0, 1000 * S, OMS_NO_TIME);
  for (int i = 1; i < 1000; i++) {
    oms_time_t wall = 1000 * S + i * S + ((i * 7919) % 41 - 20) * 60 * S;
    oms_time_t now = oms_clock_now(&c, i * S, wall, NULL);
    assert_true(now >= before && now >= wall);
    before = now;
  }
}

static void a_host_that_comes_back_is_not_before_its_journal(void **state) {
  (void)state;
  oms_clock_t c;
  int64_t jump;
  oms_clock_start_wall(&c, 0, 1000 * S, 5000 * S);
  assert_int_equal(oms_clock_now(&c, 1 * S, 1001 * S, &jump), 5001 * S);
  assert_int_equal(jump, 0); /* that is known */
}

static void nothing_overflows(void **state) {
  (void)state;
  oms_clock_t c;
  oms_clock_start_paced(&c, 0, INT64_MAX - 10, INT64_MAX);
  assert_int_equal(oms_clock_now(&c, INT64_MAX, 0, NULL), INT64_MAX);
  assert_true(oms_clock_until(&c, -INT64_MAX, INT64_MAX) >= 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(paced),
      cmocka_unit_test(wall),
      cmocka_unit_test(a_jump_forward_is_followed),
      cmocka_unit_test(a_jump_back_is_waited_for),
      cmocka_unit_test(back_and_forth_never_goes_back),
      cmocka_unit_test(a_host_that_comes_back_is_not_before_its_journal),
      cmocka_unit_test(nothing_overflows),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
