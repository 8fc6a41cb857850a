/* test_api_group.c - oms.group, and the trigger scripts of the library on top of it: a bracket from
 * entry to exit. */
#include "bind/api_fixture.h"

static oms_script_t *load_triggers(world_t *w) {
  char path[512];
  oms_script_config_t config = script_config(w, OMS_SCRIPT_TRIGGER);
  snprintf(path, sizeof(path), "%s/lua/oms/triggers/init.lua", SOURCE_DIR);
  config.path = path;
  config.library = SOURCE_DIR;
  oms_script_t *s = NULL;
  oms_error_t err = {0};
  call_ok(oms_script_load(&config, &s, &err), &err);
  return s;
}

/* Events go to the trigger script until none is left. */
static void run_triggers(world_t *w, oms_script_t *s) {
  oms_error_t err = {0};
  for (int i = 0; i < w->event_n; i++) {
    oms_event_t event = w->events[i];
    if (event.order != OMS_NONE) {
      call_ok(oms_script_trigger(s, &event, &err), &err);
    }
  }
  w->event_n = 0;
}

static void bracket(world_t *w) {
  in_start(w, "oms.submit{symbol='SPY', side='buy', qty=100, order_class='bracket',\n"
              "  take_profit={limit_price=110}, stop_loss={stop_price=90}}");
}

static void exits_follow_the_entry(void **state) {
  (void)state;
  world_t w;
  world_open(&w);
  bracket(&w);
  oms_script_t *s = load_triggers(&w);
  accept(&w, 0);
  fill(&w, 0, 40, 100);
  run_triggers(&w, s);
  for (uint32_t i = 1; i <= 2; i++) {
    const oms_order_t *o = oms_engine_order(w.e, i);
    assert_int_equal(o->status, OMS_STATUS_PENDING_NEW);
    assert_int_equal(o->qty, sh(40));
  }
  accept(&w, 1);
  accept(&w, 2);
  fill(&w, 0, 60, 100);
  run_triggers(&w, s);
  assert_int_equal(oms_engine_order(w.e, 1)->qty, sh(100));
  fill(&w, 1, 30, 110);
  run_triggers(&w, s);
  assert_int_equal(oms_engine_order(w.e, 2)->qty, sh(70));
  fill(&w, 1, 70, 110);
  run_triggers(&w, s);
  assert_non_null(strstr(w.log, "end 2 GROUP_FILLED the other exit of its group filled;"));
  oms_error_t err = {0};
  call_ok(oms_engine_verify(w.e, &err), &err);
  oms_script_free(s);
  world_close(&w);
}

/* A trigger script of the test's own over a bracket of which 40 have filled. */
static void groups_can_be_read(void **state) {
  (void)state;
  world_t w;
  world_open(&w);
  bracket(&w);
  accept(&w, 0);
  fill(&w, 0, 40, 100);
  oms_event_t event = w.events[w.event_n - 1];
  char text[4096];
  snprintf(
      text, sizeof(text), "%s%s", PRELUDE,
      "local g = oms.group\n"
      "function S:on_event(order, event)\n"
      "  same(event.type, 'fill') same(order.role, 'parent') same(g.class(order), 'bracket')\n"
      "  same(g.head(order), order) same(g.trigger_full(order), false) same(g.role(order), "
      "'parent')\n"
      "  local m = g.members(order) same(#m, 3) same(rawequal(m[1], order), true) "
      "same(g.role(m[2]), 'take_profit')\n"
      "  same(g.held_by(m[2]), 'parent') same(g.held_by(order), 'none') same(g.asked(m[2]), "
      "100000000000)\n"
      "  same(math.type(g.filled(order)), 'integer') same(g.filled(order), 40000000000)\n"
      "  same(g.leaves(order), 60000000000) same(g.exited(order), 0) same(g.rearmed(order), 0)\n"
      "  same(g.book(order), 40000000000) same(#g.reduce_only(order, 'sell'), 0)\n"
      "  same(g.release(m[2], 40000000000), true) same(g.held_by(m[2]), 'none')\n"
      "  same(#g.reduce_only(order, 'sell'), 1) same(#g.reduce_only(order, 'buy'), 0)\n"
      "  same(g.rearm(m[3], 40000000000), m[3]) same(g.unprotected(m[3]), true)\n"
      "  same(g.finish(m[3], 'PARENT_GONE', 'text'), true) same(g.finish(m[3], 'PARENT_GONE'), "
      "true)\n"
      "  local ok, why = g.release(order, 1) same(ok, nil) same(type(why), 'string')\n"
      "  raises('qty must be an integer in 1e-9', g.release, m[2], 1.5)\n"
      "  raises(\"unknown code 'PARENT_GON' (did you mean 'PARENT_GONE'?)\", g.finish, m[3], "
      "'PARENT_GON')\n"
      "  raises('argument 1 must be an order', g.class, 5) raises('unknown side', g.reduce_only, "
      "order, 'x')\n"
      "  raises('oms.buy is not for a trigger', oms.buy, 'SPY', 1)\n"
      "end\nreturn S");
  oms_script_t *s = load_kind(&w, OMS_SCRIPT_TRIGGER, text);
  oms_error_t err = {0};
  call_ok(oms_script_trigger(s, &event, &err), &err);
  assert_non_null(
      strstr(w.log, "end 2 PARENT_GONE text;end 2 PARENT_GONE its parent ended unfilled;"));
  oms_script_free(s);
  world_close(&w);
}

/* group is for trigger scripts alone. */
static void strategies_have_no_groups(void **state) {
  (void)state;
  world_t w;
  world_open(&w);
  in_start(&w, "raises(\"oms has no 'group'\", function() return oms.group end)");
  world_close(&w);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(exits_follow_the_entry),
      cmocka_unit_test(groups_can_be_read),
      cmocka_unit_test(strategies_have_no_groups),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
