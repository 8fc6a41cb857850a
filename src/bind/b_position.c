/* b_position.c - positions: one table per book and cell. What only a fill or an action can change
 * (qty, avg_price, realized_pl, dividends) stands in the table and is written when the position's
 * version has moved; what moves with the price (market_value, cost_basis, unrealized_pl) is
 * answered by __index. */
#include <string.h>

#include "bind/api.h"
#include "bind/doc.h"

#define STABLE 8 /* raw fields and the metatable's price-dependent ones below */

static const char *const names[] = {"symbol",       "qty",        "avg_price",
                                    "realized_pl",  "account",    "dividends",
                                    "market_value", "cost_basis", "unrealized_pl"};
enum {
  SYMBOL,
  QTY,
  AVG_PRICE,
  REALIZED_PL,
  ACCOUNT,
  DIVIDENDS,
  MARKET_VALUE,
  COST_BASIS,
  UNREALIZED_PL
};

/* The book's position, looked up until there is one: it keeps its place from then on. */
static const oms_position_t *find_position(const oms_api_t *api, oms_book_view_t *v) {
  if (OMS_LIKELY(v->position != NULL)) {
    return v->position;
  }
  const oms_engine_t *e = oms_api_engine(api);
  const oms_position_t *p = v->owner == UINT16_MAX
                                ? oms_engine_net(e, v->account, v->instrument)
                                : oms_engine_book(e, v->account, v->owner, v->instrument);
  bool real = p->instrument == v->instrument && p->account == v->account && p->owner == v->owner &&
              p->version > 0;
  if (real) {
    v->position = p;
    v->written = false;
  }
  return p;
}

static void set_number(lua_State *L, const char *name, int64_t v, double scale) {
  lua_pushstring(L, name);
  oms_push_fixed(L, v, scale);
  lua_rawset(L, -3);
}

/* The table is on top. */
static void write_stable(lua_State *L, oms_book_view_t *v, const oms_position_t *p) {
  set_number(L, names[QTY], p->qty, 1e9);
  set_number(L, names[AVG_PRICE], oms_position_avg_price(p), 1e9);
  set_number(L, names[REALIZED_PL], p->realized_pl, 1e6);
  set_number(L, names[DIVIDENDS], p->dividends, 1e6);
  v->version = p->version;
  v->written = true;
}

/* Pushes a price-dependent field. Flat is 0 whatever the price; a position without a price is
 * nil. */
static void push_moving(lua_State *L, const oms_api_t *api, oms_book_view_t *v, int field) {
  const oms_engine_t *e = oms_api_engine(api);
  const oms_position_t *p = find_position(api, v);
  if (p->qty == 0) {
    lua_pushnumber(L, 0);
    return;
  }
  const oms_instrument_t *i = oms_engine_instrument(e, v->instrument);
  if (field == COST_BASIS) {
    lua_pushnumber(L, (double)p->cost / 1e18 * (oms_bind_double(i->multiplier, 1e9)));
    return;
  }
  oms_price_t price = oms_engine_reference(e, v->instrument);
  oms_money_t value, unrealized;
  if (price == OMS_NO_PRICE ||
      oms_position_value(p, price, i->multiplier, &value, &unrealized) != OMS_OK) {
    lua_pushnil(L);
    return;
  }
  lua_pushnumber(L, oms_bind_double(field == MARKET_VALUE ? value : unrealized, 1e6));
}

/* Upvalue: the book view. */
static int position_index(lua_State *L) {
  const oms_api_t *api = oms_api_of(L);
  const char *key = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : oms_arg_type(L, 2);
  for (int i = 0; i < (int)OMS_COUNT(names); i++) {
    if (strcmp(key, names[i]) == 0) {
      if (i >= MARKET_VALUE) {
        push_moving(L, api, lua_touserdata(L, lua_upvalueindex(1)), i);
      } else {
        lua_pushnil(L); /* avg_price of a flat position */
      }
      return 1;
    }
  }
  oms_raise_unknown(L, "position", "field", key, names, sizeof(names[0]), OMS_COUNT(names));
}

static int position_newindex(lua_State *L) {
  return luaL_error(L, "a position's fields cannot be set");
}

/* Makes the table of a new book view and keeps it; the view is a userdata that the metatable
 * holds. */
static oms_book_view_t *new_view(lua_State *L, const oms_api_t *api, uint16_t account,
                                 uint16_t owner, uint32_t instrument) {
  const oms_engine_t *e = oms_api_engine(api);
  lua_createtable(L, 0, STABLE);
  lua_createtable(L, 0, 3);
  oms_book_view_t *v = lua_newuserdatauv(L, sizeof(*v), 0);
  *v = (oms_book_view_t){.account = account, .owner = owner, .instrument = instrument};
  lua_pushcclosure(L, position_index, 1);
  lua_setfield(L, -2, "__index");
  lua_pushcfunction(L, position_newindex);
  lua_setfield(L, -2, "__newindex");
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
  lua_setmetatable(L, -2);
  lua_pushstring(L, names[SYMBOL]);
  lua_pushstring(L, oms_engine_instrument(e, instrument)->symbol);
  lua_rawset(L, -3);
  lua_pushstring(L, names[ACCOUNT]);
  lua_pushstring(L, oms_engine_account(e, account)->id);
  lua_rawset(L, -3);
  v->ref = luaL_ref(L, LUA_REGISTRYINDEX);
  return v;
}

static oms_book_view_t *find_view(lua_State *L, const oms_api_t *api, uint16_t account,
                                  uint16_t owner, uint32_t instrument) {
  lua_Integer key = (lua_Integer)((uint64_t)account << 48 | (uint64_t)owner << 32 | instrument);
  lua_rawgeti(L, LUA_REGISTRYINDEX, api->ref_books);
  if (lua_rawgeti(L, -1, key) == LUA_TLIGHTUSERDATA) {
    oms_book_view_t *v = lua_touserdata(L, -1);
    lua_pop(L, 2);
    return v;
  }
  lua_pop(L, 1);
  oms_book_view_t *v = new_view(L, api, account, owner, instrument);
  lua_pushlightuserdata(L, v);
  lua_rawseti(L, -2, key);
  lua_pop(L, 1);
  return v;
}

static void push_view(lua_State *L, const oms_api_t *api, oms_book_view_t *v) {
  const oms_position_t *p = find_position(api, v);
  lua_rawgeti(L, LUA_REGISTRYINDEX, v->ref);
  if (OMS_UNLIKELY(!v->written || p->version != v->version)) {
    write_stable(L, v, p);
  }
}

void oms_position_push(lua_State *L, oms_api_t *api, uint16_t account, uint16_t owner,
                       uint32_t instrument) {
  push_view(L, api, find_view(L, api, account, owner, instrument));
}

/* Of a symbol that the session does not have: flat, never nil. */
static void push_flat(lua_State *L, int symbol) {
  static const char *const zeros[] = {"qty",          "realized_pl", "dividends",
                                      "market_value", "cost_basis",  "unrealized_pl"};
  lua_createtable(L, 0, 7);
  lua_pushvalue(L, symbol);
  lua_setfield(L, -2, "symbol");
  for (size_t i = 0; i < OMS_COUNT(zeros); i++) {
    lua_pushnumber(L, 0);
    lua_setfield(L, -2, zeros[i]);
  }
}

static int position(lua_State *L) {
  oms_api_t *api = oms_api_reads(L, "oms.position");
  oms_symbol_t *symbol = oms_arg_symbol(L, 1, "oms.position");
  if (OMS_UNLIKELY(symbol == NULL)) {
    push_flat(L, 1);
    return 1;
  }
  if (OMS_LIKELY(lua_gettop(L) == 1 && api->kind == OMS_KIND_STRATEGY)) {
    if (OMS_UNLIKELY(symbol->own == NULL)) {
      symbol->own = find_view(L, api, api->account, api->owner, symbol->instrument);
    }
    push_view(L, api, symbol->own);
    return 1;
  }
  oms_options_t o;
  lua_settop(L, 2);
  oms_arg_options(L, 2, OMS_OPTION_ACCOUNT | OMS_OPTION_SCOPE, "oms.position", &o);
  bool net = o.net || (api->kind != OMS_KIND_STRATEGY && !o.own);
  oms_position_push(L, api, o.account, net ? UINT16_MAX : api->owner, symbol->instrument);
  return 1;
}

void oms_positions_push(lua_State *L, oms_api_t *api, uint16_t account, uint16_t owner) {
  const oms_engine_t *e = oms_api_engine(api);
  lua_Integer n = 0;
  lua_newtable(L);
  for (uint32_t i = 0; i < oms_engine_position_count(e); i++) {
    const oms_position_t *p = oms_engine_position(e, i);
    if (p->qty != 0 && p->account == account && p->owner == owner) {
      oms_position_push(L, api, account, owner, p->instrument);
      lua_rawseti(L, -2, ++n);
    }
  }
}

static int positions(lua_State *L) {
  oms_api_t *api = oms_api_reads(L, "oms.positions");
  oms_options_t o;
  lua_settop(L, 1);
  oms_arg_options(L, 1, OMS_OPTION_ACCOUNT | OMS_OPTION_SCOPE, "oms.positions", &o);
  bool net = o.net || (api->kind != OMS_KIND_STRATEGY && !o.own);
  oms_positions_push(L, api, o.account, net ? UINT16_MAX : api->owner);
  return 1;
}

void oms_open_position(lua_State *L, oms_api_t *api) {
  static const luaL_Reg functions[] = {
      {"position",  position },
      {"positions", positions},
      {NULL,        NULL     },
  };
  luaL_setfuncs(L, functions, 0);
  lua_newtable(L);
  api->ref_books = luaL_ref(L, LUA_REGISTRYINDEX);
}

/* What each call is for. */

/* clang-format off */
const oms_doc_t oms_docs_position[] = {
    {"oms.position", "symbol: string, opts?: {account?: string, scope?: \"account\"|\"strategy\"}",
     "Position",
     "What the strategy holds of a symbol: the fills of its own orders and what it "
     "claimed. {scope = \"account\"} is the account's net. Never nil: flat is qty 0. "
     "Rules and timelines see the net.",
     "",
     "Raises on an unknown key.",
     "local held = oms.position(bar.symbol)\n"
     "oms.log.debug(\"%g at %s\", held.qty, held.avg_price)",
     OMS_KIND_ANY, OMS_PHASES_READ, OMS_DOC_STRATEGY},
    {"oms.positions", "opts?: {account?: string, scope?: \"account\"|\"strategy\"}",
     "Position[]",
     "All that is not flat, in order of first use.",
     "",
     "Raises on an unknown key.",
     "for _, held in ipairs(oms.positions()) do\n"
     "  oms.log.debug(\"%s %g\", held.symbol, held.qty)\n"
     "end",
     OMS_KIND_ANY, OMS_PHASES_READ, OMS_DOC_STRATEGY},
    {NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 0, OMS_DOC_STRATEGY}};
/* clang-format on */

/* clang-format off */
static const oms_doc_field_t doc_position[] = {
    {"symbol", "string",
     "the symbol"},
    {"account", "string",
     "id of the account"},
    {"qty", "number",
     "shares or contracts, below 0 short; 0 flat"},
    {"avg_price", "number?",
     "average price of the open lots; nil when flat"},
    {"realized_pl", "number",
     "price gains of what was closed, without commissions and dividends"},
    {"dividends", "number",
     "cash received, less what a short position has paid"},
    {"market_value", "number?",
     "at the reference price; nil before there is one"},
    {"cost_basis", "number",
     "what the open lots cost"},
    {"unrealized_pl", "number?",
     "market value less cost"},
};
const oms_doc_class_t oms_docs_classes_position[] = {
    {"Position",
     "A position; the same table for the same book, which moves with it.", doc_position, OMS_COUNT(doc_position)},
    {NULL, NULL, NULL, 0}};
/* clang-format on */
