/* venue_table.h - tables of scenarios for the desk in words: name, script, log expected. */
#ifndef OMS_TEST_VENUE_TABLE_H
#define OMS_TEST_VENUE_TABLE_H

#include "sim/venue_script.h"

typedef struct scenario {
  const char *name, *script, *log;
} scenario_t;

static void desk_scenario(void **state) {
  const scenario_t *c = *state;
  static desk_t d;
  const char *rest = desk_open(&d, c->script);
  desk_run(&d, rest);
  int rc = d.rc;
  char log[sizeof d.log];
  memcpy(log, d.log, sizeof log);
  desk_close(&d);
  if (rc != OMS_OK || !is(log, c->log)) {
    fail_msg("%s\n  script:   %s\n  expected: %s\n  log:      %s (%s)", c->name, c->script, c->log,
             log, oms_err_name(rc));
  }
}

/* One cmocka test a row. */
static int desk_run_table(const char *group, const scenario_t *table, size_t n) {
  struct CMUnitTest *tests = calloc(n, sizeof *tests);
  for (size_t i = 0; i < n; i++) {
    tests[i].name = table[i].name;
    tests[i].test_func = desk_scenario;
    tests[i].initial_state = (void *)(uintptr_t)&table[i];
  }
  int failed = _cmocka_run_group_tests(group, tests, n, NULL, NULL);
  free(tests);
  return failed;
}

#endif
