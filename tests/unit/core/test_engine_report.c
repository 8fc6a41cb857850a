/* One test a row of the report table of the order model, section 2. */
#include "engine_fixture.h"

static uint32_t working_buy(fixture_t *f, int64_t shares) {
  mark(f, 1000);
  oms_terms_t t = limit_terms(f, OMS_SIDE_BUY, shares, 1000);
  return working(f, &t);
}

static uint32_t sent_buy(fixture_t *f, int64_t shares) {
  mark(f, 1000);
  oms_terms_t t = limit_terms(f, OMS_SIDE_BUY, shares, 1000);
  assert_int_equal(submit(f, &t), OMS_OK);
  uint32_t o = subject(f);
  assert_int_equal(send(f, o), OMS_OK);
  return o;
}

static int flag(const fixture_t *f, uint32_t o, uint32_t flag) {
  return (order(f, o)->flags & flag) != 0;
}

static void fill_before_new_implies_it(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  uint32_t o = sent_buy(&f, 100);
  fill(&f, o, 10, 1000);
  assert_status(&f, o, PARTIALLY_FILLED);
  assert_int_equal(report(&f, OMS_REPORT_ACCEPTED, o), OMS_OK);
  assert_status(&f, o, PARTIALLY_FILLED);
  assert_int_equal(f.event_n, 0);
  tear_down(&f);
}

static void broker_id_is_kept(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  uint32_t o = sent_buy(&f, 100);
  oms_report_t r = report_of(OMS_REPORT_ACCEPTED, o);
  r.broker_order_id = "B-1";
  tell(&f, r);
  assert_string_equal(order(&f, o)->broker_order_id, "B-1");
  tear_down(&f);
}

static void cancel_before_new_waits_for_the_venue(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  uint32_t o = sent_buy(&f, 100);
  assert_int_equal(cancel(&f, o), OMS_OK);
  assert_status(&f, o, PENDING_CANCEL);
  assert_int_equal(f.event_n, 0);
  assert_int_equal(oms_engine_net(f.e, 0, f.spy)->working_buy, sh(100));
  report(&f, OMS_REPORT_WORKING, o);
  assert_status(&f, o, PENDING_CANCEL);
  assert_int_equal(cancel(&f, o), OMS_OK);
  assert_int_equal(oms_engine_account(f.e, 0)->day_cancels, 1);
  report(&f, OMS_REPORT_CANCELED, o);
  assert_status(&f, o, CANCELED);
  assert_event(&f, 0, CANCELED);
  assert_int_equal(order(&f, o)->canceled_by, OMS_CANCELED_BY_USER);
  assert_code(&f, o, NONE);
  assert_int_equal(oms_engine_net(f.e, 0, f.spy)->working_buy, 0);
  cancel(&f, o);
  assert_refused(&f, TOO_LATE);
  tear_down(&f);
}

static void unsent_order_is_canceled_at_once(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  mark(&f, 1000);
  oms_terms_t t = limit_terms(&f, OMS_SIDE_BUY, 100, 1000);
  submit(&f, &t);
  uint32_t o = subject(&f);
  oms_command_t c = {
      .type = OMS_COMMAND_CANCEL,
      .u.cancel = {.order = o,
                   .canceled_by = OMS_CANCELED_BY_OMS,
                   .code = OMS_CODE_KILLED,
                   .message = "killed by hand"}
  };
  assert_int_equal(apply(&f, &c), OMS_OK);
  assert_status(&f, o, CANCELED);
  assert_code(&f, o, KILLED);
  assert_string_equal(order(&f, o)->message, "killed by hand");
  assert_event(&f, 0, CANCELED);
  assert_int_equal(oms_engine_account(f.e, 0)->reserve, 0);
  tear_down(&f);
}

static void requested_cancel_keeps_its_reason(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  uint32_t o = working_buy(&f, 100);
  oms_command_t c = {
      .type = OMS_COMMAND_CANCEL,
      .u.cancel = {.order = o,
                   .canceled_by = OMS_CANCELED_BY_OMS,
                   .code = OMS_CODE_GROUP_FILLED,
                   .message = "the stop filled"}
  };
  apply(&f, &c);
  report_code(&f, OMS_REPORT_CANCELED, o, OMS_CODE_NONE);
  assert_code(&f, o, GROUP_FILLED);
  assert_string_equal(order(&f, o)->message, "the stop filled");
  tear_down(&f);
}

static void full_fill_in_pending_cancel_fills_at_once(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  uint32_t o = working_buy(&f, 100);
  cancel(&f, o);
  fill(&f, o, 40, 1000);
  assert_status(&f, o, PENDING_CANCEL);
  fill(&f, o, 60, 1000);
  assert_status(&f, o, FILLED);
  assert_int_equal(order(&f, o)->canceled_by, OMS_CANCELED_BY_NONE);
  assert_int_equal(report(&f, OMS_REPORT_CANCEL_REJECTED, o), OMS_OK);
  assert_int_equal(f.event_n, 0);
  assert_status(&f, o, FILLED);
  tear_down(&f);
}

static void rejection_in_pending_cancel_rejects(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  uint32_t o = sent_buy(&f, 100);
  cancel(&f, o);
  report_code(&f, OMS_REPORT_REJECTED, o, OMS_CODE_POST_ONLY_WOULD_TAKE);
  assert_status(&f, o, REJECTED);
  assert_int_equal(order(&f, o)->rejected_by, OMS_REJECTED_BY_VENUE);
  assert_int_equal(order(&f, o)->canceled_by, OMS_CANCELED_BY_NONE);
  assert_code(&f, o, POST_ONLY_WOULD_TAKE);
  assert_string_equal(order(&f, o)->message, "the venue says so");
  tear_down(&f);
}

static void cancel_rejected_goes_back_by_what_has_filled(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  uint32_t o = working_buy(&f, 100);
  cancel(&f, o);
  report_code(&f, OMS_REPORT_CANCEL_REJECTED, o, OMS_CODE_TOO_LATE);
  assert_status(&f, o, NEW);
  assert_event(&f, 0, CANCEL_REJECTED);
  assert_int_equal(f.events[0].code, OMS_CODE_TOO_LATE);
  assert_int_equal(order(&f, o)->canceled_by, OMS_CANCELED_BY_NONE);
  cancel(&f, o);
  fill(&f, o, 10, 1000);
  report(&f, OMS_REPORT_CANCEL_REJECTED, o);
  assert_status(&f, o, PARTIALLY_FILLED);
  tear_down(&f);
}

static void late_fill_counts_and_alerts(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  uint32_t o = working_buy(&f, 100);
  cancel(&f, o);
  report(&f, OMS_REPORT_CANCELED, o);
  assert_int_equal(fill(&f, o, 30, 1000), OMS_OK);
  assert_status(&f, o, CANCELED);
  assert_event(&f, 0, FILL);
  assert_event(&f, 1, ALERT);
  assert_int_equal(f.events[1].code, OMS_CODE_LATE_FILL);
  assert_int_equal(oms_order_leaves(order(&f, o)), 0);
  assert_int_equal(oms_engine_net(f.e, 0, f.spy)->qty, sh(30));
  verify(&f);
  fill(&f, o, 90, 1000);
  assert_int_equal(oms_order_overfill(order(&f, o)), sh(20));
  assert_event(&f, 2, ALERT);
  assert_int_equal(f.events[2].code, OMS_CODE_OVERFILL);
  tear_down(&f);
}

static void overfill_is_counted_apart(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  uint32_t o = working_buy(&f, 100);
  fill(&f, o, 120, 1000);
  assert_status(&f, o, FILLED);
  assert_int_equal(oms_order_overfill(order(&f, o)), sh(20));
  assert_event(&f, 1, ALERT);
  assert_int_equal(f.events[1].code, OMS_CODE_OVERFILL);
  assert_int_equal(oms_engine_net(f.e, 0, f.spy)->qty, sh(120));
  tear_down(&f);
}

static void execution_id_counts_once(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  uint32_t o = working_buy(&f, 100);
  oms_report_t r = report_of(OMS_REPORT_FILL, o);
  r.qty = sh(10);
  r.price = px(1000);
  r.execution_id = "E1";
  assert_int_equal(tell(&f, r), OMS_OK);
  assert_int_equal(tell(&f, r), OMS_ERR_DUPLICATE);
  assert_int_equal(f.event_n, 0);
  r.qty = sh(11);
  assert_int_equal(tell(&f, r), OMS_ERR_DUPLICATE);
  assert_event(&f, 0, ALERT);
  assert_int_equal(f.events[0].code, OMS_CODE_DUPLICATE_EXECUTION);
  assert_int_equal(order(&f, o)->filled_qty, sh(10));
  r.execution_id = NULL;
  r.execution_no = 5;
  assert_int_equal(tell(&f, r), OMS_OK);
  assert_int_equal(tell(&f, r), OMS_ERR_DUPLICATE);
  oms_terms_t t = limit_terms(&f, OMS_SIDE_BUY, 50, 1000);
  t.account = 1;
  r.order = working(&f, &t);
  assert_int_equal(tell(&f, r), OMS_OK); /* another account has its own numbers */
  assert_int_equal(oms_engine_fill_count(f.e), 3);
  tear_down(&f);
}

static void execution_numbers_may_jump(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  uint32_t o = working_buy(&f, 100);
  const uint64_t numbers[] = {1, 3000, UINT64_C(1000000000000), 2, 9000, 12000};
  oms_report_t r = report_of(OMS_REPORT_FILL, o);
  r.qty = sh(1);
  r.price = px(1000);
  for (int round = 0; round < 2; round++) {
    for (size_t i = 0; i < OMS_COUNT(numbers); i++) {
      r.execution_no = numbers[i];
      assert_int_equal(tell(&f, r), round == 0 ? OMS_OK : OMS_ERR_DUPLICATE);
    }
  }
  r.execution_no = 0; /* the same number as a text */
  r.execution_id = "x9000";
  assert_int_equal(tell(&f, r), OMS_ERR_DUPLICATE);
  assert_int_equal(order(&f, o)->filled_qty, sh(6));
  tear_down(&f);
}

/* The owner's book could take the fill, the net cannot: neither does. */
static void fill_that_does_not_fit_changes_nothing(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  mark_symbol(&f, f.qqq, 1);
  oms_terms_t t = limit_terms(&f, OMS_SIDE_BUY, 1, 1);
  t.instrument = f.qqq;
  uint32_t a = working(&f, &t);
  t.owner = f.other_owner;
  uint32_t b = working(&f, &t);
  oms_report_t r = report_of(OMS_REPORT_FILL, b);
  r.qty = sh(6000000000);
  r.price = 1;
  r.execution_no = ++f.execution;
  assert_int_equal(tell(&f, r), OMS_OK);
  char before[33], after[33];
  oms_engine_state_hash(f.e, before);
  r.order = a;
  r.execution_no = 9;
  assert_int_equal(tell(&f, r), OMS_ERR_OVERFLOW);
  r.price = INT64_MAX;
  r.execution_no = 10;
  assert_int_equal(tell(&f, r), OMS_ERR_OVERFLOW);
  oms_engine_state_hash(f.e, after);
  assert_string_equal(before, after);
  verify(&f);
  r.execution_no = 9; /* the number has not been used */
  r.qty = sh(1);
  r.price = 1;
  assert_int_equal(tell(&f, r), OMS_OK);
  tear_down(&f);
}

static void unsolicited_cancel_is_named(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  uint32_t o = working_buy(&f, 100);
  report(&f, OMS_REPORT_CANCELED, o);
  assert_status(&f, o, CANCELED);
  assert_code(&f, o, UNSOLICITED_CANCEL);
  assert_int_equal(order(&f, o)->canceled_by, OMS_CANCELED_BY_BROKER);
  tear_down(&f);
}

static void venue_ends_keep_their_codes(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  const oms_code_t codes[] = {OMS_CODE_IOC_REMAINDER, OMS_CODE_FOK_KILLED, OMS_CODE_NO_LIQUIDITY,
                              OMS_CODE_INSUFFICIENT_BUYING_POWER};
  for (size_t i = 0; i < OMS_COUNT(codes); i++) {
    uint32_t o = working_buy(&f, 100);
    report_code(&f, OMS_REPORT_CANCELED, o, codes[i]);
    assert_int_equal(order(&f, o)->code, codes[i]);
    assert_int_equal(order(&f, o)->canceled_by, OMS_CANCELED_BY_VENUE);
  }
  uint32_t o = working_buy(&f, 100);
  report(&f, OMS_REPORT_EXPIRED, o);
  assert_status(&f, o, EXPIRED);
  assert_event(&f, 0, EXPIRED);
  tear_down(&f);
}

static void restated_in_place_with_the_old_values(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  uint32_t o = working_buy(&f, 100);
  fill(&f, o, 20, 1000);
  oms_report_t r = report_of(OMS_REPORT_RESTATED, o);
  r.qty = sh(200);
  r.price = px(500);
  assert_int_equal(tell(&f, r), OMS_OK);
  assert_event(&f, 0, RESTATED);
  assert_int_equal(f.events[0].old_qty, sh(100));
  assert_int_equal(f.events[0].old_limit_price, px(1000));
  assert_status(&f, o, PARTIALLY_FILLED);
  assert_int_equal(oms_order_leaves(order(&f, o)), sh(180));
  assert_int_equal(oms_engine_net(f.e, 0, f.spy)->working_buy, sh(180));
  assert_int_equal(oms_engine_account(f.e, 0)->reserve, usd(900));
  verify(&f);
  r.qty = sh(20);
  tell(&f, r);
  assert_status(&f, o, CANCELED);
  assert_event(&f, 0, RESTATED);
  assert_event(&f, 1, CANCELED);
  tear_down(&f);
}

static void flags_are_set_once(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  uint32_t o = working_buy(&f, 100);
  report(&f, OMS_REPORT_DONE_FOR_DAY, o);
  assert_event(&f, 0, DONE_FOR_DAY);
  report(&f, OMS_REPORT_DONE_FOR_DAY, o);
  assert_int_equal(f.event_n, 0);
  assert_true(flag(&f, o, OMS_ORDER_DONE_FOR_DAY));
  report(&f, OMS_REPORT_STOPPED, o);
  assert_int_equal(f.event_n, 0);
  assert_true(flag(&f, o, OMS_ORDER_STOPPED));
  assert_int_equal(report(&f, OMS_REPORT_CALCULATED, o), OMS_OK);
  report(&f, OMS_REPORT_TRIGGERED, o);
  assert_event(&f, 0, TRIGGERED);
  report(&f, OMS_REPORT_TRIGGERED, o);
  assert_int_equal(f.event_n, 0);
  assert_status(&f, o, NEW);
  tear_down(&f);
}

static void suspended_order_fills_and_comes_back(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  uint32_t o = working_buy(&f, 100);
  report(&f, OMS_REPORT_SUSPENDED, o);
  assert_status(&f, o, SUSPENDED);
  assert_event(&f, 0, SUSPENDED);
  fill(&f, o, 10, 1000);
  assert_status(&f, o, SUSPENDED);
  assert_int_equal(oms_engine_net(f.e, 0, f.spy)->working_buy, sh(90));
  report(&f, OMS_REPORT_RESUMED, o);
  assert_status(&f, o, PARTIALLY_FILLED);
  assert_event(&f, 0, RESUMED);
  tear_down(&f);
}

static void doubt_blocks_new_risk_until_it_is_resolved(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  hold(&f, f.owner, 50, 1000);
  uint32_t o = sent_buy(&f, 100);
  report(&f, OMS_REPORT_IN_DOUBT, o);
  assert_event(&f, 0, IN_DOUBT);
  assert_int_equal(oms_engine_net(f.e, 0, f.spy)->working_buy, sh(100));
  oms_terms_t t = limit_terms(&f, OMS_SIDE_BUY, 1, 1000);
  submit(&f, &t);
  assert_refused(&f, STATE_REDUCING);
  t = terms(&f, OMS_SIDE_SELL, 50);
  assert_int_equal(submit(&f, &t), OMS_OK);
  report(&f, OMS_REPORT_WORKING, o);
  assert_event(&f, 0, NEW);
  assert_event(&f, 1, RESOLVED);
  t = limit_terms(&f, OMS_SIDE_BUY, 1, 1000);
  assert_int_equal(submit(&f, &t), OMS_OK);
  o = sent_buy(&f, 10);
  report(&f, OMS_REPORT_IN_DOUBT, o);
  report_code(&f, OMS_REPORT_RESOLVED, o, OMS_CODE_NEVER_ARRIVED);
  assert_event(&f, 0, RESOLVED);
  assert_event(&f, 1, REJECTED);
  assert_status(&f, o, REJECTED);
  assert_int_equal(order(&f, o)->rejected_by, OMS_REJECTED_BY_OMS);
  assert_int_equal(submit(&f, &t), OMS_OK);
  tear_down(&f);
}

static int bust(fixture_t *f, int type, uint32_t o, const char *busts, bool works_again) {
  oms_report_t r = report_of(type, o);
  r.busts = busts;
  r.works_again = works_again;
  if (type == OMS_REPORT_CORRECT) {
    r.qty = sh(100);
    r.price = px(900);
    r.execution_id = "fixed";
  }
  return tell(f, r);
}

static uint32_t filled_buy(fixture_t *f, const char *execution_id) {
  uint32_t o = working_buy(f, 100);
  oms_report_t r = report_of(OMS_REPORT_FILL, o);
  r.qty = sh(100);
  r.price = px(1000);
  r.execution_id = execution_id;
  r.has_commission = true;
  r.commission = usd(1);
  assert_int_equal(tell(f, r), OMS_OK);
  return o;
}

static void bust_of_a_filled_order_cancels_it(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  uint32_t o = filled_buy(&f, "E1");
  assert_int_equal(oms_engine_account(f.e, 0)->cash, usd(98999));
  assert_int_equal(bust(&f, OMS_REPORT_BUST, o, "E1", false), OMS_OK);
  assert_status(&f, o, CANCELED);
  assert_code(&f, o, TRADE_BUST);
  assert_event(&f, 0, BUST);
  const oms_fill_t *back = oms_engine_fill(f.e, f.events[0].fill);
  assert_int_equal(back->busts, 0);
  assert_int_equal(oms_engine_fill(f.e, 0)->busted, 1);
  const oms_account_t *a = oms_engine_account(f.e, 0);
  assert_int_equal(a->cash, usd(100000));
  assert_int_equal(a->commission, 0);
  assert_int_equal(a->long_value, 0);
  assert_int_equal(a->traded_value, 0);
  assert_int_equal(a->day_fills, 0);
  assert_int_equal(oms_engine_net(f.e, 0, f.spy)->qty, 0);
  assert_int_equal(oms_engine_book(f.e, 0, f.owner, f.spy)->qty, 0);
  assert_int_equal(order(&f, o)->filled_qty, 0);
  assert_int_equal(bust(&f, OMS_REPORT_BUST, o, "E1", false), OMS_ERR_DUPLICATE);
  assert_int_equal(bust(&f, OMS_REPORT_BUST, o, "E9", false), OMS_ERR_NOT_FOUND);
  tear_down(&f);
}

static void busted_order_that_works_again_counts_again(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  uint32_t o = filled_buy(&f, "E1");
  working_buy(&f, 10);
  bust(&f, OMS_REPORT_BUST, o, "E1", true);
  assert_status(&f, o, NEW);
  assert_int_equal(oms_engine_net(f.e, 0, f.spy)->working_buy, sh(110));
  assert_int_equal(oms_engine_account(f.e, 0)->reserve, usd(1100));
  assert_int_equal(oms_engine_first_open(f.e), o);
  verify(&f);
  fill(&f, o, 100, 1000);
  assert_status(&f, o, FILLED);
  tear_down(&f);
}

static void bust_books_the_later_fills_again(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  uint32_t o = working_buy(&f, 100);
  fill(&f, o, 50, 1000);
  oms_report_t r = report_of(OMS_REPORT_FILL, o);
  r.qty = sh(50);
  r.price = px(1010);
  r.execution_id = "E2";
  tell(&f, r);
  oms_terms_t t = limit_terms(&f, OMS_SIDE_SELL, 50, 1100);
  uint32_t s = working(&f, &t);
  fill(&f, s, 50, 1100);
  assert_int_equal(oms_engine_account(f.e, 0)->realized_pl, usd(50));
  char id[24];
  bust(&f, OMS_REPORT_BUST, o, oms_execution_id_text(oms_engine_fill(f.e, 0), id), false);
  assert_status(&f, o, CANCELED); /* it was filled, and half of it is gone */
  assert_int_equal(oms_engine_account(f.e, 0)->realized_pl, usd(45));
  assert_int_equal(oms_engine_account(f.e, 0)->day_realized_pl, usd(45));
  assert_int_equal(oms_engine_net(f.e, 0, f.spy)->qty, 0);
  tear_down(&f);
}

static void bust_of_a_part_goes_back_by_what_is_left(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  uint32_t o = working_buy(&f, 100);
  fill(&f, o, 50, 1000);
  fill(&f, o, 20, 1000);
  char id[24];
  bust(&f, OMS_REPORT_BUST, o, oms_execution_id_text(oms_engine_fill(f.e, 0), id), false);
  assert_status(&f, o, PARTIALLY_FILLED);
  assert_int_equal(oms_engine_net(f.e, 0, f.spy)->working_buy, sh(80));
  bust(&f, OMS_REPORT_BUST, o, oms_execution_id_text(oms_engine_fill(f.e, 1), id), false);
  assert_status(&f, o, NEW);
  tear_down(&f);
}

static void correct_is_bust_and_fill_in_one(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  uint32_t o = filled_buy(&f, "E1");
  assert_int_equal(bust(&f, OMS_REPORT_CORRECT, o, "E1", false), OMS_OK);
  assert_int_equal(f.event_n, 1);
  assert_event(&f, 0, CORRECT);
  assert_int_equal(oms_engine_fill(f.e, f.events[0].fill)->price, px(900));
  assert_status(&f, o, FILLED);
  assert_int_equal(oms_order_avg_price(order(&f, o)), px(900));
  assert_int_equal(oms_engine_account(f.e, 0)->cash, usd(99100));
  assert_int_equal(oms_engine_fill_count(f.e), 3);
  assert_int_equal(bust(&f, OMS_REPORT_BUST, o, "fixed", false), OMS_OK);
  assert_int_equal(oms_engine_account(f.e, 0)->cash, usd(100000));
  tear_down(&f);
}

static void late_commission_moves_cash_then(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  uint32_t o = working_buy(&f, 100);
  fill(&f, o, 100, 1000);
  oms_report_t r = report_of(OMS_REPORT_COMMISSION, o);
  r.execution_no = f.execution;
  r.has_commission = true;
  r.commission = usd(3);
  assert_int_equal(tell(&f, r), OMS_OK);
  assert_event(&f, 0, COMMISSION);
  assert_int_equal(oms_engine_account(f.e, 0)->cash, usd(98997));
  assert_int_equal(order(&f, o)->commission, usd(3));
  r.execution_no = 99;
  assert_int_equal(tell(&f, r), OMS_ERR_NOT_FOUND);
  tear_down(&f);
}

static void claimed_orders_move_with_their_fills(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  hold(&f, 0, 100, 1000);
  oms_command_t c = {
      .type = OMS_COMMAND_CLAIM,
      .u.claim = {.order = OMS_NONE, .owner = f.owner, .instrument = f.spy}
  };
  assert_int_equal(apply(&f, &c), OMS_OK);
  assert_int_equal(oms_engine_book(f.e, 0, 0, f.spy)->qty, 0);
  assert_int_equal(oms_engine_book(f.e, 0, f.owner, f.spy)->qty, sh(100));
  assert_int_equal(order(&f, 0)->owner, f.owner);
  c.u.claim.order = 0;
  assert_int_equal(apply(&f, &c), OMS_ERR_NOT_FOUND);
  tear_down(&f);
}

/* Two positions of 6 million millions: each has a value, the account's sum of them has none. */
static void sum_of_market_values_is_refused_not_wrapped(void **state) {
  (void)state;
  fixture_t f;
  setup_t setup = plain_setup();
  setup.account.initial_cash = usd(INT64_C(9000000000000));
  setup.account.multiplier = 1000 * OMS_PRICE_SCALE;
  set_up(&f, &setup);
  mark(&f, 600000000);
  mark_symbol(&f, f.qqq, 600000000);
  hold(&f, f.owner, 1000000, 600000000);
  oms_terms_t t = limit_terms(&f, OMS_SIDE_BUY, 1000000, 600000000);
  t.instrument = f.qqq;
  uint32_t o = working(&f, &t);
  char before[33], after[33];
  oms_engine_state_hash(f.e, before);
  assert_int_equal(fill(&f, o, 1000000, 600000000), OMS_ERR_OVERFLOW);
  oms_engine_state_hash(f.e, after);
  assert_string_equal(before, after);
  assert_int_equal(mark(&f, 900000000), OMS_OK); /* what there is may rise within the range */
  assert_int_equal(fill(&f, o, 100, 600000000), OMS_OK);
  tear_down(&f);
}

static void reports_out_of_place_change_nothing(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  uint32_t o = working_buy(&f, 100);
  fill(&f, o, 100, 1000);
  const int late[] = {OMS_REPORT_CANCELED,  OMS_REPORT_EXPIRED,      OMS_REPORT_REJECTED,
                      OMS_REPORT_RESTATED,  OMS_REPORT_SUSPENDED,    OMS_REPORT_RESUMED,
                      OMS_REPORT_TRIGGERED, OMS_REPORT_DONE_FOR_DAY, OMS_REPORT_IN_DOUBT,
                      OMS_REPORT_RESOLVED,  OMS_REPORT_REPLACED};
  char before[33], after[33];
  oms_engine_state_hash(f.e, before);
  for (size_t i = 0; i < OMS_COUNT(late); i++) {
    assert_int_equal(report(&f, late[i], o), OMS_ERR_BAD_TRANSITION);
    assert_int_equal(f.event_n, 0);
  }
  oms_engine_state_hash(f.e, after);
  assert_string_equal(before, after);
  tear_down(&f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(fill_before_new_implies_it),
      cmocka_unit_test(broker_id_is_kept),
      cmocka_unit_test(cancel_before_new_waits_for_the_venue),
      cmocka_unit_test(unsent_order_is_canceled_at_once),
      cmocka_unit_test(requested_cancel_keeps_its_reason),
      cmocka_unit_test(full_fill_in_pending_cancel_fills_at_once),
      cmocka_unit_test(rejection_in_pending_cancel_rejects),
      cmocka_unit_test(cancel_rejected_goes_back_by_what_has_filled),
      cmocka_unit_test(late_fill_counts_and_alerts),
      cmocka_unit_test(overfill_is_counted_apart),
      cmocka_unit_test(execution_id_counts_once),
      cmocka_unit_test(execution_numbers_may_jump),
      cmocka_unit_test(fill_that_does_not_fit_changes_nothing),
      cmocka_unit_test(unsolicited_cancel_is_named),
      cmocka_unit_test(venue_ends_keep_their_codes),
      cmocka_unit_test(restated_in_place_with_the_old_values),
      cmocka_unit_test(flags_are_set_once),
      cmocka_unit_test(suspended_order_fills_and_comes_back),
      cmocka_unit_test(doubt_blocks_new_risk_until_it_is_resolved),
      cmocka_unit_test(bust_of_a_filled_order_cancels_it),
      cmocka_unit_test(busted_order_that_works_again_counts_again),
      cmocka_unit_test(bust_books_the_later_fills_again),
      cmocka_unit_test(bust_of_a_part_goes_back_by_what_is_left),
      cmocka_unit_test(correct_is_bust_and_fill_in_one),
      cmocka_unit_test(late_commission_moves_cash_then),
      cmocka_unit_test(claimed_orders_move_with_their_fills),
      cmocka_unit_test(sum_of_market_values_is_refused_not_wrapped),
      cmocka_unit_test(reports_out_of_place_change_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
