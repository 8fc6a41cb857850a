/* test_ta.c - the indicators against naive ones that walk the whole window for each bar, against
 * exact fractions, and against values worked out by hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/fixed.h"
#include "base/random.h"
#include "bind/ta.h"
#include "bind/ta_naive.h"

#define BARS 1500

typedef struct indicator {
  const oms_ta_kind_t *kind;
  double out[OMS_TA_MAX_OUTPUTS];
  void *block;
} indicator_t;

static indicator_t make(const char *name, int n, const double *given) {
  indicator_t ind = {.kind = oms_ta_find(name)};
  double params[OMS_TA_MAX_PARAMS];
  oms_error_t err;
  assert_non_null(ind.kind);
  if (oms_ta_params(ind.kind, given, n, params, &err) != OMS_OK) {
    fail_msg("%s", err.message);
  }
  size_t size = ind.kind->size(params);
  ind.block = aligned_alloc(OMS_TA_ALIGN, (size + OMS_TA_ALIGN - 1) / OMS_TA_ALIGN * OMS_TA_ALIGN);
  assert_non_null(ind.block);
  memset(ind.block, 0xA5, size); /* init must not count on zeros */
  ind.kind->init(ind.block, params);
  return ind;
}

static int feed(indicator_t *ind, const double *in) {
  return ind->kind->update(ind->block, in, ind->out);
}

/* A walk on a grid of 'tick' with many repeated prices, so that averages tie often. */
static void walk(bar_t *bars, size_t n, double start, double tick, uint64_t seed) {
  oms_random_t random;
  oms_random_seed(&random, seed);
  int64_t close = (int64_t)(start / tick + 0.5);
  for (size_t i = 0; i < n; i++) {
    close += (int64_t)oms_random_below(&random, 5) - 2;
    int64_t high = close + (int64_t)oms_random_below(&random, 4);
    int64_t low = close - (int64_t)oms_random_below(&random, 4);
    bars[i][0] = (double)high * tick;
    bars[i][1] = (double)low * tick;
    bars[i][2] = (double)close * tick;
    bars[i][3] = (double)oms_random_below(&random, 1000);
  }
}

static void assert_near(double got, double want, double tolerance, const char *what, size_t bar) {
  if (!(fabs(got - want) <= tolerance)) {
    fail_msg("%s, bar %zu: got %.17g, want %.17g", what, bar, got, want);
  }
}

/* comparing */

/* Checks one output at one bar: there is a value exactly where the naive one is a number. */
static void compare(const indicator_t *ind, int got, int output, double want, double tolerance,
                    size_t bar) {
  if (isnan(want)) {
    if (got > output) {
      fail_msg("%s, bar %zu: a value while warming up", ind->kind->name, bar);
    }
    return;
  }
  if (got <= output) {
    fail_msg("%s, bar %zu: no value", ind->kind->name, bar);
  }
  assert_near(ind->out[output], want, tolerance, ind->kind->name, bar);
}

static bar_t bars[BARS];

static void indicators_of_the_close_match_naive_ones(void **state) {
  (void)state;
  walk(bars, BARS, 1000, 0.01, 7);
  for (size_t n = 1; n <= 90; n = n * 3 + 1) {
    const double p[] = {(double)n};
    const char *names[] = {"sma", "ema", "wma", "stdev", "highest", "lowest", "rsi"};
    for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++) {
      indicator_t ind = make(names[k], 1, p);
      for (size_t i = 0; i < BARS; i++) {
        const double wants[] = {
            naive_mean(bars, i, n, pick_close),
            k == 1 ? naive_smooth(bars, i, 0, n, 2.0 / (double)(n + 1), pick_close) : 0,
            naive_wma(bars, i, n),
            naive_deviation(bars, i, n),
            naive_extreme(bars, i, n, 1, pick_close),
            naive_extreme(bars, i, n, -1, pick_close),
            k == 6 && i > 0 && n > 1 ? naive_rsi(bars, i, n) : NAN};
        int got = feed(&ind, &bars[i][2]);
        if (k < 6 || n > 1) {
          compare(&ind, got, 0, wants[k], k == 4 || k == 5 ? 0 : 1e-8, i);
        }
      }
      free(ind.block);
    }
  }
}

static void bands_match_naive_ones(void **state) {
  (void)state;
  walk(bars, BARS, 50, 0.01, 8);
  indicator_t bollinger = make("bollinger", 0, NULL);
  indicator_t donchian = make("donchian", 0, NULL);
  indicator_t keltner = make("keltner", 0, NULL);
  for (size_t i = 0; i < BARS; i++) {
    double mean = naive_mean(bars, i, 20, pick_close);
    double deviation = naive_deviation(bars, i, 20);
    int got = feed(&bollinger, &bars[i][2]);
    compare(&bollinger, got, 0, mean, 1e-9, i);
    compare(&bollinger, got, 1, mean + 2 * deviation, 1e-9, i);
    compare(&bollinger, got, 2, mean - 2 * deviation, 1e-9, i);
    double high = naive_extreme(bars, i, 20, 1, pick_high);
    double low = naive_extreme(bars, i, 20, -1, pick_low);
    got = feed(&donchian, bars[i]);
    compare(&donchian, got, 0, (high + low) / 2, 0, i);
    compare(&donchian, got, 1, high, 0, i);
    compare(&donchian, got, 2, low, 0, i);
    mean = naive_smooth(bars, i, 0, 20, 2.0 / 21, pick_close);
    deviation = naive_smooth(bars, i, 0, 10, 0.1, pick_range);
    got = feed(&keltner, bars[i]);
    compare(&keltner, got, 0, mean, 1e-9, i);
    compare(&keltner, got, 1, mean + 2 * deviation, 1e-9, i);
    compare(&keltner, got, 2, mean - 2 * deviation, 1e-9, i);
  }
  free(bollinger.block);
  free(donchian.block);
  free(keltner.block);
}

static void indicators_of_bars_match_naive_ones(void **state) {
  (void)state;
  enum { SHORT = 300 }; /* the naive adx is cubic */
  walk(bars, SHORT, 80, 0.05, 9);
  const double five[] = {5};
  indicator_t atr = make("atr", 1, five);
  indicator_t cci = make("cci", 0, NULL);
  indicator_t adx = make("adx", 0, NULL);
  indicator_t stochastic = make("stochastic", 0, NULL);
  indicator_t vwap = make("vwap", 0, NULL);
  indicator_t vwap5 = make("vwap", 1, five);
  double k[SHORT];
  double dx = 0;
  for (size_t i = 0; i < SHORT; i++) {
    compare(&atr, feed(&atr, bars[i]), 0, naive_smooth(bars, i, 0, 5, 0.2, pick_range), 1e-9, i);
    compare(&cci, feed(&cci, bars[i]), 0, naive_cci(bars, i, 20), 1e-6, i);
    compare(&vwap, feed(&vwap, bars[i]), 0, naive_vwap(bars, i, i + 1), 1e-9, i);
    compare(&vwap5, feed(&vwap5, bars[i]), 0, naive_vwap(bars, i, 5), 1e-9, i);
    if (i >= 14) {
      dx = i < 28 ? dx + naive_dx(bars, i) / 14 : dx + (naive_dx(bars, i) - dx) / 14;
    }
    int got = feed(&adx, bars[i]);
    compare(&adx, got, 0, i < 27 ? NAN : dx, 1e-8, i);
    compare(&adx, got, 1, i < 27 ? NAN : naive_plus_di(bars, i), 1e-9, i);
    compare(&adx, got, 2, i < 27 ? NAN : naive_minus_di(bars, i), 1e-9, i);
    k[i] = naive_k(bars, i);
    got = feed(&stochastic, bars[i]);
    compare(&stochastic, got, 0, i < 17 ? NAN : k[i], 1e-8, i);
    compare(&stochastic, got, 1, i < 17 ? NAN : (k[i] + k[i - 1] + k[i - 2]) / 3, 1e-8, i);
  }
  indicator_t *all[] = {&atr, &cci, &adx, &stochastic, &vwap, &vwap5};
  for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
    free(all[i]->block);
  }
}

static void macd_gives_the_line_alone_until_the_signal_exists(void **state) {
  (void)state;
  walk(bars, BARS, 1.1, 0.0001, 10);
  const double p[] = {3, 7, 4};
  indicator_t macd = make("macd", 3, p);
  double signal = 0;
  for (size_t i = 0; i < BARS; i++) {
    double line = naive_smooth(bars, i, 0, 3, 0.5, pick_close) -
                  naive_smooth(bars, i, 0, 7, 0.25, pick_close);
    if (i >= 6) {
      signal = i < 10 ? signal + line / 4 : signal + 0.4 * (line - signal);
    }
    int got = feed(&macd, &bars[i][2]);
    assert_int_equal(got, i < 6 ? 0 : i < 9 ? 1 : 3);
    compare(&macd, got, 0, line, 1e-12, i);
    compare(&macd, got, 1, i < 9 ? NAN : signal, 1e-12, i);
    compare(&macd, got, 2, i < 9 ? NAN : line - signal, 1e-12, i);
  }
  free(macd.block);
}

static void obv_adds_and_subtracts_volume(void **state) {
  (void)state;
  indicator_t obv = make("obv", 0, NULL);
  const bar_t rows[] = {
      {2, 1, 1.5, 100},
      {2, 1, 1.6, 0.1},
      {2, 1, 1.6, 50 },
      {2, 1, 1.2, 7.5}
  };
  const double wants[] = {0, 0.1, 0.1, -7.4};
  for (size_t i = 0; i < 4; i++) {
    assert_int_equal(feed(&obv, rows[i]), 1);
    assert_true(obv.out[0] == wants[i]); /* exact: no sum of doubles gives -7.4 here */
  }
  free(obv.block);
}

/* exactness */

/* The order of a/n against b/m, exactly. */
static int order_of_fractions(oms_int128_t a, int64_t n, oms_int128_t b, int64_t m) {
  oms_int128_t left = a * m;
  oms_int128_t right = b * n;
  return (left > right) - (left < right);
}

/* Walks two averages over a random series and compares their order as doubles with that of the
 * fractions. Where a difference is too small for a double the two may be equal, never the other way
 * round. */
static size_t compare_averages(int64_t n, int64_t m, int64_t start, int64_t tick, uint64_t seed) {
  enum { LENGTH = 6000 };
  static int64_t series[LENGTH];
  oms_random_t random;
  oms_random_seed(&random, seed);
  const double pn[] = {(double)n};
  const double pm[] = {(double)m};
  indicator_t fast = make("sma", 1, pn);
  indicator_t slow = make("sma", 1, pm);
  oms_int128_t fast_sum = 0;
  oms_int128_t slow_sum = 0;
  int64_t x = start;
  size_t ties = 0;
  for (int64_t i = 0; i < LENGTH; i++) {
    x += tick * ((int64_t)oms_random_below(&random, 3) - 1);
    x = oms_random_below(&random, 20) == 0 ? start : x;
    series[i] = x;
    fast_sum += x - (i >= n ? series[i - n] : 0);
    slow_sum += x - (i >= m ? series[i - m] : 0);
    double v = (double)x / 1e9;
    int ready = feed(&fast, &v) + feed(&slow, &v);
    if (ready < 2) {
      continue;
    }
    int want = order_of_fractions(fast_sum, n, slow_sum, m);
    int got = (fast.out[0] > slow.out[0]) - (fast.out[0] < slow.out[0]);
    double distance = fabs((double)(fast_sum * m - slow_sum * n)) / (double)(n * m) / 1e9;
    double step = nextafter(fabs(fast.out[0]), INFINITY) - fabs(fast.out[0]);
    assert_true(got == want || (got == 0 && want != 0 && distance <= 2 * step));
    ties += want == 0;
  }
  free(fast.block);
  free(slow.block);
  return ties;
}

static void averages_that_tie_as_fractions_tie_as_doubles(void **state) {
  (void)state;
  static const int64_t lengths[][2] = {
      {50, 200},
      {50, 150},
      {10, 20 },
      {7,  21 },
      {3,  6  },
      {1,  49 }
  };
  static const int64_t ticks[] = {1, 10, 1000, 50000, 500000000};
  static const int64_t starts[] = {
      46377000000000, 119999999999999, 1107650000, -45000123456789, 0, -37630000000, 3};
  size_t ties = 0;
  for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
    for (size_t j = 0; j < sizeof(ticks) / sizeof(ticks[0]); j++) {
      for (size_t k = 0; k < sizeof(starts) / sizeof(starts[0]); k++) {
        ties += compare_averages(lengths[i][0], lengths[i][1], starts[k], ticks[j], 31 * i + j);
      }
    }
  }
  assert_true(ties > 10000); /* else the walk proves nothing */
}

/* Equal prices, whatever came before: averages and bands give the very price, deviations 0. */
static void a_flat_market_leaves_no_rounding(void **state) {
  (void)state;
  static const char *const names[] = {"sma", "wma", "stdev", "bollinger"};
  static const double prices[] = {1.1, 119999.123456789, 0.000000001, -37.63, 2999999000.3};
  const double p[] = {20};
  for (size_t k = 0; k < 4; k++) {
    for (size_t j = 0; j < 5; j++) {
      indicator_t ind = make(names[k], 1, p);
      for (int i = 0; i < 100; i++) {
        double v = i < 50 ? prices[j] + 0.37 * i : prices[j];
        assert_true(feed(&ind, &v) >= 0);
      }
      assert_true(ind.out[0] == (k == 2 ? 0 : prices[j]));
      assert_true(k != 3 || (ind.out[1] == prices[j] && ind.out[2] == prices[j]));
      free(ind.block);
    }
  }
}

static void vwap_of_one_price_is_that_price(void **state) {
  (void)state;
  indicator_t vwap = make("vwap", 0, NULL);
  const bar_t none = {1.07219, 1.07219, 1.07219, 0};
  assert_int_equal(feed(&vwap, none), 0);
  for (int i = 1; i < 1000; i++) {
    const bar_t bar = {1.07219, 1.07219, 1.07219, i * 0.7};
    assert_int_equal(feed(&vwap, bar), 1);
    assert_true(vwap.out[0] == 1.07219);
  }
  free(vwap.block);
}

static void a_small_deviation_on_a_large_price_is_kept(void **state) {
  (void)state;
  const double p[] = {3};
  indicator_t stdev = make("stdev", 1, p);
  indicator_t cci = make("cci", 1, p);
  const double closes[] = {119999.123456789, 119999.123456789, 119999.12345679};
  const bar_t rows[] = {
      {0,    0, 0, 0},
      {0,    0, 0, 0},
      {1e-9, 0, 0, 0}
  };
  const double deviations[] = {NAN, NAN,
                               1e-9 * sqrt(2) / 3}; /* sums of squares in doubles give 0 */
  const double distances[] = {NAN, NAN, (2.0 / 3) / (0.015 * 4 / 9)};
  for (size_t i = 0; i < 3; i++) {
    compare(&stdev, feed(&stdev, &closes[i]), 0, deviations[i], 1e-20, i);
    compare(&cci, feed(&cci, rows[i]), 0, distances[i], 1e-9, i);
  }
  free(stdev.block);
  free(cci.block);
}

/* Above 9 million a price times 1e9 has more than 53 bits. */
static void the_average_of_one_large_price_is_that_price(void **state) {
  (void)state;
  const double p[] = {1};
  indicator_t sma = make("sma", 1, p);
  for (int i = 0; i < 1000; i++) {
    double v = 8999999.123 + i * 2900123.4567;
    assert_int_equal(feed(&sma, &v), 1);
    assert_true(sma.out[0] == v);
  }
  free(sma.block);
}

/* by hand */

static void rsi_by_hand(void **state) {
  (void)state;
  const double p[] = {2};
  indicator_t rsi = make("rsi", 1, p);
  const double closes[] = {10, 11, 10.5, 12, 12, 9};
  /* means of gains: .5, (.5+1.5)/2 = 1, .5, .25; of losses: .25, .125, .0625, (.0625+3)/2 */
  const double wants[] = {NAN,
                          NAN,
                          100 - 100 / (1 + 0.5 / 0.25),
                          100 - 100 / (1 + 1 / 0.125),
                          100 - 100 / (1 + 0.5 / 0.0625),
                          100 - 100 / (1 + 0.25 / 1.53125)};
  for (size_t i = 0; i < 6; i++) {
    compare(&rsi, feed(&rsi, &closes[i]), 0, wants[i], 1e-12, i);
  }
  free(rsi.block);
}

static void rsi_without_losses_is_100_and_without_moves_50(void **state) {
  (void)state;
  const double p[] = {2};
  indicator_t up = make("rsi", 1, p);
  indicator_t flat = make("rsi", 1, p);
  for (int i = 0; i < 5; i++) {
    double rising = 10 + i;
    double still = 10;
    feed(&up, &rising);
    feed(&flat, &still);
  }
  assert_true(up.out[0] == 100);
  assert_true(flat.out[0] == 50);
  free(up.block);
  free(flat.block);
}

/* Where there is nothing to divide by: no range, no move, no deviation, no volume. */
static void a_market_without_moves_gives_neutral_values(void **state) {
  (void)state;
  static const char *const names[] = {"adx", "cci", "stochastic", "atr"};
  static const double wants[] = {0, 0, 50, 0};
  const bar_t still = {10, 10, 10, 5};
  for (size_t k = 0; k < 4; k++) {
    indicator_t ind = make(names[k], 0, NULL);
    int got = 0;
    for (int i = 0; i < 40; i++) {
      got = feed(&ind, still);
    }
    assert_int_equal(got, ind.kind->n_outputs);
    assert_true(ind.out[0] == wants[k]);
    free(ind.block);
  }
}

static void a_window_without_volume_keeps_its_vwap(void **state) {
  (void)state;
  const double p[] = {2};
  indicator_t vwap = make("vwap", 1, p);
  const bar_t rows[] = {
      {10, 10, 10, 1},
      {13, 13, 13, 2},
      {20, 20, 20, 0},
      {30, 30, 30, 0}
  };
  const double wants[] = {NAN, 12, 13, 13};
  for (size_t i = 0; i < 4; i++) {
    compare(&vwap, feed(&vwap, rows[i]), 0, wants[i], 0, i);
  }
  free(vwap.block);
}

/* A close outside of its bar is bad data, but must not leave the integers that are summed. */
static void stochastic_of_a_close_far_outside_is_bounded(void **state) {
  (void)state;
  const double p[] = {2, 1, 1};
  indicator_t stochastic = make("stochastic", 3, p);
  const bar_t rows[] = {
      {1e-9, 0, 3e9,  0},
      {1e-9, 0, -3e9, 0},
      {1e-9, 0, 3e9,  0}
  };
  const double wants[] = {NAN, -1000, 1000};
  for (size_t i = 0; i < 3; i++) {
    compare(&stochastic, feed(&stochastic, rows[i]), 0, wants[i], 0, i);
  }
  free(stochastic.block);
}

static void atr_by_hand(void **state) {
  (void)state;
  const double p[] = {3};
  indicator_t atr = make("atr", 1, p);
  const bar_t rows[] = {
      {10, 8,   9,    0},
      {11, 9.5, 10,   0},
      {9,  8,   8.5,  0},
      {12, 11,  11.5, 0}
  };
  /* true ranges: 2 (high - low), 2 (11 - 9), 2 (10 - 8), 3.5 (12 - 8.5) */
  const double wants[] = {NAN, NAN, 2, (2 * 2 + 3.5) / 3};
  for (size_t i = 0; i < 4; i++) {
    compare(&atr, feed(&atr, rows[i]), 0, wants[i], 1e-12, i);
  }
  free(atr.block);
}

static void adx_by_hand(void **state) {
  (void)state;
  const double p[] = {2};
  indicator_t adx = make("adx", 1, p);
  const bar_t rows[] = {
      {10, 8,  9,    0},
      {12, 9,  11,   0},
      {11, 8,  9,    0},
      {13, 10, 12.5, 0}
  };
  /* +DM 2, 0, 2; -DM 0, 1, 0; TR 3, 3, 4.
   * Bar 3: means 1, .5, 3: DI 33.3, 16.7, DX 33.3. Bar 4: 1.5, .25, 3.5: DI 42.9, 7.14, DX 71.4. */
  for (size_t i = 0; i < 3; i++) {
    assert_int_equal(feed(&adx, rows[i]), 0);
  }
  assert_int_equal(feed(&adx, rows[3]), 3);
  assert_near(adx.out[0], (100.0 / 3 + 500.0 / 7) / 2, 1e-12, "adx", 3);
  assert_near(adx.out[1], 300.0 / 7, 1e-12, "plus_di", 3);
  assert_near(adx.out[2], 50.0 / 7, 1e-12, "minus_di", 3);
  free(adx.block);
}

/* refusals */

static void a_refused_input_changes_nothing(void **state) {
  (void)state;
  static const double bad[] = {NAN, INFINITY, -INFINITY, 4e9, -4e9};
  size_t n;
  const oms_ta_kind_t *kinds = oms_ta_kinds(&n);
  walk(bars, 200, 60, 0.01, 11);
  for (size_t k = 0; k < n; k++) {
    const double p[] = {5};
    int given = kinds[k].n_params == 1;
    indicator_t clean = make(kinds[k].name, given, p);
    indicator_t dirty = make(kinds[k].name, given, p);
    for (size_t i = 0; i < 200; i++) {
      size_t first = kinds[k].n_inputs == 1 ? 2 : 0;
      for (int input = 0; input < kinds[k].n_inputs; input++) {
        double in[4];
        memcpy(in, &bars[i][first], (4 - first) * sizeof(double));
        in[input] = bad[i % 5];
        in[input] = input == 3 && i % 5 == 3 ? -1 : in[input];
        assert_int_equal(feed(&dirty, in), OMS_ERR_RANGE);
        oms_error_t err;
        assert_int_equal(oms_ta_explain(kinds + k, in, &err), OMS_ERR_RANGE);
        assert_non_null(strstr(err.message, kinds[k].inputs[input]));
      }
      int a = feed(&clean, &bars[i][first]);
      assert_int_equal(a, feed(&dirty, &bars[i][first]));
      assert_memory_equal(clean.out, dirty.out, (size_t)a * sizeof(double));
    }
    free(clean.block);
    free(dirty.block);
  }
}

static void sums_that_do_not_fit_are_refused(void **state) {
  (void)state;
  indicator_t vwap = make("vwap", 0, NULL);
  const bar_t huge = {3e9, 3e9, 3e9, 1e15};
  assert_int_equal(feed(&vwap, huge), OMS_ERR_RANGE);
  free(vwap.block);
  const double p[] = {1000000};
  indicator_t stdev = make("stdev", 1, p);
  double v = 0;
  assert_int_equal(feed(&stdev, &v), 0);
  v = 2e9;
  assert_int_equal(feed(&stdev, &v), OMS_ERR_RANGE);
  free(stdev.block);
}

static void the_longest_window_at_the_highest_price_is_exact(void **state) {
  (void)state;
  const double p[] = {OMS_TA_MAX_LENGTH};
  indicator_t sma = make("sma", 1, p);
  indicator_t wma = make("wma", 1, p);
  const double v = 2999999999.7;
  int ready = 0;
  for (int i = 0; i < OMS_TA_MAX_LENGTH + 10; i++) {
    ready = feed(&sma, &v) + feed(&wma, &v);
  }
  assert_int_equal(ready, 2);
  assert_true(sma.out[0] == v && wma.out[0] == v);
  free(sma.block);
  free(wma.block);
}

static void parameters_are_checked_by_name(void **state) {
  (void)state;
  static const struct {
    const char *kind;
    int n;
    double given[4];
    const char *text;
  } rows[] = {
      {"sma",       0, {0},          "sma: n is missing"                      },
      {"sma",       1, {0},          "sma: n must be an integer"              },
      {"sma",       1, {2.5},        "got 2.5"                                },
      {"sma",       1, {1000001},    "from 1 to 1000000"                      },
      {"sma",       1, {NAN},        "sma: n must be"                         },
      {"sma",       2, {5, 6},       "at most 1"                              },
      {"bollinger", 2, {20, -1},     "bollinger: k must be a number above"    },
      {"bollinger", 2, {20, NAN},    "bollinger: k"                           },
      {"keltner",   2, {20, 0},      "keltner: atr_n"                         },
      {"macd",      2, {26, 12},     "macd: fast (26) must be below slow (12)"},
      {"macd",      3, {12, 26, -1}, "macd: signal"                           },
      {"vwap",      1, {0},          "vwap: n must be"                        },
      {"obv",       1, {3},          "at most 0"                              },
  };
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    double params[OMS_TA_MAX_PARAMS];
    oms_error_t err;
    int rc = oms_ta_params(oms_ta_find(rows[i].kind), rows[i].given, rows[i].n, params, &err);
    assert_int_equal(rc, OMS_ERR_USAGE);
    if (strstr(err.message, rows[i].text) == NULL) {
      fail_msg("'%s' is not in '%s'", rows[i].text, err.message);
    }
  }
  assert_null(oms_ta_find("smaa"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(indicators_of_the_close_match_naive_ones),
      cmocka_unit_test(bands_match_naive_ones),
      cmocka_unit_test(indicators_of_bars_match_naive_ones),
      cmocka_unit_test(macd_gives_the_line_alone_until_the_signal_exists),
      cmocka_unit_test(obv_adds_and_subtracts_volume),
      cmocka_unit_test(averages_that_tie_as_fractions_tie_as_doubles),
      cmocka_unit_test(a_flat_market_leaves_no_rounding),
      cmocka_unit_test(vwap_of_one_price_is_that_price),
      cmocka_unit_test(a_small_deviation_on_a_large_price_is_kept),
      cmocka_unit_test(the_average_of_one_large_price_is_that_price),
      cmocka_unit_test(rsi_by_hand),
      cmocka_unit_test(rsi_without_losses_is_100_and_without_moves_50),
      cmocka_unit_test(a_market_without_moves_gives_neutral_values),
      cmocka_unit_test(a_window_without_volume_keeps_its_vwap),
      cmocka_unit_test(stochastic_of_a_close_far_outside_is_bounded),
      cmocka_unit_test(atr_by_hand),
      cmocka_unit_test(adx_by_hand),
      cmocka_unit_test(a_refused_input_changes_nothing),
      cmocka_unit_test(sums_that_do_not_fit_are_refused),
      cmocka_unit_test(the_longest_window_at_the_highest_price_is_exact),
      cmocka_unit_test(parameters_are_checked_by_name),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
