/* venue_desk.h - a desk in words, for tests of the simulated venue: a script of orders and bars goes in, the
 * venue's reports come out as one line of text.
 *
 * Script: commands separated by ';', words by blanks. Orders are named by any word.
 *   cfg K=V ...     before anything else; see desk_configure
 *   buy|sell NAME QTY TYPE [K=V ...]   L limit, S stop, T trail, P trail percent, off limit offset, tif, ext,
 *                   until (gtd: seconds from the start), end (session end, the same), sym=B
 *   bracket NAME SIDE QTY TYPE [...] [tp=] [sl=] [sll= limit of the stop] [slT= trail]  children NAME.t, NAME.s
 *   oco NAME SIDE QTY tp= sl=          two orders NAME.t, NAME.s that work at once
 *   bar O H L C [V]    the next bar of A completes;  barb: of B;  both O H L C V O H L C V: of both at once
 *   at SECONDS      the time becomes start + SECONDS;  date ISO: the time becomes that, and so does the start
 *   cancel NAME   cancelnow NAME   replace NAME SUCCESSOR [q=] [L=] [S=] [T=]   resize NAME QTY
 *   halt SECONDS   arrivals   stop NAME   cash QTY (the account can pay for that much a fill)   held
 * Log: '|' opens a bar; then reports in order, "accepted" only with cfg acc=1, commission only with cfg com=1;
 * "refused" where the engine does not take an order. */
#ifndef OMS_TEST_VENUE_DESK_H
#define OMS_TEST_VENUE_DESK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/check.h"
#include "base/time.h"
#include "sim/sim.h"

#define DESK_ORDERS 4096
#define DESK_SECOND OMS_NS_PER_SECOND

typedef struct desk_order {
  char name[16];
  uint32_t child_of; /* order */
  uint32_t sibling;
  uint32_t children[4];
  size_t child_n;
  bool released;
} desk_order_t;

typedef struct desk {
  oms_engine_t *engine;
  oms_sim_t *sim;
  oms_venue_t venue;
  oms_sim_config_t config;
  uint32_t a, b;
  oms_time_t start, now, start_b; /* now: where the next bar of A starts */
  int64_t frame, frame_b;
  oms_qty_t can_pay; /* a fill; OMS_NO_PRICE: any */
  desk_order_t orders[DESK_ORDERS];
  char log[8192];
  bool log_accepted, log_commission, declared, no_volume, full;
  oms_price_t tick;
  oms_qty_t lot;
  int64_t multiplier;
  uint64_t seq;
  const oms_bar_t *bar; /* in hand, per instrument: for property tests */
  int rc;               /* first failure of a call */
  void (*watch)(struct desk *d, const oms_report_t *r); /* before the report is applied */
  void (*after)(struct desk *d, const oms_report_t *r); /* after, still inside the venue's call */
} desk_t;

static int64_t desk_number(const char *s) {
  int64_t v = 0;
  if (oms_decimal_parse(s, strlen(s), 9, &v) != OMS_OK) {
    fail_msg("not a number: '%s'", s);
  }
  return v;
}
static int64_t desk_seconds(const char *s) {
  return desk_number(s);
}

static void desk_log(desk_t *d, const char *format, ...) {
  size_t n = strlen(d->log);
  va_list args;
  va_start(args, format);
  if (n > 0 && n + 1 < sizeof d->log) {
    d->log[n++] = ' ';
    d->log[n] = 0;
  }
  vsnprintf(d->log + n, sizeof d->log - n, format, args);
  va_end(args);
}

static void desk_ignore(void *self, const oms_event_t *event) {
  (void)self;
  (void)event;
}

/* The state of the order must allow it: anything else is a fault of the venue and shows in the log. */
static int desk_apply(desk_t *d, oms_command_t *c) {
  c->seq = ++d->seq;
  c->now = d->now;
  oms_sink_t sink = {NULL, desk_ignore};
  return oms_engine_apply(d->engine, c, &sink);
}

static void desk_note(desk_t *d, int rc) {
  d->rc = d->rc == OMS_OK ? rc : d->rc;
}

/* --- groups, as the desk keeps them ------------------------------------------------------------------ */

static void desk_release_children(desk_t *d, uint32_t parent) {
  const oms_order_t *p = oms_engine_order(d->engine, parent);
  for (size_t i = 0; i < d->orders[parent].child_n; i++) {
    uint32_t child = d->orders[parent].children[i];
    const oms_order_t *o = oms_engine_order(d->engine, child);
    if (!d->orders[child].released) {
      oms_command_t c = {.type = OMS_COMMAND_RELEASE};
      c.u.release.order = child;
      c.u.release.qty = p->filled_qty;
      desk_note(d, desk_apply(d, &c));
      d->orders[child].released = true;
      desk_note(d, d->venue.release(d->venue.self, child, d->now));
    } else if (oms_order_is_open(o)) {
      oms_command_t c = {.type = OMS_COMMAND_RESIZE};
      c.u.resize.order = child;
      c.u.resize.qty = p->filled_qty;
      desk_note(d, desk_apply(d, &c));
      desk_note(d, d->venue.resize(d->venue.self, child, d->now));
    }
  }
}

static void desk_shrink_sibling(desk_t *d, uint32_t order, oms_qty_t by) {
  uint32_t sibling = d->orders[order].sibling;
  if (sibling == OMS_NONE || !oms_order_is_open(oms_engine_order(d->engine, sibling))) {
    return;
  }
  const oms_order_t *o = oms_engine_order(d->engine, sibling);
  if (o->qty - o->filled_qty <= by) {
    desk_note(d, d->venue.cancel_now(d->venue.self, sibling, d->now));
    return;
  }
  oms_command_t c = {.type = OMS_COMMAND_RESIZE};
  c.u.resize.order = sibling;
  c.u.resize.qty = o->qty - by;
  desk_note(d, desk_apply(d, &c));
  desk_note(d, d->venue.resize(d->venue.self, sibling, d->now));
}

static const char *desk_code(int code) {
  switch (code) {
#define X(name, number, text)                                                                      \
  case number:                                                                                     \
    return #name;
    OMS_CODE_MAP(X)
#undef X
  default:
    return "?";
  }
}

static void desk_log_report(desk_t *d, const oms_report_t *r) {
  const char *name = d->orders[r->order].name;
  if (r->type == OMS_REPORT_FILL) {
    char qty[32], price[32], commission[32];
    oms_decimal_format(r->qty, 9, qty);
    oms_decimal_format(r->price, 9, price);
    oms_decimal_format(r->commission, 6, commission);
    desk_log(d, d->log_commission ? "%s:%s@%s/%s" : "%s:%s@%s", name, qty, price, commission);
  } else if (r->type != OMS_REPORT_ACCEPTED || d->log_accepted) {
    const char *word = oms_enum_text(OMS_ENUM_REPORT, r->type);
    if (r->code == OMS_CODE_NONE) {
      desk_log(d, "%s:%s", name, word);
    } else {
      desk_log(d, "%s:%s(%s)", name, word, desk_code(r->code));
    }
  }
}

static void desk_report(void *self, const oms_report_t *r) {
  desk_t *d = self;
  desk_log_report(d, r);
  if (d->watch != NULL) {
    d->watch(d, r);
  }
  oms_command_t c = {.type = OMS_COMMAND_REPORT};
  c.u.report = *r;
  int rc = desk_apply(d, &c);
  if (rc != OMS_OK && r->type != OMS_REPORT_CANCEL_REJECTED) {
    desk_log(d, "!%s", oms_err_name(rc));
  }
  if (d->after != NULL) {
    d->after(d, r);
  }
  if (r->type != OMS_REPORT_FILL) {
    return;
  }
  if (!d->full || !oms_order_is_open(oms_engine_order(d->engine, r->order))) {
    desk_release_children(d, r->order);
  }
  desk_shrink_sibling(d, r->order, r->qty);
}

static bool desk_can_pay(void *self, uint32_t order, oms_qty_t qty, oms_price_t price,
                         oms_money_t commission, char message[256]) {
  desk_t *d = self;
  (void)order;
  (void)price;
  (void)commission;
  if (d->can_pay == OMS_NO_PRICE || qty <= d->can_pay) {
    return true;
  }
  snprintf(message, 256, "too much");
  return false;
}

/* --- set-up ------------------------------------------------------------------------------------------ */

static bool is(const char *a, const char *b) {
  return strcmp(a, b) == 0;
}

static void desk_configure_money(desk_t *d, const char *k, const char *v) {
  oms_commission_model_t *m = &d->config.commission;
  if (is(k, "ps")) {
    m->per_share = desk_number(v);
  } else if (is(k, "cpct")) {
    m->percent = desk_number(v);
  } else if (is(k, "po")) {
    m->per_order = desk_number(v) / 1000;
  } else if (is(k, "min")) {
    m->min = desk_number(v) / 1000;
  } else if (is(k, "max")) {
    m->max = desk_number(v) / 1000;
  } else if (is(k, "reg")) {
    m->regulatory = true;
  } else if (is(k, "com")) {
    d->log_commission = true;
  } else {
    fail_msg("unknown key '%s'", k);
  }
}

static void desk_configure(desk_t *d, const char *k, const char *v) {
  if (is(k, "path")) {
    d->config.bar_path = is(v, "worst")      ? OMS_BAR_PATH_WORST
                         : is(v, "ohlc")     ? OMS_BAR_PATH_OHLC
                         : is(v, "adaptive") ? OMS_BAR_PATH_ADAPTIVE
                                             : OMS_BAR_PATH_OLHC;
  } else if (is(k, "child")) {
    d->config.child_fill = is(v, "next") ? OMS_CHILD_NEXT_BAR : OMS_CHILD_SAME_BAR;
  } else if (is(k, "trail")) {
    d->config.trail_on = is(v, "hl") ? OMS_TRAIL_HIGH_LOW : OMS_TRAIL_CLOSE;
  } else if (is(k, "fill")) {
    d->config.fill = is(v, "close") ? OMS_FILL_THIS_CLOSE : OMS_FILL_NEXT_OPEN;
  } else if (is(k, "part")) {
    d->config.max_participation = desk_number(v);
  } else if (is(k, "ticks")) {
    d->config.slippage_ticks = atoi(v);
  } else if (is(k, "pct")) {
    d->config.slippage_percent = desk_number(v);
  } else if (is(k, "lat")) {
    d->config.latency_ns = desk_seconds(v);
  } else if (is(k, "tf")) {
    d->frame = desk_seconds(v);
  } else if (is(k, "tfb")) {
    d->frame_b = desk_seconds(v);
  } else if (is(k, "tick")) {
    d->tick = desk_number(v);
  } else if (is(k, "lot")) {
    d->lot = desk_number(v);
  } else if (is(k, "mult")) {
    d->multiplier = desk_number(v);
  } else if (is(k, "us")) {
    d->declared = true;
  } else if (is(k, "acc")) {
    d->log_accepted = true;
  } else if (is(k, "novol")) {
    d->no_volume = true;
  } else if (is(k, "full")) {
    d->full = true;
  } else {
    desk_configure_money(d, k, v);
  }
}

static uint32_t desk_add_symbol(desk_t *d, const char *name) {
  oms_instrument_t i = {.symbol = name,
                        .currency = "USD",
                        .asset_class =
                            d->declared ? OMS_ASSET_CLASS_US_EQUITY : OMS_ASSET_CLASS_NONE,
                        .calendar = d->declared ? OMS_CALENDAR_US_EQUITY : OMS_CALENDAR_NONE,
                        .declared = d->declared,
                        .tick = d->tick,
                        .lot = d->lot,
                        .multiplier = d->multiplier,
                        .previous_close = OMS_NO_PRICE,
                        .margin_per_contract = OMS_NO_PRICE,
                        .last = OMS_NO_PRICE,
                        .last_ns = OMS_NO_TIME,
                        .bid = OMS_NO_PRICE,
                        .ask = OMS_NO_PRICE};
  uint32_t index = 0;
  assert_int_equal(oms_engine_add_instrument(d->engine, &i, &index), OMS_OK);
  return index;
}

/* Anything but the venue is set up here: a test of failing allocations begins after it. */
static void desk_open_engine(desk_t *d) {
  oms_engine_config_t config = {.seed = 1, .orders = 64, .fills = 64, .crosses_zero = true};
  config.commission.min = OMS_NO_PRICE;
  config.commission.max = OMS_NO_PRICE;
  d->engine = oms_engine_new(&config);
  assert_non_null(d->engine);
  d->a = desk_add_symbol(d, "A");
  d->b = desk_add_symbol(d, "B");
  oms_account_t account = {.id = "main",
                           .type = OMS_ACCOUNT_TYPE_MARGIN,
                           .multiplier = 1000 * OMS_PRICE_SCALE,
                           .initial_cash = 1000000000 * OMS_MONEY_SCALE,
                           .cash = 1000000000 * OMS_MONEY_SCALE};
  oms_limits_none(&account.limits);
  uint16_t at = 0;
  assert_int_equal(oms_engine_add_account(d->engine, &account, &at), OMS_OK);
}

static void desk_open_venue(desk_t *d) {
  oms_venue_sink_t sink = {d, desk_report, desk_can_pay};
  d->sim = oms_sim_new(d->engine, &d->config, sink, &d->venue);
  if (d->sim == NULL) {
    d->rc = OMS_ERR_NOMEM;
    return;
  }
  oms_sim_symbol_t a = {d->frame, !d->no_volume}, b = {d->frame_b, !d->no_volume};
  desk_note(d, oms_sim_set_symbol(d->sim, d->a, &a));
  desk_note(d, oms_sim_set_symbol(d->sim, d->b, &b));
}

static void desk_mark(desk_t *d, uint32_t instrument, oms_price_t price) {
  oms_command_t c = {.type = OMS_COMMAND_MARK};
  c.u.mark.instrument = instrument;
  c.u.mark.price = price;
  desk_note(d, desk_apply(d, &c));
}

static void desk_init(desk_t *d) {
  memset(d, 0, sizeof *d);
  oms_sim_config_default(&d->config);
  d->can_pay = OMS_NO_PRICE;
  d->frame = d->frame_b = OMS_NS_PER_DAY;
  d->multiplier = OMS_QTY_SCALE;
  d->start = oms_days_from_civil(2024, 1, 2) * OMS_NS_PER_DAY;
  d->now = d->start_b = d->start;
}

static void desk_close(desk_t *d) {
  if (d->sim != NULL) {
    d->venue.close(d->venue.self);
  }
  if (d->engine != NULL) {
    oms_engine_free(d->engine);
  }
}

/* --- orders ------------------------------------------------------------------------------------------ */

static oms_terms_t desk_terms(const desk_t *d, int side, oms_qty_t qty, int type) {
  return (oms_terms_t){.instrument = d->a,
                       .side = (uint8_t)side,
                       .type = (uint8_t)type,
                       .time_in_force = OMS_TIF_GTC,
                       .qty = qty,
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

/* OMS_NONE when the engine refuses it, which the log says: it never comes to the venue. */
static uint32_t desk_make(desk_t *d, const char *name, const oms_terms_t *t, int held_by) {
  oms_command_t c = {.type = OMS_COMMAND_SUBMIT};
  c.u.submit.terms = t;
  c.u.submit.held_by = (uint8_t)held_by;
  int rc = desk_apply(d, &c);
  if (rc == OMS_ERR_REJECTED) {
    const oms_order_t *o = oms_engine_order(d->engine, oms_engine_subject(d->engine));
    desk_log(d, "%s:refused(%s)", name, desk_code(o->code));
    return OMS_NONE;
  }
  if (rc != OMS_OK) {
    fail_msg("the engine fails on order %s: %s", name, oms_err_name(rc));
  }
  uint32_t order = oms_engine_subject(d->engine);
  assert_true(order < DESK_ORDERS);
  desk_order_t *o = &d->orders[order];
  *o = (desk_order_t){.child_of = OMS_NONE, .sibling = OMS_NONE};
  snprintf(o->name, sizeof o->name, "%s", name);
  return order;
}

static void desk_send(desk_t *d, uint32_t order) {
  oms_command_t c = {.type = OMS_COMMAND_SEND};
  c.u.send.order = order;
  desk_note(d, desk_apply(d, &c));
  desk_note(d, d->venue.submit(d->venue.self, order, d->now));
}

static uint32_t desk_find(const desk_t *d, const char *name) {
  for (uint32_t i = 0; i < DESK_ORDERS; i++) {
    if (is(d->orders[i].name, name)) {
      return i;
    }
  }
  fail_msg("no order '%s'", name);
  return 0;
}

static int desk_enum(oms_enum_kind_t kind, const char *word) {
  int v = oms_enum_parse(kind, word, strlen(word));
  if (v < 0) {
    fail_msg("unknown word '%s'", word);
  }
  return v;
}

typedef struct desk_exits {
  oms_price_t tp, sl, sl_limit, sl_trail;
} desk_exits_t;

static void desk_exit_key(desk_exits_t *x, const char *k, const char *v) {
  oms_price_t *at = is(k, "tp")    ? &x->tp
                    : is(k, "sl")  ? &x->sl
                    : is(k, "sll") ? &x->sl_limit
                    : is(k, "slT") ? &x->sl_trail
                                   : NULL;
  if (at == NULL) {
    fail_msg("unknown key '%s'", k);
  } else {
    *at = desk_number(v);
  }
}

static void desk_key(const desk_t *d, oms_terms_t *t, desk_exits_t *x, const char *k,
                     const char *v) {
  if (is(k, "L")) {
    t->limit_price = desk_number(v);
  } else if (is(k, "S")) {
    t->stop_price = desk_number(v);
  } else if (is(k, "T")) {
    t->trail_price = desk_number(v);
  } else if (is(k, "P")) {
    t->trail_percent = desk_number(v);
  } else if (is(k, "off")) {
    t->limit_offset = desk_number(v);
  } else if (is(k, "tif")) {
    t->time_in_force = (uint8_t)desk_enum(OMS_ENUM_TIF, v);
  } else if (is(k, "ext")) {
    t->session = OMS_SESSION_EXTENDED;
  } else if (is(k, "session")) {
    t->session = (uint8_t)desk_enum(OMS_ENUM_SESSION, v);
  } else if (is(k, "until")) {
    t->expire_at = d->start + desk_seconds(v);
    t->time_in_force = OMS_TIF_GTD;
  } else if (is(k, "end")) {
    t->expire_session = d->start + desk_seconds(v);
  } else if (is(k, "sym")) {
    t->instrument = is(v, "B") ? d->b : d->a;
  } else {
    desk_exit_key(x, k, v);
  }
}

/* The keys from word 'i' on. */
static void desk_keys(const desk_t *d, oms_terms_t *t, desk_exits_t *x, char **w, size_t i,
                      size_t n) {
  for (; i < n; i++) {
    char *eq = strchr(w[i], '=');
    if (eq == NULL) {
      fail_msg("'%s' is no key=value", w[i]);
      return;
    }
    *eq = 0;
    desk_key(d, t, x, w[i], eq + 1);
  }
}

static uint32_t desk_make_group(desk_t *d, int order_class) {
  oms_command_t c = {.type = OMS_COMMAND_GROUP};
  c.u.group.order_class = (uint8_t)order_class;
  c.u.group.trigger_full = d->full;
  desk_note(d, desk_apply(d, &c));
  return oms_engine_new_group(d->engine);
}

static uint32_t desk_make_exit(desk_t *d, const char *name, oms_terms_t *t, bool is_stop,
                               const desk_exits_t *x, bool held) {
  char full[16];
  snprintf(full, sizeof full, "%.12s.%c", name, is_stop ? 's' : 't');
  t->type = OMS_TYPE_LIMIT;
  t->limit_price = x->tp;
  t->stop_price = t->trail_price = OMS_NO_PRICE;
  t->flags = OMS_ORDER_REDUCE_ONLY;
  t->role = is_stop ? OMS_ROLE_STOP_LOSS : OMS_ROLE_TAKE_PROFIT;
  if (is_stop) {
    t->type = (uint8_t)(x->sl_trail != OMS_NO_PRICE   ? OMS_TYPE_TRAILING_STOP
                        : x->sl_limit != OMS_NO_PRICE ? OMS_TYPE_STOP_LIMIT
                                                      : OMS_TYPE_STOP);
    t->limit_price = x->sl_limit;
    t->stop_price = x->sl;
    t->trail_price = x->sl_trail;
  }
  return desk_make(d, full, t, held ? OMS_HELD_BY_PARENT : OMS_HELD_BY_NONE);
}

/* The limit is made first, as scripts often have it: the venue must put the stop before it. */
static void desk_make_exits(desk_t *d, const char *name, oms_terms_t t, const desk_exits_t *x,
                            uint32_t parent) {
  uint32_t both[2] = {OMS_NONE, OMS_NONE};
  if (x->tp != OMS_NO_PRICE) {
    both[0] = desk_make_exit(d, name, &t, false, x, parent != OMS_NONE);
  }
  if (x->sl != OMS_NO_PRICE || x->sl_trail != OMS_NO_PRICE) {
    both[1] = desk_make_exit(d, name, &t, true, x, parent != OMS_NONE);
  }
  for (size_t i = 0; i < 2; i++) {
    if (both[i] == OMS_NONE) {
      continue;
    }
    d->orders[both[i]].sibling = both[1 - i];
    if (parent != OMS_NONE) {
      desk_order_t *p = &d->orders[parent];
      p->children[p->child_n++] = both[i];
      d->orders[both[i]].child_of = parent;
    } else {
      desk_send(d, both[i]);
    }
  }
}

/* [bracket NAME] SIDE QTY TYPE keys, or SIDE NAME QTY TYPE keys. */
static void desk_do_order(desk_t *d, char **w, size_t n) {
  bool group = is(w[0], "bracket"), oco = is(w[0], "oco");
  const char *name = w[1];
  const char *side_word = group || oco ? w[2] : w[0];
  size_t q = group || oco ? 3 : 2;
  int side = desk_enum(OMS_ENUM_SIDE, side_word);
  int type = oco ? OMS_TYPE_LIMIT : desk_enum(OMS_ENUM_TYPE, w[q + 1]);
  oms_terms_t t = desk_terms(d, side, desk_number(w[q]), type);
  desk_exits_t x = {OMS_NO_PRICE, OMS_NO_PRICE, OMS_NO_PRICE, OMS_NO_PRICE};
  desk_keys(d, &t, &x, w, oco ? q + 1 : q + 2, n);
  if (group || oco) {
    t.order_class = group ? OMS_ORDER_CLASS_BRACKET : OMS_ORDER_CLASS_OCO;
    t.group = desk_make_group(d, t.order_class);
    t.role = OMS_ROLE_PARENT;
  }
  if (oco) {
    desk_make_exits(d, name, t, &x, OMS_NONE);
    return;
  }
  uint32_t order = desk_make(d, name, &t, OMS_HELD_BY_NONE);
  if (order == OMS_NONE) {
    return;
  }
  if (group) {
    oms_terms_t child = t;
    child.side = side == OMS_SIDE_BUY ? OMS_SIDE_SELL : OMS_SIDE_BUY;
    child.parent = order;
    child.time_in_force = OMS_TIF_GTC;
    child.expire_at = child.expire_session = OMS_NO_TIME;
    desk_make_exits(d, name, child, &x, order);
  }
  desk_send(d, order);
}

static void desk_do_replace(desk_t *d, char **w, size_t n) {
  uint32_t old = desk_find(d, w[1]);
  oms_command_t c = {.type = OMS_COMMAND_REPLACE};
  c.u.replace.order = old;
  c.u.replace.qty = c.u.replace.limit_price = c.u.replace.stop_price = OMS_NO_PRICE;
  c.u.replace.trail_price = c.u.replace.limit_offset = c.u.replace.trail_percent = OMS_NO_PRICE;
  c.u.replace.expire_at = OMS_NO_TIME;
  c.u.replace.time_in_force = UINT8_MAX;
  for (size_t i = 3; i < n; i++) {
    char *eq = strchr(w[i], '=');
    *eq = 0;
    int64_t v = desk_number(eq + 1);
    *(is(w[i], "q")   ? &c.u.replace.qty
      : is(w[i], "L") ? &c.u.replace.limit_price
      : is(w[i], "S") ? &c.u.replace.stop_price
                      : &c.u.replace.trail_price) = v;
  }
  int rc = desk_apply(d, &c);
  if (rc != OMS_OK) {
    fail_msg("the engine refuses to replace %s: %s", w[1], oms_err_name(rc));
  }
  uint32_t next = oms_engine_subject(d->engine);
  d->orders[next] = d->orders[old];
  snprintf(d->orders[next].name, sizeof d->orders[next].name, "%s", w[2]);
  uint32_t sibling = d->orders[old].sibling;
  if (sibling != OMS_NONE) {
    d->orders[sibling].sibling = next;
  }
  desk_note(d, d->venue.replace(d->venue.self, old, next, d->now));
}

static void desk_do_cancel(desk_t *d, const char *name) {
  uint32_t order = desk_find(d, name);
  oms_command_t c = {.type = OMS_COMMAND_CANCEL};
  c.u.cancel.order = order;
  c.u.cancel.canceled_by = OMS_CANCELED_BY_USER;
  (void)desk_apply(d, &c);
  desk_note(d, d->venue.cancel(d->venue.self, order, d->now));
}

/* --- time and bars ----------------------------------------------------------------------------------- */

static oms_bar_t desk_bar(char **w, size_t n, oms_time_t start, int64_t frame) {
  oms_bar_t bar = {.ts = start, .start = start, .end = start + frame};
  bar.open = desk_number(w[0]);
  bar.high = desk_number(w[1]);
  bar.low = desk_number(w[2]);
  bar.close = desk_number(w[3]);
  bar.volume = n > 4 ? atof(w[4]) : 1000000;
  return bar;
}

static void desk_step(desk_t *d, const uint32_t *instruments, const oms_bar_t *bars, size_t n) {
  const oms_bar_t *all[2] = {bars, bars + n - 1};
  d->now = bars[0].end;
  d->bar = bars;
  desk_log(d, "|");
  desk_note(d, oms_sim_bars(d->sim, instruments, all, n, d->now));
  for (size_t i = 0; i < n; i++) {
    desk_mark(d, instruments[i], bars[i].close);
  }
  desk_note(d, oms_sim_expire(d->sim, d->now));
  d->bar = NULL;
}

static void desk_do_bar(desk_t *d, char **w, size_t n) {
  oms_bar_t bars[2];
  uint32_t both[2] = {d->a, d->b};
  if (is(w[0], "both")) {
    bars[0] = desk_bar(w + 1, 5, d->now, d->frame);
    bars[1] = desk_bar(w + 6, 5, d->now, d->frame);
    desk_step(d, both, bars, 2);
  } else if (is(w[0], "barb")) {
    bars[0] = desk_bar(w + 1, n - 1, d->start_b, d->frame_b);
    d->start_b = bars[0].end;
    desk_step(d, &d->b, bars, 1);
  } else if (is(w[0],
                "long")) { /* a bar of A that started at the start and completes at the time of B */
    bars[0] = desk_bar(w + 1, n - 1, d->start, d->frame);
    desk_step(d, &d->a, bars, 1);
  } else {
    bars[0] = desk_bar(w + 1, n - 1, d->now, d->frame);
    desk_step(d, &d->a, bars, 1);
  }
}

static void desk_do_date(desk_t *d, const char *iso) {
  oms_time_t t = 0;
  assert_int_equal(oms_time_parse(iso, strlen(iso), OMS_ZONE_UTC, &t, NULL), OMS_OK);
  d->start = d->now = d->start_b = t;
}

static void desk_log_stop(desk_t *d, const char *name) {
  oms_price_t stop;
  char text[32];
  if (!oms_sim_stop_price(d->sim, desk_find(d, name), &stop)) {
    desk_log(d, "%s>none", name);
    return;
  }
  oms_decimal_format(stop, 9, text);
  desk_log(d, "%s>%s", name, text);
}

static void desk_do_resize(desk_t *d, char **w) {
  oms_command_t c = {.type = OMS_COMMAND_RESIZE};
  c.u.resize.order = desk_find(d, w[1]);
  c.u.resize.qty = desk_number(w[2]);
  desk_note(d, desk_apply(d, &c));
  desk_note(d, d->venue.resize(d->venue.self, c.u.resize.order, d->now));
}

static void desk_do(desk_t *d, char **w, size_t n) {
  if (is(w[0], "bar") || is(w[0], "barb") || is(w[0], "both") || is(w[0], "long")) {
    desk_do_bar(d, w, n);
  } else if (is(w[0], "cancel")) {
    desk_do_cancel(d, w[1]);
  } else if (is(w[0], "cancelnow")) {
    desk_note(d, d->venue.cancel_now(d->venue.self, desk_find(d, w[1]), d->now));
  } else if (is(w[0], "replace")) {
    desk_do_replace(d, w, n);
  } else if (is(w[0], "resize")) {
    desk_do_resize(d, w);
  } else if (is(w[0], "halt")) {
    desk_note(d, oms_sim_halt(d->sim, d->a, d->now, d->now + desk_seconds(w[1])));
  } else if (is(w[0], "arrivals")) {
    desk_note(d, oms_sim_arrivals(d->sim, d->now));
  } else if (is(w[0], "expire")) {
    desk_note(d, oms_sim_expire(d->sim, d->now));
  } else if (is(w[0], "stop")) {
    desk_log_stop(d, w[1]);
  } else if (is(w[0], "cash")) {
    d->can_pay = desk_number(w[1]);
  } else if (is(w[0], "at")) {
    d->now = d->start + desk_seconds(w[1]);
  } else if (is(w[0], "date")) {
    desk_do_date(d, w[1]);
  } else if (is(w[0], "last")) {
    desk_mark(d, d->a, desk_number(w[1]));
  } else if (is(w[0], "held")) {
    desk_log(d, "held=%zu", oms_sim_working(d->sim));
  } else {
    desk_do_order(d, w, n);
  }
}

/* Runs the rest of a script on an open desk; stops at the first call that fails. */
static void desk_run(desk_t *d, const char *script) {
  char text[4096];
  snprintf(text, sizeof text, "%s", script);
  char *line = text;
  while (line != NULL && d->rc == OMS_OK) {
    char *end = strchr(line, ';');
    if (end != NULL) {
      *end++ = 0;
    }
    char *words[32];
    size_t n = 0;
    for (char *w = strtok(line, " "); w != NULL && n < 32; w = strtok(NULL, " ")) {
      words[n++] = w;
    }
    if (n > 0) {
      desk_do(d, words, n);
    }
    line = end;
  }
}

/* Takes "cfg ...;" off the head of a script. Both symbols last traded at 100. */
static const char *desk_open(desk_t *d, const char *script) {
  desk_init(d);
  const char *rest = script;
  if (strncmp(script, "cfg ", 4) == 0) {
    char text[256];
    rest = strchr(script, ';') + 1;
    snprintf(text, sizeof text, "%.*s", (int)(rest - script - 1), script);
    strtok(text, " ");
    for (char *w = strtok(NULL, " "); w != NULL; w = strtok(NULL, " ")) {
      char *eq = strchr(w, '=');
      *eq = 0;
      desk_configure(d, w, eq + 1);
    }
  }
  desk_open_engine(d);
  desk_open_venue(d);
  if (d->rc == OMS_OK) {
    desk_mark(d, d->a, 100 * OMS_PRICE_SCALE);
    desk_mark(d, d->b, 100 * OMS_PRICE_SCALE);
  }
  return rest;
}

#endif
