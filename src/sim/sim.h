/* sim.h - the simulated venue on bars: simulator.md, sections 1, 2 and 4, is its contract.
 * Knows the engine's orders by const reads, answers by reports; has no clock: the host steps it. */
#ifndef OMS_SIM_SIM_H
#define OMS_SIM_SIM_H

#include "port/feed.h"
#include "port/venue.h"
#include "port/venue_config.h"

/* What the venue must know of a symbol beyond oms_instrument_t. */
typedef struct oms_sim_symbol {
  int64_t timeframe; /* of its venue stream (the finest), ns */
  bool has_volume;   /* false: no participation cap, the host warns */
} oms_sim_symbol_t;

/* Makes a venue over the engine's instruments; '*venue' receives its door. NULL when out of memory.
 * The engine and the sink outlive it; oms_venue_t.close frees it. */
typedef struct oms_sim oms_sim_t;
oms_sim_t *oms_sim_new(const oms_engine_t *engine, const oms_sim_config_t *config,
                       oms_venue_sink_t sink, oms_venue_t *venue);
/* Declares the venue stream of an instrument, before its first bar. OMS_ERR_NOMEM. */
int oms_sim_set_symbol(oms_sim_t *s, uint32_t instrument, const oms_sim_symbol_t *symbol);

/* Bars of the venue streams that complete at 'now', all together, in data order: instruments[i]
 * belongs to bars[i]. Runs expiries before the bars' start, then the phases open, inside, close;
 * moves the trails; then lets arrive what latency held back until the completion of these bars,
 * which can be matched by the next ones. The host marks last prices in the engine after this call.
 * OMS_ERR_NOMEM. */
int oms_sim_bars(oms_sim_t *s, const uint32_t *instruments, const oms_bar_t *const *bars, size_t n,
                 oms_time_t now);
/* Ends what ends with a session whose end (oms_order_t.expire_session) is at or before 'now'.
 * Called after oms_sim_bars of the same time. */
int oms_sim_expire(oms_sim_t *s, oms_time_t now);
/* Under fill = this_close: gives market orders that have just arrived the close of their symbol's
 * bar that completed at this very time. Called after oms_sim_bars, once the closes are the marks,
 * for what latency has brought there, and after a batch has left. A no-op under next_open. */
int oms_sim_arrivals(oms_sim_t *s, oms_time_t now);
/* The market halts the symbol from 'now' (included) to 'until' (excluded): bars that start then
 * match nothing. */
int oms_sim_halt(oms_sim_t *s, uint32_t instrument, oms_time_t now, oms_time_t until);
/* Orders that the venue holds (arrived or on their way), for tests. */
size_t oms_sim_working(const oms_sim_t *s);
/* The stop at which the venue would trigger the order now: of a trailing order the one that it has
 * trailed to. False when the venue does not hold the order or it waits for no stop. */
bool oms_sim_stop_price(const oms_sim_t *s, uint32_t order, oms_price_t *stop);

#endif
