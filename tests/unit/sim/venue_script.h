/* venue_script.h - the desk in words: a script of orders and bars goes in, the log comes out.
 *
 * Script: commands separated by ';', words by blanks. Orders are named by any word.
 *   cfg K=V ...   before anything else; see desk_configure
 *   buy|sell NAME QTY TYPE [K=V ...]
 *                 L limit, S stop, T trail, P trail percent, off limit offset, tif, ext, until
 *                 (gtd: seconds from the start), end (session end, the same), sym=B
 *   bracket NAME SIDE QTY TYPE [...] [tp=] [sl=] [sll= limit of the stop] [slT= trail]
 *                 a parent with children NAME.t, NAME.s
 *   oco NAME SIDE QTY tp= sl=
 *                 two orders NAME.t, NAME.s that work at once
 *   bar O H L C [V]
 *                 the next bar of A completes; barb: of B; long: of A, begun at the start;
 *                 both O H L C V O H L C V: of A and B at once
 *   q BID ASK [SIZE SIZE]   a quote of A, - for an absent side; t PRICE [SIZE]   a trade of A
 *   A ID buy|sell PRICE QTY   C ID   R ID QTY   rows of order flow of A; touch: its touch as of the
 *                 last row, changed or not
 *   at SECONDS    the time becomes start + SECONDS, what is due before arrives
 *   date ISO      the time and the start become that
 *   cancel NAME   cancelnow NAME   resize NAME QTY
 *   replace NAME SUCCESSOR [q=] [L=] [S=] [T=]
 *   cash QTY      the account can pay for that much a fill
 *   halt SECONDS   arrivals   expire   stop NAME   last PRICE   held   due */
#ifndef OMS_TEST_VENUE_SCRIPT_H
#define OMS_TEST_VENUE_SCRIPT_H

#include "sim/venue_desk.h"

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
  } else if (is(k, "post")) {
    t->flags |= OMS_ORDER_POST_ONLY;
  } else if (is(k, "by")) {
    t->trigger_by = (uint8_t)desk_enum(OMS_ENUM_TRIGGER_BY, v);
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

static oms_bar_t desk_bar(char **w, size_t n, oms_time_t start, int64_t frame) {
  oms_bar_t bar = {.ts = start, .start = start, .end = start + frame};
  bar.open = desk_number(w[0]);
  bar.high = desk_number(w[1]);
  bar.low = desk_number(w[2]);
  bar.close = desk_number(w[3]);
  bar.volume = n > 4 ? atof(w[4]) : 1000000;
  return bar;
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

/* The row enters the engine, then the venue, then what is due at its time arrives. */
static void desk_quote(desk_t *d, const oms_quote_t *q) {
  oms_command_t c = {.type = OMS_COMMAND_QUOTE};
  c.u.quote.instrument = d->a;
  c.u.quote.bid = q->bid;
  c.u.quote.ask = q->ask;
  c.u.quote.bid_size = q->bid_size;
  c.u.quote.ask_size = q->ask_size;
  desk_note(d, desk_apply(d, &c));
  desk_log(d, "|");
  desk_note(d, oms_sim_quote(d->sim, d->a, q, d->now));
  desk_note(d, oms_sim_arrive(d->sim, d->now));
}

static void desk_trade(desk_t *d, const oms_print_t *p) {
  desk_mark(d, d->a, p->price);
  desk_log(d, "|");
  desk_note(d, oms_sim_trade(d->sim, d->a, p, d->now));
  desk_note(d, oms_sim_arrive(d->sim, d->now));
}

/* The clock goes to 'to': what is due before it arrives at its time, what is due then waits. */
static void desk_advance(desk_t *d, oms_time_t to) {
  oms_time_t due;
  while (d->rc == OMS_OK && (due = oms_sim_next_due(d->sim)) != OMS_NO_TIME && due < to) {
    d->now = due;
    desk_note(d, oms_sim_arrive(d->sim, due));
  }
  d->now = to;
}

static oms_price_t desk_side(const char *word) {
  return is(word, "-") ? OMS_NO_PRICE : desk_number(word);
}
static oms_qty_t desk_size(char **w, size_t i, size_t n) {
  return i < n && !is(w[i], "0") ? desk_number(w[i]) : INT64_MAX;
}

static void desk_do_tick(desk_t *d, char **w, size_t n) {
  if (is(w[0], "q")) {
    oms_quote_t q = {desk_side(w[1]), desk_side(w[2]), desk_size(w, 3, n), desk_size(w, 4, n)};
    desk_quote(d, &q);
  } else {
    oms_print_t p = {desk_number(w[1]), n > 2 ? desk_number(w[2]) : 0};
    desk_trade(d, &p);
  }
}

static void desk_log_quote(desk_t *d, const char *word, const oms_quote_t *q) {
  char text[4][32] = {"-", "0", "-", "0"};
  if (q->bid != OMS_NO_PRICE) {
    oms_decimal_format(q->bid, 9, text[0]);
    oms_decimal_format(q->bid_size, 9, text[1]);
  }
  if (q->ask != OMS_NO_PRICE) {
    oms_decimal_format(q->ask, 9, text[2]);
    oms_decimal_format(q->ask_size, 9, text[3]);
  }
  desk_log(d, "%s %sx%s %sx%s", word, text[0], text[1], text[2], text[3]);
}

/* The row enters the venue, its touch the engine, then what is due at its time arrives. */
static void desk_flow(desk_t *d, const oms_flow_t *f) {
  oms_command_t c = {.type = OMS_COMMAND_QUOTE};
  desk_log(d, "|");
  desk_note(d, oms_sim_flow(d->sim, d->a, f, d->now, &d->touch, &d->touch_changed));
  c.u.quote.instrument = d->a;
  c.u.quote.bid = d->touch.bid;
  c.u.quote.ask = d->touch.ask;
  c.u.quote.bid_size = d->touch.bid_size;
  c.u.quote.ask_size = d->touch.ask_size;
  desk_note(d, desk_apply(d, &c));
  desk_note(d, oms_sim_arrive(d->sim, d->now));
}

static void desk_do_flow(desk_t *d, char **w, size_t n) {
  oms_flow_t f = {.op = w[0][0], .id = strtoull(w[1], NULL, 10), .price = OMS_NO_PRICE};
  if (f.op == 'A') {
    f.side = (uint8_t)desk_enum(OMS_ENUM_SIDE, w[2]);
    f.price = desk_number(w[3]);
  }
  f.qty = n > 2 ? desk_number(w[n - 1]) : 0;
  desk_flow(d, &f);
}

static void desk_log_due(desk_t *d) {
  oms_time_t due = oms_sim_next_due(d->sim);
  if (due == OMS_NO_TIME) {
    desk_log(d, "due=none");
  } else {
    char text[32];
    oms_decimal_format(due - d->start, 9, text);
    desk_log(d, "due=%s", text);
  }
}

static void desk_do(desk_t *d, char **w, size_t n) {
  if (is(w[0], "q") || is(w[0], "t")) {
    desk_do_tick(d, w, n);
  } else if (is(w[0], "A") || is(w[0], "C") || is(w[0], "R")) {
    desk_do_flow(d, w, n);
  } else if (is(w[0], "touch")) {
    desk_log_quote(d, d->touch_changed ? "new" : "same", &d->touch);
  } else if (is(w[0], "due")) {
    desk_log_due(d);
  } else if (is(w[0], "bar") || is(w[0], "barb") || is(w[0], "both") || is(w[0], "long")) {
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
    desk_advance(d, d->start + desk_seconds(w[1]));
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

#endif
