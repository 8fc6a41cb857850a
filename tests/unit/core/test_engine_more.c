/* What orders share and what they have apart: plain ones have nothing of their own beside their
 * row, origins are made once, and what is written apart stays the order's. */
#include "engine_fixture.h"

#include "core/engine_int.h"

static void a_plain_order_has_nothing_apart(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  mark(&f, 1000);
  oms_terms_t t = limit_terms(&f, OMS_SIDE_BUY, 10, 1000);
  uint32_t o = working(&f, &t);
  assert_int_equal(fill(&f, o, 10, 1000), OMS_OK);
  assert_ptr_equal(order(&f, o)->more, &oms_order_no_more);
  assert_int_equal(order(&f, o)->more->stop_price, OMS_NO_PRICE);
  assert_int_equal(oms_order_asked_qty(order(&f, o)), sh(10));
  assert_int_equal(oms_order_root(order(&f, o)), o);
  assert_int_equal(f.e->more.n, 0);
  assert_in_range(sizeof(oms_order_t), 1, 208);
  assert_in_range(sizeof(oms_fill_t), 1, 64);
  t.type = OMS_TYPE_STOP;
  t.limit_price = OMS_NO_PRICE;
  t.stop_price = px(1100);
  o = working(&f, &t);
  assert_int_equal(order(&f, o)->more->stop_price, px(1100));
  assert_int_equal(f.e->more.n, 1);
  tear_down(&f);
}

static void origins_are_made_once(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  mark(&f, 1000);
  oms_terms_t t = limit_terms(&f, OMS_SIDE_BUY, 10, 1000);
  uint32_t plain = working(&f, &t);
  assert_null(order(&f, plain)->origin->tag);
  uint32_t first[2];
  for (int i = 0; i < 10; i++) { /* two strategies in turns */
    char tag[8];
    (void)snprintf(tag, sizeof tag, "tag%d", i % 2);
    t.tag = tag;
    t.entered_by = "person:a";
    uint32_t o = working(&f, &t);
    first[i % 2] = i < 2 ? o : first[i % 2];
    assert_ptr_equal(order(&f, o)->origin, order(&f, first[i % 2])->origin);
    assert_string_equal(order(&f, o)->origin->tag, tag);
    assert_string_equal(order(&f, o)->origin->entered_by, "person:a");
    assert_null(order(&f, o)->origin->route);
  }
  assert_ptr_not_equal(order(&f, first[0])->origin, order(&f, first[1])->origin);
  tear_down(&f);
}

static void what_was_asked_stays_when_the_order_changes(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  mark(&f, 1000);
  oms_terms_t t = limit_terms(&f, OMS_SIDE_BUY, 10, 1000);
  uint32_t o = working(&f, &t);
  oms_report_t r = report_of(OMS_REPORT_RESTATED, o);
  r.qty = sh(7);
  assert_int_equal(tell(&f, r), OMS_OK);
  assert_int_equal(order(&f, o)->qty, sh(7));
  assert_int_equal(oms_order_asked_qty(order(&f, o)), sh(10));
  oms_command_t c = {
      .type = OMS_COMMAND_SUBMIT, .u.submit = {.terms = &t, .held_by = OMS_HELD_BY_CONDITION}
  };
  assert_int_equal(apply(&f, &c), OMS_OK);
  o = subject(&f);
  c = (oms_command_t){
      .type = OMS_COMMAND_RELEASE, .u.release = {o, sh(4)}
  };
  assert_int_equal(apply(&f, &c), OMS_OK);
  assert_int_equal(order(&f, o)->qty, sh(4));
  assert_int_equal(oms_order_asked_qty(order(&f, o)), sh(10));
  tear_down(&f);
}

static void a_restated_stop_tells_the_old_one(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  mark(&f, 1000);
  oms_terms_t t = terms(&f, OMS_SIDE_BUY, 10);
  t.type = OMS_TYPE_STOP;
  t.stop_price = px(1100);
  uint32_t o = working(&f, &t);
  oms_report_t r = report_of(OMS_REPORT_RESTATED, o);
  r.stop_price = px(1200);
  assert_int_equal(tell(&f, r), OMS_OK);
  assert_event(&f, 0, RESTATED);
  assert_int_equal(f.events[0].old_stop_price, px(1100));
  assert_int_equal(order(&f, o)->more->stop_price, px(1200));
  tear_down(&f);
}

static void refused_replaces_leave_nothing_behind(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  mark(&f, 1000);
  oms_terms_t t = limit_terms(&f, OMS_SIDE_BUY, 10, 1000);
  uint32_t o = working(&f, &t), before = 0;
  for (int i = 0; i < 5; i++) {
    oms_command_t c = replace_command(o);
    c.u.replace.qty = sh(5);
    c.u.replace.needs_verdict = true;
    assert_int_equal(apply(&f, &c), OMS_OK);
    verdict(&f, subject(&f), OMS_VERDICT_REJECT, OMS_CODE_NONE);
    before = i == 0 ? f.e->more.n : before;
    assert_int_equal(f.e->more.n, before);
  }
  assert_int_equal(order(&f, o)->more->replaced_by, OMS_NONE);
  tear_down(&f);
}

/* A total at or below what has filled when it arrives is no overfill; a fill after it is. */
static void a_cut_below_the_fills_is_no_overfill(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  mark(&f, 1000);
  oms_terms_t t = limit_terms(&f, OMS_SIDE_BUY, 100, 1000);
  uint32_t o = working(&f, &t);
  assert_int_equal(replace_qty(&f, o, 50), OMS_OK);
  uint32_t s = subject(&f);
  send(&f, s);
  assert_int_equal(fill(&f, o, 60, 1000), OMS_OK);
  assert_int_equal(report(&f, OMS_REPORT_REPLACED, o), OMS_OK);
  assert_status(&f, s, FILLED);
  assert_int_equal(oms_order_overfill(order(&f, s)), 0);
  assert_int_equal(fill(&f, s, 5, 1000), OMS_OK);
  assert_int_equal(oms_order_overfill(order(&f, s)), sh(15));
  tear_down(&f);
}

/* Refused for want of a quantity, and filled all the same. */
static void a_fill_of_no_quantity_is_all_overfill(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  mark(&f, 1000);
  oms_terms_t t = limit_terms(&f, OMS_SIDE_BUY, 1, 1000);
  t.qty = OMS_NO_PRICE;
  submit(&f, &t);
  assert_refused(&f, INVALID_QTY);
  uint32_t o = subject(&f);
  assert_int_equal(fill(&f, o, 5, 1000), OMS_OK);
  assert_int_equal(oms_order_overfill(order(&f, o)), sh(5));
  tear_down(&f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_plain_order_has_nothing_apart),
      cmocka_unit_test(origins_are_made_once),
      cmocka_unit_test(what_was_asked_stays_when_the_order_changes),
      cmocka_unit_test(a_restated_stop_tells_the_old_one),
      cmocka_unit_test(refused_replaces_leave_nothing_behind),
      cmocka_unit_test(a_cut_below_the_fills_is_no_overfill),
      cmocka_unit_test(a_fill_of_no_quantity_is_all_overfill),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
