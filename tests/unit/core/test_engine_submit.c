/* The plain life of an order, and every way in which a submit can be refused before limits look
 * at it. */
#include "engine_fixture.h"

static void order_lives_from_submit_to_fill(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  mark(&f, 1000);
  oms_terms_t t = limit_terms(&f, OMS_SIDE_BUY, 100, 1000);
  t.client_order_id = "k1";
  assert_int_equal(submit(&f, &t), OMS_OK);
  uint32_t o = subject(&f);
  assert_status(&f, o, PENDING_NEW);
  assert_int_equal(f.event_n, 0);
  assert_int_equal(oms_engine_net(f.e, 0, f.spy)->working_buy, sh(100));
  assert_int_equal(oms_engine_account(f.e, 0)->reserve, usd(1000));
  verify(&f);
  assert_int_equal(send(&f, o), OMS_OK);
  assert_int_equal(send(&f, o), OMS_ERR_BAD_TRANSITION);
  assert_int_equal(report(&f, OMS_REPORT_ACCEPTED, o), OMS_OK);
  assert_status(&f, o, NEW);
  assert_event(&f, 0, NEW);
  assert_true((order(&f, o)->flags & OMS_ORDER_AT_VENUE) == 0);
  assert_int_equal(report(&f, OMS_REPORT_WORKING, o), OMS_OK);
  assert_int_equal(f.event_n, 0);
  assert_true((order(&f, o)->flags & OMS_ORDER_AT_VENUE) != 0);
  assert_int_equal(fill(&f, o, 40, 999), OMS_OK);
  assert_status(&f, o, PARTIALLY_FILLED);
  assert_event(&f, 0, FILL);
  assert_int_equal(f.events[0].fill, 0);
  assert_int_equal(oms_engine_account(f.e, 0)->reserve, usd(600));
  verify(&f);
  assert_int_equal(fill(&f, o, 60, 1000), OMS_OK);
  assert_status(&f, o, FILLED);
  assert_int_equal(oms_order_avg_price(order(&f, o)), INT64_C(9996000000));
  const oms_account_t *a = oms_engine_account(f.e, 0);
  assert_int_equal(a->cash, usd(100000) - INT64_C(999600000));
  assert_int_equal(a->long_value, usd(1000));
  assert_int_equal(a->reserve, 0);
  assert_int_equal(a->open_orders, 0);
  assert_int_equal(oms_engine_book(f.e, 0, f.owner, f.spy)->qty, sh(100));
  assert_int_equal(oms_engine_find_order(f.e, 0, "k1"), o);
  assert_int_equal(oms_engine_first_open(f.e), OMS_NONE);
  tear_down(&f);
}

static const oms_order_t *refused(fixture_t *f, const oms_terms_t *t) {
  uint32_t n = oms_engine_order_count(f->e);
  assert_int_equal(submit(f, t), OMS_ERR_REJECTED);
  assert_int_equal(oms_engine_order_count(f->e), n + 1);
  assert_int_equal(subject(f), n);
  assert_event(f, 0, REJECTED);
  assert_status(f, n, REJECTED);
  assert_int_equal(order(f, n)->rejected_by, OMS_REJECTED_BY_OMS);
  return order(f, n);
}

static void bad_quantities_and_prices_are_rows(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  mark(&f, 1000);
  oms_terms_t t = terms(&f, OMS_SIDE_BUY, 0);
  assert_int_equal(refused(&f, &t)->code, OMS_CODE_INVALID_QTY);
  t = terms(&f, OMS_SIDE_BUY, 1);
  t.qty += 1;
  assert_int_equal(refused(&f, &t)->code, OMS_CODE_OFF_LOT);
  assert_string_equal(
      order(&f, subject(&f))->message,
      "quantity 1.000000001 of SPY is not a multiple of 1: the nearest are 1 and 2");
  t = limit_terms(&f, OMS_SIDE_BUY, 1, 1000);
  t.limit_price += 5000000;
  assert_int_equal(refused(&f, &t)->code, OMS_CODE_OFF_TICK);
  assert_string_equal(
      order(&f, subject(&f))->message,
      "limit price 10.005 of SPY is not a multiple of 0.01: the nearest are 10 and 10.01");
  t = terms(&f, OMS_SIDE_BUY, 1);
  t.type = OMS_TYPE_STOP;
  t.stop_price = px(1100) + 1;
  assert_int_equal(refused(&f, &t)->code, OMS_CODE_OFF_TICK);
  t.stop_price = px(-100);
  assert_int_equal(refused(&f, &t)->code, OMS_CODE_OFF_TICK);
  assert_string_equal(order(&f, subject(&f))->message, "stop price -1 of SPY is not above zero");
  t.stop_price = px(1100);
  t.time_in_force = OMS_TIF_IOC;
  assert_int_equal(refused(&f, &t)->code, OMS_CODE_INVALID_TIME_IN_FORCE);
  t = terms(&f, OMS_SIDE_BUY, 1);
  t.instrument = OMS_NONE;
  t.symbol = "XYZ";
  assert_int_equal(refused(&f, &t)->code, OMS_CODE_UNKNOWN_SYMBOL);
  assert_string_equal(order(&f, subject(&f))->symbol, "XYZ");
  t = limit_terms(&f, OMS_SIDE_BUY, 1, 1000);
  t.limit_price = OMS_NO_PRICE;
  assert_int_equal(submit(&f, &t), OMS_ERR_USAGE);
  tear_down(&f);
}

static void orders_of_no_possible_place_are_misuse(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  mark(&f, 1000);
  oms_terms_t t = limit_terms(&f, OMS_SIDE_BUY, 10, 1000);
  const uint8_t held_by[] = {OMS_HELD_BY_REPLACE, OMS_HELD_BY_APPROVAL, OMS_HELD_BY_COUNT};
  for (size_t i = 0; i < OMS_COUNT(held_by); i++) {
    oms_command_t c = {
        .type = OMS_COMMAND_SUBMIT, .u.submit = {.terms = &t, .held_by = held_by[i]}
    };
    assert_int_equal(apply(&f, &c), OMS_ERR_USAGE);
  }
  apply(&f, &(oms_command_t){.type = OMS_COMMAND_GROUP});
  t.group = oms_engine_new_group(f.e);
  assert_int_equal(submit(&f, &t), OMS_OK);
  t.instrument = f.qqq;
  assert_int_equal(submit(&f, &t), OMS_ERR_USAGE);
  t.instrument = f.spy;
  t.account = 1;
  assert_int_equal(submit(&f, &t), OMS_ERR_USAGE);
  tear_down(&f);
}

static void notional_becomes_a_quantity(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  oms_terms_t t = terms(&f, OMS_SIDE_BUY, 0);
  t.qty = OMS_NO_PRICE;
  t.notional = usd(1055);
  assert_int_equal(refused(&f, &t)->code, OMS_CODE_NO_REFERENCE_PRICE);
  mark(&f, 1000);
  assert_int_equal(submit(&f, &t), OMS_OK);
  assert_int_equal(order(&f, subject(&f))->qty, sh(105));
  t.notional = usd(9);
  assert_int_equal(refused(&f, &t)->code, OMS_CODE_INVALID_QTY);
  t.instrument = f.qqq;
  mark_symbol(&f, f.qqq, 300);
  t.notional = usd(1);
  assert_int_equal(submit(&f, &t), OMS_OK);
  assert_int_equal(order(&f, subject(&f))->qty, INT64_C(333333333));
  tear_down(&f);
}

static void repeated_key_answers_with_the_first(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  mark(&f, 1000);
  oms_terms_t t = limit_terms(&f, OMS_SIDE_BUY, 100, 1000);
  t.client_order_id = "k";
  uint32_t o = working(&f, &t);
  assert_int_equal(submit(&f, &t), OMS_ERR_DUPLICATE);
  assert_int_equal(subject(&f), o);
  assert_int_equal(f.event_n, 0);
  fill(&f, o, 100, 1000);
  assert_int_equal(submit(&f, &t), OMS_ERR_DUPLICATE);
  t.qty = sh(200);
  t.limit_price = px(1001);
  submit(&f, &t);
  assert_refused(&f, DUPLICATE_CLIENT_ORDER_ID);
  const char *message;
  oms_engine_refusal(f.e, &message);
  assert_string_equal(message,
                      "client_order_id k is taken by an order with another qty (100, not 200), "
                      "limit_price (10, not 10.01)");
  assert_int_equal(oms_engine_order_count(f.e), 1);
  t.account = 1; /* unique per account */
  assert_int_equal(submit(&f, &t), OMS_OK);
  tear_down(&f);
}

static void refused_order_has_used_its_key(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  oms_terms_t t = terms(&f, OMS_SIDE_BUY, 0);
  t.client_order_id = "bad";
  refused(&f, &t);
  assert_int_equal(submit(&f, &t), OMS_ERR_DUPLICATE);
  tear_down(&f);
}

static void order_id_is_the_key_where_none_was_given(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  mark(&f, 1000);
  oms_terms_t t = terms(&f, OMS_SIDE_BUY, 10);
  assert_int_equal(submit(&f, &t), OMS_OK);
  uint32_t o = subject(&f);
  char id[37];
  oms_order_id_text(f.e, order(&f, o), id);
  assert_int_equal(oms_engine_find_order(f.e, 0, id), o);
  assert_int_equal(oms_engine_find_order(f.e, 1, id), OMS_NONE);
  t.client_order_id = id;
  assert_int_equal(submit(&f, &t), OMS_ERR_DUPLICATE);
  assert_int_equal(subject(&f), o);
  t.qty = sh(11);
  submit(&f, &t);
  assert_refused(&f, DUPLICATE_CLIENT_ORDER_ID);
  tear_down(&f);
}

static void restated_order_keeps_its_key_content(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  mark(&f, 1000);
  oms_terms_t t = limit_terms(&f, OMS_SIDE_BUY, 100, 1000);
  t.client_order_id = "k";
  uint32_t o = working(&f, &t);
  oms_report_t r = report_of(OMS_REPORT_RESTATED, o);
  r.qty = sh(50);
  tell(&f, r);
  assert_int_equal(submit(&f, &t), OMS_ERR_DUPLICATE);
  tear_down(&f);
}

static int submit_for_verdict(fixture_t *f, const oms_terms_t *t) {
  return apply(f, &(oms_command_t){
                      .type = OMS_COMMAND_SUBMIT, .u.submit = {.terms = t, .needs_verdict = true}
  });
}

static void order_counts_from_the_verdict_on(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  mark(&f, 1000);
  oms_terms_t t = limit_terms(&f, OMS_SIDE_BUY, 100, 1000);
  assert_int_equal(submit_for_verdict(&f, &t), OMS_OK);
  uint32_t o = subject(&f);
  assert_status(&f, o, PENDING_NEW);
  assert_int_equal(f.event_n, 0);
  assert_int_equal(oms_engine_net(f.e, 0, f.spy)->working_buy, 0);
  assert_int_equal(oms_engine_first_open(f.e), OMS_NONE);
  assert_int_equal(send(&f, o), OMS_ERR_BAD_TRANSITION);
  assert_int_equal(fill(&f, o, 1, 1000), OMS_ERR_BAD_TRANSITION);
  verify(&f);
  assert_int_equal(verdict(&f, o, OMS_VERDICT_ACCEPT, OMS_CODE_NONE), OMS_OK);
  assert_int_equal(oms_engine_net(f.e, 0, f.spy)->working_buy, sh(100));
  assert_int_equal(oms_engine_account(f.e, 0)->reserve, usd(1000));
  assert_int_equal(verdict(&f, o, OMS_VERDICT_ACCEPT, OMS_CODE_NONE), OMS_ERR_BAD_TRANSITION);
  submit_for_verdict(&f, &t);
  o = subject(&f);
  assert_int_equal(verdict(&f, o, OMS_VERDICT_REJECT, OMS_CODE_NONE), OMS_OK);
  assert_status(&f, o, REJECTED);
  assert_code(&f, o, RULE_DENIED);
  assert_string_equal(order(&f, o)->message, "a rule says so");
  assert_event(&f, 0, REJECTED);
  tear_down(&f);
}

static void approval_holds_until_a_person_decides(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  mark(&f, 1000);
  oms_terms_t t = limit_terms(&f, OMS_SIDE_BUY, 100, 1000);
  submit_for_verdict(&f, &t);
  uint32_t o = subject(&f);
  assert_int_equal(verdict(&f, o, OMS_VERDICT_APPROVE, OMS_CODE_NONE), OMS_OK);
  assert_status(&f, o, HELD);
  assert_int_equal(order(&f, o)->held_by, OMS_HELD_BY_APPROVAL);
  assert_event(&f, 0, HELD);
  assert_int_equal(oms_engine_net(f.e, 0, f.spy)->working_buy, sh(100));
  verify(&f);
  verdict(&f, o, OMS_VERDICT_ACCEPT, OMS_CODE_NONE);
  assert_status(&f, o, PENDING_NEW);
  assert_event(&f, 0, RELEASED);
  assert_int_equal(send(&f, o), OMS_OK);
  submit_for_verdict(&f, &t);
  o = subject(&f);
  verdict(&f, o, OMS_VERDICT_APPROVE, OMS_CODE_NONE);
  verdict(&f, o, OMS_VERDICT_REJECT, OMS_CODE_NONE);
  assert_status(&f, o, REJECTED);
  assert_code(&f, o, APPROVAL_DENIED);
  assert_int_equal(oms_engine_net(f.e, 0, f.spy)->working_buy, sh(100));
  tear_down(&f);
}

static void dropped_order_is_a_script_error(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  mark(&f, 1000);
  oms_terms_t t = limit_terms(&f, OMS_SIDE_BUY, 100, 1000);
  submit(&f, &t);
  uint32_t o = subject(&f);
  assert_int_equal(apply(&f, &(oms_command_t){.type = OMS_COMMAND_DROP, .u.drop = {o}}), OMS_OK);
  assert_status(&f, o, REJECTED);
  assert_code(&f, o, SCRIPT_ERROR);
  assert_event(&f, 0, REJECTED);
  assert_int_equal(oms_engine_account(f.e, 0)->reserve, 0);
  o = working(&f, &t);
  assert_int_equal(apply(&f, &(oms_command_t){.type = OMS_COMMAND_DROP, .u.drop = {o}}),
                   OMS_ERR_BAD_TRANSITION);
  tear_down(&f);
}

static void set_up_refuses_second_names(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  uint32_t i;
  uint16_t k;
  oms_instrument_t spy = instrument("SPY");
  setup_t s = plain_setup();
  assert_int_equal(oms_engine_add_instrument(f.e, &spy, &i), OMS_ERR_EXISTS);
  assert_int_equal(oms_engine_add_account(f.e, &s.account, &k), OMS_ERR_EXISTS);
  assert_int_equal(oms_engine_add_owner(f.e, &(oms_owner_t){.id = "external"}, &k), OMS_ERR_EXISTS);
  assert_int_equal(oms_engine_find_owner(f.e, "external"), 0);
  assert_int_equal(oms_engine_find_instrument(f.e, "QQQ"), f.qqq);
  assert_int_equal(oms_engine_find_instrument(f.e, "main"), OMS_NONE);
  assert_int_equal(oms_engine_find_account(f.e, "second"), 1);
  tear_down(&f);
}

static void commands_need_an_order_and_a_time_that_is_not_past(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  assert_int_equal(cancel(&f, 0), OMS_ERR_STALE);
  assert_int_equal(report(&f, OMS_REPORT_WORKING, 3), OMS_ERR_STALE);
  f.now -= 1;
  assert_int_equal(mark(&f, 1000), OMS_ERR_USAGE);
  f.now += 1;
  tear_down(&f);
}

/* The rule that was asked has pulled the kill switch before it said yes. */
static void yes_does_not_outrank_a_halt(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  mark(&f, 1000);
  oms_terms_t t = limit_terms(&f, OMS_SIDE_BUY, 10, 1000);
  oms_command_t c = {
      .type = OMS_COMMAND_SUBMIT, .u.submit = {.terms = &t, .needs_verdict = true}
  };
  assert_int_equal(apply(&f, &c), OMS_OK);
  uint32_t o = subject(&f);
  set_state(&f, OMS_SCOPE_ALL, 0, OMS_TRADING_STATE_HALTED);
  assert_int_equal(verdict(&f, o, OMS_VERDICT_ACCEPT, OMS_CODE_NONE), OMS_ERR_REJECTED);
  assert_event(&f, 0, REJECTED);
  assert_status(&f, o, REJECTED);
  assert_code(&f, o, STATE_HALTED);
  tear_down(&f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(yes_does_not_outrank_a_halt),
      cmocka_unit_test(order_lives_from_submit_to_fill),
      cmocka_unit_test(bad_quantities_and_prices_are_rows),
      cmocka_unit_test(orders_of_no_possible_place_are_misuse),
      cmocka_unit_test(notional_becomes_a_quantity),
      cmocka_unit_test(repeated_key_answers_with_the_first),
      cmocka_unit_test(refused_order_has_used_its_key),
      cmocka_unit_test(order_id_is_the_key_where_none_was_given),
      cmocka_unit_test(restated_order_keeps_its_key_content),
      cmocka_unit_test(order_counts_from_the_verdict_on),
      cmocka_unit_test(approval_holds_until_a_person_decides),
      cmocka_unit_test(dropped_order_is_a_script_error),
      cmocka_unit_test(set_up_refuses_second_names),
      cmocka_unit_test(commands_need_an_order_and_a_time_that_is_not_past),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
