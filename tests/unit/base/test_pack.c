/* test_pack.c - canonical bytes and histograms. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/histogram.h"
#include "base/pack.h"

static const uint64_t unsigned_values[] = {0, 1, 127, 128, 16383, 16384, UINT32_MAX, UINT64_MAX};
static const int64_t signed_values[] = {0, 1, -1, 63, -64, 64, INT64_MAX, INT64_MIN + 1, INT64_MIN};

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

static void integers_come_back(void **state) {
  (void)state;
  oms_pack_t p = {0};
  for (size_t i = 0; i < COUNT(unsigned_values); i++) {
    oms_pack_u64(&p, unsigned_values[i]);
  }
  for (size_t i = 0; i < COUNT(signed_values); i++) {
    oms_pack_i64(&p, signed_values[i]);
    oms_pack_maybe(&p, signed_values[i]);
  }
  oms_unpack_t u = oms_unpack_of(p.data, p.n);
  for (size_t i = 0; i < COUNT(unsigned_values); i++) {
    assert_true(oms_unpack_u64(&u) == unsigned_values[i]);
  }
  for (size_t i = 0; i < COUNT(signed_values); i++) {
    assert_true(oms_unpack_i64(&u) == signed_values[i]);
    assert_true(oms_unpack_maybe(&u) == signed_values[i]);
  }
  assert_true(oms_unpack_done(&u));
  oms_pack_free(&p);
}

static void texts_keep_null_and_empty_apart(void **state) {
  (void)state;
  oms_pack_t p = {0};
  size_t n;
  oms_pack_text(&p, NULL);
  oms_pack_text(&p, "");
  oms_pack_text(&p, "SPY");
  oms_pack_bytes(&p, "\0x", 2);
  oms_unpack_t u = oms_unpack_of(p.data, p.n);
  assert_null(oms_unpack_text(&u));
  assert_string_equal(oms_unpack_text(&u), "");
  assert_string_equal(oms_unpack_text(&u), "SPY");
  assert_memory_equal(oms_unpack_bytes(&u, &n), "\0x", 2);
  assert_int_equal(n, 2);
  assert_true(oms_unpack_done(&u));
  oms_pack_free(&p);
}

static void bytes_that_end_early_are_refused(void **state) {
  (void)state;
  oms_pack_t p = {0};
  oms_pack_u64(&p, 1000000);
  oms_pack_text(&p, "limit");
  oms_pack_bytes(&p, "abc", 3);
  for (size_t cut = 0; cut < p.n; cut++) {
    oms_unpack_t u = oms_unpack_of(p.data, cut);
    size_t n;
    (void)oms_unpack_u64(&u);
    (void)oms_unpack_text(&u);
    (void)oms_unpack_bytes(&u, &n);
    assert_true(u.failed);
    assert_int_equal(oms_unpack_u64(&u), 0); /* what is read after it is zero */
  }
  oms_pack_free(&p);
}

static void what_is_no_value_is_refused(void **state) {
  (void)state;
  static const unsigned char too_wide[] = {255, 255, 255, 255, 255, 255, 255, 255, 255, 2};
  static const unsigned char nul_inside[] = {4, 'a', 0, 'b', 0};
  static const unsigned char no_nul[] = {3, 'a', 'b', 'c'};
  oms_unpack_t u = oms_unpack_of(too_wide, sizeof too_wide);
  (void)oms_unpack_u64(&u);
  assert_true(u.failed);
  u = oms_unpack_of(nul_inside, sizeof nul_inside);
  assert_null(oms_unpack_text(&u));
  assert_true(u.failed);
  u = oms_unpack_of(no_nul, sizeof no_nul);
  assert_null(oms_unpack_text(&u));
  assert_true(u.failed);
}

static void narrow_values_are_bounded(void **state) {
  (void)state;
  oms_pack_t p = {0};
  oms_pack_u64(&p, UINT32_MAX);
  oms_pack_u64(&p, UINT16_MAX);
  oms_pack_u64(&p, 1);
  oms_unpack_t u = oms_unpack_of(p.data, p.n);
  assert_int_equal(oms_unpack_u32(&u), UINT32_MAX);
  assert_int_equal(oms_unpack_u16(&u), UINT16_MAX);
  assert_true(oms_unpack_bool(&u));
  assert_true(oms_unpack_done(&u));
  u = oms_unpack_of(p.data, p.n);
  assert_int_equal(oms_unpack_u16(&u), 0);
  assert_true(u.failed);
  u = oms_unpack_of(p.data, p.n);
  assert_false(oms_unpack_bool(&u));
  assert_true(u.failed);
  p.n = 0;
  oms_pack_u64(&p, (uint64_t)UINT32_MAX + 1);
  u = oms_unpack_of(p.data, p.n);
  assert_int_equal(oms_unpack_u32(&u), 0);
  assert_true(u.failed);
  oms_pack_free(&p);
}

static void fixed_sizes_stand_low_first(void **state) {
  (void)state;
  unsigned char bytes[8];
  oms_put_low_first(bytes, UINT64_C(0x0102030405060708), 8);
  assert_int_equal(bytes[0], 8);
  assert_true(oms_get_low_first(bytes, 8) == UINT64_C(0x0102030405060708));
  assert_int_equal(oms_get_low_first(bytes, 2), 0x0708);
}

static void without_memory_the_flag_rises(void **state) {
  (void)state;
  oms_pack_t p = {0};
  oms_alloc_fail_after(1);
  oms_pack_text(&p, "a text");
  oms_alloc_fail_after(0);
  assert_true(p.failed);
  oms_pack_u64(&p, 7);
  assert_true(p.failed);
  oms_pack_free(&p);
}

static void quantiles_are_within_an_eighth(void **state) {
  (void)state;
  oms_histogram_t h = {0};
  for (int64_t v = 1; v <= 100000; v++) {
    oms_histogram_add(&h, v);
  }
  oms_histogram_add(&h, -5);
  assert_int_equal(h.n, 100001);
  assert_int_equal(h.max, 100000);
  for (int percent = 1; percent <= 100; percent++) {
    double exact = percent * 1000.0, got = (double)oms_histogram_quantile(&h, percent / 100.0);
    assert_true(got >= exact * 0.999 && got <= exact * 1.126);
  }
  assert_int_equal(oms_histogram_up_to(&h, 7), 8);
  assert_int_equal(oms_histogram_up_to(&h, 100000), 100001);
}

static void histograms_add_up(void **state) {
  (void)state;
  oms_histogram_t a = {0}, b = {0};
  oms_histogram_add(&a, 10);
  oms_histogram_add(&b, INT64_MAX);
  oms_histogram_merge(&a, &b);
  assert_int_equal(a.n, 2);
  assert_true(oms_histogram_quantile(&a, 1) == INT64_MAX);
  assert_int_equal(oms_histogram_quantile(&a, 0.5), 10);
  oms_histogram_t none = {0};
  assert_int_equal(oms_histogram_quantile(&none, 0.5), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(integers_come_back),
      cmocka_unit_test(texts_keep_null_and_empty_apart),
      cmocka_unit_test(bytes_that_end_early_are_refused),
      cmocka_unit_test(what_is_no_value_is_refused),
      cmocka_unit_test(narrow_values_are_bounded),
      cmocka_unit_test(fixed_sizes_stand_low_first),
      cmocka_unit_test(without_memory_the_flag_rises),
      cmocka_unit_test(quantiles_are_within_an_eighth),
      cmocka_unit_test(histograms_add_up),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
