/* The arithmetic of splits: what a ratio means, quantities, prices, costs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/check.h"
#include "core/corporate.h"

static void ratio_is(int64_t ratio, int64_t num, int64_t den) {
  oms_split_t s = oms_split_of(ratio);
  assert_int_equal(s.num, num);
  assert_int_equal(s.den, den);
}

static void ratios_mean_fractions(void **state) {
  (void)state;
  ratio_is(INT64_C(7000000000), 7, 1);
  ratio_is(INT64_C(1500000000), 3, 2);
  ratio_is(INT64_C(1050000000), 21, 20);
  ratio_is(INT64_C(100000000), 1, 10);
  ratio_is(INT64_C(333333333), 1, 3);
  ratio_is(INT64_C(142857143), 1, 7);
  ratio_is(INT64_C(666666666), 2, 3); /* cut, not rounded */
  ratio_is(INT64_C(666666667), 2, 3);
  ratio_is(INT64_C(333333000), 1, 3);
  ratio_is(INT64_C(1333333333), 4, 3);
  ratio_is(INT64_C(333300000), 3333, 10000); /* four decimals are meant as they stand */
  ratio_is(1, 1, OMS_PRICE_SCALE);
  ratio_is(OMS_SPLIT_MAX, 1000000, 1);
}

static void quantities_go_towards_zero(void **state) {
  (void)state;
  const oms_split_t third = {1, 3};
  oms_qty_t qty;
  assert_int_equal(oms_split_qty(&third, INT64_C(10000000000), &qty), OMS_OK);
  assert_int_equal(qty, INT64_C(3333333333));
  assert_int_equal(oms_split_qty(&third, INT64_C(-10000000000), &qty), OMS_OK);
  assert_int_equal(qty, INT64_C(-3333333333));
  const oms_split_t large = {1000, 1};
  assert_int_equal(oms_split_qty(&large, INT64_MAX / 10, &qty), OMS_ERR_OVERFLOW);
}

static void prices_go_where_they_are_told(void **state) {
  (void)state;
  const oms_split_t seven = {7, 1};
  const int64_t cent = OMS_PRICE_SCALE / 100;
  oms_price_t p;
  assert_int_equal(oms_split_price(&seven, 100 * OMS_PRICE_SCALE, OMS_ROUND_DOWN, cent, &p), 0);
  assert_int_equal(p, 1428 * cent);
  assert_int_equal(oms_split_price(&seven, 100 * OMS_PRICE_SCALE, OMS_ROUND_UP, cent, &p), 0);
  assert_int_equal(p, 1429 * cent);
  assert_int_equal(oms_split_price(&seven, 100 * OMS_PRICE_SCALE, OMS_ROUND_NEAR, 1, &p), 0);
  assert_int_equal(p, INT64_C(14285714286));
  const oms_split_t reverse = {1, 1000000};
  assert_int_equal(oms_split_price(&reverse, INT64_MAX / 2, OMS_ROUND_NEAR, 1, &p),
                   OMS_ERR_OVERFLOW);
}

static oms_int128_t cost_of(const oms_stake_t *k) {
  return (oms_int128_t)k->price * k->qty + k->rest;
}

/* Stakes of any size: quantities sum to the split of the sum, costs stay to the last unit. */
static void walks_keep_sum_and_cost(void **state) {
  (void)state;
  static const oms_split_t splits[] = {
      {7,  1   },
      {1,  3   },
      {21, 20  },
      {2,  7   },
      {1,  1000}
  };
  uint64_t x = 88172645463325252u;
  for (size_t k = 0; k < OMS_COUNT(splits); k++) {
    oms_split_walk_t walk = {.split = splits[k]};
    oms_int128_t before = 0, after = 0;
    oms_qty_t sum = 0, whole;
    for (int i = 0; i < 50; i++) {
      x ^= x << 13, x ^= x >> 7, x ^= x << 17;
      oms_stake_t stake = {1 + (int64_t)(x % 5000000000), (int64_t)(x >> 40), 0};
      sum += stake.qty;
      before += cost_of(&stake);
      assert_int_equal(oms_split_next(&walk, &stake), OMS_OK);
      after += stake.qty != 0 ? cost_of(&stake) : 0;
      assert_true(llabs(stake.rest) <= (stake.qty + 1) / 2);
    }
    assert_int_equal(oms_split_qty(&splits[k], sum, &whole), OMS_OK);
    assert_int_equal(walk.sum, whole);
    assert_true(before == after + walk.carry);
  }
}

static void parts_share_the_rest(void **state) {
  (void)state;
  oms_stake_t k = {7, 100, 3};
  assert_int_equal(oms_stake_rest(&k, 3), 1);
  assert_int_equal(oms_stake_rest(&k, 7), 3);
  k = (oms_stake_t){-7, 100, -3};
  assert_int_equal(oms_stake_rest(&k, -3), -1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(ratios_mean_fractions),         cmocka_unit_test(quantities_go_towards_zero),
      cmocka_unit_test(prices_go_where_they_are_told), cmocka_unit_test(walks_keep_sum_and_cost),
      cmocka_unit_test(parts_share_the_rest),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
