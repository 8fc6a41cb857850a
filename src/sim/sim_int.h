/* sim_int.h - inside of the simulated venue: what its files share.
 *
 * An order that the venue holds has a slot. Lists name slots by (slot, rank): the rank is the order
 * of arrival, never given twice, so that an entry whose slot has another rank is a tombstone. That
 * is what makes it safe to send a report in the middle of a walk: the desk may release, resize or
 * cancel during the call, which may end slots, reuse them and append to the lists, but never moves
 * an entry that is being walked. Slots and symbols keep their addresses; what a slot holds must be
 * checked again after every report. */
#ifndef OMS_SIM_INT_H
#define OMS_SIM_INT_H

#include "base/containers.h"
#include "base/random.h"
#include "sim/sim.h"

/* What an order waits for, after its trigger what it has become. */
typedef enum sim_shape {
  SIM_MARKET,
  SIM_LIMIT,
  SIM_STOP,        /* market once triggered */
  SIM_STOP_LIMIT,  /* limit once triggered */
  SIM_TOUCH,       /* as stop, from the other side */
  SIM_TOUCH_LIMIT, /* as stop limit, from the other side */
} sim_shape_t;

/* What part of a bar its own entry bar is to a child. */
typedef enum sim_entry_part {
  SIM_ENTRY_NONE,  /* entered at the close: nothing is left */
  SIM_ENTRY_WHOLE, /* entered at the open */
  SIM_ENTRY_AFTER, /* entered at a point of the path */
  SIM_ENTRY_STOPS, /* entered inside a bar without a path: only what loses is believed */
} sim_entry_part_t;

typedef enum sim_phase { SIM_OPEN, SIM_INSIDE, SIM_CLOSE } sim_phase_t;

/* What an order on ticks meets: the market as it stands on arrival, or what has just come. */
typedef enum sim_at { SIM_AT_ARRIVAL, SIM_AT_QUOTE, SIM_AT_TRADE } sim_at_t;

typedef struct sim_entry {
  uint64_t rank;
  uint32_t slot;
} sim_entry_t;

/* Sums on which commission is charged; they go on through a chain of replacements. */
typedef struct sim_sums {
  oms_qty_t qty, day_qty;
  oms_money_t notional, day_notional;
  oms_money_t charged, day_fees;
  int64_t day;
} sim_sums_t;

typedef struct sim_slot {
  uint64_t rank;      /* 0: free, or on its way */
  uint64_t done;      /* step in which it has had its turn inside the bar */
  uint64_t triggered; /* step of its trigger */
  uint64_t entered;   /* step of its parent's fill */
  uint64_t burst;     /* parent's fill with which it was released */
  oms_time_t arrived; /* matched by bars that start at or after */
  oms_price_t limit, stop;
  oms_price_t entry_price; /* point of its parent's fill, before slippage */
  uint32_t order;          /* of a free slot: the next free one */
  uint32_t instrument, group;
  uint8_t shape, tif, role;
  bool is_buy, extended, slips, trails;
  uint8_t entry_part, entry_leg;
  /* On ticks. */
  bool taking;        /* a limit that has not met a book yet, or goes on taking: not at rest */
  uint8_t trigger_by; /* oms_trigger_by_t as asked */
  uint8_t hits;       /* how often in a row its trigger was reached */
  oms_qty_t ahead;    /* of a limit at rest: size before it; SIM_AHEAD_UNKNOWN */
  /* In a book of order flow. */
  uint32_t place; /* of a limit at rest: its place there + 1; 0: it has none */
  bool due;       /* its trigger was reached, and it has not had its turn yet */
  sim_sums_t sums;
} sim_slot_t;

/* The level was not displayed yet. */
#define SIM_AHEAD_UNKNOWN (-1)

typedef struct sim_request {
  enum { SIM_SUBMIT, SIM_CANCEL, SIM_REPLACE } kind;
  uint32_t order, successor;
  int64_t skip; /* whole bars still to pass */
  oms_time_t sent;
} sim_request_t;

typedef struct sim_halt {
  oms_time_t from, until;
} sim_halt_t;

/* The market of a symbol of quotes and trades as it stands. */
typedef struct sim_market {
  oms_quote_t quote;                        /* as it came, crossed or not */
  oms_qty_t bid_left, ask_left, print_left; /* what our orders have not taken of it */
  oms_print_t print;                        /* the last one */
  oms_time_t quote_ts, print_ts;
  oms_time_t phase_until; /* 'outside' and the session hold until then */
  bool quoted;            /* there is a book: a quote has come and it is not crossed */
  bool printed;
} sim_market_t;

/* flow.h */
typedef struct sim_flow sim_flow_t;
typedef struct sim_cross sim_cross_t;

typedef struct sim_symbol {
  uint32_t live;       /* alive entries of 'list' */
  uint32_t trails;     /* how many of them trail */
  oms_array_t list;    /* sim_entry_t by rank, with tombstones */
  oms_array_t travel;  /* sim_request_t in order of sending; what is under way */
  oms_array_t halts;   /* sim_halt_t */
  oms_time_t next_end; /* no order ends by a bar that starts before; INT64_MAX: none ends */
  int64_t delay;       /* latency in whole bars */
  oms_sim_symbol_t terms;
  /* The bar in hand. */
  const oms_bar_t *bar;
  bool halted, outside, has_session, budget_known;
  oms_time_t session_open, session_close;
  oms_qty_t budget;
  oms_bar_t last; /* the last bar that an order could meet, and whether there is one */
  bool has_last;
  sim_market_t market;
  sim_flow_t *flow; /* of order flow: its book; 'market' is the touch and the last match there */
} sim_symbol_t;

/* What is under way between the desk and the venue of ticks: a request there, a report back. */
typedef struct sim_parcel {
  enum { SIM_PARCEL_REQUEST, SIM_PARCEL_REPORT } kind;
  sim_request_t request;
  int64_t response; /* of the request: the way of its answers back */
  oms_report_t report;
  char *text;    /* of the report; owned */
  uint32_t next; /* free one */
} sim_parcel_t;

/* The ways of an order and of all that replace it, by the first of them. */
typedef struct sim_way {
  oms_time_t request_due, report_due; /* of the last one under way */
  uint32_t requests, reports;         /* how many are */
  int64_t response;
  oms_qty_t unreported; /* filled here, not known to the desk yet */
} sim_way_t;

/* Where on a bar something happens, or on a tick: then there is no bar. */
typedef struct sim_point {
  const oms_bar_t *bar;
  oms_price_t price;
  sim_phase_t phase;
  uint8_t leg; /* of a path */
  /* On ticks. */
  bool adds;                /* the order rested */
  oms_time_t ts;            /* of the fill */
  oms_qty_t *left;          /* size from which it is taken, NULL: from none */
  const sim_cross_t *cross; /* match in a book of order flow that happens with the fill, or NULL */
} sim_point_t;

static inline sim_point_t sim_bar_point(const oms_bar_t *bar, oms_price_t price, sim_phase_t phase,
                                        uint8_t leg) {
  return (sim_point_t){.bar = bar, .price = price, .phase = phase, .leg = leg};
}

/* The fill that is being reported: what is released meanwhile are its children. */
typedef struct sim_context {
  bool active;
  uint32_t order, group, instrument;
  uint64_t burst;
  oms_price_t fill_price;
  sim_point_t point;
} sim_context_t;

struct oms_sim {
  const oms_engine_t *engine;
  oms_sim_config_t config;
  oms_venue_sink_t sink;
  oms_calendar_t us_equity;
  oms_pool_t slots, symbols;
  oms_array_t place; /* uint32_t by order: slot + 1, 0: not held */
  uint32_t free_slot;
  size_t held;
  uint64_t rank, step, bursts, executions;
  oms_time_t next_session_end; /* no session end of a held order is earlier */
  oms_time_t next_instant;     /* on ticks: no gtd order ends by the clock before */
  oms_array_t open, due,
      fresh; /* sim_entry_t: open phase, ends of a session, arrivals of 'fresh_at' */
  oms_time_t fresh_at;
  bool walking; /* lists must not be compacted */
  /* The desk takes no more reports: what waits for leaves to shrink would wait for ever. */
  bool stopped;
  bool charges; /* some commission is charged */
  sim_context_t context;
  /* Ticks. */
  bool late;   /* some way takes time */
  int failure; /* of a call that had no way to tell; the door that is open tells */
  oms_random_t random;
  oms_heap_t travel; /* value: parcel */
  oms_pool_t parcels;
  uint32_t free_parcel;
  uint64_t sent;
  oms_array_t ways;    /* sim_way_t by order; empty while nothing is late */
  oms_array_t newborn; /* uint32_t: children of fills that have not met the market yet */
  oms_book_match_fn *on_match;
  void *on_match_ctx;
  oms_sim_stop_fn *on_stop;
  void *on_stop_ctx;
};

static inline sim_slot_t *sim_slot(const oms_sim_t *s, uint32_t i) {
  return oms_pool_at(&s->slots, i);
}
static inline sim_symbol_t *sim_symbol(const oms_sim_t *s, uint32_t instrument) {
  return oms_pool_at(&s->symbols, instrument);
}
/* The slot of an entry, NULL when the entry is a tombstone. */
static inline sim_slot_t *sim_alive(const oms_sim_t *s, sim_entry_t e) {
  sim_slot_t *slot = sim_slot(s, e.slot);
  return slot->rank == e.rank ? slot : NULL;
}
/* The stop of a trailing order has moved, or it is another order's now. */
static inline void sim_tell_stop(const oms_sim_t *s, const sim_slot_t *slot) {
  if (s->on_stop != NULL && slot->stop != OMS_NO_PRICE) {
    s->on_stop(s->on_stop_ctx, slot->order, slot->stop);
  }
}
static inline bool sim_has_path(const oms_sim_t *s) {
  return s->config.bar_path != OMS_BAR_PATH_WORST;
}
/* Quotes, trades or order flow meet the venue in place of bars. */
static inline bool sim_ticks(const sim_symbol_t *sym) {
  return sym->terms.quotes || sym->terms.trades || sym->terms.flow;
}
static inline bool sim_daily(const sim_symbol_t *sym) {
  return sym->terms.timeframe >= INT64_C(86400) * OMS_NS_PER_SECOND && !sim_ticks(sym);
}
static inline bool sim_passes_limit(const sim_slot_t *slot, oms_price_t p) {
  return slot->is_buy ? p <= slot->limit : p >= slot->limit;
}
/* Stops trigger on the losing side, if-touched orders on the other. */
static inline bool sim_triggers_upward(const sim_slot_t *slot) {
  bool touch = slot->shape == SIM_TOUCH || slot->shape == SIM_TOUCH_LIMIT;
  return slot->is_buy != touch;
}
static inline bool sim_passes_trigger(const sim_slot_t *slot, oms_price_t p) {
  return slot->stop != OMS_NO_PRICE &&
         (sim_triggers_upward(slot) ? p >= slot->stop : p <= slot->stop);
}
static inline bool sim_waits_for_trigger(const sim_slot_t *slot) {
  return slot->shape >= SIM_STOP;
}

/* slots.c has the slots and the lists that name them. */

/* The symbol of an instrument, made when new. NULL when out of memory. */
sim_symbol_t *sim_symbol_need(oms_sim_t *s, uint32_t instrument);
/* The slot that holds the order, NULL when none does. */
sim_slot_t *sim_slot_of(const oms_sim_t *s, uint32_t order);
/* A slot that holds the order, with no rank yet. OMS_ERR_NOMEM. */
int sim_slot_take(oms_sim_t *s, uint32_t order, sim_slot_t **out);
void sim_slot_free(oms_sim_t *s, sim_slot_t *slot);
/* Another order stands in the slot from now on. The places of both are there already. */
void sim_slot_rename(oms_sim_t *s, sim_slot_t *slot, uint32_t order);
/* Room for the order in the table of places. OMS_ERR_NOMEM. */
int sim_place_reserve(oms_sim_t *s, uint32_t order);
/* Room in the symbol's list for everything under way and one more. OMS_ERR_NOMEM. */
int sim_list_reserve(oms_sim_t *s, sim_symbol_t *sym);
/* Puts the slot at the end of its symbol's list, with a new rank; room has been reserved. */
void sim_list_append(oms_sim_t *s, sim_symbol_t *sym, sim_slot_t *slot);
/* Drops the tombstones, unless a walk is on. */
void sim_list_compact(const oms_sim_t *s, sim_symbol_t *sym);
/* Sorts entries by rank, in place. */
void sim_entries_sort(sim_entry_t *e, size_t n);
uint32_t sim_slot_index(const oms_sim_t *s, const sim_slot_t *slot);

/* report.c has what the venue says. */

/* The report reaches the desk now; 'at' is the point of a fill on a bar, else NULL. Children that
 * the desk releases meanwhile know from the context where they come in, and on ticks meet the
 * market before this returns. */
void sim_hand_over(oms_sim_t *s, const oms_report_t *r, const sim_point_t *at, oms_time_t now);
void sim_report(oms_sim_t *s, uint32_t order, oms_report_type_t type, oms_code_t code,
                const char *text, oms_time_t now);
/* Frees the slot, then reports its end. */
void sim_end(oms_sim_t *s, sim_slot_t *slot, oms_report_type_t type, oms_code_t code,
             const char *text, oms_time_t now);

/* travel.c has the ways of what is sent on symbols of ticks, order flow included. */

/* The request leaves the desk: it arrives at once, or joins what is under way, never overtaking an
 * earlier one of its order. OMS_ERR_NOMEM. */
int sim_send(oms_sim_t *s, const sim_request_t *r);
/* The report leaves the venue: it is handed over at once, or joins what is under way, never
 * overtaking an earlier one of its order. Want of memory is kept in 'failure'. */
void sim_post(oms_sim_t *s, const oms_report_t *r, const sim_point_t *at, oms_time_t now);
/* An order that needs no request, as a released child, gets its way back. OMS_ERR_NOMEM. */
int sim_way_open(oms_sim_t *s, uint32_t order);
/* Whether the desk has yet to hear something of the order. */
bool sim_is_behind(const oms_sim_t *s, uint32_t order);
/* What has been filled of the slot's order and of those that it replaced, whether the desk knows it
 * or not. */
oms_qty_t sim_filled(const oms_sim_t *s, const sim_slot_t *slot);
/* What is left of the slot's order, with what has been filled here and is not known to the desk
 * yet. */
oms_qty_t sim_own_leaves(const oms_sim_t *s, const sim_slot_t *slot);
/* The same, and of a group's exit less what the other exits have filled and the desk does not know:
 * what may still fill. */
oms_qty_t sim_leaves(const oms_sim_t *s, const sim_slot_t *slot);
/* The slot that holds the order, or what has replaced it here. NULL when none does. */
sim_slot_t *sim_slot_of_chain(const oms_sim_t *s, uint32_t order);
void sim_travel_free(oms_sim_t *s);

/* arrive.c lets requests arrive. */

/* Why the venue does not take the order; OMS_CODE_NONE when it does. */
oms_code_t sim_refusal(const oms_sim_t *s, const sim_symbol_t *sym, const oms_order_t *o,
                       const char **text);
/* A stop that was released after the limits of its group with the same fill goes before them. */
void sim_go_before_limits(oms_sim_t *s, sim_symbol_t *sym, sim_slot_t *slot, bool in_open);

/* Takes the terms of the slot's order into the slot. */
void sim_load_terms(oms_sim_t *s, sim_slot_t *slot);
/* The order has arrived: refused, or accepted and in the list. Room has been reserved. 'last'
 * starts a trail. OMS_ERR_NOMEM. */
int sim_arrive(oms_sim_t *s, sim_slot_t *slot, oms_price_t last, oms_time_t now);
/* Door of oms_venue_t: a child begins to work, at the point of the fill that is being reported. */
int sim_release(void *self, uint32_t order, oms_time_t now);
void sim_arrive_cancel(oms_sim_t *s, uint32_t order, oms_time_t now);
/* Room in the list has been reserved. */
void sim_arrive_replace(oms_sim_t *s, uint32_t order, uint32_t successor, oms_time_t now);
/* Counts the bar for what is under way, and lets arrive what has waited long enough. OMS_ERR_NOMEM.
 */
int sim_travel(oms_sim_t *s, sim_symbol_t *sym, const oms_bar_t *bar, oms_time_t now);

/* expire.c has what ends with time, and the market's day. */

/* Remembers when the slot's order ends. */
void sim_expire_note(oms_sim_t *s, sim_symbol_t *sym, const sim_slot_t *slot);
/* On ticks: ends gtd orders whose instant is at or before 'now', after the ticks of 'now'. */
void sim_expire_instants(oms_sim_t *s, oms_time_t now);
/* Ends what has ended before a bar that starts at 'start'. */
void sim_expire_before(oms_sim_t *s, sim_symbol_t *sym, oms_time_t start, oms_time_t now);
/* Takes the bar in hand: whether it is halted or outside the regular session, and which session it
 * is in. */
void sim_bar_take(oms_sim_t *s, sim_symbol_t *sym, uint32_t instrument, const oms_bar_t *bar);
/* Whether the bar in hand brings the open or close for which an opg or cls order waits. */
bool sim_opg_due(const sim_symbol_t *sym, const sim_slot_t *slot);
bool sim_cls_due(const sim_symbol_t *sym);
bool sim_halted_at(const sim_symbol_t *sym, oms_time_t t);

/* trail.c has trailing stops and the points of a path. */

/* First stop of a trailing order at the price 'from' (OMS_NO_PRICE: none until a bar gives one). */
void sim_trail_start(const oms_sim_t *s, sim_slot_t *slot, oms_price_t from);
/* Moves the stops of the symbol's trailing orders by the bar in hand. */
void sim_trail_move(const oms_sim_t *s, sim_symbol_t *sym);
/* Points of the bar's path, by configuration. */
void sim_path_points(const oms_sim_t *s, const oms_bar_t *bar, oms_price_t out[4]);

/* The stop follows the price, if that brings it nearer. */
void sim_trail_follow(const oms_sim_t *s, sim_slot_t *slot, oms_price_t price);

/* fill.c fills. */

/* The price worsened by the slippage 'times' over; as it is where the order never slips. */
oms_price_t sim_worsened(const oms_sim_t *s, const sim_slot_t *slot, oms_price_t price, int times);
/* Fills so much at that price, if the account can pay. 0 < qty <= leaves. True when the slot is
 * still alive. */
bool sim_fill_qty(oms_sim_t *s, sim_symbol_t *sym, sim_slot_t *slot, const sim_point_t *at,
                  oms_qty_t qty, oms_price_t price, oms_time_t now);

/* Fills the slot's order at the point, as far as the bar's budget goes (fill or kill: whole or not
 * at all). True when the slot is still alive. */
bool sim_fill(oms_sim_t *s, sim_symbol_t *sym, sim_slot_t *slot, const sim_point_t *at,
              oms_time_t now);

/* match.c and path.c decide what fills where. */

/* Whether the bar in hand may match the slot at all. */
static inline bool sim_may_match(const sim_symbol_t *sym, const sim_slot_t *slot) {
  return slot->arrived <= sym->bar->start && !sym->halted && (!sym->outside || slot->extended);
}
/* Neither opg, cls, ioc nor fok: may be matched inside a bar. */
static inline bool sim_rests(const sim_slot_t *slot) {
  return slot->tif == OMS_TIF_DAY || slot->tif == OMS_TIF_GTC || slot->tif == OMS_TIF_GTD;
}
/* The trigger is reached: the order becomes market or limit, which is reported. True when it is
 * still alive. */
bool sim_trigger(oms_sim_t *s, sim_symbol_t *sym, sim_slot_t *slot, oms_time_t now);
/* Tries the order at one price, as an auction or the first price of a bar does, and ends what may
 * not rest. */
void sim_try_at(oms_sim_t *s, sim_symbol_t *sym, sim_slot_t *slot, const sim_point_t *at,
                oms_time_t now);
/* Ends what may not rest, by its time in force. */
void sim_end_unfilled(oms_sim_t *s, sim_slot_t *slot, oms_time_t now);
/* All phases on the bars in hand. OMS_ERR_NOMEM before anything has been matched. */
int sim_match(oms_sim_t *s, const uint32_t *instruments, size_t n, oms_time_t now);
/* The inside of one symbol's bar along its path. */
void sim_match_path(oms_sim_t *s, sim_symbol_t *sym, oms_time_t now);

/* Whether the day lets the slot's order meet the market of ticks. */
static inline bool sim_may_meet(const sim_symbol_t *sym, const sim_slot_t *slot) {
  return !sym->halted && (!sym->outside || slot->extended);
}

/* tick.c lets orders arrive on symbols of ticks and leads each to what concerns it. */

/* The order has arrived: refused, or accepted, in the list, and it has met the market. Room has
 * been reserved. */
void sim_tick_arrive(oms_sim_t *s, sim_slot_t *slot, oms_time_t now);
/* A child, or an exit made anew, begins to work. Room has been reserved; OMS_ERR_NOMEM. */
int sim_tick_release(oms_sim_t *s, sim_slot_t *slot, bool of_fill, oms_time_t now);
/* The children that the desk has released since, stops first, meet the market. */
void sim_meet_newborn(oms_sim_t *s, size_t from, oms_time_t now);
/* The slot's order meets the market as it stands, or what has just come. */
void sim_meet(oms_sim_t *s, sim_symbol_t *sym, sim_slot_t *slot, sim_at_t at, oms_time_t now);
/* A limit that may not take would take now. */
bool sim_would_take(sim_symbol_t *sym, const sim_slot_t *slot);
/* The day at 'now', and whether the symbol is halted. */
void sim_tick_phase(oms_sim_t *s, sim_symbol_t *sym, uint32_t instrument, oms_time_t now);
/* The order's end: a cls order meets the last trade or quote of its session, then it ends. */
void sim_tick_close(oms_sim_t *s, sim_symbol_t *sym, sim_slot_t *slot, oms_time_t end,
                    oms_time_t now);

/* take.c takes what the other side shows. */

typedef struct sim_touch {
  oms_price_t price;
  oms_qty_t *left; /* INT64_MAX: unlimited */
} sim_touch_t;
/* The far side for a buy or a sell: of the quote, or the last trade where there are no quotes.
 * False when it is absent. */
bool sim_touch(sim_symbol_t *sym, bool is_buy, sim_touch_t *out);
/* Takes the touch up to its size and, unless 'partial', what lies beyond, within the order's limit.
 * True when the slot is still alive. */
bool sim_take_touch(oms_sim_t *s, sim_symbol_t *sym, sim_slot_t *slot, const sim_touch_t *touch,
                    oms_time_t ts, oms_time_t now);
/* A market order, or a limit that is taking, meets the market. What may not rest ends, a limit that
 * does not cross goes to rest. */
void sim_take(oms_sim_t *s, sim_symbol_t *sym, sim_slot_t *slot, oms_time_t now);

/* queue.c fills limits at rest. */

/* The limit goes to rest behind what is displayed at its price. */
void sim_rest(sim_symbol_t *sym, sim_slot_t *slot);
void sim_queue_quote(oms_sim_t *s, sim_symbol_t *sym, sim_slot_t *slot, oms_time_t now);
void sim_queue_trade(oms_sim_t *s, sim_symbol_t *sym, sim_slot_t *slot, oms_time_t now);

/* trigger.c watches prices for stops, if-touched and trailing orders on ticks. */

/* Whether the order is triggered by what it meets. */
bool sim_tick_triggers(const oms_sim_t *s, const sim_symbol_t *sym, sim_slot_t *slot, sim_at_t at);
/* A trailing order that was not triggered follows the mark. */
void sim_tick_follow(const oms_sim_t *s, const sim_symbol_t *sym, sim_slot_t *slot, sim_at_t at);

#endif
