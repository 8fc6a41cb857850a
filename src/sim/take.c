/* take.c - orders that take: the touch up to its size, then what lies beyond it. Leaves out when an
 * order comes to take (tick.c). What is taken of a size is gone until that side changes. */
#include "sim/sim_int.h"

bool sim_touch(sim_symbol_t *sym, bool is_buy, sim_touch_t *out) {
  sim_market_t *m = &sym->market;
  if (!sym->terms.quotes) {
    *out = (sim_touch_t){m->print.price, &m->print_left};
    return m->printed;
  }
  *out = is_buy ? (sim_touch_t){m->quote.ask, &m->ask_left}
                : (sim_touch_t){m->quote.bid, &m->bid_left};
  return m->quoted && out->price != OMS_NO_PRICE;
}

/* Price of what lies beyond the touch: twice the slippage; for what never slips, and without
 * slippage, one tick. */
static oms_price_t beyond(const oms_sim_t *s, const sim_slot_t *slot, oms_price_t touch) {
  const oms_sim_config_t *c = &s->config;
  if (slot->slips && (c->slippage_ticks != 0 || c->slippage_percent != 0)) {
    return sim_worsened(s, slot, touch, 2);
  }
  oms_price_t tick = oms_engine_instrument(s->engine, slot->instrument)->tick;
  oms_price_t p;
  int rc = slot->is_buy ? oms_add(touch, tick, &p) : oms_sub(touch, tick, &p);
  return rc == OMS_OK ? p : touch;
}

static bool allows(const sim_slot_t *slot, oms_price_t p) {
  return slot->shape != SIM_LIMIT || sim_passes_limit(slot, p);
}

/* True when the slot is still alive. */
static bool fill(oms_sim_t *s, sim_symbol_t *sym, sim_slot_t *slot, oms_price_t price,
                 oms_qty_t *left, oms_time_t ts, oms_time_t now) {
  oms_qty_t leaves = sim_leaves(s, slot);
  if (leaves == 0) {
    return true;
  }
  sim_point_t at = {.price = price, .ts = ts, .left = left};
  oms_qty_t qty = left != NULL && *left < leaves ? *left : leaves;
  return sim_fill_qty(s, sym, slot, &at, qty, price, now);
}

bool sim_take_touch(oms_sim_t *s, sim_symbol_t *sym, sim_slot_t *slot, const sim_touch_t *touch,
                    oms_time_t ts, oms_time_t now) {
  if (sim_own_leaves(s, slot) == 0) {
    sim_slot_free(s, slot); /* ended by a report from elsewhere */
    return false;
  }
  if (!allows(slot, touch->price)) {
    return true;
  }
  oms_price_t next = beyond(s, slot, touch->price);
  bool goes_on = !s->config.partial && allows(slot, next);
  if (slot->tif == OMS_TIF_FOK && !goes_on && *touch->left < sim_leaves(s, slot)) {
    return true;
  }
  oms_price_t first = sim_worsened(s, slot, touch->price, 1);
  if (*touch->left > 0 && !fill(s, sym, slot, first, touch->left, ts, now)) {
    return false;
  }
  return !goes_on || fill(s, sym, slot, next, NULL, ts, now);
}

static void take_nothing(oms_sim_t *s, sim_symbol_t *sym, sim_slot_t *slot, bool at_once,
                         oms_time_t now) {
  if (at_once) {
    sim_end(s, slot, OMS_REPORT_CANCELED, OMS_CODE_NO_LIQUIDITY, NULL, now);
  } else if (slot->shape == SIM_LIMIT && (sym->market.quoted || !sym->terms.quotes)) {
    sim_rest(sym, slot);
  }
}

void sim_take(oms_sim_t *s, sim_symbol_t *sym, sim_slot_t *slot, oms_time_t now) {
  bool at_once = slot->tif == OMS_TIF_IOC || slot->tif == OMS_TIF_FOK;
  sim_touch_t touch;
  if (!sim_touch(sym, slot->is_buy, &touch)) {
    take_nothing(s, sym, slot, at_once, now);
    return;
  }
  if (!sim_take_touch(s, sym, slot, &touch, now, now)) {
    return;
  }
  if (at_once) {
    sim_end_unfilled(s, slot, now);
  } else if (slot->shape == SIM_LIMIT &&
             (!s->config.partial || !sim_passes_limit(slot, touch.price))) {
    sim_rest(sym, slot);
  }
}
