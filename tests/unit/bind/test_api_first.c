/* test_api_first.c - a strategy loads, gets its callbacks, gives an order, reads what it can
 * see. */
#include "bind/api_fixture.h"

static void strategy_runs_start_and_bars(void **state) {
  (void)state;
  world_t w;
  world_open(&w);
  oms_script_t *s = begin(
      &w, "function S:on_start() self.n = 0 end\n"
          "function S:on_bar(bar)\n"
          "  self.n = self.n + 1\n"
          "  same(bar.symbol, 'SPY') same(bar.close, 100.5 + self.n) same(bar.timeframe, '1d')\n"
          "  same(bar.high, bar.close + 2) same(bar.low, bar.close - 2) same(bar.volume, 1e6)\n"
          "  same(bar.ts, 1000 * self.n) same(math.type(bar.ts), 'integer')\n"
          "end\n"
          "function S:on_stop() same(self.n, 3) end");
  oms_error_t err = {0};
  for (int i = 1; i <= 3; i++) {
    oms_bar_t bar = bar_at(1000 * i, 100.5 + i);
    call_ok(oms_script_bar(s, &bar, w.spy, OMS_NS_PER_DAY, false, &err), &err);
  }
  call_ok(oms_script_stop(s, &err), &err);
  assert_int_equal(strlen(oms_script_hash(s)), 32);
  assert_true(oms_script_has(s, OMS_CALLBACK_BAR));
  assert_false(oms_script_has(s, OMS_CALLBACK_FILL));
  oms_script_free(s);
  world_close(&w);
}

static void order_is_given_and_read(void **state) {
  (void)state;
  world_t w;
  world_open(&w);
  oms_script_t *s = begin(
      &w,
      "function S:on_start()\n"
      "  local o = oms.submit{symbol='SPY', side='buy', qty=100, type='limit', "
      "limit_price='99.50', tag='x'}\n"
      "  same(o.status, 'pending_new') same(o.qty, 100) same(o.limit_price, 99.5) same(o.side, "
      "'buy')\n"
      "  same(o.type, 'limit') same(o.symbol, 'SPY') same(o.tag, 'x') same(o.is_open, true)\n"
      "  same(o.filled_qty, 0) same(o.leaves_qty, 100) same(o.filled_avg_price, nil) "
      "same(o.stop_price, nil)\n"
      "  same(o.account, 'main') same(o.owner, 'a') same(o.strategy_id, 'a') same(o.time_in_force, "
      "'day')\n"
      "  same(o.client_order_id, o.order_id) same(#o.order_id, 36) same(o.route, 'auto') "
      "same(o.code, nil)\n"
      "  same(oms.order(o.order_id), o) same(rawequal(oms.order(o.order_id), o), true)\n"
      "  same(#oms.orders{}, 1) same(oms.orders{symbol='SPY'}[1], o) "
      "same(#oms.orders{symbol='ES'}, 0)\n"
      "  assert(tostring(o):find('buy 100 SPY limit 99.5 day, pending_new', 1, true), "
      "tostring(o))\n"
      "  same(oms.position('SPY').qty, 0) same(oms.position('SPY').avg_price, nil) "
      "same(oms.last('SPY'), 100)\n"
      "  self.o = o\n"
      "end\n"
      "function S:on_fill(fill)\n"
      "  same(fill.order, self.o) same(fill.qty, 40) same(fill.price, 99) same(fill.side, 'buy')\n"
      "  same(fill.commission, 1.5) same(fill.account, 'main') same(fill.symbol, 'SPY') "
      "same(fill.tag, 'x')\n"
      "  same(fill.liquidity, 'removed') same(fill.parent, nil) assert(#fill.execution_id > 0)\n"
      "  local p = oms.position('SPY')\n"
      "  same(p.qty, 40) same(p.avg_price, 99) same(p.market_value, 4000) same(p.cost_basis, "
      "3960)\n"
      "  same(p.unrealized_pl, 40) same(p.realized_pl, 0) same(p.symbol, 'SPY')\n"
      "  self.fills = (self.fills or 0) + 1\n"
      "end\n"
      "function S:on_order(order, event)\n"
      "  same(order, self.o)\n"
      "  self.events = (self.events or '') .. event.type .. ' '\n"
      "end\n"
      "function S:on_stop()\n"
      "  same(self.events, 'new fill ') same(self.fills, 1) same(self.o.status, "
      "'partially_filled')\n"
      "  same(self.o.filled_qty, 40) same(self.o.filled_avg_price, 99) same(self.o.commission, "
      "1.5)\n"
      "  local a = oms.account()\n"
      "  same(a.cash, 96038.5) same(a.equity, 100038.5) same(a.long_market_value, 4000) same(a.id, "
      "'main')\n"
      "  same(a.maintenance_margin, nil) same(a.initial_margin, 2000) same(a.multiplier, 2)\n"
      "end");
  accept(&w, 0);
  fill(&w, 0, 40, 99);
  deliver(&w, s);
  oms_error_t err = {0};
  call_ok(oms_script_stop(s, &err), &err);
  oms_script_free(s);
  world_close(&w);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(strategy_runs_start_and_bars),
      cmocka_unit_test(order_is_given_and_read),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
