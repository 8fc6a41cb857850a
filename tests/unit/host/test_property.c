/* test_property.c - random order flow through desk, core, trigger scripts and simulated venue. A
 * second, simple model books the fills by itself; after every report and every request it must
 * agree with the core:
 *   filled + leaves = qty (+ overfill) while open; books = sums of fills; cash = start - cost -
 *   commissions; no fill through a limit price; none for an order that had ended or was held;
 *   equity the same by two routes; a group protects what its parent filled, or says that it does
 *   not; it never fills beyond it.
 * MOONDESK_SEED repeats a run, MOONDESK_ORDERS sets its length. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "host/desk.h"
#include "host/run.h"
#include "sim/sim.h"

enum { SYMBOLS = 3, ACCOUNTS = 2, OWNERS = 3, MAX_ORDERS = 400000 };
enum {
  PURE = 2
}; /* this owner gives one bracket at a time and nothing else: its protection must be exact */
#define MINUTE (INT64_C(60) * OMS_NS_PER_SECOND)

typedef struct world {
  oms_engine_t *engine;
  oms_desk_host_t desk;
  oms_sim_t *sim;
  oms_venue_t venue;
  oms_venue_sink_t inner;
  oms_script_t *trigger;
  oms_random_t random;
  uint64_t seed;
  uint16_t owners[OWNERS];
  oms_price_t last[SYMBOLS];
  oms_qty_t book[ACCOUNTS][OWNERS][SYMBOLS];
  oms_money_t cash[ACCOUNTS];
  uint8_t ended[MAX_ORDERS]; /* by the events seen */
  uint64_t fills, events, protected_seen;
} world_t;

#define HOLDS(w, condition, order)                                                                 \
  do {                                                                                             \
    if (!(condition)) {                                                                            \
      fail_msg("seed %llu, event %llu, order %u: %s", (unsigned long long)(w)->seed,               \
               (unsigned long long)(w)->events, (unsigned)(order), #condition);                    \
    }                                                                                              \
  } while (0)

static int owner_place(const world_t *w, uint16_t owner) {
  for (int i = 0; i < OWNERS; i++) {
    if (w->owners[i] == owner) {
      return i;
    }
  }
  return -1;
}

static void book_fill(world_t *w, const oms_event_t *event) {
  const oms_order_t *o = oms_engine_order(w->engine, event->order);
  const oms_fill_t *f = oms_engine_fill(w->engine, event->fill);
  bool buy = oms_side_is_buy(f->side);
  oms_money_t cost;
  HOLDS(w, !w->ended[o->index], o->index);
  HOLDS(w, (o->flags & OMS_ORDER_SENT) != 0, o->index);
  HOLDS(w, f->qty > 0 && f->price > 0, o->index);
  if (oms_type_needs(o->type).limit) {
    HOLDS(w, buy ? f->price <= o->limit_price : f->price >= o->limit_price, o->index);
  }
  assert_int_equal(oms_notional(f->price, buy ? f->qty : -f->qty, OMS_QTY_SCALE, &cost), OMS_OK);
  w->book[o->account][owner_place(w, o->owner)][o->instrument] += buy ? f->qty : -f->qty;
  w->cash[o->account] -= cost + f->commission;
  w->fills++;
}

static void check_order(world_t *w, const oms_order_t *o) {
  if (oms_order_is_open(o)) {
    HOLDS(w, o->filled_qty + oms_order_leaves(o) == o->qty + oms_order_overfill(o), o->index);
  }
  HOLDS(w, oms_order_overfill(o) == 0, o->index);
}

static bool is_exit(const oms_order_t *o) {
  return o->role == OMS_ROLE_TAKE_PROFIT || o->role == OMS_ROLE_STOP_LOSS;
}

/* What the group's parents filled, its exits filled, and its working stops and targets may still
 * fill. */
typedef struct tally {
  oms_qty_t entered, exited, stops, targets;
  bool has_stop, has_target;
  bool left_alone; /* nobody cancelled, replaced or let expire a member */
} tally_t;

static bool was_touched(const oms_order_t *o) {
  return o->canceled_by == OMS_CANCELED_BY_USER || o->status == OMS_STATUS_PENDING_CANCEL ||
         o->status == OMS_STATUS_PENDING_REPLACE || o->status == OMS_STATUS_EXPIRED ||
         o->code == OMS_CODE_KILLED || o->code == OMS_CODE_SCRIPT_ERROR ||
         o->more->replaces != OMS_NONE || (o->flags & OMS_ORDER_CANCEL_REQUESTED) != 0;
}

static tally_t tally_of(const world_t *w, const oms_group_t *g) {
  tally_t t = {.left_alone = true};
  for (uint32_t i = g->first; i != OMS_NONE;
       i = oms_engine_order(w->engine, i)->more->next_in_group) {
    const oms_order_t *o = oms_engine_order(w->engine, i);
    bool stands = o->status != OMS_STATUS_REPLACED;
    bool stop = o->role == OMS_ROLE_STOP_LOSS;
    t.left_alone = t.left_alone && !(is_exit(o) && was_touched(o));
    if (o->role == OMS_ROLE_PARENT && stands) {
      t.entered += o->filled_qty;
    }
    if (is_exit(o) && stands) {
      t.exited += o->filled_qty;
      *(stop ? &t.stops : &t.targets) += o->status == OMS_STATUS_HELD ? 0 : oms_order_leaves(o);
      *(stop ? &t.has_stop : &t.has_target) = true;
    }
  }
  return t;
}

static void print_group(const world_t *w, uint32_t index);

static void check_group(world_t *w, uint32_t index) {
  const oms_group_t *g = oms_engine_group(w->engine, index);
  if (g->order_class == OMS_ORDER_CLASS_OCO) {
    return; /* its size is bounded by the book, which check_books compares */
  }
  tally_t t = tally_of(w, g);
  oms_qty_t rest = t.entered - t.exited;
  if (rest < 0 || t.stops > rest || t.targets > rest) {
    print_group(w, index);
  }
  HOLDS(w, rest >= 0, g->head);
  HOLDS(w, t.stops <= rest, g->head);
  HOLDS(w, t.targets <= rest, g->head);
  const oms_order_t *h = oms_engine_order(w->engine, g->head);
  bool waits = g->trigger_full && oms_order_is_open(h);
  if (h->owner == w->owners[PURE] && t.left_alone && !g->unprotected && !waits) {
    w->protected_seen += rest > 0 ? 1 : 0;
    HOLDS(w, t.stops == rest, g->head);
  }
}

/* For a person who looks into a failure. */
static void print_group(const world_t *w, uint32_t index) {
  const oms_group_t *g = oms_engine_group(w->engine, index);
  for (uint32_t i = g->first; i != OMS_NONE;
       i = oms_engine_order(w->engine, i)->more->next_in_group) {
    const oms_order_t *o = oms_engine_order(w->engine, i);
    printf("  %u %s %s %s qty %g filled %g asked %g held_by %s replaces %d code %s by %s\n",
           o->index, oms_enum_text(OMS_ENUM_ROLE, o->role), oms_enum_text(OMS_ENUM_TYPE, o->type),
           oms_enum_text(OMS_ENUM_STATUS, o->status), (double)o->qty / 1e9,
           (double)o->filled_qty / 1e9, (double)oms_order_asked_qty(o) / 1e9,
           oms_enum_text(OMS_ENUM_HELD_BY, o->held_by), (int)o->more->replaces,
           oms_enum_text(OMS_ENUM_CODE, o->code),
           oms_enum_text(OMS_ENUM_CANCELED_BY, o->canceled_by));
  }
}

static void check_books(world_t *w) {
  for (uint16_t a = 0; a < ACCOUNTS; a++) {
    oms_int128_t value = 0;
    for (uint32_t s = 0; s < SYMBOLS; s++) {
      oms_qty_t net = 0;
      for (int k = 0; k < OWNERS; k++) {
        oms_qty_t held = oms_engine_book(w->engine, a, w->owners[k], s)->qty;
        HOLDS(w, held == w->book[a][k][s], 0);
        net += held;
      }
      HOLDS(w, oms_engine_net(w->engine, a, s)->qty == net, 0);
      oms_money_t worth;
      assert_int_equal(oms_notional(w->last[s], net, OMS_QTY_SCALE, &worth), OMS_OK);
      value += worth;
    }
    const oms_account_t *account = oms_engine_account(w->engine, a);
    HOLDS(w, account->cash == w->cash[a], 0);
    HOLDS(w, (oms_int128_t)oms_account_equity(account) == w->cash[a] + value, 0);
  }
}

/* Takes the events that have come out and compares. */
static void observe(world_t *w) {
  oms_event_t event;
  while (oms_ring_pop(&w->desk.events, &event)) {
    w->events++;
    if (event.order == OMS_NONE) {
      continue;
    }
    const oms_order_t *o = oms_engine_order(w->engine, event.order);
    if (event.type == OMS_EVENT_FILL) {
      book_fill(w, &event);
    }
    check_order(w, o);
    if (oms_status_is_final(event.status)) {
      w->ended[event.order] = 1;
    }
    if (o->group != OMS_NONE && !w->desk.draining) {
      check_group(w, o->group);
    }
  }
  check_books(w);
  assert_int_equal(w->desk.failure, OMS_OK);
}

static bool report(void *self, const oms_report_t *r) {
  world_t *w = self;
  bool goes_on = w->inner.report(w->inner.self, r);
  observe(w);
  return goes_on;
}

static bool can_pay(void *self, uint32_t order, oms_qty_t qty, oms_price_t price,
                    oms_money_t commission, char message[256]) {
  const world_t *w = self;
  return w->inner.can_pay(w->inner.self, order, qty, price, commission, message);
}

/* The world. */

static void add_market(world_t *w) {
  const char *const names[] = {"AAA", "BBB", "CCC"};
  for (uint32_t s = 0; s < SYMBOLS; s++) {
    oms_instrument_t i = {.symbol = names[s],
                          .currency = "USD",
                          .multiplier = OMS_QTY_SCALE,
                          .previous_close = OMS_NO_PRICE,
                          .margin_per_contract = OMS_NO_PRICE,
                          .last = OMS_NO_PRICE,
                          .bid = OMS_NO_PRICE,
                          .ask = OMS_NO_PRICE};
    uint32_t index;
    assert_int_equal(oms_engine_add_instrument(w->engine, &i, &index), OMS_OK);
    w->last[s] = INT64_C(100) * OMS_PRICE_SCALE;
  }
  for (int a = 0; a < ACCOUNTS; a++) {
    oms_account_t account = {.id = a == 0 ? "one" : "two",
                             .type = OMS_ACCOUNT_TYPE_MARGIN,
                             .multiplier = 4 * OMS_QTY_SCALE,
                             .initial_cash = INT64_C(1000000) * OMS_MONEY_SCALE,
                             .cash = INT64_C(1000000) * OMS_MONEY_SCALE};
    uint16_t index;
    oms_limits_none(&account.limits);
    assert_int_equal(oms_engine_add_account(w->engine, &account, &index), OMS_OK);
    w->cash[a] = account.cash;
  }
  for (int k = 0; k < OWNERS; k++) {
    char id[32];
    snprintf(id, sizeof id, "owner%d", k);
    oms_owner_t owner = {.id = id};
    assert_int_equal(oms_engine_add_owner(w->engine, &owner, &w->owners[k]), OMS_OK);
  }
}

static void open_world(world_t *w, uint64_t seed) {
  memset(w, 0, sizeof *w);
  w->seed = seed;
  oms_random_seed(&w->random, seed);
  oms_sim_config_t config;
  oms_sim_config_default(&config);
  config.bar_path = (oms_bar_path_t)(seed % 4);
  config.child_fill = (seed / 4) % 2 == 0 ? OMS_CHILD_SAME_BAR : OMS_CHILD_NEXT_BAR;
  config.latency_ns = (seed / 8) % 2 == 0 ? 0 : MINUTE;
  config.max_participation = (seed / 16) % 2 == 0 ? OMS_NO_PRICE : OMS_QTY_SCALE / 4;
  config.commission.per_share = 5000000;
  config.commission.min = OMS_MONEY_SCALE;
  config.commission.max = OMS_NO_PRICE;
  oms_engine_config_t core = {.seed = seed, .commission = config.commission, .crosses_zero = true};
  w->engine = oms_engine_new(&core);
  assert_non_null(w->engine);
  assert_int_equal(oms_desk_init(&w->desk, w->engine), OMS_OK);
  w->desk.max_callback_orders = UINT32_MAX;
  add_market(w);
  w->inner = oms_desk_venue_sink(&w->desk);
  w->sim = oms_sim_new(w->engine, &config, (oms_venue_sink_t){w, report, can_pay}, &w->venue);
  assert_non_null(w->sim);
  w->desk.venue = w->venue;
  for (uint32_t s = 0; s < SYMBOLS; s++) {
    oms_sim_symbol_t symbol = {.timeframe = MINUTE, .has_volume = true};
    assert_int_equal(oms_sim_set_symbol(w->sim, s, &symbol), OMS_OK);
  }
  oms_script_config_t trigger = {.kind = OMS_SCRIPT_TRIGGER,
                                 .index = -1,
                                 .path = SOURCE_DIR "/lua/oms/triggers/init.lua",
                                 .id = "triggers",
                                 .desk = &w->desk.port,
                                 .budget_ns = INT64_C(20) * OMS_NS_PER_SECOND,
                                 .library = SOURCE_DIR};
  oms_error_t err;
  if (oms_script_load(&trigger, &w->trigger, &err) != OMS_OK) {
    fail_msg("%s", err.message);
  }
  w->desk.trigger = w->trigger;
}

static void close_world(world_t *w) {
  oms_script_free(w->trigger);
  w->venue.close(w->venue.self);
  oms_desk_free(&w->desk);
  oms_engine_free(w->engine);
}

/* Random flow. */

static uint64_t below(world_t *w, uint64_t n) {
  return oms_random_below(&w->random, n);
}

static oms_price_t near(world_t *w, uint32_t s, int64_t cents) {
  int64_t off = (int64_t)below(w, (uint64_t)(2 * cents + 1)) - cents;
  oms_price_t p = w->last[s] + off * (OMS_PRICE_SCALE / 100);
  return p > OMS_PRICE_SCALE ? p : OMS_PRICE_SCALE;
}

static oms_terms_t blank(world_t *w) {
  return (oms_terms_t){.instrument = (uint32_t)below(w, SYMBOLS),
                       .account = (uint16_t)below(w, ACCOUNTS),
                       .owner = w->owners[below(w, OWNERS)],
                       .qty = (oms_qty_t)(1 + below(w, 100)) * OMS_QTY_SCALE,
                       .display_qty = OMS_NO_PRICE,
                       .notional = OMS_NO_PRICE,
                       .limit_price = OMS_NO_PRICE,
                       .stop_price = OMS_NO_PRICE,
                       .trail_price = OMS_NO_PRICE,
                       .limit_offset = OMS_NO_PRICE,
                       .trail_percent = OMS_NO_PRICE,
                       .expire_at = OMS_NO_TIME,
                       .expire_session = OMS_NO_TIME,
                       .symbol = "?",
                       .group = OMS_NONE,
                       .parent = OMS_NONE};
}

static void set_prices(world_t *w, oms_terms_t *t) {
  oms_type_needs_t needs = oms_type_needs(t->type);
  if (needs.limit) {
    t->limit_price = near(w, t->instrument, 60);
  }
  if (needs.stop) {
    t->stop_price = near(w, t->instrument, 60);
  }
  if (needs.trail && below(w, 2) == 0) {
    t->trail_price = (oms_price_t)(1 + below(w, 80)) * (OMS_PRICE_SCALE / 100);
  } else if (needs.trail) {
    t->trail_percent = (oms_ratio_t)(1 + below(w, 8)) * 100000000;
  }
  if (needs.limit_offset) {
    t->limit_offset = (oms_price_t)below(w, 30) * (OMS_PRICE_SCALE / 100);
  }
}

static oms_terms_t exit_terms(const oms_terms_t *of, int role, int type) {
  oms_terms_t t = *of;
  t.role = (uint8_t)role;
  t.type = (uint8_t)type;
  t.side = oms_side_is_buy(of->side) ? OMS_SIDE_SELL : OMS_SIDE_BUY;
  t.time_in_force = OMS_TIF_GTC;
  t.flags = OMS_ORDER_REDUCE_ONLY;
  t.limit_price = t.stop_price = t.trail_price = t.limit_offset = t.trail_percent = OMS_NO_PRICE;
  return t;
}

static bool is_free(const world_t *w, const oms_terms_t *t) {
  for (uint32_t i = oms_engine_first_open(w->engine); i != OMS_NONE;
       i = oms_engine_order(w->engine, i)->next_open) {
    const oms_order_t *o = oms_engine_order(w->engine, i);
    if (o->owner == t->owner && o->account == t->account && o->instrument == t->instrument) {
      return false;
    }
  }
  return w->book[t->account][PURE][t->instrument] == 0;
}

static void submit(world_t *w) {
  oms_terms_t t = blank(w), children[2];
  bool pure = t.owner == w->owners[PURE];
  if (pure && !is_free(w, &t)) {
    return;
  }
  size_t n = 0;
  uint32_t order;
  oms_reject_t reject;
  t.side = below(w, 2) == 0 ? OMS_SIDE_BUY : OMS_SIDE_SELL;
  t.type = (uint8_t)below(w, OMS_TYPE_COUNT);
  const uint8_t tifs[] = {OMS_TIF_GTC, OMS_TIF_DAY, OMS_TIF_IOC, OMS_TIF_FOK, OMS_TIF_GTD};
  t.time_in_force = tifs[below(w, 5)];
  if (t.time_in_force == OMS_TIF_GTD) {
    t.expire_at = w->desk.port.now + (oms_time_t)(1 + below(w, 30)) * MINUTE;
  }
  if (below(w, 8) == 0) {
    t.flags = OMS_ORDER_REDUCE_ONLY;
  }
  uint64_t kind = pure ? 2 : below(w, 10);
  if (kind < 3) {
    t.order_class = kind == 0   ? OMS_ORDER_CLASS_OTO
                    : kind == 1 ? OMS_ORDER_CLASS_OCO
                                : OMS_ORDER_CLASS_BRACKET;
    t.flags = 0;
    oms_terms_t entry = t;
    if (t.order_class == OMS_ORDER_CLASS_OCO) {
      t.type = OMS_TYPE_LIMIT;
      entry.side = oms_side_is_buy(t.side) ? OMS_SIDE_SELL : OMS_SIDE_BUY;
    }
    if (t.order_class != OMS_ORDER_CLASS_OTO) {
      children[n] = exit_terms(&entry, OMS_ROLE_TAKE_PROFIT, OMS_TYPE_LIMIT);
      set_prices(w, &children[n++]);
    }
    children[n] = exit_terms(&entry, OMS_ROLE_STOP_LOSS,
                             below(w, 3) == 0 ? OMS_TYPE_TRAILING_STOP : OMS_TYPE_STOP);
    set_prices(w, &children[n++]);
    if (t.order_class == OMS_ORDER_CLASS_OCO) {
      t.time_in_force = OMS_TIF_GTC;
    }
  }
  if (t.order_class != OMS_ORDER_CLASS_OCO) {
    set_prices(w, &t);
  }
  (void)oms_desk_submit(&w->desk, &t, false, children, n, below(w, 4) == 0, &order, &reject);
}

static uint32_t random_open(world_t *w) {
  uint32_t n = oms_engine_order_count(w->engine);
  for (int tries = 0; tries < 8 && n > 0; tries++) {
    uint64_t back = below(w, n < 60 ? n : 60);
    uint32_t i = n - 1 - (uint32_t)back;
    const oms_order_t *o = oms_engine_order(w->engine, i);
    if (oms_order_is_open(o) && o->owner != w->owners[PURE]) {
      return i;
    }
  }
  return OMS_NONE;
}

static void replace(world_t *w, uint32_t order) {
  const oms_order_t *o = oms_engine_order(w->engine, order);
  oms_changes_t c = {.qty = OMS_NO_PRICE,
                     .limit_price = OMS_NO_PRICE,
                     .stop_price = OMS_NO_PRICE,
                     .trail_price = OMS_NO_PRICE,
                     .limit_offset = OMS_NO_PRICE,
                     .trail_percent = OMS_NO_PRICE,
                     .expire_at = OMS_NO_TIME,
                     .time_in_force = UINT8_MAX};
  oms_reject_t reject;
  uint32_t successor;
  if (below(w, 2) == 0 && o->group == OMS_NONE) {
    c.qty = (oms_qty_t)(1 + below(w, 150)) * OMS_QTY_SCALE;
  } else if (oms_type_needs(o->type).limit) {
    c.limit_price = near(w, o->instrument, 60);
  } else if (oms_type_needs(o->type).stop) {
    c.stop_price = near(w, o->instrument, 60);
  }
  (void)oms_desk_replace(&w->desk, order, &c, &successor, &reject);
}

static void close_or_target(world_t *w) {
  oms_terms_t t = blank(w);
  uint32_t order;
  oms_reject_t reject;
  t.type = OMS_TYPE_MARKET;
  t.time_in_force = OMS_TIF_GTC;
  t.owner = w->owners[below(w, PURE)];
  if (below(w, 2) == 0) {
    t.qty = OMS_NO_PRICE;
    (void)oms_desk_close(&w->desk, &t, &order, &reject);
  } else {
    (void)oms_desk_target(&w->desk, &t, ((oms_qty_t)below(w, 401) - 200) * OMS_QTY_SCALE, &order,
                          &reject);
  }
}

static void random_callback(world_t *w) {
  uint32_t order;
  oms_reject_t reject;
  oms_desk_begin(&w->desk);
  for (uint64_t i = below(w, 5); i > 0; i--) {
    uint64_t what = below(w, 20);
    if (what < 13) {
      submit(w);
    } else if (what < 16) {
      order = random_open(w);
      if (order != OMS_NONE) {
        (void)oms_desk_cancel(&w->desk, order, &reject);
      }
    } else if (what < 19) {
      order = random_open(w);
      if (order != OMS_NONE) {
        replace(w, order);
      }
    } else {
      close_or_target(w);
    }
  }
  oms_desk_end(&w->desk, below(w, 50) == 0); /* now and then the callback fails */
  observe(w);
}

static oms_bar_t random_bar(world_t *w, uint32_t s, oms_time_t start) {
  oms_price_t tick = OMS_PRICE_SCALE / 100;
  oms_bar_t b = {.ts = start, .start = start, .end = start + MINUTE, .stream = s};
  b.open = near(w, s, below(w, 20) == 0 ? 150 : 8);
  b.close = b.open + ((int64_t)below(w, 61) - 30) * tick;
  b.close = b.close > tick ? b.close : tick;
  b.high = (b.open > b.close ? b.open : b.close) + (int64_t)below(w, 15) * tick;
  b.low = (b.open < b.close ? b.open : b.close) - (int64_t)below(w, 15) * tick;
  b.low = b.low > tick ? b.low : tick;
  b.volume = (double)below(w, 400);
  return b;
}

static void step(world_t *w, oms_time_t now) {
  oms_bar_t bars[SYMBOLS];
  const oms_bar_t *views[SYMBOLS];
  uint32_t instruments[SYMBOLS];
  assert_int_equal(oms_desk_time(&w->desk, now), OMS_OK);
  for (uint32_t s = 0; s < SYMBOLS; s++) {
    bars[s] = random_bar(w, s, now - MINUTE);
    views[s] = &bars[s];
    instruments[s] = s;
  }
  assert_int_equal(oms_sim_bars(w->sim, instruments, views, SYMBOLS, now), OMS_OK);
  for (uint32_t s = 0; s < SYMBOLS; s++) {
    w->last[s] = bars[s].close;
    assert_int_equal(oms_desk_mark(&w->desk, s, bars[s].close), OMS_OK);
  }
  observe(w);
  random_callback(w);
  for (int round = 0; round < 100 && w->desk.batch.n > 0; round++) {
    oms_desk_flush(&w->desk);
    assert_int_equal(oms_sim_arrivals(w->sim, now), OMS_OK);
    oms_desk_drain(&w->desk);
    observe(w);
  }
}

static void kill_and_resume(world_t *w) {
  oms_scope_t all = {OMS_SCOPE_ALL, 0};
  assert_int_equal(oms_desk_kill(&w->desk, all, "drill"), OMS_OK);
  observe(w);
  for (uint32_t i = oms_engine_first_open(w->engine); i != OMS_NONE;
       i = oms_engine_order(w->engine, i)->next_open) {
    HOLDS(w, false, i); /* the kill switch leaves nothing open */
  }
  assert_int_equal(oms_desk_resume(&w->desk, all), OMS_OK);
}

static void run_flow(uint64_t seed, uint32_t orders, char hash[33]) {
  static world_t w;
  oms_error_t err;
  open_world(&w, seed);
  oms_time_t now = INT64_C(1577975400) * OMS_NS_PER_SECOND;
  for (uint64_t bars = 1; oms_engine_order_count(w.engine) < orders; bars++) {
    step(&w, now);
    now += MINUTE;
    if (bars % 5000 == 0) {
      kill_and_resume(&w);
    }
    if (bars % 2000 == 0 && oms_engine_verify(w.engine, &err) != OMS_OK) {
      fail_msg("seed %llu: %s", (unsigned long long)seed, err.message);
    }
  }
  if (oms_engine_verify(w.engine, &err) != OMS_OK) {
    fail_msg("seed %llu: %s", (unsigned long long)seed, err.message);
  }
  assert_int_equal(oms_engine_state_hash(w.engine, hash), OMS_OK);
  printf("seed %llu: %u orders, %llu fills, %llu events, %s\n", (unsigned long long)seed,
         oms_engine_order_count(w.engine), (unsigned long long)w.fills,
         (unsigned long long)w.events, hash);
  assert_true(w.fills > orders / 20);
  assert_true(w.protected_seen > orders / 200);
  close_world(&w);
}

static uint32_t wanted_orders(void) {
  const char *text = getenv("MOONDESK_ORDERS");
#ifdef MOONDESK_SANITIZED
  return text != NULL ? (uint32_t)strtoul(text, NULL, 10) : 20000;
#else
  return text != NULL ? (uint32_t)strtoul(text, NULL, 10) : 100000;
#endif
}

static void random_flow_keeps_the_books(void **state) {
  (void)state;
  const char *text = getenv("MOONDESK_SEED");
  char hash[33];
  if (text != NULL) {
    run_flow(strtoull(text, NULL, 10), wanted_orders(), hash);
    return;
  }
  for (uint64_t seed = 1; seed <= 32;
       seed += 3) { /* each venue setting that the seed chooses comes up */
    run_flow(seed, wanted_orders() / 8, hash);
  }
  run_flow(2026, wanted_orders(), hash);
}

static void random_flow_repeats_byte_for_byte(void **state) {
  (void)state;
  char one[33], two[33];
  run_flow(7, 5000, one);
  run_flow(7, 5000, two);
  assert_string_equal(one, two);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(random_flow_keeps_the_books),
      cmocka_unit_test(random_flow_repeats_byte_for_byte),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
