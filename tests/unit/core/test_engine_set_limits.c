/* Hard limits that are set while orders flow: they bind from the next order on, a window that stays
 * set keeps what it has seen, a list is copied. */
#include "engine_fixture.h"

static oms_limits_t none(void) {
  oms_limits_t l;
  oms_limits_none(&l);
  return l;
}

static void limits_bind_from_the_next_order_on(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  mark(&f, 1000);
  oms_terms_t t = limit_terms(&f, OMS_SIDE_BUY, 11, 1000);
  assert_int_equal(submit(&f, &t), OMS_OK);
  oms_limits_t l = none();
  l.max_order_qty = sh(10);
  assert_int_equal(oms_engine_set_limits(f.e, 0, &l), OMS_OK);
  submit(&f, &t);
  assert_refused(&f, MAX_ORDER_QTY);
  t.account = 1;
  assert_int_equal(submit(&f, &t), OMS_OK);
  t.account = 0;
  l = none();
  assert_int_equal(oms_engine_set_limits(f.e, 0, &l), OMS_OK);
  assert_int_equal(submit(&f, &t), OMS_OK);
  assert_int_equal(oms_engine_set_limits(f.e, 2, &l), OMS_ERR_NOT_FOUND);
  tear_down(&f);
}

static void a_window_that_stays_keeps_what_it_has_seen(void **state) {
  (void)state;
  fixture_t f;
  setup_t s = plain_setup();
  s.account.limits.max_orders_per_second = 2;
  s.account.limits.duplicate_window_ns = OMS_NS_PER_SECOND * 60;
  set_up(&f, &s);
  mark(&f, 1000);
  oms_terms_t t = limit_terms(&f, OMS_SIDE_BUY, 10, 1000);
  assert_int_equal(submit(&f, &t), OMS_OK);
  oms_limits_t l = s.account.limits;
  l.max_orders_per_second = 3;
  assert_int_equal(oms_engine_set_limits(f.e, 0, &l), OMS_OK);
  submit(&f, &t);
  assert_refused(&f, DUPLICATE_ORDER);
  t.qty = sh(11);
  assert_int_equal(submit(&f, &t), OMS_OK);
  t.qty = sh(12);
  assert_int_equal(submit(&f, &t), OMS_OK);
  t.qty = sh(13);
  submit(&f, &t);
  assert_refused(&f, MAX_ORDER_RATE);
  l.duplicate_window_ns = OMS_NO_PRICE;
  l.max_orders_per_second = OMS_NO_PRICE;
  assert_int_equal(oms_engine_set_limits(f.e, 0, &l), OMS_OK);
  assert_int_equal(submit(&f, &t), OMS_OK);
  assert_int_equal(submit(&f, &t), OMS_OK);
  l.max_orders_per_second = 1; /* a window that was not kept begins now */
  assert_int_equal(oms_engine_set_limits(f.e, 0, &l), OMS_OK);
  assert_int_equal(submit(&f, &t), OMS_OK);
  submit(&f, &t);
  assert_refused(&f, MAX_ORDER_RATE);
  tear_down(&f);
}

static void the_list_is_copied(void **state) {
  (void)state;
  fixture_t f;
  uint8_t list[] = {1};
  set_up_plain(&f);
  mark(&f, 1000);
  oms_limits_t l = none();
  l.restricted = list;
  l.restricted_n = 1;
  assert_int_equal(oms_engine_set_limits(f.e, 0, &l), OMS_OK);
  list[0] = 0;
  oms_terms_t t = limit_terms(&f, OMS_SIDE_BUY, 10, 1000);
  submit(&f, &t);
  assert_refused(&f, RESTRICTED_SYMBOL);
  tear_down(&f);
}

static void without_memory_the_old_limits_stay(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  mark(&f, 1000);
  const uint8_t list[] = {1};
  oms_limits_t l = none();
  l.max_orders_per_second = 1;
  l.duplicate_window_ns = OMS_NS_PER_SECOND;
  l.restricted = list;
  l.restricted_n = 1;
  oms_terms_t t = limit_terms(&f, OMS_SIDE_BUY, 10, 1000);
  for (long n = 1; n <= 4; n++) {
    oms_alloc_fail_after(n);
    int rc = oms_engine_set_limits(f.e, 0, &l);
    oms_alloc_fail_after(0);
    assert_int_equal(rc, OMS_ERR_NOMEM);
    assert_int_equal(submit(&f, &t), OMS_OK);
  }
  assert_int_equal(oms_engine_set_limits(f.e, 0, &l), OMS_OK);
  submit(&f, &t);
  assert_refused(&f, RESTRICTED_SYMBOL);
  tear_down(&f);
}

/* Many orders before, none of them within the second in which the window must grow. */
static void a_burst_after_a_long_day_is_counted_right(void **state) {
  (void)state;
  fixture_t f;
  setup_t s = plain_setup();
  s.account.limits.max_orders_per_second = 300;
  s.account.initial_cash = usd(100000000);
  set_up(&f, &s);
  mark(&f, 1000);
  oms_terms_t t = limit_terms(&f, OMS_SIDE_BUY, 1, 1000);
  for (int i = 0; i < 1000; i++) {
    f.now += OMS_NS_PER_SECOND;
    assert_int_equal(submit(&f, &t), OMS_OK);
  }
  f.now += OMS_NS_PER_SECOND;
  for (int i = 0; i < 300; i++) {
    assert_int_equal(submit(&f, &t), OMS_OK);
  }
  submit(&f, &t);
  assert_refused(&f, MAX_ORDER_RATE);
  tear_down(&f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(limits_bind_from_the_next_order_on),
      cmocka_unit_test(a_window_that_stays_keeps_what_it_has_seen),
      cmocka_unit_test(the_list_is_copied),
      cmocka_unit_test(without_memory_the_old_limits_stay),
      cmocka_unit_test(a_burst_after_a_long_day_is_counted_right),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
