/* test_op_codec.c - operations and rows as bytes of the journal and back; every prefix of them is
 * refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "host/op_codec.h"
#include "host/row_codec.h"

static oms_terms_t terms_of(const char *key) {
  return (oms_terms_t){.instrument = 3,
                       .account = 1,
                       .side = OMS_SIDE_SELL,
                       .type = OMS_TYPE_STOP_LIMIT,
                       .time_in_force = OMS_TIF_GTC,
                       .order_class = OMS_ORDER_CLASS_BRACKET,
                       .flags = OMS_ORDER_REDUCE_ONLY,
                       .qty = 5000000000,
                       .display_qty = OMS_NO_PRICE,
                       .notional = OMS_NO_PRICE,
                       .limit_price = 101500000000,
                       .stop_price = 101000000000,
                       .trail_price = OMS_NO_PRICE,
                       .limit_offset = OMS_NO_PRICE,
                       .trail_percent = OMS_NO_PRICE,
                       .expire_at = OMS_NO_TIME,
                       .expire_session = OMS_NO_TIME,
                       .symbol = "SPY",
                       .client_order_id = key,
                       .tag = "",
                       .entered_by = "api:MDX",
                       .group = OMS_NONE,
                       .parent = OMS_NONE};
}

/* Seeds of the fuzz target, when a folder for them is named. */
static void keep_seed(const char *name, int first, const oms_pack_t *p) {
  char path[300];
  const char *folder = getenv("WRITE_SEEDS");
  if (folder == NULL) {
    return;
  }
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *f = fopen(path, "wb");
  assert_non_null(f);
  (void)fputc(first, f);
  assert_int_equal(fwrite(p->data, 1, p->n, f), p->n);
  assert_int_equal(fclose(f), 0);
}

/* Packs, unpacks, packs again: the same bytes. Every shorter piece of them is none. */
static void goes_round(const oms_op_t *op, oms_op_t *back, oms_op_room_t *room, oms_pack_t *p) {
  char name[40];
  oms_pack_t again = {0};
  p->n = 0;
  oms_op_pack(p, op);
  assert_false(p->failed);
  for (size_t n = 0; n < p->n; n++) {
    oms_unpack_t u = oms_unpack_of(p->data, n);
    assert_false(oms_op_unpack(&u, back, room) && oms_unpack_done(&u));
  }
  oms_unpack_t u = oms_unpack_of(p->data, p->n);
  assert_true(oms_op_unpack(&u, back, room));
  assert_true(oms_unpack_done(&u));
  assert_int_equal(back->kind, op->kind);
  oms_op_pack(&again, back);
  assert_int_equal(again.n, p->n);
  assert_memory_equal(again.data, p->data, p->n);
  oms_pack_free(&again);
  snprintf(name, sizeof name, "op_%d", (int)op->kind);
  keep_seed(name, 0, p);
}

static void a_submit_with_its_exits(void **state) {
  (void)state;
  oms_terms_t terms = terms_of("key-1"), children[2] = {terms_of(NULL), terms_of("exit")};
  oms_op_t op = {.kind = OMS_OP_SUBMIT, .by = "api:MDX"}, back;
  op.u.submit.terms = &terms;
  op.u.submit.children = children;
  op.u.submit.child_n = 2;
  op.u.submit.trigger_full = true;
  oms_op_room_t room;
  oms_pack_t p = {0};
  goes_round(&op, &back, &room, &p);
  assert_string_equal(back.by, "api:MDX");
  assert_null(back.why);
  assert_true(back.u.submit.trigger_full);
  assert_false(back.u.submit.expire_is_date);
  assert_int_equal(back.u.submit.child_n, 2);
  assert_string_equal(back.u.submit.terms->client_order_id, "key-1");
  assert_string_equal(back.u.submit.terms->tag, "");
  assert_null(back.u.submit.children[0].client_order_id);
  assert_int_equal(back.u.submit.terms->limit_price, terms.limit_price);
  assert_int_equal(back.u.submit.terms->notional, OMS_NO_PRICE);
  assert_int_equal(back.u.submit.terms->group, OMS_NONE);
  oms_pack_free(&p);
}

static void a_submit_of_too_many_or_unknown_words_is_none(void **state) {
  (void)state;
  oms_terms_t terms = terms_of("key"), children[OMS_OP_CHILDREN_MAX + 1];
  for (size_t i = 0; i <= OMS_OP_CHILDREN_MAX; i++) {
    children[i] = terms;
  }
  oms_op_t op = {.kind = OMS_OP_SUBMIT, .by = "x"}, back;
  op.u.submit.terms = &terms;
  op.u.submit.children = children;
  op.u.submit.child_n = OMS_OP_CHILDREN_MAX + 1;
  oms_op_room_t room;
  oms_pack_t p = {0};
  oms_op_pack(&p, &op);
  oms_unpack_t u = oms_unpack_of(p.data, p.n);
  assert_false(oms_op_unpack(&u, &back, &room));
  p.n = 0;
  terms.side = 9;
  op.u.submit.child_n = 0;
  oms_op_pack(&p, &op);
  u = oms_unpack_of(p.data, p.n);
  assert_false(oms_op_unpack(&u, &back, &room));
  oms_pack_free(&p);
}

static void every_other_kind(void **state) {
  (void)state;
  static const unsigned char params[] = {1, 2, 3};
  // clang-format off
  oms_op_t ops[] = {
      {.kind = OMS_OP_CANCEL, .by = "a", .u.cancel = {7}},
      {.kind = OMS_OP_REPLACE, .by = "a",
       .u.replace = {7, {.qty = 1, .limit_price = OMS_NO_PRICE, .stop_price = OMS_NO_PRICE,
                         .trail_price = OMS_NO_PRICE, .limit_offset = OMS_NO_PRICE,
                         .trail_percent = OMS_NO_PRICE, .expire_at = OMS_NO_TIME,
                         .time_in_force = UINT8_MAX, .client_order_id = "n"}}},
      {.kind = OMS_OP_KILL, .by = "file", .why = "w", .u.kill = {{OMS_SCOPE_OWNER, 2}, true}},
      {.kind = OMS_OP_STATE, .by = "p", .why = "w",
       .u.state = {{OMS_SCOPE_ALL, 0}, OMS_TRADING_STATE_REDUCING}},
      {.kind = OMS_OP_APPROVE, .by = "r", .u.approve = {9, false, 39, "no"}},
      {.kind = OMS_OP_RESOLVE, .by = "r", .u.resolve = {9, true}},
      {.kind = OMS_OP_REDUCE, .by = "r", .u.reduce = {1, 2, OMS_NO_PRICE}},
      {.kind = OMS_OP_RELOAD, .by = "r", .u.reload = {"s", NULL, params, sizeof params}},
      {.kind = OMS_OP_SCRIPT, .by = "r", .u.script = {"s", true}},
      {.kind = OMS_OP_LIMIT, .by = "r", .u.limit = {1, "max_position", "5"}},
      {.kind = OMS_OP_SETTING, .by = "r", .u.setting = {1, "no_shorting", "true"}},
      {.kind = OMS_OP_RISK, .by = "r", .u.risk = {true}},
  };
  // clang-format on
  oms_op_t back;
  oms_op_room_t room;
  oms_pack_t p = {0};
  for (size_t i = 0; i < sizeof ops / sizeof ops[0]; i++) {
    goes_round(&ops[i], &back, &room, &p);
  }
  goes_round(&ops[4], &back, &room, &p);
  assert_string_equal(back.u.approve.message, "no");
  goes_round(&ops[7], &back, &room, &p);
  assert_int_equal(back.u.reload.param_n, 3);
  assert_memory_equal(back.u.reload.params, params, 3);
  assert_null(back.u.reload.with);
  oms_pack_free(&p);
}

static void rows_as_operations(void **state) {
  (void)state;
  oms_op_t op = {.kind = OMS_OP_ROW, .by = "feed"}, back;
  oms_op_room_t room;
  oms_pack_t p = {0};
  op.u.row.stream = 2;
  op.u.row.kind = OMS_DATA_QUOTES;
  op.u.row.tick = (oms_tick_t){.ts = OMS_NO_TIME, .stream = 2, .kind = OMS_DATA_QUOTES};
  op.u.row.tick.u.quote = (oms_quote_t){100, OMS_NO_PRICE, 5, INT64_MAX};
  goes_round(&op, &back, &room, &p);
  assert_int_equal(back.u.row.tick.ts, OMS_NO_TIME);
  assert_int_equal(back.u.row.tick.u.quote.ask, OMS_NO_PRICE);
  op.u.row.kind = OMS_DATA_BARS;
  op.u.row.bar = (oms_bar_row_t){1000, 1, 3, 1, 2, 0.25};
  goes_round(&op, &back, &room, &p);
  assert_true(back.u.row.bar.volume == 0.25);
  assert_int_equal(back.u.row.bar.high, 3);
  oms_pack_free(&p);
}

static void row_goes_round(const oms_row_t *row, int flags, oms_time_t now, const char *name) {
  oms_pack_t p = {0}, again = {0};
  oms_row_t back;
  int got;
  oms_row_pack(&p, row, flags, now);
  for (size_t n = 0; n < p.n; n++) {
    oms_unpack_t u = oms_unpack_of(p.data, n);
    assert_false(oms_row_unpack(&u, now, &back, &got));
  }
  oms_unpack_t u = oms_unpack_of(p.data, p.n);
  assert_true(oms_row_unpack(&u, now, &back, &got));
  assert_int_equal(got, flags);
  assert_int_equal(back.kind, row->kind);
  oms_row_pack(&again, &back, got, now);
  assert_int_equal(again.n, p.n);
  assert_memory_equal(again.data, p.data, p.n);
  keep_seed(name, 1, &p);
  oms_pack_free(&p);
  oms_pack_free(&again);
}

static void rows_of_every_kind(void **state) {
  (void)state;
  oms_row_t bar = {.kind = OMS_DATA_BARS};
  bar.u.bar = (oms_bar_t){100, 100, 160, 1, 4, 1, 2, 1e12, 7};
  row_goes_round(&bar, OMS_ROW_MORE, 160, "row_bar");
  row_goes_round(&bar, OMS_ROW_WARM, INT64_MAX, "row_bar_far");
  oms_row_t tick = {.kind = OMS_DATA_TRADES};
  tick.u.tick = (oms_tick_t){.ts = OMS_NO_TIME, .stream = 1, .kind = OMS_DATA_TRADES};
  tick.u.tick.u.trade = (oms_print_t){100, 3};
  row_goes_round(&tick, 0, -5, "row_trade");
  tick.kind = tick.u.tick.kind = OMS_DATA_ORDERS;
  tick.u.tick.u.flow = (oms_flow_t){'A', OMS_SIDE_SELL, 77, 100, 5};
  row_goes_round(&tick, 0, 5, "row_flow");
  tick.kind = tick.u.tick.kind = OMS_DATA_ACTIONS;
  tick.u.tick.u.action = (oms_corporate_t){OMS_CORPORATE_DIVIDEND, 0, 5};
  row_goes_round(&tick, 0, 5, "row_action");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_submit_with_its_exits),
      cmocka_unit_test(a_submit_of_too_many_or_unknown_words_is_none),
      cmocka_unit_test(every_other_kind),
      cmocka_unit_test(rows_as_operations),
      cmocka_unit_test(rows_of_every_kind),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
