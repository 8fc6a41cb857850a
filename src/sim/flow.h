/* flow.h - the book of order flow of a symbol: our orders stand in it among the others. What the
 * rest of the venue needs of it. */
#ifndef OMS_SIM_FLOW_H
#define OMS_SIM_FLOW_H

#include "sim/sim_int.h"

/* NULL when out of memory. */
sim_flow_t *sim_flow_new(void);
void sim_flow_free(sim_flow_t *f);

/* The slot's order has arrived, or has lost its place: it meets the book, or waits for its
 * trigger. */
void sim_flow_meet(oms_sim_t *s, sim_symbol_t *sym, sim_slot_t *slot, oms_time_t now);
/* The slot's order leaves the book, if it stands there. */
void sim_flow_leave(oms_sim_t *s, sim_symbol_t *sym, sim_slot_t *slot);
/* The slot's order has another quantity: in the book it follows in its place. */
void sim_flow_resize(oms_sim_t *s, sim_symbol_t *sym, sim_slot_t *slot);
/* The order takes what it can, then the others have their turn. True when the slot is still
 * alive. */
bool sim_flow_take(oms_sim_t *s, sim_symbol_t *sym, sim_slot_t *slot, oms_time_t now);
/* The match for which 'qty' has just been paid happens: the book changes, who listens hears it.
 * Before the fill is reported. */
void sim_flow_match(oms_sim_t *s, sim_symbol_t *sym, const sim_cross_t *x, oms_qty_t qty);

#endif
