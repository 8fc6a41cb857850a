/* script_view.c - what a live host shows of a script, and the collecting of its garbage while
 * nothing else is to be done. */
#include <string.h>

#include "base/alloc.h"
#include "bind/script_int.h"

struct params {
  oms_script_t *s;
  size_t cap;
};

static int call_params(lua_State *L) {
  const struct params *p = lua_touserdata(L, 1);
  oms_script_push_self(L);
  lua_pushstring(L, "params");
  if (lua_rawget(L, -2) != LUA_TTABLE) {
    lua_newtable(L);
  }
  oms_value_encode(L, -1, "params", p->cap);
  size_t n;
  const char *bytes = lua_tolstring(L, -1, &n);
  unsigned char *copy = oms_realloc(p->s->shown, n + 1);
  if (copy == NULL) {
    return luaL_error(L, "not enough memory");
  }
  memcpy(copy, bytes, n);
  p->s->shown = copy;
  p->s->shown_n = n;
  return 0;
}

int oms_script_params_bytes(oms_script_t *s, size_t cap, const unsigned char **bytes, size_t *n,
                            oms_error_t *err) {
  const oms_call_t call = {.name = "params", .phase = OMS_PHASE_SAVE};
  struct params data = {s, cap};
  *bytes = NULL;
  *n = 0;
  int rc = oms_bind_protect(s->cell, call_params, &data, &call);
  if (rc != OMS_OK) {
    return oms_bind_error(s->cell, rc, err);
  }
  *bytes = s->shown;
  *n = s->shown_n;
  return OMS_OK;
}

size_t oms_script_memory(const oms_script_t *s) {
  lua_State *L = oms_bind_state(s->cell);
  return ((size_t)lua_gc(L, LUA_GCCOUNT) << 10) + (size_t)lua_gc(L, LUA_GCCOUNTB);
}

void oms_script_collect(oms_script_t *s) {
  (void)lua_gc(oms_bind_state(s->cell), LUA_GCSTEP, 0);
}
