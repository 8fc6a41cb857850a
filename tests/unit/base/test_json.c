/* JSON in and out: what is taken, what is refused, and that decimals stay what they are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/check.h"
#include "base/json.h"

static oms_json_room_t room;
static char text[4096];
static oms_error_t err;

static int read(const char *s, const oms_json_t **root) {
  snprintf(text, sizeof text, "%s", s);
  return oms_json_read(&room, text, strlen(text), root, &err);
}

static void test_values(void **state) {
  const oms_json_t *root;
  (void)state;
  assert_int_equal(
      read(" {\"a\": [1, -2.5e3, true, false, null], \"b\": {}, \"c\": \"x\\u00e9\\n\"} ", &root),
      OMS_OK);
  const oms_json_t *a = oms_json_get(root, "a");
  assert_int_equal(a->n, 5);
  const oms_json_t *v = oms_json_first(a);
  assert_int_equal(v->type, OMS_JSON_NUMBER);
  v = oms_json_next(a, v);
  assert_memory_equal(v->text, "-2.5e3", 6);
  v = oms_json_next(a, oms_json_next(a, v));
  assert_int_equal(v->type, OMS_JSON_FALSE);
  v = oms_json_next(a, v);
  assert_int_equal(v->type, OMS_JSON_NULL);
  assert_null(oms_json_next(a, v));
  assert_null(oms_json_first(oms_json_get(root, "b")));
  assert_string_equal(oms_json_get(root, "c")->text, "x\xc3\xa9\n");
  assert_null(oms_json_get(root, "d"));
  assert_null(oms_json_get(a, "a"));
}

static void test_refused(void **state) {
  static const char *const cases[] = {"",
                                      " ",
                                      "{",
                                      "}",
                                      "[1,]",
                                      "[,1]",
                                      "[1 2]",
                                      "{\"a\"}",
                                      "{\"a\":}",
                                      "{a:1}",
                                      "{\"a\":1,}",
                                      "01",
                                      "1.",
                                      ".5",
                                      "+1",
                                      "1e",
                                      "-",
                                      "nan",
                                      "NaN",
                                      "Infinity",
                                      "tru",
                                      "nulll",
                                      "\"",
                                      "\"\\x\"",
                                      "\"\t\"",
                                      "\"\\u00\"",
                                      "\"\\u0000\"",
                                      "\"\\ud800\"",
                                      "\"\\ud800\\u0041\"",
                                      "\"\xff\"",
                                      "\"\xc0\x80\"",
                                      "\"\xed\xa0\x80\"",
                                      "[] []",
                                      "{\"a\":1,\"a\":2}",
                                      "'a'",
                                      "[1]x",
                                      "{\"a\":1,,\"b\":2}",
                                      "[[]",
                                      "{\"a\" 1}",
                                      "\"\xf5\x80\x80\x80\""};
  const oms_json_t *root;
  (void)state;
  for (size_t i = 0; i < OMS_COUNT(cases); i++) {
    if (read(cases[i], &root) == OMS_OK) {
      fail_msg("'%s' was taken", cases[i]);
    }
    assert_true(strlen(err.message) > 5);
  }
}

static void test_bounds(void **state) {
  const oms_json_t *root;
  (void)state;
  assert_int_equal(read("[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]", &root), OMS_OK);
  assert_int_equal(read("[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]", &root), OMS_ERR_RANGE);
  size_t n = (size_t)OMS_JSON_VALUES_MAX * 2 + 2;
  char *big = malloc(n + 1);
  big[0] = '[';
  for (size_t i = 1; i < n; i++) {
    big[i] = i % 2 == 1 ? '1' : ',';
  }
  big[n] = '\0';
  assert_int_equal(oms_json_read(&room, big, n, &root, &err), OMS_ERR_RANGE);
  free(big);
}

/* Many members are compared by their hash: a name that stands twice is found there, too. */
static void test_many_names(void **state) {
  const oms_json_t *root;
  (void)state;
  for (int twice = 0; twice < 2; twice++) {
    size_t n = 0;
    text[n++] = '{';
    for (int i = 0; i < 100; i++) {
      n += (size_t)snprintf(text + n, sizeof text - n, "%s\"k%d\":{\"x\":%d}", i == 0 ? "" : ",",
                            twice == 1 && i == 99 ? 7 : i, i);
    }
    text[n++] = '}';
    text[n] = '\0';
    int rc = oms_json_read(&room, text, n, &root, &err);
    assert_int_equal(rc, twice == 1 ? OMS_ERR_PARSE : OMS_OK);
  }
  assert_non_null(strstr(err.message, "'k7' stands twice"));
}

static void test_decimals(void **state) {
  static const struct {
    const char *text;
    int decimals, rc;
    int64_t value;
  } cases[] = {
      {"0.1",                    9, OMS_OK,           100000000                  },
      {"\"0.1\"",                9, OMS_OK,           100000000                  },
      {"123456789.123456789",    9, OMS_OK,           INT64_C(123456789123456789)},
      {"0.123456789000",         9, OMS_OK,           123456789                  },
      {"0.1234567891",           9, OMS_ERR_RANGE,    0                          },
      {"1e2",                    9, OMS_OK,           INT64_C(100000000000)      },
      {"1e-9",                   9, OMS_OK,           1                          },
      {"1e-10",                  9, OMS_ERR_RANGE,    0                          },
      {"12345678901.1234567891", 9, OMS_ERR_OVERFLOW, 0                          },
      {"1e400",                  9, OMS_ERR_OVERFLOW, 0                          },
      {"\"nan\"",                9, OMS_ERR_PARSE,    0                          },
      {"\"inf\"",                9, OMS_ERR_PARSE,    0                          },
      {"\"\"",                   9, OMS_ERR_PARSE,    0                          },
      {"\" 1\"",                 9, OMS_ERR_PARSE,    0                          },
      {"\"1 \"",                 9, OMS_ERR_PARSE,    0                          },
      {"\"0x10\"",               9, OMS_ERR_PARSE,    0                          },
      {"true",                   9, OMS_ERR_PARSE,    0                          },
      {"1.5",                    0, OMS_ERR_RANGE,    0                          },
      {"7",                      0, OMS_OK,           7                          },
      {"9223372036854775807",    0, OMS_OK,           INT64_MAX                  },
      {"9223372036854775808",    0, OMS_ERR_OVERFLOW, 0                          },
      {"1000000000.0000000001",  9, OMS_ERR_RANGE,    0                          },
  };
  const oms_json_t *root;
  (void)state;
  for (size_t i = 0; i < OMS_COUNT(cases); i++) {
    int64_t value = 0;
    assert_int_equal(read(cases[i].text, &root), OMS_OK);
    int rc = oms_json_decimal(root, cases[i].decimals, &value);
    if (rc != cases[i].rc || value != cases[i].value) {
      fail_msg("%s: %d, %lld", cases[i].text, rc, (long long)value);
    }
  }
}

static void test_writer(void **state) {
  oms_writer_t w = {0};
  (void)state;
  oms_write_object(&w, NULL);
  oms_write_text(&w, "a", "\"\\\n\x01\xc3\xa9\xff");
  oms_write_text(&w, "b", NULL);
  oms_write_list(&w, "c");
  oms_write_int(&w, NULL, -5);
  oms_write_bool(&w, NULL, true);
  oms_write_number(&w, NULL, 1500000000, 9);
  oms_write_decimal(&w, NULL, 1500000000, 9);
  oms_write_decimal(&w, NULL, OMS_NO_PRICE, 9);
  oms_write_double(&w, NULL, 0.1);
  oms_write_list_end(&w);
  oms_write_time(&w, "t", OMS_NO_TIME);
  oms_write_object(&w, "o");
  oms_write_object_end(&w);
  oms_write_object_end(&w);
  static const char wanted[] = "{\"a\":\"\\\"\\\\\\n\\u0001\xc3\xa9?\",\"b\":null,\"c\":[-5,true,"
                               "1.5,\"1.5\",null,0.1],\"t\":null,\"o\":{}}";
  assert_false(w.failed);
  assert_int_equal(w.n, strlen(wanted));
  assert_memory_equal(w.data, wanted, w.n);
  oms_writer_free(&w);
}

/* Every byte at every place of texts around the width that is looked at at once. */
static void test_plain(void **state) {
  char bytes[20];
  (void)state;
  for (size_t n = 1; n < sizeof bytes; n++) {
    for (size_t at = 0; at < n; at++) {
      for (int c = 0; c < 256; c++) {
        memset(bytes, 'a', sizeof bytes);
        bytes[at] = (char)c;
        bool plain = c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
        assert_int_equal((long long)oms_json_plain(bytes, n), (long long)(plain ? n : at));
      }
    }
  }
  assert_int_equal(oms_json_plain("", 0), 0);
}

static void test_memory(void **state) {
  const oms_json_t *root;
  (void)state;
  oms_json_free(&room);
  oms_alloc_fail_after(1);
  assert_int_equal(read("[1]", &root), OMS_ERR_NOMEM);
  oms_writer_t w = {0};
  oms_write_text(&w, NULL, "x");
  oms_alloc_fail_after(0);
  assert_true(w.failed);
  oms_writer_free(&w);
}

static int tear_down(void **state) {
  (void)state;
  oms_json_free(&room);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_values),   cmocka_unit_test(test_refused),
      cmocka_unit_test(test_bounds),   cmocka_unit_test(test_many_names),
      cmocka_unit_test(test_decimals), cmocka_unit_test(test_writer),
      cmocka_unit_test(test_plain),    cmocka_unit_test(test_memory),
  };
  return cmocka_run_group_tests(tests, NULL, tear_down);
}
