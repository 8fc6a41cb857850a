/* b_instrument.c - what a script can know of a symbol: instrument, symbols, last, quote, bars,
 * rounding. Options and futures chains are not part of this version and say so. */
#include <stddef.h>
#include <string.h>

#include "base/check.h"
#include "bind/api.h"
#include "bind/doc.h"

#define BARS_ON_STACK 64
#define BARS_MOST     100000

typedef struct instrument_handle {
  oms_ud_t head;
  uint32_t instrument;
} instrument_handle_t;

/* Oms.instrument. */

static void push_step(lua_State *L, int64_t step) {
  oms_push_fixed(L, step > 0 ? step : OMS_NO_PRICE, 1e9);
}
static void push_tick(lua_State *L, const void *record) {
  push_step(L, ((const oms_instrument_t *)record)->tick);
}
static void push_lot(lua_State *L, const void *record) {
  push_step(L, ((const oms_instrument_t *)record)->lot);
}
static void push_asset_class(lua_State *L, const void *record) {
  int value = ((const oms_instrument_t *)record)->asset_class;
  lua_pushstring(L,
                 value == OMS_ASSET_CLASS_NONE ? NULL : oms_enum_text(OMS_ENUM_ASSET_CLASS, value));
}
static void push_calendar(lua_State *L, const void *record) {
  bool us = ((const oms_instrument_t *)record)->calendar == OMS_CALENDAR_US_EQUITY;
  lua_pushstring(L, us ? "us_equity" : NULL);
}
static void push_state(lua_State *L, const void *record) {
  int value = ((const oms_instrument_t *)record)->trading_state;
  lua_pushstring(L, oms_enum_text(OMS_ENUM_TRADING_STATE, value));
}

#define AT(field) offsetof(oms_instrument_t, field)
static const oms_view_field_t fields[] = {
    {"symbol",              OMS_VIEW_TEXT,   AT(symbol),              NULL            },
    {"currency",            OMS_VIEW_TEXT,   AT(currency),            NULL            },
    {"asset_class",         OMS_VIEW_CUSTOM, 0,                       push_asset_class},
    {"calendar",            OMS_VIEW_CUSTOM, 0,                       push_calendar   },
    {"declared",            OMS_VIEW_BOOL,   AT(declared),            NULL            },
    {"tick",                OMS_VIEW_CUSTOM, 0,                       push_tick       },
    {"lot",                 OMS_VIEW_CUSTOM, 0,                       push_lot        },
    {"multiplier",          OMS_VIEW_PRICE,  AT(multiplier),          NULL            },
    {"previous_close",      OMS_VIEW_PRICE,  AT(previous_close),      NULL            },
    {"margin_per_contract", OMS_VIEW_MONEY,  AT(margin_per_contract), NULL            },
    {"last",                OMS_VIEW_PRICE,  AT(last),                NULL            },
    {"last_ns",             OMS_VIEW_TIME,   AT(last_ns),             NULL            },
    {"state",               OMS_VIEW_CUSTOM, 0,                       push_state      },
};

void oms_instrument_push(lua_State *L, oms_api_t *api, uint32_t instrument) {
  (void)api;
  if (instrument == OMS_NONE) {
    lua_pushnil(L);
    return;
  }
  instrument_handle_t *h = oms_ud_new(L, OMS_UD_INSTRUMENT, sizeof(*h), 0);
  h->instrument = instrument;
  h->head.sort_id = (uint64_t)instrument + 1;
}

static const oms_instrument_t *checked_instrument(lua_State *L, int index) {
  const instrument_handle_t *h = oms_ud_check(L, index, OMS_UD_INSTRUMENT);
  return oms_engine_instrument(oms_api_engine(oms_api_of(L)), h->instrument);
}

static int instrument_index(lua_State *L) {
  const oms_instrument_t *i = checked_instrument(L, 1);
  const char *key = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : oms_arg_type(L, 2);
  int id = oms_words_find(&oms_api_of(L)->instrument_words, key);
  if (id < 0) {
    oms_raise_unknown(L, "instrument", "field", key, fields, sizeof(fields[0]), OMS_COUNT(fields));
  }
  oms_field_push(L, &fields[id], i);
  return 1;
}

static int instrument_newindex(lua_State *L) {
  return luaL_error(L, "an instrument's fields cannot be set");
}

static int instrument_eq(lua_State *L) {
  const instrument_handle_t *a = oms_ud_test(L, 1, OMS_UD_INSTRUMENT);
  const instrument_handle_t *b = oms_ud_test(L, 2, OMS_UD_INSTRUMENT);
  lua_pushboolean(L, a != NULL && b != NULL && a->instrument == b->instrument);
  return 1;
}

static int instrument_tostring(lua_State *L) {
  lua_pushfstring(L, "instrument %s", checked_instrument(L, 1)->symbol);
  return 1;
}

static uint32_t index_of(const oms_symbol_t *symbol) {
  return symbol != NULL ? symbol->instrument : OMS_NONE;
}

static int instrument(lua_State *L) {
  oms_api_t *api = oms_api_reads(L, "oms.instrument");
  oms_instrument_push(L, api, index_of(oms_arg_symbol(L, 1, "oms.instrument")));
  return 1;
}

static int symbols(lua_State *L) {
  const oms_api_t *api = oms_api_reads(L, "oms.symbols");
  const oms_engine_t *e = oms_api_engine(api);
  uint32_t n = oms_engine_instrument_count(e);
  lua_createtable(L, (int)n, 0);
  for (uint32_t i = 0; i < n; i++) {
    lua_pushstring(L, oms_engine_instrument(e, i)->symbol);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  return 1;
}

/* Prices. */

static int last(lua_State *L) {
  const oms_api_t *api = oms_api_reads(L, "oms.last");
  const oms_symbol_t *symbol = oms_arg_symbol(L, 1, "oms.last");
  oms_price_t price = OMS_NO_PRICE;
  if (symbol != NULL) {
    price = oms_engine_last(oms_api_engine(api), symbol->instrument);
  }
  oms_push_fixed(L, price, 1e9);
  return 1;
}

/* A desk without quotes of its own has those of the core, whose time is not known. */
static bool quote_of(const oms_api_t *api, uint32_t at, oms_quote_t *q, oms_time_t *ts) {
  if (api->desk->quote != NULL) {
    return api->desk->quote(api->desk->self, at, q, ts);
  }
  const oms_instrument_t *i = oms_engine_instrument(oms_api_engine(api), at);
  *q = (oms_quote_t){i->bid, i->ask, i->bid_size, i->ask_size};
  *ts = OMS_NO_TIME;
  return i->bid != OMS_NO_PRICE || i->ask != OMS_NO_PRICE;
}

void oms_quote_push(lua_State *L, oms_api_t *api, uint32_t at) {
  oms_quote_t q;
  oms_time_t ts;
  if (at == OMS_NONE || !quote_of(api, at, &q, &ts)) {
    lua_pushnil(L);
    return;
  }
  lua_createtable(L, 0, 6);
  lua_pushstring(L, oms_engine_instrument(oms_api_engine(api), at)->symbol);
  lua_setfield(L, -2, "symbol");
  oms_push_time(L, ts);
  lua_setfield(L, -2, "ts");
  oms_push_quote_price(L, q.bid);
  lua_setfield(L, -2, "bid");
  oms_push_quote_price(L, q.ask);
  lua_setfield(L, -2, "ask");
  oms_push_quote_size(L, q.bid, q.bid_size);
  lua_setfield(L, -2, "bid_size");
  oms_push_quote_size(L, q.ask, q.ask_size);
  lua_setfield(L, -2, "ask_size");
}

static int quote(lua_State *L) {
  oms_api_t *api = oms_api_reads(L, "oms.quote");
  oms_quote_push(L, api, index_of(oms_arg_symbol(L, 1, "oms.quote")));
  return 1;
}

/* Oms.bars. */

static const char *const bar_names[] = {"symbol", "timeframe", "ts",    "open",
                                        "high",   "low",       "close", "volume"};

/* Sets field 'name' (its string stands at 'names' + name) of the table on top to the value that is
 * on top of it. */
static void set_bar_field(lua_State *L, int names, int name) {
  lua_pushvalue(L, names + name);
  lua_insert(L, -2);
  lua_rawset(L, -3);
}

static void push_bar(lua_State *L, const oms_bar_t *bar, const char *timeframe, int names) {
  lua_createtable(L, 0, (int)OMS_COUNT(bar_names));
  lua_pushvalue(L, 1);
  set_bar_field(L, names, 0);
  lua_pushstring(L, timeframe);
  set_bar_field(L, names, 1);
  lua_pushinteger(L, bar->ts);
  set_bar_field(L, names, 2);
  const oms_price_t prices[] = {bar->open, bar->high, bar->low, bar->close};
  for (int i = 0; i < 4; i++) {
    lua_pushnumber(L, oms_bind_double(prices[i], 1e9));
    set_bar_field(L, names, 3 + i);
  }
  lua_pushnumber(L, bar->volume);
  set_bar_field(L, names, 7);
}

/* The list of bars is left on top; symbol at 1. */
static void push_bars(lua_State *L, const oms_bar_t *bars, size_t n, const char *timeframe) {
  lua_createtable(L, (int)n, 0);
  int list = lua_gettop(L);
  for (size_t i = 0; i < OMS_COUNT(bar_names); i++) {
    lua_pushstring(L, bar_names[i]);
  }
  for (size_t i = 0; i < n; i++) {
    push_bar(L, &bars[i], timeframe, list + 1);
    lua_rawseti(L, list, (lua_Integer)i + 1);
    if ((i & 1023) == 1023) {
      oms_bind_charge(L, 1024);
    }
  }
  lua_settop(L, list);
}

static int bars(lua_State *L) {
  const oms_api_t *api = oms_api_reads(L, "oms.bars");
  const oms_symbol_t *symbol = oms_arg_symbol(L, 1, "oms.bars");
  lua_settop(L, 3);
  int whole = 0;
  lua_Integer most = lua_type(L, 2) == LUA_TNUMBER ? lua_tointegerx(L, 2, &whole) : 0;
  if (!whole || most < 1 || most > BARS_MOST) {
    luaL_error(L, "oms.bars: the number of bars must be an integer from 1 to %d", BARS_MOST);
  }
  size_t n = (size_t)most, kept = api->desk->bars_kept;
  if (kept > 0 && n > kept) {
    return luaL_error(
        L,
        "oms.bars: of each symbol and timeframe %d bars are kept when there are so many "
        "of them, got %d; a script that needs more says so by warmup = %d",
        (int)kept, (int)n, (int)n);
  }
  int64_t timeframe = 0;
  const char *text = NULL;
  if (!lua_isnil(L, 3)) {
    text = oms_arg_text(L, 3, "oms.bars", "timeframe");
    if (oms_timeframe_parse(text, strlen(text), &timeframe) != OMS_OK) {
      luaL_error(L, "oms.bars: '%s' is no timeframe like 1m, 1h, 1d", text);
    }
  }
  if (symbol == NULL) {
    lua_newtable(L);
    return 1;
  }
  oms_bar_t few[BARS_ON_STACK];
  oms_bar_t *out = n <= BARS_ON_STACK ? few : lua_newuserdatauv(L, n * sizeof(*out), 0);
  size_t got = api->desk->bars(api->desk->self, symbol->instrument, &timeframe, n, out);
  if (got == SIZE_MAX && text == NULL) {
    return luaL_error(L, "oms.bars: the data of %s has no bars", lua_tostring(L, 1));
  }
  if (got == SIZE_MAX) {
    return luaL_error(L,
                      "oms.bars: there is no data of timeframe %s for %s; coarser bars are built "
                      "when `timeframes` of the script or `build` of the data names them",
                      text, lua_tostring(L, 1));
  }
  char finest[24];
  if (text == NULL) {
    oms_timeframe_format(timeframe, finest);
    text = finest;
  }
  push_bars(L, out, got, text);
  return 1;
}

/* Rounding. */

int64_t oms_round_step(int64_t v, int64_t step, int direction) {
  oms_int128_t steps = direction < 0   ? oms_div_floor(v, step)
                       : direction > 0 ? oms_div_ceil(v, step)
                                       : oms_div_half_away(v, step);
  int64_t out;
  return oms_narrow(steps * step, &out) == OMS_OK ? out : v;
}

/* "down", "near", "up" as -1, 0, 1; raises. */
static int read_direction(lua_State *L, int index) {
  static const char *const words[] = {"down", "near", "up"};
  size_t n = 0;
  const char *given = lua_type(L, index) == LUA_TSTRING ? lua_tolstring(L, index, &n) : "";
  if (OMS_LIKELY(n == 4 && memcmp(given, "down", 4) == 0)) {
    return -1;
  }
  if (OMS_LIKELY(n == 2 && memcmp(given, "up", 2) == 0)) {
    return 1;
  }
  const char *word = oms_arg_text(L, index, "oms.round_price", "direction");
  if (strcmp(word, "near") != 0) {
    oms_raise_unknown(L, "oms.round_price", "direction", word, words, sizeof(words[0]),
                      OMS_COUNT(words));
  }
  return 0;
}

static int round_price(lua_State *L) {
  const oms_api_t *api = oms_api_reads(L, "oms.round_price");
  const oms_symbol_t *symbol = oms_arg_symbol(L, 1, "oms.round_price");
  oms_price_t price = oms_arg_fixed(L, 2, OMS_PRICE_DECIMALS, "oms.round_price", "price");
  int direction = lua_type(L, 3) > LUA_TNIL ? read_direction(L, 3) : 0;
  oms_price_t tick = 0;
  if (symbol != NULL) {
    tick = oms_engine_instrument(oms_api_engine(api), symbol->instrument)->tick;
  }
  oms_push_fixed(L, tick > 0 ? oms_round_step(price, tick, direction) : price, 1e9);
  return 1;
}

static int round_qty(lua_State *L) {
  const oms_api_t *api = oms_api_reads(L, "oms.round_qty");
  const oms_symbol_t *symbol = oms_arg_symbol(L, 1, "oms.round_qty");
  oms_qty_t qty = oms_arg_fixed(L, 2, OMS_QTY_DECIMALS, "oms.round_qty", "qty");
  oms_qty_t lot =
      symbol != NULL ? oms_engine_instrument(oms_api_engine(api), symbol->instrument)->lot : 0;
  oms_push_fixed(L, lot > 0 ? qty - qty % lot : qty, 1e9);
  return 1;
}

/* Not in this version. */

static int chain(lua_State *L) {
  return luaL_error(L, "oms.chain is not available in this version");
}
static int contracts(lua_State *L) {
  return luaL_error(L, "oms.contracts is not available in this version");
}
static int front(lua_State *L) {
  return luaL_error(L, "oms.front is not available in this version");
}

void oms_open_instrument(lua_State *L, oms_api_t *api) {
  static const luaL_Reg functions[] = {
      {"instrument",  instrument },
      {"symbols",     symbols    },
      {"last",        last       },
      {"quote",       quote      },
      {"bars",        bars       },
      {"round_price", round_price},
      {"round_qty",   round_qty  },
      {"chain",       chain      },
      {"contracts",   contracts  },
      {"front",       front      },
      {NULL,          NULL       },
  };
  static const oms_ud_type_t type = {.type = OMS_UD_INSTRUMENT,
                                     .name = "instrument",
                                     .index = instrument_index,
                                     .newindex = instrument_newindex,
                                     .eq = instrument_eq,
                                     .tostring = instrument_tostring};
  luaL_setfuncs(L, functions, 0);
  oms_ud_define(L, &type);
  oms_words_init(L, &api->instrument_words, fields, sizeof(fields[0]), OMS_COUNT(fields));
}

/* What each call is for, and the fields. */

/* clang-format off */
const oms_doc_t oms_docs_instrument[] = {
    {"oms.instrument", "symbol: string",
     "Instrument?",
     "What is known of a symbol; nil for one that the session does not have.",
     "",
     "Raises on what is no text.",
     "local instrument = oms.instrument(bar.symbol)\n"
     "oms.log.debug(\"tick %s, lot %s\", instrument.tick, instrument.lot)",
     OMS_KIND_ANY, OMS_PHASES_READ, OMS_DOC_STRATEGY},
    {"oms.symbols", "",
     "string[]",
     "The symbols that this script gets data of, in the order of the data list.",
     "",
     "",
     "for _, symbol in ipairs(oms.symbols()) do\n"
     "  oms.log.debug(\"%s %s\", symbol, oms.last(symbol))\n"
     "end",
     OMS_KIND_ANY, OMS_PHASES_READ, OMS_DOC_STRATEGY},
    {"oms.last", "symbol: string",
     "number?",
     "The last trade, or the close of the last complete bar; before the first, and on quotes "
     "alone, the middle of the last quote that had two sides and was not crossed, else nil.",
     "A price.",
     "Raises on what is no text.",
     "local last = oms.last(bar.symbol)\n"
     "assert(last == bar.close)",
     OMS_KIND_ANY, OMS_PHASES_READ, OMS_DOC_STRATEGY},
    {"oms.quote", "symbol: string",
     "Quote?",
     "The last quote; nil before the first one.",
     "Prices and sizes; an absent side is nil.",
     "Raises on what is no text.",
     "local quote = oms.quote(bar.symbol)\n"
     "if quote and quote.bid and quote.ask then\n"
     "  oms.log.debug(\"%g wide\", quote.ask - quote.bid)\n"
     "end",
     OMS_KIND_ANY, OMS_PHASES_READ, OMS_DOC_STRATEGY},
    {"oms.bars", "symbol: string, n: integer, timeframe?: string",
     "Bar[]?",
     "The last n complete bars, oldest first; of the finest timeframe by default. "
     "Fewer while there are not so many; nil for a timeframe that the session does "
     "not have.",
     "n up to 65,536; timeframe like \"5m\", \"1h\" or \"1d\".",
     "Raises on n below 1 and on what is no timeframe.",
     "local past = oms.bars(bar.symbol, 20)\n"
     "oms.log.debug(\"%d bars, the oldest closed at %g\", #past, past[1].close)",
     OMS_KIND_ANY, OMS_PHASES_READ, OMS_DOC_STRATEGY},
    {"oms.round_price", "symbol: string, price: Decimal, direction?: \"up\"|\"down\"|\"near\"",
     "number",
     "The price on the symbol's tick; as it is where no tick is declared.",
     "near (the default) rounds half away from zero.",
     "Raises on an unknown direction.",
     "local limit = oms.round_price(bar.symbol, bar.close * 0.995, \"down\")\n"
     "assert(limit <= bar.close)",
     OMS_KIND_ANY, OMS_PHASES_READ, OMS_DOC_STRATEGY},
    {"oms.round_qty", "symbol: string, qty: Decimal",
     "number",
     "The quantity in whole lots, towards zero; as it is where no lot is declared.",
     "",
     "Raises on what is no number.",
     "local qty = oms.round_qty(bar.symbol, 1000 / bar.close)\n"
     "assert(qty >= 0)",
     OMS_KIND_ANY, OMS_PHASES_READ, OMS_DOC_STRATEGY},
    {NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 0, OMS_DOC_STRATEGY}};
/* clang-format on */

/* clang-format off */
static const oms_doc_field_t doc_instrument[] = {
    {"symbol", "string",
     "its name"},
    {"currency", "string",
     "of its prices"},
    {"asset_class", "string?",
     "us_equity and others; nil where not declared"},
    {"calendar", "string?",
     "of its sessions; nil without"},
    {"declared", "boolean",
     "stands in `instruments`"},
    {"tick", "number?",
     "prices are multiples of it; nil: any price"},
    {"lot", "number?",
     "quantities are multiples of it; nil: any quantity"},
    {"multiplier", "number",
     "money a point and contract"},
    {"previous_close", "number?",
     "as declared"},
    {"margin_per_contract", "number?",
     "of futures"},
    {"last", "number?",
     "last price"},
    {"last_ns", "integer?",
     "its time"},
    {"state", "string",
     "active, reducing or halted"},
};
const oms_doc_class_t oms_docs_classes_instrument[] = {
    {"Instrument",
     "A symbol of the session.", doc_instrument, OMS_COUNT(doc_instrument)},
    {NULL, NULL, NULL, 0}};
/* clang-format on */
