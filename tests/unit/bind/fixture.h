/* fixture.h - cells for tests: make one, run text in it, expect success or an error text, close it
 * and see that nothing is left. */
#ifndef OMS_TEST_BIND_FIXTURE_H
#define OMS_TEST_BIND_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bind/bind.h"

#define SCRIPT_PATH "strategies/x.lua"

static inline oms_cell_t *cell_with(const oms_cell_config_t *config) {
  oms_cell_t *cell = NULL;
  oms_error_t err = {0};
  assert_int_equal(oms_cell_create(config, &cell, &err), OMS_OK);
  assert_non_null(cell);
  return cell;
}

static inline oms_cell_t *cell_new(void) {
  static const oms_cell_config_t config = {.name = "x", .budget_ns = INT64_C(2000000000)};
  return cell_with(&config);
}

static inline void cell_end(oms_cell_t *cell) {
  assert_int_equal(oms_cell_close(cell), 0);
}

static inline int run(oms_cell_t *cell, const char *text) {
  return oms_cell_load_text(cell, SCRIPT_PATH, text, strlen(text), NULL);
}

static inline void expect_ok(oms_cell_t *cell, const char *text) {
  int rc = run(cell, text);
  if (rc != OMS_OK) {
    fail_msg("%s\n  in: %s", oms_cell_error(cell), text);
  }
}

/* The text has to fail with 'code', and the error to contain 'part'. */
static inline void expect_error(oms_cell_t *cell, const char *text, int code, const char *part) {
  int rc = run(cell, text);
  if (rc != code || strstr(oms_cell_error(cell), part) == NULL) {
    fail_msg("got %s: %s\n  in place of %s: %s\n  in: %s", oms_err_name(rc), oms_cell_error(cell),
             oms_err_name(code), part, text);
  }
}

#endif
