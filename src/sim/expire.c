/* expire.c - what ends with time: gtd before a bar, everything that ends with a session; and what a
 * bar is to the market's day: halted, outside the regular session, the session's open or close.
 * Times of ends are kept as lower bounds, so that a bar before which nothing ends costs one
 * comparison. */
#include "base/alloc.h"
#include "sim/sim_int.h"

/* First start of a bar that finds the order ended. */
static oms_time_t end_of(const oms_order_t *o) {
  oms_time_t end = o->expire_session == OMS_NO_TIME ? INT64_MAX : o->expire_session;
  if (o->time_in_force == OMS_TIF_GTD && o->more->expire_at != OMS_NO_TIME &&
      o->more->expire_at < end) {
    end = o->more->expire_at + 1;
  }
  return end;
}

/* The instant of a gtd order's own: it is good for it, and ended behind it. */
static oms_time_t last_instant(const oms_order_t *o) {
  return o->time_in_force == OMS_TIF_GTD && o->more->expire_at != OMS_NO_TIME ? o->more->expire_at
                                                                              : INT64_MAX;
}

void sim_expire_note(oms_sim_t *s, sim_symbol_t *sym, const sim_slot_t *slot) {
  const oms_order_t *o = oms_engine_order(s->engine, slot->order);
  oms_time_t end = end_of(o);
  if (end < sym->next_end) {
    sym->next_end = end;
  }
  if (o->expire_session != OMS_NO_TIME && o->expire_session < s->next_session_end) {
    s->next_session_end = o->expire_session;
  }
  if (sim_ticks(sym) && last_instant(o) < s->next_instant) {
    s->next_instant = last_instant(o);
  }
}

static void expire_symbol(oms_sim_t *s, sim_symbol_t *sym, oms_time_t now) {
  for (size_t i = 0; i < sym->list.n; i++) {
    sim_slot_t *slot = sim_alive(s, *OMS_AT(&sym->list, sim_entry_t, i));
    if (slot == NULL) {
      continue;
    }
    oms_time_t last = last_instant(oms_engine_order(s->engine, slot->order));
    if (last <= now) {
      sim_end(s, slot, OMS_REPORT_EXPIRED, OMS_CODE_NONE, NULL, now);
    } else if (last < s->next_instant) {
      s->next_instant = last;
    }
  }
}

void sim_expire_instants(oms_sim_t *s, oms_time_t now) {
  if (now < s->next_instant) {
    return;
  }
  bool was_walking = s->walking;
  s->walking = true;
  s->next_instant = INT64_MAX;
  for (uint32_t i = 0; i < s->symbols.n; i++) {
    sim_symbol_t *sym = sim_symbol(s, i);
    if (sim_ticks(sym) && sym->live != 0) {
      expire_symbol(s, sym, now);
    }
  }
  s->walking = was_walking;
}

void sim_expire_before(oms_sim_t *s, sim_symbol_t *sym, oms_time_t start, oms_time_t now) {
  bool was_walking = s->walking;
  s->walking = true;
  sym->next_end = INT64_MAX;
  for (size_t i = 0; i < sym->list.n; i++) {
    sim_slot_t *slot = sim_alive(s, *OMS_AT(&sym->list, sim_entry_t, i));
    if (slot == NULL) {
      continue;
    }
    oms_time_t end = end_of(oms_engine_order(s->engine, slot->order));
    if (end <= start && sim_ticks(sym)) {
      sim_tick_close(s, sym, slot, end, now);
    } else if (end <= start) {
      sim_end(s, slot, OMS_REPORT_EXPIRED, OMS_CODE_NONE, NULL, now);
    } else {
      sim_expire_note(s, sym, slot);
    }
  }
  s->walking = was_walking;
}

/* The session ends of all held orders are looked at again: those due are gathered, the next one is
 * noted. */
static void gather_due(oms_sim_t *s, oms_time_t now) {
  s->next_session_end = INT64_MAX;
  for (uint32_t i = 0; i < s->symbols.n; i++) {
    sim_symbol_t *sym = sim_symbol(s, i);
    for (size_t k = 0; sym->live != 0 && k < sym->list.n; k++) {
      sim_entry_t e = *OMS_AT(&sym->list, sim_entry_t, k);
      const sim_slot_t *slot = sim_alive(s, e);
      if (slot == NULL) {
        continue;
      }
      oms_time_t end = oms_engine_order(s->engine, slot->order)->expire_session;
      if (end == OMS_NO_TIME) {
        continue;
      }
      if (end <= now) {
        *OMS_AT(&s->due, sim_entry_t, s->due.n) = e;
        s->due.n++;
      } else if (end < s->next_session_end) {
        s->next_session_end = end;
      }
    }
  }
}

/* A cls order at its session's end: no later bar has come, so the one seen last was the session's
 * last. True when the order has met that bar's close, which may have ended it. */
static bool meets_last_close(oms_sim_t *s, sim_slot_t *slot, oms_time_t now) {
  sim_symbol_t *sym = sim_symbol(s, slot->instrument);
  if (slot->tif != OMS_TIF_CLS || !sym->has_last) {
    return false;
  }
  sim_bar_take(s, sym, slot->instrument, &sym->last);
  oms_time_t end = oms_engine_order(s->engine, slot->order)->expire_session;
  bool meets =
      sym->has_session && !sym->outside && sym->session_close == end && sim_may_match(sym, slot);
  if (meets) {
    sim_point_t at = sim_bar_point(&sym->last, sym->last.close, SIM_CLOSE, 3);
    sim_try_at(s, sym, slot, &at, now);
  }
  sym->bar = NULL;
  return meets;
}

int oms_sim_expire(oms_sim_t *s, oms_time_t now) {
  if (now < s->next_session_end) {
    return OMS_OK;
  }
  s->due.n = 0;
  int rc = oms_array_reserve(&s->due, s->held);
  if (rc != OMS_OK) {
    return rc;
  }
  gather_due(s, now);
  sim_entries_sort(s->due.data, s->due.n);
  for (size_t i = 0; i < s->due.n; i++) {
    sim_slot_t *slot = sim_alive(s, *OMS_AT(&s->due, sim_entry_t, i));
    if (slot == NULL) {
      continue;
    }
    sim_symbol_t *sym = sim_symbol(s, slot->instrument);
    if (sim_ticks(sym)) {
      oms_time_t end = oms_engine_order(s->engine, slot->order)->expire_session;
      sim_tick_close(s, sym, slot, end, now);
    } else if (!meets_last_close(s, slot, now)) {
      sim_end(s, slot, OMS_REPORT_EXPIRED, OMS_CODE_NONE, NULL, now);
    }
  }
  return s->failure;
}

bool sim_halted_at(const sim_symbol_t *sym, oms_time_t t) {
  const sim_halt_t *h = sym->halts.data;
  for (size_t i = 0; i < sym->halts.n; i++) {
    if (t >= h[i].from && t < h[i].until) {
      return true;
    }
  }
  return false;
}

void sim_bar_take(oms_sim_t *s, sim_symbol_t *sym, uint32_t instrument, const oms_bar_t *bar) {
  sym->bar = bar;
  sym->halted = sym->halts.n != 0 && sim_halted_at(sym, bar->start);
  sym->outside = false;
  sym->has_session = false;
  if (sim_daily(sym) ||
      oms_engine_instrument(s->engine, instrument)->calendar != OMS_CALENDAR_US_EQUITY) {
    return;
  }
  oms_session_times_t t;
  int64_t date = oms_calendar_date(&s->us_equity, bar->start);
  sym->has_session = oms_calendar_session_of_day(&s->us_equity, date, &t);
  sym->outside = !sym->has_session || bar->start < t.open || bar->start >= t.close;
  if (sym->has_session) {
    sym->session_open = t.open;
    sym->session_close = t.close;
  }
}

/* The first bar of the session that the order meets: later ones do not find it any more. */
bool sim_opg_due(const sim_symbol_t *sym, const sim_slot_t *slot) {
  return sim_daily(sym) || (!sym->outside && slot->arrived <= sym->session_open);
}

bool sim_cls_due(const sim_symbol_t *sym) {
  return sim_daily(sym) || (!sym->outside && sym->bar->end >= sym->session_close);
}
