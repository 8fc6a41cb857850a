/* trail.c - the stops of trailing orders, and the path of a bar. A stop only ever comes nearer to
 * the market. It is rounded away from the market, first to 1e-9, then to the tick. */
#include "sim/sim_int.h"

/* Per hundred, at the scale of percentages. */
#define HUNDRED (100 * (oms_int128_t)OMS_PRICE_SCALE)

/* The stop that belongs to the price 'p'; OMS_NO_PRICE where it is out of range. */
static oms_price_t stop_for(const oms_sim_t *s, const sim_slot_t *slot, oms_price_t p) {
  const oms_order_t *o = oms_engine_order(s->engine, slot->order);
  oms_price_t tick = oms_engine_instrument(s->engine, slot->instrument)->tick;
  oms_int128_t away = o->more->trail_price != OMS_NO_PRICE
                          ? (oms_int128_t)o->more->trail_price * HUNDRED
                          : (oms_int128_t)p * o->more->trail_percent;
  oms_int128_t unit = tick > 0 ? HUNDRED * tick : HUNDRED;
  oms_int128_t exact = (oms_int128_t)p * HUNDRED + (slot->is_buy ? away : -away);
  oms_int128_t units = slot->is_buy ? oms_div_ceil(exact, unit) : oms_div_floor(exact, unit);
  oms_price_t stop;
  return oms_narrow(tick > 0 ? units * tick : units, &stop) == OMS_OK ? stop : OMS_NO_PRICE;
}

static void set_stop(const oms_sim_t *s, sim_slot_t *slot, oms_price_t stop) {
  bool moved = slot->stop != stop;
  slot->stop = stop;
  if (moved) {
    sim_tell_stop(s, slot);
  }
}

void sim_trail_start(const oms_sim_t *s, sim_slot_t *slot, oms_price_t from) {
  slot->stop = OMS_NO_PRICE; /* also one that starts where it stood is told */
  set_stop(s, slot, from == OMS_NO_PRICE ? OMS_NO_PRICE : stop_for(s, slot, from));
}

static oms_price_t better(const sim_slot_t *slot, oms_price_t a, oms_price_t b) {
  return slot->is_buy == (a < b) ? a : b;
}

void sim_trail_follow(const oms_sim_t *s, sim_slot_t *slot, oms_price_t price) {
  oms_price_t stop = stop_for(s, slot, price);
  if (stop != OMS_NO_PRICE) {
    set_stop(s, slot, slot->stop == OMS_NO_PRICE ? stop : better(slot, slot->stop, stop));
  }
}

/* The extreme that a child has seen of the bar in which its parent filled: nothing before the fill
 * counts. */
static oms_price_t extreme_after_entry(const oms_sim_t *s, const sim_slot_t *slot,
                                       const oms_bar_t *bar) {
  oms_price_t p = better(slot, slot->entry_price, bar->close);
  if (slot->entry_part == SIM_ENTRY_AFTER) {
    oms_price_t points[4];
    sim_path_points(s, bar, points);
    for (size_t i = slot->entry_leg; i < 4; i++) {
      p = better(slot, p, points[i]);
    }
  }
  return p;
}

static oms_price_t followed(const oms_sim_t *s, const sim_slot_t *slot, const oms_bar_t *bar) {
  if (s->config.trail_on == OMS_TRAIL_CLOSE) {
    return bar->close;
  }
  if (slot->entered == s->step && slot->entry_part != SIM_ENTRY_WHOLE) {
    return extreme_after_entry(s, slot, bar);
  }
  return slot->is_buy ? bar->low : bar->high;
}

void sim_trail_move(const oms_sim_t *s, sim_symbol_t *sym) {
  if (sym->halted || sym->outside) {
    return;
  }
  for (size_t i = 0; i < sym->list.n; i++) {
    sim_slot_t *slot = sim_alive(s, *OMS_AT(&sym->list, sim_entry_t, i));
    if (slot == NULL || !slot->trails ||
        (slot->arrived > sym->bar->start && slot->entered != s->step)) {
      continue;
    }
    sim_trail_follow(s, slot, followed(s, slot, sym->bar));
  }
}

/* Adaptive: the nearer of high and low comes first, the low where both are as near. */
static bool low_first(const oms_sim_t *s, const oms_bar_t *bar) {
  switch (s->config.bar_path) {
  case OMS_BAR_PATH_OHLC:
    return false;
  case OMS_BAR_PATH_ADAPTIVE:
    return bar->open - bar->low <= bar->high - bar->open;
  case OMS_BAR_PATH_OLHC:
  case OMS_BAR_PATH_WORST:
    break;
  }
  return true;
}

void sim_path_points(const oms_sim_t *s, const oms_bar_t *bar, oms_price_t out[4]) {
  bool low = low_first(s, bar);
  out[0] = bar->open;
  out[1] = low ? bar->low : bar->high;
  out[2] = low ? bar->high : bar->low;
  out[3] = bar->close;
}
