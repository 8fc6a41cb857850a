/* b_ta.c - oms.ta: indicator objects for scripts.
 * An indicator is a table with one field, update: a closure of its own over the block of memory,
 * which saves the lookup of a method and the check of a userdata on each bar. Its other fields,
 * value and ready, are answered by __index, which reaches the block through the closure. update
 * allocates nothing, and all memory is Lua's: an indicator dies with its cell.
 * An indicator is of the instrument whose data it was fed in the callbacks of; when earlier prices
 * of that come to other terms (a split), it follows. One that was fed with data of several is of
 * none. */
#include "bind/b_ta.h"
#include "bind/doc.h"

#include <lauxlib.h>
#include <stdint.h>
#include <string.h>

#include "base/check.h"
#include "base/containers.h"
#include "bind/api.h"
#include "bind/ta.h"
#define MAX_KINDS 32

/* The head of the userdata; the block of the kind follows. */
typedef struct indicator {
  const oms_ta_kind_t *kind;
  int (*update)(void *block, const double *inputs, double *outputs); /* of the kind */
  void *block;
  double params[OMS_TA_MAX_PARAMS];
  double value; /* first output of the last update */
  int outputs;  /* how many the last update gave */
  bool single;  /* one input */
  const oms_ta_context_t *context;
  uint32_t subject, last_subject; /* of what instrument; of the callback that fed it last */
} indicator_t;

#define OF_NONE_YET OMS_SUBJECT_NONE
#define OF_SEVERAL  OMS_SUBJECT_SEVERAL

/* Its address is the registry key of the metatable that all indicators of a state share. */
static const char metatable_key = 0;
/* And that of the table of all indicators, which does not keep them alive. */
static const char list_key = 0;
/* And that of the context. */
static const char context_key = 0;

/* Argument 'at', which is to be input number 'input', is no number. */
static int refuse_argument(lua_State *L, const oms_ta_kind_t *kind, int input, int at) {
  return luaL_error(L, "%s:update expects a number (%s), got %s", kind->name, kind->inputs[input],
                    luaL_typename(L, at));
}

static int refuse_call(lua_State *L, const oms_ta_kind_t *kind) {
  return luaL_error(L, "%s:update is called with a colon: indicator:update(%s%s)", kind->name,
                    kind->inputs[0], kind->n_inputs > 1 ? ", ..." : "");
}

static int refuse_values(lua_State *L, const oms_ta_kind_t *kind, const double *in) {
  oms_error_t err;
  oms_ta_explain(kind, in, &err);
  return luaL_error(L, "%s", err.message);
}

/* The numbers after self. In the short form the first one stands for all prices. Strings are not
 * numbers here: what a script computes with should have been read as one. */
static void read_inputs(lua_State *L, const oms_ta_kind_t *kind, double *in) {
  if (OMS_UNLIKELY(lua_type(L, 1) != LUA_TTABLE)) {
    refuse_call(L, kind);
  }
  int copies = 0;
  if (kind->short_inputs > 0 && lua_gettop(L) - 1 == kind->short_inputs) {
    copies = kind->n_inputs - kind->short_inputs;
  }
  for (int i = 0; i < kind->n_inputs; i++) {
    int at = 2 + (i < copies ? 0 : i - copies);
    if (OMS_UNLIKELY(lua_type(L, at) != LUA_TNUMBER)) {
      refuse_argument(L, kind, i, at);
    }
    in[i] = lua_tonumber(L, at);
  }
}

/* In on_bars of several symbols: the one whose bar has this price, where only one has. */
static uint32_t subject_by_price(const oms_ta_context_t *list, double price) {
  uint32_t found = OMS_SUBJECT_NONE;
  for (size_t i = 0; i < list->n; i++) {
    const oms_bar_t *b = list->bars[i];
    const oms_price_t prices[] = {b->close, b->high, b->low, b->open};
    for (size_t k = 0; k < OMS_COUNT(prices); k++) {
      if ((double)prices[k] / 1e9 == price && found != list->instruments[i]) {
        if (found != OMS_SUBJECT_NONE) {
          return OMS_SUBJECT_NONE;
        }
        found = list->instruments[i];
      }
    }
  }
  return found;
}

static void note_subject(indicator_t *ind, double price) {
  const oms_ta_context_t *c = ind->context;
  uint32_t subject = c->subject;
  if (subject == OMS_SUBJECT_SEVERAL) {
    if (ind->subject != OF_NONE_YET) {
      return;
    }
    subject = subject_by_price(c, price);
  }
  ind->last_subject = c->subject == subject ? subject : OMS_SUBJECT_NONE;
  if (subject != OMS_SUBJECT_NONE && subject != ind->subject) {
    ind->subject = ind->subject == OF_NONE_YET ? subject : OF_SEVERAL;
  }
}

/* A number behind whatever stands for self is taken as it is; all else is read, and refused, with
 * words. */
static int update(lua_State *L) {
  indicator_t *ind = lua_touserdata(L, lua_upvalueindex(1));
  double in[OMS_TA_MAX_INPUTS];
  double out[OMS_TA_MAX_OUTPUTS];
  if (OMS_LIKELY(ind->single && lua_type(L, 2) == LUA_TNUMBER)) {
    in[0] = lua_tonumber(L, 2);
  } else {
    read_inputs(L, ind->kind, in);
  }
  int n = ind->update(ind->block, in, out);
  if (OMS_UNLIKELY(n < 0)) {
    return refuse_values(L, ind->kind, in);
  }
  if (OMS_UNLIKELY(ind->context->subject != ind->last_subject)) {
    note_subject(ind, in[0]);
  }
  ind->outputs = n;
  if (n == 0) {
    lua_pushnil(L);
    return 1;
  }
  ind->value = out[0];
  lua_pushnumber(L, out[0]);
  for (int i = 1; i < n; i++) {
    lua_pushnumber(L, out[i]); /* at most three: within LUA_MINSTACK */
  }
  return n;
}

/* The indicator of the table at index 1, found through its closure; raises where a script has
 * replaced update. */
static indicator_t *check_indicator(lua_State *L) {
  if (lua_type(L, 1) == LUA_TTABLE) {
    lua_pushliteral(L, "update");
    lua_rawget(L, 1);
    if (lua_tocfunction(L, -1) == update && lua_getupvalue(L, -1, 1) != NULL) {
      return lua_touserdata(L, -1);
    }
  }
  luaL_error(L, "this is no indicator, or its field update was replaced");
  return NULL;
}

static int indicator_index(lua_State *L) {
  const indicator_t *ind = check_indicator(L);
  const char *key = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : luaL_typename(L, 2);
  if (strcmp(key, "value") == 0) {
    if (ind->outputs == 0) {
      lua_pushnil(L);
    } else {
      lua_pushnumber(L, ind->value);
    }
    return 1;
  }
  if (strcmp(key, "ready") == 0) {
    lua_pushboolean(L, ind->outputs == ind->kind->n_outputs);
    return 1;
  }
  static const char *const fields[] = {"ready", "update", "value"};
  const char *nearest = oms_nearest_word(key, fields, OMS_COUNT(fields));
  return luaL_error(L, "%s has no field '%s'; %s%s%s", ind->kind->name, key,
                    nearest ? "did you mean '" : "it has update, value and ready",
                    nearest ? nearest : "", nearest ? "'?" : "");
}

static int indicator_newindex(lua_State *L) {
  const indicator_t *ind = check_indicator(L);
  return luaL_error(L, "a field of %s cannot be set", ind->kind->name);
}

/* "sma(20)": name and parameters, no address, so that a log is the same in each run. */
static int indicator_tostring(lua_State *L) {
  const indicator_t *ind = check_indicator(L);
  const oms_ta_kind_t *kind = ind->kind;
  lua_settop(L, 0);
  lua_pushfstring(L, "%s(", kind->name);
  for (int i = 0; i < kind->n_params && ind->params[i] > 0; i++) {
    lua_pushfstring(L, i > 0 ? ", " : "");
    lua_Integer whole = (lua_Integer)ind->params[i]; /* parameters are checked to be small */
    if ((double)whole == ind->params[i]) {
      lua_pushinteger(L, whole);
    } else {
      lua_pushnumber(L, ind->params[i]);
    }
  }
  lua_pushliteral(L, ")");
  lua_concat(L, lua_gettop(L));
  return 1;
}

static void push_metatable(lua_State *L) {
  static const luaL_Reg functions[] = {
      {"__index",    indicator_index   },
      {"__newindex", indicator_newindex},
      {"__tostring", indicator_tostring},
      {NULL,         NULL              },
  };
  luaL_newlib(L, functions);
  lua_pushliteral(L, "indicator");
  lua_setfield(L, -2, "__name");
  lua_pushliteral(L, "indicator");
  lua_setfield(L, -2, "__metatable");
}

/* The parameters of a constructor call, checked, with defaults. */
static void read_params(lua_State *L, const oms_ta_kind_t *kind, double *params) {
  double given[OMS_TA_MAX_PARAMS];
  oms_error_t err;
  int n = lua_gettop(L);
  while (n > 0 && lua_isnil(L, n)) {
    n--;
  }
  for (int i = 0; i < n && i < kind->n_params; i++) {
    if (lua_type(L, i + 1) != LUA_TNUMBER) {
      luaL_error(L, "%s: %s must be %s, got %s", kind->name, kind->params[i].name,
                 kind->params[i].real ? "a number" : "an integer", luaL_typename(L, i + 1));
    }
    given[i] = lua_tonumber(L, i + 1);
  }
  if (oms_ta_params(kind, given, n, params, &err) != OMS_OK) {
    luaL_error(L, "%s", err.message);
  }
}

/* Lua aligns userdata for its own types, not for the 128-bit sums of a block. */
static void *align_block(void *p) {
  uintptr_t rest = (uintptr_t)p % OMS_TA_ALIGN;
  return (char *)p + (rest == 0 ? 0 : OMS_TA_ALIGN - rest);
}

oms_ta_context_t *oms_bind_ta_context(lua_State *L) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &context_key);
  oms_ta_context_t *context = lua_touserdata(L, -1);
  lua_pop(L, 1);
  return context;
}

/* The userdata is on top. */
static void list_indicator(lua_State *L) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &list_key);
  lua_pushvalue(L, -2);
  lua_pushboolean(L, 1);
  lua_rawset(L, -3);
  lua_pop(L, 1);
}

static int construct(lua_State *L) {
  size_t n_kinds;
  const oms_ta_kind_t *kind = oms_ta_kinds(&n_kinds) + lua_tointeger(L, lua_upvalueindex(1));
  double params[OMS_TA_MAX_PARAMS] = {0};
  read_params(L, kind, params);
  lua_createtable(L, 0, 1);
  size_t size = sizeof(indicator_t) + OMS_TA_ALIGN + kind->size(params);
  indicator_t *ind = lua_newuserdatauv(L, size, 0);
  *ind = (indicator_t){.kind = kind,
                       .update = kind->update,
                       .block = align_block(ind + 1),
                       .single = kind->n_inputs == 1,
                       .context = oms_bind_ta_context(L),
                       .subject = OF_NONE_YET,
                       .last_subject = OMS_SUBJECT_NONE};
  list_indicator(L);
  memcpy(ind->params, params, sizeof(params));
  kind->init(ind->block, params);
  lua_pushcclosure(L, update, 1);
  lua_setfield(L, -2, "update");
  lua_rawgetp(L, LUA_REGISTRYINDEX, &metatable_key);
  lua_setmetatable(L, -2);
  return 1;
}

static int unknown_kind(lua_State *L) {
  const char *words[MAX_KINDS];
  size_t n;
  const oms_ta_kind_t *kinds = oms_ta_kinds(&n);
  for (size_t i = 0; i < n && i < MAX_KINDS; i++) {
    words[i] = kinds[i].name;
  }
  const char *key = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : luaL_typename(L, 2);
  const char *nearest = oms_nearest_word(key, words, n < MAX_KINDS ? n : MAX_KINDS);
  if (nearest != NULL) {
    return luaL_error(L, "oms.ta has no indicator '%s'; did you mean '%s'?", key, nearest);
  }
  return luaL_error(L, "oms.ta has no indicator '%s'", key);
}

void oms_bind_rescale_ta(lua_State *L, uint32_t subject, const oms_scale_t *scale) {
  if (lua_rawgetp(L, LUA_REGISTRYINDEX, &list_key) == LUA_TTABLE) {
    lua_pushnil(L);
    while (lua_next(L, -2)) {
      indicator_t *ind = lua_touserdata(L, -2);
      if (ind->subject == subject) {
        ind->kind->rescale(ind->block, scale, &ind->value);
      }
      lua_pop(L, 1);
    }
  }
  lua_pop(L, 1);
}

/* Indicators are its keys, which it holds weakly. */
static void make_list(lua_State *L) {
  lua_createtable(L, 0, 0);
  lua_createtable(L, 0, 1);
  lua_pushliteral(L, "k");
  lua_setfield(L, -2, "__mode");
  lua_setmetatable(L, -2);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &list_key);
}

static void make_context(lua_State *L) {
  oms_ta_context_t *context = lua_newuserdatauv(L, sizeof *context, 0);
  *context = (oms_ta_context_t){.subject = OMS_SUBJECT_NONE};
  lua_rawsetp(L, LUA_REGISTRYINDEX, &context_key);
}

int oms_bind_open_ta(lua_State *L) {
  make_context(L);
  make_list(L);
  push_metatable(L);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &metatable_key);
  size_t n;
  const oms_ta_kind_t *kinds = oms_ta_kinds(&n);
  lua_createtable(L, 0, (int)n);
  for (size_t i = 0; i < n; i++) {
    lua_pushinteger(L, (lua_Integer)i);
    lua_pushcclosure(L, construct, 1);
    lua_setfield(L, -2, kinds[i].name);
  }
  lua_createtable(L, 0, 1);
  lua_pushcfunction(L, unknown_kind);
  lua_setfield(L, -2, "__index");
  lua_setmetatable(L, -2);
  return 1;
}

/* What each indicator is. */

/* clang-format off */
const oms_doc_t oms_docs_ta[] = {
    {"oms.ta.adx", "n?: integer",
     "Indicator",
     "Average directional index, Wilder, 0 to 100; then +DI and -DI. Update with "
     "high, low, close; answers number?, number?, number?, nil while warming up.",
     "Lengths are bars, 1 to 1,000,000; k is a factor above 0. Defaults: n=14.",
     "Raises on a length or factor out of range; update raises on NaN, infinity and "
     "what is no number.",
     "self.ind = self.ind or oms.ta.adx(14)\n"
     "local value = self.ind:update(bar.high, bar.low, bar.close)\n"
     "if value then\n"
     "  oms.log.debug(\"%g\", value)\n"
     "end",
     OMS_KIND_ANY, OMS_PHASE_ANY, OMS_DOC_STRATEGY},
    {"oms.ta.atr", "n?: integer",
     "Indicator",
     "Average true range, Wilder: first the mean of the first n; the first true "
     "range is high - low. Update with high, low, close; answers number?, nil while "
     "warming up.",
     "Lengths are bars, 1 to 1,000,000; k is a factor above 0. Defaults: n=14.",
     "Raises on a length or factor out of range; update raises on NaN, infinity and "
     "what is no number.",
     "self.ind = self.ind or oms.ta.atr(14)\n"
     "local value = self.ind:update(bar.high, bar.low, bar.close)\n"
     "if value then\n"
     "  oms.log.debug(\"%g\", value)\n"
     "end",
     OMS_KIND_ANY, OMS_PHASE_ANY, OMS_DOC_STRATEGY},
    {"oms.ta.bollinger", "n?: integer, k?: number",
     "Indicator",
     "Middle, upper and lower band: mean and k deviations (divided by n). Update "
     "with x; answers number?, number?, number?, nil while warming up.",
     "Lengths are bars, 1 to 1,000,000; k is a factor above 0. Defaults: n=20, k=2.",
     "Raises on a length or factor out of range; update raises on NaN, infinity and "
     "what is no number.",
     "self.ind = self.ind or oms.ta.bollinger(20, 2)\n"
     "local value = self.ind:update(bar.close)\n"
     "if value then\n"
     "  oms.log.debug(\"%g\", value)\n"
     "end",
     OMS_KIND_ANY, OMS_PHASE_ANY, OMS_DOC_STRATEGY},
    {"oms.ta.cci", "n?: integer",
     "Indicator",
     "Commodity channel index. Update with high, low, close; answers number?, nil "
     "while warming up.",
     "Lengths are bars, 1 to 1,000,000; k is a factor above 0. Defaults: n=20.",
     "Raises on a length or factor out of range; update raises on NaN, infinity and "
     "what is no number.",
     "self.ind = self.ind or oms.ta.cci(20)\n"
     "local value = self.ind:update(bar.high, bar.low, bar.close)\n"
     "if value then\n"
     "  oms.log.debug(\"%g\", value)\n"
     "end",
     OMS_KIND_ANY, OMS_PHASE_ANY, OMS_DOC_STRATEGY},
    {"oms.ta.donchian", "n?: integer",
     "Indicator",
     "Channel: middle, highest high and lowest low. Update with high, low; answers "
     "number?, number?, number?, nil while warming up.",
     "Lengths are bars, 1 to 1,000,000; k is a factor above 0. Defaults: n=20.",
     "Raises on a length or factor out of range; update raises on NaN, infinity and "
     "what is no number.",
     "self.ind = self.ind or oms.ta.donchian(20)\n"
     "local value = self.ind:update(bar.high, bar.low)\n"
     "if value then\n"
     "  oms.log.debug(\"%g\", value)\n"
     "end",
     OMS_KIND_ANY, OMS_PHASE_ANY, OMS_DOC_STRATEGY},
    {"oms.ta.ema", "n: integer",
     "Indicator",
     "Exponential mean with 2 / (n + 1), from the mean of the first n on. Update "
     "with x; answers number?, nil while warming up.",
     "Lengths are bars, 1 to 1,000,000; k is a factor above 0.",
     "Raises on a length or factor out of range; update raises on NaN, infinity and "
     "what is no number.",
     "self.ind = self.ind or oms.ta.ema(20)\n"
     "local value = self.ind:update(bar.close)\n"
     "if value then\n"
     "  oms.log.debug(\"%g\", value)\n"
     "end",
     OMS_KIND_ANY, OMS_PHASE_ANY, OMS_DOC_STRATEGY},
    {"oms.ta.highest", "n: integer",
     "Indicator",
     "Highest of the last n values. Update with x; answers number?, nil while "
     "warming up.",
     "Lengths are bars, 1 to 1,000,000; k is a factor above 0.",
     "Raises on a length or factor out of range; update raises on NaN, infinity and "
     "what is no number.",
     "self.ind = self.ind or oms.ta.highest(20)\n"
     "local value = self.ind:update(bar.close)\n"
     "if value then\n"
     "  oms.log.debug(\"%g\", value)\n"
     "end",
     OMS_KIND_ANY, OMS_PHASE_ANY, OMS_DOC_STRATEGY},
    {"oms.ta.keltner", "n?: integer, atr_n?: integer, k?: number",
     "Indicator",
     "Middle, upper and lower: an ema and k average true ranges. Update with high, "
     "low, close; answers number?, number?, number?, nil while warming up.",
     "Lengths are bars, 1 to 1,000,000; k is a factor above 0. Defaults: n=20, "
     "atr_n=10, k=2.",
     "Raises on a length or factor out of range; update raises on NaN, infinity and "
     "what is no number.",
     "self.ind = self.ind or oms.ta.keltner(20, 10, 2)\n"
     "local value = self.ind:update(bar.high, bar.low, bar.close)\n"
     "if value then\n"
     "  oms.log.debug(\"%g\", value)\n"
     "end",
     OMS_KIND_ANY, OMS_PHASE_ANY, OMS_DOC_STRATEGY},
    {"oms.ta.lowest", "n: integer",
     "Indicator",
     "Lowest of the last n values. Update with x; answers number?, nil while "
     "warming up.",
     "Lengths are bars, 1 to 1,000,000; k is a factor above 0.",
     "Raises on a length or factor out of range; update raises on NaN, infinity and "
     "what is no number.",
     "self.ind = self.ind or oms.ta.lowest(20)\n"
     "local value = self.ind:update(bar.close)\n"
     "if value then\n"
     "  oms.log.debug(\"%g\", value)\n"
     "end",
     OMS_KIND_ANY, OMS_PHASE_ANY, OMS_DOC_STRATEGY},
    {"oms.ta.macd", "fast?: integer, slow?: integer, signal?: integer",
     "Indicator",
     "Line, signal and histogram; the line alone until there is a signal. Update "
     "with x; answers number?, number?, number?, nil while warming up.",
     "Lengths are bars, 1 to 1,000,000; k is a factor above 0. Defaults: fast=12, "
     "slow=26, signal=9.",
     "Raises on a length or factor out of range; update raises on NaN, infinity and "
     "what is no number.",
     "self.ind = self.ind or oms.ta.macd(12, 26, 9)\n"
     "local value = self.ind:update(bar.close)\n"
     "if value then\n"
     "  oms.log.debug(\"%g\", value)\n"
     "end",
     OMS_KIND_ANY, OMS_PHASE_ANY, OMS_DOC_STRATEGY},
    {"oms.ta.obv", "",
     "Indicator",
     "On-balance volume: of each bar added on a rise, taken off on a fall. Update "
     "with high, low, close, volume (or close, volume); answers number?, nil while "
     "warming up.",
     "Lengths are bars, 1 to 1,000,000; k is a factor above 0.",
     "Raises on a length or factor out of range; update raises on NaN, infinity and "
     "what is no number.",
     "self.ind = self.ind or oms.ta.obv()\n"
     "local value = self.ind:update(bar.close, bar.volume)\n"
     "if value then\n"
     "  oms.log.debug(\"%g\", value)\n"
     "end",
     OMS_KIND_ANY, OMS_PHASE_ANY, OMS_DOC_STRATEGY},
    {"oms.ta.rsi", "n?: integer",
     "Indicator",
     "Relative strength, Wilder: 0 to 100. Update with x; answers number?, nil "
     "while warming up.",
     "Lengths are bars, 1 to 1,000,000; k is a factor above 0. Defaults: n=14.",
     "Raises on a length or factor out of range; update raises on NaN, infinity and "
     "what is no number.",
     "self.ind = self.ind or oms.ta.rsi(14)\n"
     "local value = self.ind:update(bar.close)\n"
     "if value then\n"
     "  oms.log.debug(\"%g\", value)\n"
     "end",
     OMS_KIND_ANY, OMS_PHASE_ANY, OMS_DOC_STRATEGY},
    {"oms.ta.sma", "n: integer",
     "Indicator",
     "Mean of the last n values. Update with x; answers number?, nil while warming up.",
     "Lengths are bars, 1 to 1,000,000; k is a factor above 0.",
     "Raises on a length or factor out of range; update raises on NaN, infinity and "
     "what is no number.",
     "self.ind = self.ind or oms.ta.sma(20)\n"
     "local value = self.ind:update(bar.close)\n"
     "if value then\n"
     "  oms.log.debug(\"%g\", value)\n"
     "end",
     OMS_KIND_ANY, OMS_PHASE_ANY, OMS_DOC_STRATEGY},
    {"oms.ta.stdev", "n: integer",
     "Indicator",
     "Standard deviation of the last n values (divided by n). Update with x; "
     "answers number?, nil while warming up.",
     "Lengths are bars, 1 to 1,000,000; k is a factor above 0.",
     "Raises on a length or factor out of range; update raises on NaN, infinity and "
     "what is no number.",
     "self.ind = self.ind or oms.ta.stdev(20)\n"
     "local value = self.ind:update(bar.close)\n"
     "if value then\n"
     "  oms.log.debug(\"%g\", value)\n"
     "end",
     OMS_KIND_ANY, OMS_PHASE_ANY, OMS_DOC_STRATEGY},
    {"oms.ta.stochastic", "n?: integer, k_smooth?: integer, d?: integer",
     "Indicator",
     "k and d: where the close stands in the range of n bars, smoothed, and its "
     "mean. Update with high, low, close; answers number?, number?, nil while "
     "warming up.",
     "Lengths are bars, 1 to 1,000,000; k is a factor above 0. Defaults: n=14, "
     "k_smooth=3, d=3.",
     "Raises on a length or factor out of range; update raises on NaN, infinity and "
     "what is no number.",
     "self.ind = self.ind or oms.ta.stochastic(14, 3, 3)\n"
     "local value = self.ind:update(bar.high, bar.low, bar.close)\n"
     "if value then\n"
     "  oms.log.debug(\"%g\", value)\n"
     "end",
     OMS_KIND_ANY, OMS_PHASE_ANY, OMS_DOC_STRATEGY},
    {"oms.ta.vwap", "n?: integer",
     "Indicator",
     "Mean of the typical price weighted by volume: of n bars, or of all without n. "
     "Update with high, low, close, volume (or price, volume); answers number?, nil "
     "while warming up.",
     "Lengths are bars, 1 to 1,000,000; k is a factor above 0.",
     "Raises on a length or factor out of range; update raises on NaN, infinity and "
     "what is no number.",
     "self.ind = self.ind or oms.ta.vwap(20)\n"
     "local value = self.ind:update(bar.high, bar.low, bar.close, bar.volume)\n"
     "if value then\n"
     "  oms.log.debug(\"%g\", value)\n"
     "end",
     OMS_KIND_ANY, OMS_PHASE_ANY, OMS_DOC_STRATEGY},
    {"oms.ta.wma", "n: integer",
     "Indicator",
     "Mean weighted 1 to n, the newest most. Update with x; answers number?, nil "
     "while warming up.",
     "Lengths are bars, 1 to 1,000,000; k is a factor above 0.",
     "Raises on a length or factor out of range; update raises on NaN, infinity and "
     "what is no number.",
     "self.ind = self.ind or oms.ta.wma(20)\n"
     "local value = self.ind:update(bar.close)\n"
     "if value then\n"
     "  oms.log.debug(\"%g\", value)\n"
     "end",
     OMS_KIND_ANY, OMS_PHASE_ANY, OMS_DOC_STRATEGY},
    {"indicator:update", "...: number",
     "number?, number?, number?",
     "Takes in one bar's values and answers the indicator's, nil while warming up.",
     "Prices and volumes.",
     "Raises on NaN, infinity, a negative volume and what is no number; then "
     "nothing has changed.",
     "self.mean = self.mean or oms.ta.sma(3)\n"
     "local mean = self.mean:update(bar.close)\n"
     "assert((mean ~= nil) == self.mean.ready)",
     OMS_KIND_ANY, OMS_PHASE_ANY, OMS_DOC_STRATEGY},
    {"indicator.value", NULL,
     "number?",
     "The first value of the last update.",
     "",
     "",
     "self.mean = self.mean or oms.ta.sma(3)\n"
     "self.mean:update(bar.close)\n"
     "oms.log.debug(\"%s\", self.mean.value)",
     OMS_KIND_ANY, OMS_PHASE_ANY, OMS_DOC_STRATEGY},
    {"indicator.ready", NULL,
     "boolean",
     "Whether all of its values are there.",
     "",
     "",
     "self.mean = self.mean or oms.ta.sma(3)\n"
     "self.mean:update(bar.close)\n"
     "if self.mean.ready then\n"
     "  oms.log.debug(\"warm\")\n"
     "end",
     OMS_KIND_ANY, OMS_PHASE_ANY, OMS_DOC_STRATEGY},
    {NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 0, OMS_DOC_STRATEGY}};
/* clang-format on */
