/* engine.h - the order and position core: one function takes commands, events come out through a
 * sink. Pure: no clock, disk, network, script; time and reports come in as commands; equal commands
 * give equal events and an equal state hash.
 *
 * Life of an order:
 *   SUBMIT  validate, dedupe, trading state, hard limits, buying power -> a row in every case that
 *           parsed: rejected (event REJECTED and OMS_ERR_REJECTED), or pending_new / held. With
 *           'needs_verdict' it is not counted anywhere until VERDICT says yes.
 *   VERDICT of the risk rules or a person: accept, reject (code, message), approve (held until a
 *           person). OMS_ERR_REJECTED: a yes that came too late, trading is halted (event REJECTED)
 *           or the order to be replaced is ending (the row is taken back).
 *   SEND    it leaves for the venue (batch flush). REPORT: what the venue says.
 *
 * CORPORATE changes, for every account, what is held and what is ordered of an instrument (rules in
 * engine_terms.c): a RESTATED event with the old terms for each open order that it changes,
 * CANCELED with CORPORATE_ACTION for one that it leaves without a quantity or price. Orders of a
 * replace chain or group that is still open follow in all their figures; fills and ended orders
 * stay as they happened. OMS_ERR_USAGE: ratio out of range, negative dividend.
 *
 * Which order an event names: the one it happened to; of REPLACED the successor ('replaces' leads
 * back), of REPLACE_REJECTED the original. A successor tells nothing of itself but HELD and
 * RELEASED while it waits for a person. BUST carries the reverse fill, CORRECT the new one. Late
 * and over-fills come as FILL, then ALERT.
 *
 * REPLACE of an order that has not left (held, or pending_new before SEND) is done at once: event
 * REPLACED, the successor takes its place and state. Else the successor waits as held, SEND it, and
 * the venue's answer may name either. A verdict REJECT on it takes the row back: refusal, no event.
 * CANCEL by the name of a waiting successor means its original.
 *
 * A SUBMIT with held_by is neither checked nor counted before RELEASE, which measures it again. The
 * head of an oco (OMS_ORDER_GROUP_HEAD) is checked as a reduce-only order, counts nothing, and
 * shows what its exits have filled (no FILL event of its own); reports about it are welcome, fills
 * are not its own. */
#ifndef OMS_CORE_ENGINE_H
#define OMS_CORE_ENGINE_H

#include "core/book.h"
#include "core/calendar.h"
#include "core/commission.h"
#include "core/limits.h"
#include "core/order.h"

typedef struct oms_engine oms_engine_t;

/* What the engine knows of the world. */

typedef struct oms_instrument {
  const char *symbol;
  const char *currency; /* "USD" */
  uint8_t asset_class;
  uint8_t calendar; /* oms_calendar kind; none: no sessions */
  bool declared;
  oms_price_t tick;                /* 0: any price */
  oms_qty_t lot;                   /* 0: any quantity */
  int64_t multiplier;              /* 1e-9: OMS_QTY_SCALE for shares */
  oms_price_t previous_close;      /* OMS_NO_PRICE: none */
  oms_money_t margin_per_contract; /* place of the futures margin model; OMS_NO_PRICE: none */
  /* moving */
  oms_price_t last; /* last trade or completed bar's close; OMS_NO_PRICE before the first */
  oms_time_t last_ns;
  oms_price_t bid, ask; /* OMS_NO_PRICE: that side is absent */
  oms_qty_t bid_size, ask_size;
  uint8_t trading_state;
} oms_instrument_t;

typedef struct oms_account {
  const char *id;
  const char *fdid, *customer_id, *mpid, *dept; /* CAT; NULL until given */
  uint8_t type;                                 /* oms_account_type_t */
  uint8_t trading_state;
  int64_t multiplier; /* leverage, 1e-9 */
  bool credit_exits;
  oms_money_t initial_cash, cash;
  oms_money_t long_value, short_value; /* market values, short_value <= 0 */
  oms_money_t reserve;                 /* of working orders that do not reduce */
  oms_money_t exit_credit;             /* reference value of working market exits */
  oms_money_t commission, realized_pl;
  oms_money_t dividends; /* cash received, less what short positions have paid */
  oms_money_t in_lieu;   /* cash for fractions that reverse splits left */
  uint32_t open_orders;
  oms_money_t traded_value; /* of all fills, for the turnover */
  /* of the account's day (rolls at 00:00 New York) */
  int64_t day; /* days since 1970 */
  oms_money_t day_start_equity, day_peak_equity, day_realized_pl;
  uint32_t day_orders, day_replaces, day_cancels, day_fills, losses_in_row;
  oms_limits_t limits;
} oms_account_t;

typedef struct oms_owner {
  const char *id; /* strategy id, "api:KEY", "person:KEY", "external" (always owner 0) */
  const char *script_hash;
  uint8_t trading_state;
} oms_owner_t;

typedef struct oms_group {
  uint32_t head;        /* order index: parent, oco head, or ticket */
  uint32_t first, last; /* members, chained by next_in_group, the head first */
  uint8_t order_class;  /* bracket, oco, oto; simple: a ticket of oms.close or oms.target */
  uint8_t trigger_full; /* children wait for the whole parent */
  uint8_t unprotected;
  uint32_t rearmed;         /* how often a lost child was re-armed */
  oms_qty_t targets, stops; /* what the exits of each side may still fill */
  oms_qty_t counted;        /* what stands in the net's working quantity for both */
} oms_group_t;

typedef struct oms_engine_config {
  uint64_t seed;                     /* of order ids */
  uint32_t orders, fills;            /* places to take and touch at the start; both grow */
  oms_commission_model_t commission; /* for the estimate in reserves */
  /* The venue takes orders through zero whole; else the engine refuses them. */
  bool crosses_zero;
} oms_engine_config_t;

/* Commands. */

typedef enum oms_command_type {
  OMS_COMMAND_SUBMIT,
  OMS_COMMAND_VERDICT,
  OMS_COMMAND_SEND,
  OMS_COMMAND_CANCEL,
  OMS_COMMAND_REPLACE,
  OMS_COMMAND_DROP, /* of a failed callback, or of a group that was refused in part */
  OMS_COMMAND_REPORT,
  OMS_COMMAND_RELEASE,     /* held -> pending_new with a quantity */
  OMS_COMMAND_RESIZE,      /* group child or reduce-only order: new total quantity, in place */
  OMS_COMMAND_GROUP,       /* makes a group */
  OMS_COMMAND_GROUP_STATE, /* what the triggers have found out about it */
  OMS_COMMAND_CLAIM,
  OMS_COMMAND_MARK,
  OMS_COMMAND_QUOTE,
  OMS_COMMAND_CORPORATE, /* a split or dividend of an instrument */
  OMS_COMMAND_STATE,
  OMS_COMMAND_ALERT,
  OMS_COMMAND_TIME /* nothing but the time: day rolls */
} oms_command_type_t;

typedef enum oms_verdict {
  OMS_VERDICT_ACCEPT,
  OMS_VERDICT_REJECT,
  OMS_VERDICT_APPROVE
} oms_verdict_t;

/* What a venue or broker reports. Absent prices OMS_NO_PRICE, texts NULL (borrowed for the
 * call). */
typedef struct oms_report {
  uint8_t type; /* oms_report_type_t */
  uint8_t liquidity;
  bool has_commission;
  bool works_again; /* of a bust: the order works again */
  uint32_t order;   /* index */
  uint16_t code;    /* oms_code_t of a rejection or end */
  oms_time_t ts;
  oms_qty_t qty;     /* fill: this fill; restated: new total */
  oms_price_t price; /* fill; restated: new limit price */
  oms_price_t stop_price;
  oms_money_t commission;
  uint64_t execution_no;
  const char *execution_id; /* either of the two */
  const char *busts;        /* bust, correct: the execution id taken back */
  const char *broker_order_id, *text;
} oms_report_t;

enum { OMS_SCOPE_ALL, OMS_SCOPE_ACCOUNT, OMS_SCOPE_OWNER, OMS_SCOPE_INSTRUMENT };
typedef struct oms_scope {
  int kind;
  uint32_t index;
} oms_scope_t;

typedef struct oms_command {
  oms_command_type_t type;
  uint64_t seq;   /* of the command, rising */
  oms_time_t now; /* never goes back */
  union {
    struct {
      const oms_terms_t *terms;
      bool needs_verdict;
      /* OMS_HELD_BY_PARENT ...: accepted as held; children and tickets are not checked again. */
      uint8_t held_by;
    } submit;
    struct {
      uint32_t order;
      uint8_t verdict;
      uint16_t code;
      const char *message;
    } verdict;
    struct {
      uint32_t order;
    } send;
    struct {
      uint32_t order;
      uint16_t code; /* OMS_CODE_NONE: SCRIPT_ERROR */
      const char *message;
    } drop;
    struct {
      uint32_t order;
      uint8_t canceled_by;
      uint16_t code;
      const char *message;
    } cancel;
    struct {
      uint32_t order;
      oms_qty_t qty;           /* new total, or OMS_NO_PRICE: as it is */
      oms_price_t limit_price; /* OMS_NO_PRICE: as it is; likewise below */
      oms_price_t stop_price, trail_price, limit_offset;
      oms_ratio_t trail_percent;
      oms_time_t expire_at;
      oms_time_t expire_session; /* counts where 'moves_end' */
      bool moves_end;            /* the session with which the order ends is another one, or none */
      uint8_t time_in_force;     /* UINT8_MAX: as it is */
      const char *client_order_id;
      bool needs_verdict;
    } replace;
    oms_report_t report;
    struct {
      uint32_t order;
      oms_qty_t qty;
    } release, resize;
    struct {
      uint8_t order_class;
      uint8_t trigger_full;
    } group;
    struct {
      uint32_t group;
      bool rearmed; /* a lost exit was made anew */
      /* It has no exit where it needs one: the head carries the flag, an ALERT says so. */
      bool unprotected;
    } group_state;
    struct {
      uint32_t order; /* OMS_NONE: the position of 'instrument' in 'account' */
      uint16_t account, owner;
      uint32_t instrument;
    } claim;
    struct {
      uint32_t instrument;
      oms_price_t price;
    } mark;
    struct {
      uint32_t instrument;
      oms_price_t bid, ask;
      oms_qty_t bid_size, ask_size;
    } quote;
    struct {
      uint32_t instrument;
      oms_corporate_t action;
    } corporate;
    struct {
      oms_scope_t scope;
      uint8_t state;
    } state;
    struct {
      uint32_t order;
      uint16_t code;
      const char *text;
    } alert;
  } u;
} oms_command_t;

/* Events. */

typedef struct oms_event {
  uint8_t type;   /* oms_event_type_t */
  uint8_t status; /* the order's, after it */
  uint8_t canceled_by;
  uint8_t replayed;
  uint16_t code;
  uint16_t owner;
  uint32_t order; /* index, OMS_NONE for an alert without one */
  uint32_t fill;  /* index, or OMS_NONE */
  uint64_t seq;   /* of the event, rising */
  oms_time_t ts;
  oms_qty_t old_qty; /* restated: before */
  oms_price_t old_limit_price, old_stop_price;
  const char *message; /* lives as long as the engine; NULL: none */
} oms_event_t;

typedef struct oms_sink {
  void *self;
  /* Called while the command is applied: must only take a copy, never apply. */
  void (*event)(void *self, const oms_event_t *event);
} oms_sink_t;

/* Life. */

/* NULL when out of memory. Owner 0 ("external") exists from the start. The caller frees it. */
oms_engine_t *oms_engine_new(const oms_engine_config_t *config);
void oms_engine_free(oms_engine_t *e);

/* Set-up, before or between commands; texts are copied. The new index in '*index'. OMS_ERR_EXISTS
 * for a second one of the same name, OMS_ERR_USAGE for a multiplier out of range or no name,
 * OMS_ERR_NOMEM, OMS_ERR_FULL (65,535 accounts or owners). */
int oms_engine_add_instrument(oms_engine_t *e, const oms_instrument_t *i, uint32_t *index);
int oms_engine_add_account(oms_engine_t *e, const oms_account_t *a, uint16_t *index);
int oms_engine_add_owner(oms_engine_t *e, const oms_owner_t *o, uint16_t *index);
/* Of orders to come; without memory for the text the old hash stays. */
void oms_engine_set_owner_hash(oms_engine_t *e, uint16_t owner, const char *script_hash);

/* Other hard limits for an account, from the next command on; the list is copied. A limit that
 * looks back in time and was not set before looks back to now. OMS_ERR_NOT_FOUND, OMS_ERR_NOMEM: as
 * it was. */
int oms_engine_set_limits(oms_engine_t *e, uint16_t account, const oms_limits_t *limits);

/* The commission for the estimate in reserves of orders to come. */
void oms_engine_set_commission(oms_engine_t *e, const oms_commission_model_t *model);
/* A copy that lives as long as the engine, for a list of restricted symbols; of zeros when
 * 'data' is NULL. NULL when out of memory. */
void *oms_engine_keep(oms_engine_t *e, const void *data, size_t n);

/* Room for the keys of 'n' more orders, so that what grows with them does not grow in the middle of
 * a script's call, whose time is counted. OMS_ERR_NOMEM: the growth comes when it must. */
int oms_engine_make_room(oms_engine_t *e, size_t n);

/* Applies one command; 'sink' may be NULL, as in a recovery, which looks at nothing. OMS_OK;
 * OMS_ERR_REJECTED: refused, an event (or, for REPLACE and CANCEL, the engine's oms_engine_refusal)
 * says why; OMS_ERR_DUPLICATE: a SUBMIT or report seen before with equal content, nothing changed
 * (oms_engine_subject gives the first order). With all others nothing has changed: OMS_ERR_STALE
 * (no such order or group), OMS_ERR_BAD_TRANSITION, OMS_ERR_NOT_FOUND (no such execution, nothing
 * to claim), OMS_ERR_USAGE (time went back, or terms that no caller may hand over), OMS_ERR_NOMEM,
 * OMS_ERR_OVERFLOW. */
int oms_engine_apply(oms_engine_t *e, const oms_command_t *command, oms_sink_t *sink);

/* The order that the last command made or was about (SUBMIT: the new one; REPLACE: the
 * successor). */
uint32_t oms_engine_subject(const oms_engine_t *e);
/* The group that the last OMS_COMMAND_GROUP made. */
uint32_t oms_engine_new_group(const oms_engine_t *e);
/* Code and sentence of the last refusal that has no event (cancel, replace, duplicate key). */
oms_code_t oms_engine_refusal(const oms_engine_t *e, const char **message);

/* Reading. */

uint32_t oms_engine_order_count(const oms_engine_t *e);
const oms_order_t *oms_engine_order(const oms_engine_t *e, uint32_t index); /* index < count */
uint32_t oms_engine_fill_count(const oms_engine_t *e);
const oms_fill_t *oms_engine_fill(const oms_engine_t *e, uint32_t index);
uint32_t oms_engine_instrument_count(const oms_engine_t *e);
const oms_instrument_t *oms_engine_instrument(const oms_engine_t *e, uint32_t index);
uint32_t oms_engine_account_count(const oms_engine_t *e);
const oms_account_t *oms_engine_account(const oms_engine_t *e, uint32_t index);
uint32_t oms_engine_owner_count(const oms_engine_t *e);
const oms_owner_t *oms_engine_owner(const oms_engine_t *e, uint32_t index);
const oms_group_t *oms_engine_group(const oms_engine_t *e, uint32_t index);
/* OMS_NONE when there is none of that name. */
uint32_t oms_engine_find_instrument(const oms_engine_t *e, const char *symbol);
uint32_t oms_engine_find_account(const oms_engine_t *e, const char *id);
uint32_t oms_engine_find_owner(const oms_engine_t *e, const char *id);
/* By order_id or client_order_id of the account; OMS_NONE. */
uint32_t oms_engine_find_order(const oms_engine_t *e, uint16_t account, const char *id);
/* First open order in order of creation, and the next one (oms_order_t.next_open). */
uint32_t oms_engine_first_open(const oms_engine_t *e);

/* The owner's book and the account's net; a static flat one when there is none yet. Never NULL. */
const oms_position_t *oms_engine_book(const oms_engine_t *e, uint16_t account, uint16_t owner,
                                      uint32_t instrument);
const oms_position_t *oms_engine_net(const oms_engine_t *e, uint16_t account, uint32_t instrument);
/* All books and nets in order of creation: index < count. */
uint32_t oms_engine_position_count(const oms_engine_t *e);
const oms_position_t *oms_engine_position(const oms_engine_t *e, uint32_t index);
const oms_lot_t *oms_engine_lot(const oms_engine_t *e, uint32_t index);

/* The last trade or completed bar's close, before the first the mid of the last quote that had both
 * sides and was not crossed: what positions are marked with. OMS_NO_PRICE before any of them. */
oms_price_t oms_engine_last(const oms_engine_t *e, uint32_t instrument);

/* Reference price (orders.md, section 7), OMS_NO_PRICE when there is none. */
oms_price_t oms_engine_reference(const oms_engine_t *e, uint32_t instrument);
oms_money_t oms_account_equity(const oms_account_t *a);
/* multiplier x equity - gross position value - reserve (+ exit credit), saturating. */
oms_money_t oms_account_buying_power(const oms_account_t *a);
/* The strictest trading state of the scopes that hold the order. */
oms_trading_state_t oms_engine_state(const oms_engine_t *e, uint16_t account, uint16_t owner,
                                     uint32_t instrument);
/* The trading state of a scope itself, whatever stands above it. */
oms_trading_state_t oms_engine_scope_state(const oms_engine_t *e, oms_scope_t scope);
/* The number of the newest event; 0: there was none. */
uint64_t oms_engine_last_event(const oms_engine_t *e);
/* Whether the order was asked for with these terms (orders.md, section 8); what became of its
 * quantity since, as the exit of a group, does not matter. False: 'list' names the difference, as
 * "qty (5, not 6), type (limit, not market)": what the order has, then what is asked now. */
enum { OMS_DIFFERENCE_MAX = 152 };
bool oms_engine_same_content(const oms_engine_t *e, uint32_t order, const oms_terms_t *t,
                             char list[OMS_DIFFERENCE_MAX]);
/* Whether open orders whose size follows a book (reduce-only ones, exits of groups) stand in the
 * account and symbol of 'order': a fill may then change them. */
bool oms_engine_is_followed(const oms_engine_t *e, uint32_t order);
/* Whether 'qty' more of 'side' would reduce (orders.md, section 6). */
bool oms_engine_would_reduce(const oms_engine_t *e, uint16_t account, uint32_t instrument, int side,
                             oms_qty_t qty);
/* For the venue, at a fill: whether the account can pay for 'qty' of the order at 'price' (its own
 * reserve set free; what closes needs nothing). Sentence of a refusal into 'message' (may be
 * NULL). */
bool oms_engine_can_pay(const oms_engine_t *e, uint32_t order, oms_qty_t qty, oms_price_t price,
                        oms_money_t commission, char message[256]);
/* Likewise: whether such a fill fits what can be reckoned with. OMS_ERR_OVERFLOW. */
int oms_engine_can_book(const oms_engine_t *e, uint32_t order, oms_qty_t qty, oms_price_t price,
                        oms_money_t commission);
/* The code that SUBMIT would give now, without an order: so that a benchmark can time the checks
 * alone. */
oms_code_t oms_engine_check_limits(const oms_engine_t *e, const oms_terms_t *terms, oms_time_t now);

/* Names. */

/* Texts into 'out': UUIDv7 made from creation time, the seed and seq (reversible: find_order needs
 * no map); wire id, at most 20 of [0-9a-z]; the execution id. All NUL-terminated. */
void oms_order_id_text(const oms_engine_t *e, const oms_order_t *o, char out[37]);
const char *oms_client_order_id_text(const oms_engine_t *e, const oms_order_t *o, char out[37]);
void oms_wire_id_text(const oms_engine_t *e, const oms_order_t *o, char out[21]);
/* An order that the venue knew before we did, as somebody gave it there by hand: it is entered by
 * "venue", its client_order_id is "venue:" and its name at the venue, which is its wire id. */
#define OMS_ENTERED_BY_VENUE "venue"
#define OMS_FOREIGN_PREFIX   "venue:"
bool oms_order_is_foreign(const oms_order_t *o);
/* The order that this wire id has named, in its last attempt or one before; OMS_NONE. */
uint32_t oms_engine_find_wire(const oms_engine_t *e, const char *text);
const char *oms_execution_id_text(const oms_fill_t *f, char out[24]);

/* Results. */

/* A round trip of FIFO lots in one book: one line per (opening fill, closing fill), oldest lot
 * first; open lots have exit_fill OMS_NONE. Commission is split by quantity, the remainder on the
 * last line. */
typedef struct oms_trade {
  uint32_t instrument;
  uint16_t account, owner;
  uint32_t entry_fill, exit_fill;
  bool is_long;
  oms_qty_t qty; /* > 0 */
  oms_price_t entry_price, exit_price;
  oms_money_t commission, pnl; /* pnl net of commission; open lots: 0 */
  /* When cash in lieu closed it, at exit_price, without a fill; else OMS_NO_TIME. */
  oms_time_t lieu_ns;
} oms_trade_t;
static inline bool oms_trade_is_open(const oms_trade_t *t) {
  return t->exit_fill == OMS_NONE && t->lieu_ns == OMS_NO_TIME;
}
/* OMS_NO_TIME for an open lot. */
oms_time_t oms_trade_exit_time(const oms_engine_t *e, const oms_trade_t *t);
/* Derives all round trips from the fills that were not busted: closed ones in order of their
 * closing fill, then open lots in order of their opening fill. Calls 'each' for every line; stops
 * when it returns non-zero and returns that. OMS_ERR_NOMEM, OMS_ERR_OVERFLOW. */
int oms_engine_trades(const oms_engine_t *e, int (*each)(void *self, const oms_trade_t *t),
                      void *self);

/* Digest over every order, fill, group, position, account and trading state: 32 hex digits and NUL.
 * OMS_ERR_NOMEM. */
int oms_engine_state_hash(const oms_engine_t *e, char out[33]);

/* Checks the invariants (filled + leaves = qty + overfill while open, position = sum of fills,
 * cash = start - cost - commissions + dividends + cash in lieu, working quantities and reserves =
 * sums over open orders, groups as orders.md section 5). OMS_OK, or OMS_ERR_CHECK with the first
 * that fails in 'err'. For tests: walks everything. */
int oms_engine_verify(const oms_engine_t *e, oms_error_t *err);

#endif
