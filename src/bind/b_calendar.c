/* b_calendar.c - oms.calendar(symbol): trading days and sessions of the symbol's market. */
#include <string.h>

#include "bind/api.h"
#include "bind/doc.h"

typedef struct calendar_handle {
  oms_ud_t head;
  uint8_t kind; /* oms_calendar_kind_t */
} calendar_handle_t;

oms_calendar_t *oms_calendar_of(oms_api_t *api, uint32_t instrument) {
  int kind = OMS_CALENDAR_NONE;
  if (instrument != OMS_NONE) {
    kind = oms_engine_instrument(oms_api_engine(api), instrument)->calendar;
  }
  return &api->calendars[kind == OMS_CALENDAR_US_EQUITY ? OMS_CALENDAR_US_EQUITY
                                                        : OMS_CALENDAR_NONE];
}

static oms_calendar_t *checked(lua_State *L) {
  const calendar_handle_t *h = oms_ud_test(L, 1, OMS_UD_CALENDAR);
  if (h == NULL) {
    luaL_error(L, "a calendar's methods are called with a colon: calendar:is_open()");
    __builtin_unreachable();
  }
  return &oms_api_of(L)->calendars[h->kind];
}

/* The time at 'index', default now. */
static oms_time_t time_arg(lua_State *L, int index, const char *where) {
  const oms_api_t *api = oms_api_reads(L, where);
  return lua_type(L, index) <= LUA_TNIL ? api->desk->now : oms_arg_time(L, index, where, "t", NULL);
}

static int is_open(lua_State *L) {
  oms_calendar_t *c = checked(L);
  lua_pushboolean(L, oms_calendar_is_open(c, time_arg(L, 2, "calendar:is_open")));
  return 1;
}

static int trading_day(lua_State *L) {
  oms_calendar_t *c = checked(L);
  int64_t days = oms_calendar_trading_day(c, time_arg(L, 2, "calendar:trading_day"), false);
  char text[32];
  oms_date_iso(days * OMS_NS_PER_DAY, OMS_ZONE_UTC, text);
  lua_pushstring(L, text);
  return 1;
}

static int next_open(lua_State *L) {
  oms_calendar_t *c = checked(L);
  oms_push_time(L, oms_calendar_next_open(c, time_arg(L, 2, "calendar:next_open")));
  return 1;
}

static int next_close(lua_State *L) {
  oms_calendar_t *c = checked(L);
  oms_push_time(L, oms_calendar_next_close(c, time_arg(L, 2, "calendar:next_close")));
  return 1;
}

static int is_last_of(lua_State *L) {
  static const char *const periods[] = {"week", "month", "quarter",
                                        "year"}; /* oms_calendar_period_t */
  oms_calendar_t *c = checked(L);
  const char *word = oms_arg_text(L, 2, "calendar:is_last_of", "the period");
  for (size_t i = 0; i < OMS_COUNT(periods); i++) {
    if (strcmp(periods[i], word) == 0) {
      oms_time_t t = time_arg(L, 3, "calendar:is_last_of");
      lua_pushboolean(L, oms_calendar_is_last_of(c, (oms_calendar_period_t)i, t));
      return 1;
    }
  }
  oms_raise_unknown(L, "calendar:is_last_of", "period", word, periods, sizeof(periods[0]),
                    OMS_COUNT(periods));
}

static const luaL_Reg methods[] = {
    {"is_open",     is_open    },
    {"trading_day", trading_day},
    {"next_open",   next_open  },
    {"next_close",  next_close },
    {"is_last_of",  is_last_of },
    {NULL,          NULL       },
};

static int calendar_index(lua_State *L) {
  const char *key = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : oms_arg_type(L, 2);
  for (const luaL_Reg *m = methods; m->name != NULL; m++) {
    if (strcmp(m->name, key) == 0) {
      lua_pushcfunction(L, m->func);
      return 1;
    }
  }
  oms_raise_unknown(L, "calendar", "method", key, methods, sizeof(methods[0]),
                    OMS_COUNT(methods) - 1);
}

static int calendar_eq(lua_State *L) {
  const calendar_handle_t *a = oms_ud_test(L, 1, OMS_UD_CALENDAR);
  const calendar_handle_t *b = oms_ud_test(L, 2, OMS_UD_CALENDAR);
  lua_pushboolean(L, a != NULL && b != NULL && a->kind == b->kind);
  return 1;
}

static int calendar_tostring(lua_State *L) {
  const calendar_handle_t *h = oms_ud_check(L, 1, OMS_UD_CALENDAR);
  lua_pushstring(L, h->kind == OMS_CALENDAR_US_EQUITY ? "calendar us_equity"
                                                      : "calendar without sessions");
  return 1;
}

static int calendar(lua_State *L) {
  oms_api_t *api = oms_api_reads(L, "oms.calendar");
  const oms_symbol_t *symbol = oms_arg_symbol(L, 1, "oms.calendar");
  const oms_calendar_t *c = oms_calendar_of(api, symbol != NULL ? symbol->instrument : OMS_NONE);
  calendar_handle_t *h = oms_ud_new(L, OMS_UD_CALENDAR, sizeof(*h), 0);
  h->kind = (uint8_t)c->kind;
  h->head.sort_id = (uint64_t)h->kind + 1;
  return 1;
}

void oms_open_calendar(lua_State *L, oms_api_t *api) {
  static const oms_ud_type_t type = {.type = OMS_UD_CALENDAR,
                                     .name = "calendar",
                                     .index = calendar_index,
                                     .eq = calendar_eq,
                                     .tostring = calendar_tostring};
  oms_calendar_init(&api->calendars[OMS_CALENDAR_NONE], OMS_CALENDAR_NONE);
  oms_calendar_init(&api->calendars[OMS_CALENDAR_US_EQUITY], OMS_CALENDAR_US_EQUITY);
  oms_ud_define(L, &type);
  lua_pushcfunction(L, calendar);
  lua_setfield(L, -2, "calendar");
}

/* What each call is for. */

/* clang-format off */
const oms_doc_t oms_docs_calendar[] = {
    {"oms.calendar", "symbol: string",
     "Calendar",
     "The trading days and sessions of a symbol's market; without a declared asset "
     "class one that has none.",
     "",
     "Raises on what is no text.",
     "local calendar = oms.calendar(bar.symbol)\n"
     "oms.log.debug(\"%s\", calendar:trading_day())",
     OMS_KIND_ANY, OMS_PHASES_READ, OMS_DOC_STRATEGY},
    {"calendar:is_open", "t?: integer|string",
     "boolean",
     "Whether the regular session runs; now by default. Always false without sessions.",
     "t: integer ns or ISO text.",
     "Raises on what is no time.",
     "if oms.calendar(bar.symbol):is_open(bar.ts) then\n"
     "  oms.log.debug(\"a bar of the regular session\")\n"
     "end",
     OMS_KIND_ANY, OMS_PHASES_READ, OMS_DOC_STRATEGY},
    {"calendar:trading_day", "t?: integer|string",
     "string",
     "Date of the session that holds or follows t; without sessions the UTC date.",
     "\"YYYY-MM-DD\".",
     "Raises on what is no time.",
     "oms.log.debug(\"%s\", oms.calendar(bar.symbol):trading_day(bar.ts))",
     OMS_KIND_ANY, OMS_PHASES_READ, OMS_DOC_STRATEGY},
    {"calendar:next_open", "t?: integer|string",
     "integer?",
     "The first open after t; nil without sessions.",
     "ns since 1970 UTC, above t.",
     "Raises on what is no time.",
     "local open = oms.calendar(bar.symbol):next_open()\n"
     "oms.log.debug(\"%s\", open and oms.time.iso(open) or \"no sessions\")",
     OMS_KIND_ANY, OMS_PHASES_READ, OMS_DOC_STRATEGY},
    {"calendar:next_close", "t?: integer|string",
     "integer?",
     "The first close after t, early closes included; nil without sessions.",
     "ns since 1970 UTC, above t.",
     "Raises on what is no time.",
     "local close = oms.calendar(bar.symbol):next_close()\n"
     "oms.log.debug(\"%s\", close and oms.time.iso(close) or \"no sessions\")",
     OMS_KIND_ANY, OMS_PHASES_READ, OMS_DOC_STRATEGY},
    {"calendar:is_last_of", "period: \"week\"|\"month\"|\"quarter\"|\"year\", t?: integer|string",
     "boolean",
     "Whether the trading day of t is the last one of the period. Without sessions each date is a "
     "trading day, so that a month that ends on a weekend has no bar on its last one: declare the "
     "asset class.",
     "",
     "Raises on an unknown period.",
     "if oms.calendar(bar.symbol):is_last_of(\"month\", bar.ts) then\n"
     "  oms.log.debug(\"the month ends\")\n"
     "end",
     OMS_KIND_ANY, OMS_PHASES_READ, OMS_DOC_STRATEGY},
    {NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 0, OMS_DOC_STRATEGY}};
/* clang-format on */
