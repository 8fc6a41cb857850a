/* b_time.c - oms.now and oms.time: instants are integer ns since 1970 UTC. */
#include <string.h>

#include "bind/api.h"
#include "bind/doc.h"

static int now(lua_State *L) {
  const oms_api_t *api = oms_api_reads(L, "oms.now");
  oms_push_time(L, api->desk->now);
  return 1;
}

static oms_time_t integer_time(lua_State *L, int index, const char *where) {
  if (!lua_isinteger(L, index)) {
    luaL_error(L, "%s: t must be integer nanoseconds, got %s", where,
               lua_type(L, index) == LUA_TNUMBER ? "a float" : oms_arg_type(L, index));
  }
  return lua_tointeger(L, index);
}

/* The zone named at 'index', default UTC. */
static oms_zone_t zone_arg(lua_State *L, int index, const char *where) {
  oms_zone_t zone = OMS_ZONE_UTC;
  if (lua_type(L, index) > LUA_TNIL) {
    const char *name = oms_arg_text(L, index, where, "zone");
    if (oms_zone_parse(name, strlen(name), &zone) != OMS_OK) {
      luaL_error(L, "%s: unknown zone '%s' (known: %s)", where, name, oms_zone_names());
    }
  }
  return zone;
}

static int iso(lua_State *L) {
  char text[40];
  oms_time_iso(integer_time(L, 1, "oms.time.iso"), text);
  lua_pushstring(L, text);
  return 1;
}

static int parse(lua_State *L) {
  size_t n;
  oms_time_t t;
  oms_arg_text(L, 1, "oms.time.parse", "the text");
  const char *s = lua_tolstring(L, 1, &n);
  oms_zone_t zone = zone_arg(L, 2, "oms.time.parse");
  if (oms_time_parse(s, n, zone, &t, NULL) != OMS_OK) {
    return luaL_error(L, "oms.time.parse: '%s' is no ISO 8601 time", s);
  }
  lua_pushinteger(L, t);
  return 1;
}

static int parts(lua_State *L) {
  static const char *const names[] = {"year",   "month", "day",     "hour",  "minute",
                                      "second", "ns",    "weekday", "offset"};
  oms_civil_t c;
  oms_time_t t = integer_time(L, 1, "oms.time.parts");
  oms_time_parts(t, zone_arg(L, 2, "oms.time.parts"), &c);
  const int values[] = {c.year,   c.month, c.day,     c.hour,    c.minute,
                        c.second, c.ns,    c.weekday, c.offset_s};
  lua_createtable(L, 0, (int)OMS_COUNT(names));
  for (size_t i = 0; i < OMS_COUNT(names); i++) {
    lua_pushinteger(L, values[i]);
    lua_setfield(L, -2, names[i]);
  }
  return 1;
}

void oms_open_time(lua_State *L, oms_api_t *api) {
  static const luaL_Reg functions[] = {
      {"iso",   iso  },
      {"parse", parse},
      {"parts", parts},
      {NULL,    NULL },
  };
  (void)api;
  lua_pushcfunction(L, now);
  lua_setfield(L, -2, "now");
  luaL_newlib(L, functions);
  lua_setfield(L, -2, "time");
}

/* What each call is for. */

/* clang-format off */
const oms_doc_t oms_docs_time[] = {
    {"oms.now", "",
     "integer",
     "The session's clock: market time, in a backtest as on a paper desk.",
     "ns since 1970 UTC.",
     "",
     "oms.log.debug(\"%s\", oms.time.iso(oms.now()))",
     OMS_KIND_ANY, OMS_PHASES_READ, OMS_DOC_STRATEGY},
    {"oms.time.iso", "t: integer",
     "string",
     "A time as ISO 8601 with Z.",
     "ns since 1970 UTC.",
     "Raises on what is no integer.",
     "assert(oms.time.iso(0) == \"1970-01-01T00:00:00Z\")",
     OMS_KIND_ANY, OMS_PHASE_ANY, OMS_DOC_STRATEGY},
    {"oms.time.parse", "text: string, zone?: string",
     "integer",
     "ISO 8601 text, a date or a date and time, as a time; without an offset in it, "
     "in the zone.",
     "ns since 1970 UTC; zone as in --tz, UTC by default.",
     "Raises on what is no time and on an unknown zone.",
     "assert(oms.time.parse(\"2024-07-01T09:30\", \"America/New_York\") == "
     "oms.time.parse(\"2024-07-01T13:30:00Z\"))",
     OMS_KIND_ANY, OMS_PHASE_ANY, OMS_DOC_STRATEGY},
    {"oms.time.parts", "t: integer, zone?: string",
     "TimeParts",
     "A time as the clock on the wall of a zone shows it.",
     "ns since 1970 UTC; zone as in --tz, UTC by default.",
     "Raises on what is no integer and on an unknown zone.",
     "local t = oms.time.parts(bar.ts, \"America/New_York\")\n"
     "oms.log.debug(\"%02d:%02d, day %d of the week\", t.hour, t.minute, t.weekday)",
     OMS_KIND_ANY, OMS_PHASE_ANY, OMS_DOC_STRATEGY},
    {NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 0, OMS_DOC_STRATEGY}};
/* clang-format on */

/* clang-format off */
static const oms_doc_field_t doc_timeparts[] = {
    {"year", "integer",
     "as written"},
    {"month", "integer",
     "1 to 12"},
    {"day", "integer",
     "1 to 31"},
    {"hour", "integer",
     "0 to 23"},
    {"minute", "integer",
     "0 to 59"},
    {"second", "integer",
     "0 to 59"},
    {"ns", "integer",
     "of the second"},
    {"weekday", "integer",
     "1 Monday to 7 Sunday"},
    {"offset", "integer",
     "seconds east of UTC"},
};
const oms_doc_class_t oms_docs_classes_time[] = {
    {"TimeParts",
     "A time in a zone.", doc_timeparts, OMS_COUNT(doc_timeparts)},
    {NULL, NULL, NULL, 0}};
/* clang-format on */
