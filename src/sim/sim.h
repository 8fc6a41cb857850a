/* sim.h - the simulated venue on bars, quotes, trades and order flow: simulator.md is its contract.
 * Knows the engine's orders by const reads, answers by reports; has no clock: the host steps it. */
#ifndef OMS_SIM_SIM_H
#define OMS_SIM_SIM_H

#include "port/feed.h"
#include "port/venue.h"
#include "port/venue_config.h"

/* What the venue must know of a symbol beyond oms_instrument_t. */
typedef struct oms_sim_symbol {
  int64_t timeframe; /* of its venue stream (the finest), ns; of no meaning on ticks */
  bool has_volume;   /* false: no participation cap, the host warns */
  /* What meets the venue in place of bars: quotes and trades (either or both), or order flow. */
  bool quotes, trades, flow;
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

/* Ticks, each a step of its own, on symbols declared with them; bars of such a symbol never come
 * here. The order of a step (simulator.md, section 1) is kept by the host: the row first enters the
 * engine (OMS_COMMAND_QUOTE, MARK), then it comes here: what is due before it has arrived by then
 * (oms_sim_arrive), matching against it, reports out. What the venue answers is reported at once,
 * or with a response latency when it is due. All: OMS_ERR_NOMEM.
 *
 * Orders meet the market when they arrive, then every tick, in order of arrival, in a group the
 * stop before the limit. A crossed quote leaves no book. Where a symbol has trades and no quotes
 * the last trade is the touch of both sides, with its size.
 * - Market orders and limits that cross on arrival take the touch, then what lies beyond; with
 *   'partial' what is left takes the next quote, a limit as long as it crosses. A limit arrives at
 *   the first book that it finds. Limits do not slip: beyond the touch they go one tick.
 * - Limits at rest fill at their price: when the other side is quoted beyond it, up to that size;
 *   by a trade beyond it, up to the trade's size (0: all). 'queue' front: at it too. 'queue'
 *   volume: when trades at it have taken away what was displayed there on arrival; a price deeper
 *   than the touch queues behind what is displayed when it becomes the touch; trades of unknown
 *   size take nothing away. Orders of ours share a size by arrival.
 * - Stops look at the price in force when they arrive, then at each tick; a trade before the
 *   session's open does not count. 'last' without trades is the engine's last price, without it the
 *   mid; 'double_last' and 'double_bid_ask' want two ticks in a row. Trailing stops start from the
 *   reference price, children from the parent's fill, and follow the last trade, before any the
 *   mid.
 * - opg: the first tick of the session that gives a price. cls: the session's last trade whatever
 *   its size, without trades the last quote; what they leave is expired.
 * - In a halt and, for regular orders, outside the regular session all wait, ioc and fok too; the
 *   market is kept.
 * - max_participation is for bars. Under a response latency a group's exits count here what the
 *   others have filled; the account is asked with what the desk knows. cancel_now, resize and
 *   release act at once, their answers take the response's time. */
int oms_sim_quote(oms_sim_t *s, uint32_t instrument, const oms_quote_t *q, oms_time_t now);
int oms_sim_trade(oms_sim_t *s, uint32_t instrument, const oms_print_t *p, oms_time_t now);

/* A match in the book of order flow: 'taker' and 'maker' are ids of the flow, or 0 with the order's
 * index where it is one of ours. */
typedef struct oms_book_match {
  uint64_t taker, maker;
  uint32_t taker_order, maker_order; /* OMS_NONE: the flow's */
  oms_qty_t qty;
  oms_price_t price; /* the resting order's */
} oms_book_match_t;
typedef void oms_book_match_fn(void *ctx, uint32_t instrument, const oms_book_match_t *m);
/* Hears of every match of every book of order flow, in order; ours included. */
void oms_sim_on_match(oms_sim_t *s, oms_book_match_fn *fn, void *ctx);
/* What simulator.md leaves open on order flow:
 * - A match happens in the book, then its listener hears it, then the fills are reported, the
 *   maker's first. Who is due because of it (stops, children, what else arrives meanwhile) has its
 *   turn after the row or the order that is being matched, in order of arrival. Two orders of ours
 *   may meet.
 * - Stops without a word of their own look at the last match. They act on the touch as it stands
 *   after a row, never on what it is in the middle of one.
 * - A limit at rest that the day or a halt excludes stands beside the book and comes back behind
 *   those that are there by then, before the first row that it may meet. The flow goes on.
 * - opg takes from the book as the session opens, cls as it closes.
 * - A maker of ours that nobody can pay for ends, and the taker goes on to the next one. */
/* One row of flow. '*touch' is the best bid and ask after it (OMS_NO_PRICE: an empty side), ours
 * among them, '*changed' whether it is another, in price or size, than after the row before. C and
 * R of an id that does not rest, and R to what is not smaller, change nothing. OMS_ERR_NOMEM;
 * OMS_ERR_EXISTS: A of an id that still rests; OMS_ERR_RANGE: A without id, price or quantity;
 * OMS_ERR_USAGE: the symbol is declared without flow. The last three change nothing. */
int oms_sim_flow(oms_sim_t *s, uint32_t instrument, const oms_flow_t *f, oms_time_t now,
                 oms_quote_t *touch, bool *changed);

/* When the next request reaches the venue, the next report the desk, or the next gtd order ends by
 * the clock, of all tick symbols: OMS_NO_TIME when nothing is to come. The host makes it a step. */
oms_time_t oms_sim_next_due(const oms_sim_t *s);
/* Lets arrive what is due at or before 'now', in order of its time, equal times in order of
 * sending: requests meet the book as it stands, reports reach the desk. At equal time the tick
 * comes first. */
int oms_sim_arrive(oms_sim_t *s, oms_time_t now);

/* What the venue has said about the instrument's orders and the desk has not heard yet is heard
 * now: before a corporate action, as it is in the terms of before. OMS_ERR_NOMEM. */
int oms_sim_hear(oms_sim_t *s, uint32_t instrument, oms_time_t now);
/* A corporate action, which the core has applied already: orders are taken anew from there, what
 * the venue alone knows follows. Called between two steps of matching. */
void oms_sim_action(oms_sim_t *s, uint32_t instrument, const oms_corporate_t *a, oms_time_t now);

/* Hears of the stop of every trailing order when it starts and whenever it moves. */
typedef void oms_sim_stop_fn(void *ctx, uint32_t order, oms_price_t stop);
void oms_sim_on_stop(oms_sim_t *s, oms_sim_stop_fn *fn, void *ctx);

/* Coming back, before anything else: the numbers of fills go on behind those of the engine. */
void oms_sim_resume(oms_sim_t *s);
/* Coming back: an open order that this venue had accepted (OMS_ORDER_AT_VENUE) rests again, without
 * a report, behind those that were adopted before. 'stop' is where a trailing one stood, else
 * OMS_NO_PRICE. What had not arrived is submitted anew, requests that are out are sent again, by
 * the host. OMS_ERR_NOMEM. */
int oms_sim_adopt(oms_sim_t *s, uint32_t order, oms_price_t stop, oms_time_t now);

/* Orders that the venue holds (arrived or on their way), for tests. */
size_t oms_sim_working(const oms_sim_t *s);
/* The stop at which the venue would trigger the order now: of a trailing order the one that it has
 * trailed to. False when the venue does not hold the order or it waits for no stop. */
bool oms_sim_stop_price(const oms_sim_t *s, uint32_t order, oms_price_t *stop);

#endif
