/* ticks_pending.c - stands in for quotes, trades, order flow at the venue until they are there:
 * nothing is matched. */
#include "sim/sim.h"

int oms_sim_quote(oms_sim_t *s, uint32_t instrument, const oms_quote_t *q, oms_time_t now) {
  (void)s, (void)instrument, (void)q, (void)now;
  return OMS_OK;
}

int oms_sim_trade(oms_sim_t *s, uint32_t instrument, const oms_print_t *p, oms_time_t now) {
  (void)s, (void)instrument, (void)p, (void)now;
  return OMS_OK;
}

void oms_sim_on_match(oms_sim_t *s, oms_book_match_fn *fn, void *ctx) {
  (void)s, (void)fn, (void)ctx;
}

int oms_sim_flow(oms_sim_t *s, uint32_t instrument, const oms_flow_t *f, oms_time_t now,
                 oms_quote_t *touch, bool *changed) {
  (void)s, (void)instrument, (void)f, (void)now;
  *touch = (oms_quote_t){OMS_NO_PRICE, OMS_NO_PRICE, 0, 0};
  *changed = false;
  return OMS_OK;
}

oms_time_t oms_sim_next_due(const oms_sim_t *s) {
  (void)s;
  return OMS_NO_TIME;
}

int oms_sim_arrive(oms_sim_t *s, oms_time_t now) {
  (void)s, (void)now;
  return OMS_OK;
}
