/* Fixed-point numbers: rounding, overflow, decimal texts, doubles. Slow and obvious twins (strtod,
 * printf, long division by hand) check the fast paths. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fixed.h"
#include "base/random.h"

#define PROPERTY_RUNS 20000

static int parse(const char *s, int decimals, int64_t *out) {
  return oms_decimal_parse(s, strlen(s), decimals, out);
}

static void assert_parses(const char *s, int decimals, int64_t expected) {
  int64_t v = 77;
  int rc = parse(s, decimals, &v);
  if (rc != OMS_OK || v != expected) {
    fail_msg("'%s': rc %d value %lld, expected %lld", s, rc, (long long)v, (long long)expected);
  }
}

static void assert_refused(const char *s, int decimals, int expected) {
  int64_t v = 77;
  int rc = parse(s, decimals, &v);
  if (rc != expected || v != 77) {
    fail_msg("'%s': rc %d value %lld, expected rc %d", s, rc, (long long)v, expected);
  }
}

static void add_and_sub_refuse_overflow(void **state) {
  (void)state;
  int64_t v = 5;
  assert_int_equal(oms_add(INT64_MAX, 1, &v), OMS_ERR_OVERFLOW);
  assert_int_equal(oms_sub(INT64_MIN, 1, &v), OMS_ERR_OVERFLOW);
  assert_int_equal(v, 5);
  assert_int_equal(oms_add(2, 3, &v), OMS_OK);
  assert_int_equal(v, 5);
}

static void mul_div_rounds_as_its_name_says(void **state) {
  (void)state;
  int64_t v = 0;
  assert_int_equal(oms_mul_div_floor(-7, 1, 2, &v), OMS_OK);
  assert_int_equal(v, -4);
  assert_true(oms_div_ceil(-7, 2) == -3);
  assert_int_equal(oms_mul_div_half_away(-7, 1, 2, &v), OMS_OK);
  assert_int_equal(v, -4);
  assert_int_equal(oms_mul_div_half_away(5, 1, 3, &v), OMS_OK);
  assert_int_equal(v, 2);
  assert_int_equal(oms_mul_div_trunc(-7, 1, 2, &v), OMS_OK);
  assert_int_equal(v, -3);
  assert_int_equal(oms_mul_div_trunc(INT64_MAX, 2, 1, &v), OMS_ERR_OVERFLOW);
  assert_int_equal(oms_mul_div_floor(INT64_MAX, INT64_MAX, INT64_MAX, &v), OMS_OK);
  assert_true(v == INT64_MAX);
}

static void notional_of_shares_and_contracts(void **state) {
  (void)state;
  const int64_t one = OMS_PRICE_SCALE;
  int64_t v = 0;
  assert_int_equal(oms_notional(12345 * one / 100, 100 * one, one, &v), OMS_OK);
  assert_int_equal(v, INT64_C(12345000000));
  assert_int_equal(oms_notional(2 * one, -3 * one, 100 * one, &v), OMS_OK);
  assert_int_equal(v, INT64_C(-600000000));
  /* Half a millionth is rounded away from zero, with both paths. */
  assert_int_equal(oms_notional(500, one, one, &v), OMS_OK);
  assert_int_equal(v, 1);
  assert_int_equal(oms_notional(-499, one, one, &v), OMS_OK);
  assert_int_equal(v, 0);
  assert_int_equal(oms_notional(-250, one, 2 * one, &v), OMS_OK);
  assert_int_equal(v, -1);
  assert_int_equal(oms_notional(249, one, 2 * one, &v), OMS_OK);
  assert_int_equal(v, 0);
}

static void notional_refuses_overflow(void **state) {
  (void)state;
  int64_t v = 9;
  assert_int_equal(oms_notional(INT64_MAX, INT64_MAX, OMS_QTY_SCALE, &v), OMS_ERR_OVERFLOW);
  assert_int_equal(oms_notional(INT64_MIN, INT64_MAX, INT64_MAX, &v), OMS_ERR_OVERFLOW);
  assert_int_equal(v, 9);
  /* The product of three overflows 128 bits here, the result does not overflow 64. */
  assert_int_equal(oms_notional(INT64_MAX, 100, INT64_MAX, &v), OMS_OK);
  assert_true(v == INT64_C(8507059173023461585));
}

static void both_notional_paths_agree(void **state) {
  (void)state;
  oms_random_t r;
  oms_random_seed(&r, 11);
  for (int i = 0; i < PROPERTY_RUNS; i++) {
    int64_t price = (int64_t)oms_random_below(&r, UINT64_C(1) << 50) - (INT64_C(1) << 49);
    int64_t qty = (int64_t)oms_random_below(&r, UINT64_C(1) << 44) * 2;
    int64_t fast = 0, wide = 0;
    assert_int_equal(oms_notional(price, qty, OMS_QTY_SCALE, &fast), OMS_OK);
    assert_int_equal(oms_notional(price, qty / 2, 2 * OMS_QTY_SCALE, &wide), OMS_OK);
    assert_true(fast == wide);
  }
}

/* Of all sizes, on halves and one beside them, and at the bound beyond which others divide. */
static void small_values_divide_as_wide_ones(void **state) {
  (void)state;
  const oms_int128_t unit = INT64_C(1000000000000);
  oms_random_t random;
  oms_random_seed(&random, 7);
  for (int i = 0; i < 300000; i++) {
    oms_int128_t whole = (oms_int128_t)(oms_random_next(&random) >> (i % 64)) << (i % 33);
    whole = i % 5 == 0 ? whole / unit * unit + unit / 2 + i % 3 - 1 : whole;
    whole = i % 2 == 0 ? -whole : whole;
    int64_t v = 0;
    if (oms_money_of_small(whole, &v)) {
      assert_true(v == oms_div_half_away(whole, unit));
    } else {
      assert_true((whole < 0 ? -whole : whole) + unit / 2 >= (oms_int128_t)1 << 96);
    }
  }
  int64_t v = 0;
  oms_int128_t last = ((oms_int128_t)1 << 96) - unit / 2 - 1;
  assert_true(oms_money_of_small(last, &v) && v == oms_div_half_away(last, unit));
  assert_false(oms_money_of_small(last + 1, &v));
}

static void decimal_parse_takes_all_forms(void **state) {
  (void)state;
  assert_parses("0", 9, 0);
  assert_parses("-0", 9, 0);
  assert_parses("0.000", 9, 0);
  assert_parses("123.45", 9, INT64_C(123450000000));
  assert_parses("-123.45", 2, -12345);
  assert_parses("+7", 2, 700);
  assert_parses(".5", 2, 50);
  assert_parses("5.", 2, 500);
  assert_parses("1e3", 0, 1000);
  assert_parses("1.5E-2", 3, 15);
  assert_parses("0.00000e999999999999999999999999", 9, 0);
  assert_parses("9e-99999999999999999999999", 9, 0);
  assert_parses("00000000000000000000000000001.25", 2, 125);
  assert_parses("9223372036.854775807", 9, INT64_MAX);
  assert_parses("-9223372036.854775807", 9, -INT64_MAX);
  assert_parses("9223372036854775807", 0, INT64_MAX);
}

static void decimal_parse_rounds_half_away(void **state) {
  (void)state;
  assert_parses("0.005", 2, 1);
  assert_parses("-0.005", 2, -1);
  assert_parses("0.00499999999999999999999999999", 2, 0);
  assert_parses("2.675", 2, 268); /* as a double it would become 2.67 */
  assert_parses("0.5", 0, 1);
  assert_parses("0.05", 0, 0);
  assert_parses("5e-1", 0, 1);
  assert_parses("99.995", 2, 10000);
}

static void decimal_parse_refuses_garbage(void **state) {
  (void)state;
  static const char *const bad[] = {"",      "-",   "+",    ".",   "-.",   " 1",  "1 ",  "1.2.3",
                                    "nan",   "inf", "1e",   "1e+", "1e1.", "0x1", "1,5", "--1",
                                    "1_000", "e5",  "1e5x", "+-1", "1-",   "\n"};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    assert_refused(bad[i], 9, OMS_ERR_PARSE);
  }
  int64_t v = 3;
  assert_int_equal(oms_decimal_parse("1\0", 2, 9, &v), OMS_ERR_PARSE);
}

static void decimal_parse_refuses_overflow(void **state) {
  (void)state;
  assert_refused("9223372036.854775808", 9, OMS_ERR_OVERFLOW);
  assert_refused("-9223372036.854775808", 9, OMS_ERR_OVERFLOW); /* it would mean "no price" */
  assert_refused("9223372036.8547758075", 9, OMS_ERR_OVERFLOW);
  assert_refused("99999999999999999999", 0, OMS_ERR_OVERFLOW);
  assert_refused("1e30", 0, OMS_ERR_OVERFLOW);
  assert_refused("1e99999999999999999999", 0, OMS_ERR_OVERFLOW);
  assert_refused("123456789012", 9, OMS_ERR_OVERFLOW);
}

static void decimal_format_is_shortest(void **state) {
  (void)state;
  static const struct {
    int64_t v;
    int decimals;
    const char *text;
  } rows[] = {
      {0,                     9,  "0"                    },
      {1,                     9,  "0.000000001"          },
      {-1,                    9,  "-0.000000001"         },
      {INT64_C(123450000000), 9,  "123.45"               },
      {INT64_C(-5000000000),  9,  "-5"                   },
      {12345,                 0,  "12345"                },
      {INT64_MAX,             9,  "9223372036.854775807" },
      {INT64_MIN,             9,  "-9223372036.854775808"},
      {INT64_MIN,             0,  "-9223372036854775808" },
      {INT64_MIN,             18, "-9.223372036854775808"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    char text[24];
    size_t n = oms_decimal_format(rows[i].v, rows[i].decimals, text);
    assert_string_equal(text, rows[i].text);
    assert_int_equal(n, strlen(text));
  }
}

static int64_t random_magnitude(oms_random_t *r) {
  uint64_t u = oms_random_next(r) >> (1 + oms_random_below(r, 62));
  return (oms_random_next(r) & 1) ? -(int64_t)u : (int64_t)u;
}

static void decimal_text_round_trips(void **state) {
  (void)state;
  oms_random_t r;
  oms_random_seed(&r, 1);
  for (int i = 0; i < PROPERTY_RUNS; i++) {
    int64_t v = random_magnitude(&r);
    int decimals = (int)oms_random_below(&r, 19);
    char text[24];
    (void)oms_decimal_format(v, decimals, text);
    assert_parses(text, decimals, v);
  }
}

static void a_price_double_gives_its_decimal(void **state) {
  (void)state;
  oms_random_t r;
  oms_random_seed(&r, 2);
  for (int i = 0; i < PROPERTY_RUNS; i++) {
    /* At most 15 significant digits: those that a double keeps. */
    int64_t v = (int64_t)oms_random_below(&r, UINT64_C(1000000000000000));
    int shift = (int)oms_random_below(&r, 4);
    static const int64_t scale[] = {1, 10, 100, 1000};
    v = v / 1000 * scale[shift] * 9; /* up to 9e15 with trailing zeros */
    char text[24];
    (void)oms_decimal_format(v, 9, text);
    if (strlen(text) > 16) {
      continue;
    }
    int64_t back = 0;
    assert_int_equal(oms_fixed_from_double(strtod(text, NULL), 9, &back), OMS_OK);
    if (back != v) {
      fail_msg("%s became %lld", text, (long long)back);
    }
  }
}

static void from_double_edges(void **state) {
  (void)state;
  int64_t v = 42;
  assert_int_equal(oms_fixed_from_double(NAN, 9, &v), OMS_ERR_RANGE);
  assert_int_equal(oms_fixed_from_double(INFINITY, 9, &v), OMS_ERR_RANGE);
  assert_int_equal(oms_fixed_from_double(1e300, 9, &v), OMS_ERR_OVERFLOW);
  assert_int_equal(oms_fixed_from_double(-1e10, 9, &v), OMS_ERR_OVERFLOW);
  assert_int_equal(oms_fixed_from_double(0x1p63, 0, &v), OMS_ERR_OVERFLOW);
  assert_int_equal(oms_fixed_from_double(-0x1p63, 0, &v), OMS_ERR_OVERFLOW);
  assert_int_equal(v, 42);
  assert_int_equal(oms_fixed_from_double(9000000.1, 9, &v), OMS_OK);
  assert_true(v == INT64_C(9000000100000000));
  assert_int_equal(oms_fixed_from_double(123456789.12, 9, &v), OMS_OK);
  assert_true(v == INT64_C(123456789120000000));
  assert_int_equal(oms_fixed_from_double(2.5, 0, &v), OMS_OK);
  assert_int_equal(v, 3);
  assert_int_equal(oms_fixed_from_double(-2.5, 0, &v), OMS_OK);
  assert_int_equal(v, -3);
  assert_int_equal(oms_fixed_from_double(100000000.0, 9, &v), OMS_OK);
  assert_true(v == INT64_C(100000000000000000));
  assert_int_equal(oms_fixed_from_double(-0.0, 9, &v), OMS_OK);
  assert_int_equal(v, 0);
}

static void to_double_is_nearest(void **state) {
  (void)state;
  oms_random_t r;
  oms_random_seed(&r, 3);
  for (int i = 0; i < PROPERTY_RUNS; i++) {
    int64_t v = random_magnitude(&r);
    int decimals = (int)oms_random_below(&r, 19);
    char text[24];
    (void)oms_decimal_format(v, decimals, text);
    double d = oms_fixed_to_double(v, decimals);
    if (d != strtod(text, NULL)) {
      fail_msg("%s became %.17g", text, d);
    }
  }
  assert_true(oms_fixed_to_double(INT64_MIN, 0) == -0x1p63);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(add_and_sub_refuse_overflow),
      cmocka_unit_test(mul_div_rounds_as_its_name_says),
      cmocka_unit_test(notional_of_shares_and_contracts),
      cmocka_unit_test(notional_refuses_overflow),
      cmocka_unit_test(both_notional_paths_agree),
      cmocka_unit_test(small_values_divide_as_wide_ones),
      cmocka_unit_test(decimal_parse_takes_all_forms),
      cmocka_unit_test(decimal_parse_rounds_half_away),
      cmocka_unit_test(decimal_parse_refuses_garbage),
      cmocka_unit_test(decimal_parse_refuses_overflow),
      cmocka_unit_test(decimal_format_is_shortest),
      cmocka_unit_test(decimal_text_round_trips),
      cmocka_unit_test(a_price_double_gives_its_decimal),
      cmocka_unit_test(from_double_edges),
      cmocka_unit_test(to_double_is_nearest),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
