/* Limits that nobody set limit nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "core/limits.h"

static void none_limits_nothing(void **state) {
  (void)state;
  oms_limits_t l;
  memset(&l, 0x5a, sizeof l);
  oms_limits_none(&l);
  assert_true(l.max_order_qty == OMS_NO_PRICE);
  assert_true(l.max_order_notional == OMS_NO_PRICE);
  assert_true(l.price_collar_pct == OMS_NO_PRICE);
  assert_true(l.max_position == OMS_NO_PRICE);
  assert_true(l.max_open_orders == OMS_NO_PRICE);
  assert_true(l.max_orders_per_second == OMS_NO_PRICE);
  assert_true(l.max_gross_exposure == OMS_NO_PRICE);
  assert_true(l.max_daily_loss == OMS_NO_PRICE);
  assert_true(l.duplicate_window_ns == OMS_NO_PRICE);
  assert_null(l.restricted);
  assert_int_equal(l.restricted_n, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(none_limits_nothing)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
