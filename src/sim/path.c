/* path.c - the inside of a bar along a path of four points: each order fills at the first point
 * that reaches it, ties by arrival. What comes in on the way (children, triggered limits) sees only
 * the rest of the path. */
#include "sim/sim_int.h"

/* Where the way from 'from' to 'to' first acts on the order. False when it does not. */
static bool first_reach(const sim_symbol_t *sym, const sim_slot_t *slot, oms_price_t from,
                        oms_price_t to, oms_price_t *at) {
  bool limit = slot->shape == SIM_LIMIT;
  if (!limit && sym->outside) {
    return false;
  }
  if (limit ? sim_passes_limit(slot, from) : sim_passes_trigger(slot, from)) {
    *at = from;
    return true;
  }
  *at = limit ? slot->limit : slot->stop;
  return limit ? sim_passes_limit(slot, to) : sim_passes_trigger(slot, to);
}

static bool takes_part(const oms_sim_t *s, const sim_symbol_t *sym, const sim_slot_t *slot) {
  return sim_may_match(sym, slot) && slot->done != s->step && sim_rests(slot) &&
         slot->shape != SIM_MARKET;
}

/* The order that the way reaches first; the list is in order of arrival. NULL when it reaches none.
 */
static sim_slot_t *next_on_way(oms_sim_t *s, sim_symbol_t *sym, oms_price_t from, oms_price_t to,
                               oms_price_t *at) {
  sim_slot_t *found = NULL;
  oms_price_t p;
  for (size_t i = 0; i < sym->list.n; i++) {
    sim_slot_t *slot = sim_alive(s, *OMS_AT(&sym->list, sim_entry_t, i));
    if (slot == NULL || !takes_part(s, sym, slot) || !first_reach(sym, slot, from, to, &p)) {
      continue;
    }
    if (found == NULL || (from <= to ? p < *at : p > *at)) {
      found = slot;
      *at = p;
    }
  }
  return found;
}

/* An order that the bar's budget does not fill whole has had its turn. */
static void act(oms_sim_t *s, sim_symbol_t *sym, sim_slot_t *slot, const sim_point_t *at,
                oms_time_t now) {
  if (sim_waits_for_trigger(slot) && !sim_trigger(s, sym, slot, now)) {
    return;
  }
  if (slot->shape == SIM_LIMIT && !sim_passes_limit(slot, at->price)) {
    return;
  }
  if (sim_fill(s, sym, slot, at, now)) {
    slot->done = s->step;
  }
}

void sim_match_path(oms_sim_t *s, sim_symbol_t *sym, oms_time_t now) {
  oms_price_t points[4];
  sim_path_points(s, sym->bar, points);
  for (uint8_t leg = 1; leg < 4; leg++) {
    oms_price_t from = points[leg - 1];
    sim_slot_t *slot;
    while ((slot = next_on_way(s, sym, from, points[leg], &from)) != NULL) {
      sim_point_t at = sim_bar_point(sym->bar, from, SIM_INSIDE, leg);
      act(s, sym, slot, &at, now);
    }
  }
}
