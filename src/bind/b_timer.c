/* b_timer.c - after, every, at, daily: named timers, kept by the host. A function in place of a
 * name stands in the cell under a generated name, which is all that the host sees of it. */
#include <stdio.h>
#include <string.h>

#include "bind/api.h"
#include "bind/doc.h"

#define NAME_MAX_LENGTH 100
/* A timer fires in session time, which costs nothing to pass: a shorter interval is a run without
 * end. */
#define LEAST_INTERVAL  INT64_C(1000000)
#define FUNCTION_PREFIX "function:"
#define ONCE            "function:once:"
#define AGAIN           "function:again:"

typedef struct timer_handle {
  oms_ud_t head;
  uint64_t id;
} timer_handle_t;

/* The name at 'index'; a function is kept under a new name, which replaces it on the stack. */
static const char *name_arg(lua_State *L, oms_api_t *api, int index, bool once, const char *where) {
  if (lua_type(L, index) == LUA_TFUNCTION) {
    lua_pushfstring(L, "%s%d", once ? ONCE : AGAIN, (int)++api->function_timers);
    lua_rawgeti(L, LUA_REGISTRYINDEX, api->ref_timers);
    lua_pushvalue(L, -2);
    lua_pushvalue(L, index);
    lua_rawset(L, -3);
    lua_pop(L, 1);
    lua_replace(L, index);
    if (!api->warned_function_timer) {
      api->warned_function_timer = true;
      api->desk->log(api->desk->self, api->script, OMS_LOG_WARN,
                     "a timer with a function ends with this script's cell: one with a name "
                     "survives reload and "
                     "restart");
    }
    return lua_tostring(L, index);
  }
  const char *name = oms_arg_text(L, index, where, "the name");
  size_t n = lua_rawlen(L, index);
  if (n == 0 || n > NAME_MAX_LENGTH || strlen(name) != n ||
      strncmp(name, FUNCTION_PREFIX, strlen(FUNCTION_PREFIX)) == 0) {
    luaL_error(L, "%s: a timer's name has 1 to %d characters and does not begin with '%s'", where,
               NAME_MAX_LENGTH, FUNCTION_PREFIX);
  }
  return name;
}

static int arm(lua_State *L, const oms_api_t *api, const oms_timer_spec_t *spec,
               const char *where) {
  timer_handle_t *h = oms_ud_new(L, OMS_UD_TIMER, sizeof(*h), 0);
  int rc = api->desk->timer(api->desk->self, api->script, spec, &h->id);
  if (rc == OMS_ERR_RANGE) {
    oms_reject_t reject = {.code = OMS_CODE_TOO_LATE};
    char at[40];
    oms_time_iso(spec->at, at);
    snprintf(reject.message, sizeof(reject.message), "%s has passed", at);
    return oms_push_reject(L, OMS_ERR_REJECTED, &reject, where);
  }
  if (rc != OMS_OK) {
    return luaL_error(L, "%s: %s", where, oms_err_text(rc));
  }
  h->head.sort_id = h->id;
  return 1;
}

static oms_api_t *need(lua_State *L, const char *where) {
  return oms_api_need(L, OMS_KIND_STRATEGY | OMS_KIND_RULE,
                      OMS_PHASE_START | OMS_PHASE_EVENT | OMS_PHASE_RESTORE | OMS_PHASE_WARMUP,
                      where);
}

/* Seconds at argument 1 as ns. */
static int64_t seconds_arg(lua_State *L, const char *where, int64_t least) {
  int64_t ns = oms_arg_fixed(L, 1, 9, where, "seconds");
  if (ns < least) {
    luaL_error(L,
               least > 0 ? "%s: seconds must be at least 0.001, got %s"
                         : "%s: seconds must not be negative, got %s",
               where, luaL_tolstring(L, 1, NULL));
  }
  return ns;
}

static oms_time_t later(lua_State *L, const oms_api_t *api, int64_t ns, const char *where) {
  oms_time_t at;
  if (oms_add(api->desk->now, ns, &at) != OMS_OK) {
    luaL_error(L, "%s: that is after the end of time", where);
  }
  return at;
}

static int after(lua_State *L) {
  oms_api_t *api = need(L, "oms.after");
  oms_timer_spec_t spec = {.kind = OMS_TIMER_AT};
  spec.at = later(L, api, seconds_arg(L, "oms.after", 0), "oms.after");
  spec.name = name_arg(L, api, 2, true, "oms.after");
  return arm(L, api, &spec, "oms.after");
}

static int every(lua_State *L) {
  oms_api_t *api = need(L, "oms.every");
  oms_timer_spec_t spec = {.kind = OMS_TIMER_EVERY,
                           .every_ns = seconds_arg(L, "oms.every", LEAST_INTERVAL)};
  spec.at = later(L, api, spec.every_ns, "oms.every");
  spec.name = name_arg(L, api, 2, false, "oms.every");
  return arm(L, api, &spec, "oms.every");
}

static int at(lua_State *L) {
  oms_api_t *api = need(L, "oms.at");
  oms_timer_spec_t spec = {.kind = OMS_TIMER_AT};
  spec.at = oms_arg_time(L, 1, "oms.at", "the time", NULL);
  spec.name = name_arg(L, api, 2, true, "oms.at");
  return arm(L, api, &spec, "oms.at");
}

static bool two_digits(const char *s, int most, int *out) {
  bool digits = s[0] >= '0' && s[0] <= '9' && s[1] >= '0' && s[1] <= '9';
  *out = digits ? (s[0] - '0') * 10 + (s[1] - '0') : 0;
  return digits && *out <= most;
}

/* "09:35" or "09:35:30" to ns since midnight; -1. */
static int64_t wall_time(const char *s) {
  int h, m, sec = 0;
  size_t n = strlen(s);
  if ((n != 5 && n != 8) || s[2] != ':' || !two_digits(s, 23, &h) || !two_digits(s + 3, 59, &m) ||
      (n == 8 && (s[5] != ':' || !two_digits(s + 6, 59, &sec)))) {
    return -1;
  }
  return (int64_t)(h * 3600 + m * 60 + sec) * OMS_NS_PER_SECOND;
}

static int daily(lua_State *L) {
  oms_api_t *api = need(L, "oms.daily");
  oms_timer_spec_t spec = {.kind = OMS_TIMER_DAILY};
  const char *wall = oms_arg_text(L, 1, "oms.daily", "the time of day");
  spec.day_ns = wall_time(wall);
  if (spec.day_ns < 0) {
    luaL_error(L, "oms.daily: '%s' is no time of day like 09:35", wall);
  }
  const char *zone = oms_arg_text(L, 2, "oms.daily", "zone");
  if (oms_zone_parse(zone, strlen(zone), &spec.zone) != OMS_OK) {
    luaL_error(L, "oms.daily: unknown zone '%s' (known: %s)", zone, oms_zone_names());
  }
  spec.name = name_arg(L, api, 3, false, "oms.daily");
  return arm(L, api, &spec, "oms.daily");
}

static int timer_cancel(lua_State *L) {
  const oms_api_t *api = oms_api_of(L);
  timer_handle_t *h = oms_ud_test(L, 1, OMS_UD_TIMER);
  if (h == NULL) {
    return luaL_error(L, "a timer is cancelled with a colon: timer:cancel()");
  }
  if (h->id != 0) {
    api->desk->cancel_timer(api->desk->self, api->script, h->id);
    h->id = 0;
  }
  return 0;
}

static int timer_tostring(lua_State *L) {
  lua_pushliteral(L, "timer");
  return 1;
}

bool oms_timer_function(lua_State *L, oms_api_t *api, const char *name) {
  if (strncmp(name, FUNCTION_PREFIX, strlen(FUNCTION_PREFIX)) != 0) {
    return false;
  }
  lua_rawgeti(L, LUA_REGISTRYINDEX, api->ref_timers);
  if (lua_getfield(L, -1, name) != LUA_TFUNCTION) {
    lua_pop(L, 2); /* of a cell that is gone */
    return true;
  }
  if (strncmp(name, ONCE, strlen(ONCE)) == 0) {
    lua_pushnil(L);
    lua_setfield(L, -3, name);
  }
  oms_bind_push_script(L);
  lua_call(L, 1, 0);
  lua_pop(L, 1);
  return true;
}

void oms_open_timer(lua_State *L, oms_api_t *api) {
  static const luaL_Reg functions[] = {
      {"after", after},
      {"every", every},
      {"at",    at   },
      {"daily", daily},
      {NULL,    NULL },
  };
  static const luaL_Reg methods[] = {
      {"cancel", timer_cancel},
      {NULL,     NULL        },
  };
  static const oms_ud_type_t type = {
      .type = OMS_UD_TIMER, .name = "timer", .methods = methods, .tostring = timer_tostring};
  luaL_setfuncs(L, functions, 0);
  oms_ud_define(L, &type);
  lua_newtable(L);
  api->ref_timers = luaL_ref(L, LUA_REGISTRYINDEX);
}

/* What each call is for. */

/* clang-format off */
const oms_doc_t oms_docs_timer[] = {
    {"oms.after", "seconds: number, name: string|function",
     "Timer",
     "Calls on_timer(self, name) once, so many seconds of market time from now. The "
     "name is given to on_timer; arming it again replaces the timer. A function in "
     "place of a name ends with this script's cell.",
     "seconds at least 0.",
     "Raises on a negative time.",
     "oms.after(60, \"a minute later\")",
     OMS_KIND_STRATEGY | OMS_KIND_RULE, OMS_PHASE_START | OMS_PHASE_EVENT | OMS_PHASE_RESTORE | OMS_PHASE_WARMUP, OMS_DOC_STRATEGY},
    {"oms.every", "seconds: number, name: string|function",
     "Timer",
     "Calls on_timer(self, name) again and again, the first time after one "
     "interval. The name is given to on_timer; arming it again replaces the timer. "
     "A function in place of a name ends with this script's cell.",
     "seconds at least 0.001.",
     "Raises on a shorter interval.",
     "oms.every(3600, \"hourly\")",
     OMS_KIND_STRATEGY | OMS_KIND_RULE, OMS_PHASE_START | OMS_PHASE_EVENT | OMS_PHASE_RESTORE | OMS_PHASE_WARMUP, OMS_DOC_STRATEGY},
    {"oms.at", "time: integer|string, name: string|function",
     "Timer?, Reject?",
     "Calls on_timer(self, name) at a time. The name is given to on_timer; arming "
     "it again replaces the timer. A function in place of a name ends with this "
     "script's cell.",
     "Integer ns or ISO text.",
     "Refused: TOO_LATE for a time that has passed.",
     "oms.at(oms.now() + 1000000000, \"a second later\")",
     OMS_KIND_STRATEGY | OMS_KIND_RULE, OMS_PHASE_START | OMS_PHASE_EVENT | OMS_PHASE_RESTORE | OMS_PHASE_WARMUP, OMS_DOC_STRATEGY},
    {"oms.daily", "time: string, zone: string, name: string|function",
     "Timer",
     "Calls on_timer(self, name) at a time of day on every calendar day of the "
     "zone. A time that the change of clocks skips fires at the first instant after "
     "it, one that comes twice fires once. The name is given to on_timer; arming it "
     "again replaces the timer. A function in place of a name ends with this "
     "script's cell.",
     "\"09:35\" or \"09:35:30\"; zone as in --tz.",
     "Raises on what is no time of day and on an unknown zone.",
     "oms.daily(\"15:55\", \"America/New_York\", \"before the close\")",
     OMS_KIND_STRATEGY | OMS_KIND_RULE, OMS_PHASE_START | OMS_PHASE_EVENT | OMS_PHASE_RESTORE | OMS_PHASE_WARMUP, OMS_DOC_STRATEGY},
    {"timer:cancel", "",
     "",
     "Ends the timer; one that has fired or was replaced stays as it is.",
     "",
     "",
     "local timer = oms.after(60, \"never\")\n"
     "timer:cancel()",
     OMS_KIND_STRATEGY | OMS_KIND_RULE, OMS_PHASE_ANY, OMS_DOC_STRATEGY},
    {NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 0, OMS_DOC_STRATEGY}};
/* clang-format on */
