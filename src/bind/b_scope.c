/* b_scope.c - what a kill, a trading state or a resume is about: everything, an account, a strategy
 * or a symbol. Names that the session does not know raise with those that it has. */
#include <string.h>

#include "bind/api.h"

static const char *const scope_keys[] = {"account", "strategy", "symbol"};

/* Raises with the names that there are. */
static uint32_t find_owner(lua_State *L, const oms_engine_t *e, const char *id, const char *where) {
  uint32_t owner = oms_engine_find_owner(e, id);
  if (owner == OMS_NONE) {
    const char *ids[64];
    uint32_t n = oms_engine_owner_count(e);
    n = n < OMS_COUNT(ids) ? n : (uint32_t)OMS_COUNT(ids);
    for (uint32_t i = 0; i < n; i++) {
      ids[i] = oms_engine_owner(e, i)->id;
    }
    oms_raise_unknown(L, where, "strategy", id, ids, sizeof(ids[0]), n);
  }
  return owner;
}

uint32_t oms_arg_known_symbol(lua_State *L, const oms_engine_t *e, const char *symbol,
                              const char *where) {
  uint32_t instrument = oms_engine_find_instrument(e, symbol);
  if (instrument == OMS_NONE) {
    const char *symbols[64];
    uint32_t n = oms_engine_instrument_count(e);
    n = n < OMS_COUNT(symbols) ? n : (uint32_t)OMS_COUNT(symbols);
    for (uint32_t i = 0; i < n; i++) {
      symbols[i] = oms_engine_instrument(e, i)->symbol;
    }
    oms_raise_unknown(L, where, "symbol", symbol, symbols, sizeof(symbols[0]), n);
  }
  return instrument;
}

/* One pair of a scope: key at -2, value at -1. */
static oms_scope_t read_scope_pair(lua_State *L, const oms_engine_t *e, const char *where) {
  const char *key = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "[1]";
  if (strcmp(key, "account") == 0) {
    return (oms_scope_t){OMS_SCOPE_ACCOUNT, oms_arg_account(L, -1, where)};
  }
  if (strcmp(key, "strategy") == 0) {
    const char *id = oms_arg_text(L, -1, where, key);
    return (oms_scope_t){OMS_SCOPE_OWNER, find_owner(L, e, id, where)};
  }
  if (strcmp(key, "symbol") == 0) {
    const char *symbol = oms_arg_text(L, -1, where, key);
    return (oms_scope_t){OMS_SCOPE_INSTRUMENT, oms_arg_known_symbol(L, e, symbol, where)};
  }
  oms_raise_unknown(L, where, "key", key, scope_keys, sizeof(scope_keys[0]), OMS_COUNT(scope_keys));
}

/* "all" (also nothing), or one of account, strategy and symbol. */
oms_scope_t oms_arg_scope(lua_State *L, int index, const char *where) {
  const oms_engine_t *e = oms_api_engine(oms_api_of(L));
  oms_scope_t scope = {OMS_SCOPE_ALL, OMS_NONE};
  if (lua_isnoneornil(L, index) ||
      (lua_type(L, index) == LUA_TSTRING && strcmp(lua_tostring(L, index), "all") == 0)) {
    return scope;
  }
  if (lua_type(L, index) != LUA_TTABLE) {
    luaL_error(L, "%s: scope is \"all\" or { account = | strategy = | symbol = NAME }, got %s",
               where,
               lua_type(L, index) == LUA_TSTRING ? lua_tostring(L, index) : oms_arg_type(L, index));
  }
  size_t n = 0;
  for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) {
    scope = read_scope_pair(L, e, where);
    n++;
  }
  if (n != 1) {
    luaL_error(L, "%s: scope names one of account, strategy and symbol, got %d", where, (int)n);
  }
  return scope;
}
