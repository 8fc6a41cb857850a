/* test_api_order.c - order handles across fills, cancels and replaces; events and their views. */
#include "bind/api_fixture.h"

/* The index of the newest order. */
static uint32_t newest(const world_t *w) {
  return oms_engine_order_count(w->e) - 1;
}

static void handle_moves_with_the_replace(void **state) {
  (void)state;
  world_t w;
  world_open(&w);
  oms_script_t *s = begin(
      &w,
      "function S:on_start()\n"
      "  self.o = oms.submit{symbol='SPY', side='buy', qty=100, type='limit', limit_price=99, "
      "client_order_id='k'}\n"
      "  self.seen = {[self.o] = 'mine'}\n"
      "  self.first = self.o.order_id\n"
      "end\n"
      "function S:on_timer(name)\n"
      "  local o = self.o\n"
      "  if name == 'replace' then\n"
      "    same(o:replace{qty=150, limit_price='99.5'}, true)\n"
      "    same(o.status, 'pending_replace') same(o.qty, 100) same(o.limit_price, 99) "
      "same(o.client_order_id, 'k')\n"
      "    same(o.pending.qty, 150) same(o.pending.limit_price, 99.5) "
      "same(o.pending.client_order_id, 'k.r1')\n"
      "    same(o.pending.time_in_force, 'day') same(o.replaced_by, nil)\n"
      "    same(#oms.orders{}, 1) same(oms.orders{}[1], o) same(oms.order('k.r1'), o)\n"
      "    local ok, r = oms.replace(o, {qty=200}) same(ok, nil) same(r.code, 'REPLACE_PENDING')\n"
      "  elseif name == 'accepted' then\n"
      "    same(o.status, 'partially_filled') same(o.qty, 150) same(o.limit_price, 99.5) "
      "same(o.filled_qty, 40)\n"
      "    same(o.leaves_qty, 110) same(o.pending, nil) same(o.client_order_id, 'k.r1') "
      "same(o.replaces, self.first)\n"
      "    same(#oms.orders{}, 1) same(rawequal(oms.orders{}[1], o), true) "
      "same(rawequal(oms.order('k'), o), true)\n"
      "    same(#oms.orders{status='all'}, 1) same(self.seen[oms.order('k.r1')], 'mine')\n"
      "    same(oms.cancel(o), true) same(o.status, 'pending_cancel')\n"
      "  end\n"
      "end\n"
      "function S:on_fill(fill) same(fill.order, self.o) same(rawequal(fill.order, self.o), true) "
      "end\n"
      "function S:on_order(order, event)\n"
      "  same(rawequal(order, self.o), true)\n"
      "  self.types = (self.types or '') .. event.type .. ' '\n"
      "  if event.type == 'replaced' then\n"
      "    same(event.old.qty, 100) same(event.old.limit_price, 99) "
      "same(event.old.client_order_id, 'k')\n"
      "    same(order.qty, 150)\n"
      "  end\n"
      "  if event.type == 'canceled' then same(event.canceled_by, 'user') same(event.status, "
      "'canceled') end\n"
      "end\n"
      "function S:on_stop()\n"
      "  same(self.types, 'new fill replaced canceled ') same(self.o.status, 'canceled') "
      "same(self.o.is_open, false)\n"
      "  same(self.o.canceled_by, 'user') same(#oms.orders{}, 0)\n"
      "  local ok, r = self.o:cancel() same(ok, nil) assert(r.code)\n"
      "end");
  oms_error_t err = {0};
  accept(&w, 0);
  fill(&w, 0, 40, 99);
  deliver(&w, s);
  call_ok(oms_script_timer(s, "replace", &err), &err);
  report(&w, report_of(&w, 0, OMS_REPORT_REPLACED));
  call_ok(oms_script_timer(s, "accepted", &err), &err);
  report(&w, report_of(&w, newest(&w), OMS_REPORT_CANCELED));
  deliver(&w, s);
  call_ok(oms_script_stop(s, &err), &err);
  oms_script_free(s);
  world_close(&w);
}

static void refused_replace_leaves_the_handle(void **state) {
  (void)state;
  world_t w;
  world_open(&w);
  oms_script_t *s = begin(
      &w,
      "function S:on_start() self.o = oms.buy('SPY', 10, {type='limit', limit_price=99}) end\n"
      "function S:on_timer(name)\n"
      "  if name == 'replace' then same(oms.replace(self.o, {qty=5, time_in_force='gtc'}), true) "
      "return end\n"
      "  same(self.o.status, 'new') same(self.o.qty, 10) same(self.o.pending, nil)\n"
      "  local all = oms.orders{status='all'} same(#all, 2) same(all[1], self.o)\n"
      "  same(all[2].status, 'rejected') same(all[2] == self.o, false) same(all[2].qty, 5)\n"
      "end\n"
      "function S:on_order(order, event) self.types = (self.types or '') .. event.type .. ' ' end\n"
      "function S:on_stop() assert(self.types:find('replace_rejected', 1, true), self.types) end");
  oms_error_t err = {0};
  accept(&w, 0);
  call_ok(oms_script_timer(s, "replace", &err), &err);
  oms_report_t r = report_of(&w, 0, OMS_REPORT_REPLACE_REJECTED);
  r.text = "no";
  report(&w, r);
  deliver(&w, s);
  call_ok(oms_script_timer(s, "look", &err), &err);
  call_ok(oms_script_stop(s, &err), &err);
  oms_script_free(s);
  world_close(&w);
}

/* Handles that no script holds are collected; a new one is equal to the old in all that can be
 * seen. */
static void handles_are_not_hoarded(void **state) {
  (void)state;
  world_t w;
  world_open(&w);
  write_script(&w, PRELUDE "function S:on_start() for i = 1, 60 do oms.buy('SPY', 1, "
                           "{type='limit', limit_price=1}) end end\n"
                           "function S:on_timer() local n = 0\n"
                           "  for i = 1, 2000 do for _, o in ipairs(oms.orders{}) do n = n + o.qty "
                           "end end same(n, 120000)\n"
                           "end\nreturn S");
  oms_script_config_t config = script_config(&w, OMS_SCRIPT_STRATEGY);
  config.memory_cap = 400 << 10;
  oms_script_t *s;
  oms_error_t err = {0};
  call_ok(oms_script_load(&config, &s, &err), &err);
  call_ok(oms_script_start(s, &err), &err);
  call_ok(oms_script_timer(s, "t", &err), &err);
  oms_script_free(s);
  world_close(&w);
}

static void restated_shows_the_old_terms(void **state) {
  (void)state;
  world_t w;
  world_open(&w);
  oms_script_t *s =
      begin(&w, "function S:on_start() oms.buy('SPY', 10, {type='limit', limit_price=99}) end\n"
                "function S:on_order(order, event)\n"
                "  if event.type == 'restated' then\n"
                "    same(event.old.qty, 10) same(event.old.limit_price, 99) same(order.qty, 7) "
                "self.ok = true\n"
                "  else same(event.old, nil) end\n"
                "  same(event.replayed, false) same(math.type(event.ts), 'integer')\n"
                "  self.keep = event\n"
                "end\n"
                "function S:on_stop()\n"
                "  same(self.ok, true) raises('valid only during the callback', function() return "
                "self.keep.seq end)\n"
                "end");
  accept(&w, 0);
  oms_report_t r = report_of(&w, 0, OMS_REPORT_RESTATED);
  r.qty = sh(7);
  report(&w, r);
  deliver(&w, s);
  oms_error_t err = {0};
  call_ok(oms_script_stop(s, &err), &err);
  oms_script_free(s);
  world_close(&w);
}

static void claims_and_foreign_orders(void **state) {
  (void)state;
  world_t w;
  world_open(&w);
  in_start(&w,
           "local o = oms.buy('SPY', 1, {type='limit', limit_price=1}) same(oms.claim(o), true)");
  assert_non_null(strstr(w.log, "claim 1 0;"));
  world_close(&w);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(handle_moves_with_the_replace),
      cmocka_unit_test(refused_replace_leaves_the_handle),
      cmocka_unit_test(handles_are_not_hoarded),
      cmocka_unit_test(restated_shows_the_old_terms),
      cmocka_unit_test(claims_and_foreign_orders),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
