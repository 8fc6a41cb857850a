/* test_link.c - the link to an outside venue without its socket: which orders leave, what is in
 * doubt and what resolves it, and what a line of the venue does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "bind/session.h"
#include "host/link_int.h"

#define SECOND OMS_NS_PER_SECOND
#define START  INT64_C(1700000000000000000)

typedef struct fixture {
  oms_engine_t *engine;
  oms_desk_host_t desk;
  oms_link_t *link;
  int64_t mono;
} fixture_t;

static uint64_t gate(void *self) {
  (void)self;
  return 7;
}

static void quiet(void *self, oms_log_level_t level, const char *text) {
  (void)self, (void)level, (void)text;
}

static void set_up(fixture_t *f) {
  memset(f, 0, sizeof *f);
  oms_engine_config_t config = {.seed = 1, .orders = 16, .fills = 16, .crosses_zero = true};
  oms_instrument_t i = {.symbol = "X",
                        .currency = "USD",
                        .multiplier = OMS_QTY_SCALE,
                        .previous_close = 100 * OMS_PRICE_SCALE,
                        .margin_per_contract = OMS_NO_PRICE,
                        .last = 100 * OMS_PRICE_SCALE,
                        .bid = OMS_NO_PRICE,
                        .ask = OMS_NO_PRICE};
  oms_account_t a;
  uint32_t instrument;
  uint16_t account, owner;
  f->engine = oms_engine_new(&config);
  assert_non_null(f->engine);
  oms_session_account_init(&a);
  a.initial_cash = a.cash = INT64_C(1000000000000);
  a.multiplier = OMS_QTY_SCALE;
  assert_int_equal(oms_engine_add_instrument(f->engine, &i, &instrument), OMS_OK);
  assert_int_equal(oms_engine_add_account(f->engine, &a, &account), OMS_OK);
  assert_int_equal(oms_engine_add_owner(f->engine, &(oms_owner_t){.id = "s"}, &owner), OMS_OK);
  assert_int_equal(oms_desk_init(&f->desk, f->engine), OMS_OK);
  f->desk.port.now = START;
  f->mono = SECOND;
  f->link = oms_link_new(&f->desk, &f->desk.venue);
  assert_non_null(f->link);
  f->link->host = (oms_link_host_t){.self = f, .gate = gate, .log = quiet};
  f->link->open = true;
  oms_link_start(f->link);
}

static void tear_down(fixture_t *f) {
  oms_error_t err;
  if (oms_engine_verify(f->engine, &err) != OMS_OK) {
    fail_msg("%s", err.message);
  }
  f->desk.venue.close(f->desk.venue.self);
  oms_desk_free(&f->desk);
  oms_engine_free(f->engine);
}

static void flush(fixture_t *f) {
  oms_event_t e;
  oms_desk_flush(&f->desk);
  while (oms_ring_pop(&f->desk.events, &e)) {
  }
}

static void take(fixture_t *f, oms_link_message_t *m) {
  oms_pack_t p = {0};
  m->received = f->mono;
  oms_link_pack(&p, m);
  assert_true(oms_link_take(f->link, p.data, p.n));
  oms_pack_free(&p);
  flush(f);
}

/* A line of the venue, given as the host gives it. */
static void hear(fixture_t *f, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void hear(fixture_t *f, const char *format, ...) {
  char line[1024];
  oms_link_message_t m;
  oms_error_t err;
  va_list args;
  va_start(args, format);
  (void)vsnprintf(line, sizeof line, format, args);
  va_end(args);
  if (oms_link_parse(line, strlen(line), &m, &err) != OMS_OK) {
    fail_msg("%s", err.message);
  }
  m.what = m.what == OMS_LINK_HELLO ? OMS_LINK_UP : m.what;
  take(f, &m);
}

static void up(fixture_t *f, const char *more) {
  hear(f, "{\"m\":\"hello\",\"venue\":\"t\",\"settle_s\":\"5\"%s}", more);
}

static void compared(fixture_t *f) {
  hear(f, "{\"m\":\"end\",\"of\":\"executions\"}");
  hear(f, "{\"m\":\"end\",\"of\":\"open_orders\"}");
}

static void down(fixture_t *f) {
  oms_link_message_t m = {.what = OMS_LINK_DOWN, .status = OMS_STATUS_COUNT};
  m.qty = m.cum_qty = m.price = m.stop_price = OMS_NO_PRICE;
  m.ts = OMS_NO_TIME;
  f->link->out.n = f->link->out_at = 0;
  take(f, &m);
}

static uint32_t submit(fixture_t *f, int qty) {
  oms_terms_t t = {.owner = 1,
                   .type = OMS_TYPE_LIMIT,
                   .time_in_force = OMS_TIF_GTC,
                   .qty = qty * OMS_QTY_SCALE,
                   .display_qty = OMS_NO_PRICE,
                   .notional = OMS_NO_PRICE,
                   .limit_price = 100 * OMS_PRICE_SCALE,
                   .stop_price = OMS_NO_PRICE,
                   .trail_price = OMS_NO_PRICE,
                   .limit_offset = OMS_NO_PRICE,
                   .trail_percent = OMS_NO_PRICE,
                   .expire_at = OMS_NO_TIME,
                   .expire_session = OMS_NO_TIME,
                   .group = OMS_NONE,
                   .parent = OMS_NONE};
  uint32_t order;
  oms_reject_t reject = {0};
  int rc = f->desk.port.submit(&f->desk, &t, false, NULL, 0, false, &order, &reject);
  if (rc != OMS_OK) {
    assert_int_equal(rc, OMS_ERR_REJECTED);
    return OMS_NONE;
  }
  flush(f);
  return order;
}

static const char *wire(const fixture_t *f, uint32_t order) {
  static char ids[8][21];
  static int at;
  at = (at + 1) % 8;
  oms_wire_id_text(f->engine, oms_engine_order(f->engine, order), ids[at]);
  return ids[at];
}

static const oms_order_t *at(const fixture_t *f, uint32_t order) {
  return oms_engine_order(f->engine, order);
}

static bool in_doubt(const fixture_t *f, uint32_t order) {
  return (at(f, order)->flags & OMS_ORDER_IN_DOUBT) != 0;
}

/* How often a word of ours about the order waits to be sent; then they are gone. */
static int said(fixture_t *f, const char *word, uint32_t order) {
  char start[64];
  int n = 0;
  (void)snprintf(start, sizeof start, "{\"m\":\"%s\",\"wire_id\":\"%s\"", word, wire(f, order));
  oms_pack_u8(&f->link->out, 0);
  for (const char *s = (const char *)f->link->out.data; (s = strstr(s, start)) != NULL; s++) {
    n++;
  }
  f->link->out.n--;
  return n;
}

static void forget(fixture_t *f) {
  f->link->out.n = 0;
}

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

static uint32_t working(fixture_t *f, const char *can) {
  up(f, can);
  compared(f);
  uint32_t a = submit(f, 10);
  hear(f, "{\"m\":\"accepted\",\"wire_id\":\"%s\",\"order_id\":\"v1\"}", wire(f, a));
  return a;
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

static uint32_t replace(fixture_t *f, uint32_t order, int qty) {
  oms_changes_t c = {.qty = qty * OMS_QTY_SCALE,
                     .limit_price = OMS_NO_PRICE,
                     .stop_price = OMS_NO_PRICE,
                     .trail_price = OMS_NO_PRICE,
                     .limit_offset = OMS_NO_PRICE,
                     .trail_percent = OMS_NO_PRICE,
                     .expire_at = OMS_NO_TIME,
                     .time_in_force = UINT8_MAX};
  uint32_t successor;
  oms_reject_t reject;
  assert_int_equal(f->desk.port.replace(&f->desk, order, &c, &successor, &reject), OMS_OK);
  flush(f);
  return successor;
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
