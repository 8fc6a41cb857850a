/* Quotes and trades against a second, plain model of one order book side at a time; and what must
 * hold of random orders, groups and ways that take time. A seed that fails is printed. */
#include "base/random.h"
#include "sim/venue_script.h"

static desk_t desk;

/* The model: whole numbers for prices (in halves) and sizes, one pass over all orders an event. */

typedef struct model_order {
  bool live, buy, waits, rests, market, ioc, fok;
  int limit, stop, left, ahead; /* ahead: -1 not known */
} model_order_t;

typedef struct model {
  model_order_t orders[DESK_ORDERS];
  int n;
  bool partial, trades;
  oms_queue_t queue;
  int bid, ask, bid_size, ask_size;        /* price 0: absent */
  int bid_left, ask_left, last, last_left; /* last: size of the trade in hand */
  char log[8192];
} model_t;
static model_t model;

static bool has_book(const model_t *m) {
  return m->bid == 0 || m->ask == 0 || m->bid <= m->ask;
}

static void model_say(model_t *m, int i, const char *format, ...) {
  char text[64];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  size_t n = strlen(m->log);
  snprintf(m->log + n, sizeof m->log - n, " o%d:%s", i, text);
}

static void model_fill(model_t *m, int i, int qty, int price) {
  m->orders[i].left -= qty;
  m->orders[i].live = m->orders[i].left > 0;
  model_say(m, i, "%d@%g", qty, price / 2.0);
}

static int least(int a, int b) {
  return a < b ? a : b;
}

static void model_rest(const model_t *m, model_order_t *o) {
  o->rests = true;
  if (!has_book(m)) {
    return; /* as it was */
  }
  int near = o->buy ? m->bid : m->ask, size = o->buy ? m->bid_size : m->ask_size;
  bool improves = near == 0 || (o->buy ? near < o->limit : near > o->limit);
  o->ahead = improves ? 0 : near == o->limit ? size : -1;
}

static void model_end(model_t *m, int i, const char *code) {
  m->orders[i].live = false;
  model_say(m, i, "canceled(%s)", code);
}

/* One tick, which is half a point, beyond the touch. */
static void model_take(model_t *m, int i) {
  model_order_t *o = &m->orders[i];
  int far = !has_book(m) ? 0 : o->buy ? m->ask : m->bid;
  int *left = o->buy ? &m->ask_left : &m->bid_left, next = far + (o->buy ? 1 : -1);
  bool fits = o->market || (o->buy ? far <= o->limit : far >= o->limit);
  bool goes_on = !m->partial && (o->market || (o->buy ? next <= o->limit : next >= o->limit));
  if (far == 0) {
    if (o->ioc || o->fok) {
      model_end(m, i, "NO_LIQUIDITY");
    } else if (!o->market && has_book(m)) {
      model_rest(m, o);
    }
    return;
  }
  if (fits && !(o->fok && !goes_on && *left < o->left)) {
    int qty = least(*left, o->left);
    *left -= qty;
    if (qty > 0) {
      model_fill(m, i, qty, far);
    }
    if (o->live && goes_on) {
      model_fill(m, i, o->left, next);
    }
  }
  if (o->live && (o->ioc || o->fok)) {
    model_end(m, i, o->ioc ? "IOC_REMAINDER" : "FOK_KILLED");
  } else if (o->live && !o->market && !(m->partial && fits)) {
    model_rest(m, o);
  }
}

/* True when it has triggered. */
static bool model_trigger(model_t *m, int i, int price) {
  model_order_t *o = &m->orders[i];
  if (price == 0 || (o->buy ? price < o->stop : price > o->stop)) {
    return false;
  }
  o->waits = false;
  model_say(m, i, "triggered");
  return true;
}

static void model_queue(model_t *m, int i, int price, int *left, bool trade) {
  model_order_t *o = &m->orders[i];
  int room = 0;
  if (o->buy ? price < o->limit : price > o->limit) {
    o->ahead = 0;
    room = *left;
  } else if (price == o->limit && m->queue == OMS_QUEUE_FRONT) {
    room = *left;
  } else if (price == o->limit && m->queue == OMS_QUEUE_VOLUME && o->ahead >= 0) {
    room = trade ? *left - o->ahead : o->ahead == 0 ? *left : 0;
    o->ahead -= trade ? least(o->ahead, m->last) : 0;
  }
  int qty = least(room, o->left);
  if (qty > 0) {
    *left -= qty;
    model_fill(m, i, qty, o->limit);
  }
}

static void model_quote(model_t *m, int bid, int ask, int bid_size, int ask_size) {
  m->bid_left = bid != m->bid || bid_size != m->bid_size ? bid_size : m->bid_left;
  m->ask_left = ask != m->ask || ask_size != m->ask_size ? ask_size : m->ask_left;
  m->bid = bid;
  m->ask = ask;
  m->bid_size = bid_size;
  m->ask_size = ask_size;
  for (int i = 0; i < m->n; i++) {
    model_order_t *o = &m->orders[i];
    int far = o->buy ? m->ask : m->bid;
    if (!o->live) {
      continue;
    }
    if (o->waits && (m->trades || !has_book(m) || !model_trigger(m, i, far))) {
      continue;
    }
    if (!o->rests) {
      model_take(m, i);
    } else if (has_book(m)) {
      if (o->ahead < 0) {
        model_rest(m, o);
      }
      if (far != 0) {
        model_queue(m, i, far, o->buy ? &m->ask_left : &m->bid_left, false);
      }
    }
  }
}

static int trade_price; /* of the last trade, 0: none */

static void model_trade(model_t *m, int price, int size) {
  trade_price = price;
  m->last = m->last_left = size;
  for (int i = 0; i < m->n; i++) {
    model_order_t *o = &m->orders[i];
    if (!o->live) {
      continue;
    }
    if (o->waits) {
      if (model_trigger(m, i, price)) {
        model_take(m, i);
      }
    } else if (o->rests) {
      model_queue(m, i, price, &m->last_left, true);
    }
  }
}

static void model_submit(model_t *m, const model_order_t *o) {
  int i = m->n++;
  m->orders[i] = *o;
  int far = !has_book(m) ? 0 : o->buy ? m->ask : m->bid;
  if (o->waits && !model_trigger(m, i, m->trades ? trade_price : far)) {
    return;
  }
  model_take(m, i);
}

/* Both. */

static oms_random_t rnd;
static int below(int n) {
  return (int)oms_random_below(&rnd, (uint64_t)n);
}

static void both_submit(void) {
  static const char *const tifs[] = {"gtc", "gtc", "gtc", "ioc", "fok"};
  model_order_t o = {.live = true, .buy = below(2) != 0, .left = 1 + below(20), .ahead = -1};
  int kind = below(4), tif = kind >= 2 ? 0 : below(5);
  o.market = kind == 0 || kind == 2;
  o.waits = kind >= 2;
  o.limit = 190 + below(21);
  o.stop = 190 + below(21);
  o.ioc = tif == 3;
  o.fok = tif == 4;
  char text[160];
  int n = snprintf(text, sizeof text, "%s o%d %d %s", o.buy ? "buy" : "sell", model.n, o.left,
                   kind == 0   ? "market"
                   : kind == 1 ? "limit"
                   : kind == 2 ? "stop"
                               : "stop_limit");
  if (!o.market) {
    n += snprintf(text + n, sizeof text - (size_t)n, " L=%g", o.limit / 2.0);
  }
  if (o.waits) {
    n += snprintf(text + n, sizeof text - (size_t)n, " S=%g", o.stop / 2.0);
  }
  snprintf(text + n, sizeof text - (size_t)n, " tif=%s", tifs[tif]);
  desk_run(&desk, text);
  model_submit(&model, &o);
}

static void both_cancel(void) {
  if (model.n == 0) {
    return;
  }
  int i = below(model.n);
  if (model.orders[i].live) {
    char text[32];
    snprintf(text, sizeof text, "cancel o%d", i);
    desk_run(&desk, text);
    model.orders[i].live = false;
    model_say(&model, i, "canceled");
  }
}

static void both_tick(void) {
  char text[96];
  snprintf(model.log + strlen(model.log), 3, " |");
  if (model.trades && below(3) == 0) {
    int price = 190 + below(21), size = 1 + below(30);
    snprintf(text, sizeof text, "t %g %d", price / 2.0, size);
    desk_run(&desk, text);
    model_trade(&model, price, size);
    return;
  }
  bool same = below(4) == 0; /* one side stays */
  int mid = 190 + below(21), bid = mid - below(4), ask = mid + below(4) - (below(12) == 0);
  int bid_size = 1 + below(25), ask_size = 1 + below(25);
  bid = same ? model.bid : below(15) == 0 ? 0 : bid;
  bid_size = same ? model.bid_size : bid_size;
  ask = below(15) == 0 ? 0 : ask;
  char b[16] = "-", a[16] = "-";
  if (bid != 0) {
    snprintf(b, sizeof b, "%g", bid / 2.0);
  }
  if (ask != 0) {
    snprintf(a, sizeof a, "%g", ask / 2.0);
  }
  snprintf(text, sizeof text, "q %s %s %d %d", b, a, bid_size, ask_size);
  desk_run(&desk, text);
  model_quote(&model, bid, ask, bid_size, ask_size);
}

static void agree(uint64_t seed, int step) {
  const char *expected = model.log + (model.log[0] == ' ');
  if (desk.rc != OMS_OK || !is(desk.log, expected)) {
    fail_msg("seed %d, step %d\n  model: %s\n  venue: %s (%s)", (int)seed, step, expected, desk.log,
             oms_err_name(desk.rc));
  }
  desk.log[0] = model.log[0] = 0;
}

static void the_venue_agrees_with_the_model(void **state) {
  for (uint64_t seed = 1; seed <= 30; seed++) {
    oms_random_seed(&rnd, seed);
    desk_open(&desk, *state);
    desk_run(&desk, "last 100");
    memset(&model, 0, sizeof model);
    trade_price = 0;
    model.partial = desk.config.partial;
    model.queue = desk.config.queue;
    model.trades = desk.trades;
    desk_run(&desk, "q 99 101 5 5");
    model_quote(&model, 198, 202, 5, 5);
    desk.log[0] = model.log[0] = 0;
    for (int step = 0; step < 400; step++) {
      int what = below(8);
      if (what < 2) {
        both_submit();
      } else if (what == 2) {
        both_cancel();
      } else {
        both_tick();
      }
      agree(seed, step);
    }
    desk_close(&desk);
  }
}

/* What must hold whatever the ways take. */

static oms_qty_t told[DESK_ORDERS];

static void check_fill(desk_t *d, const oms_report_t *r) {
  const oms_order_t *o = oms_engine_order(d->engine, r->order);
  if (r->type != OMS_REPORT_FILL) {
    return;
  }
  told[r->order] += r->qty;
  assert_true(r->qty > 0 && r->qty <= oms_order_leaves(o));
  assert_true(r->ts <= d->now);
  if (o->limit_price != OMS_NO_PRICE) {
    assert_true(oms_side_is_buy(o->side) ? r->price <= o->limit_price : r->price >= o->limit_price);
  }
  if (o->role == OMS_ROLE_TAKE_PROFIT || o->role == OMS_ROLE_STOP_LOSS) {
    uint32_t sibling = d->orders[r->order].sibling, parent = d->orders[r->order].child_of;
    oms_qty_t both = told[r->order] + (sibling == OMS_NONE ? 0 : told[sibling]);
    assert_true(parent == OMS_NONE || both <= told[parent]);
  }
}

static void random_command(int i) {
  static const struct {
    const char *word, *key;
    int from, range;
  } types[] = {
      {"limit",             " L=", 95, 11},
      {"stop",              " S=", 95, 11},
      {"market_if_touched", " S=", 95, 11},
      {"trailing_stop",     " T=", 1,  4 }
  };
  char type[48] = "market", text[192];
  int kind = below(5), price = kind < 4 ? types[kind].from + below(types[kind].range) : 0;
  if (kind < 4) {
    snprintf(type, sizeof type, "%s%s%d", types[kind].word, types[kind].key, price);
  }
  bool buy = below(2) != 0;
  if (below(3) == 0) {
    snprintf(text, sizeof text, "bracket o%d %s %d %s tp=%d sl=%d", i, buy ? "buy" : "sell",
             1 + below(20), type, 100 + (buy ? 1 : -1) * below(5), 100 - (buy ? 1 : -1) * below(5));
  } else {
    snprintf(text, sizeof text, "%s o%d %d %s", buy ? "buy" : "sell", i, 1 + below(20), type);
  }
  desk_run(&desk, text);
}

static void random_replace(uint32_t i) {
  desk_order_t *old = &desk.orders[i];
  oms_command_t c = {.type = OMS_COMMAND_REPLACE};
  c.u.replace.order = i;
  c.u.replace.qty = below(2) == 0 ? OMS_NO_PRICE : (1 + below(20)) * OMS_QTY_SCALE;
  c.u.replace.limit_price = (95 + below(11)) * OMS_PRICE_SCALE;
  c.u.replace.stop_price = c.u.replace.trail_price = OMS_NO_PRICE;
  c.u.replace.limit_offset = c.u.replace.trail_percent = OMS_NO_PRICE;
  c.u.replace.expire_at = OMS_NO_TIME;
  c.u.replace.time_in_force = UINT8_MAX;
  if (old->child_of == OMS_NONE && old->child_n == 0 && desk_apply(&desk, &c) == OMS_OK) {
    uint32_t next = oms_engine_subject(desk.engine);
    desk.orders[next] = *old;
    desk_note(&desk, desk.venue.replace(desk.venue.self, i, next, desk.now));
  }
}

static void random_change(void) {
  uint32_t n = oms_engine_order_count(desk.engine);
  uint32_t i = n == 0 ? 0 : (uint32_t)below((int)n);
  const oms_order_t *o = n == 0 ? NULL : oms_engine_order(desk.engine, i);
  if (o == NULL || !oms_order_is_open(o) || o->status == OMS_STATUS_HELD) {
    return;
  }
  if (o->type == OMS_TYPE_LIMIT && below(3) > 0) {
    random_replace(i);
  } else if (below(3) == 0) {
    desk_note(&desk, desk.venue.cancel_now(desk.venue.self, i, desk.now));
  } else {
    oms_command_t c = {.type = OMS_COMMAND_CANCEL};
    c.u.cancel.order = i;
    c.u.cancel.canceled_by = OMS_CANCELED_BY_USER;
    if (desk_apply(&desk, &c) == OMS_OK) {
      desk_note(&desk, desk.venue.cancel(desk.venue.self, i, desk.now));
    }
  }
}

static void random_tick(void) {
  oms_price_t mid = (95 + below(11)) * OMS_PRICE_SCALE;
  if (below(3) == 0) {
    desk_trade(&desk, &(oms_print_t){mid, below(20) * OMS_QTY_SCALE});
    return;
  }
  desk_quote(&desk,
             &(oms_quote_t){mid - below(3) * OMS_PRICE_SCALE, mid + below(3) * OMS_PRICE_SCALE,
                            (1 + below(20)) * OMS_QTY_SCALE, (1 + below(20)) * OMS_QTY_SCALE});
}

static void obey(const char *cfg, uint64_t seed) {
  oms_random_seed(&rnd, seed);
  memset(told, 0, sizeof told);
  const char *rest = desk_open(&desk, cfg);
  desk_run(&desk, rest);
  desk.watch = check_fill;
  for (int step = 0; step < 600; step++) {
    desk_advance(&desk, desk.now + below(3) * DESK_SECOND / 2);
    desk.log[0] = 0;
    int what = below(6);
    if (what == 0) {
      random_command(step);
    } else if (what == 1) {
      random_change();
    } else {
      random_tick();
    }
    oms_error_t err;
    if (desk.rc != OMS_OK || strchr(desk.log, '!') != NULL ||
        (step % 10 == 0 && oms_engine_verify(desk.engine, &err) != OMS_OK)) {
      fail_msg("seed %d, step %d: %s (%s)", (int)seed, step, desk.log, oms_err_name(desk.rc));
    }
  }
  desk_advance(&desk, desk.now + 1000 * DESK_SECOND);
  for (uint32_t i = 0; i < oms_engine_order_count(desk.engine); i++) {
    if (oms_order_is_open(oms_engine_order(desk.engine, i))) {
      desk_note(&desk, desk.venue.cancel_now(desk.venue.self, i, desk.now));
    }
  }
  desk_advance(&desk, desk.now + 1000 * DESK_SECOND);
  assert_int_equal(oms_sim_working(desk.sim), 0);
  assert_int_equal(oms_sim_next_due(desk.sim), OMS_NO_TIME);
  desk_close(&desk);
}

static void every_fill_obeys(void **state) {
  for (uint64_t seed = 1; seed <= 20; seed++) {
    obey(*state, seed);
  }
}

/* Failing allocations. */

static int run_with_failure(long n) {
  desk_open(&desk, "cfg m=qt lat=1 res=1 tick=1;");
  desk.venue.close(desk.venue.self);
  desk.sim = NULL;
  uint32_t orders[20];
  oms_terms_t t = desk_terms(&desk, OMS_SIDE_BUY, 9 * OMS_QTY_SCALE, OMS_TYPE_LIMIT);
  t.limit_price = 100 * OMS_PRICE_SCALE;
  for (size_t i = 0; i < OMS_COUNT(orders); i++) {
    char name[8];
    snprintf(name, sizeof name, "o%zu", i);
    orders[i] = desk_make(&desk, name, &t, OMS_HELD_BY_NONE);
  }
  oms_alloc_fail_after(n);
  desk_open_venue(&desk);
  for (size_t i = 0; desk.rc == OMS_OK && i < OMS_COUNT(orders); i++) {
    desk_note(&desk, desk.venue.submit(desk.venue.self, orders[i], desk.now));
  }
  static const char *const steps[] = {"at 0.5; q 99 101 5 5; cash 6; at 2; q 98 99 9 9",
                                      "cancel o19; at 3; t 98 300; at 9"};
  for (size_t i = 0; desk.rc == OMS_OK && i < OMS_COUNT(steps); i++) {
    desk_run(&desk, steps[i]);
  }
  oms_alloc_fail_after(0);
  int rc = desk.rc;
  desk_close(&desk);
  return rc;
}

static void each_allocation_may_fail(void **state) {
  (void)state;
  long before = oms_alloc_live(), n = 1;
  while (run_with_failure(n) != OMS_OK) {
    assert_int_equal(desk.rc, OMS_ERR_NOMEM);
    assert_int_equal(oms_alloc_live(), before);
    assert_true(n < 1000);
    n++;
  }
  assert_true(n > 8);
}

static void what_is_under_way_at_the_end_is_freed(void **state) {
  (void)state;
  long before = oms_alloc_live();
  const char *rest = desk_open(&desk, "cfg m=q res=5;");
  desk_run(&desk, rest);
  desk_run(&desk, "q 99 101; cash 1; buy a 5 market"); /* refused with a sentence */
  assert_int_not_equal(oms_sim_next_due(desk.sim), OMS_NO_TIME);
  desk_close(&desk);
  assert_int_equal(oms_alloc_live(), before);
}

#define WITH(test, word)                                                                           \
  { #test " " word, test, NULL, NULL, (void *)(uintptr_t)word }

int main(void) {
  const struct CMUnitTest tests[] = {
      WITH(the_venue_agrees_with_the_model, "cfg m=q tick=0.5;"),
      WITH(the_venue_agrees_with_the_model, "cfg m=q tick=0.5 partial=1;"),
      WITH(the_venue_agrees_with_the_model, "cfg m=q tick=0.5 queue=front;"),
      WITH(the_venue_agrees_with_the_model, "cfg m=qt tick=0.5;"),
      WITH(the_venue_agrees_with_the_model, "cfg m=qt tick=0.5 queue=front partial=1;"),
      WITH(the_venue_agrees_with_the_model, "cfg m=qt tick=0.5 queue=volume;"),
      WITH(the_venue_agrees_with_the_model, "cfg m=qt tick=0.5 queue=volume partial=1;"),
      WITH(every_fill_obeys, "cfg m=qt queue=front;"),
      WITH(every_fill_obeys, "cfg m=qt lat=1 partial=1;"),
      WITH(every_fill_obeys, "cfg m=qt res=2 partial=1 queue=volume;"),
      WITH(every_fill_obeys, "cfg m=qt lat=0.5 res=0.75;"),
      WITH(every_fill_obeys, "cfg m=qt row=0/0 row=1/0.5 row=0.25/3 row=2/0 partial=1;"),
      WITH(every_fill_obeys, "cfg m=t row=0/1 row=1/0 partial=1;"),
      cmocka_unit_test(each_allocation_may_fail),
      cmocka_unit_test(what_is_under_way_at_the_end_is_freed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
