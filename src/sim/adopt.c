/* adopt.c - orders that an earlier life of the venue held: the host has come back, and the core
 * knows them as they were. They rest again behind whatever comes, in the order in which they are
 * handed over; the queue before a limit at rest is taken as it is displayed, the sums for
 * commission are worked out from the fills. */
#include "base/alloc.h"
#include "base/time.h"
#include "sim/flow.h"

void oms_sim_on_stop(oms_sim_t *s, oms_sim_stop_fn *fn, void *ctx) {
  s->on_stop = fn;
  s->on_stop_ctx = ctx;
}

void oms_sim_resume(oms_sim_t *s) {
  uint32_t n = oms_engine_fill_count(s->engine);
  for (uint32_t i = 0; i < n; i++) {
    const oms_fill_t *f = oms_engine_fill(s->engine, i);
    uint64_t number = oms_fill_execution_no(f);
    s->executions = number > s->executions ? number : s->executions;
  }
}

/* Sums. */

static int64_t day_of(const oms_fill_t *f) {
  return oms_day_of_local(oms_time_to_local(f->ts, oms_zone_new_york));
}

static void add(int64_t v, int64_t *sum) {
  (void)oms_add(*sum, v, sum); /* has fitted before */
}

static void add_fill(const oms_instrument_t *i, const oms_fill_t *f, sim_sums_t *sums) {
  oms_money_t notional;
  if (f->busts != OMS_NONE || oms_notional(f->price, f->qty, i->multiplier, &notional) != OMS_OK) {
    return;
  }
  notional = notional < 0 ? -notional : notional;
  if (sums->qty == 0) {
    sums->day = day_of(f); /* the newest comes first */
  }
  add(f->qty, &sums->qty);
  add(notional, &sums->notional);
  if (day_of(f) == sums->day) {
    add(f->qty, &sums->day_qty);
    add(notional, &sums->day_notional);
  }
}

static void sum_again(const oms_sim_t *s, sim_slot_t *slot) {
  const oms_commission_model_t *m = &s->config.commission;
  const oms_instrument_t *i = oms_engine_instrument(s->engine, slot->instrument);
  sim_sums_t *sums = &slot->sums;
  for (uint32_t o = slot->order; o != OMS_NONE;
       o = oms_engine_order(s->engine, o)->more->replaces) {
    const oms_fill_t *f;
    for (uint32_t k = oms_engine_order(s->engine, o)->last_fill; k != OMS_NONE; k = f->prev) {
      f = oms_engine_fill(s->engine, k);
      add_fill(i, f, sums);
    }
  }
  if (oms_commission_total(m, i->asset_class, sums->qty, sums->notional, &sums->charged) !=
      OMS_OK) {
    sums->charged = 0;
  }
  if (m->regulatory && !slot->is_buy && sums->day_qty > 0 &&
      oms_regulatory_fees(sums->day, i->asset_class, false, sums->day_qty, sums->day_notional,
                          &sums->day_fees) != OMS_OK) {
    sums->day_fees = 0;
  }
}

/* Terms. */

/* As after its trigger; a trailing limit stands off from the stop it had trailed to. */
static void trigger_again(sim_slot_t *slot, const oms_order_t *o, oms_price_t stop) {
  bool to_limit = slot->shape == SIM_STOP_LIMIT || slot->shape == SIM_TOUCH_LIMIT;
  if (slot->trails && to_limit &&
      (stop == OMS_NO_PRICE ||
       (slot->is_buy ? oms_add(stop, o->more->limit_offset, &slot->limit)
                     : oms_sub(stop, o->more->limit_offset, &slot->limit)))) {
    slot->limit = stop;
  }
  slot->trails = false;
  slot->shape = to_limit ? SIM_LIMIT : SIM_MARKET;
}

static void load(oms_sim_t *s, sim_slot_t *slot, oms_price_t stop) {
  const oms_order_t *o = oms_engine_order(s->engine, slot->order);
  sim_load_terms(s, slot);
  if (slot->shape >= SIM_STOP && (o->flags & OMS_ORDER_TRIGGERED) != 0) {
    trigger_again(slot, o, stop);
  }
  if (slot->trails && stop != OMS_NO_PRICE) {
    slot->stop = stop;
  } else if (slot->trails) {
    sim_trail_start(s, slot, oms_engine_reference(s->engine, slot->instrument));
  }
}

/* Without latency an order arrives when it is sent. */
static oms_time_t arrived_at(const oms_sim_t *s, const oms_order_t *o, oms_time_t now) {
  bool known = s->config.latency_ns == 0 && s->config.latency_n == 0 && o->sent_ns != OMS_NO_TIME;
  return known && o->sent_ns < now ? o->sent_ns : now;
}

int oms_sim_adopt(oms_sim_t *s, uint32_t order, oms_price_t stop, oms_time_t now) {
  const oms_order_t *o = oms_engine_order(s->engine, order);
  sim_symbol_t *sym = sim_symbol_need(s, o->instrument);
  sim_slot_t *slot;
  if (sym == NULL || sim_list_reserve(s, sym) != OMS_OK ||
      (sim_ticks(sym) && sim_way_open(s, order) != OMS_OK) ||
      sim_slot_take(s, order, &slot) != OMS_OK) {
    return OMS_ERR_NOMEM;
  }
  load(s, slot, stop);
  slot->arrived = arrived_at(s, o, now);
  slot->ahead = SIM_AHEAD_UNKNOWN;
  slot->taking = slot->shape != SIM_LIMIT;
  sum_again(s, slot);
  sim_list_append(s, sym, slot);
  sim_expire_note(s, sym, slot);
  return OMS_OK;
}
