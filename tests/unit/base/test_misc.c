/* Error texts, hashes and random numbers: fixed answers, because files and seeds depend on them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/alloc.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/random.h"

static void errors_have_names_and_texts(void **state) {
  (void)state;
  assert_string_equal(oms_err_text(OMS_OK), "ok");
  assert_string_equal(oms_err_name(OMS_OK), "OK");
  assert_string_equal(oms_err_text(OMS_ERR_NOMEM), "out of memory");
  assert_string_equal(oms_err_name(OMS_ERR_BAD_TRANSITION), "BAD_TRANSITION");
  assert_string_equal(oms_err_text(-12345), "unknown error");
  assert_string_equal(oms_err_name(1), "UNKNOWN");
}

static void error_messages_are_cut_to_fit(void **state) {
  (void)state;
  oms_error_t err;
  assert_int_equal(oms_error_set(&err, OMS_ERR_DATA, "line %d: %s", 7, "odd"), OMS_ERR_DATA);
  assert_int_equal(err.code, OMS_ERR_DATA);
  assert_string_equal(err.message, "line 7: odd");
  char large[sizeof err.message + 1000];
  memset(large, 'y', sizeof large);
  large[sizeof large - 1] = '\0';
  (void)oms_error_set(&err, OMS_ERR_IO, "%s", large);
  assert_int_equal(strlen(err.message), sizeof err.message - 1);
  assert_int_equal(oms_error_set(NULL, OMS_ERR_IO, "%s", "x"), OMS_ERR_IO);
}

/* Published vectors of XXH3: the empty input. */
static void hashes_are_xxh3(void **state) {
  (void)state;
  char hex[33];
  assert_true(oms_hash64("", 0, 0) == UINT64_C(0x2d06800538d394c2));
  oms_hash_hex("", 0, hex);
  assert_string_equal(hex, "99aa06d3014798d86001c324468d497f");
  assert_true(oms_hash64("abc", 3, 0) != oms_hash64("abc", 3, 1));
}

static void digest_equals_the_hash_of_its_bytes(void **state) {
  (void)state;
  unsigned char bytes[1000];
  for (size_t i = 0; i < sizeof bytes; i++) {
    bytes[i] = (unsigned char)(i * 7);
  }
  oms_digest_t *d = oms_digest_new();
  assert_non_null(d);
  for (size_t i = 0; i < sizeof bytes; i += 100) {
    oms_digest_bytes(d, bytes + i, 100);
    char streamed[33], whole[33];
    oms_digest_hex(d, streamed);
    oms_hash_hex(bytes, i + 100, whole);
    assert_string_equal(streamed, whole);
  }
  oms_digest_free(d);
}

static void digest_is_canonical(void **state) {
  (void)state;
  static const unsigned char expected[] = {0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2,
                                           0,    0,    0,    0,    0,    0,    0,    'h',  'i',
                                           0,    0,    0,    0,    0,    0,    0,    0};
  char streamed[33], whole[33];
  oms_digest_t *d = oms_digest_new();
  assert_non_null(d);
  oms_digest_i64(d, -2);
  oms_digest_text(d, "hi");
  oms_digest_text(d, NULL);
  oms_digest_hex(d, streamed);
  oms_hash_hex(expected, sizeof expected, whole);
  assert_string_equal(streamed, whole);
  oms_digest_free(d);
  oms_digest_free(NULL);
}

static void digest_survives_a_full_heap(void **state) {
  (void)state;
  oms_alloc_fail_after(1);
  assert_null(oms_digest_new());
  oms_alloc_fail_after(0);
}

/* The state 1, 2, 3, 4 gives the numbers of the published generator, by hand: rotl(2 * 5, 7) *
 * 9. */
static void random_numbers_are_those_of_the_algorithm(void **state) {
  (void)state;
  oms_random_t r = {
      {1, 2, 3, 4}
  };
  assert_true(oms_random_next(&r) == 11520);
  assert_true(oms_random_next(&r) == 0);
  assert_true(oms_random_next(&r) == 1509978240);
  oms_random_seed(&r, 0);
  assert_true(r.s[0] == UINT64_C(0xe220a8397b1dcdaf)); /* first of splitmix64 from 0 */
}

static void random_below_and_double_stay_inside(void **state) {
  (void)state;
  oms_random_t r, twin;
  oms_random_seed(&r, 99);
  oms_random_seed(&twin, 99);
  int seen[6] = {0};
  for (int i = 0; i < 6000; i++) {
    uint64_t v = oms_random_below(&r, 6);
    assert_true(v < 6 && v == oms_random_below(&twin, 6));
    seen[v]++;
    double x = oms_random_double(&r);
    assert_true(x >= 0.0 && x < 1.0 && x == oms_random_double(&twin));
    assert_true(oms_random_below(&r, UINT64_MAX) < UINT64_MAX);
    (void)oms_random_below(&twin, UINT64_MAX);
    assert_true(oms_random_below(&r, 1) == 0 && oms_random_below(&twin, 1) == 0);
  }
  for (int i = 0; i < 6; i++) {
    assert_in_range(seen[i], 850, 1150);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(errors_have_names_and_texts),
      cmocka_unit_test(error_messages_are_cut_to_fit),
      cmocka_unit_test(hashes_are_xxh3),
      cmocka_unit_test(digest_equals_the_hash_of_its_bytes),
      cmocka_unit_test(digest_is_canonical),
      cmocka_unit_test(digest_survives_a_full_heap),
      cmocka_unit_test(random_numbers_are_those_of_the_algorithm),
      cmocka_unit_test(random_below_and_double_stay_inside),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
