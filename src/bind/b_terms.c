/* b_terms.c - the table of oms.submit, and its smaller sisters, into terms. The table is walked
 * once; each key is found by the address of its interned string. What this version does not offer
 * is refused by name here, so that nothing a script asks for is silently dropped. Exits of groups:
 * b_exits.c. */
#include <stddef.h>
#include <string.h>

#include "bind/api.h"

#define ALL                                                                                        \
  (OMS_TERMS_SUBMIT | OMS_TERMS_SHORT | OMS_TERMS_CLOSE | OMS_TERMS_TARGET | OMS_TERMS_REPLACE)
#define NEW   (OMS_TERMS_SUBMIT | OMS_TERMS_SHORT)
#define GIVEN (NEW | OMS_TERMS_CLOSE | OMS_TERMS_TARGET)

enum how { FIXED, MONEY, ENUM, FLAG, TEXT, OTHER, ABSENT };

enum key {
  KEY_SYMBOL,
  KEY_SIDE,
  KEY_QTY,
  KEY_NOTIONAL,
  KEY_TYPE,
  KEY_TIME_IN_FORCE,
  KEY_LIMIT_PRICE,
  KEY_STOP_PRICE,
  KEY_TRAIL_PRICE,
  KEY_TRAIL_PERCENT,
  KEY_LIMIT_OFFSET,
  KEY_TRIGGER_BY,
  KEY_SESSION,
  KEY_EXTENDED_HOURS,
  KEY_POST_ONLY,
  KEY_REDUCE_ONLY,
  KEY_DISPLAY_QTY,
  KEY_DO_NOT_REDUCE,
  KEY_EXPIRE_AT,
  KEY_CLIENT_ORDER_ID,
  KEY_ACCOUNT,
  KEY_ROUTE,
  KEY_POSITION_INTENT,
  KEY_ORDER_CLASS,
  KEY_TAKE_PROFIT,
  KEY_STOP_LOSS,
  KEY_TRIGGER,
  KEY_LEGS,
  KEY_WHEN,
  KEY_ALGO,
  KEY_TAG,
  KEY_COUNT
};

typedef struct terms_key {
  const char *name;
  enum how how;
  size_t offset;
  uint32_t detail; /* of ENUM: the kind; of FLAG: the bit */
  int modes;
} terms_key_t;

#define AT(field) offsetof(oms_terms_t, field)
/* clang-format off */
static const terms_key_t keys[KEY_COUNT] = {
  [KEY_SYMBOL]          = {"symbol", OTHER, 0, 0, OMS_TERMS_SUBMIT},
  [KEY_SIDE]            = {"side", ENUM, AT(side), OMS_ENUM_SIDE, OMS_TERMS_SUBMIT},
  [KEY_QTY]             = {"qty", FIXED, AT(qty), 0,
                           OMS_TERMS_SUBMIT | OMS_TERMS_CLOSE | OMS_TERMS_REPLACE},
  [KEY_NOTIONAL]        = {"notional", MONEY, AT(notional), 0, NEW},
  [KEY_TYPE]            = {"type", ENUM, AT(type), OMS_ENUM_TYPE, GIVEN},
  [KEY_TIME_IN_FORCE]   = {"time_in_force", ENUM, AT(time_in_force), OMS_ENUM_TIF, ALL},
  [KEY_LIMIT_PRICE]     = {"limit_price", FIXED, AT(limit_price), 0, ALL},
  [KEY_STOP_PRICE]      = {"stop_price", FIXED, AT(stop_price), 0, ALL},
  [KEY_TRAIL_PRICE]     = {"trail_price", FIXED, AT(trail_price), 0, ALL},
  [KEY_TRAIL_PERCENT]   = {"trail_percent", FIXED, AT(trail_percent), 0, ALL},
  [KEY_LIMIT_OFFSET]    = {"limit_offset", FIXED, AT(limit_offset), 0, ALL},
  [KEY_TRIGGER_BY]      = {"trigger_by", OTHER, 0, 0, GIVEN},
  [KEY_SESSION]         = {"session", OTHER, 0, 0, GIVEN},
  [KEY_EXTENDED_HOURS]  = {"extended_hours", OTHER, 0, 0, GIVEN},
  [KEY_POST_ONLY]       = {"post_only", FLAG, 0, OMS_ORDER_POST_ONLY, GIVEN},
  [KEY_REDUCE_ONLY]     = {"reduce_only", FLAG, 0, OMS_ORDER_REDUCE_ONLY, GIVEN},
  [KEY_DISPLAY_QTY]     = {"display_qty", ABSENT, 0, 0, GIVEN},
  [KEY_DO_NOT_REDUCE]   = {"do_not_reduce", FLAG, 0, OMS_ORDER_DO_NOT_REDUCE, GIVEN},
  [KEY_EXPIRE_AT]       = {"expire_at", OTHER, 0, 0, ALL},
  [KEY_CLIENT_ORDER_ID] = {"client_order_id", OTHER, 0, 0, ALL},
  [KEY_ACCOUNT]         = {"account", OTHER, 0, 0, GIVEN},
  [KEY_ROUTE]           = {"route", OTHER, 0, 0, GIVEN},
  [KEY_POSITION_INTENT] = {"position_intent", OTHER, 0, 0, GIVEN},
  [KEY_ORDER_CLASS]     = {"order_class", OTHER, 0, 0, NEW},
  [KEY_TAKE_PROFIT]     = {"take_profit", OTHER, 0, 0, NEW},
  [KEY_STOP_LOSS]       = {"stop_loss", OTHER, 0, 0, NEW},
  [KEY_TRIGGER]         = {"trigger", OTHER, 0, 0, NEW},
  [KEY_LEGS]            = {"legs", ABSENT, 0, 0, GIVEN},
  [KEY_WHEN]            = {"when", ABSENT, 0, 0, GIVEN},
  [KEY_ALGO]            = {"algo", ABSENT, 0, 0, GIVEN},
  [KEY_TAG]             = {"tag", TEXT, AT(tag), 0, GIVEN},
};
/* clang-format on */

static bool given(const oms_asked_t *a, enum key key) {
  return (a->given >> key & 1) != 0;
}

void oms_terms_open(lua_State *L, oms_api_t *api) {
  oms_words_init(L, &api->terms_words, keys, sizeof(keys[0]), KEY_COUNT);
  oms_words_init(L, &api->exit_words, oms_exit_keys, sizeof(oms_exit_keys[0]), oms_exit_key_n);
}

void oms_asked_init(const oms_api_t *api, oms_asked_t *a) {
  a->terms = oms_terms_none;
  a->terms.account = api->account;
  a->terms.owner = api->owner;
  a->terms.type = OMS_TYPE_MARKET;
  a->terms.time_in_force = OMS_TIF_DAY;
  a->terms.script_hash = api->hash;
  a->given = 0;
  a->expire_is_date = false;
  a->trigger_full = false;
  a->extended = false;
  a->exit_n = 0;
  a->take_profit = 0;
  a->stop_loss = 0;
}

static void not_available(lua_State *L, const char *where, const char *what) {
  luaL_error(L, "%s: %s is not available in this version", where, what);
}

static int parse_enum(lua_State *L, const char *where, const char *key, oms_enum_kind_t kind) {
  oms_arg_text(L, -1, where, key);
  size_t n;
  const char *s = lua_tolstring(L, -1, &n);
  int value = oms_enum_parse(kind, s, n);
  if (OMS_UNLIKELY(value < 0)) {
    oms_raise_unknown_enum(L, where, key, s, kind);
  }
  return value;
}

static void read_symbol(lua_State *L, const char *where, oms_asked_t *a) {
  const oms_symbol_t *symbol = oms_arg_symbol(L, -1, where);
  a->terms.symbol = lua_tostring(L, -1);
  a->terms.instrument = symbol != NULL ? symbol->instrument : OMS_NONE;
}

static void read_session(lua_State *L, const char *where, oms_asked_t *a) {
  int session = parse_enum(L, where, "session", OMS_ENUM_SESSION);
  if (session == OMS_SESSION_OVERNIGHT) {
    not_available(L, where, "session 'overnight'");
  }
  a->terms.session = (uint8_t)session;
}

static void read_trigger_by(lua_State *L, const char *where, oms_asked_t *a) {
  a->terms.trigger_by = (uint8_t)parse_enum(L, where, "trigger_by", OMS_ENUM_TRIGGER_BY);
}

/* A stop that looks at what the symbol's data do not hold would never trigger. */
static void check_trigger_by(lua_State *L, const char *where, const oms_asked_t *a) {
  int by = a->terms.trigger_by;
  const oms_desk_t *desk = oms_api_of(L)->desk;
  if (by == OMS_TRIGGER_BY_DEFAULT || by == OMS_TRIGGER_BY_LAST || desk == NULL ||
      a->terms.instrument == OMS_NONE) {
    return;
  }
  uint32_t has = desk->market == NULL ? 0 : desk->market(desk->self, a->terms.instrument);
  bool by_trades = by == OMS_TRIGGER_BY_DOUBLE_LAST;
  uint32_t needs = by_trades                   ? OMS_MARKET_TRADES
                   : by == OMS_TRIGGER_BY_MARK ? OMS_MARKET_QUOTES | OMS_MARKET_TRADES
                                               : OMS_MARKET_QUOTES;
  if ((has & needs) == 0) {
    luaL_error(L, "%s: trigger_by '%s' needs %s, and the data of the symbol have none: use 'last'",
               where, oms_enum_text(OMS_ENUM_TRIGGER_BY, by), by_trades ? "trades" : "quotes");
  }
}

static void read_order_class(lua_State *L, const char *where, oms_asked_t *a) {
  const char *s = oms_arg_text(L, -1, where, "order_class");
  if (strcmp(s, "mleg") == 0) {
    not_available(L, where, "order_class 'mleg'");
  }
  a->terms.order_class = (uint8_t)parse_enum(L, where, "order_class", OMS_ENUM_ORDER_CLASS);
}

static void read_trigger(lua_State *L, const char *where, oms_asked_t *a) {
  const char *s = oms_arg_text(L, -1, where, "trigger");
  a->trigger_full = strcmp(s, "full") == 0;
  if (!a->trigger_full && strcmp(s, "partial") != 0) {
    luaL_error(L, "%s: trigger is 'partial' or 'full', got '%s'", where, s);
  }
}

/* 1 to 128 printable characters: anything else could not be told to a broker. */
static void read_client_order_id(lua_State *L, const char *where, oms_asked_t *a) {
  size_t n;
  oms_arg_text(L, -1, where, "client_order_id");
  const char *s = lua_tolstring(L, -1, &n);
  bool printable = n >= 1 && n <= 128;
  for (size_t i = 0; i < n && printable; i++) {
    printable = s[i] >= 0x20 && s[i] < 0x7f;
  }
  if (!printable) {
    luaL_error(L, "%s: client_order_id must be 1 to 128 printable ASCII characters", where);
  }
  a->terms.client_order_id = s;
}

static void read_route(lua_State *L, const char *where, oms_asked_t *a) {
  const char *s = oms_arg_text(L, -1, where, "route");
  if (strcmp(s, "auto") != 0) {
    luaL_error(L, "%s: route '%s' is not available in this version: leave it out or use 'auto'",
               where, s);
  }
  a->terms.route = s;
}

static void read_intent(lua_State *L, const char *where, oms_asked_t *a) {
  int intent = parse_enum(L, where, "position_intent", OMS_ENUM_INTENT);
  if (intent == OMS_INTENT_NONE) {
    oms_raise_unknown_enum(L, where, "position_intent", "", OMS_ENUM_INTENT);
  }
  a->terms.position_intent = (uint8_t)intent;
}

/* The price that an exit most often has. */
static const char *slot_price(const char *key) {
  return strcmp(key, "stop_loss") == 0 ? "stop_price" : "limit_price";
}

/* take_profit and stop_loss wait on the stack until the whole order is known: they depend on it. */
static void keep_exit(lua_State *L, const char *where, const char *key, int *slot) {
  if (lua_type(L, -1) != LUA_TTABLE) {
    luaL_error(L, "%s: %s must be a table, got %s; write { %s = 100 }", where, key,
               oms_arg_type(L, -1), slot_price(key));
  }
  lua_pushvalue(L, -1);
  lua_insert(L, -3);
  *slot = lua_gettop(L) - 2;
}

static void read_other(lua_State *L, enum key key, const char *where, oms_asked_t *a) {
  if (key == KEY_SYMBOL) {
    read_symbol(L, where, a);
  } else if (key == KEY_TRIGGER_BY) {
    read_trigger_by(L, where, a);
  } else if (key == KEY_SESSION) {
    read_session(L, where, a);
  } else if (key == KEY_EXTENDED_HOURS) {
    a->extended = oms_arg_bool(L, -1, where, "extended_hours");
  } else if (key == KEY_EXPIRE_AT) {
    a->terms.expire_at = oms_arg_time(L, -1, where, "expire_at", &a->expire_is_date);
  } else if (key == KEY_CLIENT_ORDER_ID) {
    read_client_order_id(L, where, a);
  } else if (key == KEY_ACCOUNT) {
    a->terms.account = oms_arg_account(L, -1, where);
  } else if (key == KEY_ROUTE) {
    read_route(L, where, a);
  } else if (key == KEY_POSITION_INTENT) {
    read_intent(L, where, a);
  } else if (key == KEY_ORDER_CLASS) {
    read_order_class(L, where, a);
  } else if (key == KEY_TRIGGER) {
    read_trigger(L, where, a);
  } else if (key == KEY_TAKE_PROFIT) {
    keep_exit(L, where, "take_profit", &a->take_profit);
  } else {
    keep_exit(L, where, "stop_loss", &a->stop_loss);
  }
}

/* The value is on top, its key below. */
static void read_value(lua_State *L, int key, const char *where, oms_asked_t *a) {
  const terms_key_t *k = &keys[key];
  char *at = (char *)&a->terms + k->offset;
  switch (k->how) {
  case FIXED:
    *(int64_t *)(void *)at = oms_arg_fixed(L, -1, OMS_PRICE_DECIMALS, where, k->name);
    return;
  case MONEY:
    *(int64_t *)(void *)at = oms_arg_fixed(L, -1, OMS_MONEY_DECIMALS, where, k->name);
    return;
  case ENUM:
    *(uint8_t *)at = (uint8_t)parse_enum(L, where, k->name, (oms_enum_kind_t)k->detail);
    return;
  case FLAG:
    if (oms_arg_bool(L, -1, where, k->name)) {
      a->terms.flags |= k->detail;
    }
    return;
  case TEXT:
    *(const char **)(void *)at = oms_arg_text(L, -1, where, k->name);
    return;
  case OTHER:
    read_other(L, (enum key)key, where, a);
    return;
  case ABSENT:
    not_available(L, where, k->name);
    return;
  }
}

static _Noreturn void unknown_key(lua_State *L, int mode, const char *where) {
  const char *known[KEY_COUNT];
  size_t n = 0;
  if (lua_type(L, -2) != LUA_TSTRING) {
    luaL_error(L, "%s: the terms have names, got %s as a key", where, oms_arg_type(L, -2));
  }
  for (size_t i = 0; i < KEY_COUNT; i++) {
    if ((keys[i].modes & mode) != 0) {
      known[n++] = keys[i].name;
    }
  }
  oms_raise_unknown(L, where, "key", lua_tostring(L, -2), known, sizeof(known[0]), n);
}

void oms_asked_read(lua_State *L, int index, int mode, const char *where, oms_asked_t *a) {
  const oms_words_t *words = &oms_api_of(L)->terms_words;
  luaL_checkstack(L, 8, where);
  lua_pushnil(L);
  while (lua_next(L, index)) {
    int key = lua_type(L, -2) == LUA_TSTRING ? oms_words_find(words, lua_tostring(L, -2)) : -1;
    if (OMS_UNLIKELY(key < 0 || (keys[key].modes & mode) == 0)) {
      unknown_key(L, mode, where);
    }
    read_value(L, key, where, a);
    a->given |= UINT64_C(1) << key;
    lua_pop(L, 1);
  }
}

/* "a" or "an", as the order type wants it. */
static const char *article(const char *word) {
  return strchr("aeiou", word[0]) != NULL ? "an" : "a";
}

static void check_price(lua_State *L, const char *where, const oms_asked_t *a, enum key key,
                        bool needed) {
  const char *type = oms_enum_text(OMS_ENUM_TYPE, a->terms.type);
  if (OMS_UNLIKELY(given(a, key) != needed)) {
    luaL_error(L, needed ? "%s: %s %s order needs %s" : "%s: %s %s order takes no %s", where,
               article(type), type, keys[key].name);
  }
}

static void check_prices(lua_State *L, const char *where, const oms_asked_t *a) {
  oms_type_needs_t needs = oms_type_needs(a->terms.type);
  check_price(L, where, a, KEY_LIMIT_PRICE, needs.limit);
  check_price(L, where, a, KEY_STOP_PRICE, needs.stop);
  check_price(L, where, a, KEY_LIMIT_OFFSET, needs.limit_offset);
  bool price = given(a, KEY_TRAIL_PRICE), percent = given(a, KEY_TRAIL_PERCENT);
  if (!needs.trail) {
    check_price(L, where, a, KEY_TRAIL_PRICE, false);
    check_price(L, where, a, KEY_TRAIL_PERCENT, false);
  } else if (price == percent) {
    luaL_error(L, "%s: a %s order needs trail_price or trail_percent%s", where,
               oms_enum_text(OMS_ENUM_TYPE, a->terms.type), price ? ", not both" : "");
  }
}

static void check_time(lua_State *L, const char *where, oms_asked_t *a) {
  bool gtd = a->terms.time_in_force == OMS_TIF_GTD;
  if (gtd != given(a, KEY_EXPIRE_AT)) {
    luaL_error(L,
               gtd ? "%s: time_in_force 'gtd' needs expire_at"
                   : "%s: expire_at goes with time_in_force = 'gtd' only",
               where);
  }
  if (given(a, KEY_EXTENDED_HOURS)) {
    bool other = given(a, KEY_SESSION) && (a->terms.session == OMS_SESSION_EXTENDED) != a->extended;
    if (other) {
      luaL_error(L, "%s: extended_hours and session contradict each other", where);
    }
    a->terms.session = a->extended ? OMS_SESSION_EXTENDED : OMS_SESSION_REGULAR;
  }
}

/* symbol, side and how much, which oms.buy and oms.sell take as arguments. */
static void check_what(lua_State *L, int mode, const char *where, const oms_asked_t *a) {
  if (mode == OMS_TERMS_SUBMIT) {
    for (enum key key = KEY_SYMBOL; key <= KEY_SIDE; key++) {
      if (!given(a, key)) {
        luaL_error(L, "%s: %s is missing", where, keys[key].name);
      }
    }
  }
  bool qty = a->terms.qty != OMS_NO_PRICE, notional = a->terms.notional != OMS_NO_PRICE;
  if (qty == notional) {
    luaL_error(L, qty ? "%s: qty and notional exclude each other" : "%s: qty is missing", where);
  }
}

static void check_group(lua_State *L, const char *where, const oms_asked_t *a) {
  int order_class = a->terms.order_class;
  int exits = (a->take_profit != 0) + (a->stop_loss != 0);
  if (order_class == OMS_ORDER_CLASS_SIMPLE) {
    if (exits > 0) {
      luaL_error(L, "%s: %s needs an order_class: 'bracket', 'oto' or 'oco'", where,
                 a->take_profit != 0 ? "take_profit" : "stop_loss");
    }
    if (given(a, KEY_TRIGGER)) {
      luaL_error(L, "%s: trigger goes with order_class 'bracket' or 'oto'", where);
    }
    return;
  }
  if (order_class == OMS_ORDER_CLASS_OTO ? exits != 1 : exits != 2) {
    luaL_error(L, "%s: order_class '%s' needs %s", where,
               oms_enum_text(OMS_ENUM_ORDER_CLASS, order_class),
               order_class == OMS_ORDER_CLASS_OTO ? "exactly one of take_profit and stop_loss"
                                                  : "take_profit and stop_loss");
  }
}

/* An oco is nothing but its exits: what would be a term of the head itself is misuse. */
static void check_oco(lua_State *L, const char *where, const oms_asked_t *a) {
  static const enum key own[] = {KEY_TYPE,        KEY_LIMIT_PRICE,   KEY_STOP_PRICE,
                                 KEY_TRAIL_PRICE, KEY_TRAIL_PERCENT, KEY_LIMIT_OFFSET,
                                 KEY_TRIGGER,     KEY_NOTIONAL};
  for (size_t i = 0; i < OMS_COUNT(own); i++) {
    if (given(a, own[i])) {
      luaL_error(L,
                 "%s: order_class 'oco' takes no %s: its prices stand in take_profit and stop_loss",
                 where, keys[own[i]].name);
    }
  }
}

void oms_asked_check(lua_State *L, int mode, const char *where, oms_asked_t *a) {
  if (mode == OMS_TERMS_REPLACE) {
    if (a->given == 0) {
      luaL_error(L, "%s: nothing to replace: give qty, a price or a time in force", where);
    }
    return;
  }
  check_time(L, where, a);
  if (given(a, KEY_TRIGGER_BY)) {
    check_trigger_by(L, where, a);
  }
  if ((mode & NEW) != 0) {
    check_what(L, mode, where, a);
    check_group(L, where, a);
  }
  if (a->terms.order_class == OMS_ORDER_CLASS_OCO) {
    check_oco(L, where, a);
  } else {
    check_prices(L, where, a);
  }
  if (a->terms.order_class != OMS_ORDER_CLASS_SIMPLE) {
    oms_exits_read(L, where, a);
  }
}
