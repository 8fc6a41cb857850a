/* Groups, release and resize; accounts over marks, quotes and days. */
#include "engine_fixture.h"

static uint32_t make_group(fixture_t *f, int order_class) {
  oms_command_t c = {.type = OMS_COMMAND_GROUP, .u.group = {.order_class = (uint8_t)order_class}};
  assert_int_equal(apply(f, &c), OMS_OK);
  return oms_engine_new_group(f->e);
}

static uint32_t child(fixture_t *f, uint32_t group, uint32_t parent, int role, int64_t cents) {
  oms_terms_t t = limit_terms(f, OMS_SIDE_SELL, 100, cents);
  if (role == OMS_ROLE_STOP_LOSS) {
    t.type = OMS_TYPE_STOP;
    t.stop_price = t.limit_price;
    t.limit_price = OMS_NO_PRICE;
  }
  t.group = group;
  t.parent = parent;
  t.role = (uint8_t)role;
  t.flags = OMS_ORDER_REDUCE_ONLY;
  oms_command_t c = {
      .type = OMS_COMMAND_SUBMIT, .u.submit = {.terms = &t, .held_by = OMS_HELD_BY_PARENT}
  };
  assert_int_equal(apply(f, &c), OMS_OK);
  return subject(f);
}

typedef struct bracket {
  uint32_t group, parent, target, stop;
} bracket_t;

static bracket_t make_bracket(fixture_t *f) {
  bracket_t b;
  mark(f, 1000);
  b.group = make_group(f, OMS_ORDER_CLASS_BRACKET);
  oms_terms_t t = limit_terms(f, OMS_SIDE_BUY, 100, 1000);
  t.group = b.group;
  t.order_class = OMS_ORDER_CLASS_BRACKET;
  t.role = OMS_ROLE_PARENT;
  b.parent = working(f, &t);
  b.target = child(f, b.group, b.parent, OMS_ROLE_TAKE_PROFIT, 1100);
  assert_event(f, 0, HELD);
  b.stop = child(f, b.group, b.parent, OMS_ROLE_STOP_LOSS, 900);
  return b;
}

static void state_of_no_group_is_stale(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  oms_command_t c = {.type = OMS_COMMAND_GROUP_STATE, .u.group_state = {.group = 0}};
  assert_int_equal(apply(&f, &c), OMS_ERR_STALE);
  (void)make_group(&f, OMS_ORDER_CLASS_OCO); /* nobody has joined it */
  assert_int_equal(apply(&f, &c), OMS_ERR_STALE);
  tear_down(&f);
}

static int release(fixture_t *f, uint32_t o, int64_t shares) {
  return apply(f, &(oms_command_t){
                      .type = OMS_COMMAND_RELEASE, .u.release = {o, sh(shares)}
  });
}
static int resize(fixture_t *f, uint32_t o, int64_t shares) {
  return apply(f, &(oms_command_t){
                      .type = OMS_COMMAND_RESIZE, .u.resize = {o, sh(shares)}
  });
}

static oms_qty_t working_sell(const fixture_t *f) {
  return oms_engine_net(f->e, 0, f->spy)->working_sell;
}

static void children_are_held_outside_all_sums(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  bracket_t b = make_bracket(&f);
  const oms_group_t *g = oms_engine_group(f.e, b.group);
  assert_int_equal(g->head, b.parent);
  assert_int_equal(order(&f, b.parent)->more->next_in_group, b.target);
  assert_int_equal(order(&f, b.target)->more->next_in_group, b.stop);
  assert_int_equal(g->last, b.stop);
  assert_status(&f, b.target, HELD);
  assert_int_equal(working_sell(&f), 0);
  assert_int_equal(oms_engine_account(f.e, 0)->open_orders, 1);
  assert_int_equal(send(&f, b.target), OMS_ERR_BAD_TRANSITION);
  assert_int_equal(fill(&f, b.target, 1, 1000), OMS_ERR_BAD_TRANSITION);
  assert_int_equal(report(&f, OMS_REPORT_WORKING, b.target), OMS_ERR_BAD_TRANSITION);
  cancel(&f, b.parent);
  report(&f, OMS_REPORT_CANCELED, b.parent);
  oms_command_t c = {
      .type = OMS_COMMAND_CANCEL,
 /* clang-format off: a table */
      .u.cancel = {
                   .order = b.target, .canceled_by = OMS_CANCELED_BY_OMS, .code = OMS_CODE_PARENT_GONE}
  };
  /* clang-format on */
  apply(&f, &c);
  assert_status(&f, b.target, CANCELED);
  assert_code(&f, b.target, PARENT_GONE);
  tear_down(&f);
}

static void group_counts_once_at_its_largest(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  bracket_t b = make_bracket(&f);
  fill(&f, b.parent, 60, 1000);
  assert_int_equal(release(&f, b.stop, 60), OMS_OK);
  assert_event(&f, 0, RELEASED);
  assert_int_equal(release(&f, b.target, 50), OMS_OK);
  assert_int_equal(working_sell(&f), sh(60));
  assert_int_equal(oms_engine_group(f.e, b.group)->counted, sh(60));
  assert_int_equal(oms_engine_account(f.e, 0)->reserve, usd(400)); /* the parent's rest alone */
  verify(&f);
  send(&f, b.stop);
  send(&f, b.target);
  report(&f, OMS_REPORT_WORKING, b.stop);
  report(&f, OMS_REPORT_WORKING, b.target);
  fill(&f, b.parent, 40, 1000);
  assert_int_equal(resize(&f, b.target, 100), OMS_OK);
  assert_event(&f, 0, RESTATED);
  assert_int_equal(f.events[0].old_qty, sh(50));
  assert_int_equal(working_sell(&f), sh(100));
  resize(&f, b.stop, 100);
  assert_int_equal(working_sell(&f), sh(100));
  verify(&f);
  fill(&f, b.target, 30, 1100);
  resize(&f, b.stop, 70);
  assert_int_equal(working_sell(&f), sh(70));
  fill(&f, b.target, 70, 1100);
  assert_int_equal(working_sell(&f), sh(70));
  assert_int_equal(resize(&f, b.stop, 0), OMS_OK);
  assert_status(&f, b.stop, CANCELED);
  assert_code(&f, b.stop, POSITION_CLOSED);
  assert_event(&f, 1, CANCELED);
  assert_int_equal(working_sell(&f), 0);
  assert_int_equal(oms_engine_net(f.e, 0, f.spy)->qty, 0);
  tear_down(&f);
}

static void several_targets_add_up_against_the_stop(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  bracket_t b = make_bracket(&f);
  uint32_t second = child(&f, b.group, b.parent, OMS_ROLE_TAKE_PROFIT, 1200);
  fill(&f, b.parent, 100, 1000);
  release(&f, b.target, 60);
  release(&f, second, 40);
  assert_int_equal(working_sell(&f), sh(100));
  release(&f, b.stop, 100);
  assert_int_equal(working_sell(&f), sh(100));
  tear_down(&f);
}

static void children_are_replaced_in_their_group(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  bracket_t b = make_bracket(&f);
  oms_command_t c = replace_command(b.stop);
  c.u.replace.stop_price = px(950);
  assert_int_equal(apply(&f, &c), OMS_OK); /* still held: at once, and still held */
  uint32_t moved = subject(&f);
  assert_status(&f, moved, HELD);
  assert_int_equal(order(&f, moved)->held_by, OMS_HELD_BY_PARENT);
  assert_int_equal(oms_engine_group(f.e, b.group)->last, moved);
  fill(&f, b.parent, 100, 1000);
  release(&f, moved, 100);
  send(&f, moved);
  report(&f, OMS_REPORT_WORKING, moved);
  c = replace_command(moved);
  c.u.replace.stop_price = px(970);
  assert_int_equal(apply(&f, &c), OMS_OK);
  uint32_t s = subject(&f);
  assert_int_equal(working_sell(&f), sh(100));
  verify(&f);
  send(&f, s);
  report(&f, OMS_REPORT_REPLACED, moved);
  assert_int_equal(working_sell(&f), sh(100));
  fill(&f, s, 100, 970);
  assert_int_equal(working_sell(&f), 0);
  tear_down(&f);
}

static void held_replace_refused_by_a_rule_leaves_its_group(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  bracket_t b = make_bracket(&f);
  oms_command_t c = replace_command(b.stop);
  c.u.replace.stop_price = px(950);
  c.u.replace.needs_verdict = true;
  apply(&f, &c);
  verdict(&f, subject(&f), OMS_VERDICT_REJECT, OMS_CODE_NONE);
  assert_int_equal(oms_engine_group(f.e, b.group)->last, b.stop);
  assert_int_equal(order(&f, b.stop)->more->next_in_group, OMS_NONE);
  assert_status(&f, b.stop, HELD);
  tear_down(&f);
}

static void oco_head_stands_for_its_exits(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  mark(&f, 1000);
  hold(&f, f.owner, 100, 1000);
  uint32_t g = make_group(&f, OMS_ORDER_CLASS_OCO);
  oms_terms_t t = terms(&f, OMS_SIDE_SELL, 100);
  t.group = g;
  t.order_class = OMS_ORDER_CLASS_OCO;
  t.flags = OMS_ORDER_REDUCE_ONLY | OMS_ORDER_GROUP_HEAD;
  assert_int_equal(submit(&f, &t), OMS_OK);
  uint32_t head = subject(&f);
  assert_int_equal(working_sell(&f), 0);
  uint32_t target = child(&f, g, head, OMS_ROLE_TAKE_PROFIT, 1100);
  uint32_t stop = child(&f, g, head, OMS_ROLE_STOP_LOSS, 900);
  release(&f, target, 100);
  release(&f, stop, 100);
  assert_int_equal(working_sell(&f), sh(100));
  assert_int_equal(oms_engine_group(f.e, g)->head, head);
  replace_qty(&f, head, 50);
  assert_refused(&f, HAS_NO_SUCH_TERM);
  send(&f, target);
  send(&f, stop);
  report(&f, OMS_REPORT_WORKING, head);
  fill(&f, target, 30, 1100);
  assert_status(&f, head, PARTIALLY_FILLED);
  verify(&f);
  char id[24];
  oms_report_t r = report_of(OMS_REPORT_BUST, target);
  r.busts = oms_execution_id_text(oms_engine_fill(f.e, 1), id);
  tell(&f, r);
  assert_status(&f, head, NEW);
  assert_int_equal(order(&f, head)->filled_qty, 0);
  fill(&f, stop, 100, 900);
  assert_status(&f, head, FILLED);
  assert_int_equal(oms_order_avg_price(order(&f, head)), px(900));
  assert_int_equal(oms_engine_net(f.e, 0, f.spy)->qty, 0);
  tear_down(&f);
}

static void ticket_is_released_with_what_is_left(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  mark(&f, 1000);
  hold(&f, f.owner, 100, 1000);
  oms_terms_t t = terms(&f, OMS_SIDE_SELL, 100);
  t.role = OMS_ROLE_TICKET;
  oms_command_t c = {
      .type = OMS_COMMAND_SUBMIT, .u.submit = {.terms = &t, .held_by = OMS_HELD_BY_CONDITION}
  };
  assert_int_equal(apply(&f, &c), OMS_OK);
  uint32_t o = subject(&f);
  assert_int_equal(working_sell(&f), 0);
  assert_int_equal(release(&f, o, 70), OMS_OK);
  assert_status(&f, o, PENDING_NEW);
  assert_int_equal(working_sell(&f), sh(70));
  assert_true((order(&f, o)->flags & OMS_ORDER_REDUCES) != 0);
  assert_int_equal(release(&f, o, 70), OMS_ERR_BAD_TRANSITION);
  assert_int_equal(resize(&f, o, 50), OMS_OK);
  assert_int_equal(working_sell(&f), sh(50));
  tear_down(&f);
}

static void marks_move_every_account_that_holds(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  mark(&f, 1000);
  hold(&f, f.owner, 100, 1000);
  oms_terms_t t = limit_terms(&f, OMS_SIDE_SELL, 50, 1000);
  t.account = 1;
  uint32_t o = working(&f, &t);
  fill(&f, o, 50, 1000);
  mark(&f, 1200);
  assert_int_equal(oms_account_equity(oms_engine_account(f.e, 0)), usd(100200));
  assert_int_equal(oms_account_equity(oms_engine_account(f.e, 1)), usd(99900));
  assert_int_equal(oms_engine_account(f.e, 0)->day_peak_equity, usd(100200));
  oms_command_t c = {
      .type = OMS_COMMAND_MARK, .u.mark = {f.spy, INT64_MAX}
  };
  assert_int_equal(apply(&f, &c), OMS_OK); /* 100 shares at nine billion still fit */
  mark(&f, 1200);
  tear_down(&f);
}

static void mark_that_does_not_fit_changes_nothing(void **state) {
  (void)state;
  fixture_t f;
  setup_t s = plain_setup();
  s.account.initial_cash = usd(1000000000);
  set_up(&f, &s);
  mark(&f, 1);
  hold(&f, f.owner, 10000000, 1);
  oms_command_t c = {
      .type = OMS_COMMAND_MARK, .u.mark = {f.spy, INT64_MAX}
  };
  assert_int_equal(apply(&f, &c), OMS_ERR_OVERFLOW);
  assert_int_equal(oms_engine_instrument(f.e, f.spy)->last, px(1));
  tear_down(&f);
}

static void reference_is_last_then_mid_then_previous_close(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  oms_instrument_t i = instrument("NEW");
  i.previous_close = px(700);
  uint32_t k;
  assert_int_equal(oms_engine_add_instrument(f.e, &i, &k), OMS_OK);
  assert_int_equal(oms_engine_reference(f.e, k), px(700));
  oms_command_t c = {
      .type = OMS_COMMAND_QUOTE, .u.quote = {k, px(800), px(810), sh(1), sh(1)}
  };
  apply(&f, &c);
  assert_int_equal(oms_engine_reference(f.e, k), px(805));
  oms_terms_t t = limit_terms(&f, OMS_SIDE_BUY, 10, 810);
  t.instrument = k;
  uint32_t o = working(&f, &t);
  fill(&f, o, 10, 810);
  assert_int_equal(oms_engine_account(f.e, 0)->long_value, INT64_C(80500000));
  c.u.quote.bid = px(900);
  c.u.quote.ask = px(890); /* crossed: there is no book, and no news */
  apply(&f, &c);
  assert_int_equal(oms_engine_reference(f.e, k), px(805));
  mark_symbol(&f, k, 600);
  assert_int_equal(oms_engine_reference(f.e, k), px(600));
  assert_int_equal(oms_engine_account(f.e, 0)->long_value, usd(60));
  tear_down(&f);
}

static void day_rolls_at_midnight_in_new_york(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  mark(&f, 1000);
  hold(&f, f.owner, 100, 1000);
  mark(&f, 1100);
  const oms_account_t *a = oms_engine_account(f.e, 0);
  assert_int_equal(a->day, 15986); /* 2013-10-08 */
  assert_int_equal(a->day_start_equity, usd(100000));
  assert_int_equal(a->day_orders, 1);
  assert_int_equal(a->day_fills, 1);
  f.now = TEN_OCLOCK + INT64_C(14) * 3600 * OMS_NS_PER_SECOND - 1; /* 23:59:59.999999999 */
  oms_command_t time = {.type = OMS_COMMAND_TIME};
  apply(&f, &time);
  assert_int_equal(a->day_orders, 1);
  f.now++;
  apply(&f, &time);
  assert_int_equal(a->day, 15987);
  assert_int_equal(a->day_start_equity, usd(100100));
  assert_int_equal(a->day_peak_equity, usd(100100));
  assert_int_equal(a->day_orders, 0);
  assert_int_equal(a->day_fills, 0);
  tear_down(&f);
}

static void account_added_later_begins_its_own_day(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  mark(&f, 1000);
  hold(&f, f.owner, 100, 1000);
  setup_t s = plain_setup();
  s.account.id = "third";
  uint16_t third;
  assert_int_equal(oms_engine_add_account(f.e, &s.account, &third), OMS_OK);
  mark(&f, 1000);
  assert_int_equal(oms_engine_account(f.e, 0)->day_orders, 1);
  assert_int_equal(oms_engine_account(f.e, third)->day, 15986);
  tear_down(&f);
}

static void losses_in_a_row_are_net_of_commission(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  mark(&f, 1000);
  const oms_account_t *a = oms_engine_account(f.e, 0);
  const int64_t exits[] = {990, 1000, 1010};
  const uint32_t losses[] = {1, 2, 0};
  for (size_t i = 0; i < OMS_COUNT(exits); i++) {
    hold(&f, f.owner, 10, 1000);
    oms_terms_t t = limit_terms(&f, OMS_SIDE_SELL, 10, exits[i]);
    uint32_t o = working(&f, &t);
    oms_report_t r = report_of(OMS_REPORT_FILL, o);
    r.qty = sh(10);
    r.price = px(exits[i]);
    r.execution_no = ++f.execution;
    r.has_commission = true;
    r.commission = 1;
    tell(&f, r);
    assert_int_equal(a->losses_in_row, losses[i]);
  }
  assert_int_equal(a->day_realized_pl, 0);
  assert_int_equal(a->commission, 3);
  tear_down(&f);
}

static void alerts_reach_the_sink(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  oms_command_t c = {
      .type = OMS_COMMAND_ALERT,
      .u.alert = {.order = OMS_NONE, .code = OMS_CODE_UNPROTECTED, .text = "look"}
  };
  assert_int_equal(apply(&f, &c), OMS_OK);
  assert_event(&f, 0, ALERT);
  assert_int_equal(f.events[0].order, OMS_NONE);
  assert_string_equal(f.events[0].message, "look");
  tear_down(&f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(state_of_no_group_is_stale),
      cmocka_unit_test(children_are_held_outside_all_sums),
      cmocka_unit_test(group_counts_once_at_its_largest),
      cmocka_unit_test(several_targets_add_up_against_the_stop),
      cmocka_unit_test(children_are_replaced_in_their_group),
      cmocka_unit_test(held_replace_refused_by_a_rule_leaves_its_group),
      cmocka_unit_test(oco_head_stands_for_its_exits),
      cmocka_unit_test(ticket_is_released_with_what_is_left),
      cmocka_unit_test(marks_move_every_account_that_holds),
      cmocka_unit_test(mark_that_does_not_fit_changes_nothing),
      cmocka_unit_test(reference_is_last_then_mid_then_previous_close),
      cmocka_unit_test(day_rolls_at_midnight_in_new_york),
      cmocka_unit_test(account_added_later_begins_its_own_day),
      cmocka_unit_test(losses_in_a_row_are_net_of_commission),
      cmocka_unit_test(alerts_reach_the_sink),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
