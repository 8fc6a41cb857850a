/* test_generate.c - examples/data/generate.lua writes the same bytes everywhere, and what it writes
 * is good data. */
#include "data/data_help.h"

#include "base/check.h"
#include "base/hash.h"

#define SCRIPT SOURCE_DIR "/examples/data/generate.lua"
#define ROWS   3000

/* The output of the generator; the caller frees it. NULL where there is no interpreter. */
static char *generate(const char *kind, size_t *n) {
  char command[4096];
  size_t cap = 1u << 20;
  char *text = malloc(cap);
  (void)snprintf(command, sizeof command, "lua5.4 '%s' %s %d 42 2>/dev/null", SCRIPT, kind, ROWS);
  FILE *f = popen(command, "r"); /* NOLINT(cert-env33-c): a fixed command */
  assert_non_null(text);
  assert_non_null(f);
  *n = fread(text, 1, cap, f);
  if (pclose(f) != 0) {
    free(text);
    return NULL;
  }
  return text;
}

static void test_golden_digests(void **state) {
  (void)state;
  static const struct {
    const char *kind, *digest;
    oms_csv_kind_t csv;
  } cases[] = {
      {"bars",   "6ad160b106ce018cdd8e8b6dfd387044", OMS_CSV_BARS  },
      {"quotes", "eb24566e888ab2685bad81910677272d", OMS_CSV_QUOTES},
      {"trades", "4778291d24f532eb5e5e3e98fbe2f433", OMS_CSV_TRADES}
  };
  for (size_t i = 0; i < OMS_COUNT(cases); i++) {
    static int64_t rows[(ROWS + 1) * 6];
    char hex[33];
    size_t size, n;
    oms_csv_t *csv;
    char *text = generate(cases[i].kind, &size);
    if (text == NULL) {
      (void)printf("SKIPPED: lua5.4 is absent\n");
      skip();
    }
    assert_int_equal(oms_csv_new(cases[i].csv, OMS_ZONE_UTC, &csv), OMS_OK);
    assert_int_equal(oms_csv_open_memory(csv, cases[i].kind, text, size, NULL), OMS_OK);
    assert_int_equal(oms_csv_read(csv, rows, ROWS + 1, &n, NULL), OMS_OK);
    assert_int_equal(n, ROWS);
    oms_csv_free(csv);
    oms_hash_hex(text, size, hex);
    assert_string_equal(hex, cases[i].digest);
    free(text);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_golden_digests)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
