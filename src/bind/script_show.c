/* script_show.c - the parameters of a script as text, for reports: what self.params holds once the
 * session and the command line have been laid over the defaults. In the order of names, so that
 * equal parameters give equal texts. */
#include <string.h>

#include "base/alloc.h"
#include "bind/script_int.h"

#define TEXT_MAX  4096
#define DEPTH_MAX 4

static void show_table(lua_State *L, oms_text_t *t, int index, int depth);

/* Keys of other types have no order; a script may have them all the same. */
static bool has_order(lua_State *L, int index) {
  bool all = true;
  lua_pushnil(L);
  while (lua_next(L, index)) {
    lua_pop(L, 1);
    int type = lua_type(L, -1);
    all = all && (type == LUA_TSTRING || type == LUA_TNUMBER || type == LUA_TBOOLEAN);
  }
  return all;
}

static void show(lua_State *L, oms_text_t *t, int index, int depth) {
  if (lua_type(L, index) == LUA_TSTRING) {
    oms_text_add(t, "\"%s\"", lua_tostring(L, index)); /* whole, unlike in error texts */
  } else if (lua_istable(L, index) && depth < DEPTH_MAX && has_order(L, index)) {
    oms_text_add(t, "{");
    show_table(L, t, index, depth + 1);
    oms_text_add(t, "}");
  } else {
    oms_text_value(t, L, index);
  }
}

/* The elements of a list have no names; at the top each parameter has a line of its own. */
static void show_table(lua_State *L, oms_text_t *t, int index, int depth) {
  luaL_checkstack(L, 8, "params");
  size_t n = oms_keys_push(L, index);
  int keys = lua_gettop(L) - 1;
  for (size_t i = 0; i < n; i++) {
    const char *between = depth == 0 ? "\n" : ", ";
    oms_text_add(t, "%s", i > 0 ? between : "");
    lua_rawgeti(L, keys, (lua_Integer)oms_keys_at(lua_touserdata(L, keys + 1), i));
    if (lua_type(L, -1) == LUA_TSTRING) {
      oms_text_add(t, "%s = ", lua_tostring(L, -1));
    }
    lua_rawget(L, index);
    show(L, t, lua_gettop(L), depth);
    lua_pop(L, 1);
  }
  lua_settop(L, keys - 1);
}

void oms_script_keep_params(lua_State *L, oms_script_t *s, int params) {
  char text[TEXT_MAX];
  oms_text_t t;
  oms_text_init(&t, text, sizeof(text));
  if (has_order(L, params)) {
    show_table(L, &t, params, 0);
  }
  if (t.n + 1 == sizeof(text)) {
    memcpy(text + sizeof(text) - 4, "...", 4);
  }
  s->params_text = oms_alloc(t.n + 1);
  if (s->params_text == NULL) {
    luaL_error(L, "not enough memory");
  }
  memcpy(s->params_text, text, t.n + 1);
}

const char *oms_script_params(const oms_script_t *s) {
  return s->params_text;
}
