/* venue_desk.h - a desk for tests of the simulated venue: makes orders in a real engine, sends
 * them, applies the venue's reports, keeps groups as a desk does, and writes the reports as one
 * line of text. Log: '|' opens a step; then reports in order, "accepted" only with acc=1 in the
 * configuration, commission only with com=1; "refused" where the engine does not take an order. */
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
  bool quotes, trades, flow; /* A has them in place of bars */
  bool log_matches;
  oms_quote_t touch; /* after the last row of flow */
  bool touch_changed;
  oms_latency_t rows[8];
  oms_price_t tick;
  oms_qty_t lot;
  int64_t multiplier;
  uint64_t seq;
  const oms_bar_t *bar; /* in hand, per instrument: for property tests */
  int rc;               /* first failure of a call */
  void (*watch)(struct desk *d, const oms_report_t *r); /* before the report is applied */
  void (*after)(struct desk *d, const oms_report_t *r); /* after, still inside the venue's call */
  void (*on_match)(struct desk *d, const oms_book_match_t *m);
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

/* The state of the order must allow it: anything else is a fault of the venue, which the log
 * shows. */
static int desk_apply(desk_t *d, oms_command_t *c) {
  c->seq = ++d->seq;
  c->now = d->now;
  oms_sink_t sink = {NULL, desk_ignore};
  return oms_engine_apply(d->engine, c, &sink);
}

static void desk_note(desk_t *d, int rc) {
  d->rc = d->rc == OMS_OK ? rc : d->rc;
}

/* What the parent has filled, less what the other exit has taken of it. */
static oms_qty_t desk_exit_qty(const desk_t *d, uint32_t parent, uint32_t child) {
  uint32_t sibling = d->orders[child].sibling;
  oms_qty_t gone = sibling == OMS_NONE ? 0 : oms_engine_order(d->engine, sibling)->filled_qty;
  return oms_engine_order(d->engine, parent)->filled_qty - gone;
}

static void desk_release_children(desk_t *d, uint32_t parent) {
  for (size_t i = 0; i < d->orders[parent].child_n; i++) {
    uint32_t child = d->orders[parent].children[i];
    const oms_order_t *o = oms_engine_order(d->engine, child);
    if (!d->orders[child].released) {
      oms_command_t c = {.type = OMS_COMMAND_RELEASE};
      c.u.release.order = child;
      c.u.release.qty = desk_exit_qty(d, parent, child);
      desk_note(d, desk_apply(d, &c));
      d->orders[child].released = true;
      oms_command_t leaves = {.type = OMS_COMMAND_SEND};
      leaves.u.send.order = child;
      desk_note(d, desk_apply(d, &leaves));
      desk_note(d, d->venue.release(d->venue.self, child, d->now));
    } else if (oms_order_is_open(o)) {
      oms_command_t c = {.type = OMS_COMMAND_RESIZE};
      c.u.resize.order = child;
      c.u.resize.qty = desk_exit_qty(d, parent, child);
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
  } else if (r->type != OMS_REPORT_WORKING || d->log_accepted) {
    const char *word = oms_enum_text(OMS_ENUM_REPORT, r->type);
    if (r->code == OMS_CODE_NONE) {
      desk_log(d, "%s:%s", name, word);
    } else {
      desk_log(d, "%s:%s(%s)", name, word, desk_code(r->code));
    }
  }
}

static bool desk_report(void *self, const oms_report_t *r) {
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
    return true;
  }
  if (!d->full || !oms_order_is_open(oms_engine_order(d->engine, r->order))) {
    desk_release_children(d, r->order);
  }
  desk_shrink_sibling(d, r->order, r->qty);
  return true;
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

static void desk_configure_ticks(desk_t *d, const char *k, const char *v) {
  if (is(k, "m")) {
    d->quotes = strchr(v, 'q') != NULL;
    d->trades = strchr(v, 't') != NULL;
    d->flow = strchr(v, 'f') != NULL;
  } else if (is(k, "matches")) {
    d->log_matches = true;
  } else if (is(k, "res")) {
    d->config.response_latency_ns = desk_seconds(v);
  } else if (is(k, "row")) { /* ENTRY/RESPONSE */
    char entry[32];
    snprintf(entry, sizeof entry, "%.*s", (int)strcspn(v, "/"), v);
    d->rows[d->config.latency_n++] =
        (oms_latency_t){desk_seconds(entry), desk_seconds(strchr(v, '/') + 1)};
    d->config.latencies = d->rows;
  } else if (is(k, "seed")) {
    d->config.seed = (uint64_t)atoll(v);
  } else if (is(k, "partial")) {
    d->config.partial = true;
  } else if (is(k, "queue")) {
    d->config.queue = is(v, "front")    ? OMS_QUEUE_FRONT
                      : is(v, "volume") ? OMS_QUEUE_VOLUME
                                        : OMS_QUEUE_THROUGH;
  } else {
    desk_configure_money(d, k, v);
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
    desk_configure_ticks(d, k, v);
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

static void desk_mark(desk_t *d, uint32_t instrument, oms_price_t price) {
  oms_command_t c = {.type = OMS_COMMAND_MARK};
  c.u.mark.instrument = instrument;
  c.u.mark.price = price;
  desk_note(d, desk_apply(d, &c));
}

/* An order of ours by its name, one of the flow by its id. */
static const char *desk_match_name(const desk_t *d, uint64_t id, uint32_t order, char out[24]) {
  snprintf(out, 24, "%llu", (unsigned long long)id);
  return order == OMS_NONE ? out : d->orders[order].name;
}

/* A match of the book is the last trade. */
static void desk_match(void *ctx, uint32_t instrument, const oms_book_match_t *m) {
  desk_t *d = ctx;
  char qty[32], price[32], taker[24], maker[24];
  desk_mark(d, instrument, m->price);
  if (d->log_matches) {
    oms_decimal_format(m->qty, 9, qty);
    oms_decimal_format(m->price, 9, price);
    desk_log(d, "%s/%s:%s@%s", desk_match_name(d, m->taker, m->taker_order, taker),
             desk_match_name(d, m->maker, m->maker_order, maker), qty, price);
  }
  if (d->on_match != NULL) {
    d->on_match(d, m);
  }
}

static void desk_open_venue(desk_t *d) {
  oms_venue_sink_t sink = {d, desk_report, desk_can_pay};
  d->sim = oms_sim_new(d->engine, &d->config, sink, &d->venue);
  if (d->sim == NULL) {
    d->rc = OMS_ERR_NOMEM;
    return;
  }
  oms_sim_symbol_t a = {.timeframe = d->frame, .has_volume = !d->no_volume};
  if (d->quotes || d->trades || d->flow) {
    a = (oms_sim_symbol_t){.quotes = d->quotes, .trades = d->trades, .flow = d->flow};
  }
  oms_sim_on_match(d->sim, desk_match, d);
  oms_sim_symbol_t b = {.timeframe = d->frame_b, .has_volume = !d->no_volume};
  desk_note(d, oms_sim_set_symbol(d->sim, d->a, &a));
  desk_note(d, oms_sim_set_symbol(d->sim, d->b, &b));
}

static void desk_init(desk_t *d) {
  memset(d, 0, sizeof *d);
  oms_sim_config_default(&d->config);
  d->can_pay = OMS_NO_PRICE;
  d->frame = d->frame_b = OMS_NS_PER_DAY;
  d->multiplier = OMS_QTY_SCALE;
  d->start = oms_days_from_civil(1990, 1, 2) * OMS_NS_PER_DAY;
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

typedef struct desk_exits {
  oms_price_t tp, sl, sl_limit, sl_trail;
} desk_exits_t;

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

/* Takes "cfg ...;" off the head of a script. Both symbols last traded at 100; on ticks nothing has
 * come. */
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
    if (!d->quotes && !d->trades && !d->flow) {
      desk_mark(d, d->a, 100 * OMS_PRICE_SCALE);
    }
    desk_mark(d, d->b, 100 * OMS_PRICE_SCALE);
  }
  return rest;
}

#endif
