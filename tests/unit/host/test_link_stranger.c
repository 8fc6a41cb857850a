/* test_link_stranger.c - orders that the venue has and we have not given: they become orders of
 * "external" with their fills, once each, may be cancelled and claimed; and what is sent again
 * after a connection that broke. */
#include "link_fixture.h"

#define BY_HAND                                                                                    \
  "\"wire_id\":\"hand1\",\"symbol\":\"X\",\"side\":\"buy\",\"qty\":\"10\",\"limit_price\":\"99\""

static uint32_t foreign(const fixture_t *f) {
  return oms_engine_find_wire(f->engine, "hand1");
}

static const oms_position_t *book(const fixture_t *f, uint16_t owner) {
  return oms_engine_book(f->engine, 0, owner, 0);
}

static void fill(fixture_t *f, const char *id, int qty) {
  hear(f,
       "{\"m\":\"fill\",\"wire_id\":\"hand1\",\"execution_id\":\"%s\",\"qty\":\"%d\",\"price\":"
       "\"99\"}",
       id, qty);
}

static void order_line(fixture_t *f, const char *status, int cum) {
  hear(f, "{\"m\":\"order\"," BY_HAND ",\"order_id\":\"v9\",\"status\":\"%s\",\"cum_qty\":\"%d\"}",
       status, cum);
}

static int asked(fixture_t *f) {
  int n = 0;
  oms_pack_u8(&f->link->out, 0);
  const char *s = (const char *)f->link->out.data;
  for (; (s = strstr(s, "{\"m\":\"find\",\"wire_id\":\"hand1\"}")) != NULL; s++) {
    n++;
  }
  f->link->out.n = 0;
  return n;
}

static void it_is_of_external(void **state) {
  fixture_t f;
  (void)state;
  set_up(&f);
  up(&f, "");
  order_line(&f, "new", 0);
  compared(&f);
  uint32_t a = foreign(&f);
  assert_int_not_equal(a, OMS_NONE);
  assert_int_equal(at(&f, a)->owner, 0);
  assert_int_equal(at(&f, a)->status, OMS_STATUS_NEW);
  assert_int_equal(at(&f, a)->type, OMS_TYPE_LIMIT);
  assert_int_equal(at(&f, a)->limit_price, 99 * OMS_PRICE_SCALE);
  assert_string_equal(at(&f, a)->broker_order_id, "v9");
  assert_string_equal(wire(&f, a), "hand1");
  assert_int_equal(said(&f, "new", a), 0);
  assert_int_equal(said(&f, "find", a), 0);
  fill(&f, "e1", 4);
  fill(&f, "e1", 4);
  fill(&f, "e2", 6);
  assert_int_equal(at(&f, a)->status, OMS_STATUS_FILLED);
  assert_int_equal(oms_engine_net(f.engine, 0, 0)->qty, 10 * OMS_QTY_SCALE);
  assert_int_equal(book(&f, 0)->qty, 10 * OMS_QTY_SCALE);
  assert_int_equal(book(&f, 1)->qty, 0);
  tear_down(&f);
}

/* A report without terms: the venue is asked once, its fills are asked for when the order is known,
 * and new risk waits until they are there. */
static void without_terms_it_is_asked_for(void **state) {
  fixture_t f;
  (void)state;
  set_up(&f);
  up(&f, "");
  fill(&f, "e1", 4); /* of its executions, before it is known */
  fill(&f, "e2", 1);
  hear(&f, "{\"m\":\"accepted\",\"wire_id\":\"hand1\"}");
  compared(&f);
  assert_int_equal(foreign(&f), OMS_NONE);
  assert_int_equal(asked(&f), 1);
  fill(&f, "e1", 4);
  fill(&f, "e2", 1);
  order_line(&f, "partially_filled", 5);
  uint32_t a = foreign(&f);
  assert_int_not_equal(a, OMS_NONE);
  assert_int_equal(asked(&f), 1);
  assert_true(in_doubt(&f, a));
  assert_int_equal(submit(&f, 3), OMS_NONE);
  fill(&f, "e1", 4);
  fill(&f, "e2", 1);
  order_line(&f, "partially_filled", 5);
  assert_false(in_doubt(&f, a));
  assert_int_equal(asked(&f), 0);
  assert_int_equal(at(&f, a)->status, OMS_STATUS_PARTIALLY_FILLED);
  assert_int_equal(at(&f, a)->filled_qty, 5 * OMS_QTY_SCALE);
  assert_int_not_equal(submit(&f, 3), OMS_NONE);
  tear_down(&f);
}

static void an_ended_one_counts_with_its_fills(void **state) {
  fixture_t f;
  (void)state;
  set_up(&f);
  up(&f, "");
  compared(&f);
  order_line(&f, "canceled", 5);
  fill(&f, "e1", 5);
  order_line(&f, "canceled", 5);
  uint32_t a = foreign(&f);
  assert_int_equal(at(&f, a)->status, OMS_STATUS_CANCELED);
  assert_int_equal(at(&f, a)->code, OMS_CODE_UNSOLICITED_CANCEL);
  assert_int_equal(oms_engine_net(f.engine, 0, 0)->qty, 5 * OMS_QTY_SCALE);
  tear_down(&f);
}

static void fills_that_never_come_hold_it_up_once(void **state) {
  fixture_t f;
  (void)state;
  set_up(&f);
  up(&f, "");
  compared(&f);
  order_line(&f, "canceled", 5);
  order_line(&f, "canceled", 5);
  assert_int_equal(at(&f, foreign(&f))->status, OMS_STATUS_CANCELED);
  assert_int_equal(asked(&f), 1);
  tear_down(&f);
}

static void it_is_cancelled_by_its_name(void **state) {
  fixture_t f;
  oms_reject_t reject;
  (void)state;
  set_up(&f);
  up(&f, "");
  order_line(&f, "new", 0);
  compared(&f);
  uint32_t a = foreign(&f);
  assert_int_equal(f.desk.port.cancel(&f.desk, a, &reject), OMS_OK);
  flush(&f);
  assert_int_equal(said(&f, "cancel", a), 1);
  hear(&f, "{\"m\":\"canceled\",\"wire_id\":\"hand1\"}");
  assert_int_equal(at(&f, a)->status, OMS_STATUS_CANCELED);
  tear_down(&f);
}

static void a_strategy_claims_it(void **state) {
  fixture_t f;
  oms_reject_t reject;
  (void)state;
  set_up(&f);
  up(&f, "");
  order_line(&f, "new", 0);
  compared(&f);
  fill(&f, "e1", 4);
  uint32_t a = foreign(&f);
  assert_int_equal(f.desk.port.claim(&f.desk, 1, a, &reject), OMS_OK);
  assert_int_equal(book(&f, 1)->qty, 4 * OMS_QTY_SCALE);
  assert_int_equal(book(&f, 0)->qty, 0);
  down(&f);
  up(&f, "");
  order_line(&f, "partially_filled", 4);
  compared(&f);
  fill(&f, "e2", 6);
  assert_int_equal(foreign(&f), a);
  assert_int_equal(at(&f, a)->owner, 1);
  assert_int_equal(book(&f, 1)->qty, 10 * OMS_QTY_SCALE);
  assert_int_equal(oms_engine_order_count(f.engine), 1);
  tear_down(&f);
}

static void replaced_by_others_it_ends(void **state) {
  fixture_t f;
  (void)state;
  set_up(&f);
  uint32_t a = working(&f, ",\"replace\":\"total\"");
  hear(&f, "{\"m\":\"replaced\",\"wire_id\":\"%s\",\"new_wire_id\":\"hand1\"}", wire(&f, a));
  order_line(&f, "new", 0);
  assert_int_equal(at(&f, a)->status, OMS_STATUS_CANCELED);
  assert_int_equal(at(&f, foreign(&f))->status, OMS_STATUS_NEW);
  tear_down(&f);
}

/* What cannot be taken in is told once; what our core refuses as terms still takes its fills. */
static void what_cannot_be_taken_in_is_told(void **state) {
  fixture_t f;
  (void)state;
  set_up(&f);
  up(&f, "");
  compared(&f);
  uint64_t before = oms_engine_last_event(f.engine);
  for (int i = 0; i < 2; i++) {
    hear(&f, "{\"m\":\"order\",\"wire_id\":\"hand2\",\"status\":\"new\",\"symbol\":\"NONE\","
             "\"side\":\"buy\","
             "\"qty\":\"1\"}");
  }
  assert_int_equal(oms_engine_last_event(f.engine), before + 1);
  assert_int_equal(oms_engine_order_count(f.engine), 0);
  hear(&f, "{\"m\":\"order\",\"wire_id\":\"hand1\",\"status\":\"filled\",\"symbol\":\"X\",\"side\":"
           "\"buy\","
           "\"qty\":\"5\",\"limit_price\":\"-1\",\"cum_qty\":\"5\"}");
  fill(&f, "e1", 5);
  assert_int_equal(at(&f, foreign(&f))->status, OMS_STATUS_REJECTED);
  assert_int_equal(oms_engine_net(f.engine, 0, 0)->qty, 5 * OMS_QTY_SCALE);
  tear_down(&f);
}

static void what_remains_is_asked_for(void **state) {
  fixture_t f;
  (void)state;
  set_up(&f);
  uint32_t a = working(&f, ",\"replace\":\"remaining\"");
  hear(
      &f,
      "{\"m\":\"fill\",\"wire_id\":\"%s\",\"execution_id\":\"x1\",\"qty\":\"4\",\"price\":\"100\"}",
      wire(&f, a));
  forget(&f);
  uint32_t b = replace(&f, a, 20);
  assert_int_equal(said(&f, "replace", a), 1);
  assert_non_null(strstr((const char *)f.link->out.data, "\"qty\":\"16\""));
  hear(&f, "{\"m\":\"replaced\",\"wire_id\":\"%s\",\"new_wire_id\":\"%s\"}", wire(&f, a),
       wire(&f, b));
  assert_int_equal(at(&f, a)->status, OMS_STATUS_REPLACED);
  assert_int_equal(at(&f, b)->qty, 20 * OMS_QTY_SCALE);
  assert_int_equal(at(&f, b)->filled_qty, 4 * OMS_QTY_SCALE);
  hear(&f,
       "{\"m\":\"fill\",\"wire_id\":\"%s\",\"execution_id\":\"x2\",\"qty\":\"16\",\"price\":"
       "\"100\"}",
       wire(&f, b));
  assert_int_equal(at(&f, b)->status, OMS_STATUS_FILLED);
  assert_int_equal(oms_engine_net(f.engine, 0, 0)->qty, 20 * OMS_QTY_SCALE);
  tear_down(&f);
}

/* A cancel that left and may be lost is sent again when the order is seen to work, also one that is
 * found only when it is asked for; of what has ended nothing is. */
static void a_lost_cancel_is_sent_again(void **state) {
  fixture_t f;
  oms_reject_t reject;
  (void)state;
  for (int found = 0; found < 3; found++) {
    set_up(&f);
    uint32_t a = working(&f, "");
    assert_int_equal(f.desk.port.cancel(&f.desk, a, &reject), OMS_OK);
    flush(&f);
    assert_int_equal(said(&f, "cancel", a), 1);
    down(&f);
    forget(&f);
    up(&f, "");
    if (found == 0) {
      hear(&f, "{\"m\":\"order\",\"wire_id\":\"%s\",\"status\":\"new\",\"qty\":\"10\"}",
           wire(&f, a));
    }
    compared(&f);
    if (found == 1) {
      assert_int_equal(said(&f, "find", a), 1);
      hear(&f, "{\"m\":\"order\",\"wire_id\":\"%s\",\"status\":\"new\",\"qty\":\"10\"}",
           wire(&f, a));
    }
    if (found == 2) {
      hear(&f, "{\"m\":\"order\",\"wire_id\":\"%s\",\"status\":\"canceled\",\"qty\":\"10\"}",
           wire(&f, a));
    }
    assert_int_equal(said(&f, "cancel", a), found == 2 ? 0 : 1);
    hear(&f, "{\"m\":\"canceled\",\"wire_id\":\"%s\"}", wire(&f, a));
    assert_int_equal(at(&f, a)->status, OMS_STATUS_CANCELED);
    tear_down(&f);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(it_is_of_external),
      cmocka_unit_test(without_terms_it_is_asked_for),
      cmocka_unit_test(an_ended_one_counts_with_its_fills),
      cmocka_unit_test(fills_that_never_come_hold_it_up_once),
      cmocka_unit_test(it_is_cancelled_by_its_name),
      cmocka_unit_test(a_strategy_claims_it),
      cmocka_unit_test(replaced_by_others_it_ends),
      cmocka_unit_test(what_cannot_be_taken_in_is_told),
      cmocka_unit_test(what_remains_is_asked_for),
      cmocka_unit_test(a_lost_cancel_is_sent_again),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
