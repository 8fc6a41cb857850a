/* flow.c - the book of order flow: rows of the flow and our orders meet in it by price and time.
 * Ours have a slot as on all ticks; a limit at rest has a place in the book, and its tag there is
 * its slot + 1. What is left of our order while it has no place (a market order without a far side,
 * what waits for its trigger or for the end of a halt) stands in the symbol's list, and has its
 * turn there in order of arrival, after the row or the arrival that is being matched. Reports go
 * out in the middle of a walk, so a walk asks the book anew for each match. */
#include "sim/flow.h"

#include "base/alloc.h"
#include "sim/lob.h"

struct sim_flow {
  oms_lob_t *book;
  oms_quote_t told; /* the touch as of the last row */
  uint32_t placed;  /* how many of ours stand in the book */
  uint8_t phase;    /* halted and outside, as of the last look */
  bool busy;        /* a row or a round of turns is on: who comes has its turn after it */
  bool again;       /* someone has become due for a turn */
};

/* Who takes: a row of the flow, or one of ours. */
typedef struct taker {
  uint64_t id; /* 0: ours */
  sim_slot_t *slot;
  uint64_t rank;
  uint32_t instrument;
  bool is_buy;
  oms_price_t limit; /* OMS_NO_PRICE: any */
  oms_qty_t left;
  oms_time_t now;
} taker_t;

struct sim_cross {
  taker_t *taker;
  uint32_t place; /* of the maker */
};

static const oms_quote_t empty = {OMS_NO_PRICE, OMS_NO_PRICE, 0, 0};

sim_flow_t *sim_flow_new(void) {
  sim_flow_t *f = oms_alloc_zero(1, sizeof *f);
  if (f != NULL && (f->book = oms_lob_new()) == NULL) {
    oms_free(f);
    return NULL;
  }
  if (f != NULL) {
    f->told = empty;
  }
  return f;
}

void sim_flow_free(sim_flow_t *f) {
  if (f != NULL) {
    oms_lob_free(f->book);
    oms_free(f);
  }
}

static uint32_t order_of(const sim_slot_t *slot) {
  return slot == NULL ? OMS_NONE : slot->order;
}

static bool others_wait(const sim_symbol_t *sym) {
  return sym->live != sym->flow->placed;
}

/* Prices that stops watch. */

static void watch(const oms_sim_t *s, sim_symbol_t *sym, sim_slot_t *slot, sim_at_t at) {
  if (slot->due || !sim_may_meet(sym, slot)) {
    return;
  }
  if (sim_tick_triggers(s, sym, slot, at)) {
    slot->due = true;
    sym->flow->again = true;
  } else if (slot->trails) {
    sim_tick_follow(s, sym, slot, at);
  }
}

static void watch_all(const oms_sim_t *s, sim_symbol_t *sym, sim_at_t at) {
  for (size_t i = 0; others_wait(sym) && i < sym->list.n; i++) {
    sim_slot_t *slot = sim_alive(s, *OMS_AT(&sym->list, sim_entry_t, i));
    if (slot != NULL && sim_waits_for_trigger(slot)) {
      watch(s, sym, slot, at);
    }
  }
}

/* The market of the symbol is the touch of its book. */
static void show_touch(const oms_sim_t *s, sim_symbol_t *sym) {
  sim_market_t *m = &sym->market;
  oms_quote_t q = empty;
  (void)oms_lob_best(sym->flow->book, true, &q.bid, &q.bid_size);
  (void)oms_lob_best(sym->flow->book, false, &q.ask, &q.ask_size);
  if (m->quoted && oms_quote_same(&q, &m->quote)) {
    return;
  }
  m->quote = q;
  m->bid_left = q.bid_size;
  m->ask_left = q.ask_size;
  m->quoted = true;
  watch_all(s, sym, SIM_AT_QUOTE);
}

/* Places in the book. */

static void lose_place(sim_symbol_t *sym, sim_slot_t *slot) {
  slot->place = 0;
  sym->flow->placed--;
}

void sim_flow_leave(oms_sim_t *s, sim_symbol_t *sym, sim_slot_t *slot) {
  if (slot->place == 0) {
    return;
  }
  oms_lob_remove(sym->flow->book, slot->place - 1);
  lose_place(sym, slot);
  if (!sym->flow->busy) {
    show_touch(s, sym);
  }
}

void sim_flow_resize(oms_sim_t *s, sim_symbol_t *sym, sim_slot_t *slot) {
  oms_qty_t leaves = slot->place == 0 ? 0 : sim_leaves(s, slot);
  if (leaves > 0) {
    oms_lob_resize(sym->flow->book, slot->place - 1, leaves);
    if (!sym->flow->busy) {
      show_touch(s, sym);
    }
  } else {
    sim_flow_leave(s, sym, slot);
  }
}

static void rest(oms_sim_t *s, sim_symbol_t *sym, sim_slot_t *slot) {
  oms_lob_new_t o = {0, sim_slot_index(s, slot) + 1, slot->is_buy, slot->limit,
                     sim_leaves(s, slot)};
  uint32_t place;
  int rc = o.qty > 0 ? oms_lob_rest(sym->flow->book, &o, &place) : OMS_OK;
  if (rc == OMS_OK && o.qty > 0) {
    slot->place = place + 1;
    sym->flow->placed++;
  }
  s->failure = rc != OMS_OK ? rc : s->failure;
}

/* Matches. */

void sim_flow_match(oms_sim_t *s, sim_symbol_t *sym, const sim_cross_t *x, oms_qty_t qty) {
  taker_t *t = x->taker;
  oms_lob_new_t maker = oms_lob_order(sym->flow->book, x->place);
  sim_slot_t *ours = maker.tag == 0 ? NULL : sim_slot(s, maker.tag - 1);
  oms_book_match_t m = {t->id, maker.id, order_of(t->slot), order_of(ours), qty, maker.price};
  if (oms_lob_take(sym->flow->book, x->place, qty) && ours != NULL) {
    lose_place(sym, ours);
  }
  t->left -= qty;
  if (s->on_match != NULL) {
    s->on_match(s->on_match_ctx, t->instrument, &m);
  }
  sym->market.print = (oms_print_t){maker.price, qty};
  sym->market.print_left = qty;
  sym->market.print_ts = t->now;
  sym->market.printed = true;
  watch_all(s, sym, SIM_AT_TRADE);
}

static bool is_alive(const taker_t *t) {
  return t->slot == NULL || t->slot->rank == t->rank;
}

/* Our maker is filled first, or ends because nobody can pay for it. Where both are ours and the
 * desk has taken the taker back meanwhile, the fill of the maker stands. */
static void cross_ours(oms_sim_t *s, sim_symbol_t *sym, sim_slot_t *maker, sim_point_t *at,
                       taker_t *t, oms_qty_t qty) {
  if (maker != NULL) {
    oms_qty_t before = t->left;
    at->adds = true;
    (void)sim_fill_qty(s, sym, maker, at, qty, at->price, t->now);
    if (t->left == before || t->slot == NULL || !is_alive(t)) {
      return;
    }
    at->adds = false;
    at->cross = NULL;
  }
  oms_qty_t leaves = sim_leaves(s, t->slot);
  qty = qty < leaves ? qty : leaves;
  if (qty > 0) {
    (void)sim_fill_qty(s, sym, t->slot, at, qty, at->price, t->now);
  }
}

static bool is_exit(const sim_slot_t *slot) {
  return slot->role == OMS_ROLE_TAKE_PROFIT || slot->role == OMS_ROLE_STOP_LOSS;
}

/* An entry would trade with its own exit, which grows with each of its fills: they would pass the
 * same shares to and fro. What is left of the entry ends. True when it has. */
static bool ends_entry(oms_sim_t *s, sim_slot_t *maker, sim_slot_t *taker, oms_time_t now) {
  if (maker == NULL || taker == NULL || maker->group == OMS_NONE || maker->group != taker->group ||
      is_exit(maker) == is_exit(taker)) {
    return false;
  }
  sim_end(s, is_exit(maker) ? taker : maker, OMS_REPORT_CANCELED, OMS_CODE_UNSOLICITED_CANCEL,
          "it would have traded with an exit of its own; give the exit a price beyond the entry's",
          now);
  return true;
}

static void cross(oms_sim_t *s, sim_symbol_t *sym, taker_t *t, uint32_t place) {
  oms_lob_new_t maker = oms_lob_order(sym->flow->book, place);
  sim_slot_t *ours = maker.tag == 0 ? NULL : sim_slot(s, maker.tag - 1);
  oms_qty_t room = ours == NULL ? maker.qty : sim_leaves(s, ours);
  room = room < maker.qty ? room : maker.qty;
  if (room == 0) {
    sim_flow_leave(s, sym, ours); /* another exit of its group has filled in its stead */
    return;
  }
  if (ends_entry(s, ours, t->slot, t->now)) {
    return;
  }
  sim_cross_t x = {t, place};
  oms_qty_t qty = t->left < room ? t->left : room;
  if (ours == NULL && t->slot == NULL) {
    sim_flow_match(s, sym, &x, qty);
    return;
  }
  sim_point_t at = {.price = maker.price, .ts = t->now, .cross = &x};
  cross_ours(s, sym, ours, &at, t, qty);
}

static bool reaches(const taker_t *t, oms_price_t price) {
  return t->limit == OMS_NO_PRICE || (t->is_buy ? price <= t->limit : price >= t->limit);
}

/* Takes what the other side has, as far as the limit goes. */
static void walk(oms_sim_t *s, sim_symbol_t *sym, taker_t *t) {
  const oms_lob_t *book = sym->flow->book;
  oms_price_t price;
  oms_qty_t qty;
  while (!s->stopped && is_alive(t) && t->left > 0 &&
         oms_lob_best(book, !t->is_buy, &price, &qty) && reaches(t, price)) {
    cross(s, sym, t, oms_lob_first(book, !t->is_buy));
    t->left = t->slot != NULL && is_alive(t) ? sim_leaves(s, t->slot) : t->left;
  }
}

/* Our orders. */

static taker_t taker_of(const oms_sim_t *s, sim_slot_t *slot, oms_time_t now) {
  return (taker_t){.slot = slot,
                   .rank = slot->rank,
                   .instrument = slot->instrument,
                   .is_buy = slot->is_buy,
                   .limit = slot->shape == SIM_LIMIT ? slot->limit : OMS_NO_PRICE,
                   .left = sim_leaves(s, slot),
                   .now = now};
}

/* Why the order may not take at all; OMS_CODE_NONE when it may. */
static oms_code_t hindrance(const oms_sim_t *s, const sim_symbol_t *sym, const sim_slot_t *slot,
                            const taker_t *t) {
  const oms_lob_t *book = sym->flow->book;
  bool at_once = slot->tif == OMS_TIF_IOC || slot->tif == OMS_TIF_FOK;
  oms_price_t price;
  oms_qty_t qty;
  bool any = oms_lob_best(book, !t->is_buy, &price, &qty);
  if (at_once && !any) {
    return OMS_CODE_NO_LIQUIDITY;
  }
  if (slot->tif == OMS_TIF_FOK && oms_lob_depth(book, !t->is_buy, t->limit, t->left) < t->left) {
    return OMS_CODE_FOK_KILLED;
  }
  bool post_only = (oms_engine_order(s->engine, slot->order)->flags & OMS_ORDER_POST_ONLY) != 0;
  return post_only && any && reaches(t, price) ? OMS_CODE_POST_ONLY_WOULD_TAKE : OMS_CODE_NONE;
}

/* opg: with the first look at a session that had not opened when the order arrived. */
static bool waits_for_auction(const sim_symbol_t *sym, const sim_slot_t *slot) {
  bool opens = sym->has_session && !sym->outside && slot->arrived <= sym->session_open;
  return slot->tif == OMS_TIF_CLS || (slot->tif == OMS_TIF_OPG && !opens);
}

/* The order, which is neither in the book nor waiting for a trigger, meets the other side; a limit
 * goes to rest with what it leaves, a market order waits with it. */
static void enter(oms_sim_t *s, sim_symbol_t *sym, sim_slot_t *slot, oms_time_t now) {
  if (sim_own_leaves(s, slot) == 0) {
    sim_slot_free(s, slot); /* ended by a report from elsewhere */
    return;
  }
  taker_t t = taker_of(s, slot, now);
  if (t.left == 0 || !sim_may_meet(sym, slot) || waits_for_auction(sym, slot)) {
    return;
  }
  oms_code_t code = hindrance(s, sym, slot, &t);
  if (code != OMS_CODE_NONE) {
    sim_end(s, slot, OMS_REPORT_CANCELED, code, NULL, now);
    return;
  }
  walk(s, sym, &t);
  if (!is_alive(&t)) {
    return;
  }
  if (!sim_rests(slot)) {
    sim_end_unfilled(s, slot, now);
  } else if (slot->shape == SIM_LIMIT) {
    rest(s, sym, slot);
  }
}

/* True when the order has its turn now. */
static bool has_turn(oms_sim_t *s, sim_symbol_t *sym, sim_slot_t *slot, oms_time_t now) {
  if (!sim_waits_for_trigger(slot)) {
    return slot->place == 0;
  }
  if (!slot->due || !sim_may_meet(sym, slot)) {
    return false;
  }
  slot->due = false;
  return sim_trigger(s, sym, slot, now);
}

/* Who has no place in the book has its turn, in order of arrival, until nobody is due any more. */
static void take_turns(oms_sim_t *s, sim_symbol_t *sym, oms_time_t now) {
  sim_flow_t *f = sym->flow;
  bool was_walking = s->walking;
  s->walking = true;
  f->busy = true;
  do {
    f->again = false;
    for (size_t i = 0; others_wait(sym) && i < sym->list.n; i++) {
      sim_slot_t *slot = sim_alive(s, *OMS_AT(&sym->list, sim_entry_t, i));
      if (slot != NULL && has_turn(s, sym, slot, now)) {
        enter(s, sym, slot, now);
        show_touch(s, sym);
      }
    }
  } while (f->again && !s->stopped);
  f->busy = false;
  s->walking = was_walking;
}

/* While trading is halted or the session is another one, orders that it does not concern stand
 * beside the book; afterwards they come back behind those that are there by then. */
static void follow_phase(oms_sim_t *s, sim_symbol_t *sym) {
  sim_flow_t *f = sym->flow;
  uint8_t phase = (uint8_t)(sym->halted | sym->outside << 1);
  if (phase == f->phase) {
    return;
  }
  f->phase = phase;
  for (size_t i = 0; f->placed != 0 && i < sym->list.n; i++) {
    sim_slot_t *slot = sim_alive(s, *OMS_AT(&sym->list, sim_entry_t, i));
    if (slot != NULL && slot->place != 0 && !sim_may_meet(sym, slot)) {
      sim_flow_leave(s, sym, slot);
    }
  }
}

void sim_flow_meet(oms_sim_t *s, sim_symbol_t *sym, sim_slot_t *slot, oms_time_t now) {
  if (sim_waits_for_trigger(slot)) {
    watch(s, sym, slot, SIM_AT_ARRIVAL);
  }
  if (sym->flow->busy) {
    sym->flow->again = true;
    return;
  }
  follow_phase(s, sym);
  take_turns(s, sym, now);
}

bool sim_flow_take(oms_sim_t *s, sim_symbol_t *sym, sim_slot_t *slot, oms_time_t now) {
  bool was_busy = sym->flow->busy;
  taker_t t = taker_of(s, slot, now);
  sym->flow->busy = true;
  walk(s, sym, &t);
  sym->flow->busy = was_busy;
  return is_alive(&t);
}

/* The flow. */

void oms_sim_on_match(oms_sim_t *s, oms_book_match_fn *fn, void *ctx) {
  s->on_match = fn;
  s->on_match_ctx = ctx;
}

static int add_row(oms_sim_t *s, sim_symbol_t *sym, uint32_t instrument, const oms_flow_t *f,
                   oms_time_t now) {
  taker_t t = {.id = f->id,
               .instrument = instrument,
               .is_buy = oms_side_is_buy(f->side),
               .limit = f->price,
               .left = f->qty,
               .now = now};
  if (f->qty <= 0 || f->price == OMS_NO_PRICE || f->id == 0) {
    return OMS_ERR_RANGE;
  }
  if (oms_lob_find(sym->flow->book, f->id) != OMS_LOB_NONE) {
    return OMS_ERR_EXISTS;
  }
  walk(s, sym, &t);
  oms_lob_new_t o = {f->id, 0, t.is_buy, f->price, t.left};
  uint32_t place;
  return t.left > 0 ? oms_lob_rest(sym->flow->book, &o, &place) : OMS_OK;
}

static int apply_row(oms_sim_t *s, sim_symbol_t *sym, uint32_t instrument, const oms_flow_t *f,
                     oms_time_t now) {
  switch (f->op) {
  case 'A':
    return add_row(s, sym, instrument, f, now);
  case 'C':
    (void)oms_lob_cancel(sym->flow->book, f->id);
    return OMS_OK;
  case 'R':
    (void)oms_lob_reduce(sym->flow->book, f->id, f->qty);
    return OMS_OK;
  default:
    return OMS_ERR_RANGE;
  }
}

/* What was due before the row: ends, and those whom a halt or the session kept away. */
static void before_row(oms_sim_t *s, sim_symbol_t *sym, uint32_t instrument, oms_time_t now) {
  if (now >= sym->next_end) {
    sim_expire_before(s, sym, now, now);
  }
  sim_tick_phase(s, sym, instrument, now);
  uint8_t before = sym->flow->phase;
  follow_phase(s, sym);
  if (sym->flow->phase != before) {
    take_turns(s, sym, now);
  }
}

int oms_sim_flow(oms_sim_t *s, uint32_t instrument, const oms_flow_t *f, oms_time_t now,
                 oms_quote_t *touch, bool *changed) {
  sim_symbol_t *sym = instrument < s->symbols.n ? sim_symbol(s, instrument) : NULL;
  if (sym == NULL || sym->flow == NULL) {
    return OMS_ERR_USAGE;
  }
  s->step++;
  if (sym->live != 0) {
    before_row(s, sym, instrument, now);
  }
  sym->flow->busy = true;
  int rc = apply_row(s, sym, instrument, f, now);
  sym->flow->busy = false;
  show_touch(s, sym);
  if (others_wait(sym)) {
    take_turns(s, sym, now);
  }
  sim_list_compact(s, sym);
  *touch = sym->market.quote;
  *changed = !oms_quote_same(touch, &sym->flow->told);
  sym->flow->told = *touch;
  return rc != OMS_OK ? rc : s->failure;
}
