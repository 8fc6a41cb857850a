/* b_log.c - log, alert, random, sorted. */
#include <string.h>

#include "bind/api.h"
#include "bind/doc.h"

/* string.format has no name here, and says '?'. The error is on top. */
static int format_failed(lua_State *L) {
  static const char nameless[] = " to '?' (";
  const char *message = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : NULL;
  const char *at = message != NULL ? strstr(message, nameless) : NULL;
  if (at == NULL) {
    return lua_error(L);
  }
  lua_pushlstring(L, message, (size_t)(at - message));
  return luaL_error(L, "oms.log: %s (%s", lua_tostring(L, -1), at + sizeof nameless - 1);
}

/* Upvalues: the level, string.format of the cell. One argument is logged as it is, so that a text
 * from elsewhere with a percent sign is no format. */
static int log_text(lua_State *L) {
  const oms_api_t *api = oms_api_of(L);
  int n = lua_gettop(L);
  if (n == 0) {
    return luaL_error(L, "oms.log: a text is missing");
  }
  if (n > 1) {
    lua_pushvalue(L, lua_upvalueindex(2));
    lua_insert(L, 1);
    if (lua_pcall(L, n, 1, 0) != LUA_OK) {
      return format_failed(L);
    }
  }
  const char *text = oms_lib_tostring(L, -1, NULL);
  if (api->desk != NULL) {
    oms_log_level_t level = (oms_log_level_t)lua_tointeger(L, lua_upvalueindex(1));
    api->desk->log(api->desk->self, api->script, level, text);
  }
  return 0;
}

static int alert(lua_State *L) {
  const oms_api_t *api = oms_api_reads(L, "oms.alert");
  const char *text = oms_arg_text(L, 1, "oms.alert", "the text");
  api->desk->alert(api->desk->self, api->script, text);
  return 0;
}

static int random_number(lua_State *L) {
  lua_pushnumber(L, oms_random_double(&oms_bind_cell(L)->random));
  return 1;
}

/* Upvalues: the table, the list of its keys, how many have been walked. */
static int sorted_step(lua_State *L) {
  lua_Integer at = lua_tointeger(L, lua_upvalueindex(3));
  for (;;) {
    lua_settop(L, 0);
    at++;
    if (lua_rawgeti(L, lua_upvalueindex(2), at) == LUA_TNIL) {
      return 1;
    }
    lua_pushvalue(L, 1);
    if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL) {
      break; /* a key that was deleted on the way is skipped */
    }
  }
  lua_pushinteger(L, at);
  lua_replace(L, lua_upvalueindex(3));
  return 2;
}

/* The list of keys in key order; as the iterator of a for loop it gives key and value. */
static int sorted(lua_State *L) {
  oms_arg_table(L, 1, false, "oms.sorted");
  lua_settop(L, 1);
  size_t n = oms_keys_push(L, 1);
  int keys = lua_gettop(L) - 1;
  const void *block = lua_touserdata(L, -1);
  lua_createtable(L, (int)n, 0);
  for (size_t i = 0; i < n; i++) {
    lua_rawgeti(L, keys, (lua_Integer)oms_keys_at(block, i));
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  lua_createtable(L, 0, 1);
  lua_pushvalue(L, 1);
  lua_pushvalue(L, -3);
  lua_pushinteger(L, 0);
  lua_pushcclosure(L, sorted_step, 3);
  lua_setfield(L, -2, "__call");
  lua_setmetatable(L, -2);
  return 1;
}

static void open_level(lua_State *L, const char *name, oms_log_level_t level, int format) {
  lua_pushinteger(L, level);
  lua_pushvalue(L, format);
  lua_pushcclosure(L, log_text, 2);
  lua_setfield(L, -2, name);
}

void oms_open_log(lua_State *L, oms_api_t *api) {
  static const luaL_Reg functions[] = {
      {"alert",  alert        },
      {"random", random_number},
      {"sorted", sorted       },
      {NULL,     NULL         },
  };
  luaL_setfuncs(L, functions, 0);
  int top = lua_gettop(L);
  lua_rawgeti(L, LUA_REGISTRYINDEX, api->cell->ref_globals);
  lua_getfield(L, -1, "string");
  lua_getfield(L, -1, "format");
  int format = lua_gettop(L);
  lua_newtable(L);
  open_level(L, "debug", OMS_LOG_DEBUG, format);
  open_level(L, "info", OMS_LOG_INFO, format);
  open_level(L, "warn", OMS_LOG_WARN, format);
  open_level(L, "error", OMS_LOG_ERROR, format);
  lua_setfield(L, top, "log");
  lua_settop(L, top);
}

/* What each call is for. */

/* clang-format off */
const oms_doc_t oms_docs_log[] = {
    {"oms.log.debug", "format: string, ...: any",
     "",
     "Writes a line of level debug. With more than one argument the first is a "
     "format as of string.format.",
     "",
     "Raises on a format that does not fit its arguments.",
     "oms.log.debug(\"%s closed at %.2f\", bar.symbol, bar.close)",
     OMS_KIND_ANY, OMS_PHASE_ANY, OMS_DOC_STRATEGY},
    {"oms.log.info", "format: string, ...: any",
     "",
     "Writes a line of level info. With more than one argument the first is a "
     "format as of string.format.",
     "",
     "Raises on a format that does not fit its arguments.",
     "oms.log.info(\"%s closed at %.2f\", bar.symbol, bar.close)",
     OMS_KIND_ANY, OMS_PHASE_ANY, OMS_DOC_STRATEGY},
    {"oms.log.warn", "format: string, ...: any",
     "",
     "Writes a line of level warn. With more than one argument the first is a "
     "format as of string.format.",
     "",
     "Raises on a format that does not fit its arguments.",
     "oms.log.warn(\"%s closed at %.2f\", bar.symbol, bar.close)",
     OMS_KIND_ANY, OMS_PHASE_ANY, OMS_DOC_STRATEGY},
    {"oms.log.error", "format: string, ...: any",
     "",
     "Writes a line of level error. With more than one argument the first is a "
     "format as of string.format.",
     "",
     "Raises on a format that does not fit its arguments.",
     "oms.log.error(\"%s closed at %.2f\", bar.symbol, bar.close)",
     OMS_KIND_ANY, OMS_PHASE_ANY, OMS_DOC_STRATEGY},
    {"oms.alert", "text: string",
     "",
     "Tells a person: a line of level warn that stands out in the report.",
     "",
     "Raises on what is no text.",
     "oms.alert(\"look at \" .. bar.symbol)",
     OMS_KIND_ANY, OMS_PHASES_READ, OMS_DOC_STRATEGY},
    {"oms.random", "",
     "number",
     "A random number, seeded by the session: the same in each run of it.",
     "From 0 (included) to 1 (excluded).",
     "",
     "if oms.random() < 0.5 then\n"
     "  oms.log.debug(\"heads\")\n"
     "end",
     OMS_KIND_ANY, OMS_PHASE_ANY, OMS_DOC_STRATEGY},
    {"oms.sorted", "t: table",
     "any[]",
     "The keys of a table in order: numbers first, then texts, then orders by "
     "creation. As the iterator of a for loop it gives key and value.",
     "",
     "Raises on what is no table.",
     "for _, symbol in ipairs(oms.sorted({ SPX = 1, NDX = 2 })) do\n"
     "  oms.log.debug(\"%s\", symbol)\n"
     "end\n"
     "for symbol, n in oms.sorted({ SPX = 1, NDX = 2 }) do\n"
     "  oms.log.debug(\"%s %d\", symbol, n)\n"
     "end",
     OMS_KIND_ANY, OMS_PHASE_ANY, OMS_DOC_STRATEGY},
    {NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 0, OMS_DOC_STRATEGY}};
/* clang-format on */
