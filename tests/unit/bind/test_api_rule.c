/* test_api_rule.c - a rule's verdicts, what ctx shows, and what it may set off. */
#include "bind/api_fixture.h"

#define RULE_PRELUDE PRELUDE

/* Judges a fresh limit order of 100 SPY at 99 by the rule's 'body'. */
static int judge_by(world_t *w, const char *body, oms_verdict_t *verdict, oms_reject_t *reject,
                    oms_error_t *err) {
  char text[8192];
  snprintf(text, sizeof(text), "%sfunction S.check(self, order, ctx)\n%s\nend\nreturn S",
           RULE_PRELUDE, body);
  oms_script_t *rule = load_kind(w, OMS_SCRIPT_RULE, text);
  memset(reject, 0, sizeof(*reject));
  int rc = oms_script_check(rule, 0, true, verdict, reject, err);
  oms_script_free(rule);
  return rc;
}

static void with_order(world_t *w) {
  world_open(w);
  in_start(w,
           "oms.submit{symbol='SPY', side='buy', qty=100, type='limit', limit_price=99, tag='t'}");
}

static void verdicts(void **state) {
  (void)state;
  world_t w;
  with_order(&w);
  const struct {
    const char *body;
    oms_verdict_t verdict;
    int code;
    const char *message;
    /* clang-format off: a table */
  } cases[] = {
      {"",                                         OMS_VERDICT_ACCEPT, 0,                                  ""                                            },
      {"return true",                              OMS_VERDICT_ACCEPT, 0,                                  ""                                            },
      {"return false, 'MAX_ORDER_QTY', 'too big'", OMS_VERDICT_REJECT, OMS_CODE_MAX_ORDER_QTY,
       "too big"                                                                                                                                         },
      {"return false, 'MY_OWN', 'because'",        OMS_VERDICT_REJECT, oms_code_own("MY_OWN",              6),
       "because"},
      {"return false, 'my own', 'because'",                                          OMS_VERDICT_REJECT,                          OMS_CODE_RULE_DENIED,
       "my own: because" },
      {"return false",                                          OMS_VERDICT_REJECT,                                               OMS_CODE_RULE_DENIED,
       "a rule refused it without a code of its own"},
      {"return false, 'PRICE_COLLAR'",                                          OMS_VERDICT_REJECT,                               OMS_CODE_PRICE_COLLAR,
       "too far on the dangerous side of the reference price"},
      {"return 'approve', 'big one'",                                          OMS_VERDICT_APPROVE,                                0,      "big one"                   },
  };
  /* clang-format on */
  for (size_t i = 0; i < OMS_COUNT(cases); i++) {
    oms_verdict_t verdict;
    oms_reject_t reject;
    oms_error_t err = {0};
    call_ok(judge_by(&w, cases[i].body, &verdict, &reject, &err), &err);
    assert_int_equal(verdict, cases[i].verdict);
    assert_int_equal(reject.code, cases[i].code);
    assert_string_equal(reject.message, cases[i].message);
  }
  /* clang-format off: a table */
  const char *const wrong[][2] = {
      {"return 5",                         "check returned a number"                                },
      {"return 'no'",                      "check returned a string"                                },
      {"return false, 5",                  "check returned a code that is no string"                },
      {"return false, 'X', {}",            "check returned a message that is no string"             },
      {"return order.quantity",            "order has no field 'quantity'"                          },
      {"return ctx.positon()",             "ctx: unknown field 'positon' (did you mean 'position'?)"},
      {"ctx.x = 1",                        "ctx's fields cannot be set"                             },
      {"oms.buy('SPY', 1)",                "oms.buy is not for a rule"                              },
      {"oms.cancel(order)",                "oms.cancel is not for a rule"                           },
      {"ctx.kill('all')",                  "ctx.kill cannot be called in check"                     },
      {"ctx.reduce('SPY', 1)",             "ctx.reduce cannot be called in check"                   },
      {"ctx.alert('x')",                   "ctx.alert cannot be called in check"                    },
      {"return ctx.working('SPY', 'bye')", "ctx.working: unknown side 'bye' (did you mean 'buy'?)"  },
  };
  /* clang-format on */
  for (size_t i = 0; i < OMS_COUNT(wrong); i++) {
    oms_verdict_t verdict;
    oms_reject_t reject;
    oms_error_t err = {0};
    int rc = judge_by(&w, wrong[i][0], &verdict, &reject, &err);
    if (rc != OMS_ERR_SCRIPT || strstr(err.message, wrong[i][1]) == NULL) {
      fail_msg("%s: %s in place of %s", oms_err_name(rc), err.message, wrong[i][1]);
    }
  }
  world_close(&w);
}

static void ctx_shows_the_account(void **state) {
  (void)state;
  world_t w;
  with_order(&w);
  accept(&w, 0);
  fill(&w, 0, 40, 99);
  in_start(&w, "oms.sell('BOX', 7, {type='limit', limit_price=5})");
  oms_verdict_t verdict;
  oms_reject_t reject;
  oms_error_t err = {0};
  int rc = judge_by(
      &w,
      "same(order.symbol, 'SPY') same(order.qty, 100) same(order.side, 'buy') "
      "same(order.limit_price, 99)\n"
      "same(order.type, 'limit') same(order.tag, 't') same(order.status, 'partially_filled') "
      "same(order.account, 'main')\n"
      "same(order.stop_price, nil) same(order.replaces, nil) same(order.parent, nil) "
      "same(order.is_open, true)\n"
      "same(ctx.now, 1381240800000000000) same(ctx.reduces, true) same(ctx.reference, 100)\n"
      "same(ctx.position().qty, 40) same(ctx.position('SPY', {scope='strategy'}).qty, 40) "
      "same(ctx.position('ES').qty, 0)\n"
      "same(ctx.position('NOPE').qty, 0) same(#ctx.positions(), 1) same(ctx.account().cash, "
      "96038.5)\n"
      "same(ctx.account('other').cash, 100000) same(ctx.last(), 100) same(ctx.last('ES'), nil) "
      "same(ctx.quote(), nil)\n"
      "same(#ctx.open_orders{}, 1) same(#ctx.open_orders{symbol='ES'}, 0) "
      "same(ctx.open_orders()[1].qty, 7)\n"
      "same(ctx.working(), 60) same(ctx.working('SPY', 'sell'), 0) same(ctx.instrument().tick, "
      "0.01)\n"
      "same(ctx.session(), 'regular') same(ctx.session('BOX'), nil)\n"
      "local d = ctx.day same(d.orders, 2) same(d.fills, 1) same(d.cancels, 0) same(d.replaces, 0) "
      "same(d.realized_pl, 0)\n"
      "same(d.total_pl, 38.5) same(d.start_equity, 100000) same(d.losses_in_row, 0) "
      "assert(d.peak_equity >= 100000)\n"
      "raises(\"ctx.day: unknown field 'order' (did you mean 'orders'?)\", function() return "
      "d.order end)\n"
      "for k in pairs(order) do assert(k) end",
      &verdict, &reject, &err);
  call_ok(rc, &err);
  assert_int_equal(verdict, OMS_VERDICT_ACCEPT);
  world_close(&w);
}

/* The view is learned: later orders must show their own figures, not those of the first. */
static void each_order_is_seen_anew(void **state) {
  (void)state;
  world_t w;
  world_open(&w);
  w.path[0] = '\0';
  w.rule = load_kind(&w, OMS_SCRIPT_RULE,
                     "return {params = {max = 50}, check = function(self, order, ctx)\n"
                     "  if order.qty > self.params.max then\n"
                     "    return false, 'MAX_ORDER_QTY', ('%g of %s is above "
                     "%g'):format(order.qty, order.symbol, self.params.max)\n"
                     "  end\nend}");
  in_start(&w, "for i = 1, 20 do\n"
               "  local o, r = oms.buy('SPY', i * 5)\n"
               "  if i <= 10 then same(o.status, 'pending_new') else\n"
               "    same(o, nil) same(r.code, 'MAX_ORDER_QTY') same(r.message, (i * 5) .. ' of SPY "
               "is above 50')\n"
               "  end\nend\nsame(#oms.orders{status='rejected'}, 10)");
  world_close(&w);
}

static void acts_on_fills_and_timers(void **state) {
  (void)state;
  world_t w;
  with_order(&w);
  char text[4096];
  snprintf(
      text, sizeof(text), "%s%s", PRELUDE,
      "function S.check() end\n"
      "function S:on_fill(fill, ctx)\n"
      "  same(fill.qty, 40) same(ctx.position().qty, 40) same(ctx.reduces, false)\n"
      "  ctx.alert('low') same(ctx.kill({account='main'}, 'why'), true) same(ctx.kill(), true)\n"
      "  same(ctx.reduce(fill.symbol, 15), true)\n"
      "  raises('qty must be above 0', ctx.reduce, 'SPY', 0)\n"
      "  raises(\"there is no strategy 'zz'\", ctx.kill, {strategy='zz'})\n"
      "  raises(\"unknown key 'acount' (did you mean 'account'?)\", ctx.kill, {acount='main'})\n"
      "end\n"
      "function S:on_order(order, event, ctx) self.type = event.type same(ctx.last(), 100) end\n"
      "function S:on_timer(name, ctx)\n"
      "  same(name, 'every') same(self.type, 'fill') same(ctx.position('SPY').qty, 40)\n"
      "  raises('a symbol is needed here', ctx.last) raises('a side is needed here', ctx.working, "
      "'SPY')\n"
      "  ctx.reduce('SPY', 500)\n"
      "end\n"
      "function S:on_session(what, s, ctx) same(what, 'open') assert(ctx.now) end\n"
      "return S");
  oms_script_t *s = load_kind(&w, OMS_SCRIPT_RULE, text);
  accept(&w, 0);
  fill(&w, 0, 40, 99);
  deliver(&w, s);
  oms_error_t err = {0};
  call_ok(oms_script_timer(s, "every", &err), &err);
  call_ok(oms_script_session(s, "open", "us_equity", 15986, 1, 2, &err), &err);
  assert_non_null(strstr(w.log,
                         "alert low;kill 1 0 why;kill 0 0 a rule asked for it;close owner 1 qty 15;"
                         "close owner 1 qty 40;"));
  oms_script_free(s);
  world_close(&w);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(verdicts),
      cmocka_unit_test(ctx_shows_the_account),
      cmocka_unit_test(each_order_is_seen_anew),
      cmocka_unit_test(acts_on_fills_and_timers),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
