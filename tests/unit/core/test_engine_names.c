/* Ids and round trips of an engine's orders and fills, on an engine that holds nothing but places.
 * */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "base/alloc.h"
#include "core/engine_int.h"

#define T0 INT64_C(1381240800123456789)

typedef struct bench {
  oms_engine_t e;
  oms_trade_t line[8];
  size_t lines;
} bench_t;

static bench_t bench;

static oms_order_t *add_order(int side, uint16_t owner) {
  uint32_t i;
  assert_int_equal(oms_pool_new(&bench.e.orders, &i), OMS_OK);
  oms_order_t *o = engine_order(&bench.e, i);
  o->index = i;
  engine_start_more(o);
  o->created_ns = T0 + (oms_time_t)i * OMS_NS_PER_SECOND;
  o->side = (uint8_t)side;
  o->owner = owner;
  return o;
}

static oms_fill_t *add_fill(const oms_order_t *o, int64_t shares, int64_t price) {
  uint32_t i;
  assert_int_equal(oms_pool_new(&bench.e.fills, &i), OMS_OK);
  oms_fill_t *f = engine_fill(&bench.e, i);
  f->index = i;
  f->order = o->index;
  f->side = o->side;
  f->busts = OMS_NONE;
  f->qty = shares * OMS_QTY_SCALE;
  f->price = price * OMS_PRICE_SCALE;
  return f;
}

static int set_up(void **state) {
  (void)state;
  uint32_t i;
  memset(&bench, 0, sizeof bench);
  bench.e.config.seed = 42;
  assert_int_equal(oms_pool_init(&bench.e.orders, sizeof(oms_order_t), 2, 0), OMS_OK);
  assert_int_equal(oms_pool_init(&bench.e.fills, sizeof(oms_fill_t), 2, 0), OMS_OK);
  assert_int_equal(oms_pool_init(&bench.e.instruments, sizeof(oms_instrument_cell_t), 2, 0),
                   OMS_OK);
  assert_int_equal(oms_pool_new(&bench.e.instruments, &i), OMS_OK);
  engine_instrument(&bench.e, i)->i.multiplier = 2 * OMS_QTY_SCALE;
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  oms_pool_free(&bench.e.orders);
  oms_pool_free(&bench.e.fills);
  oms_pool_free(&bench.e.instruments);
  return 0;
}

static void an_order_is_found_by_its_own_text_alone(void **state) {
  (void)state;
  char text[37];
  for (uint32_t i = 0; i < 10; i++) {
    add_order(OMS_SIDE_BUY, 0);
  }
  for (uint32_t i = 0; i < 10; i++) {
    oms_order_id_text(&bench.e, engine_order(&bench.e, i), text);
    assert_int_equal(oms_order_id_parse(&bench.e, text), i);
    /* Another time of creation makes it another text. */
    text[0] = text[0] == '0' ? '1' : '0';
    assert_int_equal(oms_order_id_parse(&bench.e, text), OMS_NONE);
  }
  /* The right shape and seed, but no such order: none was made, and seq 0 never is. */
  oms_order_t ghost = {.index = 10, .created_ns = T0};
  oms_order_id_text(&bench.e, &ghost, text);
  assert_int_equal(oms_order_id_parse(&bench.e, text), OMS_NONE);
  ghost.index = UINT32_MAX;
  oms_order_id_text(&bench.e, &ghost, text);
  assert_int_equal(oms_order_id_parse(&bench.e, text), OMS_NONE);
  assert_int_equal(oms_order_id_parse(&bench.e, "mine-1"), OMS_NONE);
}

static void a_client_order_id_is_the_given_one_or_the_order_id(void **state) {
  (void)state;
  char id[37];
  char text[37];
  oms_order_t *o = add_order(OMS_SIDE_BUY, 0);
  oms_order_id_text(&bench.e, o, id);
  assert_string_equal(oms_client_order_id_text(&bench.e, o, text), id);
  o->client_order_id = "mine-1";
  assert_string_equal(oms_client_order_id_text(&bench.e, o, text), "mine-1");
}

static void a_wire_id_changes_with_the_attempt(void **state) {
  (void)state;
  char text[21];
  oms_order_t *o = add_order(OMS_SIDE_BUY, 0);
  oms_wire_id_text(&bench.e, o, text);
  assert_string_equal(text, "m000000100");
  oms_order_more_t more = oms_order_no_more;
  o->more = &more;
  more.wire_attempt = 1;
  oms_wire_id_text(&bench.e, o, text);
  assert_string_equal(text, "m000000101");
}

static void an_order_is_found_by_its_wire_id(void **state) {
  (void)state;
  oms_order_t *first = add_order(OMS_SIDE_BUY, 1), *second = add_order(OMS_SIDE_BUY, 1);
  char text[21];
  oms_order_more_t more = oms_order_no_more;
  second->more = &more;
  more.wire_attempt = 1;
  oms_wire_id_text(&bench.e, first, text);
  assert_int_equal(oms_engine_find_wire(&bench.e, text), first->index);
  oms_wire_id_text(&bench.e, second, text);
  assert_int_equal(oms_engine_find_wire(&bench.e, text), second->index);
  more.wire_attempt = 2; /* the broker may still know it by the id of before */
  assert_int_equal(oms_engine_find_wire(&bench.e, text), second->index);
  more.wire_attempt = 0; /* it has never been sent like that */
  assert_int_equal(oms_engine_find_wire(&bench.e, text), OMS_NONE);
  assert_int_equal(oms_engine_find_wire(&bench.e, "m000000300"), OMS_NONE);
  assert_int_equal(oms_engine_find_wire(&bench.e, "m000000000"), OMS_NONE);
  assert_int_equal(oms_engine_find_wire(&bench.e, "another"), OMS_NONE);
}

static void an_execution_id_is_the_given_one_or_the_number(void **state) {
  (void)state;
  char text[24];
  uint64_t number = 0;
  oms_fill_t f = {.execution.number = 12};
  assert_string_equal(oms_execution_id_text(&f, text), "x12");
  assert_true(oms_execution_id_parse("x12", &number));
  assert_int_equal(number, 12);
  assert_false(oms_execution_id_parse("E-12", &number));
  f.is_named = 1;
  f.execution.text = "E-12";
  assert_string_equal(oms_execution_id_text(&f, text), "E-12");
}

static int keep(void *self, const oms_trade_t *t) {
  bench_t *b = self;
  assert_true(b->lines < 8);
  b->line[b->lines++] = *t;
  return 0;
}

static void busted_fills_are_in_no_round_trip(void **state) {
  (void)state;
  oms_order_t *buy = add_order(OMS_SIDE_BUY, 3);
  oms_order_t *cover = add_order(OMS_SIDE_BUY_TO_COVER, 4);
  oms_order_t *sell = add_order(OMS_SIDE_SELL, 3);
  oms_order_t *sell_short = add_order(OMS_SIDE_SELL_SHORT, 4);
  oms_fill_t *taken_back = add_fill(buy, 10, 90);
  add_fill(buy, 10, 100);
  oms_fill_t *back = add_fill(buy, 10, 90);
  back->side = OMS_SIDE_SELL;
  back->busts = taken_back->index;
  taken_back->busted = 1;
  add_fill(sell_short, 5, 50);
  add_fill(sell, 4, 103)->commission = 7;
  add_fill(cover, 5, 40);
  assert_int_equal(oms_engine_trades(&bench.e, keep, &bench), OMS_OK);
  assert_int_equal(bench.lines, 3);
  assert_int_equal(bench.line[0].entry_fill, 1);
  assert_int_equal(bench.line[0].exit_fill, 4);
  assert_int_equal(bench.line[0].owner, 3);
  assert_true(bench.line[0].is_long);
  /* 4 x 3 x the multiplier of 2. */
  assert_int_equal(bench.line[0].pnl, 24 * OMS_MONEY_SCALE - 7);
  assert_int_equal(bench.line[1].entry_fill, 3);
  assert_int_equal(bench.line[1].owner, 4);
  assert_false(bench.line[1].is_long);
  assert_int_equal(bench.line[1].pnl, 100 * OMS_MONEY_SCALE);
  assert_int_equal(bench.line[2].entry_fill, 1);
  assert_int_equal(bench.line[2].exit_fill, OMS_NONE);
  assert_int_equal(bench.line[2].qty, 6 * OMS_QTY_SCALE);
}

static void no_fills_and_no_memory_are_told_apart(void **state) {
  (void)state;
  assert_int_equal(oms_engine_trades(&bench.e, keep, &bench), OMS_OK);
  assert_int_equal(bench.lines, 0);
  oms_alloc_fail_after(1);
  assert_int_equal(oms_engine_trades(&bench.e, keep, &bench), OMS_ERR_NOMEM);
  oms_alloc_fail_after(0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(an_order_is_found_by_its_own_text_alone),
      TEST(a_client_order_id_is_the_given_one_or_the_order_id),
      TEST(a_wire_id_changes_with_the_attempt),
      TEST(an_order_is_found_by_its_wire_id),
      TEST(an_execution_id_is_the_given_one_or_the_number),
      TEST(busted_fills_are_in_no_round_trip),
      TEST(no_fills_and_no_memory_are_told_apart),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
