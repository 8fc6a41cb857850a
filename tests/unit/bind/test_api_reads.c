/* test_api_reads.c - what a script can read, log and arm. */
#include "bind/api_fixture.h"

static void everything_can_be_read(void **state) {
  (void)state;
  world_t w;
  world_open(&w);
  w.bars[0] = bar_at(1000, 101);
  w.bars[1] = bar_at(2000, 102);
  w.bar_n = 2;
  oms_script_free(begin_file(&w, "reads.lua"));
  assert_non_null(strstr(w.log, "log 1 100%;log 2 3 of x;log 3 nil;alert look;"));
  world_close(&w);
}

static void quotes_are_read(void **state) {
  (void)state;
  world_t w;
  world_open(&w);
  oms_command_t c = {.type = OMS_COMMAND_QUOTE};
  c.u.quote.instrument = w.spy;
  c.u.quote.bid = px(99.9);
  c.u.quote.ask = px(100.1);
  c.u.quote.bid_size = sh(5);
  c.u.quote.ask_size = OMS_NO_PRICE;
  assert_int_equal(apply(&w, &c), OMS_OK);
  in_start(&w,
           "local q = oms.quote('SPY') same(q.bid, 99.9) same(q.ask, 100.1) same(q.bid_size, 5)\n"
           "same(q.ask_size, nil) same(q.symbol, 'SPY')");
  world_close(&w);
}

static void symbols_are_those_of_the_script(void **state) {
  (void)state;
  world_t w;
  world_open(&w);
  write_script(
      &w, "local oms = require 'oms' return { on_start = function() assert(#oms.symbols() == 1 and "
          "oms.symbols()[1] == 'ES') end }");
  oms_script_config_t config = script_config(&w, OMS_SCRIPT_STRATEGY);
  config.symbols = &w.es;
  config.symbol_n = 1;
  oms_script_t *s;
  oms_error_t err = {0};
  call_ok(oms_script_load(&config, &s, &err), &err);
  call_ok(oms_script_start(s, &err), &err);
  oms_script_free(s);
  world_close(&w);
}

static void timers_are_armed(void **state) {
  (void)state;
  world_t w;
  world_open(&w);
  oms_script_t *s = begin(
      &w,
      "function S:on_start()\n"
      "  local t = oms.after(1.5, 'soon') t:cancel() t:cancel()\n"
      "  oms.every(60, 'tick') oms.at('2013-10-08T15:00:00Z', 'then') oms.daily('09:35', "
      "'America/New_York', 'open')\n"
      "  local h, r = oms.at('2013-10-08T13:00:00Z', 'past') same(h, nil) same(r.code, "
      "'TOO_LATE')\n"
      "  raises('seconds must be at least 0.001', oms.every, 0, 'x') "
      "raises('must not be negative', "
      "oms.after, -1, 'x')\n"
      "  raises(\"'9:35' is no time of day\", oms.daily, '9:35', 'UTC', 'x')\n"
      "  raises(\"unknown zone 'Mars'\", oms.daily, '09:35', 'Mars', 'x')\n"
      "  raises('the name must be a string', oms.after, 1) raises(\"a timer's name has 1 to 100\", "
      "oms.after, 1, '')\n"
      "  oms.after(1, function(me) same(me, self) self.once = (self.once or 0) + 1 end)\n"
      "  oms.every(1, function() self.again = (self.again or 0) + 1 end)\n"
      "end\n"
      "function S:on_timer(name) self.name = name end\n"
      "function S:on_stop() same(self.name, 'soon') same(self.once, 1) same(self.again, 2) end");
  assert_non_null(strstr(
      w.log, "timer soon;cancel_timer 7;timer tick;timer then;timer open;log 2 a timer with a "
             "function"));
  assert_non_null(strstr(w.log, "timer function:once:1;timer function:again:2;"));
  assert_int_equal(w.timer.kind, OMS_TIMER_EVERY);
  assert_int_equal(w.timer.at, TEN_OCLOCK + OMS_NS_PER_SECOND);
  oms_error_t err = {0};
  static const char *const names[] = {"soon",
                                      "function:once:1",
                                      "function:once:1",
                                      "function:again:2",
                                      "function:again:2",
                                      "function:once:99"};
  for (size_t i = 0; i < OMS_COUNT(names); i++) {
    call_ok(oms_script_timer(s, names[i], &err), &err);
  }
  call_ok(oms_script_stop(s, &err), &err);
  oms_script_free(s);
  world_close(&w);
}

static void books_are_the_owners_own(void **state) {
  (void)state;
  world_t w;
  world_open(&w);
  oms_script_t *s = begin(
      &w,
      "function S:on_start() oms.buy('SPY', 10) end\n"
      "function S:on_timer()\n"
      "  same(oms.position('SPY').qty, 10) same(oms.position('SPY', {scope='account'}).qty, 15)\n"
      "  same(oms.position('SPY', {scope='strategy'}).qty, 10)\n"
      "  local list = oms.positions() same(#list, 1) same(list[1].symbol, 'SPY') same(list[1].qty, "
      "10)\n"
      "  same(oms.positions{scope='account'}[1].qty, 15) same(#oms.positions{account='other'}, 0)\n"
      "  same(#oms.orders{status='all'}, 1) same(#oms.orders{status='filled'}, 1) "
      "same(#oms.orders(), 0)\n"
      "end");
  accept(&w, 0);
  fill(&w, 0, 10, 100);
  oms_terms_t t = w.terms;
  t.owner = w.b;
  t.qty = sh(5);
  t.tag = NULL;
  t.symbol = "SPY";
  t.script_hash = NULL;
  t.client_order_id = NULL;
  uint32_t order;
  oms_reject_t reject;
  assert_int_equal(submit_one(&w, &t, OMS_HELD_BY_NONE, &order, &reject), OMS_OK);
  accept(&w, order);
  fill(&w, order, 5, 100);
  oms_error_t err = {0};
  call_ok(oms_script_timer(s, "t", &err), &err);
  oms_script_free(s);
  world_close(&w);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(everything_can_be_read),          cmocka_unit_test(quotes_are_read),
      cmocka_unit_test(symbols_are_those_of_the_script), cmocka_unit_test(timers_are_armed),
      cmocka_unit_test(books_are_the_owners_own),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
