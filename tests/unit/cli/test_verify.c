/* A bundle that says another result than its run has: verify tells what differs first, and 1. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "cli/cli.h"
#include "host/bundle.h"

static char folder[] = "/tmp/moondesk-verify-XXXXXX";
static char file[64], session[64];

static const char text[] = "return { data = { { symbol = 'X', timeframe = '1d', bars = {"
                           "  { '2024-01-01', 1, 2, 1, 2 }, { '2024-01-02', 2, 3, 2, 3 }, { "
                           "'2024-01-03', 3, 3, 2, 2 } } } },"
                           "  strategies = { 's.lua' } }\n";
static const char strategy[] =
    "local oms = require('oms')\n"
    "return { on_bar = function(self, bar) oms.buy(bar.symbol, 1) end }\n";

static void put(const char *name, const char *content) {
  char path[64];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *to = fopen(path, "w");
  assert_non_null(to);
  fputs(content, to);
  fclose(to);
}

static int moondesk(const char *a, const char *b, const char *c, const char *d) {
  char *argv[] = {"moondesk", (char *)a, (char *)b, (char *)c, (char *)d, "--quiet", NULL};
  int n = 1;
  while (n < 5 && argv[n] != NULL) {
    n++;
  }
  argv[n++] = "--quiet";
  return oms_cli_main(n, argv);
}

static int set_up(void **state) {
  (void)state;
  assert_non_null(mkdtemp(folder));
  snprintf(file, sizeof file, "%s/b", folder);
  snprintf(session, sizeof session, "%s/session.lua", folder);
  put("session.lua", text);
  put("s.lua", strategy);
  return moondesk("run", session, "--bundle", file);
}

static int tear_down(void **state) {
  (void)state;
  char path[64];
  const char *const names[] = {"b", "session.lua", "s.lua"};
  for (size_t i = 0; i < 3; i++) {
    snprintf(path, sizeof path, "%s/%s", folder, names[i]);
    unlink(path);
  }
  return rmdir(folder);
}

/* Changes one value of the bundle on the disk. */
static void forge(oms_array_t *(*list)(oms_bundle_t *b), const char *name, const char *value) {
  oms_bundle_t b;
  oms_error_t err;
  oms_bundle_init(&b);
  assert_int_equal(OMS_OK, oms_bundle_read(&b, file, &err));
  for (size_t i = 0; i < list(&b)->n; i++) {
    oms_bundle_pair_t *pair = OMS_AT(list(&b), oms_bundle_pair_t, i);
    if (strcmp(pair->name, name) == 0) {
      pair->value = value;
    }
  }
  assert_int_equal(OMS_OK, oms_bundle_write(&b, file, &err));
  oms_bundle_free(&b);
}

static oms_array_t *summary(oms_bundle_t *b) {
  return &b->summary;
}
static oms_array_t *results(oms_bundle_t *b) {
  return &b->results;
}
static oms_array_t *facts(oms_bundle_t *b) {
  return &b->facts;
}

static void same_and_other_results(void **state) {
  (void)state;
  assert_int_equal(0, moondesk("verify", file, NULL, NULL));
  forge(summary, "fills", "7");
  assert_int_equal(1, moondesk("verify", file, NULL, NULL));
  forge(summary, "fills", "2");
  assert_int_equal(0, moondesk("verify", file, NULL, NULL));
  forge(results, "events", "00000000000000000000000000000000");
  assert_int_equal(1, moondesk("verify", file, NULL, NULL));
}

static void runs_that_cannot_be_made_again(void **state) {
  (void)state;
  oms_bundle_t b;
  oms_error_t err;
  assert_int_equal(0, moondesk("run", session, "--bundle", file));
  forge(facts, "version", "0.0.0"); /* alone no reason to refuse */
  assert_int_equal(0, moondesk("verify", file, NULL, NULL));
  oms_bundle_init(&b);
  assert_int_equal(OMS_OK, oms_bundle_read(&b, file, &err));
  assert_int_equal(OMS_OK, oms_bundle_put(&b, &b.facts, "partial", "1"));
  assert_int_equal(OMS_OK, oms_bundle_write(&b, file, &err));
  oms_bundle_free(&b);
  assert_int_equal(2, moondesk("verify", file, NULL, NULL));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(same_and_other_results),
      cmocka_unit_test(runs_that_cannot_be_made_again),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
