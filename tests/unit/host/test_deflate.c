/* test_deflate.c - the deflated Sharpe ratio against the worked example of the paper (2014, section
 * "A numerical example") and the normal distribution against tables. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "base/check.h"
#include "host/deflate.h"
#include "host/results.h"

static void near(double got, double want, double within) {
  if (!(fabs(got - want) <= within)) {
    fail_msg("got %.15g, want %.15g", got, want);
  }
}

static void normal_distribution(void **state) {
  (void)state;
  near(oms_normal_below(0), 0.5, 1e-15);
  near(oms_normal_below(1), 0.8413447460685429, 1e-14);
  near(oms_normal_below(-1.96), 0.02499789514822043, 1e-15);
  near(oms_normal_below(3), 0.9986501019683699, 1e-14);
  near(oms_normal_below(-8) / 6.220960574271819e-16, 1, 1e-6);
  near(oms_normal_below(40), 1, 0);
  near(oms_normal_below(-40), 0, 0);
  assert_true(isnan(oms_normal_below(NAN)));
  near(oms_normal_quantile(0.5), 0, 0);
  near(oms_normal_quantile(0.975), 1.959963984540054, 1e-14);
  near(oms_normal_quantile(0.01), -2.326347874040841, 1e-14);
  near(oms_normal_quantile(1e-10), -6.361340902404056, 1e-13);
  assert_true(isnan(oms_normal_quantile(0)) && isnan(oms_normal_quantile(1)) &&
              isnan(oms_normal_quantile(NAN)));
  for (int i = 1; i < 1000; i++) {
    near(oms_normal_below(oms_normal_quantile(i / 1000.0)), i / 1000.0, 1e-14);
  }
}

/* An annual Sharpe ratio of 2.5 over five years of 250 days, 100 trials whose annual ratios vary
 * by 1/2, skew -3, kurtosis 10: 0.1132 a day by chance, 0.9004. With 46 trials it would be 0.9505,
 * with normal returns and 88 trials 0.9505, too. */
static void example_of_the_paper(void **state) {
  (void)state;
  double sharpe = 2.5 / sqrt(250), variance = 0.5 / 250;
  near(oms_expected_sharpe(100, variance), 0.1132, 5e-5);
  near(oms_deflated_sharpe(sharpe, oms_expected_sharpe(100, variance), 1250, -3, 10), 0.9004, 5e-5);
  near(oms_deflated_sharpe(sharpe, oms_expected_sharpe(46, variance), 1250, -3, 10), 0.9505, 5e-5);
  near(oms_deflated_sharpe(sharpe, oms_expected_sharpe(88, variance), 1250, 0, 3), 0.9505, 5e-5);
}

static void what_is_not_defined(void **state) {
  (void)state;
  near(oms_expected_sharpe(0, 1), 0, 0);
  near(oms_expected_sharpe(1, 1), 0, 0);
  near(oms_expected_sharpe(10, 0), 0, 0);
  assert_true(isnan(oms_deflated_sharpe(0.1, 0, 1, 0, 3)));
  assert_true(isnan(oms_deflated_sharpe(NAN, 0, 100, 0, 3)));
  assert_true(isnan(oms_deflated_sharpe(0.1, 0, 100, NAN, NAN)));
  assert_true(isnan(oms_deflated_sharpe(2, 0, 100, 3, 3))); /* no such distribution */
  near(oms_deflated_sharpe(0, 0, 100, 0, 3), 0.5, 1e-15);
}

/* 1, 2, 3, 10: mean 4, squares 9 + 4 + 1 + 36, cubes -27 - 8 - 1 + 216, fourth powers 81 + 16 + 1 +
 * 1296. */
static void moments_by_hand(void **state) {
  (void)state;
  const double values[] = {1, 2, 3, 10};
  oms_moments_t m;
  oms_moments(values, OMS_COUNT(values), &m);
  assert_int_equal(4, m.n);
  near(m.mean, 4, 0);
  near(m.deviation, sqrt(50.0 / 3), 1e-15);
  near(m.skew, 180.0 / 4 / pow(50.0 / 4, 1.5), 1e-15);
  near(m.kurtosis, 1394.0 / 4 / (12.5 * 12.5), 1e-15);
  oms_moments(values, 1, &m);
  assert_true(isnan(m.deviation) && isnan(m.skew) && isnan(m.kurtosis));
  oms_moments(values, 0, &m);
  assert_true(isnan(m.mean));
}

/* Day ends 110, 99, 99 on 100: returns 10 %, -10 %, 0 %. */
static void moments_of_days(void **state) {
  (void)state;
  const int64_t equity[] = {110000000, 99000000, 99000000};
  oms_stats_t *s = oms_stats_new(100000000);
  for (int64_t i = 0; i < 3; i++) {
    assert_int_equal(OMS_OK, oms_stats_step(s, i, 10 + i, equity[i], true, true));
  }
  oms_moments_t m;
  oms_stats_moments(s, &m);
  assert_int_equal(3, m.n);
  near(m.mean, 0, 1e-15);
  near(m.deviation, 0.1, 1e-15);
  near(m.skew, 0, 1e-12);
  near(m.kurtosis, 1.5, 1e-12);
  oms_stats_free(s);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(normal_distribution), cmocka_unit_test(example_of_the_paper),
      cmocka_unit_test(what_is_not_defined), cmocka_unit_test(moments_by_hand),
      cmocka_unit_test(moments_of_days),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
