/* The file of a bundle: what goes in comes back, and no damage of any byte is read as a bundle. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/check.h"
#include "host/bundle.h"

static void fill(oms_bundle_t *b) {
  const char *const arguments[] = {"backtest", "a b.lua", "--set", "x=1\n2"};
  const oms_bundle_data_t data = {"d.csv", 12, "0123456789abcdef0123456789abcdef"};
  oms_bundle_init(b);
  for (size_t i = 0; i < OMS_COUNT(arguments); i++) {
    assert_int_equal(OMS_OK, oms_array_push(&b->arguments, &arguments[i]));
  }
  assert_int_equal(OMS_OK, oms_array_push(&b->data, &data));
  assert_int_equal(OMS_OK, oms_bundle_put(b, &b->facts, "version", "9"));
  assert_int_equal(OMS_OK, oms_bundle_put(b, &b->settings, "venue.fill", "next_open"));
  assert_int_equal(OMS_OK, oms_bundle_put(b, &b->results, "state_hash", "ab"));
  assert_int_equal(OMS_OK, oms_bundle_put(b, &b->summary, "trades", "3"));
  assert_int_equal(OMS_OK, oms_files_add(&b->sources, "s.lua", "return\0{}", 9));
  assert_int_equal(OMS_OK, oms_files_add(&b->sources, "library:/empty.lua", "", 0));
}

static void bundle_comes_back(void **state) {
  (void)state;
  oms_bundle_t a, b;
  oms_error_t err;
  char *bytes;
  size_t n;
  fill(&a);
  assert_int_equal(OMS_OK, oms_bundle_encode(&a, &bytes, &n));
  oms_bundle_init(&b);
  assert_int_equal(OMS_OK, oms_bundle_decode(&b, bytes, n, &err));
  assert_int_equal(4, b.arguments.n);
  assert_string_equal("x=1\n2", *OMS_AT(&b.arguments, const char *, 3));
  assert_string_equal("9", oms_bundle_get(&b.facts, "version"));
  assert_string_equal("next_open", oms_bundle_get(&b.settings, "venue.fill"));
  assert_string_equal("ab", oms_bundle_get(&b.results, "state_hash"));
  assert_string_equal("3", oms_bundle_get(&b.summary, "trades"));
  assert_null(oms_bundle_get(&b.summary, "trade"));
  const oms_file_t *file = oms_files_find(&b.sources, "s.lua");
  assert_non_null(file);
  assert_int_equal(9, file->n);
  assert_memory_equal("return\0{}", file->text, 9);
  assert_int_equal(0, oms_files_find(&b.sources, "library:/empty.lua")->n);
  const oms_bundle_data_t *d = OMS_AT(&b.data, oms_bundle_data_t, 0);
  assert_string_equal("d.csv", d->path);
  assert_int_equal(12, d->size);
  assert_string_equal("0123456789abcdef0123456789abcdef", d->digest);
  oms_free(bytes);
  oms_bundle_free(&a);
  oms_bundle_free(&b);
}

static int decode(const char *bytes, size_t n, oms_error_t *err) {
  oms_bundle_t b;
  oms_bundle_init(&b);
  int rc = oms_bundle_decode(&b, bytes, n, err);
  oms_bundle_free(&b);
  return rc;
}

/* Each byte changed, and the file cut at each length. */
static void damage_is_refused(void **state) {
  (void)state;
  oms_bundle_t a;
  oms_error_t err;
  char *bytes;
  size_t n;
  fill(&a);
  long live = oms_alloc_live();
  assert_int_equal(OMS_OK, oms_bundle_encode(&a, &bytes, &n));
  for (size_t i = 0; i < n; i++) {
    char before = bytes[i];
    bytes[i] = (char)(before ^ 1);
    err.message[0] = '\0';
    assert_int_equal(OMS_ERR_DATA, decode(bytes, n, &err));
    assert_true(err.message[0] != '\0');
    bytes[i] = before;
    assert_int_equal(OMS_ERR_DATA, decode(bytes, i, &err));
  }
  assert_int_equal(OMS_OK, decode(bytes, n, &err));
  oms_free(bytes);
  assert_int_equal(live, oms_alloc_live());
  oms_bundle_free(&a);
}

static void memory_may_end_anywhere(void **state) {
  (void)state;
  oms_bundle_t a, b;
  oms_error_t err;
  char *bytes;
  size_t n;
  fill(&a);
  assert_int_equal(OMS_OK, oms_bundle_encode(&a, &bytes, &n));
  int rc = OMS_ERR_NOMEM;
  for (long i = 1; rc != OMS_OK && i < 200; i++) {
    oms_bundle_init(&b);
    oms_alloc_fail_after(i);
    rc = oms_bundle_decode(&b, bytes, n, &err);
    oms_alloc_fail_after(0);
    assert_true(rc == OMS_OK || rc == OMS_ERR_NOMEM);
    oms_bundle_free(&b);
  }
  assert_int_equal(OMS_OK, rc);
  oms_free(bytes);
  oms_bundle_free(&a);
}

static void library_has_its_own_name(void **state) {
  (void)state;
  char out[100];
  oms_bundle_library_path("/usr/share/m/rules/a.lua", "/usr/share/m", out, sizeof out);
  assert_string_equal("library:/rules/a.lua", out);
  oms_bundle_library_path("/usr/share/mine/a.lua", "/usr/share/m", out, sizeof out);
  assert_string_equal("/usr/share/mine/a.lua", out);
  oms_bundle_library_path("a.lua", "", out, sizeof out);
  assert_string_equal("a.lua", out);
}

static void other_content_is_noted(void **state) {
  (void)state;
  oms_files_t f;
  oms_files_init(&f);
  assert_int_equal(OMS_OK, oms_files_add(&f, "a", "1", 1));
  assert_int_equal(OMS_OK, oms_files_add(&f, "a", "1", 1));
  assert_null(f.changed);
  assert_int_equal(OMS_OK, oms_files_add(&f, "a", "2", 1));
  assert_string_equal("a", f.changed);
  assert_string_equal("1", oms_files_find(&f, "a")->text);
  oms_files_free(&f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(bundle_comes_back),       cmocka_unit_test(damage_is_refused),
      cmocka_unit_test(memory_may_end_anywhere), cmocka_unit_test(library_has_its_own_name),
      cmocka_unit_test(other_content_is_noted),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
