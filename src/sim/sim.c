/* sim.c - life of the simulated venue, and the doors through which the desk and the host enter it.
 * Leaves out how orders are matched (match.c, path.c, fill.c) and how they arrive (arrive.c). */
#include "sim/sim.h"

#include "base/alloc.h"
#include "base/check.h"
#include "sim/flow.h"

void oms_sim_config_default(oms_sim_config_t *c) {
  *c = (oms_sim_config_t){.fill = OMS_FILL_NEXT_OPEN,
                          .bar_path = OMS_BAR_PATH_WORST,
                          .child_fill = OMS_CHILD_SAME_BAR,
                          .trail_on = OMS_TRAIL_CLOSE,
                          .max_participation = OMS_NO_PRICE};
  c->commission.min = OMS_NO_PRICE;
  c->commission.max = OMS_NO_PRICE;
}

static int request(oms_sim_t *s, sim_symbol_t *sym, const sim_request_t *r) {
  int rc = sim_list_reserve(s, sym);
  return rc != OMS_OK ? rc : oms_array_push(&sym->travel, r);
}

static int venue_submit(void *self, uint32_t order, oms_time_t now) {
  oms_sim_t *s = self;
  sim_symbol_t *sym = sim_symbol_need(s, oms_engine_order(s->engine, order)->instrument);
  sim_slot_t *slot;
  if (sym == NULL || sim_list_reserve(s, sym) != OMS_OK ||
      sim_slot_take(s, order, &slot) != OMS_OK) {
    return OMS_ERR_NOMEM;
  }
  int rc;
  sim_request_t r = {SIM_SUBMIT, order, OMS_NONE, sym->delay, now};
  if (sim_ticks(sym)) {
    rc = sim_send(s, &r);
  } else if (sym->delay > 0) {
    rc = request(s, sym, &r);
  } else {
    rc = sim_arrive(s, slot, oms_engine_instrument(s->engine, slot->instrument)->last, now);
  }
  if (rc != OMS_OK) {
    sim_slot_free(s, slot);
  }
  return rc;
}

static int venue_cancel(void *self, uint32_t order, oms_time_t now) {
  oms_sim_t *s = self;
  sim_symbol_t *sym = sim_symbol_need(s, oms_engine_order(s->engine, order)->instrument);
  if (sym == NULL) {
    return OMS_ERR_NOMEM;
  }
  sim_request_t r = {SIM_CANCEL, order, OMS_NONE, sym->delay, now};
  if (sim_ticks(sym) || sym->delay > 0) {
    return sim_ticks(sym) ? sim_send(s, &r) : request(s, sym, &r);
  }
  sim_arrive_cancel(s, order, now);
  return OMS_OK;
}

static int venue_replace(void *self, uint32_t order, uint32_t successor, oms_time_t now) {
  oms_sim_t *s = self;
  sim_symbol_t *sym = sim_symbol_need(s, oms_engine_order(s->engine, order)->instrument);
  if (sym == NULL || sim_place_reserve(s, successor) != OMS_OK ||
      sim_list_reserve(s, sym) != OMS_OK) {
    return OMS_ERR_NOMEM;
  }
  sim_request_t r = {SIM_REPLACE, order, successor, sym->delay, now};
  if (sim_ticks(sym) || sym->delay > 0) {
    return sim_ticks(sym) ? sim_send(s, &r) : request(s, sym, &r);
  }
  sim_arrive_replace(s, order, successor, now);
  return OMS_OK;
}

/* The core has the new quantity already; an order that has nothing left has ended there. */
static int venue_resize(void *self, uint32_t order, oms_time_t now) {
  oms_sim_t *s = self;
  (void)now;
  sim_slot_t *slot = sim_slot_of(s, order);
  if (slot != NULL && sim_own_leaves(s, slot) == 0) {
    sim_slot_free(s, slot);
  } else if (slot != NULL) {
    sim_flow_resize(s, sim_symbol(s, slot->instrument), slot);
  }
  return OMS_OK;
}

/* An order whose end is on its way back to the desk is not ended once more. */
static int venue_cancel_now(void *self, uint32_t order, oms_time_t now) {
  oms_sim_t *s = self;
  sim_slot_t *slot = sim_slot_of_chain(s, order);
  bool open = oms_order_is_open(oms_engine_order(s->engine, order));
  if (slot != NULL) {
    sim_end(s, slot, OMS_REPORT_CANCELED, OMS_CODE_NONE, NULL, now);
  } else if (open && !sim_is_behind(s, order)) {
    sim_report(s, order, OMS_REPORT_CANCELED, OMS_CODE_NONE, NULL, now);
  } else {
    sim_report(s, order, OMS_REPORT_CANCEL_REJECTED, OMS_CODE_TOO_LATE, NULL, now);
  }
  return s->failure;
}

static void venue_close(void *self) {
  oms_sim_t *s = self;
  for (uint32_t i = 0; i < s->symbols.n; i++) {
    sim_symbol_t *sym = sim_symbol(s, i);
    oms_array_free(&sym->list);
    oms_array_free(&sym->travel);
    oms_array_free(&sym->halts);
    sim_flow_free(sym->flow);
  }
  oms_pool_free(&s->symbols);
  oms_pool_free(&s->slots);
  oms_array_free(&s->place);
  oms_array_free(&s->open);
  oms_array_free(&s->due);
  oms_array_free(&s->fresh);
  oms_array_free(&s->newborn);
  sim_travel_free(s);
  oms_free(s);
}

oms_sim_t *oms_sim_new(const oms_engine_t *engine, const oms_sim_config_t *config,
                       oms_venue_sink_t sink, oms_venue_t *venue) {
  oms_sim_t *s = oms_alloc_zero(1, sizeof *s);
  if (s == NULL) {
    return NULL;
  }
  s->engine = engine;
  s->config = *config;
  s->sink = sink;
  s->free_slot = OMS_NONE;
  s->next_session_end = s->next_instant = INT64_MAX;
  s->charges = oms_commission_charges(&config->commission) || config->commission.regulatory;
  oms_calendar_init(&s->us_equity, OMS_CALENDAR_US_EQUITY);
  oms_array_init(&s->place, sizeof(uint32_t));
  oms_array_init(&s->open, sizeof(sim_entry_t));
  oms_array_init(&s->due, sizeof(sim_entry_t));
  oms_array_init(&s->fresh, sizeof(sim_entry_t));
  oms_array_init(&s->ways, sizeof(sim_way_t));
  oms_array_init(&s->newborn, sizeof(uint32_t));
  oms_random_seed(&s->random, config->seed);
  s->free_parcel = OMS_NONE;
  s->late = config->latency_ns > 0 || config->response_latency_ns > 0 || config->latency_n > 0;
  if (oms_pool_init(&s->parcels, sizeof(sim_parcel_t), 6, 0) != OMS_OK ||
      oms_pool_init(&s->slots, sizeof(sim_slot_t), 8, 0) != OMS_OK ||
      oms_pool_init(&s->symbols, sizeof(sim_symbol_t), 4, 0) != OMS_OK) {
    venue_close(s);
    return NULL;
  }
  *venue = (oms_venue_t){s,           venue_submit, venue_cancel,     venue_replace,
                         sim_release, venue_resize, venue_cancel_now, venue_close};
  return s;
}

int oms_sim_set_symbol(oms_sim_t *s, uint32_t instrument, const oms_sim_symbol_t *symbol) {
  sim_symbol_t *sym = sim_symbol_need(s, instrument);
  if (sym == NULL) {
    return OMS_ERR_NOMEM;
  }
  sym->terms = *symbol;
  if (symbol->flow && sym->flow == NULL && (sym->flow = sim_flow_new()) == NULL) {
    return OMS_ERR_NOMEM;
  }
  /* A book has a touch and matches: all that looks at quotes and trades finds them. */
  sym->terms.quotes |= symbol->flow;
  sym->terms.trades |= symbol->flow;
  sym->delay =
      symbol->timeframe > 0 && !sim_ticks(sym) ? s->config.latency_ns / symbol->timeframe : 0;
  return OMS_OK;
}

size_t oms_sim_working(const oms_sim_t *s) {
  return s->held;
}

bool oms_sim_stop_price(const oms_sim_t *s, uint32_t order, oms_price_t *stop) {
  const sim_slot_t *slot = sim_slot_of(s, order);
  if (slot == NULL || slot->rank == 0 || !sim_waits_for_trigger(slot) ||
      slot->stop == OMS_NO_PRICE) {
    return false;
  }
  *stop = slot->stop;
  return true;
}

int oms_sim_halt(oms_sim_t *s, uint32_t instrument, oms_time_t now, oms_time_t until) {
  sim_symbol_t *sym = sim_symbol_need(s, instrument);
  if (sym == NULL) {
    return OMS_ERR_NOMEM;
  }
  sim_halt_t halt = {now, until};
  return oms_array_push(&sym->halts, &halt);
}

/* Takes the bar in hand where something could meet it. Most bars of most symbols end here. */
static bool take(oms_sim_t *s, uint32_t instrument, const oms_bar_t *bar, oms_time_t now) {
  if (instrument >= s->symbols.n) {
    return false;
  }
  sim_symbol_t *sym = sim_symbol(s, instrument);
  sym->budget_known = false;
  if (s->config.fill == OMS_FILL_THIS_CLOSE || sym->live != 0) {
    sym->last = *bar;
    sym->has_last = true;
  }
  if (sym->live == 0) {
    sym->bar = NULL;
    return sym->travel.n != 0;
  }
  sim_bar_take(s, sym, instrument, bar);
  if (bar->start >= sym->next_end) {
    sim_expire_before(s, sym, bar->start, now);
  }
  return true;
}

/* After matching: trails, then arrivals, which happen at the completion of the bar and so meet the
 * next one. */
static int settle(oms_sim_t *s, uint32_t instrument, const oms_bar_t *bar, oms_time_t now) {
  if (instrument >= s->symbols.n) {
    return OMS_OK;
  }
  sim_symbol_t *sym = sim_symbol(s, instrument);
  if (sym->trails != 0 && sym->bar != NULL) {
    sim_trail_move(s, sym);
  }
  sym->bar = NULL;
  sim_list_compact(s, sym);
  return sym->travel.n == 0 ? OMS_OK : sim_travel(s, sym, bar, now);
}

int oms_sim_bars(oms_sim_t *s, const uint32_t *instruments, const oms_bar_t *const *bars, size_t n,
                 oms_time_t now) {
  bool any = false;
  s->step++;
  for (size_t i = 0; i < n; i++) {
    any |= take(s, instruments[i], bars[i], now);
  }
  if (!any) {
    return OMS_OK;
  }
  int rc = sim_match(s, instruments, n, now);
  for (size_t i = 0; i < n && rc == OMS_OK; i++) {
    rc = settle(s, instruments[i], bars[i], now);
  }
  return rc;
}

static void fill_at_close(oms_sim_t *s, sim_slot_t *slot, oms_time_t now) {
  sim_symbol_t *sym = sim_symbol(s, slot->instrument);
  if (!sym->has_last || sym->last.end != now) {
    return;
  }
  sim_bar_take(s, sym, slot->instrument, &sym->last);
  if (!sym->halted && !sim_halted_at(sym, now) && (!sym->outside || slot->extended)) {
    sim_point_t at = sim_bar_point(&sym->last, sym->last.close, SIM_CLOSE, 3);
    sim_try_at(s, sym, slot, &at, now);
  }
  sym->bar = NULL;
}

static OMS_NOINLINE void let_arrive(oms_sim_t *s, oms_time_t now) {
  for (size_t i = 0; i < s->fresh.n; i++) {
    sim_slot_t *slot = sim_alive(s, *OMS_AT(&s->fresh, sim_entry_t, i));
    if (slot != NULL && slot->arrived == now) {
      fill_at_close(s, slot, now);
    }
  }
  s->fresh.n = 0;
}

int oms_sim_arrivals(oms_sim_t *s, oms_time_t now) {
  if (OMS_UNLIKELY(s->fresh.n > 0)) {
    let_arrive(s, now);
  }
  return OMS_OK;
}
