/* test_late.c - a live host that stood still while its timers were due: each fires once for all
 * that it has missed, and the journal says so. */
#include "live_fixture.h"

#include "host/input.h"

static const char script[] =
    "local oms = require 'oms'\n"
    "local T = {}\n"
    "function T:on_start()\n"
    "  oms.every(0.02, 'tick') oms.every(0.03, 'tock') oms.after(0.1, 'once')\n"
    "end\n"
    "function T:on_timer(name)\n"
    "  oms.log.info('%s at %s', name, oms.now())\n"
    "end\n"
    "return T\n";

static void write_script(char path[100]) {
  snprintf(path, 100, "%s/timers.lua", folder);
  FILE *f = fopen(path, "w");
  assert_non_null(f);
  assert_int_equal(fputs(script, f) < 0, 0);
  assert_int_equal(fclose(f), 0);
}

static void nothing(void) {
}

static void it_stands_still(void) {
  pause_ms(900);
}

/* Firings in the journal, and steps that were late. */
static void count(size_t *firings, size_t *late, oms_time_t *longest) {
  oms_store_reader_t *r;
  oms_record_t record;
  oms_error_t err;
  oms_time_t before = OMS_NO_TIME;
  *firings = *late = 0;
  *longest = 0;
  assert_int_equal(oms_reader_open(db, 1, true, &r, &err), OMS_OK);
  while (oms_reader_next(r, &record, &err) == OMS_OK && record.seq != 0) {
    *firings += record.kind == OMS_RECORD_TIMER;
    if (record.kind == OMS_RECORD_STEP && record.n > 0) {
      assert_int_equal(record.data[0], OMS_STEP_LATE);
      *late += 1;
      *longest = record.now - before > *longest ? record.now - before : *longest;
    }
    before = record.now;
  }
  oms_reader_close(r);
}

static void missed_instants_fire_once(void **state) {
  (void)state;
  char path[100], rest[400];
  size_t firings, late;
  oms_time_t longest;
  write_script(path);
  snprintf(rest, sizeof rest, "%s, strategies = { { '%s' } }", pushed, path);
  RUN(rest, nothing, it_stands_still, nothing, nothing);
  count(&firings, &late, &longest);
  assert_true(late >= 1);
  assert_true(longest > 800 * INT64_C(1000000)); /* the clock is that of the wall at once */
  assert_in_range(firings, 5, 30);               /* 75 were missed */
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(missed_instants_fire_once),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
