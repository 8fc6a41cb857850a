/* test_live.c - the loop of a live host: what operations come to, what is written down, and what
 * may leave when; the kill switch; limits and settings. */
#include "live_fixture.h"

/* Orders. */

static void an_order_comes(void) {
  oms_op_result_t r = submit("k1", OMS_TYPE_LIMIT, 5);
  assert_int_equal(r.rc, OMS_OK);
  assert_false(r.repeated);
  assert_int_equal(order_at(r.order)->status, OMS_STATUS_NEW);
  assert_int_equal(t.live->owner(t.live->self, "api:TEST"), order_at(r.order)->owner);
  assert_true(t.events > 0);
  assert_true(t.durable < t.last_gate); /* nothing of it may have left yet */
}

static void it_comes_again(void) {
  uint32_t rows = oms_engine_order_count(t.live->desk->engine);
  oms_op_result_t r = submit("k1", OMS_TYPE_LIMIT, 5);
  assert_int_equal(r.rc, OMS_OK);
  assert_true(r.repeated);
  assert_string_equal(order_at(r.order)->client_order_id, "k1");
  r = submit("k1", OMS_TYPE_LIMIT, 6);
  assert_int_equal(r.rc, OMS_ERR_REJECTED);
  assert_false(r.repeated);
  assert_int_equal(r.reject.code, OMS_CODE_DUPLICATE_CLIENT_ORDER_ID);
  assert_int_equal(oms_engine_order_count(t.live->desk->engine), rows);
}

static void a_market_order_fills(void) {
  oms_op_result_t r = submit("k2", OMS_TYPE_MARKET, 3);
  assert_int_equal(r.rc, OMS_OK);
  assert_int_equal(order_at(r.order)->status, OMS_STATUS_FILLED);
  assert_int_equal(oms_engine_net(t.live->desk->engine, 0, 0)->qty, 3 * OMS_QTY_SCALE);
}

static void it_is_replaced_and_cancelled(void) {
  uint32_t i = oms_engine_find_order(t.live->desk->engine, 0, "k1");
  oms_op_t op = {.kind = OMS_OP_REPLACE, .by = "api:TEST"};
  op.u.replace.order = i;
  op.u.replace.changes = (oms_changes_t){.qty = 7 * OMS_QTY_SCALE,
                                         .limit_price = OMS_NO_PRICE,
                                         .stop_price = OMS_NO_PRICE,
                                         .trail_price = OMS_NO_PRICE,
                                         .limit_offset = OMS_NO_PRICE,
                                         .trail_percent = OMS_NO_PRICE,
                                         .expire_at = OMS_NO_TIME,
                                         .time_in_force = UINT8_MAX};
  oms_op_result_t r = apply(&op);
  assert_int_equal(r.rc, OMS_OK);
  assert_int_not_equal(r.order, i);
  assert_int_equal(order_at(i)->status, OMS_STATUS_REPLACED);
  oms_op_t cancel = {.kind = OMS_OP_CANCEL, .by = "api:TEST", .u.cancel = {r.order}};
  assert_int_equal(apply(&cancel).rc, OMS_OK);
  assert_int_equal(order_at(r.order)->status, OMS_STATUS_CANCELED);
}

static void what_names_nothing_is_refused(void) {
  oms_op_t op = {.kind = OMS_OP_CANCEL, .by = "api:TEST", .u.cancel = {4711}};
  assert_int_equal(apply(&op).rc, OMS_ERR_NOT_FOUND);
  oms_terms_t terms = terms_of("k9", OMS_TYPE_LIMIT, 1);
  terms.account = 9;
  op = (oms_op_t){.kind = OMS_OP_SUBMIT, .by = "api:TEST"};
  op.u.submit.terms = &terms;
  assert_int_equal(apply(&op).rc, OMS_ERR_NOT_FOUND);
  op = (oms_op_t){.kind = OMS_OP_ROW, .by = "feed", .u.row = {.stream = 9}};
  assert_int_equal(apply(&op).rc, OMS_ERR_NOT_FOUND);
  op = (oms_op_t){
      .kind = OMS_OP_REDUCE, .by = "api:TEST", .u.reduce = {0, 77, OMS_NO_PRICE}
  };
  assert_int_equal(apply(&op).rc, OMS_ERR_NOT_FOUND);
  op = (oms_op_t){
      .kind = OMS_OP_RESOLVE, .by = "p", .u.resolve = {0, true}
  };
  assert_int_equal(apply(&op).rc, OMS_ERR_NOT_FOUND);
  op = (oms_op_t){
      .kind = OMS_OP_APPROVE, .by = "p", .u.approve = {.order = 0, .yes = true}
  };
  assert_int_equal(apply(&op).rc, OMS_ERR_NOT_FOUND);
  op = (oms_op_t){.kind = OMS_OP_CANCEL, .u.cancel = {0}};
  assert_int_equal(apply(&op).rc, OMS_ERR_USAGE); /* of nobody */
}

static void the_position_is_reduced(void) {
  oms_op_t op = {
      .kind = OMS_OP_REDUCE, .by = "api:TEST", .u.reduce = {0, 0, OMS_QTY_SCALE}
  };
  assert_int_equal(apply(&op).rc, OMS_OK);
  assert_int_equal(oms_engine_net(t.live->desk->engine, 0, 0)->qty, 2 * OMS_QTY_SCALE);
}

/* What was put is durable some turns later, also when nothing else happens. */
static void it_is_on_disk(void) {
  if (t.durable < t.last_gate) {
    t.at--;
    pause_ms(1);
  }
}

static void orders(void **state) {
  (void)state;
  RUN(pushed, a_quote_comes, an_order_comes, it_comes_again, a_market_order_fills,
      it_is_replaced_and_cancelled, what_names_nothing_is_refused, the_position_is_reduced,
      it_is_on_disk);
  assert_true(t.turns > 0);
}

/* The journal of the test before. */
static void the_journal_holds_it_all(void **state) {
  (void)state;
  oms_store_reader_t *r;
  oms_record_t record;
  oms_error_t err;
  size_t kinds[256] = {0};
  uint64_t seq = 0;
  uint8_t last = 0;
  oms_time_t now = INT64_MIN;
  assert_int_equal(oms_reader_open(db, 1, true, &r, &err), OMS_OK);
  while (oms_reader_next(r, &record, &err) == OMS_OK && record.seq != 0) {
    assert_int_equal(record.seq, seq + 1);
    assert_true(record.now >= now);
    assert_true(record.market == (record.kind == OMS_RECORD_ROW) || record.kind == 32);
    seq = record.seq;
    now = record.now;
    last = record.kind;
    kinds[record.kind]++;
  }
  oms_reader_close(r);
  assert_int_equal(kinds[OMS_RECORD_BOOT], 1);
  assert_int_equal(kinds[OMS_RECORD_INSTRUMENT], 1);
  assert_int_equal(kinds[OMS_RECORD_ACCOUNT], 1);
  assert_int_equal(kinds[OMS_RECORD_OWNER], 1);
  assert_int_equal(kinds[OMS_RECORD_ROW], 1);
  assert_true(kinds[OMS_RECORD_OP] >= 7);
  assert_true(kinds[OMS_RECORD_COMMAND] > 10);
  assert_int_equal(kinds[OMS_RECORD_END], 2);
  assert_int_equal(last, OMS_RECORD_END);
}

/* Kill switch and states. */

static oms_op_result_t set_state(oms_trading_state_t state, const char *why) {
  oms_op_t op = {.kind = OMS_OP_STATE, .by = "person:P", .why = why};
  op.u.state.state = state;
  return apply(&op);
}

static oms_op_result_t kill_all(bool flatten) {
  oms_op_t op = {.kind = OMS_OP_KILL, .by = "person:P", .why = "test"};
  op.u.kill.flatten = flatten;
  return apply(&op);
}

static void all_is_killed(void) {
  assert_int_equal(submit("o1", OMS_TYPE_LIMIT, 5).rc, OMS_OK);
  assert_int_equal(kill_all(true).rc, OMS_OK);
  const oms_engine_t *e = t.live->desk->engine;
  assert_int_equal(order_at(oms_engine_find_order(e, 0, "o1"))->code, OMS_CODE_KILLED);
  assert_int_equal(oms_engine_first_open(e), OMS_NONE);
  assert_int_equal(oms_engine_net(e, 0, 0)->qty, 0); /* the quote was there to sell to */
  oms_op_result_t r = submit("o2", OMS_TYPE_LIMIT, 5);
  assert_int_equal(r.rc, OMS_ERR_REJECTED);
  assert_int_equal(r.reject.code, OMS_CODE_STATE_HALTED);
}

static void a_resume_needs_a_reason(void) {
  assert_int_equal(set_state(OMS_TRADING_STATE_ACTIVE, NULL).rc, OMS_ERR_USAGE);
  assert_int_equal(set_state(OMS_TRADING_STATE_ACTIVE, "").rc, OMS_ERR_USAGE);
  assert_int_equal(submit("o3", OMS_TYPE_LIMIT, 5).rc, OMS_ERR_REJECTED);
  assert_int_equal(set_state(OMS_TRADING_STATE_ACTIVE, "it was a test").rc, OMS_OK);
  assert_int_equal(submit("o4", OMS_TYPE_LIMIT, 5).rc, OMS_OK);
}

static void reducing_takes_reductions(void) {
  assert_int_equal(submit("o5", OMS_TYPE_MARKET, 5).rc, OMS_OK);
  assert_int_equal(set_state(OMS_TRADING_STATE_REDUCING, "careful").rc, OMS_OK);
  assert_int_equal(submit("o6", OMS_TYPE_LIMIT, 5).reject.code, OMS_CODE_STATE_REDUCING);
  oms_op_t op = {
      .kind = OMS_OP_REDUCE, .by = "api:TEST", .u.reduce = {0, 0, OMS_NO_PRICE}
  };
  assert_int_equal(apply(&op).rc, OMS_OK);
  assert_int_equal(oms_engine_net(t.live->desk->engine, 0, 0)->qty, 0);
  assert_int_equal(set_state(OMS_TRADING_STATE_ACTIVE, "enough").rc, OMS_OK);
}

static void the_file_appears(void) {
  FILE *f = fopen(kill_path, "w");
  assert_non_null(f);
  fputs("a reason\nmore\n", f);
  assert_int_equal(fclose(f), 0);
}

static void the_file_has_killed(void) {
  const oms_engine_t *e = t.live->desk->engine;
  const oms_order_t *o = order_at(oms_engine_find_order(e, 0, "o4"));
  assert_int_equal(o->code, OMS_CODE_KILLED);
  assert_string_equal(o->message, "a reason");
  assert_int_equal(set_state(OMS_TRADING_STATE_ACTIVE, "x").rc, OMS_ERR_USAGE); /* still there */
  assert_int_equal(unlink(kill_path), 0);
}

static void its_removal_resumes_nothing(void) {
  assert_int_equal(submit("o7", OMS_TYPE_LIMIT, 5).reject.code, OMS_CODE_STATE_HALTED);
  assert_int_equal(set_state(OMS_TRADING_STATE_ACTIVE, "it is gone").rc, OMS_OK);
  assert_int_equal(submit("o8", OMS_TYPE_LIMIT, 5).rc, OMS_OK);
  (void)raise(SIGUSR1);
}

static void the_signal_has_killed(void) {
  const oms_engine_t *e = t.live->desk->engine;
  uint32_t i = oms_engine_find_order(e, 0, "o8");
  if (order_at(i)->status == OMS_STATUS_NEW) { /* it comes through the loop */
    t.at--;
    return;
  }
  assert_int_equal(order_at(i)->code, OMS_CODE_KILLED);
}

static void kill_switch(void **state) {
  (void)state;
  forget();
  RUN(pushed, a_quote_comes, a_market_order_fills, all_is_killed, a_resume_needs_a_reason,
      reducing_takes_reductions, the_file_appears, the_file_has_killed, its_removal_resumes_nothing,
      the_signal_has_killed);
}

/* Limits and settings. */

static oms_op_result_t limit(const char *key, const char *value) {
  oms_op_t op = {
      .kind = OMS_OP_LIMIT, .by = "person:P", .u.limit = {0, key, value}
  };
  return apply(&op);
}

static void limits_are_set(void) {
  assert_int_equal(limit("max_order_qty", "10").rc, OMS_OK);
  assert_int_equal(submit("l1", OMS_TYPE_LIMIT, 11).reject.code, OMS_CODE_MAX_ORDER_QTY);
  assert_int_equal(submit("l2", OMS_TYPE_LIMIT, 10).rc, OMS_OK);
  assert_int_equal(limit("max_order_qty", "none").rc, OMS_OK);
  assert_int_equal(submit("l3", OMS_TYPE_LIMIT, 11).rc, OMS_OK);
  assert_int_equal(limit("max_order_quantity", "10").rc, OMS_ERR_USAGE);
  assert_int_equal(limit("max_order_qty", "many").rc, OMS_ERR_USAGE);
  assert_int_equal(limit("max_order_quantity", "none").rc, OMS_ERR_USAGE);
  assert_int_equal(limit("restricted", "X").rc, OMS_OK);
  assert_int_equal(submit("l4", OMS_TYPE_LIMIT, 1).reject.code, OMS_CODE_RESTRICTED_SYMBOL);
  assert_int_equal(limit("restricted", "none").rc, OMS_OK);
  assert_int_equal(submit("l5", OMS_TYPE_LIMIT, 1).rc, OMS_OK);
}

static void settings_are_kept(void) {
  oms_op_t op = {
      .kind = OMS_OP_SETTING, .by = "api:TEST", .u.setting = {0, "a", "1"}
  };
  assert_null(t.live->setting(t.live->self, 0, "a"));
  assert_int_equal(apply(&op).rc, OMS_OK);
  assert_string_equal(t.live->setting(t.live->self, 0, "a"), "1");
  op.u.setting.value = "2";
  assert_int_equal(apply(&op).rc, OMS_OK);
  assert_string_equal(t.live->setting(t.live->self, 0, "a"), "2");
  assert_null(t.live->setting(t.live->self, 1, "a"));
}

static void the_state_is_told(void) {
  oms_live_state_t s;
  char hash[33];
  t.live->state(t.live->self, &s);
  assert_true(s.ready);
  assert_string_equal(s.name, "x");
  assert_string_equal(s.mode, "paper");
  assert_string_equal(s.trouble, "");
  assert_int_equal(t.live->state_hash(t.live->self, hash), OMS_OK);
  assert_int_equal(strlen(hash), 32);
  assert_true(t.live->metrics(t.live->self)->ops[OMS_OP_SUBMIT] >= 5);
}

static void limits_and_settings(void **state) {
  (void)state;
  forget();
  RUN(pushed, a_quote_comes, limits_are_set, settings_are_kept, the_state_is_told);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(orders),
      cmocka_unit_test(the_journal_holds_it_all),
      cmocka_unit_test(kill_switch),
      cmocka_unit_test(limits_and_settings),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
