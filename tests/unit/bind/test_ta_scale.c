/* Indicators brought to other terms of price and volume give what they would have given, had they
 * been fed in these terms from the start: after a split, a reverse split and a dividend, warm or
 * not. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/check.h"
#include "base/fixed.h"
#include "base/random.h"
#include "bind/ta.h"

#define BARS 400

typedef double bar_t[4]; /* high, low, close, volume */

/* Prices are multiples of 84 cents: of two, three, four and seven equal parts in whole cents. */
static void walk(bar_t *bars, uint64_t seed) {
  oms_random_t random;
  oms_random_seed(&random, seed);
  int64_t close = 500;
  for (size_t i = 0; i < BARS; i++) {
    close += (int64_t)oms_random_below(&random, 9) - 4;
    bars[i][0] = (double)((close + (int64_t)oms_random_below(&random, 4)) * 84) / 100;
    bars[i][1] = (double)((close - (int64_t)oms_random_below(&random, 4)) * 84) / 100;
    bars[i][2] = (double)(close * 84) / 100;
    bars[i][3] = (double)(1 + oms_random_below(&random, 1000)) * 84;
  }
}

static double times(double v, int64_t num, int64_t den) {
  int64_t fixed, scaled;
  assert_int_equal(oms_fixed_from_double(v, 9, &fixed), OMS_OK);
  assert_int_equal(oms_mul_div_half_away(fixed, num, den, &scaled), OMS_OK);
  return oms_fixed_to_double(scaled, 9);
}

static void in_terms(const bar_t bar, const oms_scale_t *s, bar_t out) {
  for (int i = 0; i < 3; i++) {
    out[i] = times(bar[i], s->price_num, s->price_den);
  }
  out[3] = bar[3] * (double)s->volume_num / (double)s->volume_den;
}

static void *make(const oms_ta_kind_t *kind, const double *params) {
  size_t size = kind->size(params);
  void *block =
      aligned_alloc(OMS_TA_ALIGN, (size + OMS_TA_ALIGN - 1) / OMS_TA_ALIGN * OMS_TA_ALIGN);
  assert_non_null(block);
  kind->init(block, params);
  return block;
}

static int feed(const oms_ta_kind_t *kind, void *block, const bar_t bar, double *out) {
  const double close[] = {bar[2]};
  return kind->update(block, kind->n_inputs == 1 ? close : bar, out);
}

static void same(const oms_ta_kind_t *kind, size_t bar, double got, double want) {
  if (!(fabs(got - want) <= 1e-6 * (1 + fabs(want)))) {
    fail_msg("%s, bar %zu: got %.12g, want %.12g", kind->name, bar, got, want);
  }
}

/* Feeds 'at' bars as they are, brings the indicator to the new terms, and feeds the rest in them.
 */
static void check(const oms_ta_kind_t *kind, size_t at, const oms_scale_t *s, uint64_t seed) {
  double params[OMS_TA_MAX_PARAMS], got[OMS_TA_MAX_OUTPUTS], want[OMS_TA_MAX_OUTPUTS];
  const double given[] = {10};
  oms_error_t err;
  bool needs = kind->n_params > 0 && strcmp(kind->name, "macd") != 0;
  assert_int_equal(oms_ta_params(kind, given, needs ? 1 : 0, params, &err), OMS_OK);
  bar_t bars[BARS], bar;
  walk(bars, seed);
  void *one = make(kind, params), *other = make(kind, params);
  double value = 0, there = 0;
  bool any = false;
  for (size_t i = 0; i < BARS; i++) {
    in_terms(bars[i], s, bar);
    if (i == at) {
      kind->rescale(one, s, &value);
      same(kind, i, any ? value : 0, there);
    }
    int n = feed(kind, one, i < at ? bars[i] : bar, got);
    assert_int_equal(n, feed(kind, other, bar, want));
    for (int k = 0; k < n && i >= at; k++) {
      same(kind, i, got[k], want[k]);
    }
    value = n > 0 ? got[0] : value;
    there = n > 0 ? want[0] : there;
    any = any || n > 0;
  }
  free(one);
  free(other);
}

static void indicators_follow(void **state) {
  (void)state;
  static const oms_scale_t scales[] = {
      {1,  7,  7, 1 },
      {3,  2,  2, 3 },
      {10, 1,  1, 10},
      {83, 84, 1, 1 }
  };
  size_t n;
  const oms_ta_kind_t *kinds = oms_ta_kinds(&n);
  for (size_t i = 0; i < n; i++) {
    for (size_t k = 0; k < OMS_COUNT(scales); k++) {
      for (size_t at = 0; at <= 120; at += 4 + at / 3) {
        check(&kinds[i], at, &scales[k], 7 + k);
      }
    }
  }
}

/* Exact where the new prices are: an average that ties goes on to tie. */
static void averages_stay_exact(void **state) {
  (void)state;
  const oms_ta_kind_t *kind = oms_ta_find("sma");
  const double params[] = {20};
  const oms_scale_t seven = {1, 7, 7, 1};
  bar_t bars[BARS], bar;
  double got, want, value = 0;
  walk(bars, 3);
  void *one = make(kind, params), *other = make(kind, params);
  for (size_t i = 0; i < 100; i++) {
    in_terms(bars[i], &seven, bar);
    if (i == 50) {
      kind->rescale(one, &seven, &value);
    }
    int n = feed(kind, one, i < 50 ? bars[i] : bar, &got);
    feed(kind, other, bar, &want);
    assert_true(n == 0 || i < 50 || (got <= want && got >= want));
  }
  free(one);
  free(other);
}

/* Prices that would leave the range stop at its end. */
static void what_is_too_large_stops(void **state) {
  (void)state;
  size_t n;
  const oms_ta_kind_t *kinds = oms_ta_kinds(&n);
  const oms_scale_t huge = {1000000, 1, 1, 1000000};
  const bar_t bar = {1e6, 9e5, 1e6, 100};
  for (size_t i = 0; i < n; i++) {
    double params[OMS_TA_MAX_PARAMS], out[OMS_TA_MAX_OUTPUTS], value = 0;
    const double given[] = {2};
    oms_error_t err;
    bool needs = kinds[i].n_params > 0 && strcmp(kinds[i].name, "macd") != 0;
    assert_int_equal(oms_ta_params(&kinds[i], given, needs ? 1 : 0, params, &err), OMS_OK);
    void *block = make(&kinds[i], params);
    for (int k = 0; k < 5; k++) {
      (void)feed(&kinds[i], block, bar, out);
      kinds[i].rescale(block, &huge, &value);
    }
    free(block);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(indicators_follow),
      cmocka_unit_test(averages_stay_exact),
      cmocka_unit_test(what_is_too_large_stops),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
