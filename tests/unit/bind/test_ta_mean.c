/* Goal: a mean is the double nearest to the exact fraction, whichever way it is divided. Method:
 * random sums of all sizes against a long double of 64 bits, which tells where it is near enough to
 * decide, and the two ways against each other where both apply. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/random.h"
#include "bind/ta_parts.h"

static int64_t up_to(oms_random_t *random, int64_t most) {
  return (int64_t)oms_random_below(random, (uint64_t)most) + 1;
}

static void both_ways_agree(void **state) {
  (void)state;
  oms_random_t random;
  oms_random_seed(&random, 1);
  for (int i = 0; i < 300000; i++) {
    int64_t n = up_to(&random, i % 2 == 0 ? 300 : 1000000);
    int64_t sum = up_to(&random, INT64_C(1) << (10 + i % 43)); /* below 2^53: one division */
    sum = i % 3 == 0 ? -sum : sum;
    assert_true(ta_mean(sum, n) == oms_ta_divide(sum, n));
    int64_t cents = sum / 1000000 * 10000000; /* above 2^53 at times, but a double on its grid */
    if ((int64_t)(double)cents == cents) {
      assert_true(ta_mean(cents, n) == oms_ta_divide(cents, n));
    }
  }
}

static void equal_fractions_give_equal_doubles(void **state) {
  (void)state;
  oms_random_t random;
  oms_random_seed(&random, 2);
  for (int i = 0; i < 300000; i++) {
    int64_t n = up_to(&random, 400), times = up_to(&random, 1000);
    int64_t sum = up_to(&random, INT64_C(1) << (20 + i % 33));
    assert_true(ta_mean(sum, n) == ta_mean((oms_int128_t)sum * times, n * times));
  }
}

/* A wide fraction lies within half a unit of its double, as far as 64 bits of mantissa can tell. */
static void wide_sums_are_nearest(void **state) {
  (void)state;
  oms_random_t random;
  oms_random_seed(&random, 3);
  for (int i = 0; i < 100000; i++) {
    int64_t n = up_to(&random, 1000000);
    oms_int128_t sum = (oms_int128_t)up_to(&random, INT64_C(3000000000000000000)) * n - (i % 97);
    double mean = oms_ta_divide(sum, n);
    long double exact = (long double)sum / ((long double)n * 1e9L);
    long double half = ((long double)nextafter(mean, INFINITY) - (long double)mean) / 2;
    assert_true(fabsl(exact - (long double)mean) <= half * 1.01L);
  }
  assert_true(oms_ta_divide(0, 7) == 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(both_ways_agree),
      cmocka_unit_test(equal_fractions_give_equal_doubles),
      cmocka_unit_test(wide_sums_are_nearest),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
