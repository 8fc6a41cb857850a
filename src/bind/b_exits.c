/* b_exits.c - take_profit and stop_loss of bracket, oto and oco into the terms of the exits. An
 * exit takes its symbol, account, owner, session and tag from the order; its side closes what the
 * order opens (in an oco the order's side is that of the exits already); it is reduce_only; its
 * time in force is the order's where that is day or gtc, else gtc: an exit must not end with an
 * entry that was to fill at once. */
#include <string.h>

#include "bind/api.h"

enum exit_key { EXIT_QTY, EXIT_LIMIT, EXIT_STOP, EXIT_TRAIL, EXIT_PERCENT, EXIT_FROM, EXIT_COUNT };

const char *const oms_exit_keys[] = {"qty",         "limit_price",   "stop_price",
                                     "trail_price", "trail_percent", "trail_from"};
const size_t oms_exit_key_n = OMS_COUNT(oms_exit_keys);

static int closing_side(int side) {
  switch ((oms_side_t)side) {
  case OMS_SIDE_BUY:
  case OMS_SIDE_BUY_TO_COVER:
    return OMS_SIDE_SELL;
  case OMS_SIDE_SELL_SHORT:
    return OMS_SIDE_BUY_TO_COVER;
  case OMS_SIDE_SELL:
  case OMS_SIDE_COUNT:
    break;
  }
  return OMS_SIDE_BUY;
}

static oms_terms_t *add_exit(lua_State *L, const char *where, oms_asked_t *a, int role) {
  if (a->exit_n == OMS_EXIT_MAX) {
    luaL_error(L, "%s has more than %d parts", where, OMS_EXIT_MAX - 1);
  }
  oms_terms_t *t = &a->exits[a->exit_n++];
  bool oco = a->terms.order_class == OMS_ORDER_CLASS_OCO;
  bool day = a->terms.time_in_force == OMS_TIF_DAY;
  *t = a->terms;
  t->side = (uint8_t)(oco ? a->terms.side : closing_side(a->terms.side));
  t->role = (uint8_t)role;
  t->time_in_force = day ? OMS_TIF_DAY : OMS_TIF_GTC;
  t->flags = OMS_ORDER_REDUCE_ONLY | (a->terms.flags & OMS_ORDER_DO_NOT_REDUCE);
  t->notional = OMS_NO_PRICE;
  t->limit_price = t->stop_price = t->trail_price = t->limit_offset = OMS_NO_PRICE;
  t->trail_percent = OMS_NO_PRICE;
  t->expire_at = OMS_NO_TIME;
  t->position_intent = OMS_INTENT_NONE;
  t->client_order_id = NULL;
  return t;
}

/* The key below the value on top is none of 'allowed'. */
static _Noreturn void unknown_exit_key(lua_State *L, const char *where, uint32_t allowed) {
  const char *known[EXIT_COUNT];
  size_t n = 0;
  for (size_t i = 0; i < EXIT_COUNT; i++) {
    if ((allowed >> i & 1) != 0) {
      known[n++] = oms_exit_keys[i];
    }
  }
  const char *word = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : oms_arg_type(L, -2);
  oms_raise_unknown(L, where, "key", word, known, sizeof(known[0]), n);
}

static void check_trail_from(lua_State *L, const char *where) {
  const char *from = oms_arg_text(L, -1, where, "trail_from");
  if (strcmp(from, "fill") != 0) {
    luaL_error(L,
               "%s: trail_from '%s' is not available in this version: a trail starts from the fill",
               where, from);
  }
}

/* Walks one exit's table at the top of the stack; the keys that were given as bits. */
static uint32_t walk(lua_State *L, const char *where, uint32_t allowed, oms_terms_t *t) {
  const oms_words_t *words = &oms_api_of(L)->exit_words;
  int64_t *const slots[] = {&t->qty, &t->limit_price, &t->stop_price, &t->trail_price,
                            &t->trail_percent};
  uint32_t seen = 0;
  for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
    bool named = lua_type(L, -2) == LUA_TSTRING;
    int key = named ? oms_words_find(words, lua_tostring(L, -2)) : -1;
    if (key < 0 || (allowed >> key & 1) == 0) {
      unknown_exit_key(L, where, allowed);
    }
    if (key == EXIT_FROM) {
      check_trail_from(L, where);
    } else {
      *slots[key] = oms_arg_fixed(L, -1, OMS_PRICE_DECIMALS, where, oms_exit_keys[key]);
    }
    seen |= 1u << key;
  }
  return seen;
}

/* The take-profit on top of the stack. In a list each part names its quantity. */
static void read_take_profit(lua_State *L, const char *where, oms_asked_t *a, bool part) {
  oms_terms_t *t = add_exit(L, where, a, OMS_ROLE_TAKE_PROFIT);
  uint32_t seen = walk(L, where, 1u << EXIT_QTY | 1u << EXIT_LIMIT, t);
  t->type = OMS_TYPE_LIMIT;
  if ((seen >> EXIT_LIMIT & 1) == 0) {
    luaL_error(L, "%s needs limit_price", where);
  }
  if (part && (seen >> EXIT_QTY & 1) == 0) {
    luaL_error(L, "%s needs qty in each part of the list", where);
  }
}

static void read_stop_loss(lua_State *L, const char *where, oms_asked_t *a) {
  oms_terms_t *t = add_exit(L, where, a, OMS_ROLE_STOP_LOSS);
  uint32_t seen = walk(L, where, (1u << EXIT_COUNT) - 1 - (1u << EXIT_QTY), t);
  bool stop = (seen >> EXIT_STOP & 1) != 0, limit = (seen >> EXIT_LIMIT & 1) != 0;
  bool price = (seen >> EXIT_TRAIL & 1) != 0, percent = (seen >> EXIT_PERCENT & 1) != 0;
  if (stop + price + percent != 1) {
    luaL_error(L, "%s needs exactly one of stop_price, trail_price and trail_percent", where);
  }
  if (limit && !stop) {
    luaL_error(L, "%s: limit_price goes with stop_price only", where);
  }
  if (stop && (seen >> EXIT_FROM & 1) != 0) {
    luaL_error(L, "%s: trail_from goes with trail_price or trail_percent only", where);
  }
  t->type = limit ? OMS_TYPE_STOP_LIMIT : stop ? OMS_TYPE_STOP : OMS_TYPE_TRAILING_STOP;
}

static void check_sizes(lua_State *L, const char *where, const oms_asked_t *a) {
  if (a->terms.qty == OMS_NO_PRICE) {
    return; /* of a notional: the parent's fills decide */
  }
  oms_int128_t sum = 0;
  for (size_t i = 0; i < a->exit_n; i++) {
    sum += a->exits[i].role == OMS_ROLE_TAKE_PROFIT ? a->exits[i].qty : 0;
  }
  if (sum > a->terms.qty) {
    luaL_error(L, "%s: the parts of take_profit are more than qty", where);
  }
}

/* The table on top has 'n' parts and must have no names beside them. */
static void check_list(lua_State *L, const char *where, lua_Unsigned n) {
  lua_Unsigned keys = 0;
  for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
    keys++;
  }
  if (keys != n) {
    luaL_error(L, "%s is either one table of terms or a list of them, not both", where);
  }
}

void oms_exits_read(lua_State *L, const char *where, oms_asked_t *a) {
  luaL_checkstack(L, 8, where);
  if (a->take_profit != 0) {
    const char *place = lua_pushfstring(L, "%s: take_profit", where);
    lua_pushvalue(L, a->take_profit);
    lua_Unsigned n = lua_rawlen(L, -1);
    if (n == 0) {
      read_take_profit(L, place, a, false);
    } else {
      check_list(L, place, n);
    }
    for (lua_Unsigned i = 1; i <= n; i++) {
      if (lua_rawgeti(L, -1, (lua_Integer)i) != LUA_TTABLE) {
        luaL_error(L, "%s must be a table or a list of tables", place);
      }
      read_take_profit(L, place, a, true);
      lua_pop(L, 1);
    }
    check_sizes(L, where, a);
    lua_pop(L, 2);
  }
  if (a->stop_loss != 0) {
    const char *place = lua_pushfstring(L, "%s: stop_loss", where);
    lua_pushvalue(L, a->stop_loss);
    read_stop_loss(L, place, a);
    lua_pop(L, 2);
  }
}
