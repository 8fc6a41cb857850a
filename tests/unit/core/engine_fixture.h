/* engine_fixture.h - an engine with two accounts, two owners, two symbols, and short words for
 * commands. Whole quantities and prices with two decimals come as numbers: sh(100), px(1050) is
 * 10.50. */
#ifndef TEST_ENGINE_FIXTURE_H
#define TEST_ENGINE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/check.h"
#include "base/time.h"
#include "core/engine.h"

#define EVENT_CAP 256

typedef struct fixture {
  oms_engine_t *e;
  oms_time_t now;
  uint64_t seq, execution;
  oms_event_t events[EVENT_CAP]; /* of the last command */
  int event_n;
  uint16_t owner, other_owner; /* strategies "a" and "b" */
  uint32_t spy, qqq;           /* tick 0.01, lot 1; anything goes */
  int rc;                      /* of the last command */
  /* Sees each command before it is applied, where it is set. */
  void (*tap)(void *self, const oms_command_t *c);
  void *tap_self;
} fixture_t;

static inline oms_qty_t sh(int64_t n) {
  return n * OMS_QTY_SCALE;
}
static inline oms_price_t px(int64_t cents) {
  return cents * (OMS_PRICE_SCALE / 100);
}
static inline oms_money_t usd(int64_t n) {
  return n * OMS_MONEY_SCALE;
}

static inline void take_event(void *self, const oms_event_t *event) {
  fixture_t *f = self;
  if (f->event_n < EVENT_CAP) {
    f->events[f->event_n++] = *event;
  }
}

static inline int apply(fixture_t *f, oms_command_t *c) {
  oms_sink_t sink = {f, take_event};
  c->seq = ++f->seq;
  c->now = f->now;
  f->event_n = 0;
  if (f->tap != NULL) {
    f->tap(f->tap_self, c);
  }
  f->rc = oms_engine_apply(f->e, c, &sink);
  return f->rc;
}

typedef struct setup {
  oms_engine_config_t config;
  oms_account_t account;
} setup_t;

static inline setup_t plain_setup(void) {
  setup_t s = {
      .config = {.seed = 7,    .orders = 64,      .fills = 64, .crosses_zero = true},
      .account = {.id = "main",
                 .type = OMS_ACCOUNT_TYPE_MARGIN,
                 .multiplier = 2 * OMS_PRICE_SCALE,
                 .initial_cash = usd(100000)                                       }
  };
  s.config.commission.min = s.config.commission.max = OMS_NO_PRICE;
  oms_limits_none(&s.account.limits);
  return s;
}

/* 2013-10-08 10:00 New York. */
#define TEN_OCLOCK INT64_C(1381240800000000000)

static inline oms_instrument_t instrument(const char *symbol) {
  return (oms_instrument_t){.symbol = symbol,
                            .currency = "USD",
                            .asset_class = OMS_ASSET_CLASS_US_EQUITY,
                            .multiplier = OMS_QTY_SCALE,
                            .previous_close = OMS_NO_PRICE,
                            .margin_per_contract = OMS_NO_PRICE,
                            .last = OMS_NO_PRICE,
                            .last_ns = OMS_NO_TIME,
                            .bid = OMS_NO_PRICE,
                            .ask = OMS_NO_PRICE};
}

static inline int set_up_parts(fixture_t *f, const setup_t *s) {
  oms_instrument_t spy = instrument("SPY"), qqq = instrument("QQQ");
  oms_account_t second = s->account;
  uint16_t account;
  spy.tick = px(1);
  spy.lot = sh(1);
  second.id = "second";
  int rc = oms_engine_add_instrument(f->e, &spy, &f->spy);
  rc = rc == OMS_OK ? oms_engine_add_instrument(f->e, &qqq, &f->qqq) : rc;
  rc = rc == OMS_OK ? oms_engine_add_account(f->e, &s->account, &account) : rc;
  rc = rc == OMS_OK ? oms_engine_add_account(f->e, &second, &account) : rc;
  rc = rc == OMS_OK ? oms_engine_add_owner(f->e, &(oms_owner_t){.id = "a"}, &f->owner) : rc;
  return rc == OMS_OK ? oms_engine_add_owner(f->e, &(oms_owner_t){.id = "b"}, &f->other_owner) : rc;
}

static inline void set_up(fixture_t *f, const setup_t *s) {
  *f = (fixture_t){.now = TEN_OCLOCK};
  f->e = oms_engine_new(&s->config);
  assert_non_null(f->e);
  assert_int_equal(set_up_parts(f, s), OMS_OK);
}

static inline void set_up_plain(fixture_t *f) {
  setup_t s = plain_setup();
  set_up(f, &s);
}

static inline void verify(const fixture_t *f) {
  oms_error_t err = {0};
  if (oms_engine_verify(f->e, &err) != OMS_OK) {
    fail_msg("%s", err.message);
  }
}

static inline void tear_down(fixture_t *f) {
  verify(f);
  oms_engine_free(f->e);
}

static inline oms_terms_t terms(const fixture_t *f, int side, int64_t shares) {
  return (oms_terms_t){.instrument = f->spy,
                       .owner = f->owner,
                       .side = (uint8_t)side,
                       .type = OMS_TYPE_MARKET,
                       .qty = sh(shares),
                       .display_qty = OMS_NO_PRICE,
                       .notional = OMS_NO_PRICE,
                       .limit_price = OMS_NO_PRICE,
                       .stop_price = OMS_NO_PRICE,
                       .trail_price = OMS_NO_PRICE,
                       .limit_offset = OMS_NO_PRICE,
                       .trail_percent = OMS_NO_PRICE,
                       .expire_at = OMS_NO_TIME,
                       .expire_session = OMS_NO_TIME,
                       .group = OMS_NONE,
                       .parent = OMS_NONE};
}
static inline oms_terms_t limit_terms(const fixture_t *f, int side, int64_t shares, int64_t cents) {
  oms_terms_t t = terms(f, side, shares);
  t.type = OMS_TYPE_LIMIT;
  t.limit_price = px(cents);
  return t;
}
static inline int submit(fixture_t *f, const oms_terms_t *t) {
  return apply(f, &(oms_command_t){.type = OMS_COMMAND_SUBMIT, .u.submit = {.terms = t}});
}
static inline const oms_order_t *order(const fixture_t *f, uint32_t i) {
  return oms_engine_order(f->e, i);
}
static inline uint32_t subject(const fixture_t *f) {
  return oms_engine_subject(f->e);
}
static inline int send(fixture_t *f, uint32_t o) {
  return apply(f, &(oms_command_t){.type = OMS_COMMAND_SEND, .u.send = {o}});
}
static inline oms_report_t report_of(int type, uint32_t o) {
  return (oms_report_t){.type = (uint8_t)type,
                        .order = o,
                        .qty = OMS_NO_PRICE,
                        .price = OMS_NO_PRICE,
                        .stop_price = OMS_NO_PRICE};
}
static inline int tell(fixture_t *f, oms_report_t r) {
  r.ts = f->now;
  return apply(f, &(oms_command_t){.type = OMS_COMMAND_REPORT, .u.report = r});
}
static inline int report(fixture_t *f, int type, uint32_t o) {
  return tell(f, report_of(type, o));
}
static inline int report_code(fixture_t *f, int type, uint32_t o, oms_code_t code) {
  oms_report_t r = report_of(type, o);
  r.code = (uint16_t)code;
  r.text = "the venue says so";
  return tell(f, r);
}
static inline int fill(fixture_t *f, uint32_t o, int64_t shares, int64_t cents) {
  oms_report_t r = report_of(OMS_REPORT_FILL, o);
  r.qty = sh(shares);
  r.price = px(cents);
  r.execution_no = ++f->execution;
  return tell(f, r);
}
static inline int cancel(fixture_t *f, uint32_t o) {
  return apply(f, &(oms_command_t){
                      .type = OMS_COMMAND_CANCEL,
                      .u.cancel = {.order = o, .canceled_by = OMS_CANCELED_BY_USER}
  });
}
static inline int mark_symbol(fixture_t *f, uint32_t symbol, int64_t cents) {
  return apply(f, &(oms_command_t){
                      .type = OMS_COMMAND_MARK, .u.mark = {symbol, px(cents)}
  });
}
static inline int mark(fixture_t *f, int64_t cents) {
  return mark_symbol(f, f->spy, cents);
}
static inline oms_command_t replace_command(uint32_t o) {
  return (oms_command_t){
      .type = OMS_COMMAND_REPLACE,
      .u.replace = {.order = o,
                    .qty = OMS_NO_PRICE,
                    .limit_price = OMS_NO_PRICE,
                    .stop_price = OMS_NO_PRICE,
                    .trail_price = OMS_NO_PRICE,
                    .limit_offset = OMS_NO_PRICE,
                    .trail_percent = OMS_NO_PRICE,
                    .expire_at = OMS_NO_TIME,
                    .time_in_force = UINT8_MAX}
  };
}
static inline int replace_qty(fixture_t *f, uint32_t o, int64_t shares) {
  oms_command_t c = replace_command(o);
  c.u.replace.qty = sh(shares);
  return apply(f, &c);
}
static inline int verdict(fixture_t *f, uint32_t o, int what, oms_code_t code) {
  return apply(f, &(oms_command_t){
                      .type = OMS_COMMAND_VERDICT,
                      .u.verdict = {.order = o,
                                    .verdict = (uint8_t)what,
                                    .code = (uint16_t)code,
                                    .message = "a rule says so"}
  });
}
static inline int set_state(fixture_t *f, int kind, uint32_t index, int state) {
  return apply(f, &(oms_command_t){
                      .type = OMS_COMMAND_STATE,
                      .u.state = {.scope = {kind, index}, .state = (uint8_t)state}
  });
}

/* A new order, sent and acknowledged. */
static inline uint32_t working(fixture_t *f, const oms_terms_t *t) {
  assert_int_equal(submit(f, t), OMS_OK);
  uint32_t o = subject(f);
  assert_int_equal(send(f, o), OMS_OK);
  assert_int_equal(report(f, OMS_REPORT_WORKING, o), OMS_OK);
  return o;
}
/* A position of 'shares' (negative: short) at 'cents'. */
static inline void hold(fixture_t *f, uint16_t owner, int64_t shares, int64_t cents) {
  oms_terms_t t = limit_terms(f, shares < 0 ? OMS_SIDE_SELL : OMS_SIDE_BUY, llabs(shares), cents);
  t.owner = owner;
  uint32_t o = working(f, &t);
  assert_int_equal(fill(f, o, llabs(shares), cents), OMS_OK);
}

#define assert_status(f, o, s)                                                                     \
  assert_string_equal(oms_enum_text(OMS_ENUM_STATUS, order(f, o)->status),                         \
                      oms_enum_text(OMS_ENUM_STATUS, OMS_STATUS_##s))
#define assert_code(f, o, c)                                                                       \
  assert_string_equal(oms_enum_text(OMS_ENUM_CODE, order(f, o)->code),                             \
                      oms_enum_text(OMS_ENUM_CODE, OMS_CODE_##c))
#define assert_event(f, i, t)                                                                      \
  assert_string_equal((i) < (f)->event_n ? oms_enum_text(OMS_ENUM_EVENT, (f)->events[i].type)      \
                                         : "nothing",                                              \
                      oms_enum_text(OMS_ENUM_EVENT, OMS_EVENT_##t))
#define assert_refused(f, c)                                                                       \
  do {                                                                                             \
    assert_int_equal((f)->rc, OMS_ERR_REJECTED);                                                   \
    assert_string_equal(oms_enum_text(OMS_ENUM_CODE, (int)oms_engine_refusal((f)->e, NULL)),       \
                        oms_enum_text(OMS_ENUM_CODE, OMS_CODE_##c));                               \
  } while (0)

#endif
