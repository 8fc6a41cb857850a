/* test_link.c - the link to an outside venue without its socket: which orders leave, what is in
 * doubt and what resolves it, and what a line of the venue does. */
#include "link_fixture.h"

static void orders_wait_while_it_is_down(void **state) {
  fixture_t f;
  (void)state;
  set_up(&f);
  uint32_t a = submit(&f, 10);
  assert_int_equal(at(&f, a)->status, OMS_STATUS_PENDING_NEW);
  assert_int_equal(at(&f, a)->flags & OMS_ORDER_SENT, 0);
  up(&f, "");
  assert_int_equal(said(&f, "new", a), 0); /* not before the books are compared */
  compared(&f);
  assert_int_equal(said(&f, "new", a), 1);
  assert_false(in_doubt(&f, a));
  hear(&f, "{\"m\":\"accepted\",\"wire_id\":\"%s\",\"order_id\":\"v1\"}", wire(&f, a));
  assert_int_equal(at(&f, a)->status, OMS_STATUS_NEW);
  hear(&f,
       "{\"m\":\"fill\",\"wire_id\":\"%s\",\"execution_id\":\"x1\",\"qty\":\"10\",\"price\":\"99."
       "5\"}",
       wire(&f, a));
  assert_int_equal(at(&f, a)->status, OMS_STATUS_FILLED);
  assert_int_equal(oms_engine_net(f.engine, 0, 0)->qty, 10 * OMS_QTY_SCALE);
  tear_down(&f);
}

static uint32_t sent_and_lost(fixture_t *f) {
  up(f, "");
  compared(f);
  uint32_t a = submit(f, 10);
  assert_int_equal(said(f, "new", a), 1);
  assert_false(in_doubt(f, a));
  down(f);
  assert_true(in_doubt(f, a));
  return a;
}

static void a_found_order_is_taken_over(void **state) {
  fixture_t f;
  (void)state;
  set_up(&f);
  uint32_t a = sent_and_lost(&f);
  assert_int_equal(submit(&f, 3), OMS_NONE); /* new risk waits for what is in doubt */
  up(&f, "");
  compared(&f);
  assert_int_equal(said(&f, "find", a), 1);
  assert_int_equal(said(&f, "new", a), 0);
  for (int i = 0; i < 2; i++) { /* each execution once, however often it is told */
    hear(&f,
         "{\"m\":\"fill\",\"wire_id\":\"%s\",\"execution_id\":\"x9\",\"qty\":\"4\",\"price\":"
         "\"100\"}",
         wire(&f, a));
  }
  hear(&f,
       "{\"m\":\"order\",\"wire_id\":\"%s\",\"status\":\"partially_filled\",\"qty\":\"10\","
       "\"cum_qty\":\"4\",\"order_id\":\"v7\"}",
       wire(&f, a));
  assert_false(in_doubt(&f, a));
  assert_int_equal(at(&f, a)->status, OMS_STATUS_PARTIALLY_FILLED);
  assert_string_equal(at(&f, a)->broker_order_id, "v7");
  assert_int_equal(at(&f, a)->filled_qty, 4 * OMS_QTY_SCALE);
  assert_int_not_equal(submit(&f, 3), OMS_NONE);
  tear_down(&f);
}

static void absent_twice_it_never_arrived(void **state) {
  fixture_t f;
  int64_t next;
  (void)state;
  set_up(&f);
  uint32_t a = sent_and_lost(&f);
  up(&f, "");
  compared(&f);
  forget(&f);
  hear(&f, "{\"m\":\"absent\",\"wire_id\":\"%s\"}", wire(&f, a));
  assert_true(in_doubt(&f, a));
  link_tick(f.link, f.mono + 4 * SECOND, &next);
  assert_int_equal(said(&f, "find", a), 0);
  f.mono += 2 * SECOND; /* too early to be a second one */
  hear(&f, "{\"m\":\"absent\",\"wire_id\":\"%s\"}", wire(&f, a));
  assert_true(in_doubt(&f, a));
  f.mono += 3 * SECOND;
  link_tick(f.link, f.mono, &next);
  assert_int_equal(said(&f, "find", a), 1);
  hear(&f, "{\"m\":\"absent\",\"wire_id\":\"%s\"}", wire(&f, a));
  assert_false(in_doubt(&f, a));
  assert_int_equal(at(&f, a)->status, OMS_STATUS_REJECTED);
  assert_int_equal(at(&f, a)->code, OMS_CODE_NEVER_ARRIVED);
  assert_int_equal(said(&f, "new", a), 0);
  tear_down(&f);
}

static void a_broken_connection_counts_anew(void **state) {
  fixture_t f;
  (void)state;
  set_up(&f);
  uint32_t a = sent_and_lost(&f);
  up(&f, "");
  compared(&f);
  hear(&f, "{\"m\":\"absent\",\"wire_id\":\"%s\"}", wire(&f, a));
  down(&f);
  f.mono += 60 * SECOND;
  up(&f, "");
  compared(&f);
  hear(&f, "{\"m\":\"absent\",\"wire_id\":\"%s\"}", wire(&f, a));
  assert_true(in_doubt(&f, a));
  tear_down(&f);
}

static void an_idempotent_venue_gets_it_again_once(void **state) {
  fixture_t f;
  int64_t next;
  (void)state;
  set_up(&f);
  uint32_t a = sent_and_lost(&f);
  up(&f, ",\"idempotent\":true");
  compared(&f);
  for (int i = 0; i < 2; i++) {
    hear(&f, "{\"m\":\"absent\",\"wire_id\":\"%s\"}", wire(&f, a));
    f.mono += 5 * SECOND;
  }
  assert_true(in_doubt(&f, a));
  assert_int_equal(said(&f, "new", a), 1);
  link_tick(f.link, f.mono, &next);
  for (int i = 0; i < 2; i++) {
    hear(&f, "{\"m\":\"absent\",\"wire_id\":\"%s\"}", wire(&f, a));
    f.mono += 5 * SECOND;
  }
  assert_int_equal(said(&f, "new", a), 1);
  assert_int_equal(at(&f, a)->status, OMS_STATUS_REJECTED);
  tear_down(&f);
}

static void missed_ends_are_asked_for(void **state) {
  fixture_t f;
  (void)state;
  set_up(&f);
  uint32_t a = working(&f, ""), b = submit(&f, 5);
  hear(&f, "{\"m\":\"accepted\",\"wire_id\":\"%s\",\"order_id\":\"v2\"}", wire(&f, b));
  down(&f);
  assert_false(in_doubt(&f, a)); /* the venue has it */
  up(&f, "");
  hear(&f,
       "{\"m\":\"order\",\"wire_id\":\"%s\",\"status\":\"new\",\"qty\":\"5\",\"cum_qty\":\"0\"}",
       wire(&f, b));
  compared(&f);
  assert_int_equal(said(&f, "find", a), 1);
  assert_int_equal(said(&f, "find", b), 0);
  hear(&f, "{\"m\":\"order\",\"wire_id\":\"%s\",\"status\":\"canceled\",\"qty\":\"10\"}",
       wire(&f, a));
  assert_int_equal(at(&f, a)->status, OMS_STATUS_CANCELED);
  assert_int_equal(at(&f, b)->status, OMS_STATUS_NEW);
  tear_down(&f);
}

static void a_cancel_is_asked_for_again(void **state) {
  fixture_t f;
  oms_reject_t reject;
  (void)state;
  set_up(&f);
  uint32_t a = working(&f, "");
  down(&f);
  assert_int_equal(f.desk.port.cancel(&f.desk, a, &reject), OMS_OK);
  flush(&f);
  assert_int_equal(said(&f, "cancel", a), 0);
  up(&f, "");
  hear(&f, "{\"m\":\"order\",\"wire_id\":\"%s\",\"status\":\"new\",\"qty\":\"10\"}", wire(&f, a));
  compared(&f);
  assert_int_equal(said(&f, "cancel", a), 1);
  hear(&f, "{\"m\":\"canceled\",\"wire_id\":\"%s\"}", wire(&f, a));
  assert_int_equal(at(&f, a)->status, OMS_STATUS_CANCELED);
  tear_down(&f);
}

static void a_lost_replace_is_found_or_ends(void **state) {
  (void)state;
  for (int found = 0; found < 2; found++) {
    fixture_t f;
    set_up(&f);
    uint32_t a = working(&f, ",\"replace\":\"total\""), b = replace(&f, a, 20);
    assert_int_equal(said(&f, "replace", a), 1);
    down(&f);
    up(&f, ",\"replace\":\"total\"");
    if (found == 0) {
      hear(&f, "{\"m\":\"order\",\"wire_id\":\"%s\",\"status\":\"new\",\"qty\":\"10\"}",
           wire(&f, a));
      compared(&f);
      assert_int_equal(said(&f, "find", b), 1);
      hear(&f, "{\"m\":\"absent\",\"wire_id\":\"%s\"}", wire(&f, b));
      f.mono += 5 * SECOND;
      hear(&f, "{\"m\":\"absent\",\"wire_id\":\"%s\"}", wire(&f, b));
      assert_int_equal(at(&f, a)->status, OMS_STATUS_NEW);
      assert_int_equal(at(&f, b)->status, OMS_STATUS_REJECTED);
    } else {
      hear(&f, "{\"m\":\"order\",\"wire_id\":\"%s\",\"status\":\"new\",\"qty\":\"20\"}",
           wire(&f, b));
      compared(&f);
      assert_int_equal(at(&f, a)->status, OMS_STATUS_REPLACED);
      assert_int_equal(at(&f, b)->status, OMS_STATUS_NEW);
    }
    tear_down(&f);
  }
}

static void a_fill_of_a_successor_says_that_it_was_accepted(void **state) {
  fixture_t f;
  (void)state;
  set_up(&f);
  uint32_t a = working(&f, ",\"replace\":\"total\""), b = replace(&f, a, 20);
  down(&f);
  up(&f, ",\"replace\":\"total\"");
  hear(&f,
       "{\"m\":\"fill\",\"wire_id\":\"%s\",\"execution_id\":\"x1\",\"qty\":\"20\",\"price\":"
       "\"100\"}",
       wire(&f, b));
  compared(&f);
  assert_int_equal(at(&f, a)->status, OMS_STATUS_REPLACED);
  assert_int_equal(at(&f, b)->status, OMS_STATUS_FILLED);
  assert_int_equal(oms_engine_net(f.engine, 0, 0)->qty, 20 * OMS_QTY_SCALE);
  tear_down(&f);
}

static void without_replace_it_is_cancel_and_the_rest(void **state) {
  fixture_t f;
  (void)state;
  set_up(&f);
  uint32_t a = working(&f, ",\"replace\":\"none\"");
  hear(
      &f,
      "{\"m\":\"fill\",\"wire_id\":\"%s\",\"execution_id\":\"x1\",\"qty\":\"4\",\"price\":\"100\"}",
      wire(&f, a));
  uint32_t b = replace(&f, a, 20);
  assert_int_equal(said(&f, "cancel", a), 1);
  hear(&f, "{\"m\":\"canceled\",\"wire_id\":\"%s\"}", wire(&f, a));
  assert_int_equal(at(&f, a)->status, OMS_STATUS_REPLACED);
  assert_int_equal(said(&f, "new", b), 1);
  assert_non_null(strstr((const char *)f.link->out.data, "\"qty\":\"16\""));
  hear(&f,
       "{\"m\":\"fill\",\"wire_id\":\"%s\",\"execution_id\":\"x2\",\"qty\":\"16\",\"price\":"
       "\"100\"}",
       wire(&f, b));
  assert_int_equal(at(&f, b)->status, OMS_STATUS_FILLED);
  assert_int_equal(at(&f, b)->filled_qty, 20 * OMS_QTY_SCALE);
  tear_down(&f);
}

static void lines_that_fit_nothing_change_nothing(void **state) {
  fixture_t f;
  char before[33], after[33];
  (void)state;
  set_up(&f);
  uint32_t a = working(&f, "");
  hear(&f, "{\"m\":\"canceled\",\"wire_id\":\"%s\"}", wire(&f, a));
  assert_int_equal(oms_engine_state_hash(f.engine, before), OMS_OK);
  hear(&f, "{\"m\":\"canceled\",\"wire_id\":\"%s\"}", wire(&f, a));
  hear(&f, "{\"m\":\"accepted\",\"wire_id\":\"%s\"}", wire(&f, a));
  hear(&f, "{\"m\":\"accepted\",\"wire_id\":\"m999999999\"}");
  hear(&f, "{\"m\":\"order\",\"wire_id\":\"nobody\",\"status\":\"new\"}");
  hear(&f, "{\"m\":\"absent\",\"wire_id\":\"%s\"}", wire(&f, a));
  hear(&f, "{\"m\":\"weather\",\"wire_id\":\"%s\"}", wire(&f, a));
  assert_int_equal(oms_engine_state_hash(f.engine, after), OMS_OK);
  assert_string_equal(before, after);
  tear_down(&f);
}

static void wrong_lines_are_told(void **state) {
  static const char *const cases[][2] = {
      {"",                                                       "not a flat JSON object"},
      {"{}",                                                     "not a flat JSON object"},
      {"[1]",                                                    "not a flat JSON object"},
      {"{\"m\":\"fill\"",                                        "not a flat JSON object"},
      {"{\"m\":\"fill\",\"x\":{}}",                              "not a flat JSON object"},
      {"{\"m\":\"accepted\"}",                                   "lacks what it needs"   },
      {"{\"m\":\"fill\",\"wire_id\":\"a\"}",                     "lacks what it needs"   },
      {"{\"m\":\"hello\",\"settle_s\":\"-1\"}",                  "settle_s '-1'"         },
      {"{\"m\":\"order\",\"wire_id\":\"a\",\"status\":\"odd\"}", "status 'odd'"          },
      {"{\"m\":\"fill\",\"qty\":\"1e30\"}",                      "qty '1e30'"            },
  };
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    oms_link_message_t m;
    oms_error_t err;
    assert_int_equal(oms_link_parse(cases[i][0], strlen(cases[i][0]), &m, &err), OMS_ERR_DATA);
    if (strstr(err.message, cases[i][1]) == NULL) {
      fail_msg("%s: %s", cases[i][0], err.message);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(orders_wait_while_it_is_down),
      cmocka_unit_test(a_found_order_is_taken_over),
      cmocka_unit_test(absent_twice_it_never_arrived),
      cmocka_unit_test(a_broken_connection_counts_anew),
      cmocka_unit_test(an_idempotent_venue_gets_it_again_once),
      cmocka_unit_test(missed_ends_are_asked_for),
      cmocka_unit_test(a_cancel_is_asked_for_again),
      cmocka_unit_test(a_lost_replace_is_found_or_ends),
      cmocka_unit_test(a_fill_of_a_successor_says_that_it_was_accepted),
      cmocka_unit_test(without_replace_it_is_cancel_and_the_rest),
      cmocka_unit_test(lines_that_fit_nothing_change_nothing),
      cmocka_unit_test(wrong_lines_are_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
