/* test_api_terms.c - what the desk gets for a table of oms.submit and its sisters, and every
 * misuse. */
#include "bind/api_fixture.h"

static void each_misuse_is_named(void **state) {
  (void)state;
  world_t w;
  world_open(&w);
  oms_script_free(begin_file(&w, "misuse.lua"));
  world_close(&w);
}

static void terms_reach_the_desk(void **state) {
  (void)state;
  world_t w;
  world_open(&w);
  in_start(
      &w,
      "oms.submit{symbol='SPY', side='sell_short', qty='1.5', type='stop_limit', limit_price=99, "
      "stop_price=99.25, time_in_force='gtd', expire_at='2013-10-09', session='extended', "
      "post_only=true, "
      "reduce_only=true, do_not_reduce=true, account='other', route='auto', "
      "position_intent='sell_to_open', trigger_by='last'}");
  const oms_terms_t *t = &w.terms;
  assert_int_equal(t->instrument, w.spy);
  assert_int_equal(t->side, OMS_SIDE_SELL_SHORT);
  assert_int_equal(t->qty, 1500000000);
  assert_int_equal(t->type, OMS_TYPE_STOP_LIMIT);
  assert_int_equal(t->limit_price, px(99));
  assert_int_equal(t->stop_price, px(99.25));
  assert_int_equal(t->trail_price, OMS_NO_PRICE);
  assert_int_equal(t->time_in_force, OMS_TIF_GTD);
  assert_int_equal(t->expire_at, INT64_C(1381276800000000000));
  assert_true(w.expire_is_date);
  assert_int_equal(t->session, OMS_SESSION_EXTENDED);
  assert_int_equal(t->flags, OMS_ORDER_POST_ONLY | OMS_ORDER_REDUCE_ONLY | OMS_ORDER_DO_NOT_REDUCE);
  assert_int_equal(t->account, w.other);
  assert_int_equal(t->owner, w.a);
  assert_int_equal(t->position_intent, OMS_INTENT_SELL_TO_OPEN);
  assert_int_equal(t->trigger_by, OMS_TRIGGER_BY_LAST);
  assert_int_equal(t->group, OMS_NONE);
  assert_int_equal(t->parent, OMS_NONE);
  in_start(&w, "oms.submit{symbol='SPY', side='buy', notional=1000.5, extended_hours=true, "
               "time_in_force='gtd',\n"
               "  expire_at='2013-10-09T15:00:00Z', type='trailing_stop', trail_percent=3}");
  assert_int_equal(t->notional, 1000500000);
  assert_int_equal(t->qty, OMS_NO_PRICE);
  assert_int_equal(t->session, OMS_SESSION_EXTENDED);
  assert_int_equal(t->trail_percent, INT64_C(3000000000));
  assert_false(w.expire_is_date);
  world_close(&w);
}

static void short_calls_are_the_same(void **state) {
  (void)state;
  world_t w;
  world_open(&w);
  in_start(&w,
           "local o = oms.buy('SPY', 5) same(o.side, 'buy') same(o.type, 'market')\n"
           "o = oms.sell('SPY', 5, {type='limit', limit_price=101, tag='t'}) same(o.side, 'sell')\n"
           "same(o.limit_price, 101) same(o.tag, 't')\n"
           "o = oms.buy('SPY', nil, {notional=500}) same(o.qty, 5)");
  world_close(&w);
}

static void refusals_are_the_whole_answer(void **state) {
  (void)state;
  world_t w;
  world_open(&w);
  in_start(
      &w,
      "local o, r = oms.buy('NOPE', 5) same(o, nil) same(r.code, 'UNKNOWN_SYMBOL') "
      "assert(#r.message > 0)\n"
      "o, r = oms.buy('SPY', -1) same(o, nil) same(r.code, 'INVALID_QTY')\n"
      "o, r = oms.buy('SPY', 1.5) same(o, nil) same(r.code, 'OFF_LOT')\n"
      "o, r = oms.close('NOPE') same(o, nil) same(r.code, 'UNKNOWN_SYMBOL')\n"
      "o, r = oms.target('ES', {weight=0.5}) same(o, nil) same(r.code, 'NO_REFERENCE_PRICE')\n"
      "local a = oms.submit{symbol='SPY', side='buy', qty=1, client_order_id='k'}\n"
      "local b = oms.submit{symbol='SPY', side='buy', qty=1, client_order_id='k'}\n"
      "same(a, b) same(rawequal(a, b), true) same(oms.order('k'), a) same(oms.order('nope'), nil)\n"
      "o, r = oms.submit{symbol='SPY', side='buy', qty=2, client_order_id='k'}\n"
      "same(o, nil) same(r.code, 'DUPLICATE_CLIENT_ORDER_ID')");
  w.deny_memory = true;
  in_start(&w, "raises('oms.buy: out of memory', oms.buy, 'SPY', 1)");
  world_close(&w);
}

static void groups_have_their_exits(void **state) {
  (void)state;
  world_t w;
  world_open(&w);
  in_start(
      &w, "local o = oms.submit{symbol='SPY', side='buy', qty=10, order_class='bracket', tag='g',\n"
          "  take_profit={{qty=6, limit_price=110}, {qty=4, limit_price=120}}, trigger='full',\n"
          "  stop_loss={stop_price=90, limit_price=89}}\n"
          "same(o.order_class, 'bracket') same(o.role, 'parent') same(#o.children, 3)\n"
          "same(o.take_profit.limit_price, 110) same(o.stop_loss.stop_price, 90) "
          "same(o.stop_loss.type, 'stop_limit')\n"
          "same(o.children[2].limit_price, 120) same(o.children[3], o.stop_loss)\n"
          "local c = o.take_profit\n"
          "same(c.side, 'sell') same(c.reduce_only, true) same(c.parent, o) same(c.parent_id, "
          "o.order_id)\n"
          "same(c.status, 'held') same(c.held_by, 'parent') same(c.qty, 6) same(c.time_in_force, "
          "'day')\n"
          "same(c.role, 'take_profit') same(c.children, nil) same(c.tag, 'g')");
  assert_int_equal(w.child_n, 3);
  assert_true(w.trigger_full);
  assert_int_equal(w.children[2].qty, sh(10));
  in_start(
      &w,
      "local o = oms.submit{symbol='SPY', side='sell_short', qty=10, type='limit', "
      "limit_price=101,\n"
      "  time_in_force='ioc', order_class='oto', stop_loss={trail_percent=2, trail_from='fill'}}\n"
      "same(o.stop_loss.side, 'buy_to_cover') same(o.stop_loss.type, 'trailing_stop')\n"
      "same(o.stop_loss.time_in_force, 'gtc') same(o.take_profit, nil) "
      "same(o.stop_loss.trail_percent, 2)");
  assert_int_equal(w.children[0].limit_price, OMS_NO_PRICE);
  in_start(
      &w,
      "local o = oms.submit{symbol='SPY', side='buy', qty=10, order_class='oto', notional=nil,\n"
      "  take_profit={limit_price='110.5'}} same(o.take_profit.type, 'limit') "
      "same(o.take_profit.qty, 10)\n"
      "local s = oms.submit{symbol='SPY', side='sell', qty=10, order_class='oco', "
      "time_in_force='gtc',\n"
      "  take_profit={limit_price=110}, stop_loss={stop_price=90}}\n"
      "if s then same(s.side, 'sell') same(s.take_profit, s) same(s.stop_loss.side, 'sell') end");
  assert_int_equal(w.children[0].side, OMS_SIDE_SELL);
  assert_int_equal(w.children[0].time_in_force, OMS_TIF_GTC);
  assert_int_equal(w.children[0].role, OMS_ROLE_TAKE_PROFIT);
  assert_int_equal(w.children[1].role, OMS_ROLE_STOP_LOSS);
  world_close(&w);
}

static void targets_are_exact(void **state) {
  (void)state;
  world_t w;
  world_open(&w);
  mark(&w, w.es, 33);
  in_start(&w, "same(oms.target('SPY', -7), true)");
  assert_int_equal(w.target, sh(-7));
  in_start(&w, "oms.target('SPY', {weight=0.5})");
  assert_int_equal(w.target, sh(500));
  in_start(&w, "oms.target('SPY', {weight='-0.33339'})"); /* 333.39 towards zero to the lot */
  assert_int_equal(w.target, sh(-333));
  in_start(&w, "oms.target('ES', {value=1000}, "
               "{type='limit', limit_price=33, tag='z'})"); /* 1000 / (33 x 50) */
  assert_int_equal(w.target, INT64_C(606060606));
  assert_int_equal(w.terms.limit_price, px(33));
  in_start(&w, "same(oms.close('SPY'), true) oms.close('SPY', {qty=3}) oms.cancel_all() "
               "oms.cancel_all{symbol='SPY'}\n"
               "oms.cancel_all{symbol='NOPE'} oms.cancel_all{account='other'}");
  assert_non_null(
      strstr(w.log, "close owner 1 qty -1;close owner 1 qty 3;cancel_all -1 1 -1;cancel_all -1 1 0;"
                    "cancel_all 1 1 -1;"));
  world_close(&w);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_misuse_is_named),     cmocka_unit_test(terms_reach_the_desk),
      cmocka_unit_test(short_calls_are_the_same), cmocka_unit_test(refusals_are_the_whole_answer),
      cmocka_unit_test(groups_have_their_exits),  cmocka_unit_test(targets_are_exact),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
