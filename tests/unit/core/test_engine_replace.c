/* Replaces, row by row of the order model's section 3. */
#include "engine_fixture.h"

static uint32_t working_buy(fixture_t *f, int64_t shares) {
  mark(f, 1000);
  oms_terms_t t = limit_terms(f, OMS_SIDE_BUY, shares, 1000);
  t.client_order_id = "root";
  return working(f, &t);
}

static uint32_t replaced_to(fixture_t *f, uint32_t o, int64_t shares) {
  assert_int_equal(replace_qty(f, o, shares), OMS_OK);
  uint32_t s = subject(f);
  assert_int_equal(send(f, s), OMS_OK);
  return s;
}

static void successor_is_held_until_the_answer(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  uint32_t o = working_buy(&f, 100), s = replaced_to(&f, o, 150);
  assert_status(&f, o, PENDING_REPLACE);
  assert_status(&f, s, HELD);
  assert_int_equal(order(&f, s)->held_by, OMS_HELD_BY_REPLACE);
  assert_string_equal(order(&f, s)->client_order_id, "root.r1");
  assert_int_equal(order(&f, s)->more->replaces, o);
  assert_int_equal(oms_engine_net(f.e, 0, f.spy)->working_buy, sh(150));
  assert_int_equal(oms_engine_account(f.e, 0)->reserve, usd(1500));
  assert_int_equal(oms_engine_account(f.e, 0)->open_orders, 1);
  verify(&f);
  fill(&f, o, 30, 1000);
  assert_status(&f, o, PENDING_REPLACE);
  assert_int_equal(oms_engine_net(f.e, 0, f.spy)->working_buy, sh(120));
  tear_down(&f);
}

static void accepted_replace_hands_over_the_chain(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  uint32_t o = working_buy(&f, 100);
  fill(&f, o, 30, 1000);
  uint32_t s = replaced_to(&f, o, 150);
  assert_int_equal(report(&f, OMS_REPORT_REPLACED, o), OMS_OK);
  assert_event(&f, 0, REPLACED);
  assert_int_equal(f.events[0].order, s);
  assert_int_equal(subject(&f), s);
  assert_status(&f, o, REPLACED);
  assert_status(&f, s, PARTIALLY_FILLED);
  assert_int_equal(order(&f, s)->filled_qty, sh(30));
  assert_int_equal(oms_order_avg_price(order(&f, s)), px(1000));
  assert_int_equal(oms_engine_net(f.e, 0, f.spy)->working_buy, sh(120));
  assert_int_equal(oms_engine_account(f.e, 0)->day_replaces, 1);
  verify(&f);
  uint32_t again = replaced_to(&f, s, 40);
  assert_string_equal(order(&f, again)->client_order_id, "root.r2");
  report(&f, OMS_REPORT_REPLACED, again); /* named by the successor as well */
  assert_status(&f, s, REPLACED);
  fill(&f, again, 10, 1000);
  assert_status(&f, again, FILLED);
  assert_int_equal(oms_engine_net(f.e, 0, f.spy)->qty, sh(40));
  tear_down(&f);
}

static void refused_replace_brings_the_old_back(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  uint32_t o = working_buy(&f, 100), s = replaced_to(&f, o, 150);
  report_code(&f, OMS_REPORT_REPLACE_REJECTED, o, OMS_CODE_TOO_LATE);
  assert_event(&f, 0, REPLACE_REJECTED);
  assert_int_equal(f.events[0].order, o);
  assert_int_equal(f.events[0].code, OMS_CODE_TOO_LATE);
  assert_status(&f, o, NEW);
  assert_status(&f, s, REJECTED);
  assert_int_equal(order(&f, s)->rejected_by, OMS_REJECTED_BY_VENUE);
  assert_int_equal(oms_engine_net(f.e, 0, f.spy)->working_buy, sh(100));
  s = replaced_to(&f, o, 50);
  fill(&f, o, 10, 1000);
  report(&f, OMS_REPORT_REPLACE_REJECTED, s);
  assert_status(&f, o, PARTIALLY_FILLED);
  tear_down(&f);
}

static void replace_crossing_a_fill_is_too_late(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  uint32_t o = working_buy(&f, 100), s = replaced_to(&f, o, 150);
  fill(&f, o, 100, 1000);
  assert_status(&f, o, FILLED);
  assert_status(&f, s, REJECTED);
  assert_code(&f, s, TOO_LATE);
  assert_event(&f, 0, FILL);
  assert_event(&f, 1, REPLACE_REJECTED);
  assert_int_equal(f.events[1].code, OMS_CODE_TOO_LATE);
  assert_int_equal(oms_engine_net(f.e, 0, f.spy)->working_buy, 0);
  assert_int_equal(report(&f, OMS_REPORT_REPLACE_REJECTED, o), OMS_OK);
  assert_int_equal(f.event_n, 0);
  tear_down(&f);
}

static void total_at_what_has_filled_ends_the_order(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  uint32_t o = working_buy(&f, 100);
  fill(&f, o, 30, 1000);
  uint32_t s = replaced_to(&f, o, 50);
  fill(&f, o, 30, 1000);
  report(&f, OMS_REPORT_REPLACED, o);
  assert_status(&f, s, FILLED);
  assert_int_equal(order(&f, s)->filled_qty, sh(60));
  assert_int_equal(oms_engine_net(f.e, 0, f.spy)->working_buy, 0);
  assert_int_equal(oms_engine_account(f.e, 0)->open_orders, 0);
  tear_down(&f);
}

static void total_below_what_has_filled_is_refused(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  uint32_t o = working_buy(&f, 100);
  fill(&f, o, 30, 1000);
  uint32_t n = oms_engine_order_count(f.e);
  replace_qty(&f, o, 20);
  assert_refused(&f, INVALID_QTY);
  const char *message;
  oms_engine_refusal(f.e, &message);
  assert_string_equal(message, "a total of 20 of SPY is below the 30 filled");
  assert_int_equal(oms_engine_order_count(f.e), n);
  assert_int_equal(f.event_n, 0);
  assert_status(&f, o, PARTIALLY_FILLED);
  tear_down(&f);
}

static void second_replace_is_pending(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  uint32_t o = working_buy(&f, 100), s = replaced_to(&f, o, 150);
  replace_qty(&f, o, 160);
  assert_refused(&f, REPLACE_PENDING);
  replace_qty(&f, s, 160);
  assert_refused(&f, REPLACE_PENDING);
  tear_down(&f);
}

static void cancel_goes_to_both(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  uint32_t o = working_buy(&f, 100), s = replaced_to(&f, o, 150);
  assert_int_equal(cancel(&f, s), OMS_OK); /* by the successor's name */
  assert_status(&f, o, PENDING_CANCEL);
  report(&f, OMS_REPORT_CANCELED, o);
  assert_status(&f, o, CANCELED);
  assert_status(&f, s, CANCELED);
  assert_int_equal(order(&f, s)->canceled_by, OMS_CANCELED_BY_USER);
  verify(&f);
  oms_engine_t *kept = f.e;
  oms_terms_t t = limit_terms(&f, OMS_SIDE_BUY, 100, 1000);
  o = working(&f, &t);
  s = replaced_to(&f, o, 150);
  cancel(&f, o);
  report(&f, OMS_REPORT_REPLACED,
         o); /* the replace went first: the cancel is out for the successor */
  assert_status(&f, o, REPLACED);
  assert_status(&f, s, PENDING_CANCEL);
  report(&f, OMS_REPORT_CANCELED, s);
  assert_status(&f, s, CANCELED);
  assert_int_equal(order(&f, s)->canceled_by, OMS_CANCELED_BY_USER);
  o = working(&f, &t);
  s = replaced_to(&f, o, 150);
  cancel(&f, o);
  report(&f, OMS_REPORT_REPLACE_REJECTED, o);
  assert_status(&f, o, PENDING_CANCEL);
  report(&f, OMS_REPORT_CANCEL_REJECTED, o);
  assert_status(&f, o, NEW);
  s = replaced_to(&f, o, 150);
  cancel(&f, o);
  report(&f, OMS_REPORT_CANCEL_REJECTED, o);
  assert_status(&f, o, PENDING_REPLACE);
  report(&f, OMS_REPORT_REPLACED, o);
  assert_status(&f, s, NEW);
  assert_ptr_equal(kept, f.e);
  tear_down(&f);
}

static void unsolicited_end_of_the_old_orphans(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  const int ends[] = {OMS_REPORT_CANCELED, OMS_REPORT_EXPIRED, OMS_REPORT_REJECTED};
  for (size_t i = 0; i < OMS_COUNT(ends); i++) {
    mark(&f, 1000);
    oms_terms_t t = limit_terms(&f, OMS_SIDE_BUY, 100, 1000);
    uint32_t o = working(&f, &t), s = replaced_to(&f, o, 150);
    assert_int_equal(report(&f, ends[i], o), OMS_OK);
    assert_status(&f, s, REJECTED);
    assert_code(&f, s, ORIGINAL_GONE);
    assert_event(&f, 1, REPLACE_REJECTED);
    assert_int_equal(oms_engine_net(f.e, 0, f.spy)->working_buy, 0);
    verify(&f);
  }
  tear_down(&f);
}

static void terms_that_the_type_lacks_are_refused(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  uint32_t o = working_buy(&f, 100);
  oms_command_t c = replace_command(o);
  c.u.replace.stop_price = px(1100);
  apply(&f, &c);
  assert_refused(&f, HAS_NO_SUCH_TERM);
  c = replace_command(o);
  c.u.replace.expire_at = f.now;
  apply(&f, &c);
  assert_refused(&f, HAS_NO_SUCH_TERM);
  c.u.replace.time_in_force = OMS_TIF_GTD;
  assert_int_equal(apply(&f, &c), OMS_OK);
  oms_terms_t t = terms(&f, OMS_SIDE_BUY, 10);
  t.type = OMS_TYPE_STOP_LIMIT;
  t.stop_price = t.limit_price = px(1100);
  uint32_t stop = working(&f, &t);
  report(&f, OMS_REPORT_TRIGGERED, stop);
  c = replace_command(stop);
  c.u.replace.stop_price = px(1200);
  apply(&f, &c);
  assert_refused(&f, HAS_NO_SUCH_TERM);
  c = replace_command(stop);
  c.u.replace.limit_price = px(1200) + 1;
  apply(&f, &c);
  assert_refused(&f, OFF_TICK);
  c.u.replace.limit_price = px(1200);
  assert_int_equal(apply(&f, &c), OMS_OK);
  assert_true((order(&f, subject(&f))->flags & OMS_ORDER_TRIGGERED) != 0);
  assert_int_equal(order(&f, subject(&f))->more->stop_price, px(1100));
  tear_down(&f);
}

static void given_key_is_taken_once(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  uint32_t o = working_buy(&f, 100);
  oms_command_t c = replace_command(o);
  c.u.replace.qty = sh(90);
  c.u.replace.client_order_id = "root";
  apply(&f, &c);
  assert_refused(&f, DUPLICATE_CLIENT_ORDER_ID);
  c.u.replace.client_order_id = "mine";
  assert_int_equal(apply(&f, &c), OMS_OK);
  assert_int_equal(oms_engine_find_order(f.e, 0, "mine"), subject(&f));
  tear_down(&f);
}

/* Keys that look like ours: a number is only taken over where it can be counted on. */
static void given_keys_of_our_shape_are_no_numbers(void **state) {
  (void)state;
  static const char *const given[] = {"root.r9223372036854775807", "root.r-5", "root.r7x"};
  for (size_t i = 0; i < OMS_COUNT(given); i++) {
    fixture_t f;
    set_up_plain(&f);
    uint32_t o = working_buy(&f, 100);
    oms_command_t c = replace_command(o);
    c.u.replace.qty = sh(90);
    c.u.replace.client_order_id = given[i];
    assert_int_equal(apply(&f, &c), OMS_OK);
    uint32_t s = subject(&f);
    assert_int_equal(send(&f, s), OMS_OK);
    assert_int_equal(report(&f, OMS_REPORT_REPLACED, o), OMS_OK);
    assert_string_equal(order(&f, replaced_to(&f, s, 80))->client_order_id, "root.r1");
    tear_down(&f);
  }
}

/* A code of a rule's own takes all sixteen bits. */
static void requested_cancel_keeps_a_code_of_its_own(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  uint32_t o = working_buy(&f, 100);
  uint16_t own = oms_code_own("TOO_WINDY", 9);
  oms_command_t c = {
      .type = OMS_COMMAND_CANCEL,
      .u.cancel = {.order = o, .canceled_by = OMS_CANCELED_BY_OMS, .code = own}
  };
  assert_int_equal(apply(&f, &c), OMS_OK);
  assert_int_equal(report(&f, OMS_REPORT_CANCELED, o), OMS_OK);
  assert_int_equal(order(&f, o)->code, own);
  tear_down(&f);
}

static void final_order_cannot_be_replaced(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  uint32_t o = working_buy(&f, 100);
  cancel(&f, o);
  replace_qty(&f, o, 50);
  assert_refused(&f, TOO_LATE);
  report(&f, OMS_REPORT_CANCELED, o);
  replace_qty(&f, o, 50);
  assert_refused(&f, TOO_LATE);
  tear_down(&f);
}

static void unsent_order_is_replaced_at_once(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  mark(&f, 1000);
  oms_terms_t t = limit_terms(&f, OMS_SIDE_BUY, 100, 1000);
  submit(&f, &t);
  uint32_t o = subject(&f);
  assert_int_equal(replace_qty(&f, o, 60), OMS_OK);
  uint32_t s = subject(&f);
  assert_event(&f, 0, REPLACED);
  assert_status(&f, o, REPLACED);
  assert_status(&f, s, PENDING_NEW);
  char id[37], expected[48];
  oms_order_id_text(f.e, order(&f, o), id);
  (void)snprintf(expected, sizeof expected, "%s.r1", id);
  assert_string_equal(order(&f, s)->client_order_id, expected);
  assert_int_equal(oms_engine_net(f.e, 0, f.spy)->working_buy, sh(60));
  assert_int_equal(send(&f, o), OMS_ERR_BAD_TRANSITION);
  assert_int_equal(send(&f, s), OMS_OK);
  tear_down(&f);
}

static void only_the_increase_is_new_risk(void **state) {
  (void)state;
  fixture_t f;
  setup_t s = plain_setup();
  s.account.initial_cash = usd(1000);
  s.account.multiplier = OMS_PRICE_SCALE;
  s.account.limits.max_order_qty = sh(90);
  s.account.limits.max_position = sh(90);
  set_up(&f, &s);
  uint32_t o = working_buy(&f, 80);
  replace_qty(&f, o, 100);
  assert_refused(&f, MAX_ORDER_QTY);
  oms_command_t c = replace_command(o);
  c.u.replace.limit_price = px(1300);
  apply(&f, &c);
  assert_refused(&f, INSUFFICIENT_BUYING_POWER);
  set_state(&f, OMS_SCOPE_ALL, 0, OMS_TRADING_STATE_REDUCING);
  replace_qty(&f, o, 85);
  assert_refused(&f, STATE_REDUCING);
  set_state(&f, OMS_SCOPE_ALL, 0, OMS_TRADING_STATE_HALTED);
  c.u.replace.limit_price = px(900);
  apply(&f, &c);
  assert_refused(&f, STATE_HALTED);
  assert_int_equal(replace_qty(&f, o, 70), OMS_OK); /* a cancel in part */
  tear_down(&f);
}

static uint32_t replace_for_verdict(fixture_t *f, uint32_t o, int64_t shares) {
  oms_command_t c = replace_command(o);
  c.u.replace.qty = sh(shares);
  c.u.replace.needs_verdict = true;
  assert_int_equal(apply(f, &c), OMS_OK);
  return subject(f);
}

static void replace_refused_by_a_rule_makes_no_row(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  uint32_t o = working_buy(&f, 100), s = replace_for_verdict(&f, o, 150);
  assert_status(&f, o, NEW);
  assert_int_equal(oms_engine_net(f.e, 0, f.spy)->working_buy, sh(100));
  verify(&f);
  assert_int_equal(verdict(&f, s, OMS_VERDICT_REJECT, OMS_CODE_MAX_POSITION), OMS_OK);
  assert_int_equal(oms_engine_order_count(f.e), 1);
  const char *message;
  assert_int_equal(oms_engine_refusal(f.e, &message), OMS_CODE_MAX_POSITION);
  assert_string_equal(message, "a rule says so");
  assert_int_equal(oms_engine_find_order(f.e, 0, "root.r1"), OMS_NONE);
  s = replace_for_verdict(&f, o, 150);
  assert_int_equal(verdict(&f, s, OMS_VERDICT_ACCEPT, OMS_CODE_NONE), OMS_OK);
  assert_status(&f, o, PENDING_REPLACE);
  assert_string_equal(order(&f, s)->client_order_id, "root.r1");
  assert_int_equal(send(&f, s), OMS_OK);
  report(&f, OMS_REPORT_REPLACED, o);
  assert_status(&f, s, NEW);
  tear_down(&f);
}

/* The rule that was asked has ended the order before it said yes. */
static void yes_to_a_replace_may_be_too_late(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  uint32_t o = working_buy(&f, 100), s = replace_for_verdict(&f, o, 150);
  assert_int_equal(cancel(&f, o), OMS_OK);
  assert_status(&f, o, PENDING_CANCEL);
  (void)verdict(&f, s, OMS_VERDICT_ACCEPT, OMS_CODE_NONE);
  assert_refused(&f, TOO_LATE);
  assert_int_equal(oms_engine_order_count(f.e), 1);
  verify(&f);
  assert_int_equal(report(&f, OMS_REPORT_CANCEL_REJECTED, o), OMS_OK);
  s = replace_for_verdict(&f, o, 150);
  assert_int_equal(cancel(&f, o), OMS_OK);
  assert_int_equal(report(&f, OMS_REPORT_CANCELED, o), OMS_OK);
  (void)verdict(&f, s, OMS_VERDICT_ACCEPT, OMS_CODE_NONE);
  assert_refused(&f, TOO_LATE);
  assert_int_equal(oms_engine_order_count(f.e), 1);
  tear_down(&f);
}

static void replace_waits_for_a_person(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  uint32_t o = working_buy(&f, 100), s = replace_for_verdict(&f, o, 150);
  verdict(&f, s, OMS_VERDICT_APPROVE, OMS_CODE_NONE);
  assert_event(&f, 0, HELD);
  assert_status(&f, o, NEW);
  assert_int_equal(order(&f, s)->held_by, OMS_HELD_BY_APPROVAL);
  assert_int_equal(oms_engine_net(f.e, 0, f.spy)->working_buy, sh(150));
  replace_qty(&f, o, 160);
  assert_refused(&f, REPLACE_PENDING);
  assert_int_equal(report(&f, OMS_REPORT_REPLACED, o), OMS_ERR_BAD_TRANSITION);
  verify(&f);
  verdict(&f, s, OMS_VERDICT_REJECT, OMS_CODE_NONE);
  assert_event(&f, 0, REPLACE_REJECTED);
  assert_status(&f, o, NEW);
  assert_code(&f, s, APPROVAL_DENIED);
  s = replace_for_verdict(&f, o, 150);
  verdict(&f, s, OMS_VERDICT_APPROVE, OMS_CODE_NONE);
  verdict(&f, s, OMS_VERDICT_ACCEPT, OMS_CODE_NONE);
  assert_event(&f, 0, RELEASED);
  assert_status(&f, o, PENDING_REPLACE);
  report(&f, OMS_REPORT_REPLACE_REJECTED, o);
  s = replace_for_verdict(&f, o, 150);
  verdict(&f, s, OMS_VERDICT_APPROVE, OMS_CODE_NONE);
  cancel(&f, o);
  verdict(&f, s, OMS_VERDICT_ACCEPT, OMS_CODE_NONE);
  assert_code(&f, s, TOO_LATE);
  assert_status(&f, o, PENDING_CANCEL);
  tear_down(&f);
}

static void dropped_replace_leaves_the_old(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  uint32_t o = working_buy(&f, 100);
  assert_int_equal(replace_qty(&f, o, 150), OMS_OK);
  uint32_t s = subject(&f);
  assert_int_equal(apply(&f, &(oms_command_t){.type = OMS_COMMAND_DROP, .u.drop = {s}}), OMS_OK);
  assert_status(&f, s, REJECTED);
  assert_code(&f, s, SCRIPT_ERROR);
  assert_status(&f, o, NEW);
  assert_int_equal(oms_engine_net(f.e, 0, f.spy)->working_buy, sh(100));
  tear_down(&f);
}

static void late_fill_of_a_replaced_link_reaches_the_last(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  uint32_t o = working_buy(&f, 100), s = replaced_to(&f, o, 150);
  report(&f, OMS_REPORT_REPLACED, o);
  fill(&f, o, 40, 1000);
  assert_status(&f, o, REPLACED);
  assert_status(&f, s, PARTIALLY_FILLED);
  assert_int_equal(order(&f, s)->filled_qty, sh(40));
  assert_int_equal(oms_engine_net(f.e, 0, f.spy)->working_buy, sh(110));
  assert_int_equal(oms_engine_net(f.e, 0, f.spy)->qty, sh(40));
  assert_int_equal(oms_engine_fill(f.e, 0)->order, o);
  verify(&f);
  char id[24];
  oms_report_t r = report_of(OMS_REPORT_BUST, s);
  r.busts = oms_execution_id_text(oms_engine_fill(f.e, 0), id);
  assert_int_equal(tell(&f, r), OMS_OK);
  assert_status(&f, s, NEW);
  assert_int_equal(order(&f, s)->filled_qty, 0);
  fill(&f, s, 150, 1000);
  assert_status(&f, s, FILLED);
  tear_down(&f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(successor_is_held_until_the_answer),
      cmocka_unit_test(accepted_replace_hands_over_the_chain),
      cmocka_unit_test(refused_replace_brings_the_old_back),
      cmocka_unit_test(replace_crossing_a_fill_is_too_late),
      cmocka_unit_test(total_at_what_has_filled_ends_the_order),
      cmocka_unit_test(total_below_what_has_filled_is_refused),
      cmocka_unit_test(second_replace_is_pending),
      cmocka_unit_test(cancel_goes_to_both),
      cmocka_unit_test(unsolicited_end_of_the_old_orphans),
      cmocka_unit_test(terms_that_the_type_lacks_are_refused),
      cmocka_unit_test(given_key_is_taken_once),
      cmocka_unit_test(given_keys_of_our_shape_are_no_numbers),
      cmocka_unit_test(requested_cancel_keeps_a_code_of_its_own),
      cmocka_unit_test(final_order_cannot_be_replaced),
      cmocka_unit_test(unsent_order_is_replaced_at_once),
      cmocka_unit_test(only_the_increase_is_new_risk),
      cmocka_unit_test(replace_refused_by_a_rule_makes_no_row),
      cmocka_unit_test(yes_to_a_replace_may_be_too_late),
      cmocka_unit_test(replace_waits_for_a_person),
      cmocka_unit_test(dropped_replace_leaves_the_old),
      cmocka_unit_test(late_fill_of_a_replaced_link_reaches_the_last),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
