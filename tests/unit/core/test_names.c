/* Ids there and back, different for different numbers, and foreign texts refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "core/names.h"

#define T0 INT64_C(1381240800123456789) /* 2013-10-08T14:00:00.123456789Z */

static void an_order_id_is_a_uuid_of_version_7(void **state) {
  (void)state;
  char text[37];
  oms_names_order_id(42, T0, 0x01020304, text);
  assert_int_equal(strlen(text), 36);
  assert_int_equal(strspn(text, "0123456789abcdef-"), 36);
  assert_true(text[8] == '-' && text[13] == '-' && text[18] == '-' && text[23] == '-');
  assert_int_equal(text[14], '7');
  assert_non_null(strchr("89ab", text[19]));
  char ms[13] = {0};
  memcpy(ms, text, 8);
  memcpy(ms + 8, text + 9, 4);
  assert_int_equal(strtoll(ms, NULL, 16), INT64_C(1381240800123));
  assert_string_equal(text + 28, "01020304");
}

static void an_order_id_reads_back_to_its_seq(void **state) {
  (void)state;
  static const uint32_t seqs[] = {0, 1, 2, 1000000, UINT32_MAX - 1, UINT32_MAX};
  static const oms_time_t times[] = {T0, 0, -1, INT64_MIN, INT64_MAX};
  for (size_t i = 0; i < sizeof seqs / sizeof *seqs; i++) {
    for (size_t k = 0; k < sizeof times / sizeof *times; k++) {
      char text[37];
      uint32_t seq = 99;
      oms_names_order_id(7, times[k], seqs[i], text);
      assert_true(oms_names_parse_order_id(text, 7, &seq));
      assert_int_equal(seq, seqs[i]);
      seq = 99;
      assert_false(oms_names_parse_order_id(text, 8, &seq));
      assert_int_equal(seq, 99);
    }
  }
}

static void order_ids_sort_by_their_millisecond(void **state) {
  (void)state;
  char earlier[37];
  char later[37];
  oms_names_order_id(1, T0, 500, earlier);
  oms_names_order_id(1, T0 + 1000000, 3, later);
  assert_true(strcmp(earlier, later) < 0);
}

static int by_text(const void *a, const void *b) {
  return memcmp(a, b, 36);
}

static void a_million_order_ids_are_all_different(void **state) {
  (void)state;
  enum { N = 1000000 };
  char *ids = malloc((size_t)N * 36 + 1);
  assert_non_null(ids);
  for (uint32_t i = 0; i < N; i++) {
    oms_names_order_id(3, T0, i, ids + (size_t)i * 36);
    if (i % 1000 == 0) {
      uint32_t seq;
      assert_true(oms_names_parse_order_id(ids + (size_t)i * 36, 3, &seq) && seq == i);
    }
  }
  qsort(ids, N, 36, by_text);
  for (size_t i = 1; i < N; i++) {
    assert_true(memcmp(ids + (i - 1) * 36, ids + i * 36, 36) != 0);
  }
  free(ids);
}

static void a_changed_order_id_is_refused(void **state) {
  (void)state;
  char text[37];
  uint32_t seq = 5;
  oms_names_order_id(42, T0, 12345, text);
  for (size_t i = 0; i < 36; i++) {
    char kept = text[i];
    text[i] = kept == '0' ? '1' : '0';
    if (i > 12) { /* before stands the time, which the engine compares with the order */
      assert_false(oms_names_parse_order_id(text, 42, &seq));
    }
    text[i] = 'g';
    assert_false(oms_names_parse_order_id(text, 42, &seq));
    text[i] = '\0';
    assert_false(oms_names_parse_order_id(text, 42, &seq));
    text[i] = kept;
  }
  static const char *const foreign[] = {"",
                                        "a",
                                        "my-order-1",
                                        "0141986c-f37b-7000-8000-000000000001",
                                        "0141986c-f37b-4000-8000-0000000000011",
                                        "00000000-0000-0000-0000-000000000000",
                                        "0141986CF37B70008000000000000001----"};
  for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++) {
    assert_false(oms_names_parse_order_id(foreign[i], 42, &seq));
  }
  assert_int_equal(seq, 5);
}

static void a_wire_id_is_short_and_one_of_its_kind(void **state) {
  (void)state;
  static const struct {
    uint32_t seq;
    uint8_t attempt;
    const char *text;
  } expected[] = {
      {0,          0,   "m000000000"},
      {1,          0,   "m000000100"},
      {1,          1,   "m000000101"},
      {35,         36,  "m000000z10"},
      {36,         255, "m000001073"},
      {UINT32_MAX, 1,   "m1z141z301"}
  };
  for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
    char text[21];
    uint32_t seq;
    uint8_t attempt;
    oms_names_wire_id(expected[i].seq, expected[i].attempt, text);
    assert_string_equal(text, expected[i].text);
    assert_true(strlen(text) <= 20);
    assert_true(oms_names_parse_wire_id(text, &seq, &attempt));
    assert_int_equal(seq, expected[i].seq);
    assert_int_equal(attempt, expected[i].attempt);
  }
  static const char *const foreign[] = {
      "",           "m",          "x000000100", "m00000010",  "m0000001000",
      "M000000100", "m00000010A", "m000000174", "m1z141z400", "mzzzzzzz00"};
  uint32_t seq = 5;
  uint8_t attempt = 6;
  for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++) {
    assert_false(oms_names_parse_wire_id(foreign[i], &seq, &attempt));
  }
  assert_int_equal(seq, 5);
  assert_int_equal(attempt, 6);
}

static void an_execution_id_is_the_number(void **state) {
  (void)state;
  static const struct {
    uint64_t number;
    const char *text;
  } expected[] = {
      {0,          "x0"                   },
      {7,          "x7"                   },
      {10,         "x10"                  },
      {UINT64_MAX, "x18446744073709551615"}
  };
  for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
    char text[24];
    uint64_t number = 1;
    oms_names_execution_id(expected[i].number, text);
    assert_string_equal(text, expected[i].text);
    assert_true(oms_names_parse_execution_id(text, &number));
    assert_true(number == expected[i].number);
  }
  static const char *const foreign[] = {"",
                                        "x",
                                        "1",
                                        "x01",
                                        "x1a",
                                        "X1",
                                        "x 1",
                                        "x-1",
                                        "x18446744073709551616",
                                        "x99999999999999999999999",
                                        "EX-2013-1"};
  uint64_t number = 5;
  for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++) {
    assert_false(oms_names_parse_execution_id(foreign[i], &number));
  }
  assert_int_equal(number, 5);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_order_id_is_a_uuid_of_version_7),
      cmocka_unit_test(an_order_id_reads_back_to_its_seq),
      cmocka_unit_test(order_ids_sort_by_their_millisecond),
      cmocka_unit_test(a_million_order_ids_are_all_different),
      cmocka_unit_test(a_changed_order_id_is_refused),
      cmocka_unit_test(a_wire_id_is_short_and_one_of_its_kind),
      cmocka_unit_test(an_execution_id_is_the_number),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
