/* match.c - the phases of a step: the open over all symbols in order of arrival, the inside symbol
 * by symbol, the close. Here stands the inside without a path ("worst"); path.c has the others.
 * Every report may end, release or resize orders: after one only ranks are trusted. */
#include "base/check.h"
#include "sim/sim_int.h"

bool sim_trigger(oms_sim_t *s, sim_symbol_t *sym, sim_slot_t *slot, oms_time_t now) {
  const oms_order_t *o = oms_engine_order(s->engine, slot->order);
  bool to_limit = slot->shape == SIM_STOP_LIMIT || slot->shape == SIM_TOUCH_LIMIT;
  if (slot->trails) {
    sym->trails--;
    slot->trails = false;
    oms_price_t offset = o->more->limit_offset;
    if (to_limit && (slot->is_buy ? oms_add(slot->stop, offset, &slot->limit)
                                  : oms_sub(slot->stop, offset, &slot->limit)) != OMS_OK) {
      slot->limit = slot->stop;
    }
  }
  slot->shape = to_limit ? SIM_LIMIT : SIM_MARKET;
  slot->triggered = s->step;
  uint64_t rank = slot->rank;
  sim_report(s, slot->order, OMS_REPORT_TRIGGERED, OMS_CODE_NONE, NULL, now);
  return slot->rank == rank;
}

void sim_end_unfilled(oms_sim_t *s, sim_slot_t *slot, oms_time_t now) {
  switch ((oms_tif_t)slot->tif) {
  case OMS_TIF_IOC:
    sim_end(s, slot, OMS_REPORT_CANCELED, OMS_CODE_IOC_REMAINDER, NULL, now);
    return;
  case OMS_TIF_FOK:
    sim_end(s, slot, OMS_REPORT_CANCELED, OMS_CODE_FOK_KILLED, NULL, now);
    return;
  case OMS_TIF_OPG:
  case OMS_TIF_CLS:
    sim_end(s, slot, OMS_REPORT_EXPIRED, OMS_CODE_NONE, NULL, now);
    return;
  case OMS_TIF_DAY:
  case OMS_TIF_GTC:
  case OMS_TIF_GTD:
  case OMS_TIF_COUNT:
    break;
  }
}

/* Bars outside the regular session trigger nothing. */
static bool triggers_at(const sim_symbol_t *sym, const sim_slot_t *slot, oms_price_t p) {
  return !sym->outside && sim_passes_trigger(slot, p);
}

void sim_try_at(oms_sim_t *s, sim_symbol_t *sym, sim_slot_t *slot, const sim_point_t *at,
                oms_time_t now) {
  bool alive = true;
  if (sim_waits_for_trigger(slot) && triggers_at(sym, slot, at->price)) {
    alive = sim_trigger(s, sym, slot, now);
  }
  if (alive && (slot->shape == SIM_MARKET ||
                (slot->shape == SIM_LIMIT && sim_passes_limit(slot, at->price)))) {
    alive = sim_fill(s, sym, slot, at, now);
  }
  if (alive) {
    sim_end_unfilled(s, slot, now);
  }
}

/* Where the bar comes nearest to triggering, and to filling a limit. */
static oms_price_t trigger_extreme(const sim_slot_t *slot, const oms_bar_t *bar) {
  return sim_triggers_upward(slot) ? bar->high : bar->low;
}
static oms_price_t limit_extreme(const sim_slot_t *slot, const oms_bar_t *bar) {
  return slot->is_buy ? bar->low : bar->high;
}

/* A stop limit that this bar has triggered was reached, whether it filled or not. */
static bool reaches(const oms_sim_t *s, const sim_symbol_t *sym, const sim_slot_t *stop) {
  const oms_bar_t *bar = sym->bar;
  if (!sim_may_match(sym, stop)) {
    return false;
  }
  if (stop->triggered == s->step) {
    return true;
  }
  if (!sim_waits_for_trigger(stop)) {
    return stop->shape == SIM_MARKET || sim_passes_limit(stop, limit_extreme(stop, bar));
  }
  return triggers_at(sym, stop, trigger_extreme(stop, bar));
}

/* Of a group's limit: the working stop of its group that the bar can reach. NULL: there is none. */
static sim_slot_t *reachable_stop(const oms_sim_t *s, const sim_symbol_t *sym,
                                  const sim_slot_t *limit) {
  if (limit->group == OMS_NONE || limit->role != OMS_ROLE_TAKE_PROFIT) {
    return NULL;
  }
  uint32_t member = oms_engine_group(s->engine, limit->group)->first;
  while (member != OMS_NONE) {
    const oms_order_t *o = oms_engine_order(s->engine, member);
    if (o->role == OMS_ROLE_STOP_LOSS) {
      sim_slot_t *stop = sim_slot_of(s, member);
      if (stop != NULL && stop->rank != 0 && reaches(s, sym, stop)) {
        return stop;
      }
    }
    member = o->more->next_in_group;
  }
  return NULL;
}

/* A cheap look before the orders of all symbols are sorted: most resting orders are not concerned.
 */
static bool concerns_open(const sim_symbol_t *sym, const sim_slot_t *slot) {
  if (!sim_may_match(sym, slot) || slot->tif == OMS_TIF_CLS) {
    return false;
  }
  if (slot->tif == OMS_TIF_OPG) {
    return sim_opg_due(sym, slot);
  }
  if (!sim_rests(slot) || slot->shape == SIM_MARKET) {
    return true;
  }
  return slot->shape == SIM_LIMIT ? sim_passes_limit(slot, sym->bar->open)
                                  : triggers_at(sym, slot, sym->bar->open);
}

static int gather_open(oms_sim_t *s, const uint32_t *instruments, size_t n) {
  size_t room = 0;
  for (size_t i = 0; i < n; i++) {
    room += instruments[i] < s->symbols.n ? sim_symbol(s, instruments[i])->live : 0;
  }
  s->open.n = 0;
  int rc = oms_array_reserve(&s->open, room);
  for (size_t i = 0; rc == OMS_OK && i < n; i++) {
    if (instruments[i] >= s->symbols.n) {
      continue;
    }
    const sim_symbol_t *sym = sim_symbol(s, instruments[i]);
    for (size_t k = 0; sym->live != 0 && sym->bar != NULL && k < sym->list.n; k++) {
      sim_entry_t e = *OMS_AT(&sym->list, sim_entry_t, k);
      const sim_slot_t *slot = sim_alive(s, e);
      if (slot != NULL && concerns_open(sym, slot)) {
        *OMS_AT(&s->open, sim_entry_t, s->open.n) = e;
        s->open.n++;
      }
    }
  }
  return rc;
}

/* Children of fills at the open are appended while this runs. */
static void match_open(oms_sim_t *s, oms_time_t now) {
  sim_entries_sort(s->open.data, s->open.n);
  for (size_t i = 0; i < s->open.n; i++) {
    sim_slot_t *slot = sim_alive(s, *OMS_AT(&s->open, sim_entry_t, i));
    if (slot == NULL) {
      continue;
    }
    sim_symbol_t *sym = sim_symbol(s, slot->instrument);
    if (!concerns_open(sym, slot) ||
        (!sim_has_path(s) && slot->shape == SIM_LIMIT && reachable_stop(s, sym, slot) != NULL)) {
      continue;
    }
    sim_point_t at = sim_bar_point(sym->bar, sym->bar->open, SIM_OPEN, 0);
    sim_try_at(s, sym, slot, &at, now);
  }
}

static void fill_inside(oms_sim_t *s, sim_symbol_t *sym, sim_slot_t *slot, oms_price_t price,
                        oms_time_t now) {
  sim_point_t at = sim_bar_point(sym->bar, price, SIM_INSIDE, 0);
  (void)sim_fill(s, sym, slot, &at, now);
}

/* A stop of a parent that filled inside starts from the parent's price, all others from the open.
 */
static oms_price_t start_price(const oms_sim_t *s, const sim_symbol_t *sym,
                               const sim_slot_t *slot) {
  return slot->entered == s->step && slot->entry_part == SIM_ENTRY_STOPS ? slot->entry_price
                                                                         : sym->bar->open;
}

/* A stop limit whose limit lies beyond its stop needs the price to come back: only the close proves
 * that it did. The limit of an if-touched order lies on the way. */
static void trigger_inside(oms_sim_t *s, sim_symbol_t *sym, sim_slot_t *slot, oms_time_t now) {
  const oms_bar_t *bar = sym->bar;
  oms_price_t p = start_price(s, sym, slot);
  if (!triggers_at(sym, slot, p)) {
    p = slot->stop;
    if (!triggers_at(sym, slot, trigger_extreme(slot, bar))) {
      return;
    }
  }
  bool returns = slot->shape == SIM_STOP_LIMIT;
  if (!sim_trigger(s, sym, slot, now)) {
    return;
  }
  if (slot->shape == SIM_MARKET || sim_passes_limit(slot, p)) {
    fill_inside(s, sym, slot, p, now);
  } else if (sim_passes_limit(slot, returns ? bar->close : limit_extreme(slot, bar))) {
    fill_inside(s, sym, slot, slot->limit, now);
  }
}

static bool only_stops(const oms_sim_t *s, const sim_slot_t *slot) {
  return slot->entered == s->step && slot->entry_part == SIM_ENTRY_STOPS &&
         slot->shape != SIM_STOP && slot->shape != SIM_STOP_LIMIT;
}

static void match_inside(oms_sim_t *s, sim_symbol_t *sym, sim_slot_t *slot, oms_time_t now) {
  if (!sim_may_match(sym, slot) || slot->done == s->step || !sim_rests(slot) ||
      slot->shape == SIM_MARKET || only_stops(s, slot)) {
    return;
  }
  slot->done = s->step;
  if (slot->shape != SIM_LIMIT) {
    trigger_inside(s, sym, slot, now);
    return;
  }
  if (!sim_passes_limit(slot, limit_extreme(slot, sym->bar))) {
    return;
  }
  sim_slot_t *stop = reachable_stop(s, sym, slot);
  if (stop != NULL) {
    match_inside(s, sym, stop, now);
    return;
  }
  /* A limit that the open satisfied and that is still here stood back for a stop, or the budget is
   * spent. */
  if (!sim_passes_limit(slot, sym->bar->open)) {
    fill_inside(s, sym, slot, slot->limit, now);
  }
}

static void match_worst(oms_sim_t *s, sim_symbol_t *sym, oms_time_t now) {
  for (size_t i = 0; i < sym->list.n; i++) {
    sim_slot_t *slot = sim_alive(s, *OMS_AT(&sym->list, sim_entry_t, i));
    if (slot != NULL) {
      match_inside(s, sym, slot, now);
    }
  }
}

static void match_close(oms_sim_t *s, sim_symbol_t *sym, oms_time_t now) {
  if (!sim_cls_due(sym)) {
    return;
  }
  sim_point_t at = sim_bar_point(sym->bar, sym->bar->close, SIM_CLOSE, 3);
  for (size_t i = 0; i < sym->list.n; i++) {
    sim_slot_t *slot = sim_alive(s, *OMS_AT(&sym->list, sim_entry_t, i));
    if (slot != NULL && slot->tif == OMS_TIF_CLS && sim_may_match(sym, slot)) {
      sim_try_at(s, sym, slot, &at, now);
    }
  }
}

static bool in_hand(const oms_sim_t *s, uint32_t instrument) {
  return instrument < s->symbols.n && sim_symbol(s, instrument)->live != 0 &&
         sim_symbol(s, instrument)->bar != NULL && !sim_symbol(s, instrument)->halted;
}

int sim_match(oms_sim_t *s, const uint32_t *instruments, size_t n, oms_time_t now) {
  int rc = gather_open(s, instruments, n);
  if (rc != OMS_OK) {
    return rc;
  }
  s->walking = true;
  match_open(s, now);
  for (size_t i = 0; i < n; i++) {
    if (!in_hand(s, instruments[i])) {
      continue;
    }
    sim_symbol_t *sym = sim_symbol(s, instruments[i]);
    if (sim_has_path(s)) {
      sim_match_path(s, sym, now);
    } else {
      match_worst(s, sym, now);
    }
  }
  for (size_t i = 0; i < n; i++) {
    if (in_hand(s, instruments[i])) {
      match_close(s, sim_symbol(s, instruments[i]), now);
    }
  }
  s->walking = false;
  return OMS_OK;
}
