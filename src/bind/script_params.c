/* script_params.c - self.params: a fresh table of the script's defaults, overlaid with what the
 * session and the command line give, each value converted to its default's type. A name without a
 * default is an error. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/containers.h"
#include "bind/script_int.h"

#define DEPTH_MAX 16
#define NAMES_MAX 200

/* Pushes a copy of the value at 'index': tables are copied, so that a script's defaults stay as
 * written. */
static void push_copy(lua_State *L, oms_loading_t *loading, int index, int depth) {
  index = lua_absindex(L, index);
  if (!lua_istable(L, index)) {
    lua_pushvalue(L, index);
    return;
  }
  if (depth > DEPTH_MAX) {
    oms_loading_fail(L, loading, "params: tables are nested too deep");
  }
  luaL_checkstack(L, 8, "params");
  lua_newtable(L);
  lua_pushnil(L);
  while (lua_next(L, index)) {
    lua_pushvalue(L, -2);
    push_copy(L, loading, -2, depth + 1);
    lua_rawset(L, -5);
    lua_pop(L, 1);
  }
}

/* A value as the message shows it. */
static const char *shown(lua_State *L, int index) {
  return lua_istable(L, index) ? "a table" : luaL_tolstring(L, index, NULL);
}

static _Noreturn void wrong(lua_State *L, oms_loading_t *loading, const char *name,
                            const char *wanted, int index) {
  oms_loading_fail(L, loading, "parameter %.60s must be %s, got %.60s", name, wanted,
                   shown(L, index));
}

/* Pushes the number at 'index', which may be a text. Lua has one type for numbers: where the
 * default is an integer ('whole') a whole number becomes one and a fraction stays what it is; else
 * all become floats. */
static void push_number(lua_State *L, oms_loading_t *loading, const char *name, bool whole,
                        int index) {
  int type = lua_type(L, index);
  if (type == LUA_TNUMBER) {
    lua_pushvalue(L, index);
  } else if (type != LUA_TSTRING ||
             lua_stringtonumber(L, lua_tostring(L, index)) != lua_rawlen(L, index) + 1) {
    wrong(L, loading, name, "a number", index);
  }
  int exact = 0;
  lua_Integer v = whole ? lua_tointegerx(L, -1, &exact) : 0;
  if (exact) {
    lua_pushinteger(L, v);
  } else {
    lua_pushnumber(L, lua_tonumber(L, -1));
  }
  lua_remove(L, -2);
}

static void push_boolean(lua_State *L, oms_loading_t *loading, const char *name, int index) {
  const char *s = lua_type(L, index) == LUA_TSTRING ? lua_tostring(L, index) : "";
  bool on = strcmp(s, "true") == 0 || (lua_isboolean(L, index) && lua_toboolean(L, index));
  bool off = strcmp(s, "false") == 0 || (lua_isboolean(L, index) && !lua_toboolean(L, index));
  if (!on && !off) {
    wrong(L, loading, name, "true or false", index);
  }
  lua_pushboolean(L, on);
}

/* Pushes the simple value at 'index' as the type of the default at 'like' (nil: as it is, a text
 * that is a number as one). */
static void push_simple(lua_State *L, oms_loading_t *loading, const char *name, int like,
                        int index) {
  switch (lua_type(L, like)) {
  case LUA_TNUMBER:
    push_number(L, loading, name, lua_isinteger(L, like) != 0, index);
    return;
  case LUA_TBOOLEAN:
    push_boolean(L, loading, name, index);
    return;
  case LUA_TSTRING:
    if (lua_type(L, index) != LUA_TSTRING) {
      wrong(L, loading, name, "a string", index);
    }
    lua_pushvalue(L, index);
    return;
  default:
    if (lua_type(L, index) == LUA_TSTRING &&
        lua_stringtonumber(L, lua_tostring(L, index)) == lua_rawlen(L, index) + 1) {
      return;
    }
    lua_pushvalue(L, index);
  }
}

/* Pushes the list that a text with commas, a list or a single value stands for; 'like' is the
 * default list. */
static void push_list(lua_State *L, oms_loading_t *loading, const char *name, int like, int index) {
  lua_rawgeti(L, like, 1);
  int element = lua_gettop(L);
  lua_newtable(L);
  if (lua_type(L, index) != LUA_TSTRING) {
    bool list = lua_istable(L, index);
    lua_Unsigned n = list ? lua_rawlen(L, index) : 1;
    for (lua_Unsigned i = 1; i <= n; i++) {
      if (list) {
        lua_rawgeti(L, index, (lua_Integer)i);
      } else {
        lua_pushvalue(L, index);
      }
      push_simple(L, loading, name, element, lua_gettop(L));
      lua_rawseti(L, -3, (lua_Integer)i);
      lua_pop(L, 1);
    }
  } else {
    lua_Integer n = 0;
    for (const char *s = lua_tostring(L, index); s != NULL && lua_rawlen(L, index) > 0;) {
      const char *comma = strchr(s, ',');
      lua_pushlstring(L, s, comma != NULL ? (size_t)(comma - s) : strlen(s));
      push_simple(L, loading, name, element, lua_gettop(L));
      lua_rawseti(L, -3, ++n);
      lua_pop(L, 1);
      s = comma != NULL ? comma + 1 : NULL;
    }
  }
  lua_remove(L, element);
}

/* True for {} and for lists; a table with names is taken as a whole. */
static bool is_list(lua_State *L, int index) {
  lua_Unsigned n = lua_rawlen(L, index);
  lua_Unsigned keys = 0;
  lua_pushnil(L);
  while (lua_next(L, index)) {
    lua_pop(L, 1);
    keys++;
  }
  return keys == n;
}

/* Names of the defaults, for the nearest one. */
static int by_letters(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static _Noreturn void unknown_name(lua_State *L, oms_loading_t *loading, int defaults,
                                   const char *name) {
  const char *names[NAMES_MAX];
  size_t n = 0;
  lua_pushnil(L);
  while (n < NAMES_MAX && lua_next(L, defaults)) {
    if (lua_type(L, -2) == LUA_TSTRING) {
      names[n++] = lua_tostring(L, -2);
    }
    lua_pop(L, 1);
  }
  const char *near = oms_nearest_word(name, names, n);
  if (near != NULL) {
    oms_loading_fail(L, loading, "unknown parameter '%.60s' (did you mean '%s'?)", name, near);
  }
  char known[400];
  oms_text_t t;
  qsort(names, n, sizeof names[0], by_letters);
  oms_text_init(&t, known, sizeof known);
  for (size_t i = 0; i < n; i++) {
    oms_text_add(&t, "%s%s", i == 0 ? "; known: " : ", ", names[i]);
  }
  oms_loading_fail(L, loading, "unknown parameter '%.60s'%s", name,
                   n > 0 ? known : ": the script has none");
}

/* Sets parameter 'name' of the table at 'params' to the value on top, which is popped. */
static void set_param(lua_State *L, oms_loading_t *loading, int defaults, int params,
                      const char *name) {
  int value = lua_gettop(L);
  lua_pushstring(L, name);
  if (lua_rawget(L, defaults) == LUA_TNIL) {
    unknown_name(L, loading, defaults, name);
  }
  int like = lua_gettop(L);
  lua_pushstring(L, name);
  if (!lua_istable(L, like)) {
    push_simple(L, loading, name, like, value);
  } else if (is_list(L, like)) {
    push_list(L, loading, name, like, value);
  } else if (lua_istable(L, value)) {
    lua_pushvalue(L, value);
  } else {
    wrong(L, loading, name, "a table", value);
  }
  lua_rawset(L, params);
  lua_settop(L, value - 1);
}

static void overlay_table(lua_State *L, oms_loading_t *loading, int defaults, int params) {
  const oms_script_config_t *c = &loading->script->config;
  if (c->params == NULL) {
    return;
  }
  oms_value_decode(L, c->params, c->param_n);
  int given = lua_gettop(L);
  if (!lua_istable(L, given)) {
    oms_loading_fail(L, loading, "the parameters must be a table");
  }
  size_t n = oms_keys_push(L, given); /* in the order of keys: equal mistakes give equal messages */
  int keys = lua_gettop(L) - 1;
  for (size_t i = 0; i < n; i++) {
    if (lua_rawgeti(L, keys, (lua_Integer)oms_keys_at(lua_touserdata(L, keys + 1), i)) !=
        LUA_TSTRING) {
      oms_loading_fail(L, loading, "parameters have names, got %s", shown(L, -1));
    }
    lua_pushvalue(L, -1);
    lua_rawget(L, given);
    set_param(L, loading, defaults, params, lua_tostring(L, -2));
    lua_pop(L, 1);
  }
  lua_settop(L, given - 1);
}

static void overlay_sets(lua_State *L, oms_loading_t *loading, int defaults, int params) {
  const oms_script_config_t *c = &loading->script->config;
  for (size_t i = 0; i < c->set_n; i++) {
    const char *equals = strchr(c->sets[i], '=');
    if (equals == NULL || equals == c->sets[i]) {
      oms_loading_fail(L, loading, "a parameter is given as name=value, got '%.100s'", c->sets[i]);
    }
    const char *name = lua_pushlstring(L, c->sets[i], (size_t)(equals - c->sets[i]));
    lua_pushstring(L, equals + 1);
    set_param(L, loading, defaults, params, name);
    lua_pop(L, 1);
  }
}

int oms_script_overlay(lua_State *L) {
  oms_loading_t *loading = lua_touserdata(L, 1);
  oms_script_push_self(L);
  int self = lua_gettop(L);
  lua_pushliteral(L, "params");
  int type = lua_rawget(L, self);
  if (type == LUA_TNIL) {
    lua_pop(L, 1);
    lua_newtable(L);
  } else if (type != LUA_TTABLE) {
    oms_loading_fail(L, loading, "params must be a table, got %s", oms_arg_type(L, -1));
  }
  int defaults = lua_gettop(L);
  push_copy(L, loading, defaults, 0);
  int params = lua_gettop(L);
  overlay_table(L, loading, defaults, params);
  overlay_sets(L, loading, defaults, params);
  lua_pushliteral(L, "params");
  lua_pushvalue(L, params);
  lua_rawset(L, self);
  oms_script_keep_params(L, loading->script, params);
  return 0;
}
