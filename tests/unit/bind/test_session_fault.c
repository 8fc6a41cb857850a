/* test_session_fault.c - a session is loaded, its timeline collected and its check run while
 * each allocation fails in turn, on the heap and inside the cell: an error comes back and
 * nothing is left. */
#include "session_fixture.h"

#include "bind/session_int.h"

static const char text[] =
    "return { name = 'x', accounts = { { id = 'main', cash = 5 }, { id = 'b' } },\n"
    "  instruments = { SPY = { tick = 0.01 }, ES = {} },\n"
    "  data = { { symbol = 'SPY', bars = { { '2024-01-02', 1, 1, 1, 1 }, { '2024-01-03', 1, 1, 1, "
    "1, 1 } } } },\n"
    "  limits = { max_position = 5, restricted = { 'A' }, accounts = { b = { max_order_qty = 1 } } "
    "},\n"
    "  rules = { 'r.lua' }, strategies = { { 's.lua', fast = 10, list = { 1, 2 }, symbols = { "
    "'SPY' } } },\n"
    "  timeline = function(t) t:at(2, function() end) t:at(1, function() end) end,\n"
    "  check = function(r) local n = #r.orders end }\n";

static oms_desk_t desk;

/* Loads, collects, checks; the first result that is not OMS_OK. */
static int whole(long cell_fails) {
  const oms_session_source_t source = {
      .path = "demo.lua", .text = text, .n = strlen(text), .fail_after = cell_fails};
  oms_session_file_t *f = NULL;
  oms_error_t err = {.code = OMS_OK};
  size_t n = 0;
  int rc = oms_session_file_open(&source, &f, &err);
  if (rc == OMS_OK) {
    rc = oms_session_file_timeline(f, &desk, &n, &err);
  }
  if (rc == OMS_OK) {
    assert_int_equal(n, 2);
    rc = oms_session_file_run_entry(f, 0, &err);
  }
  if (rc == OMS_OK) {
    static const oms_summary_field_t summary = {.name = "trades", .kind = OMS_FIELD_INTEGER};
    rc = oms_session_file_check(f, &desk, &summary, 1, &err);
  }
  oms_session_file_free(f);
  if (rc != OMS_OK) {
    assert_int_equal(err.code, rc);
    assert_true(err.message[0] != '\0');
    assert_true(rc == OMS_ERR_NOMEM || rc == OMS_ERR_SCRIPT || rc == OMS_ERR_USAGE);
  }
  return rc;
}

static void each_allocation_on_the_heap(void **state) {
  (void)state;
  long live = oms_alloc_live();
  int rc = OMS_ERR_NOMEM;
  long n = 1;
  for (; rc != OMS_OK && n < 2000; n++) {
    oms_alloc_fail_after(n);
    rc = whole(0);
    oms_alloc_fail_after(0);
    assert_int_equal(oms_alloc_live(), live);
  }
  assert_true(n > 5 && n < 2000);
}

/* Every allocation from the n-th on fails in the cell; most belong to its set-up, which is
 * tested elsewhere. */
static void allocations_inside_the_cell(void **state) {
  (void)state;
  long live = oms_alloc_live();
  int rc = OMS_ERR_NOMEM;
  for (long n = 1; rc != OMS_OK && n < 20000; n += n < 400 ? 37 : 1) {
    rc = whole(n);
    assert_int_equal(oms_alloc_live(), live);
  }
  assert_int_equal(rc, OMS_OK);
}

static void settings_by_text(void **state) {
  (void)state;
  long live = oms_alloc_live();
  int rc = OMS_ERR_NOMEM;
  for (long n = 1; rc != OMS_OK && n < 100; n++) {
    oms_session_config_t c;
    oms_error_t err;
    oms_alloc_fail_after(n);
    rc = oms_session_config_init(&c);
    if (rc == OMS_OK) {
      rc = oms_session_set_limit(&c, "restricted", "A,B", &err);
    }
    oms_alloc_fail_after(0);
    oms_session_config_free(&c);
    assert_int_equal(oms_alloc_live(), live);
  }
  assert_int_equal(rc, OMS_OK);
}

static int begin(void **state) {
  (void)state;
  const oms_engine_config_t config = {.seed = 1, .orders = 4, .fills = 4};
  desk.engine = oms_engine_new(&config);
  return desk.engine == NULL;
}

static int end(void **state) {
  (void)state;
  oms_engine_free((oms_engine_t *)desk.engine);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_allocation_on_the_heap),
      cmocka_unit_test(allocations_inside_the_cell),
      cmocka_unit_test(settings_by_text),
  };
  return cmocka_run_group_tests(tests, begin, end);
}
