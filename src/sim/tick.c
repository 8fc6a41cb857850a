/* tick.c - orders on symbols of ticks: how they arrive, and which part of the market concerns each.
 * What happens then is in take.c (what the other side shows), queue.c (limits at rest) and
 * trigger.c (stops). Every report may end, release or resize orders: after one only ranks are
 * trusted. */
#include "sim/flow.h"

/* The day. */

void sim_tick_phase(oms_sim_t *s, sim_symbol_t *sym, uint32_t instrument, oms_time_t now) {
  sym->halted = sym->halts.n != 0 && sim_halted_at(sym, now);
  if (now < sym->market.phase_until) {
    return;
  }
  if (oms_engine_instrument(s->engine, instrument)->calendar != OMS_CALENDAR_US_EQUITY) {
    sym->market.phase_until = INT64_MAX;
    return;
  }
  oms_session_times_t t;
  int64_t date = oms_calendar_date(&s->us_equity, now);
  sym->has_session = oms_calendar_session_of_day(&s->us_equity, date, &t);
  sym->outside = !sym->has_session || now < t.open || now >= t.close;
  sym->market.phase_until = now + 1;
  if (sym->has_session) {
    sym->session_open = t.open;
    sym->session_close = t.close;
    sym->market.phase_until = now < t.open ? t.open : now < t.close ? t.close : now + 1;
  }
}

bool sim_would_take(sim_symbol_t *sym, const sim_slot_t *slot) {
  sim_touch_t touch;
  return slot->shape == SIM_LIMIT && sim_may_meet(sym, slot) &&
         sim_touch(sym, slot->is_buy, &touch) && sim_passes_limit(slot, touch.price);
}

/* Auctions. */

/* opg: at the first tick of a session that had not opened when the order arrived. A tick that gives
 * no price is none. */
static void meet_open(oms_sim_t *s, sim_symbol_t *sym, sim_slot_t *slot, sim_at_t at,
                      oms_time_t now) {
  if (sym->outside || !sym->has_session || slot->arrived > sym->session_open) {
    return;
  }
  sim_touch_t touch = {sym->market.print.price, &sym->market.print_left};
  if (at == SIM_AT_ARRIVAL || (at == SIM_AT_QUOTE && !sim_touch(sym, slot->is_buy, &touch))) {
    return;
  }
  if (sim_take_touch(s, sym, slot, &touch, now, now)) {
    sim_end_unfilled(s, slot, now);
  }
}

/* The session's last trade, without trades what its last quote shows. */
static bool closing_touch(sim_symbol_t *sym, bool is_buy, const oms_session_times_t *t,
                          oms_qty_t *unlimited, sim_touch_t *out) {
  const sim_market_t *m = &sym->market;
  if (m->printed && m->print_ts >= t->open && m->print_ts < t->close) {
    *out = (sim_touch_t){m->print.price, unlimited};
    return true;
  }
  return m->quoted && m->quote_ts >= t->open && m->quote_ts < t->close &&
         sim_touch(sym, is_buy, out);
}

void sim_tick_close(oms_sim_t *s, sim_symbol_t *sym, sim_slot_t *slot, oms_time_t end,
                    oms_time_t now) {
  oms_session_times_t t;
  oms_qty_t unlimited = INT64_MAX;
  sim_touch_t touch;
  int64_t date = oms_calendar_date(&s->us_equity, end - 1);
  bool meets = slot->tif == OMS_TIF_CLS && slot->arrived < end && !sim_halted_at(sym, end - 1) &&
               oms_calendar_session_of_day(&s->us_equity, date, &t) && t.close == end &&
               (sym->flow != NULL || closing_touch(sym, slot->is_buy, &t, &unlimited, &touch));
  bool is_left = !meets || (sym->flow != NULL ? sim_flow_take(s, sym, slot, now)
                                              : sim_take_touch(s, sym, slot, &touch, end, now));
  if (is_left) {
    sim_end(s, slot, OMS_REPORT_EXPIRED, OMS_CODE_NONE, NULL, now);
  }
}

/* What an order meets. */

/* Triggered: a market order, or a limit that meets the market as it stands. A post_only one that
 * would take ends. True when it is still alive. */
static bool trigger(oms_sim_t *s, sim_symbol_t *sym, sim_slot_t *slot, oms_time_t now) {
  if (!sim_trigger(s, sym, slot, now)) {
    return false;
  }
  bool post_only = (oms_engine_order(s->engine, slot->order)->flags & OMS_ORDER_POST_ONLY) != 0;
  if (post_only && sim_would_take(sym, slot)) {
    sim_end(s, slot, OMS_REPORT_CANCELED, OMS_CODE_POST_ONLY_WOULD_TAKE, NULL, now);
    return false;
  }
  slot->taking = !post_only;
  return true;
}

static void meet_trigger(oms_sim_t *s, sim_symbol_t *sym, sim_slot_t *slot, sim_at_t at,
                         oms_time_t now) {
  if (!sim_tick_triggers(s, sym, slot, at)) {
    if (slot->trails) {
      sim_tick_follow(s, sym, slot, at);
    }
    return;
  }
  if (trigger(s, sym, slot, now)) {
    sim_take(s, sym, slot, now);
  }
}

/* Of a group's limit: its stop, where it waits for its trigger. NULL: there is none. */
static sim_slot_t *waiting_stop(const oms_sim_t *s, const sim_slot_t *limit) {
  uint32_t member = oms_engine_group(s->engine, limit->group)->first;
  while (member != OMS_NONE) {
    const oms_order_t *o = oms_engine_order(s->engine, member);
    sim_slot_t *stop = o->role == OMS_ROLE_STOP_LOSS ? sim_slot_of(s, member) : NULL;
    if (stop != NULL && stop->rank != 0 && sim_waits_for_trigger(stop)) {
      return stop;
    }
    member = o->more->next_in_group;
  }
  return NULL;
}

static void meet_limit(oms_sim_t *s, sim_symbol_t *sym, sim_slot_t *slot, sim_at_t at,
                       oms_time_t now) {
  if (at == SIM_AT_TRADE) {
    sim_queue_trade(s, sym, slot, now);
  } else if (at == SIM_AT_QUOTE) {
    sim_queue_quote(s, sym, slot, now);
  } else {
    sim_rest(sym, slot);
  }
}

void sim_meet(oms_sim_t *s, sim_symbol_t *sym, sim_slot_t *slot, sim_at_t at, oms_time_t now) {
  if (sym->flow != NULL) {
    sim_flow_meet(s, sym, slot, now);
    return;
  }
  if (!sim_may_meet(sym, slot) || (at != SIM_AT_ARRIVAL && slot->done == s->step)) {
    return;
  }
  slot->done = at == SIM_AT_ARRIVAL ? slot->done : s->step;
  if (slot->tif == OMS_TIF_OPG || slot->tif == OMS_TIF_CLS) {
    if (slot->tif == OMS_TIF_OPG) {
      meet_open(s, sym, slot, at, now);
    }
    return;
  }
  if (slot->role == OMS_ROLE_TAKE_PROFIT && slot->group != OMS_NONE && at != SIM_AT_ARRIVAL) {
    uint64_t rank = slot->rank;
    sim_slot_t *stop = waiting_stop(s, slot);
    if (stop != NULL) {
      sim_meet(s, sym, stop, at, now);
    }
    if (slot->rank != rank) {
      return;
    }
  }
  if (sim_waits_for_trigger(slot)) {
    meet_trigger(s, sym, slot, at, now);
  } else if (slot->shape == SIM_LIMIT && !slot->taking) {
    meet_limit(s, sym, slot, at, now);
  } else if (at != SIM_AT_TRADE || !sym->terms.quotes) {
    sim_take(s, sym, slot, now);
  }
}

/* Arrivals. */

/* Into the list, working; 'last' starts a trail. True when it is still alive. */
static bool begin(oms_sim_t *s, sim_symbol_t *sym, sim_slot_t *slot, oms_price_t last,
                  oms_time_t now) {
  slot->arrived = now;
  slot->taking = (oms_engine_order(s->engine, slot->order)->flags & OMS_ORDER_POST_ONLY) == 0;
  slot->ahead = SIM_AHEAD_UNKNOWN;
  if (slot->trails) {
    sim_trail_start(s, slot, last);
  }
  sim_list_append(s, sym, slot);
  sim_expire_note(s, sym, slot);
  if (slot->role == OMS_ROLE_STOP_LOSS && slot->burst != 0) {
    sim_go_before_limits(s, sym, slot, false);
  }
  uint64_t rank = slot->rank;
  sim_report(s, slot->order, OMS_REPORT_WORKING, OMS_CODE_NONE, NULL, now);
  return slot->rank == rank;
}

/* False when the order has been refused. */
static bool accepts(oms_sim_t *s, sim_symbol_t *sym, sim_slot_t *slot, oms_time_t now) {
  const oms_order_t *o = oms_engine_order(s->engine, slot->order);
  const char *text = NULL;
  oms_code_t code = sim_refusal(s, sym, o, &text);
  sim_load_terms(s, slot);
  sim_tick_phase(s, sym, slot->instrument, now);
  if (code == OMS_CODE_NONE && (o->flags & OMS_ORDER_POST_ONLY) != 0 && sim_would_take(sym, slot)) {
    code = OMS_CODE_POST_ONLY_WOULD_TAKE;
  }
  if (code != OMS_CODE_NONE) {
    sim_end(s, slot, OMS_REPORT_REJECTED, code, text, now);
  }
  return code == OMS_CODE_NONE;
}

void sim_tick_arrive(oms_sim_t *s, sim_slot_t *slot, oms_time_t now) {
  sim_symbol_t *sym = sim_symbol(s, slot->instrument);
  oms_price_t last = oms_engine_reference(s->engine, slot->instrument);
  if (!accepts(s, sym, slot, now) || !begin(s, sym, slot, last, now)) {
    return;
  }
  if (now >= sym->next_end) {
    uint64_t rank = slot->rank;
    sim_expire_before(s, sym, now, now);
    if (slot->rank != rank) {
      return;
    }
  }
  sim_meet(s, sym, slot, SIM_AT_ARRIVAL, now);
}

int sim_tick_release(oms_sim_t *s, sim_slot_t *slot, bool of_fill, oms_time_t now) {
  int rc = sim_way_open(s, slot->order);
  if (rc == OMS_OK) {
    rc = oms_array_reserve(&s->newborn, s->newborn.n + 1);
  }
  if (rc != OMS_OK) {
    sim_slot_free(s, slot);
    return rc;
  }
  if (!of_fill) {
    sim_tick_arrive(s, slot, now);
    return s->failure;
  }
  sim_symbol_t *sym = sim_symbol(s, slot->instrument);
  uint32_t order = slot->order;
  slot->burst = s->context.burst;
  oms_price_t from = s->context.fill_price;
  if (accepts(s, sym, slot, now) && begin(s, sym, slot, from, now)) {
    rc = oms_array_push(&s->newborn, &order);
  }
  return rc == OMS_OK ? s->failure : rc;
}

static void meet_born(oms_sim_t *s, size_t i, bool stops, oms_time_t now) {
  uint32_t order = *OMS_AT(&s->newborn, uint32_t, i);
  sim_slot_t *slot = sim_slot_of(s, order);
  if (slot == NULL || slot->rank == 0 || (slot->role == OMS_ROLE_STOP_LOSS) != stops) {
    return;
  }
  sim_symbol_t *sym = sim_symbol(s, slot->instrument);
  sim_tick_phase(s, sym, slot->instrument, now);
  sim_meet(s, sym, slot, SIM_AT_ARRIVAL, now);
}

/* What is born of fills in here has met the market before this goes on. */
void sim_meet_newborn(oms_sim_t *s, size_t from, oms_time_t now) {
  size_t n = s->newborn.n;
  for (size_t i = from; i < n; i++) {
    meet_born(s, i, true, now);
  }
  for (size_t i = from; i < n; i++) {
    meet_born(s, i, false, now);
  }
  s->newborn.n = from;
}
