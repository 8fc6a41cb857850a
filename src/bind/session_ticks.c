/* session_ticks.c - rows in place of quotes, trades, order flow and corporate actions, in the order
 * of the columns of a file. Runs protected, like session_read.c. Nil, an empty text or 0 is an
 * absent price or an unknown size, as in a file; what the rows say together is checked by the room
 * that reads files. */
#include <stddef.h>
#include <string.h>

#include "bind/session_int.h"

#define POLL_ROWS    4096
#define NS_PER_ROW   INT64_C(1000000) /* of order flow without times */

#define MOST_COLUMNS 6

/* What a row of a kind looks like. */
typedef struct row_shape {
  const char *order;
  size_t least, most;
  int time; /* place of the time, from 1; 0: order flow, whose last value it is */
} row_shape_t;

/* By oms_data_kind_t. */
static const row_shape_t shapes[] = {
    {"",                                                                  0, 0, 1},
    {"values in the order ts, bid, bid_size, ask, ask_size",              4, 5, 1},
    {"values in the order ts, price, size",                               2, 3, 1},
    {"values in the order op, id, side, price, qty, ts (C needs op, id)", 2, 6, 0},
    {"values in the order ts, action, value",                             3, 3, 1},
};

static size_t enter(oms_reader_t *r, int i, const char *name) {
  lua_rawgeti(r->L, -1, i);
  return oms_read_enter(r, name);
}

static void leave(oms_reader_t *r, size_t length) {
  oms_read_leave(r, length);
  lua_pop(r->L, 1);
}

static bool is_empty(lua_State *L) {
  return lua_isnil(L, -1) || (lua_type(L, -1) == LUA_TSTRING && lua_rawlen(L, -1) == 0);
}

/* A price or size at place 'i'; 0 where it is empty or beyond the end of the row. */
static int64_t number(oms_reader_t *r, int i, const char *name) {
  const oms_key_t key = {.name = name,
                         .kind = OMS_KEY_DECIMAL,
                         .min = 0,
                         .max = INT64_MAX,
                         .note = "must be at least 0"};
  int64_t v = 0;
  size_t length = enter(r, i, name);
  if (!is_empty(r->L)) {
    oms_read_key(r, &key, &v);
  }
  leave(r, length);
  return v;
}

static oms_time_t time_at(oms_reader_t *r, const oms_data_config_t *d, int i) {
  oms_setting_t value;
  oms_time_t t = 0;
  size_t length = enter(r, i, "ts");
  oms_read_setting(r, &value);
  int rc = oms_key_time(&value, d->zone, false, r->place, &t, &r->error);
  if (rc != OMS_OK) {
    oms_read_raise(r, rc);
  }
  leave(r, length);
  return t;
}

/* The word at place 'i' as its index among 'words'. */
static int word_at(oms_reader_t *r, int i, const char *name, const char *const *words, size_t n) {
  const oms_key_t key = {.name = name, .kind = OMS_KEY_WORD, .words = words, .word_n = n};
  int word = 0;
  size_t length = enter(r, i, name);
  oms_read_key(r, &key, &word);
  leave(r, length);
  return word;
}

static void read_quote(oms_reader_t *r, oms_tick_t *t) {
  int64_t bid = number(r, 2, "bid"), ask = number(r, 4, "ask");
  int64_t bid_size = number(r, 3, "bid_size"), ask_size = number(r, 5, "ask_size");
  t->u.quote = (oms_quote_t){.bid = bid == 0 ? OMS_NO_PRICE : bid,
                             .ask = ask == 0 ? OMS_NO_PRICE : ask,
                             .bid_size = bid_size == 0 ? INT64_MAX : bid_size,
                             .ask_size = ask_size == 0 ? INT64_MAX : ask_size};
}

static void read_flow(oms_reader_t *r, oms_tick_t *t) {
  static const char *const ops[] = {"A", "C", "R"};
  static const char *const sides[] = {"B", "S"};
  static const oms_key_t id_key = {
      .name = "id", .kind = OMS_KEY_COUNT, .min = 1, .max = INT64_MAX, .note = "must be above 0"};
  int64_t id = 0;
  int op = word_at(r, 1, "op", ops, OMS_COUNT(ops));
  size_t length = enter(r, 2, "id");
  oms_read_key(r, &id_key, &id);
  leave(r, length);
  bool adds = ops[op][0] == 'A';
  int side = adds ? word_at(r, 3, "side", sides, OMS_COUNT(sides)) : 0;
  t->u.flow = (oms_flow_t){.op = ops[op][0],
                           .side = side == 0 ? OMS_SIDE_BUY : OMS_SIDE_SELL,
                           .id = (uint64_t)id,
                           .price = adds ? number(r, 4, "price") : 0,
                           .qty = ops[op][0] == 'C' ? 0 : number(r, 5, "qty")};
}

static void read_action(oms_reader_t *r, oms_tick_t *t) {
  int kind = word_at(r, 2, "action", oms_corporate_words, OMS_CORPORATE_KINDS);
  int64_t value = number(r, 3, "value");
  if (kind == OMS_CORPORATE_STOCK_DIVIDEND && value > 0 && value < OMS_QTY_SCALE) {
    value += OMS_QTY_SCALE; /* 0.05 is what 1.05 is */
  }
  t->u.action = (oms_corporate_t){.kind = (uint8_t)kind};
  *(kind == OMS_CORPORATE_DIVIDEND ? &t->u.action.cash : &t->u.action.ratio) = value;
}

static void read_tick(oms_reader_t *r, const oms_data_config_t *d, size_t i, bool timed,
                      oms_tick_t *t) {
  const row_shape_t *shape = &shapes[d->kind];
  size_t n = oms_read_row(r, shape->order, shape->most);
  if (n < shape->least) {
    oms_read_fail(r, "must be a list of %s, got %zu; an absent price or size is \"\" or 0",
                  shape->order, n);
  }
  t->kind = (uint8_t)d->kind;
  switch (d->kind) {
  case OMS_DATA_QUOTES:
    read_quote(r, t);
    break;
  case OMS_DATA_TRADES:
    t->u.trade = (oms_print_t){number(r, 2, "price"), number(r, 3, "size")};
    break;
  case OMS_DATA_ORDERS:
    read_flow(r, t);
    if ((n == MOST_COLUMNS) != timed) {
      oms_read_fail(r, "either all rows have a ts, as their sixth value, or none has one");
    }
    break;
  case OMS_DATA_ACTIONS:
    read_action(r, t);
    break;
  case OMS_DATA_BARS:
    break; /* session_data.c */
  }
  t->ts = shape->time > 0 ? time_at(r, d, shape->time)
          : timed         ? time_at(r, d, MOST_COLUMNS)
                          : (oms_time_t)i * NS_PER_ROW;
}

/* Whether the first row of order flow has a time: all must do as it does. */
static bool first_is_timed(lua_State *L) {
  bool timed = lua_rawgeti(L, -1, 1) == LUA_TTABLE && lua_rawlen(L, -1) == MOST_COLUMNS;
  lua_pop(L, 1);
  return timed;
}

void oms_read_ticks(oms_reader_t *r, oms_data_config_t *d, size_t n) {
  oms_tick_t *rows = oms_read_array(r, n, sizeof(*rows));
  bool timed = first_is_timed(r->L);
  for (size_t i = 0; i < n; i++) {
    size_t length = oms_read_element(r, i + 1);
    read_tick(r, d, i, timed, &rows[i]);
    oms_read_element_end(r, length);
    if (i % POLL_ROWS == 0) {
      oms_bind_charge(r->L, POLL_ROWS);
    }
  }
  d->ticks = rows;
  d->row_n = n;
}
