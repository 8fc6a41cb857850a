/* udata.c - userdata of ours: a tagged head in place of a name look-up, one metatable a type and
 * cell. */
#include <string.h>

#include "base/check.h"
#include "bind/bind.h"

static void set_function(lua_State *L, const char *name, lua_CFunction function) {
  if (function != NULL) {
    lua_pushcfunction(L, function);
    lua_setfield(L, -2, name);
  }
}

void oms_ud_define(lua_State *L, const oms_ud_type_t *type) {
  oms_cell_t *cell = oms_bind_cell(L);
  OMS_CHECK(type->type < OMS_UD_TYPES && cell->ref_ud[type->type] == LUA_NOREF);
  lua_newtable(L);
  lua_pushstring(L, type->name);
  lua_setfield(L, -2, "__name");
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
  set_function(L, "__index", type->index);
  set_function(L, "__newindex", type->newindex);
  set_function(L, "__eq", type->eq);
  set_function(L, "__tostring", type->tostring);
  set_function(L, "__gc", type->gc);
  if (type->methods != NULL && type->index == NULL) {
    lua_newtable(L);
    luaL_setfuncs(L, type->methods, 0);
    lua_setfield(L, -2, "__index");
  }
  cell->ref_ud[type->type] = luaL_ref(L, LUA_REGISTRYINDEX);
}

void *oms_ud_new(lua_State *L, uint32_t type, size_t size, int uservalues) {
  const oms_cell_t *cell = oms_bind_cell(L);
  OMS_CHECK(type < OMS_UD_TYPES && cell->ref_ud[type] != LUA_NOREF && size >= sizeof(oms_ud_t));
  oms_ud_t *ud = lua_newuserdatauv(L, size, uservalues);
  memset(ud, 0, size);
  ud->tag = OMS_UD_MAGIC + type;
  lua_rawgeti(L, LUA_REGISTRYINDEX, cell->ref_ud[type]);
  lua_setmetatable(L, -2);
  return ud;
}

void *oms_ud_check(lua_State *L, int index, uint32_t type) {
  void *ud = oms_ud_test(L, index, type);
  if (OMS_UNLIKELY(ud == NULL)) {
    lua_rawgeti(L, LUA_REGISTRYINDEX, oms_bind_cell(L)->ref_ud[type]);
    lua_getfield(L, -1, "__name");
    luaL_typeerror(L, index, lua_tostring(L, -1));
  }
  return ud;
}
