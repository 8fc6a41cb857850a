/* order.h - an order, its terms, its fills; and the transition table (state, event) -> state. Data
 * only: engine.c owns the orders and changes them, everyone else reads through const pointers,
 * which stay valid for the engine's life. */
#ifndef OMS_CORE_ORDER_H
#define OMS_CORE_ORDER_H

#include "base/fixed.h"
#include "core/enums.h"

#define OMS_NONE UINT32_MAX /* "no such order, fill, group, lot" */

/* What a caller asks for. Absent prices, quantities and times are OMS_NO_PRICE / OMS_NO_TIME;
 * absent texts NULL. The texts are borrowed for the call. */
typedef struct oms_terms {
  /* Index; OMS_NONE with 'symbol' set: an unknown symbol, refused as an order row. */
  uint32_t instrument;
  uint16_t account, owner;
  uint8_t side, type, time_in_force, session, trigger_by, order_class, position_intent, role;
  uint32_t flags; /* OMS_ORDER_POST_ONLY ... MANUAL as asked */
  oms_qty_t qty, display_qty;
  /* Instead of qty; the engine converts at the reference price, rounded down. */
  oms_money_t notional;
  oms_price_t limit_price, stop_price, trail_price, limit_offset;
  oms_ratio_t trail_percent; /* 3 % is 3000000000 */
  oms_time_t expire_at;      /* of gtd */
  /* UTC ns of the session end that ends a day, opg or cls order; NO_TIME: none. */
  oms_time_t expire_session;
  const char *symbol; /* as asked, for messages and rows of unknown symbols */
  const char *client_order_id, *tag, *entered_by, *script_hash, *route;
  uint32_t group;  /* the group it belongs to, or OMS_NONE */
  uint32_t parent; /* order index, or OMS_NONE */
} oms_terms_t;
/* Nothing is asked for: what may be absent is. */
extern const oms_terms_t oms_terms_none;

enum {
  /* asked for */
  OMS_ORDER_POST_ONLY = 1u << 0,
  OMS_ORDER_REDUCE_ONLY = 1u << 1,
  OMS_ORDER_DO_NOT_REDUCE = 1u << 2,
  OMS_ORDER_MANUAL = 1u << 3,
  OMS_ORDER_FROM_CLOSE = 1u << 4,  /* made by oms.close */
  OMS_ORDER_FROM_TARGET = 1u << 5, /* made by oms.target */
  /* Part of an explicit flatten, which a host marks and no script: where it reduces it passes a
   * halt (orders.md, section 6). */
  OMS_ORDER_FLATTEN = 1u << 6,
  /* happened (orders.md, section 2) */
  OMS_ORDER_AT_VENUE = 1u << 8,
  OMS_ORDER_TRIGGERED = 1u << 9,
  OMS_ORDER_DONE_FOR_DAY = 1u << 10,
  OMS_ORDER_STOPPED = 1u << 11,
  OMS_ORDER_IN_DOUBT = 1u << 12,
  OMS_ORDER_UNPROTECTED = 1u << 13,
  OMS_ORDER_GUARDED_BY_HOST = 1u << 14,
  OMS_ORDER_CANCEL_REQUESTED = 1u << 15, /* a cancel is out, or waits behind a replace */
  /* bookkeeping */
  OMS_ORDER_CHECKED = 1u << 16,    /* passed limits and rules */
  OMS_ORDER_REDUCES = 1u << 17,    /* reduced when it was accepted (orders.md, section 6) */
  OMS_ORDER_SENT = 1u << 18,       /* has left for the venue */
  OMS_ORDER_COUNTED = 1u << 19,    /* stands in working quantities and reserves */
  OMS_ORDER_GROUP_HEAD = 1u << 20, /* head of an oco: no terms of its own at the venue */
  OMS_ORDER_LISTED = 1u << 21,     /* stands in the list of open orders */
  /* Listed, and its size follows the book: reduce-only or an exit. */
  OMS_ORDER_FOLLOWS = 1u << 23,
  /* Its total was set to less than had filled, and nothing has filled since: no overfill. */
  OMS_ORDER_CUT = 1u << 24,
};

/* What most orders do not have: those share one row of it in which all is absent. */
typedef struct oms_order_more {
  oms_qty_t asked_qty; /* see oms_order_asked_qty */
  oms_qty_t display_qty;
  oms_money_t notional;
  oms_price_t stop_price, trail_price, limit_offset;
  oms_ratio_t trail_percent;
  oms_time_t expire_at;
  uint32_t next_in_group; /* order index chain of the group's members in order of creation */
  uint32_t parent, replaces, replaced_by; /* order indices */
  uint32_t root;                          /* see oms_order_root */
  uint32_t original; /* place of its first terms where it was changed in place, else OMS_NONE */
  uint32_t actions;  /* corporate actions of the session that its figures reflect; 0: none */
  uint8_t wire_attempt;
} oms_order_more_t;
extern const oms_order_more_t oms_order_no_more;

/* Who gave it and why, shared by orders of one origin; NULL: not said. */
typedef struct oms_order_origin {
  const char *tag, *entered_by, *script_hash, *route;
} oms_order_origin_t;

/* Kept small: a host may hold millions of them. Its seq, from 1, is index + 1; it was received when
 * it was created. */
typedef struct oms_order {
  /* Its place in the store, which is never given to another order: the name inside. */
  uint32_t index;
  uint32_t flags;
  uint32_t instrument;
  uint16_t account, owner;
  uint8_t side, type, time_in_force, session, trigger_by, order_class, position_intent, role;
  uint8_t status, held_by, rejected_by, canceled_by;
  uint16_t code;        /* oms_code_t */
  uint16_t cancel_code; /* oms_code_t that a requested cancel will end with; 0: none */
  oms_qty_t qty;        /* follows restatements and group sizes */
  oms_qty_t filled_qty;
  oms_price_t limit_price;
  oms_time_t expire_session;
  oms_time_t created_ns, sent_ns, ended_ns; /* NO_TIME until then */
  oms_money_t commission;
  oms_int128_t filled_notional; /* sum of price * qty in 1e-18, chain totals */
  oms_qty_t open_qty;           /* opening part that buying power is kept for */
  oms_money_t reserve;          /* buying power kept for it now */
  oms_price_t reserve_price;
  uint32_t group;
  uint32_t book, net;            /* positions that its fills go to */
  uint32_t next_open, prev_open; /* open orders in order of creation */
  uint32_t last_fill;            /* newest fill, chained by prev; OMS_NONE */
  const char *symbol;            /* the instrument's, or as asked when unknown */
  const char *client_order_id;   /* NULL: the order_id */
  const char *broker_order_id, *message;
  const oms_order_more_t *more;     /* never NULL */
  const oms_order_origin_t *origin; /* never NULL */
} oms_order_t;

typedef struct oms_fill {
  uint32_t index, order;
  uint32_t prev;  /* earlier fill of the same order, or OMS_NONE */
  uint32_t busts; /* fill index that this one takes back, or OMS_NONE */
  uint8_t side;
  uint8_t busted;    /* taken back by a later one */
  uint8_t liquidity; /* 'A' added, 'R' removed, 'O' open, 'C' close, 0 unknown */
  uint8_t has_commission;
  uint8_t is_named; /* its execution id is a text */
  oms_qty_t qty;
  oms_price_t price;
  oms_money_t commission;
  oms_time_t ts; /* as reported: on bars the label of the bar */
  union {
    uint64_t number; /* of a venue that numbers; 0: none */
    const char *text;
  } execution;
} oms_fill_t;

static inline const char *oms_fill_execution_id(const oms_fill_t *f) { /* NULL: it has a number */
  return f->is_named != 0 ? f->execution.text : NULL;
}
static inline uint64_t oms_fill_execution_no(const oms_fill_t *f) { /* 0: it has a text, or none */
  return f->is_named != 0 ? 0 : f->execution.number;
}

static inline oms_qty_t oms_order_leaves(const oms_order_t *o) {
  return oms_status_is_final(o->status) || o->filled_qty >= o->qty ? 0 : o->qty - o->filled_qty;
}
/* Beyond what was ordered; all of it where that was nothing. */
static inline oms_qty_t oms_order_overfill(const oms_order_t *o) {
  bool over = o->filled_qty > o->qty && (o->flags & OMS_ORDER_CUT) == 0;
  return !over ? 0 : o->qty > 0 ? o->filled_qty - o->qty : o->filled_qty;
}
/* As created, in the terms of its corporate actions; OMS_NO_PRICE of one by notional. */
static inline oms_qty_t oms_order_asked_qty(const oms_order_t *o) {
  return o->more == &oms_order_no_more ? o->qty : o->more->asked_qty;
}
/* The first of a replace chain. */
static inline uint32_t oms_order_root(const oms_order_t *o) {
  return o->more->root == OMS_NONE ? o->index : o->more->root;
}
static inline bool oms_order_is_open(const oms_order_t *o) {
  return !oms_status_is_final(o->status);
}
/* Filled notional / filled quantity, half away from zero; OMS_NO_PRICE while nothing has filled. */
oms_price_t oms_order_avg_price(const oms_order_t *o);

/* Which prices a type must have and may have. */
typedef struct oms_type_needs {
  bool limit, stop, trail, limit_offset;
} oms_type_needs_t;
oms_type_needs_t oms_type_needs(int type);

/* Happenings of the transition table: reports, requests and decisions of ours. */
/* clang-format off */
#define OMS_HAPPENING_MAP(X)                                                                       \
  X(SUBMIT) X(HOLD) X(RELEASE) X(ACCEPT) X(TRIGGER) X(FILL_PART) X(FILL_FULL) X(CANCEL_REQUEST)    \
  X(CANCEL) X(CANCEL_REJECT) X(REPLACE_REQUEST) X(REPLACE) X(REPLACE_REJECT) X(RESTATE)            \
  X(RESTATE_DONE) X(SUSPEND) X(RESUME) X(EXPIRE) X(REJECT) X(BUST_NONE_LEFT) X(BUST_WORKING)       \
  X(BUST_ENDED)
/* clang-format on */
typedef enum oms_happening {
#define X(name) OMS_HAPPENING_##name,
  OMS_HAPPENING_MAP(X)
#undef X
      OMS_HAPPENING_COUNT
} oms_happening_t;

/* How a bust is told: BUST_WORKING of an open order, of a filled one that works again, and for the
 * first half of a correction; BUST_ENDED of an order that has ended; BUST_NONE_LEFT of either when
 * nothing filled is left and no word says that it works. */

/* Status after 'what' in 'status', given filled and ordered quantity (rows that go "back by
 * filled_qty" need them). -1: no such transition (OMS_ERR_BAD_TRANSITION). Pure; one table; each
 * cell has a test. */
int oms_order_transition(int status, int what, oms_qty_t filled_qty, oms_qty_t qty);

#endif
