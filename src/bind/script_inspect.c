/* script_inspect.c - what the table that a script returns may hold: callbacks by name, and the
 * fields that the host reads once. Other fields are the script's own business. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/containers.h"
#include "bind/doc.h"
#include "bind/script_int.h"

#define STRATEGY OMS_KIND_STRATEGY
#define RULE     OMS_KIND_RULE

/* clang-format off */
const oms_callback_info_t oms_callback_infos[OMS_CALLBACK_COUNT] = {
    [OMS_CALLBACK_START]   = {"on_start", OMS_PHASE_START, STRATEGY},
    [OMS_CALLBACK_BAR]     = {"on_bar", OMS_PHASE_EVENT, STRATEGY},
    [OMS_CALLBACK_BARS]    = {"on_bars", OMS_PHASE_EVENT, STRATEGY},
    [OMS_CALLBACK_QUOTE]   = {"on_quote", OMS_PHASE_EVENT, STRATEGY},
    [OMS_CALLBACK_TRADE]   = {"on_trade", OMS_PHASE_EVENT, STRATEGY},
    [OMS_CALLBACK_FILL]    = {"on_fill", OMS_PHASE_EVENT, STRATEGY | RULE},
    [OMS_CALLBACK_ORDER]   = {"on_order", OMS_PHASE_EVENT, STRATEGY | RULE},
    [OMS_CALLBACK_ACTION]  = {"on_action", OMS_PHASE_EVENT, STRATEGY},
    [OMS_CALLBACK_TIMER]   = {"on_timer", OMS_PHASE_EVENT, STRATEGY | RULE},
    [OMS_CALLBACK_SESSION] = {"on_session", OMS_PHASE_EVENT, STRATEGY | RULE},
    [OMS_CALLBACK_WARMUP]  = {"on_warmup", OMS_PHASE_WARMUP, STRATEGY},
    [OMS_CALLBACK_STOP]    = {"on_stop", OMS_PHASE_STOP, STRATEGY},
    [OMS_CALLBACK_SAVE]    = {"on_save", OMS_PHASE_SAVE, STRATEGY | RULE},
    [OMS_CALLBACK_LOAD]    = {"on_load", OMS_PHASE_RESTORE, STRATEGY | RULE},
    [OMS_CALLBACK_CHECK]   = {"check", OMS_PHASE_RULE, RULE | OMS_KIND_TRIGGER},
};
/* clang-format on */

const char *oms_callback_name(const oms_script_t *s, oms_callback_t callback) {
  if (callback == OMS_CALLBACK_CHECK && s->api.kind == OMS_KIND_TRIGGER) {
    return "on_event";
  }
  return oms_callback_infos[callback].name;
}

/* The names that a script of this kind may have. */
static size_t callback_names(const oms_script_t *s, const char *names[OMS_CALLBACK_COUNT]) {
  size_t n = 0;
  for (int i = 0; i < OMS_CALLBACK_COUNT; i++) {
    if ((oms_callback_infos[i].kinds & s->api.kind) != 0) {
      names[n++] = oms_callback_name(s, (oms_callback_t)i);
    }
  }
  return n;
}

/* Names that other platforms have for ours. */
static const char *synonym(const char *name) {
  static const char *const pairs[][2] = {
      {"on_tick",         "on_trade"},
      {"on_init",         "on_start"},
      {"on_candle",       "on_bar"  },
      {"on_data",         "on_bar"  },
      {"on_kline",        "on_bar"  },
      {"on_end",          "on_stop" },
      {"on_exit",         "on_stop" },
      {"on_finish",       "on_stop" },
      {"on_deinit",       "on_stop" },
      {"on_order_update", "on_order"},
      {"on_execution",    "on_fill" },
      {"on_book",         "on_quote"},
  };
  for (size_t i = 0; i < OMS_COUNT(pairs); i++) {
    if (strcmp(pairs[i][0], name) == 0) {
      return pairs[i][1];
    }
  }
  return NULL;
}

static bool is_callback(const char *name, const char *const *names, size_t n) {
  for (size_t i = 0; i < n; i++) {
    if (strcmp(names[i], name) == 0) {
      return true;
    }
  }
  return false;
}

static bool is_strategy_callback(const char *name) {
  for (int i = 0; i < OMS_CALLBACK_COUNT; i++) {
    const oms_callback_info_t *info = &oms_callback_infos[i];
    if ((info->kinds & STRATEGY) != 0 && strcmp(info->name, name) == 0) {
      return true;
    }
  }
  return false;
}

/* The line of the Lua function on top, 0 of another one. */
static int line_of(lua_State *L) {
  lua_Debug where;
  lua_pushvalue(L, -1);
  lua_getinfo(L, ">S", &where);
  return where.linedefined > 0 ? where.linedefined : 0;
}

/* A function field on_... that nobody will ever call: the first one in the order of letters. The
 * script's table is at 'self'. */
static void refuse_unknown(lua_State *L, oms_loading_t *loading, int self) {
  const char *names[OMS_CALLBACK_COUNT];
  size_t n = callback_names(loading->script, names);
  const char *first = NULL;
  lua_pushnil(L);
  while (lua_next(L, self)) {
    if (lua_type(L, -2) == LUA_TSTRING && lua_isfunction(L, -1)) {
      const char *name = lua_tostring(L, -2);
      bool unknown = strncmp(name, "on_", 3) == 0 && !is_callback(name, names, n);
      if (unknown && (first == NULL || strcmp(name, first) < 0)) {
        first = name;
        loading->line = line_of(L);
      }
    }
    lua_pop(L, 1);
  }
  if (first == NULL) {
    return;
  }
  if (loading->script->api.kind == OMS_KIND_RULE && is_strategy_callback(first)) {
    oms_loading_fail(L, loading,
                     "%.100s is no callback of a rule but of a strategy: a rule has check, and "
                     "may have on_fill, on_order, on_timer and on_session",
                     first);
  }
  const char *near = synonym(first);
  if (near == NULL || !is_callback(near, names, n)) {
    near = oms_nearest_word(first, names, n);
  }
  if (near != NULL) {
    oms_loading_fail(L, loading, "%.100s is no callback (did you mean '%s'?)", first, near);
  }
  oms_loading_fail(L, loading, "%.100s is no callback", first);
}

/* Keeps the callbacks, those of a metatable too. */
static void keep_callbacks(lua_State *L, oms_loading_t *loading, int self) {
  oms_script_t *s = loading->script;
  for (int i = 0; i < OMS_CALLBACK_COUNT; i++) {
    if ((oms_callback_infos[i].kinds & s->api.kind) == 0) {
      continue;
    }
    const char *name = oms_callback_name(s, (oms_callback_t)i);
    int type = lua_getfield(L, self, name);
    if (type == LUA_TNIL) {
      lua_pop(L, 1);
    } else if (type != LUA_TFUNCTION) {
      oms_loading_fail(L, loading, "%s must be a function, got %s", name, oms_arg_type(L, -1));
    } else {
      s->refs[i] = luaL_ref(L, LUA_REGISTRYINDEX);
    }
  }
  if (lua_getfield(L, self, "test") == LUA_TFUNCTION) {
    s->ref_test = luaL_ref(L, LUA_REGISTRYINDEX);
  } else {
    lua_pop(L, 1);
  }
}

static int64_t count_field(lua_State *L, oms_loading_t *loading, int self, const char *name) {
  int64_t v = 0;
  if (lua_getfield(L, self, name) != LUA_TNIL) {
    int exact = 0;
    v = lua_type(L, -1) == LUA_TNUMBER ? lua_tointegerx(L, -1, &exact) : 0;
    if (!exact || v < 0) {
      oms_loading_fail(L, loading, "%s must be a whole number, not below 0", name);
    }
  }
  lua_pop(L, 1);
  return v;
}

static bool flag_field(lua_State *L, oms_loading_t *loading, int self, const char *name) {
  int type = lua_getfield(L, self, name);
  if (type != LUA_TNIL && type != LUA_TBOOLEAN) {
    oms_loading_fail(L, loading, "%s must be true or false, got %s", name, oms_arg_type(L, -1));
  }
  bool on = lua_toboolean(L, -1) != 0;
  lua_pop(L, 1);
  return on;
}

static int64_t seconds_field(lua_State *L, oms_loading_t *loading, int self, const char *name) {
  int64_t ns = 0;
  int type = lua_getfield(L, self, name);
  if (type != LUA_TNIL) {
    bool right = type == LUA_TNUMBER &&
                 oms_fixed_from_double(lua_tonumber(L, -1), 9, &ns) == OMS_OK && ns > 0;
    if (!right) {
      oms_loading_fail(L, loading, "%s must be a number of seconds above 0", name);
    }
  }
  lua_pop(L, 1);
  return ns;
}

/* A list of texts, copied out of the cell; '*n' counts what is to be freed at any moment. */
static void texts_field(lua_State *L, oms_loading_t *loading, int self, const char *name,
                        char ***texts, size_t *n) {
  int type = lua_getfield(L, self, name);
  if (type == LUA_TNIL) {
    lua_pop(L, 1);
    return;
  }
  if (type != LUA_TTABLE) {
    oms_loading_fail(L, loading, "%s must be a list of strings, got %s", name, oms_arg_type(L, -1));
  }
  lua_Unsigned count = lua_rawlen(L, -1);
  *texts = oms_alloc_zero((size_t)count + 1, sizeof(**texts));
  for (lua_Unsigned i = 1; *texts != NULL && i <= count; i++) {
    if (lua_rawgeti(L, -1, (lua_Integer)i) != LUA_TSTRING) {
      oms_loading_fail(L, loading, "%s must be a list of strings, got %s in it", name,
                       oms_arg_type(L, -1));
    }
    size_t length;
    const char *text = lua_tolstring(L, -1, &length);
    char *copy = oms_alloc(length + 1);
    if (copy == NULL) {
      luaL_error(L, "not enough memory");
    }
    memcpy(copy, text, length + 1);
    (*texts)[(*n)++] = copy;
    lua_pop(L, 1);
  }
  if (*texts == NULL) {
    luaL_error(L, "not enough memory");
  }
  lua_pop(L, 1);
}

static void check_timeframes(lua_State *L, oms_loading_t *loading) {
  const oms_script_t *s = loading->script;
  for (size_t i = 0; i < s->timeframe_n; i++) {
    int64_t ns;
    if (oms_timeframe_parse(s->timeframes[i], strlen(s->timeframes[i]), &ns) != OMS_OK) {
      oms_loading_fail(L, loading, "timeframes: '%.40s' is no timeframe like 1m, 1h, 1d",
                       s->timeframes[i]);
    }
  }
}

/* A rule that can do nothing is one whose check is misspelled: it must not pass for protection. */
static bool does_something(const oms_script_t *s) {
  static const oms_callback_t any[] = {OMS_CALLBACK_CHECK, OMS_CALLBACK_FILL, OMS_CALLBACK_ORDER,
                                       OMS_CALLBACK_TIMER, OMS_CALLBACK_SESSION};
  bool found = false;
  for (size_t i = 0; i < OMS_COUNT(any); i++) {
    found = found || s->refs[any[i]] != LUA_NOREF;
  }
  return found;
}

int oms_script_inspect(lua_State *L) {
  oms_loading_t *loading = lua_touserdata(L, 1);
  oms_script_t *s = loading->script;
  oms_script_push_self(L);
  int self = lua_gettop(L);
  if (lua_isnil(L, self)) {
    oms_loading_fail(L, loading, "returns nothing: end the file with `return S`");
  }
  if (!lua_istable(L, self)) {
    oms_loading_fail(L, loading, "must return a table, got %s", oms_arg_type(L, self));
  }
  refuse_unknown(L, loading, self);
  keep_callbacks(L, loading, self);
  if (s->api.kind == OMS_KIND_TRIGGER && s->refs[OMS_CALLBACK_CHECK] == LUA_NOREF) {
    oms_loading_fail(L, loading, "a trigger needs a function on_event(self, order, event)");
  }
  if (s->api.kind == OMS_KIND_RULE && !does_something(s)) {
    oms_loading_fail(L, loading,
                     "a rule needs a function check(self, order, ctx), or on_fill, "
                     "on_order, on_timer or on_session");
  }
  s->version = count_field(L, loading, self, "version");
  if (s->api.kind == OMS_KIND_STRATEGY) {
    s->warmup = count_field(L, loading, self, "warmup");
    texts_field(L, loading, self, "symbols", &s->symbols, &s->symbol_n);
    texts_field(L, loading, self, "timeframes", &s->timeframes, &s->timeframe_n);
    check_timeframes(L, loading);
  }
  if (s->api.kind == OMS_KIND_RULE) {
    s->strict = flag_field(L, loading, self, "strict");
    s->every = seconds_field(L, loading, self, "every");
  }
  return 0;
}

/* What each callback is for. */

/* clang-format off */
const oms_doc_t oms_docs_callbacks[] = {
    {"on_start", "self",
     "",
     "Once, before the first event: make indicators and tables here. Timers may be "
     "armed and orders given.",
     "",
     "",
     "function S:on_start()\n"
     "  self.means = {}\n"
     "end",
     OMS_KIND_STRATEGY, OMS_PHASE_START, OMS_DOC_CALLBACK},
    {"on_bar", "self, bar: Bar",
     "",
     "After each bar of the chosen symbols and timeframes. bar is valid until the "
     "function ends.",
     "",
     "",
     "function S:on_bar(bar)\n"
     "  oms.log.debug(\"%s %g\", bar.symbol, bar.close)\n"
     "end",
     OMS_KIND_STRATEGY, OMS_PHASE_EVENT, OMS_DOC_CALLBACK},
    {"on_bars", "self, bars: table<string, Bar>, ts: integer",
     "",
     "Once for each time at which bars completed, after their on_bar: symbol to "
     "bar, of the finest timeframe.",
     "",
     "",
     "function S:on_bars(bars, ts)\n"
     "  for _, symbol in ipairs(oms.sorted(bars)) do\n"
     "    oms.log.debug(\"%s %g\", symbol, bars[symbol].close)\n"
     "  end\n"
     "end",
     OMS_KIND_STRATEGY, OMS_PHASE_EVENT, OMS_DOC_CALLBACK},
    {"on_quote", "self, quote: Quote",
     "",
     "After each quote of the chosen symbols.",
     "",
     "",
     "function S:on_quote(quote)\n"
     "  if quote.bid and quote.ask then\n"
     "    self.middle = (quote.bid + quote.ask) / 2\n"
     "  end\n"
     "end",
     OMS_KIND_STRATEGY, OMS_PHASE_EVENT, OMS_DOC_CALLBACK},
    {"on_trade", "self, trade: Trade",
     "",
     "After each trade of the market in the chosen symbols.",
     "",
     "",
     "function S:on_trade(trade)\n"
     "  self.volume = (self.volume or 0) + trade.size\n"
     "end",
     OMS_KIND_STRATEGY, OMS_PHASE_EVENT, OMS_DOC_CALLBACK},
    {"on_fill", "self, fill: Fill",
     "",
     "After each fill of an order of this strategy; positions contain it already. "
     "Rules hear of all fills and get ctx as well.",
     "",
     "",
     "function S:on_fill(fill)\n"
     "  oms.log.info(\"%s %g %s at %g\", fill.side, fill.qty, fill.symbol, fill.price)\n"
     "end",
     OMS_KIND_STRATEGY | OMS_KIND_RULE, OMS_PHASE_EVENT, OMS_DOC_CALLBACK},
    {"on_order", "self, order: Order, event: Event",
     "",
     "After each event of an order of this strategy; rules hear of all and get ctx "
     "as well. A refusal that the call answered is not repeated.",
     "",
     "",
     "function S:on_order(order, event)\n"
     "  if event.type == \"canceled\" then\n"
     "    oms.log.info(\"%s: %s\", order.client_order_id, event.message or \"canceled\")\n"
     "  end\n"
     "end",
     OMS_KIND_STRATEGY | OMS_KIND_RULE, OMS_PHASE_EVENT, OMS_DOC_CALLBACK},
    {"on_action", "self, action: Action",
     "",
     "When a split or a dividend has been applied.",
     "",
     "",
     "function S:on_action(action)\n"
     "  oms.log.info(\"%s: %s\", action.symbol, action.type)\n"
     "end",
     OMS_KIND_STRATEGY, OMS_PHASE_EVENT, OMS_DOC_CALLBACK},
    {"on_timer", "self, name: string",
     "",
     "When a timer is due. Rules get ctx as well, and \"every\" by their field `every`.",
     "",
     "",
     "function S:on_timer(name)\n"
     "  oms.log.debug(\"it is time for %s\", name)\n"
     "end",
     OMS_KIND_STRATEGY | OMS_KIND_RULE, OMS_PHASE_EVENT, OMS_DOC_CALLBACK},
    {"on_session", "self, what: \"pre_market\"|\"open\"|\"close\"|\"post_market_close\", session: Session",
     "",
     "At the events of the trading day, where some symbol has sessions.",
     "",
     "",
     "function S:on_session(what, session)\n"
     "  if what == \"open\" then\n"
     "    oms.log.debug(\"%s opens\", session.date)\n"
     "  end\n"
     "end",
     OMS_KIND_STRATEGY | OMS_KIND_RULE, OMS_PHASE_EVENT, OMS_DOC_CALLBACK},
    {"on_warmup", "self, bar: Bar",
     "",
     "For the last `warmup` bars before `from`: indicators warm up, orders are "
     "refused.",
     "",
     "",
     "function S:on_warmup(bar)\n"
     "  self.mean = self.mean or oms.ta.sma(5)\n"
     "  self.mean:update(bar.close)\n"
     "end",
     OMS_KIND_STRATEGY, OMS_PHASE_WARMUP, OMS_DOC_CALLBACK},
    {"on_stop", "self",
     "",
     "Once, after the last event; cancels may still be given, orders not.",
     "",
     "",
     "function S:on_stop()\n"
     "  oms.log.info(\"ends with %d open orders\", #oms.orders())\n"
     "end",
     OMS_KIND_STRATEGY, OMS_PHASE_STOP, OMS_DOC_CALLBACK},
    {"on_save", "self",
     "table",
     "What has to survive a reload, or a restart of the host: plain data; an order becomes "
     "its id.",
     "",
     "",
     "function S:on_save()\n"
     "  return { count = self.count }\n"
     "end",
     OMS_KIND_STRATEGY | OMS_KIND_RULE, OMS_PHASE_SAVE, OMS_DOC_CALLBACK},
    {"on_load", "self, saved: table, from_version: integer",
     "",
     "After a reload in place of on_start, after a restart of the host behind it: what "
     "was saved last (an empty table where nothing was) and the `version` that saved it.",
     "",
     "",
     "function S:on_load(saved, from_version)\n"
     "  self.count = saved.count or 0\n"
     "end",
     OMS_KIND_STRATEGY | OMS_KIND_RULE, OMS_PHASE_RESTORE, OMS_DOC_CALLBACK},
    {"check", "self, order: Order, ctx: Ctx",
     "boolean|\"approve\"?, string?, string?",
     "A rule's judgement of a new order or a replacement (order.replaces is set). "
     "Nothing or true accepts; false, code, message denies; \"approve\", reason holds "
     "the order until a person decides.",
     "",
     "A rule that fails denies what does not reduce (RULE_FAILED).",
     "function R:check(order, ctx)\n"
     "  if order.qty > 1000 then\n"
     "    return false, \"MAX_ORDER_QTY\", (\"%g is more than 1000\"):format(order.qty)\n"
     "  end\n"
     "end",
     OMS_KIND_RULE, OMS_PHASE_RULE, OMS_DOC_LISTEN},
    {NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 0, OMS_DOC_STRATEGY}};
/* clang-format on */
