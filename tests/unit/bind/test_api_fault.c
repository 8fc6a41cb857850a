/* test_api_fault.c - each allocation fails in turn, of the cell and of the host: nothing crashes,
 * nothing leaks, and the core's sums hold; a script that ran out of memory goes on afterwards. */
#include "bind/api_fixture.h"
#include "bind/script_int.h"

#define WORK                                                                                       \
  "function S:on_start() end\n"                                                                    \
  "function S:on_timer()\n"                                                                        \
  "  local o = oms.submit{symbol='SPY', side='buy', qty=10, type='limit', limit_price=99, "        \
  "tag='tag'}\n"                                                                                   \
  "  o:replace{limit_price=98}\n"                                                                  \
  "  local g = oms.submit{symbol='SPY', side='buy', qty=10, order_class='bracket',\n"              \
  "    take_profit={{qty=5, limit_price=110}, {qty=5, limit_price=120}}, "                         \
  "stop_loss={stop_price=90}}\n"                                                                   \
  "  local bad, why = oms.buy('NOPE', 1)\n"                                                        \
  "  assert(bad == nil and why.code == 'UNKNOWN_SYMBOL')\n"                                        \
  "  assert(#oms.orders{status='all'} > 0 and g.children and tostring(o) and o.pending == nil)\n"  \
  "  assert(oms.position('SPY').qty == 0 and oms.account().equity and "                            \
  "oms.instrument('SPY').tick)\n"                                                                  \
  "  assert(oms.position('ES', {scope='account'}).qty == 0 and "                                   \
  "oms.calendar('SPY'):trading_day())\n"                                                           \
  "  oms.after(1, function() end) oms.log.info('%d', 5) oms.sorted({a = 1})\n"                     \
  "end\n"                                                                                          \
  "function S:on_order(o, event) assert(o.order_id and event.type) end\n"                          \
  "function S:on_fill(f) assert(f.order.qty and f.parent == nil and f.execution_id) end\n"         \
  "function S:on_save() return {a = {1, 2, 3}} end\n"

static void each_allocation_of_the_cell(void **state) {
  (void)state;
  bool done = false;
  for (long n = 1; !done; n++) {
    assert_true(n < 5000);
    world_t w;
    world_open(&w);
    oms_script_t *s = begin(&w, WORK);
    oms_error_t err = {0};
    s->cell->fail_after = n;
    int rc = oms_script_timer(s, "t", &err);
    assert_true(rc == OMS_OK || rc == OMS_ERR_NOMEM);
    done = rc == OMS_OK && s->cell->fail_after > 1;
    s->cell->fail_after = 0;
    call_ok(oms_script_timer(s, "t", &err), &err);
    call_ok(oms_engine_verify(w.e, &err), &err);
    oms_script_free(s);
    world_close(&w);
  }
}

static void each_allocation_of_events(void **state) {
  (void)state;
  bool done = false;
  for (long n = 1; !done; n++) {
    assert_true(n < 2000);
    world_t w;
    world_open(&w);
    oms_script_t *s = begin(&w, WORK);
    oms_error_t err = {0};
    const unsigned char *bytes;
    size_t size;
    call_ok(oms_script_timer(s, "t", &err), &err);
    accept(&w, 1);
    fill(&w, 1, 4, 98);
    oms_event_t event = w.events[w.event_n - 1];
    lua_gc(s->cell->L, LUA_GCCOLLECT);
    s->cell->fail_after = n;
    int rc = oms_script_fill(s, &event, &err);
    rc = rc == OMS_OK ? oms_script_order(s, &event, &err) : rc;
    rc = rc == OMS_OK ? oms_script_save(s, OMS_RELOAD_STATE_MAX, &bytes, &size, &err) : rc;
    assert_true(rc == OMS_OK || rc == OMS_ERR_NOMEM);
    done = rc == OMS_OK && s->cell->fail_after > 1;
    s->cell->fail_after = 0;
    call_ok(oms_script_fill(s, &event, &err), &err);
    oms_script_free(s);
    world_close(&w);
  }
}

/* Room for the view's fields is made whatever the script's cap: only what the rule itself makes can
 * fail. */
static void each_allocation_of_a_rule(void **state) {
  (void)state;
  world_t w;
  world_open(&w);
  in_start(&w,
           "oms.submit{symbol='SPY', side='buy', qty=100, type='limit', limit_price=99, tag='t'}");
  bool done = false;
  for (long n = 1; !done; n++) {
    assert_true(n < 1000);
    oms_script_t *s = load_kind(
        &w, OMS_SCRIPT_RULE,
        "return {check = function(self, order, ctx)\n"
        "  local t = {order.order_id, order.tag, ctx.account().cash, ctx.day.orders}\n"
        "  local p = ctx.positions() local o = ctx.open_orders{} local q = ctx.position().qty\n"
        "  if #t == 4 then return false, 'X' .. order.qty, 'text ' .. order.owner end end}");
    oms_verdict_t verdict;
    oms_reject_t reject;
    oms_error_t err = {0};
    s->cell->fail_after = n;
    int rc = oms_script_check(s, 0, false, &verdict, &reject, &err);
    assert_true(rc == OMS_OK || rc == OMS_ERR_NOMEM);
    done = rc == OMS_OK && s->cell->fail_after > 1;
    s->cell->fail_after = 0;
    for (int i = 0; i < 3; i++) {
      call_ok(oms_script_check(s, 0, false, &verdict, &reject, &err), &err);
      assert_string_equal(reject.message, "X100.0: text a");
    }
    oms_script_free(s);
  }
  world_close(&w);
}

static void loading_in_too_little_memory(void **state) {
  (void)state;
  world_t w;
  world_open(&w);
  write_script(&w, PRELUDE WORK "return S\n");
  oms_script_config_t config = script_config(&w, OMS_SCRIPT_STRATEGY);
  bool done = false;
  for (config.memory_cap = 4096; !done; config.memory_cap += 512) {
    assert_true(config.memory_cap < (4 << 20));
    oms_script_t *s = NULL;
    oms_error_t err = {0};
    int rc = oms_script_load(&config, &s, &err);
    assert_true(rc == OMS_OK || rc == OMS_ERR_NOMEM);
    done = rc == OMS_OK;
    oms_script_free(s);
  }
  world_close(&w);
}

static void each_allocation_of_the_host(void **state) {
  (void)state;
  world_t w;
  world_open(&w);
  write_script(&w, PRELUDE WORK "S.symbols = {'A', 'B'} S.params = {a = 1}\nreturn S\n");
  oms_script_config_t config = script_config(&w, OMS_SCRIPT_STRATEGY);
  static const char *const sets[] = {"a=5"};
  config.sets = sets;
  config.set_n = 1;
  config.library = "/nowhere";
  long live = oms_alloc_live();
  bool done = false;
  for (long n = 1; !done; n++) {
    assert_true(n < 200);
    oms_script_t *s = NULL;
    oms_error_t err = {0};
    oms_alloc_fail_after(n);
    int rc = oms_script_load(&config, &s, &err);
    oms_alloc_fail_after(0);
    assert_true(rc == OMS_OK || s == NULL);
    done = rc == OMS_OK;
    oms_script_free(s);
    assert_int_equal(oms_alloc_live(), live);
  }
  world_close(&w);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_allocation_of_the_cell), cmocka_unit_test(each_allocation_of_events),
      cmocka_unit_test(each_allocation_of_a_rule),   cmocka_unit_test(loading_in_too_little_memory),
      cmocka_unit_test(each_allocation_of_the_host),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
