/* action.c - what a corporate action does at the venue. The core has changed the orders already
 * (core/engine_terms.c): the venue takes their terms anew, and changes what only it knows: how far
 * a trailing stop has trailed, the bar, quote and print seen last, the queue before a limit. The
 * sums on which commission is charged stay: they are of what has been paid for. */
#include "base/check.h"
#include "sim/sim_int.h"

typedef struct action {
  const oms_corporate_t *a;
  oms_split_t split;
  bool is_split;
  int64_t unit; /* the tick, or 1e-9 */
} action_t;

/* A price that does not fit stays: the core has refused an action that prices do not bear. */
static void split_price(const action_t *x, oms_price_t *price, oms_rounding_t rounding,
                        int64_t unit) {
  oms_price_t now;
  if (*price != OMS_NO_PRICE &&
      oms_split_price(&x->split, *price, rounding, unit, &now) == OMS_OK) {
    *price = now;
  }
}

static void change_size(const action_t *x, oms_qty_t *size) {
  oms_qty_t now;
  if (*size != INT64_MAX && oms_split_qty(&x->split, *size, &now) == OMS_OK) {
    *size = now;
  }
}

static void drop_price(const action_t *x, oms_price_t *price) {
  if (*price != OMS_NO_PRICE) {
    oms_int128_t units = oms_div_floor((oms_int128_t)*price - x->a->cash, x->unit);
    (void)oms_narrow(units * x->unit, price);
  }
}

static bool trails_by_type(const oms_order_t *o) {
  return o->type == OMS_TYPE_TRAILING_STOP || o->type == OMS_TYPE_TRAILING_STOP_LIMIT;
}

/* Prices that the venue has found itself: rounded as those of orders are. */
static void change_own_prices(const action_t *x, const oms_order_t *o, sim_slot_t *slot) {
  if (x->is_split) {
    split_price(x, &slot->stop, slot->is_buy ? OMS_ROUND_UP : OMS_ROUND_DOWN, x->unit);
    split_price(x, &slot->limit, slot->is_buy ? OMS_ROUND_DOWN : OMS_ROUND_UP, x->unit);
    return;
  }
  bool lasts = o->time_in_force == OMS_TIF_GTC || o->time_in_force == OMS_TIF_GTD;
  if (lasts && (o->flags & OMS_ORDER_DO_NOT_REDUCE) == 0) {
    drop_price(x, slot->is_buy ? &slot->limit : &slot->stop);
  }
}

static void change_slot(oms_sim_t *s, const action_t *x, sim_slot_t *slot, oms_time_t now) {
  const oms_order_t *o = oms_engine_order(s->engine, slot->order);
  if (oms_status_is_final(o->status)) {
    sim_slot_free(s, slot);
    return;
  }
  if (slot->rank == 0) {
    return; /* on its way: its terms are read when it arrives */
  }
  if (x->is_split) {
    split_price(x, &slot->entry_price, OMS_ROUND_NEAR, 1);
    if (slot->ahead != SIM_AHEAD_UNKNOWN) {
      change_size(x, &slot->ahead);
    }
  }
  if (!trails_by_type(o)) {
    slot->limit = o->limit_price;
    slot->stop = o->more->stop_price;
    return;
  }
  oms_price_t was = slot->trails ? slot->stop : slot->limit;
  change_own_prices(x, o, slot);
  if (slot->trails) {
    sim_tell_stop(s, slot);
  }
  oms_price_t is = slot->trails ? slot->stop : slot->limit;
  if (was != OMS_NO_PRICE && was > 0 && is <= 0) {
    sim_end(s, slot, OMS_REPORT_CANCELED, OMS_CODE_CORPORATE_ACTION,
            oms_code_text(OMS_CODE_CORPORATE_ACTION), now);
  }
}

static bool holds(const oms_sim_t *s, uint32_t index, uint32_t instrument) {
  const sim_slot_t *slot = sim_slot(s, index);
  return slot->order < s->place.n && *OMS_AT(&s->place, uint32_t, slot->order) == index + 1 &&
         slot->instrument == instrument;
}

static void change_last_bar(const action_t *x, sim_symbol_t *sym) {
  oms_bar_t *b = &sym->last;
  oms_price_t *prices[] = {&b->open, &b->high, &b->low, &b->close};
  for (size_t i = 0; i < 4 && sym->has_last && x->is_split; i++) {
    split_price(x, prices[i], OMS_ROUND_NEAR, 1);
  }
}

/* The quote and print that stand; the next ones come in new terms. */
static void change_market(const action_t *x, sim_market_t *m) {
  oms_price_t *prices[] = {&m->quote.bid, &m->quote.ask, &m->print.price};
  oms_qty_t *sizes[] = {&m->quote.bid_size, &m->quote.ask_size, &m->print.size,
                        &m->bid_left,       &m->ask_left,       &m->print_left};
  for (size_t i = 0; i < OMS_COUNT(prices) && x->is_split; i++) {
    split_price(x, prices[i], OMS_ROUND_NEAR, 1);
  }
  for (size_t i = 0; i < OMS_COUNT(sizes) && x->is_split; i++) {
    change_size(x, sizes[i]);
  }
}

void oms_sim_action(oms_sim_t *s, uint32_t instrument, const oms_corporate_t *a, oms_time_t now) {
  if (instrument >= s->symbols.n) {
    return;
  }
  const oms_instrument_t *i = oms_engine_instrument(s->engine, instrument);
  action_t x = {
      .a = a,
      .split = {1, 1},
      .is_split = a->kind != OMS_CORPORATE_DIVIDEND,
      .unit = i->tick > 0 ? i->tick : 1
  };
  if (x.is_split) {
    x.split = oms_split_of(a->ratio);
  }
  sim_symbol_t *sym = sim_symbol(s, instrument);
  change_last_bar(&x, sym);
  change_market(&x, &sym->market);
  for (uint32_t k = 0; k < s->slots.n; k++) {
    if (holds(s, k, instrument)) {
      change_slot(s, &x, sim_slot(s, k), now);
    }
  }
}
