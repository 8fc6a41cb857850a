/* script_field.c - whether a script's table has a field of some name, or is a session's: for tools
 * that are handed any file. */
#include "bind/script_int.h"

typedef struct asked {
  const char *name;
  bool found;
} asked_t;

static int look(lua_State *L) {
  asked_t *asked = lua_touserdata(L, 1);
  oms_bind_push_script(L);
  if (lua_istable(L, -1)) {
    lua_pushstring(L, asked->name);
    asked->found = lua_rawget(L, -2) != LUA_TNIL;
  }
  return 0;
}

bool oms_script_has_field(const oms_script_t *s, const char *name) {
  const oms_call_t call = {.name = "load", .phase = OMS_PHASE_LOAD};
  asked_t asked = {name, false};
  return oms_bind_protect(s->cell, look, &asked, &call) == OMS_OK && asked.found;
}

bool oms_script_is_session(const oms_script_t *s) {
  return oms_script_has_field(s, "data") || oms_script_has_field(s, "accounts") ||
         oms_script_has_field(s, "strategies");
}
