/* api.h - the trading API of a cell: its context, and what the b_*.c files share. One file a Lua
 * type; each function checks its arguments and the phase (both may raise), then asks the desk or
 * the engine once, then pushes. What changes anything goes through the desk; what only reads asks
 * the engine. Invariants:
 *   A1  After the desk has been asked nothing raises but for memory that the machine itself lacks.
 *   A2  A chain of replaces is one thing to a script: one handle per chain and cell, which names
 *       the link that is live. A successor that never came to live is a thing of its own.
 *   A3  The context outlives its cell: the cell's user pointer is valid until oms_cell_close. */
#ifndef OMS_BIND_API_H
#define OMS_BIND_API_H

#include "base/check.h"
#include "bind/bind.h"
#include "bind/script.h"

/* Kinds of cells, as bits: each call names those that it may be made in. */
enum {
  OMS_KIND_STRATEGY = 1 << OMS_SCRIPT_STRATEGY,
  OMS_KIND_RULE = 1 << OMS_SCRIPT_RULE,
  OMS_KIND_TRIGGER = 1 << OMS_SCRIPT_TRIGGER,
  OMS_KIND_SESSION = 1 << 3, /* the cell of a session file */
  OMS_KIND_ANY = (1 << 4) - 1
};

/* Types of userdata. */
enum { OMS_UD_ORDER, OMS_UD_ACCOUNT, OMS_UD_INSTRUMENT, OMS_UD_CALENDAR, OMS_UD_TIMER, OMS_UD_DAY };

#define OMS_WORD_SLOTS 256 /* a power of two, more than twice the longest list */

/* The words of one list, found by the address of their interned string. The list is an array of
 * structs whose first member is the word. */
typedef struct oms_words {
  const void *list;
  size_t stride, n;
  const char *at[OMS_WORD_SLOTS];
  uint8_t id[OMS_WORD_SLOTS];
} oms_words_t;

/* Points to a position's table and knows what has been written into it. */
typedef struct oms_book_view {
  const oms_position_t *position; /* NULL: none yet */
  uint32_t instrument, version;
  uint16_t account, owner; /* UINT16_MAX: the account's net */
  int ref;                 /* the table */
  bool written;
} oms_book_view_t;

/* A symbol that the cell has used. */
typedef struct oms_symbol {
  uint32_t instrument;
  oms_book_view_t *own; /* the script's own book in its own account; NULL until asked for */
} oms_symbol_t;

#define OMS_SYMBOL_SLOTS 128 /* a power of two */

/* The text of a timeframe. */
#define OMS_STREAM_SLOTS 64
typedef struct oms_stream_text {
  int64_t timeframe; /* ns; 0: none yet */
  char text[24];
} oms_stream_text_t;

typedef struct oms_api {
  const oms_desk_t *desk; /* NULL: no session yet */
  oms_cell_t *cell;
  int script;    /* by which the desk knows it */
  uint32_t kind; /* one OMS_KIND_ bit */
  uint16_t account, owner;
  const char *hash; /* of the script's files; NULL: not known yet */
  /* registry references */
  int ref_module;
  int ref_anchor;              /* table of texts whose addresses are kept */
  int ref_handles;             /* chain (root + 1) -> handle, weak */
  int ref_symbols;             /* symbol -> oms_symbol_t */
  int ref_books;               /* key of a book -> oms_book_view_t */
  int ref_timers;              /* generated name -> function */
  int ref_cancel, ref_replace; /* methods of order handles */
  int ref_ctx;                 /* of a rule */
  uint32_t function_timers;
  bool warned_function_timer;
  oms_words_t order_words, terms_words, exit_words, account_words, instrument_words;
  struct {
    const char *text;
    oms_symbol_t *symbol;
  } symbols[OMS_SYMBOL_SLOTS];
  oms_calendar_t calendars[2];                 /* by oms_calendar_kind_t */
  oms_stream_text_t streams[OMS_STREAM_SLOTS]; /* by stream modulo their number */
  oms_view_t *bar, *fill, *event, *checked;    /* views; NULL where the kind has no use for them */
  oms_view_t *quote, *trade, *action;
  /* what a rule judges or hears of now */
  uint32_t rule_order;   /* OMS_NONE: nothing */
  uint32_t judged_order; /* the same during a check: it is not among the open orders yet */
  uint16_t rule_account;
  bool rule_reduces;
} oms_api_t;

/* Makes the module `oms` known to the cell, with the functions of 'api->kind', and sets the cell's
 * user pointer. The caller has filled in desk, script, kind, account, owner. To be run protected;
 * may raise. */
void oms_lua_open(lua_State *L, oms_api_t *api);

static inline oms_api_t *oms_api_of(lua_State *L) {
  return oms_bind_cell(L)->user;
}
static inline const oms_engine_t *oms_api_engine(const oms_api_t *api) {
  return api->desk->engine;
}
/* Phases in which market and orders can be read; all but the loading of the file. */
#define OMS_PHASES_READ ((uint32_t)OMS_PHASE_ANY & ~(uint32_t)OMS_PHASE_LOAD)
/* Phases in which orders can be given; in the warm-up they are refused, so that one function may
 * serve as on_warmup and on_bar. */
#define OMS_PHASES_ORDER ((uint32_t)OMS_PHASE_START | OMS_PHASE_EVENT | OMS_PHASE_WARMUP)

/* Raises unless the running cell is of one of 'kinds' and the running callback of one of
 * 'phases'. */
oms_api_t *oms_api_need(lua_State *L, uint32_t kinds, uint32_t phases, const char *name);
/* The same for calls that read only, from any kind of cell. */
static inline oms_api_t *oms_api_reads(lua_State *L, const char *name) {
  oms_api_t *api = oms_api_of(L);
  if (OMS_UNLIKELY((oms_budget.top->call->phase & OMS_PHASES_READ) == 0 || api->desk == NULL)) {
    oms_api_need(L, OMS_KIND_ANY, OMS_PHASES_READ, name);
  }
  return api;
}

/* b_words.c. */

/* Anchors the words of a list. May raise. */
void oms_words_init(lua_State *L, oms_words_t *w, const void *list, size_t stride, size_t n);
static inline size_t oms_word_slot(const char *s) {
  return (size_t)(((uint64_t)(uintptr_t)s >> 3) * UINT64_C(0x9e3779b97f4a7c15) >> 56);
}
/* Place of the interned string in its list, or -1. */
static inline int oms_words_find(const oms_words_t *w, const char *s) {
  for (size_t i = oms_word_slot(s);; i = (i + 1) & (OMS_WORD_SLOTS - 1)) {
    if (w->at[i] == s) {
      return w->id[i];
    }
    if (w->at[i] == NULL) {
      return -1;
    }
  }
}
/* Raises "WHERE: unknown WHAT 'WORD' (did you mean 'X'?)", or with all words where none is near. */
_Noreturn void oms_raise_unknown(lua_State *L, const char *where, const char *what,
                                 const char *word, const void *list, size_t stride, size_t n);
/* The nearest of enum texts likewise. */
_Noreturn void oms_raise_unknown_enum(lua_State *L, const char *where, const char *key,
                                      const char *word, oms_enum_kind_t kind);
/* " (did you mean 'X'?)" or "" into 'out'. */
void oms_suggest(const char *word, const void *list, size_t stride, size_t n,
                 char out[OMS_NEAR_TEXT]);

/* b_args.c: arguments and answers. */

/* The name of the value's type for messages ("a string", "nothing"). */
const char *oms_arg_type(lua_State *L, int index);
/* The number or decimal string at 'index' as an integer of 'decimals' places; raises, naming where
 * and key. */
int64_t oms_arg_fixed(lua_State *L, int index, int decimals, const char *where, const char *key);
/* The text at 'index'; raises. */
const char *oms_arg_text(lua_State *L, int index, const char *where, const char *key);
bool oms_arg_bool(lua_State *L, int index, const char *where, const char *key);
/* Integer ns, or ISO text read as UTC; '*date_only' may be NULL. */
oms_time_t oms_arg_time(lua_State *L, int index, const char *where, const char *key,
                        bool *date_only);
/* The symbol at 'index'; NULL when the session does not have it. Raises on what is no text. */
oms_symbol_t *oms_arg_symbol(lua_State *L, int index, const char *where);
/* The account that the text at 'index' names; raises. */
uint16_t oms_arg_account(lua_State *L, int index, const char *where);
/* Raises unless the value at 'index' is a table, or absent with 'optional'; true when it is
 * there. */
bool oms_arg_table(lua_State *L, int index, bool optional, const char *where);
/* Pushes nil and the reject table; returns 2. A result other than a refusal raises. */
int oms_push_reject(lua_State *L, int rc, const oms_reject_t *reject, const char *where);
/* true, or nil and the reject. */
int oms_push_done(lua_State *L, int rc, const oms_reject_t *reject, const char *where);
void oms_push_fixed(lua_State *L, int64_t v, double scale); /* OMS_NO_PRICE: nil */
void oms_push_time(lua_State *L, oms_time_t t);             /* OMS_NO_TIME: nil */

/* Options {symbol=, account=, status=, scope=}, walked once. */
enum { OMS_OPTION_SYMBOL = 1, OMS_OPTION_ACCOUNT = 2, OMS_OPTION_STATUS = 4, OMS_OPTION_SCOPE = 8 };
typedef struct oms_options {
  bool has_symbol, has_account;
  uint32_t instrument; /* OMS_NONE: not given, or unknown */
  uint16_t account;    /* default: the script's */
  int status;          /* OMS_STATUS_, or -1 open, -2 all */
  bool net;            /* scope = "account" */
  bool own;            /* scope = "strategy" */
} oms_options_t;
/* Reads the options at 'index' (nil: none), of which those in 'allowed' are known. */
void oms_arg_options(lua_State *L, int index, uint32_t allowed, const char *where,
                     oms_options_t *out);

/* b_scope.c: "all" or nothing, or a table with one of account, strategy and symbol. */
oms_scope_t oms_arg_scope(lua_State *L, int index, const char *where);
/* The instrument of that name; raises when the session has none. */
uint32_t oms_arg_known_symbol(lua_State *L, const oms_engine_t *e, const char *symbol,
                              const char *where);

/* b_field.c: fields described as in views. */

void oms_field_push(lua_State *L, const oms_view_field_t *field, const void *record);

/* b_terms.c, b_exits.c: the table of oms.submit. */

#define OMS_EXIT_MAX 17 /* sixteen take-profits and a stop-loss */

enum {
  OMS_TERMS_SUBMIT = 1,
  OMS_TERMS_SHORT = 2, /* oms.buy, oms.sell: symbol, side and qty are arguments */
  OMS_TERMS_CLOSE = 4,
  OMS_TERMS_TARGET = 8,
  OMS_TERMS_REPLACE = 16
};

/* What a script asked for, before the desk sees it. */
typedef struct oms_asked {
  oms_terms_t terms;
  uint64_t given; /* keys, by place in the list */
  bool expire_is_date, trigger_full, extended;
  size_t exit_n;
  oms_terms_t exits[OMS_EXIT_MAX]; /* take-profits, then the stop-loss */
  int take_profit, stop_loss;      /* stack index of their tables; 0: not given */
} oms_asked_t;

void oms_terms_open(lua_State *L, oms_api_t *api);
/* Everything absent, the script's own account and owner. */
void oms_asked_init(const oms_api_t *api, oms_asked_t *a);
/* Walks the table at 'index' with the keys of 'mode'; checks nothing but each value. Pushes up to
 * two values. */
void oms_asked_read(lua_State *L, int index, int mode, const char *where, oms_asked_t *a);
/* Whether the terms stand: prices of the type, time in force, group; makes the exits. */
void oms_asked_check(lua_State *L, int mode, const char *where, oms_asked_t *a);
/* The exits of a group from take_profit and stop_loss. */
void oms_exits_read(lua_State *L, const char *where, oms_asked_t *a);
extern const char *const oms_exit_keys[];
extern const size_t oms_exit_key_n;

/* b_order.c: order handles. */

void oms_order_open(lua_State *L, oms_api_t *api);
/* The order a script sees for row 'index': the live link of its chain. */
uint32_t oms_order_live(const oms_engine_t *e, uint32_t index);
/* False for links that another one stands for: replaced ones, and successors that are only asked
 * for. */
bool oms_order_is_listed(const oms_engine_t *e, const oms_order_t *o);
/* Pushes the handle, nil for OMS_NONE. May raise. */
void oms_order_push(lua_State *L, uint32_t index);
/* The row of the handle at argument 'index'; raises. */
uint32_t oms_order_arg(lua_State *L, int index, const char *where);
/* A handle that names nothing yet, pushed; then, never raising, given its row and pushed as the
 * answer: an older handle of the same chain takes its place. */
struct oms_handle *oms_order_prepare(lua_State *L);
void oms_order_settle(lua_State *L, struct oms_handle *handle, uint32_t index);
/* Fields for the order that a rule judges: the first 'n' of the handle's fields. */
const oms_view_field_t *oms_order_fields(size_t *n);

/* The others: each puts its functions into the table of the module on top of the stack. */

void oms_open_orders(lua_State *L, oms_api_t *api);   /* b_orders.c: submit, cancel, replace, … */
void oms_open_position(lua_State *L, oms_api_t *api); /* b_position.c */
void oms_open_account(lua_State *L, oms_api_t *api);  /* b_account.c */
void oms_open_instrument(lua_State *L, oms_api_t *api); /* b_instrument.c */
void oms_open_calendar(lua_State *L, oms_api_t *api);   /* b_calendar.c */
void oms_open_time(lua_State *L, oms_api_t *api);       /* b_time.c */
void oms_open_timer(lua_State *L, oms_api_t *api);      /* b_timer.c */
void oms_open_log(lua_State *L, oms_api_t *api);        /* b_log.c */
void oms_open_event(lua_State *L, oms_api_t *api);      /* b_event.c: views */
void oms_open_rule(lua_State *L, oms_api_t *api);       /* b_rule.c: ctx */
void oms_open_group(lua_State *L, oms_api_t *api);      /* b_group.c */

/* Pushes the table of a book (owner UINT16_MAX: the net). May raise. */
void oms_position_push(lua_State *L, oms_api_t *api, uint16_t account, uint16_t owner,
                       uint32_t instrument);
/* Pushes a list of those that are not flat; owner UINT16_MAX: nets. */
void oms_positions_push(lua_State *L, oms_api_t *api, uint16_t account, uint16_t owner);
void oms_account_push(lua_State *L, oms_api_t *api, uint16_t account);
void oms_instrument_push(lua_State *L, oms_api_t *api, uint32_t instrument);
void oms_quote_push(lua_State *L, oms_api_t *api, uint32_t instrument);
/* The calendar of an instrument (OMS_NONE: that without sessions). */
oms_calendar_t *oms_calendar_of(oms_api_t *api, uint32_t instrument);
/* Pushes the list of orders that the options ask for; owner UINT16_MAX: of everybody. */
void oms_order_list_push(lua_State *L, oms_api_t *api, const oms_options_t *o, uint16_t owner);
/* Nearest value in steps of 'step' (> 0): towards minus infinity, plus infinity, half away from
 * zero. */
int64_t oms_round_step(int64_t v, int64_t step, int direction);

/* Records of the views in b_event.c. */
typedef struct oms_bar_record {
  const char *symbol, *timeframe; /* timeframe: 'text' */
  char text[24];
  oms_time_t ts;
  oms_price_t open, high, low, close;
  double volume;
} oms_bar_record_t;
typedef struct oms_fill_record {
  const oms_order_t *order;
  const oms_fill_t *fill;
  const char *account;
  oms_qty_t qty;
  oms_price_t price;
  oms_money_t commission; /* OMS_NO_PRICE: not known yet */
  oms_time_t ts;
} oms_fill_record_t;
typedef struct oms_event_record {
  const oms_order_t *order; /* NULL: of no order */
  const oms_event_t *event;
  const char *type, *message;
  oms_time_t ts;
  int64_t seq;
  bool replayed;
} oms_event_record_t;
/* Records of the views in b_market.c. */
typedef struct oms_quote_record {
  const char *symbol;
  oms_time_t ts;
  const oms_quote_t *quote;
} oms_quote_record_t;
typedef struct oms_trade_record {
  const char *symbol;
  oms_time_t ts;
  oms_price_t price;
  oms_qty_t size;
} oms_trade_record_t;
typedef struct oms_action_record {
  const char *symbol, *type;
  oms_time_t ts;
  int64_t ratio;    /* OMS_NO_PRICE: of a dividend */
  oms_price_t cash; /* OMS_NO_PRICE: of a split */
} oms_action_record_t;
extern const oms_view_desc_t oms_quote_desc, oms_trade_desc, oms_action_desc;
/* A price or size of a quote as a script sees it: an absent side is nil, an unlimited size
 * math.huge. */
void oms_push_quote_price(lua_State *L, oms_price_t price);
void oms_push_quote_size(lua_State *L, oms_price_t price, oms_qty_t size);

extern const oms_view_desc_t oms_bar_desc, oms_fill_desc, oms_event_desc;
void oms_bar_fill_in(oms_api_t *api, const oms_bar_t *bar, uint32_t instrument, int64_t timeframe,
                     oms_bar_record_t *out);
void oms_fill_fill_in(const oms_api_t *api, const oms_event_t *event, oms_fill_record_t *out);
void oms_event_fill_in(const oms_api_t *api, const oms_event_t *event, oms_event_record_t *out);

/* Runs the timer's function of that generated name; false when the name is none. 'self' is pushed
 * by us. */
bool oms_timer_function(lua_State *L, oms_api_t *api, const char *name);

#endif
