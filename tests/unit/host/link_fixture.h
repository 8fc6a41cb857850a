/* link_fixture.h - the link to an outside venue without its socket: the test says the lines of the
 * venue and looks at what would be sent. */
#ifndef LINK_FIXTURE_H
#define LINK_FIXTURE_H

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
// clang-format on

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

static inline uint64_t gate(void *self) {
  (void)self;
  return 7;
}

static inline void quiet(void *self, oms_log_level_t level, const char *text) {
  (void)self, (void)level, (void)text;
}

static inline void set_up(fixture_t *f) {
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

static inline void tear_down(fixture_t *f) {
  oms_error_t err;
  if (oms_engine_verify(f->engine, &err) != OMS_OK) {
    fail_msg("%s", err.message);
  }
  f->desk.venue.close(f->desk.venue.self);
  oms_desk_free(&f->desk);
  oms_engine_free(f->engine);
}

static inline void flush(fixture_t *f) {
  oms_event_t e;
  oms_desk_flush(&f->desk);
  while (oms_ring_pop(&f->desk.events, &e)) {
  }
}

static inline void take(fixture_t *f, oms_link_message_t *m) {
  oms_pack_t p = {0};
  m->received = f->mono;
  oms_link_pack(&p, m);
  assert_true(oms_link_take(f->link, p.data, p.n));
  oms_pack_free(&p);
  flush(f);
}

/* A line of the venue, given as the host gives it. */
static inline void hear(fixture_t *f, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static inline void hear(fixture_t *f, const char *format, ...) {
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

static inline void up(fixture_t *f, const char *more) {
  hear(f, "{\"m\":\"hello\",\"venue\":\"t\",\"settle_s\":\"5\"%s}", more);
}

static inline void compared(fixture_t *f) {
  hear(f, "{\"m\":\"end\",\"of\":\"executions\"}");
  hear(f, "{\"m\":\"end\",\"of\":\"open_orders\"}");
}

static inline void down(fixture_t *f) {
  oms_link_message_t m = {.what = OMS_LINK_DOWN, .status = OMS_STATUS_COUNT};
  m.qty = m.cum_qty = m.price = m.stop_price = OMS_NO_PRICE;
  m.ts = OMS_NO_TIME;
  f->link->out.n = f->link->out_at = 0;
  take(f, &m);
}

static inline uint32_t submit(fixture_t *f, int qty) {
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

static inline const char *wire(const fixture_t *f, uint32_t order) {
  static char ids[8][21];
  static int at;
  at = (at + 1) % 8;
  oms_wire_id_text(f->engine, oms_engine_order(f->engine, order), ids[at]);
  return ids[at];
}

static inline const oms_order_t *at(const fixture_t *f, uint32_t order) {
  return oms_engine_order(f->engine, order);
}

static inline bool in_doubt(const fixture_t *f, uint32_t order) {
  return (at(f, order)->flags & OMS_ORDER_IN_DOUBT) != 0;
}

/* How often a word of ours about the order waits to be sent; then they are gone. */
static inline int said(fixture_t *f, const char *word, uint32_t order) {
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

static inline void forget(fixture_t *f) {
  f->link->out.n = 0;
}

static inline uint32_t working(fixture_t *f, const char *can) {
  up(f, can);
  compared(f);
  uint32_t a = submit(f, 10);
  hear(f, "{\"m\":\"accepted\",\"wire_id\":\"%s\",\"order_id\":\"v1\"}", wire(f, a));
  return a;
}

static inline uint32_t replace(fixture_t *f, uint32_t order, int qty) {
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

#endif
