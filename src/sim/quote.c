/* quote.c - quotes and trades enter the venue: they change the market of their symbol, then the
 * orders there meet it in order of arrival. A symbol without orders costs the change alone. */
#include "sim/sim_int.h"

/* A side that is as it was keeps what has been taken of it. */
static void take_quote(sim_market_t *m, const oms_quote_t *q, oms_time_t now) {
  if (q->bid != m->quote.bid || q->bid_size != m->quote.bid_size) {
    m->bid_left = q->bid_size;
  }
  if (q->ask != m->quote.ask || q->ask_size != m->quote.ask_size) {
    m->ask_left = q->ask_size;
  }
  m->quote = *q;
  m->quote_ts = now;
  m->quoted = q->bid == OMS_NO_PRICE || q->ask == OMS_NO_PRICE || q->bid <= q->ask;
}

static void take_print(sim_market_t *m, const oms_print_t *p, oms_time_t now) {
  m->print = *p;
  m->print_left = p->size > 0 ? p->size : INT64_MAX;
  m->print_ts = now;
  m->printed = true;
}

/* What arrives while this goes on has met the market already. */
static void walk(oms_sim_t *s, sim_symbol_t *sym, sim_at_t at, oms_time_t now) {
  bool was_walking = s->walking;
  uint64_t newest = s->rank;
  s->walking = true;
  s->step++;
  for (size_t i = 0; i < sym->list.n; i++) {
    sim_entry_t e = *OMS_AT(&sym->list, sim_entry_t, i);
    if (e.rank > newest) {
      break;
    }
    sim_slot_t *slot = sim_alive(s, e);
    if (slot != NULL) {
      sim_meet(s, sym, slot, at, now);
    }
  }
  s->walking = was_walking;
}

static int match(oms_sim_t *s, sim_symbol_t *sym, uint32_t instrument, sim_at_t at,
                 oms_time_t now) {
  sim_tick_phase(s, sym, instrument, now);
  if (!sym->halted) {
    walk(s, sym, at, now);
  }
  sim_list_compact(s, sym);
  return s->failure;
}

int oms_sim_quote(oms_sim_t *s, uint32_t instrument, const oms_quote_t *q, oms_time_t now) {
  if (instrument >= s->symbols.n) {
    return OMS_OK;
  }
  sim_symbol_t *sym = sim_symbol(s, instrument);
  if (now >= sym->next_end) {
    sim_expire_before(s, sym, now, now); /* the close of a session still saw the market before */
  }
  take_quote(&sym->market, q, now);
  return sym->live == 0 ? s->failure : match(s, sym, instrument, SIM_AT_QUOTE, now);
}

int oms_sim_trade(oms_sim_t *s, uint32_t instrument, const oms_print_t *p, oms_time_t now) {
  if (instrument >= s->symbols.n) {
    return OMS_OK;
  }
  sim_symbol_t *sym = sim_symbol(s, instrument);
  if (now >= sym->next_end) {
    sim_expire_before(s, sym, now, now);
  }
  take_print(&sym->market, p, now);
  return sym->live == 0 ? s->failure : match(s, sym, instrument, SIM_AT_TRADE, now);
}
