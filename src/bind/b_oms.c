/* b_oms.c - the module `oms`: puts the table together, once a cell. */
#include <string.h>

#include "bind/api.h"
#include "bind/b_ta.h"

/* An unknown name is misuse, not nil: `oms.sumbit{}` says what was meant. Upvalue: the module. */
static int module_index(lua_State *L) {
  const char *words[100];
  size_t n = 0;
  const char *key = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : oms_arg_type(L, 2);
  lua_pushnil(L);
  while (n < OMS_COUNT(words) && lua_next(L, 1)) {
    if (lua_type(L, -2) == LUA_TSTRING) {
      words[n++] = lua_tostring(L, -2);
    }
    lua_pop(L, 1);
  }
  char hint[OMS_NEAR_TEXT];
  oms_suggest(key, words, sizeof(words[0]), n, hint);
  return luaL_error(L, "oms has no '%s'%s", key, hint);
}

/* Pushes the module. The loader hands out one table: no name can be added to it. */
static int push_module(lua_State *L) {
  lua_rawgeti(L, LUA_REGISTRYINDEX, oms_api_of(L)->ref_module);
  return 1;
}

static void new_reference(lua_State *L, int *ref) {
  lua_newtable(L);
  *ref = luaL_ref(L, LUA_REGISTRYINDEX);
}

static bool plain_handle(lua_State *L, int index) {
  if (oms_ud_test(L, index, OMS_UD_ORDER) == NULL) {
    return false;
  }
  index = lua_absindex(L, index);
  lua_getfield(L, index, "order_id");
  return true;
}

static int refuse_write(lua_State *L) {
  return luaL_error(L, "oms cannot be written to");
}

static void close_module(lua_State *L) {
  lua_createtable(L, 0, 3);
  lua_pushcfunction(L, module_index);
  lua_setfield(L, -2, "__index");
  lua_pushcfunction(L, refuse_write);
  lua_setfield(L, -2, "__newindex");
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
  lua_setmetatable(L, -2);
}

void oms_lua_open(lua_State *L, oms_api_t *api) {
  api->cell = oms_bind_cell(L);
  oms_cell_set_user(api->cell, api);
  api->cell->plain = plain_handle;
  api->rule_order = api->judged_order = OMS_NONE;
  api->rule_account = api->account;
  new_reference(L, &api->ref_anchor);
  new_reference(L, &api->ref_symbols);
  lua_newtable(L);
  oms_order_open(L, api);
  oms_terms_open(L, api);
  oms_open_orders(L, api);
  oms_open_position(L, api);
  oms_open_account(L, api);
  oms_open_instrument(L, api);
  oms_open_calendar(L, api);
  oms_open_time(L, api);
  oms_open_timer(L, api);
  oms_open_log(L, api);
  oms_open_event(L, api);
  if (api->kind == OMS_KIND_RULE) {
    oms_open_rule(L, api);
  }
  if (api->kind == OMS_KIND_TRIGGER) {
    oms_open_group(L, api);
  }
  oms_bind_open_ta(L);
  lua_setfield(L, -2, "ta");
  close_module(L);
  lua_pushvalue(L, -1);
  api->ref_module = luaL_ref(L, LUA_REGISTRYINDEX);
  oms_bind_module(L, "oms", push_module);
  oms_bind_set_global(L, "oms");
}
