/* Results read back: quotes, empty fields, what is cut off, and the summary's object. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "host/rows_in.h"

static oms_rows_in_t *open_text(const char *text, int want, oms_error_t *err) {
  oms_rows_in_t *r = NULL;
  FILE *file = fmemopen((void *)(uintptr_t)text, strlen(text), "rb");
  assert_non_null(file);
  assert_int_equal(want, oms_rows_open_stream("x.csv", file, &r, err));
  return r;
}

static void fields_come_back(void **state) {
  (void)state;
  oms_error_t err;
  bool more;
  long live = oms_alloc_live();
  oms_rows_in_t *r = open_text("a,b,c\n1,,\"x,\"\"y\"\"\nz\"\n,\"\",last\n", OMS_OK, &err);
  assert_int_equal(3, oms_rows_columns(r));
  assert_string_equal("b", oms_rows_column(r, 1));
  assert_int_equal(OMS_OK, oms_rows_next(r, &more, &err));
  assert_true(more);
  assert_string_equal("1", oms_rows_field(r, 0));
  assert_string_equal("", oms_rows_get(r, "b"));
  assert_string_equal("x,\"y\"\nz", oms_rows_get(r, "c"));
  assert_string_equal("", oms_rows_get(r, "d"));
  assert_null(oms_rows_before(r, 0));
  assert_int_equal(OMS_OK, oms_rows_next(r, &more, &err));
  assert_true(more);
  assert_string_equal("last", oms_rows_field(r, 2));
  assert_string_equal("1", oms_rows_before(r, 0));
  assert_int_equal(OMS_OK, oms_rows_next(r, &more, &err));
  assert_false(more);
  assert_string_equal("last", oms_rows_before(r, 2));
  assert_int_equal(2, oms_rows_count(r));
  oms_rows_close(r);
  assert_int_equal(live, oms_alloc_live());
}

static void what_is_broken_is_told_with_its_line(void **state) {
  (void)state;
  const struct {
    const char *text, *message;
  } cases[] = {
      {"a,b\n1,2\n3\n",         "x.csv: line 3: it has another number of fields than the header"},
      {"a,b\n1,2\n3,4",         "x.csv: line 3: the last row is cut off"                        },
      {"a,b\n1,\"2\n3,4\n",     "x.csv: line 4: a text in quotes has no end"                    },
      {"a\n1\n\"x\ny\"\n1,2\n", "x.csv: line 5: it has another number of fields than the header"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    oms_error_t err;
    bool more = true;
    int rc = OMS_OK;
    oms_rows_in_t *r = open_text(cases[i].text, OMS_OK, &err);
    while (rc == OMS_OK && more) {
      rc = oms_rows_next(r, &more, &err);
    }
    assert_int_equal(OMS_ERR_DATA, rc);
    assert_string_equal(cases[i].message, err.message);
    oms_rows_close(r);
  }
}

static void a_row_larger_than_the_buffer(void **state) {
  (void)state;
  enum { N = 200000 };
  oms_error_t err;
  bool more;
  char *text = oms_alloc(N + 16);
  memcpy(text, "a,b\n", 4);
  memset(text + 4, 'x', N);
  memcpy(text + 4 + N, ",1\n", 4);
  oms_rows_in_t *r = open_text(text, OMS_OK, &err);
  assert_int_equal(OMS_OK, oms_rows_next(r, &more, &err));
  assert_int_equal(N, strlen(oms_rows_field(r, 0)));
  assert_string_equal("1", oms_rows_field(r, 1));
  oms_rows_close(r);
  oms_free(text);
}

static void summary_comes_back(void **state) {
  (void)state;
  oms_arena_t arena = {NULL};
  oms_array_t fields;
  oms_error_t err;
  oms_array_init(&fields, sizeof(oms_json_field_t));
  assert_int_equal(
      OMS_OK, oms_summary_parse("s", "{\n \"a\": \"x\\\"\\u0041\",\n \"b\": -1.5e3, \"c\": null}\n",
                                &arena, &fields, &err));
  assert_int_equal(3, fields.n);
  const oms_json_field_t *f = fields.data;
  assert_string_equal("x\"A", f[0].text);
  assert_true(f[0].is_text);
  assert_string_equal("-1.5e3", f[1].text);
  assert_string_equal("null", f[2].text);
  const char *const bad[] = {"", "[]", "{\"a\"}", "{\"a\":}", "{\"a\":1 \"b\":2}", "{\"a", "{} x"};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    assert_int_equal(OMS_ERR_DATA, oms_summary_parse("s", bad[i], &arena, &fields, &err));
  }
  oms_array_free(&fields);
  oms_arena_free(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(fields_come_back),
      cmocka_unit_test(what_is_broken_is_told_with_its_line),
      cmocka_unit_test(a_row_larger_than_the_buffer),
      cmocka_unit_test(summary_comes_back),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
