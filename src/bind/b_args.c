/* b_args.c - arguments of API calls into C values, and answers back. Every misuse names the call,
 * the key and what was given, at the script's line. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "bind/api.h"
#include "bind/doc.h"

oms_api_t *oms_api_need(lua_State *L, uint32_t kinds, uint32_t phases, const char *name) {
  oms_api_t *api = oms_api_of(L);
  if (OMS_UNLIKELY((api->kind & kinds) == 0)) {
    luaL_error(L, "%s is not for a %s", name,
               api->cell->typed                 ? "run that has ended"
               : api->kind == OMS_KIND_RULE     ? "rule"
               : api->kind == OMS_KIND_STRATEGY ? "strategy"
               : api->kind == OMS_KIND_TRIGGER  ? "trigger"
                                                : "session file");
  }
  oms_bind_need_phase(L, phases, name);
  if (OMS_UNLIKELY(api->desk == NULL)) {
    luaL_error(L, "%s: there is no session yet", name);
  }
  return api;
}

const char *oms_arg_type(lua_State *L, int index) {
  switch (lua_type(L, index)) {
  case LUA_TNONE:
  case LUA_TNIL:
    return "nothing";
  case LUA_TBOOLEAN:
    return "a boolean";
  case LUA_TNUMBER:
    return "a number";
  case LUA_TSTRING:
    return "a string";
  case LUA_TTABLE:
    return "a table";
  case LUA_TFUNCTION:
    return "a function";
  default:
    return "an object";
  }
}

static int fixed_from_text(lua_State *L, int index, int decimals, int64_t *out) {
  size_t n;
  const char *s = lua_tolstring(L, index, &n);
  return oms_decimal_parse(s, n, decimals, out);
}

static int fixed_from_integer(lua_Integer v, int decimals, int64_t *out) {
  int64_t scale = decimals == OMS_MONEY_DECIMALS ? OMS_MONEY_SCALE : OMS_PRICE_SCALE;
  return __builtin_mul_overflow(v, scale, out) ? OMS_ERR_OVERFLOW : OMS_OK;
}

int64_t oms_arg_fixed(lua_State *L, int index, int decimals, const char *where, const char *key) {
  int64_t out = 0;
  int rc = OMS_ERR_PARSE;
  int type = lua_type(L, index);
  if (type == LUA_TNUMBER) {
    rc = lua_isinteger(L, index) ? fixed_from_integer(lua_tointeger(L, index), decimals, &out)
                                 : oms_fixed_from_double(lua_tonumber(L, index), decimals, &out);
  } else if (type == LUA_TSTRING) {
    rc = fixed_from_text(L, index, decimals, &out);
  } else {
    luaL_error(L, "%s: %s must be a number or a decimal string, got %s", where, key,
               oms_arg_type(L, index));
  }
  if (OMS_UNLIKELY(rc != OMS_OK || out == OMS_NO_PRICE)) {
    if (rc == OMS_ERR_PARSE) {
      luaL_error(L, "%s: %s is no decimal number: '%s'", where, key, lua_tostring(L, index));
    }
    if (rc == OMS_ERR_RANGE) {
      double v = lua_tonumber(L, index);
      luaL_error(L, "%s: %s must be a finite number, got %s", where, key,
                 isnan(v) ? "nan" : (v > 0 ? "inf" : "-inf"));
    }
    luaL_error(L, "%s: %s is too large: %s", where, key, luaL_tolstring(L, index, NULL));
  }
  return out;
}

const char *oms_arg_text(lua_State *L, int index, const char *where, const char *key) {
  if (OMS_UNLIKELY(lua_type(L, index) != LUA_TSTRING)) {
    luaL_error(L, "%s: %s must be a string, got %s", where, key, oms_arg_type(L, index));
  }
  size_t n;
  const char *s = lua_tolstring(L, index, &n);
  if (OMS_UNLIKELY(strlen(s) != n)) {
    luaL_error(L, "%s: %s must not contain a zero byte", where, key);
  }
  return s;
}

bool oms_arg_bool(lua_State *L, int index, const char *where, const char *key) {
  if (OMS_UNLIKELY(lua_type(L, index) != LUA_TBOOLEAN)) {
    luaL_error(L, "%s: %s must be true or false, got %s", where, key, oms_arg_type(L, index));
  }
  return lua_toboolean(L, index) != 0;
}

oms_time_t oms_arg_time(lua_State *L, int index, const char *where, const char *key,
                        bool *date_only) {
  if (date_only != NULL) {
    *date_only = false;
  }
  if (lua_type(L, index) == LUA_TNUMBER && lua_isinteger(L, index)) {
    if (lua_tointeger(L, index) == OMS_NO_TIME) {
      luaL_error(L, "%s: %s is out of range", where, key);
    }
    return lua_tointeger(L, index);
  }
  if (lua_type(L, index) != LUA_TSTRING) {
    luaL_error(L, "%s: %s must be integer nanoseconds or an ISO 8601 text, got %s", where, key,
               lua_type(L, index) == LUA_TNUMBER ? "a float" : oms_arg_type(L, index));
  }
  size_t n;
  const char *s = lua_tolstring(L, index, &n);
  oms_time_t t;
  if (oms_time_parse(s, n, OMS_ZONE_UTC, &t, date_only) != OMS_OK) {
    luaL_error(L, "%s: %s is no ISO 8601 time: '%s'", where, key, s);
  }
  return t;
}

/* Looks the symbol up in the cell's table, or in the engine and keeps it. Only known symbols are
 * kept, so that an instrument that comes later is found. */
static oms_symbol_t *find_symbol(lua_State *L, oms_api_t *api, int index) {
  lua_rawgeti(L, LUA_REGISTRYINDEX, api->ref_symbols);
  lua_pushvalue(L, index);
  oms_symbol_t *symbol = NULL;
  if (lua_rawget(L, -2) == LUA_TUSERDATA) {
    symbol = lua_touserdata(L, -1);
    lua_pop(L, 2);
    return symbol;
  }
  lua_pop(L, 1);
  uint32_t instrument = oms_engine_find_instrument(oms_api_engine(api), lua_tostring(L, index));
  if (instrument != OMS_NONE) {
    lua_pushvalue(L, index);
    symbol = lua_newuserdatauv(L, sizeof(*symbol), 0);
    *symbol = (oms_symbol_t){.instrument = instrument};
    lua_rawset(L, -3);
  }
  lua_pop(L, 1);
  return symbol;
}

oms_symbol_t *oms_arg_symbol(lua_State *L, int index, const char *where) {
  oms_api_t *api = oms_api_of(L);
  if (OMS_UNLIKELY(lua_type(L, index) != LUA_TSTRING)) {
    luaL_error(L, "%s: the symbol must be a string, got %s", where, oms_arg_type(L, index));
  }
  size_t n;
  const char *s = lua_tolstring(L, index, &n);
  size_t slot = oms_word_slot(s) & (OMS_SYMBOL_SLOTS - 1);
  if (OMS_LIKELY(api->symbols[slot].text == s)) {
    return api->symbols[slot].symbol;
  }
  if (OMS_UNLIKELY(strlen(s) != n)) {
    luaL_error(L, "%s: the symbol must not contain a zero byte", where);
  }
  index = lua_absindex(L, index);
  oms_symbol_t *symbol = find_symbol(L, api, index);
  /* The table's key may be another string object than this one where it is long: its address is not
   * kept. */
  if (symbol != NULL && n <= 40) {
    api->symbols[slot].text = s;
    api->symbols[slot].symbol = symbol;
  }
  return symbol;
}

uint16_t oms_arg_account(lua_State *L, int index, const char *where) {
  const oms_engine_t *e = oms_api_engine(oms_api_of(L));
  const char *id = oms_arg_text(L, index, where, "account");
  uint32_t account = oms_engine_find_account(e, id);
  if (OMS_UNLIKELY(account == OMS_NONE)) {
    const char *ids[32];
    uint32_t n = oms_engine_account_count(e);
    n = n < OMS_COUNT(ids) ? n : (uint32_t)OMS_COUNT(ids);
    for (uint32_t i = 0; i < n; i++) {
      ids[i] = oms_engine_account(e, i)->id;
    }
    oms_raise_unknown(L, where, "account", id, ids, sizeof(ids[0]), n);
  }
  return (uint16_t)account;
}

bool oms_arg_table(lua_State *L, int index, bool optional, const char *where) {
  int type = lua_type(L, index);
  if (OMS_LIKELY(type == LUA_TTABLE)) {
    return true;
  }
  if (!optional || type > LUA_TNIL) {
    luaL_error(L, "%s: argument %d must be a table, got %s", where, index, oms_arg_type(L, index));
  }
  return false;
}

int oms_push_reject(lua_State *L, int rc, const oms_reject_t *reject, const char *where) {
  if (rc == OMS_ERR_NOMEM) {
    return luaL_error(L, "%s: out of memory", where);
  }
  if (rc == OMS_ERR_OVERFLOW) {
    return luaL_error(L,
                      "%s: with what is held and working, the quantity or its value is above what "
                      "can be reckoned with; order less",
                      where);
  }
  if (rc != OMS_ERR_REJECTED) {
    return luaL_error(L, "%s: %s", where, oms_err_text(rc));
  }
  lua_pushnil(L);
  lua_createtable(L, 0, 2);
  lua_pushstring(L, oms_enum_text(OMS_ENUM_CODE, reject->code));
  lua_setfield(L, -2, "code");
  lua_pushstring(L, reject->message);
  lua_setfield(L, -2, "message");
  return 2;
}

int oms_push_done(lua_State *L, int rc, const oms_reject_t *reject, const char *where) {
  oms_bind_poll(L);
  if (rc != OMS_OK) {
    return oms_push_reject(L, rc, reject, where);
  }
  lua_pushboolean(L, 1);
  return 1;
}

static const char *const option_names[] = {"symbol", "account", "status", "scope"};

static int read_status(lua_State *L, int index, const char *where) {
  size_t n;
  oms_arg_text(L, index, where, "status");
  const char *s = lua_tolstring(L, index, &n);
  int status = oms_enum_parse(OMS_ENUM_STATUS, s, n);
  if (status >= 0 || strcmp(s, "open") == 0) {
    return status; /* -1: open */
  }
  if (strcmp(s, "all") != 0) {
    oms_raise_unknown_enum(L, where, "status", s, OMS_ENUM_STATUS);
  }
  return -2;
}

static void read_scope(lua_State *L, int index, const char *where, oms_options_t *out) {
  const char *s = oms_arg_text(L, index, where, "scope");
  out->net = strcmp(s, "account") == 0;
  out->own = strcmp(s, "strategy") == 0;
  if (!out->net && !out->own) {
    luaL_error(L, "%s: scope is \"account\" or \"strategy\", got '%s'", where, s);
  }
}

static void read_option(lua_State *L, int option, const char *where, oms_options_t *out) {
  const oms_symbol_t *symbol;
  switch (option) {
  case 0:
    symbol = oms_arg_symbol(L, -1, where);
    out->has_symbol = true;
    out->instrument = symbol != NULL ? symbol->instrument : OMS_NONE;
    return;
  case 1:
    out->has_account = true;
    out->account = oms_arg_account(L, -1, where);
    return;
  case 2:
    out->status = read_status(L, -1, where);
    return;
  default:
    read_scope(L, -1, where, out);
  }
}

void oms_arg_options(lua_State *L, int index, uint32_t allowed, const char *where,
                     oms_options_t *out) {
  *out = (oms_options_t){.instrument = OMS_NONE, .account = oms_api_of(L)->account, .status = -1};
  if (!oms_arg_table(L, index, true, where)) {
    return;
  }
  const char *known[OMS_COUNT(option_names)];
  size_t n = 0;
  for (size_t i = 0; i < OMS_COUNT(option_names); i++) {
    if ((allowed & (1u << i)) != 0) {
      known[n++] = option_names[i];
    }
  }
  lua_pushnil(L);
  while (lua_next(L, index)) {
    if (lua_type(L, -2) != LUA_TSTRING) {
      luaL_error(L, "%s: options are named, got %s as a key", where, oms_arg_type(L, -2));
    }
    const char *key = lua_tostring(L, -2);
    int option = -1;
    for (size_t i = 0; i < OMS_COUNT(option_names); i++) {
      if ((allowed & (1u << i)) != 0 && strcmp(key, option_names[i]) == 0) {
        option = (int)i;
      }
    }
    if (option < 0) {
      oms_raise_unknown(L, where, "key", key, known, sizeof(known[0]), n);
    }
    read_option(L, option, where, out);
    lua_pop(L, 1);
  }
}

/* clang-format off */
static const oms_doc_field_t doc_reject[] = {
    {"code", "string",
     "a code of the list, or a rule's own"},
    {"message", "string",
     "a sentence with the numbers"},
};
static const oms_doc_field_t doc_session[] = {
    {"calendar", "string",
     "us_equity"},
    {"date", "string",
     "\"YYYY-MM-DD\""},
    {"open", "integer",
     "ns"},
    {"close", "integer",
     "ns"},
};
const oms_doc_class_t oms_docs_classes_args[] = {
    {"Reject",
     "Why a call was refused.", doc_reject, OMS_COUNT(doc_reject)},
    {"Session",
     "A trading day.", doc_session, OMS_COUNT(doc_session)},
    {NULL, NULL, NULL, 0}};
/* clang-format on */
