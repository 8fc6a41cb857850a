/* engine_int.h - the inside of the engine, for the engine_*.c files only.
 *
 * How a command keeps its promise "done whole or not at all": first everything that can fail is
 * done (checks, room in pools, texts in the arena, entries in maps that point nowhere yet), then
 * fields change. Room taken for nothing is left behind and is invisible: texts in the arena,
 * flat positions of version 0.
 *
 * How an open order stands in sums (working quantities, reserves, exit credit, count of open
 * orders): engine_take_out before any of its fields changes, engine_put_in after it. Nothing
 * else touches the sums. */
#ifndef OMS_CORE_ENGINE_INT_H
#define OMS_CORE_ENGINE_INT_H

#include "base/containers.h"
#include "core/engine.h"

#define ENGINE_NET UINT16_MAX /* owner of a net position */

typedef struct oms_position_cell {
  oms_position_t p;
  uint32_t next_net;  /* next net of the same instrument, or OMS_NONE */
  uint32_t in_doubt;  /* net: orders whose fate at the broker is not known */
  uint32_t following; /* net: listed orders whose size follows a book */
} oms_position_cell_t;

typedef struct oms_instrument_cell {
  oms_instrument_t i;
  oms_price_t mid; /* of the last quote with two sides; OMS_NO_PRICE before the first */
  uint32_t first_net;
} oms_instrument_cell_t;

/* The newest order times, at least as many as the limit a second. */
typedef struct oms_rate {
  oms_time_t *times; /* time k lies at k & (cap - 1) */
  uint64_t n;
  size_t cap;
} oms_rate_t;

/* Order contents seen within the duplicate window, by hash; open addressing. */
typedef struct oms_recent {
  uint64_t *hashes; /* 0: empty */
  uint32_t *orders;
  size_t used, cap;
} oms_recent_t;

typedef struct oms_account_cell {
  oms_account_t a;
  bool limited;        /* some hard limit is set */
  uint8_t *restricted; /* the list of the limits, a copy */
  oms_rate_t rate;
  oms_recent_t recent;
} oms_account_cell_t;

typedef struct oms_owner_cell {
  oms_owner_t o;
} oms_owner_cell_t;

/* Terms as first asked of an order that was changed in place, for the comparison of a repeated
 * key. */
typedef struct oms_original {
  uint8_t time_in_force;
  oms_qty_t qty, asked_qty, display_qty;
  oms_price_t limit_price, stop_price, trail_price, limit_offset;
} oms_original_t;

/* A corporate action that has happened, so that what the fills of before mean now can be worked out
 * again. */
typedef struct engine_action {
  uint32_t instrument;
  uint32_t fills;    /* so many fills came before it */
  uint8_t kind;      /* oms_corporate_kind_t */
  oms_split_t split; /* of a split or stock dividend */
  oms_qty_t lot;     /* fractions of it are paid in cash; 0: they are kept */
  oms_price_t price; /* in new terms, of cash in lieu; OMS_NO_PRICE: none is known */
  oms_price_t cash;  /* of a dividend */
  oms_time_t ts;
} engine_action_t;

struct oms_engine {
  oms_engine_config_t config;
  oms_pool_t orders, fills, positions,
      groups;      /* oms_order_t, oms_fill_t, oms_position_cell_t, oms_group_t */
  oms_pool_t more; /* oms_order_more_t, of orders that have some of it */
  oms_pool_t instruments, accounts, owners; /* cells */
  oms_lots_t lots;
  oms_index_t keys; /* account and client_order_id (hash) -> order; given keys only */
  oms_index_t
      executions; /* account and execution id (hash) -> fill, and numbers that 'numbered' lacks */
  oms_pool_t numbered; /* uint32_t: fill + 1 of the execution of this number, 0: none */
  bool numbers_in_map;
  oms_map_t places;      /* account, owner, instrument -> position */
  oms_map_t names;       /* kind and name (hash) -> instrument, account or owner */
  oms_array_t originals; /* oms_original_t, named by oms_order_t.original */
  oms_array_t actions;   /* engine_action_t, in order */
  oms_arena_t texts;
  const char *last_tag, *last_entered_by, *last_script_hash,
      *last_route;                                     /* texts met again are shared */
  const oms_order_origin_t *last_origin, *origins[64]; /* the ones met last, by hash; NULL: none */
  uint32_t first_open, last_open;
  uint8_t state; /* of the scope "all" */
  bool has_commission;
  uint32_t restricted_scopes;      /* how many scopes are not active: 0 saves the look */
  oms_time_t day_start, next_roll; /* last and next 00:00 New York */
  /* of the command being applied */
  oms_time_t now;
  oms_sink_t *sink;
  uint64_t event_seq;
  uint32_t subject, new_group;
  oms_code_t refusal;
  char refusal_message[256];
};

/* Places. */

static inline oms_order_t *engine_order(const oms_engine_t *e, uint32_t i) {
  return oms_pool_at(&e->orders, i);
}
static inline oms_fill_t *engine_fill(const oms_engine_t *e, uint32_t i) {
  return oms_pool_at(&e->fills, i);
}
static inline oms_position_t *engine_position(const oms_engine_t *e, uint32_t i) {
  return &((oms_position_cell_t *)oms_pool_at(&e->positions, i))->p;
}
static inline oms_instrument_cell_t *engine_instrument(const oms_engine_t *e, uint32_t i) {
  return oms_pool_at(&e->instruments, i);
}
static inline oms_account_cell_t *engine_account(const oms_engine_t *e, uint32_t i) {
  return oms_pool_at(&e->accounts, i);
}
static inline oms_owner_cell_t *engine_owner(const oms_engine_t *e, uint32_t i) {
  return oms_pool_at(&e->owners, i);
}
static inline oms_group_t *engine_group(const oms_engine_t *e, uint32_t i) {
  return oms_pool_at(&e->groups, i);
}

/* What an order asks for. */

/* An order or a replace, as the checks see it: the caller fills the first part, engine_measure
 * the second. */
typedef struct engine_ask {
  uint32_t instrument, flags;
  uint16_t account, owner;
  uint8_t side, type, role;
  oms_qty_t qty, leaves; /* new total, and what of it may still fill */
  oms_price_t limit_price, stop_price, trail_price;
  oms_ratio_t trail_percent;
  const oms_order_t *old; /* the order to be replaced; NULL: a new order */
  /* measured */
  const oms_position_t *net;
  oms_price_t reference, price; /* price: limit, else stop, else reference */
  oms_money_t notional;         /* of leaves at price */
  oms_qty_t open_qty;
  oms_money_t reserve;
  oms_qty_t working; /* of the same side, without the order to be replaced */
  bool reduces;
} engine_ask_t;

/* An event in the making. */
typedef struct engine_news {
  int type;
  const oms_order_t *o; /* NULL: none */
  uint32_t fill;
  int code;
  oms_time_t ts;
  const char *message;
  const oms_order_t *old; /* restated: a copy of the order before; NULL: not restated */
} engine_news_t;

static inline bool engine_is_exit(const oms_order_t *o) {
  return o->group != OMS_NONE && (o->role == OMS_ROLE_TAKE_PROFIT || o->role == OMS_ROLE_STOP_LOSS);
}

/* From engine_more.c. */

/* The row to write into: the order has one of its own. */
static inline oms_order_more_t *engine_more(oms_order_t *o) {
  return (oms_order_more_t *)o->more;
}
/* None of it, no origin. */
void engine_start_more(oms_order_t *o);
/* What the terms have of it, in 'draft' if any. */
void engine_draft_more(oms_order_t *o, oms_order_more_t *draft, const oms_terms_t *t);
/* The draft's row becomes the engine's. May fail. */
int engine_keep_more(oms_engine_t *e, oms_order_t *o);
/* A row of its own, saying what was shared. May fail. */
int engine_need_more(oms_engine_t *e, oms_order_t *o);
/* Gives back the row of an order that is taken back. */
void engine_drop_more(oms_engine_t *e, const oms_order_t *o);
/* An origin with these texts. May fail. */
int engine_origin(oms_engine_t *e, const oms_order_origin_t *like, const oms_order_origin_t **out);

/* From engine_store.c, what may fail: OMS_ERR_NOMEM, and nothing has changed. */

/* Makes sure that 'n' more elements can be taken without fail. */
int engine_room(oms_pool_t *pool, uint32_t n);
int engine_text(oms_engine_t *e, const char *text, const char **out);
/* The same for texts that many orders share: '*last' is what the order before had. */
int engine_shared_text(oms_engine_t *e, const char **last, const char *text, const char **out);
int engine_make_position(oms_engine_t *e, uint16_t account, uint16_t owner, uint32_t instrument,
                         uint32_t *index);
/* Reserve of 'open' of the order at its reserve price: OMS_ERR_OVERFLOW. */
int engine_reserve(const oms_engine_t *e, const oms_order_t *o, oms_qty_t open,
                   oms_money_t *reserve);

/* From engine_store.c, what cannot fail. */

uint64_t engine_key(uint16_t account, const char *text);
uint32_t engine_find_key(const oms_engine_t *e, uint16_t account, const char *key);
/* The same where 'hash', engine_key of the two, is known. */
uint32_t engine_find_hashed(const oms_engine_t *e, uint64_t hash, uint16_t account,
                            const char *key);
uint32_t engine_find_position(const oms_engine_t *e, uint16_t account, uint16_t owner,
                              uint32_t instrument);
void engine_link(oms_engine_t *e, oms_order_t *o);
void engine_unlink(oms_engine_t *e, oms_order_t *o);
oms_order_t *engine_successor(const oms_engine_t *e, const oms_order_t *o);
bool engine_is_successor(const oms_engine_t *e, const oms_order_t *o);
oms_qty_t engine_working(const oms_engine_t *e, const oms_order_t *o);
oms_money_t engine_exit_credit(const oms_engine_t *e, const oms_order_t *o);
void engine_take_out(oms_engine_t *e, oms_order_t *o);
void engine_put_in(oms_engine_t *e, oms_order_t *o);
void engine_count(oms_engine_t *e, oms_order_t *o);
void engine_end(oms_engine_t *e, oms_order_t *o, int status);
void engine_set_doubt(oms_engine_t *e, oms_order_t *o, bool in_doubt);
void engine_emit(oms_engine_t *e, const engine_news_t *news);
void engine_tell(oms_engine_t *e, int type, const oms_order_t *o);

/* From engine_window.c: what happened within the last second, the last duplicate window. */

bool engine_rate_full(const oms_account_cell_t *a, oms_time_t now);
bool engine_recent_has(const oms_engine_t *e, const engine_ask_t *ask, oms_time_t now);
/* Room for one more order in both (may fail), and the order's entry (cannot fail after it). */
int engine_window_room(oms_engine_t *e, const oms_order_t *o);
void engine_window_note(oms_engine_t *e, const oms_order_t *o);
int engine_window_init(oms_account_cell_t *a);
void engine_window_free(oms_account_cell_t *a);
/* For an image: the entries of the table that still count, and both windows entry by entry again.
 * OMS_ERR_NOMEM. */
bool engine_recent_counts(const oms_engine_t *e, const oms_account_cell_t *a, size_t i);
int engine_rate_again(oms_account_cell_t *a, oms_time_t time);
int engine_recent_again(oms_engine_t *e, oms_account_cell_t *a, uint64_t hash, uint32_t order);

/* From engine_limits.c. */

/* Takes limits into a cell with a copy of their list and windows of its own. OMS_ERR_NOMEM: as it
 * was. */
int engine_take_limits(oms_account_cell_t *cell, const oms_limits_t *limits);
void engine_limits_free(oms_account_cell_t *cell);

/* From engine_check.c. */

/* What an order asks for with a total of 'qty'; 'old' is the order that it replaces, or NULL. */
engine_ask_t engine_ask_of(const oms_order_t *o, oms_qty_t qty, const oms_order_t *old);
/* OMS_ERR_OVERFLOW where a product or sum of the ask does not fit. */
int engine_measure(const oms_engine_t *e, engine_ask_t *ask);
/* The trading state alone. */
oms_code_t engine_state_code(const oms_engine_t *e, const engine_ask_t *ask);
/* Trading state, reduce-only, hard limits, short sales, buying power of a measured ask, in this
 * order. */
oms_code_t engine_judge(const oms_engine_t *e, const engine_ask_t *ask, oms_time_t now);
/* Figures of the ask that sentences name. */
oms_money_t engine_whole_notional(const oms_engine_t *e, const engine_ask_t *ask);
oms_price_t engine_collar_from(const engine_ask_t *ask);
oms_int128_t engine_position_after(const engine_ask_t *ask);
oms_int128_t engine_exposure_after(const oms_engine_t *e, const engine_ask_t *ask);
oms_int128_t engine_loss_of_day(const oms_account_t *a);
oms_qty_t engine_opposite(int side, oms_qty_t qty);
bool engine_bound_to_book(const engine_ask_t *ask);
oms_qty_t engine_closable(const oms_engine_t *e, const engine_ask_t *ask);
/* The sentence for a code that engine_judge gave: engine_explain.c. */
void engine_explain(const oms_engine_t *e, const engine_ask_t *ask, oms_code_t code, char out[256]);

/* Commands. */

int engine_refuse(oms_engine_t *e, oms_code_t code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
const char *engine_number(int64_t v, int decimals, char out[24]);
/* Draft of the next row: written, but not there until engine_commit. May fail. */
int engine_draft(oms_engine_t *e, oms_order_t **out);
void engine_commit(oms_engine_t *e, oms_order_t *o);
/* False for terms that no caller of this room may hand over: later checks would read what is not
 * there. */
bool engine_usable(const oms_engine_t *e, const oms_terms_t *t);
/* Tick, lot, quantity, and what goes with the type: NONE or a code, the sentence in
 * refusal_message. */
oms_code_t engine_validate(oms_engine_t *e, const oms_order_t *o);
/* Takes what was asked for into the draft of a row, the rare part of it into 'more'. */
/* As they were asked for, whatever has been restated since. */
oms_original_t engine_original_terms(const oms_engine_t *e, const oms_order_t *o);
void engine_take_terms(const oms_engine_t *e, oms_order_t *o, oms_order_more_t *more,
                       const oms_terms_t *t);
/* The same for a draft from terms: unknown symbols, and a notional that becomes a quantity. */
oms_code_t engine_validate_terms(oms_engine_t *e, oms_order_t *o);
/* OMS_ERR_DUPLICATE where the draft 'o' asks what 'first' asked, else a refusal that names the
 * difference. */
int engine_answer_repeated(oms_engine_t *e, const oms_order_t *o, const oms_terms_t *t,
                           uint32_t first);
void engine_remember_terms(oms_engine_t *e, oms_order_t *o);
/* What engine_measure found, into the order. */
void engine_take_measure(oms_order_t *o, const engine_ask_t *ask);
/* The positions that the order's fills go to. May fail. */
int engine_places(oms_engine_t *e, oms_order_t *o);
/* The order counts and is listed; needs engine_window_room before. */
void engine_admit(oms_engine_t *e, oms_order_t *o);
/* Ends of an open order, with event and successor; 'message' lives in the arena. */
void engine_reject(oms_engine_t *e, oms_order_t *o, int by, int code, const char *message);
void engine_end_canceled(oms_engine_t *e, oms_order_t *o, int by, int code, const char *message);
int engine_submit(oms_engine_t *e, const oms_command_t *c);
int engine_verdict(oms_engine_t *e, const oms_command_t *c);
int engine_send(oms_engine_t *e, const oms_command_t *c);
int engine_cancel(oms_engine_t *e, const oms_command_t *c);
int engine_drop(oms_engine_t *e, const oms_command_t *c);
int engine_replace(oms_engine_t *e, const oms_command_t *c);
int engine_replace_verdict(oms_engine_t *e, oms_order_t *s, const oms_command_t *c);
int engine_report(oms_engine_t *e, const oms_command_t *c);
int engine_report_replaced(oms_engine_t *e, const oms_report_t *r, oms_order_t *old);
int engine_report_replace_rejected(oms_engine_t *e, const oms_report_t *r, oms_order_t *old);
void engine_refuse_successor(oms_engine_t *e, oms_order_t *old, int by, int code,
                             const char *message);
/* Ends the successor of an order that has just ended. */
void engine_orphan(oms_engine_t *e, oms_order_t *old, uint32_t successor);
/* Changes quantity and prices in place, with the event; the caller ends it when nothing is left. */
int engine_restate(oms_engine_t *e, oms_order_t *o, const oms_report_t *r);
/* Fill of an execution id (text, or a number where 'id' is NULL) in the account, or OMS_NONE. */
uint32_t engine_find_execution(const oms_engine_t *e, uint16_t account, uint64_t number,
                               const char *id);
/* Writes the fill that will be 'place' behind the newest; engine_add_fill takes it in. May fail. */
int engine_draft_fill(oms_engine_t *e, const oms_report_t *r, const oms_order_t *o, uint32_t place,
                      oms_fill_t **out);
/* Makes the execution findable once the fill is in. May fail. */
int engine_book_execution(oms_engine_t *e, uint16_t account, const oms_fill_t *f);
/* The head of an oco shows what its exits have filled: adds (sign 1) or takes back (-1) a fill. */
void engine_show_on_head(oms_engine_t *e, const oms_order_t *exit, const oms_fill_t *f, int sign);
bool engine_is_shown(const oms_engine_t *e, const oms_order_t *exit);
void engine_add_fill(oms_engine_t *e, oms_order_t *o, oms_fill_t *f);
/* The next link of a replace chain whose figures hold this one's fills; NULL at the end. */
oms_order_t *engine_next_link(const oms_engine_t *e, const oms_order_t *o);
int engine_fill_report(oms_engine_t *e, const oms_report_t *r, oms_order_t *o);
int engine_bust_report(oms_engine_t *e, const oms_report_t *r, oms_order_t *o);
/* Books the fills of a position again; room for its lots is made. OMS_ERR_NOMEM,
 * OMS_ERR_OVERFLOW: the position is as it was if its fills are. */
int engine_rebuild(oms_engine_t *e, uint32_t position);
int engine_commission_report(oms_engine_t *e, const oms_report_t *r, oms_order_t *o);
int engine_make_group(oms_engine_t *e, const oms_command_t *c);
int engine_note_group(oms_engine_t *e, const oms_command_t *c);
/* The order, newest of all, becomes a member of the group that it names, if it names one. */
void engine_join_group(oms_engine_t *e, oms_order_t *o);
int engine_release(oms_engine_t *e, const oms_command_t *c);
int engine_resize(oms_engine_t *e, const oms_command_t *c);
int engine_claim(oms_engine_t *e, const oms_command_t *c);
int engine_mark(oms_engine_t *e, const oms_command_t *c);
int engine_quote(oms_engine_t *e, const oms_command_t *c);
int engine_set_state(oms_engine_t *e, const oms_command_t *c);

/* From engine_action.c: corporate actions. */

int engine_corporate(oms_engine_t *e, const oms_command_t *c);
static inline const engine_action_t *engine_action(const oms_engine_t *e, size_t i) {
  return OMS_AT(&e->actions, engine_action_t, i);
}
static inline bool engine_is_split(const engine_action_t *a) {
  return a->kind != OMS_CORPORATE_DIVIDEND;
}
/* Whether some action of the instrument has happened. */
bool engine_has_actions(const oms_engine_t *e, uint32_t instrument);
/* The quantity of a book after a split: what a fraction of the lot leaves for cash is '*fraction'.
 * OMS_ERR_OVERFLOW. */
int engine_split_book(const engine_action_t *a, oms_qty_t qty, oms_qty_t *after,
                      oms_qty_t *fraction);
/* Applies the action to all books of the account in its instrument and to their net. May fail
 * half-way. */
int engine_act_on_positions(oms_engine_t *e, uint16_t account, const engine_action_t *a);
/* Moves what the net has gained since 'before' in dividends, cash in lieu and realized profit into
 * '*a', a copy of the account. OMS_ERR_OVERFLOW. */
int engine_settle_net(const oms_position_t *before, const oms_position_t *net, oms_account_t *a);

/* From engine_replay.c: books and figures of orders worked out again from fills and actions. */

/* Room for what engine_replay books, and for two more fills. OMS_ERR_NOMEM. */
int engine_replay_room(oms_engine_t *e, uint16_t account, uint32_t instrument);
/* Books all fills and actions of the account in the instrument again; room has been made.
 * OMS_ERR_OVERFLOW: another replay brings the positions back if fills and actions are as before. */
int engine_replay(oms_engine_t *e, uint16_t account, uint32_t instrument);
/* What the order and the links before it have filled, in its present terms. */
oms_qty_t engine_filled_again(const oms_engine_t *e, const oms_order_t *o);
/* The quantity of the order's fill in the order's present terms. */
oms_qty_t engine_fill_now(const oms_engine_t *e, const oms_order_t *o, const oms_fill_t *f);

/* From engine_terms.c: orders under a corporate action. */

/* An order as the action leaves it. */
typedef struct engine_new_terms {
  uint32_t order;
  bool ends; /* nothing of it is left, or no price */
  oms_order_t now;
  oms_order_more_t more; /* of 'now' */
} engine_new_terms_t;
/* Lists the orders that the action changes, in order of creation, and makes sure that they can be.
 * OMS_ERR_NOMEM, OMS_ERR_OVERFLOW. */
int engine_plan_terms(oms_engine_t *e, const engine_action_t *a, oms_array_t *plan);
/* Cannot fail after that; tells the owners. */
void engine_take_new_terms(oms_engine_t *e, const oms_array_t *plan);
void engine_roll_days(oms_engine_t *e);
/* The price that positions of the instrument are valued at: the reference, or 'otherwise'. */
oms_price_t engine_value_price(const oms_engine_t *e, uint32_t instrument, oms_price_t otherwise);
/* Market value of 'qty' in a net. OMS_ERR_OVERFLOW also where the account's sums could not hold it
 * in place of the present one; after OMS_OK engine_set_market_value can put it there. */
int engine_value_at(const oms_engine_t *e, const oms_position_t *net, oms_qty_t qty,
                    oms_price_t price, oms_money_t *value);
void engine_set_market_value(oms_account_t *a, oms_position_t *net, oms_money_t value);

/* From engine_names.c: texts that are read back. */

/* Order whose order_id 'text' is (made by oms_order_id_text of this engine), or OMS_NONE. Order
 * index is seq - 1. */
uint32_t oms_order_id_parse(const oms_engine_t *e, const char *text);
/* Number of an execution id that oms_execution_id_text wrote from a number; false: another text. */
bool oms_execution_id_parse(const char *text, uint64_t *number);

#endif
