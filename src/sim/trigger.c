/* trigger.c - what triggers stops and if-touched orders on ticks, and what trailing stops follow.
 * The last trade where the symbol has trades, else the side that the order would take; orders may
 * name another price. Nothing triggers or moves outside the regular session. */
#include "sim/sim_int.h"

static bool side_price(sim_at_t at, const sim_symbol_t *sym, const sim_slot_t *slot,
                       oms_price_t *p) {
  const sim_market_t *m = &sym->market;
  if (!sym->terms.quotes) {
    *p = m->print.price;
    return m->printed;
  }
  *p = slot->is_buy ? m->quote.ask : m->quote.bid;
  return at != SIM_AT_TRADE && m->quoted && *p != OMS_NO_PRICE;
}

static bool mid_price(sim_at_t at, const sim_symbol_t *sym, oms_price_t *p) {
  const sim_market_t *m = &sym->market;
  if (!sym->terms.quotes) {
    *p = m->print.price;
    return m->printed;
  }
  if (at == SIM_AT_TRADE || !m->quoted || m->quote.bid == OMS_NO_PRICE ||
      m->quote.ask == OMS_NO_PRICE) {
    return false;
  }
  *p = (oms_price_t)(((oms_int128_t)m->quote.bid + m->quote.ask) / 2);
  return true;
}

/* A trade before the session's open is no news to an order that arrives in it. */
static bool last_trade(sim_at_t at, const sim_symbol_t *sym, oms_price_t *p) {
  const sim_market_t *m = &sym->market;
  *p = m->print.price;
  return m->printed &&
         (at == SIM_AT_TRADE ||
          (at == SIM_AT_ARRIVAL && (!sym->has_session || m->print_ts >= sym->session_open)));
}

/* Last trade, else mid. */
static bool mark(sim_at_t at, const sim_symbol_t *sym, oms_price_t *p) {
  return sym->market.printed ? last_trade(at, sym, p) : mid_price(at, sym, p);
}

/* Without trades the last price is that of bars, set in the engine; without it the mark. */
static bool last_price(const oms_sim_t *s, sim_at_t at, const sim_symbol_t *sym,
                       const sim_slot_t *slot, oms_price_t *p) {
  if (sym->terms.trades) {
    return last_trade(at, sym, p);
  }
  *p = oms_engine_instrument(s->engine, slot->instrument)->last;
  return *p != OMS_NO_PRICE || mid_price(at, sym, p);
}

static bool watched_price(const oms_sim_t *s, sim_at_t at, const sim_symbol_t *sym,
                          const sim_slot_t *slot, oms_price_t *p) {
  switch ((oms_trigger_by_t)slot->trigger_by) {
  case OMS_TRIGGER_BY_LAST:
  case OMS_TRIGGER_BY_DOUBLE_LAST:
    return last_price(s, at, sym, slot, p);
  case OMS_TRIGGER_BY_BID_ASK:
  case OMS_TRIGGER_BY_DOUBLE_BID_ASK:
    return side_price(at, sym, slot, p);
  case OMS_TRIGGER_BY_MID:
    return mid_price(at, sym, p);
  case OMS_TRIGGER_BY_MARK:
    return mark(at, sym, p);
  case OMS_TRIGGER_BY_DEFAULT:
  case OMS_TRIGGER_BY_COUNT:
    break;
  }
  return sym->terms.trades ? last_trade(at, sym, p) : side_price(at, sym, slot, p);
}

static bool is_double(const sim_slot_t *slot) {
  return slot->trigger_by == OMS_TRIGGER_BY_DOUBLE_LAST ||
         slot->trigger_by == OMS_TRIGGER_BY_DOUBLE_BID_ASK;
}

bool sim_tick_triggers(const oms_sim_t *s, const sim_symbol_t *sym, sim_slot_t *slot, sim_at_t at) {
  oms_price_t p;
  if (sym->outside || !watched_price(s, at, sym, slot, &p)) {
    return false;
  }
  if (!sim_passes_trigger(slot, p)) {
    slot->hits = 0;
    return false;
  }
  if (!is_double(slot)) {
    return true;
  }
  slot->hits = (uint8_t)(slot->hits + (at != SIM_AT_ARRIVAL));
  return slot->hits >= 2;
}

void sim_tick_follow(const oms_sim_t *s, const sim_symbol_t *sym, sim_slot_t *slot, sim_at_t at) {
  oms_price_t p;
  if (at != SIM_AT_ARRIVAL && !sym->outside && mark(at, sym, &p)) {
    sim_trail_follow(s, slot, p);
  }
}
