/* ticks_pending.c - stands in for order flow at the venue until it is there: nothing is matched. */
#include "sim/sim.h"

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
