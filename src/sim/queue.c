/* queue.c - limits at rest: who stands before them, and what fills them at their price. The market
 * goes through a price when the other side is quoted, or a trade happens, beyond it; it touches the
 * price when that happens at it. What fills is at most the size that came there. */
#include "sim/sim_int.h"

/* What is displayed on the order's own side at its price: nothing where the order improves it, not
 * known where the price lies deeper than the touch. */
static oms_qty_t displayed(const sim_symbol_t *sym, const sim_slot_t *slot) {
  const sim_market_t *m = &sym->market;
  if (!sym->terms.quotes) {
    return 0;
  }
  if (!m->quoted) {
    return SIM_AHEAD_UNKNOWN;
  }
  oms_price_t near = slot->is_buy ? m->quote.bid : m->quote.ask;
  if (near == OMS_NO_PRICE || (slot->is_buy ? near < slot->limit : near > slot->limit)) {
    return 0;
  }
  oms_qty_t size = slot->is_buy ? m->quote.bid_size : m->quote.ask_size;
  return near == slot->limit ? size : SIM_AHEAD_UNKNOWN;
}

void sim_rest(sim_symbol_t *sym, sim_slot_t *slot) {
  slot->taking = false;
  slot->ahead = displayed(sym, slot);
}

/* 'room' of the size 'left' reaches the order. */
static void fill(oms_sim_t *s, sim_symbol_t *sym, sim_slot_t *slot, oms_qty_t room, oms_qty_t *left,
                 oms_time_t now) {
  if (sim_own_leaves(s, slot) == 0) {
    sim_slot_free(s, slot); /* ended by a report from elsewhere */
    return;
  }
  oms_qty_t leaves = sim_leaves(s, slot);
  oms_qty_t qty = room < leaves ? room : leaves;
  if (qty > 0) {
    sim_point_t at = {.price = slot->limit, .adds = true, .ts = now, .left = left};
    (void)sim_fill_qty(s, sym, slot, &at, qty, slot->limit, now);
  }
}

static bool beyond(const sim_slot_t *slot, oms_price_t p) {
  return slot->is_buy ? p < slot->limit : p > slot->limit;
}

void sim_queue_quote(oms_sim_t *s, sim_symbol_t *sym, sim_slot_t *slot, oms_time_t now) {
  sim_market_t *m = &sym->market;
  if (!m->quoted) {
    return;
  }
  if (slot->ahead == SIM_AHEAD_UNKNOWN) {
    slot->ahead = displayed(sym, slot);
  }
  oms_price_t far = slot->is_buy ? m->quote.ask : m->quote.bid;
  if (far == OMS_NO_PRICE) {
    return;
  }
  bool through = beyond(slot, far);
  slot->ahead = through ? 0 : slot->ahead;
  bool touches = far == slot->limit && s->config.queue != OMS_QUEUE_THROUGH &&
                 (s->config.queue == OMS_QUEUE_FRONT || slot->ahead == 0);
  if (through || touches) {
    oms_qty_t *left = slot->is_buy ? &m->ask_left : &m->bid_left;
    fill(s, sym, slot, *left, left, now);
  }
}

/* A trade at the order's price takes away what stood before it; what is over reaches the order. A
 * trade of unknown size takes away nothing. */
static oms_qty_t pass_queue(const oms_sim_t *s, const sim_market_t *m, sim_slot_t *slot) {
  if (s->config.queue == OMS_QUEUE_FRONT) {
    return m->print_left;
  }
  oms_qty_t ahead = slot->ahead;
  if (s->config.queue == OMS_QUEUE_THROUGH || ahead == SIM_AHEAD_UNKNOWN) {
    return 0;
  }
  oms_qty_t size = m->print.size;
  slot->ahead -= ahead == INT64_MAX ? 0 : size < ahead ? size : ahead;
  return ahead == 0 ? m->print_left : size > 0 && m->print_left > ahead ? m->print_left - ahead : 0;
}

void sim_queue_trade(oms_sim_t *s, sim_symbol_t *sym, sim_slot_t *slot, oms_time_t now) {
  sim_market_t *m = &sym->market;
  oms_qty_t room = 0;
  if (beyond(slot, m->print.price)) {
    slot->ahead = 0;
    room = m->print_left;
  } else if (m->print.price == slot->limit) {
    room = pass_queue(s, m, slot);
  }
  if (room > 0) {
    fill(s, sym, slot, room, &m->print_left, now);
  }
}
