/* lib_base.c - the basic functions that differ from the stock ones, and the environment of scripts.
 * Stock ones that stay: state.c names them. pairs and next are in order.c, require in load.c. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "base/containers.h"
#include "bind/bind.h"

/* Raised rather than wrapped: a script that could hang its loop on a finalizer would run with hooks
 * off, and weak tables show when the collector ran. */
static int lib_setmetatable(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  int type = lua_type(L, 2);
  luaL_argexpected(L, type == LUA_TNIL || type == LUA_TTABLE, 2, "nil or table");
  if (luaL_getmetafield(L, 1, "__metatable") != LUA_TNIL) {
    return luaL_error(L, "cannot change a protected metatable");
  }
  static const char *const refused[] = {"__gc", "__mode"};
  for (size_t i = 0; type == LUA_TTABLE && i < OMS_COUNT(refused); i++) {
    lua_pushstring(L, refused[i]);
    if (lua_rawget(L, 2) != LUA_TNIL) {
      return luaL_error(L, "setmetatable: %s is not available in scripts", refused[i]);
    }
    lua_pop(L, 1);
  }
  lua_settop(L, 2);
  lua_setmetatable(L, 1);
  return 1;
}

/* The environment stays empty, so that each write of a global is seen. */
static int lib_rawset(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_checkany(L, 2);
  luaL_checkany(L, 3);
  lua_settop(L, 3);
  lua_rawgeti(L, LUA_REGISTRYINDEX, oms_bind_cell(L)->ref_env);
  if (lua_rawequal(L, 1, 4)) {
    return luaL_error(L, "rawset: globals cannot be written; use local variables");
  }
  lua_pop(L, 1);
  lua_rawset(L, 1);
  return 1;
}

/* Pcall, xpcall: results first a boolean; a kill goes through them. */

static int finish_pcall(lua_State *L, int status, lua_KContext extra) {
  oms_bind_poll(L);
  if (status != LUA_OK && status != LUA_YIELD) {
    lua_pushboolean(L, 0);
    lua_pushvalue(L, -2);
    return 2;
  }
  return lua_gettop(L) - (int)extra;
}

static int lib_pcall(lua_State *L) {
  luaL_checkany(L, 1);
  lua_pushboolean(L, 1);
  lua_insert(L, 1);
  int status = lua_pcallk(L, lua_gettop(L) - 2, LUA_MULTRET, 0, 0, finish_pcall);
  return finish_pcall(L, status, 0);
}

/* Runs at the place of the error. When the error is a kill, the handler of the script would run
 * with hooks off, so it does not run at all. */
static int guard_handler(lua_State *L) {
  const oms_frame_t *top = oms_budget.top;
  if (top->killed) {
    return 1;
  }
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  lua_call(L, lua_gettop(L) - 1, 1);
  return 1;
}

static int lib_xpcall(lua_State *L) {
  int n = lua_gettop(L);
  luaL_checktype(L, 2, LUA_TFUNCTION);
  lua_pushvalue(L, 2);
  lua_pushcclosure(L, guard_handler, 1);
  lua_replace(L, 2);
  lua_pushboolean(L, 1);
  lua_pushvalue(L, 1);
  lua_rotate(L, 3, 2);
  int status = lua_pcallk(L, n - 2, LUA_MULTRET, 2, 2, finish_pcall);
  return finish_pcall(L, status, 2);
}

/* Tostring. */

static void push_number_text(lua_State *L, int index) {
  char text[64];
  if (lua_isinteger(L, index)) {
    snprintf(text, sizeof(text), LUA_INTEGER_FMT, lua_tointeger(L, index));
  } else {
    double v = lua_tonumber(L, index);
    snprintf(text, sizeof(text), "%.14g", v);
    if (isnan(v)) {
      strcpy(text, "nan"); /* one spelling whatever the sign */
    } else if (text[strspn(text, "-0123456789")] == '\0') {
      strcat(text, ".0");
    }
  }
  lua_pushstring(L, text);
}

const char *oms_lib_tostring(lua_State *L, int index, size_t *n) {
  index = lua_absindex(L, index);
  int type = lua_type(L, index);
  if (type == LUA_TSTRING) {
    lua_pushvalue(L, index);
  } else if (type == LUA_TNUMBER) {
    push_number_text(L, index);
  } else if (type == LUA_TBOOLEAN) {
    lua_pushstring(L, lua_toboolean(L, index) ? "true" : "false");
  } else if (luaL_callmeta(L, index, "__tostring")) {
    if (lua_type(L, -1) != LUA_TSTRING) {
      luaL_error(L, "'__tostring' must return a string");
    }
  } else {
    int named = type == LUA_TNIL ? LUA_TNIL : luaL_getmetafield(L, index, "__name");
    if (named != LUA_TSTRING) {
      lua_pop(L, named == LUA_TNIL ? 0 : 1);
      lua_pushstring(L, lua_typename(L, type));
    }
  }
  return lua_tolstring(L, -1, n);
}

static int lib_tostring(lua_State *L) {
  luaL_checkany(L, 1);
  oms_lib_tostring(L, 1, NULL);
  return 1;
}

void oms_lib_base(lua_State *L) {
  static const luaL_Reg functions[] = {
      {"next",         oms_lib_next    },
      {"pairs",        oms_lib_pairs   },
      {"pcall",        lib_pcall       },
      {"rawset",       lib_rawset      },
      {"require",      oms_lib_require },
      {"setmetatable", lib_setmetatable},
      {"tostring",     lib_tostring    },
      {"xpcall",       lib_xpcall      },
      {NULL,           NULL            },
  };
  luaL_setfuncs(L, functions, 0);
}

/* The environment. */

/* Stock names that scripts may look for, and what to use in their place. */
static const struct {
  const char *name, *instead;
} unavailable[] = {
    {"os",             "use oms.now and oms.time for the time"             },
    {"io",             "use oms.log to write, and the session's data files"},
    {"debug",          "errors carry a traceback of their own"             },
    {"print",          "use oms.log.info"                                  },
    {"load",           "use require with a file"                           },
    {"loadstring",     "use require with a file"                           },
    {"loadfile",       "use require"                                       },
    {"dofile",         "use require"                                       },
    {"package",        "use require"                                       },
    {"module",         "return a table from the file and use require"      },
    {"collectgarbage", "memory is collected by the host"                   },
    {"warn",           "use oms.log.warn"                                  },
    {"unpack",         "use table.unpack"                                  },
    {"setfenv",        "it is gone since Lua 5.2"                          },
    {"getfenv",        "it is gone since Lua 5.2"                          },
    {"bit32",          "use the operators & | ~ << >>"                     },
    {"_G",             "scripts cannot reach the table of globals"         },
    {"_VERSION",       "it is Lua 5.4"                                     },
};

#define GLOBALS_NAMED 48

/* Raises "unknown global", naming the nearest one. */
static int unknown_global(lua_State *L, const char *name) {
  const char *words[GLOBALS_NAMED];
  size_t n = 0;
  lua_rawgeti(L, LUA_REGISTRYINDEX, oms_bind_cell(L)->ref_globals);
  for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
    if (n < GLOBALS_NAMED) {
      words[n++] = lua_tostring(L, -2);
    }
  }
  const char *near = oms_nearest_word(name, words, n);
  if (near != NULL) {
    return luaL_error(L, "unknown global '%s' (did you mean '%s'?)", name, near);
  }
  return luaL_error(
      L,
      oms_bind_cell(L)->typed
          ? "unknown global '%s' (a local ends with its input: write %s = ... to keep it)"
          : "unknown global '%s' (is a 'local %s' missing above?)",
      name, name);
}

static int read_global(lua_State *L) {
  const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "?";
  for (size_t i = 0; i < OMS_COUNT(unavailable); i++) {
    if (strcmp(name, unavailable[i].name) == 0) {
      return luaL_error(L, "%s is not available in scripts (%s)", name, unavailable[i].instead);
    }
  }
  return unknown_global(L, name);
}

static int write_global(lua_State *L) {
  const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "?";
  return luaL_error(L, "global '%s' cannot be written; write `local %s`", name, name);
}

/* Pushes a metatable with __index = the value on top (popped) and __metatable = false. */
static void push_guard(lua_State *L) {
  lua_createtable(L, 0, 3);
  lua_insert(L, -2);
  lua_setfield(L, -2, "__index");
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
}

void oms_lib_globals(lua_State *L) {
  lua_pushcfunction(L, read_global);
  push_guard(L);
  lua_setmetatable(L, -2);
  lua_newtable(L); /* the environment: empty, reads go through to the globals */
  lua_insert(L, -2);
  push_guard(L);
  lua_pushcfunction(L, write_global);
  lua_setfield(L, -2, "__newindex");
  lua_setmetatable(L, -2);
}

void oms_bind_set_global(lua_State *L, const char *name) {
  lua_rawgeti(L, LUA_REGISTRYINDEX, oms_bind_cell(L)->ref_globals);
  lua_pushstring(L, name);
  lua_pushvalue(L, -3);
  lua_rawset(L, -3);
  lua_pop(L, 2);
}
