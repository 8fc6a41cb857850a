/* b_rule.c - ctx, the second argument of a rule: what it may look at, with the order's account and
 * symbol as the default, and, in on_fill and timers only, what it may set off. One table a cell;
 * its values (now, reduces, reference, day) are answered by __index, so that a rule pays for those
 * it reads. */
#include <stddef.h>
#include <string.h>

#include "bind/api.h"
#include "bind/doc.h"

typedef struct day_handle {
  oms_ud_t head;
  uint16_t account;
} day_handle_t;

/* Whose. */

static const oms_order_t *judged(const oms_api_t *api) {
  return api->rule_order == OMS_NONE ? NULL
                                     : oms_engine_order(oms_api_engine(api), api->rule_order);
}

/* The instrument that argument 'index' names, or that of the order. OMS_NONE: the session does not
 * have it. */
static uint32_t symbol_arg(lua_State *L, const oms_api_t *api, int index, const char *where) {
  if (lua_type(L, index) > LUA_TNIL) {
    const oms_symbol_t *symbol = oms_arg_symbol(L, index, where);
    return symbol != NULL ? symbol->instrument : OMS_NONE;
  }
  const oms_order_t *o = judged(api);
  if (o == NULL) {
    luaL_error(L, "%s: a symbol is needed here: there is no order", where);
    __builtin_unreachable();
  }
  return o->instrument;
}

/* scope = "strategy": the owner of the order that is judged. */
static uint16_t owner_of(const oms_api_t *api, const oms_options_t *o) {
  const oms_order_t *order = judged(api);
  return !o->own ? UINT16_MAX : order != NULL ? order->owner : api->owner;
}

static void options_arg(lua_State *L, const oms_api_t *api, int index, uint32_t allowed,
                        const char *where, oms_options_t *out) {
  oms_arg_options(L, index, allowed, where, out);
  if (!out->has_account) {
    out->account = api->rule_account;
  }
}

/* Looking. */

static int position(lua_State *L) {
  oms_api_t *api = oms_api_reads(L, "ctx.position");
  oms_options_t o;
  lua_settop(L, 2);
  uint32_t instrument = symbol_arg(L, api, 1, "ctx.position");
  options_arg(L, api, 2, OMS_OPTION_ACCOUNT | OMS_OPTION_SCOPE, "ctx.position", &o);
  if (instrument == OMS_NONE) { /* flat, never nil */
    lua_createtable(L, 0, 1);
    lua_pushnumber(L, 0);
    lua_setfield(L, -2, "qty");
    return 1;
  }
  oms_position_push(L, api, o.account, owner_of(api, &o), instrument);
  return 1;
}

static int positions(lua_State *L) {
  oms_api_t *api = oms_api_reads(L, "ctx.positions");
  oms_options_t o;
  lua_settop(L, 1);
  options_arg(L, api, 1, OMS_OPTION_ACCOUNT | OMS_OPTION_SCOPE, "ctx.positions", &o);
  oms_positions_push(L, api, o.account, owner_of(api, &o));
  return 1;
}

static int account(lua_State *L) {
  oms_api_t *api = oms_api_reads(L, "ctx.account");
  bool given = lua_type(L, 1) > LUA_TNIL;
  oms_account_push(L, api, given ? oms_arg_account(L, 1, "ctx.account") : api->rule_account);
  return 1;
}

static int last(lua_State *L) {
  const oms_api_t *api = oms_api_reads(L, "ctx.last");
  uint32_t instrument = symbol_arg(L, api, 1, "ctx.last");
  oms_price_t price = OMS_NO_PRICE;
  if (instrument != OMS_NONE) {
    price = oms_engine_last(oms_api_engine(api), instrument);
  }
  oms_push_fixed(L, price, 1e9);
  return 1;
}

static int quote(lua_State *L) {
  oms_api_t *api = oms_api_reads(L, "ctx.quote");
  oms_quote_push(L, api, symbol_arg(L, api, 1, "ctx.quote"));
  return 1;
}

static int open_orders(lua_State *L) {
  oms_api_t *api = oms_api_reads(L, "ctx.open_orders");
  const uint32_t allowed =
      OMS_OPTION_SYMBOL | OMS_OPTION_ACCOUNT | OMS_OPTION_STATUS | OMS_OPTION_SCOPE;
  oms_options_t o;
  lua_settop(L, 1);
  options_arg(L, api, 1, allowed, "ctx.open_orders", &o);
  o.has_account = true;
  oms_order_list_push(L, api, &o, owner_of(api, &o));
  return 1;
}

/* working(symbol, side): what the working orders of the side may add to the net. */
static int working(lua_State *L) {
  const oms_api_t *api = oms_api_reads(L, "ctx.working");
  lua_settop(L, 2);
  uint32_t instrument = symbol_arg(L, api, 1, "ctx.working");
  const oms_order_t *o = judged(api);
  int side = o != NULL ? o->side : OMS_SIDE_BUY;
  if (!lua_isnil(L, 2)) {
    size_t n;
    oms_arg_text(L, 2, "ctx.working", "side");
    const char *s = lua_tolstring(L, 2, &n);
    side = oms_enum_parse(OMS_ENUM_SIDE, s, n);
    if (side < 0) {
      oms_raise_unknown_enum(L, "ctx.working", "side", s, OMS_ENUM_SIDE);
    }
  } else if (o == NULL) {
    luaL_error(L, "ctx.working: a side is needed here: there is no order");
  }
  oms_qty_t qty = 0;
  if (instrument != OMS_NONE) {
    const oms_position_t *net = oms_engine_net(oms_api_engine(api), api->rule_account, instrument);
    qty = oms_side_is_buy(side) ? net->working_buy : net->working_sell;
  }
  oms_push_fixed(L, qty, 1e9);
  return 1;
}

static int instrument(lua_State *L) {
  oms_api_t *api = oms_api_reads(L, "ctx.instrument");
  oms_instrument_push(L, api, symbol_arg(L, api, 1, "ctx.instrument"));
  return 1;
}

/* "pre_market", "regular", "post_market", "closed"; nil for a symbol without sessions. */
static int session(lua_State *L) {
  static const char *const words[] = {
      [OMS_PHASE_NONE] = "closed",
      [OMS_PHASE_PRE] = "pre_market",
      [OMS_PHASE_REGULAR] = "regular",
      [OMS_PHASE_POST] = "post_market",
  };
  oms_api_t *api = oms_api_reads(L, "ctx.session");
  oms_calendar_t *c = oms_calendar_of(api, symbol_arg(L, api, 1, "ctx.session"));
  const char *word = NULL;
  if (c->kind != OMS_CALENDAR_NONE) {
    word = words[oms_calendar_phase_at(c, api->desk->now)];
  }
  lua_pushstring(L, word);
  return 1;
}

/* Acting. */

static oms_api_t *need_act(lua_State *L, const char *where) {
  return oms_api_need(L, OMS_KIND_RULE, OMS_PHASE_EVENT, where);
}

static int kill_switch(lua_State *L) {
  const oms_api_t *api = need_act(L, "ctx.kill");
  lua_settop(L, 2);
  oms_scope_t scope = oms_arg_scope(L, 1, "ctx.kill");
  const char *why = lua_isnil(L, 2) ? "a rule asked for it" : oms_arg_text(L, 2, "ctx.kill", "why");
  int rc = api->desk->kill(api->desk->self, scope, why);
  return oms_push_done(L, rc, NULL, "ctx.kill");
}

/* Takes 'left' off the books of the symbol, in order of their creation. */
static int reduce_books(const oms_api_t *api, uint32_t at, oms_qty_t left, oms_reject_t *reject) {
  const oms_engine_t *e = oms_api_engine(api);
  const oms_position_t *net = oms_engine_net(e, api->rule_account, at);
  bool is_long = net->qty > 0;
  for (uint32_t i = 0; net->qty != 0 && left > 0 && i < oms_engine_position_count(e); i++) {
    const oms_position_t *p = oms_engine_position(e, i);
    if (p->account != api->rule_account || p->instrument != at || p->owner == UINT16_MAX ||
        p->qty == 0 || (p->qty > 0) != is_long) {
      continue;
    }
    oms_asked_t a;
    oms_asked_init(api, &a);
    oms_qty_t here = is_long ? p->qty : -p->qty;
    a.terms.account = api->rule_account;
    a.terms.owner = p->owner;
    a.terms.instrument = at;
    a.terms.symbol = oms_engine_instrument(e, at)->symbol;
    a.terms.qty = here < left ? here : left;
    left -= a.terms.qty;
    uint32_t order = OMS_NONE;
    int rc = api->desk->close(api->desk->self, &a.terms, &order, reject);
    if (rc != OMS_OK) {
      return rc;
    }
  }
  return OMS_OK;
}

static int reduce(lua_State *L) {
  const oms_api_t *api = need_act(L, "ctx.reduce");
  uint32_t at = symbol_arg(L, api, 1, "ctx.reduce");
  oms_qty_t qty = oms_arg_fixed(L, 2, OMS_QTY_DECIMALS, "ctx.reduce", "qty");
  if (qty <= 0 || at == OMS_NONE) {
    luaL_error(L, qty <= 0 ? "ctx.reduce: qty must be above 0"
                           : "ctx.reduce: there is no such symbol");
  }
  oms_reject_t reject = {.code = OMS_CODE_NONE};
  int rc = reduce_books(api, at, qty, &reject);
  return oms_push_done(L, rc, &reject, "ctx.reduce");
}

static int alert(lua_State *L) {
  const oms_api_t *api = need_act(L, "ctx.alert");
  api->desk->alert(api->desk->self, api->script, oms_arg_text(L, 1, "ctx.alert", "the text"));
  return 0;
}

/* Ctx.day. */

#define AT(field) offsetof(oms_account_t, field)
static const struct day_field {
  const char *name;
  size_t offset;
  bool money;
} day_fields[] = {
    {"orders",        AT(day_orders),       false},
    {"replaces",      AT(day_replaces),     false},
    {"cancels",       AT(day_cancels),      false},
    {"fills",         AT(day_fills),        false},
    {"losses_in_row", AT(losses_in_row),    false},
    {"realized_pl",   AT(day_realized_pl),  true },
    {"start_equity",  AT(day_start_equity), true },
    {"peak_equity",   AT(day_peak_equity),  true },
    {"total_pl",      0,                    true },
};

static int day_index(lua_State *L) {
  const day_handle_t *h = oms_ud_check(L, 1, OMS_UD_DAY);
  const oms_account_t *a = oms_engine_account(oms_api_engine(oms_api_of(L)), h->account);
  const char *key = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : oms_arg_type(L, 2);
  for (size_t i = 0; i < OMS_COUNT(day_fields); i++) {
    const struct day_field *f = &day_fields[i];
    if (strcmp(f->name, key) != 0) {
      continue;
    }
    const char *at = (const char *)a + f->offset;
    if (!f->money) {
      lua_pushinteger(L, *(const uint32_t *)(const void *)at);
    } else if (f->offset == 0) { /* total_pl: marks included */
      lua_pushnumber(L, oms_bind_double(oms_account_equity(a), 1e6) -
                            oms_bind_double(a->day_start_equity, 1e6));
    } else {
      oms_push_fixed(L, *(const int64_t *)(const void *)at, 1e6);
    }
    return 1;
  }
  oms_raise_unknown(L, "ctx.day", "field", key, day_fields, sizeof(day_fields[0]),
                    OMS_COUNT(day_fields));
}

static void push_day(lua_State *L, const oms_api_t *api) {
  day_handle_t *h = oms_ud_new(L, OMS_UD_DAY, sizeof(*h), 0);
  h->account = api->rule_account;
}

/* Ctx itself. */

static const luaL_Reg functions[] = {
    {"position",    position   },
    {"positions",   positions  },
    {"account",     account    },
    {"last",        last       },
    {"quote",       quote      },
    {"open_orders", open_orders},
    {"working",     working    },
    {"instrument",  instrument },
    {"session",     session    },
    {"kill",        kill_switch},
    {"reduce",      reduce     },
    {"alert",       alert      },
    {NULL,          NULL       },
};

static int ctx_index(lua_State *L) {
  static const char *const names[] = {"now",        "reduces",     "reference", "day",
                                      "position",   "positions",   "account",   "last",
                                      "quote",      "open_orders", "working",   "session",
                                      "instrument", "kill",        "reduce",    "alert"};
  const oms_api_t *api = oms_api_of(L);
  const char *key = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : oms_arg_type(L, 2);
  const oms_order_t *o = judged(api);
  if (strcmp(key, "now") == 0) {
    oms_push_time(L, api->desk->now);
  } else if (strcmp(key, "reduces") == 0) {
    lua_pushboolean(L, api->rule_reduces);
  } else if (strcmp(key, "reference") == 0) {
    bool none = o == NULL || o->instrument == OMS_NONE;
    oms_push_fixed(
        L, none ? OMS_NO_PRICE : oms_engine_reference(oms_api_engine(api), o->instrument), 1e9);
  } else if (strcmp(key, "day") == 0) {
    push_day(L, api);
  } else {
    oms_raise_unknown(L, "ctx", "field", key, names, sizeof(names[0]), OMS_COUNT(names));
  }
  return 1;
}

static int ctx_newindex(lua_State *L) {
  return luaL_error(L, "ctx's fields cannot be set: keep what the rule remembers in self");
}

void oms_open_rule(lua_State *L, oms_api_t *api) {
  static const oms_ud_type_t day = {.type = OMS_UD_DAY, .name = "day", .index = day_index};
  static const luaL_Reg meta[] = {
      {"__index",    ctx_index   },
      {"__newindex", ctx_newindex},
      {NULL,         NULL        },
  };
  oms_ud_define(L, &day);
  lua_createtable(L, 0, (int)OMS_COUNT(functions));
  luaL_setfuncs(L, functions, 0);
  luaL_newlib(L, meta);
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
  lua_setmetatable(L, -2);
  api->ref_ctx = luaL_ref(L, LUA_REGISTRYINDEX);
}

/* What each part of ctx is. */

/* clang-format off */
const oms_doc_t oms_docs_rule[] = {
    {"ctx.position", "symbol?: string, opts?: {account?: string, scope?: \"account\"|\"strategy\"}",
     "Position",
     "The account's net in a symbol; {scope = \"strategy\"}: the book of the order's "
     "owner. The order's symbol by default.",
     "",
     "Raises without a symbol where there is no order.",
     "if ctx.position().qty < 0 then\n"
     "  return false, \"NO_SHORTS\", \"the account is short\"\n"
     "end",
     OMS_KIND_RULE, OMS_PHASES_READ, OMS_DOC_CHECK},
    {"ctx.positions", "opts?: {account?: string, scope?: \"account\"|\"strategy\"}",
     "Position[]",
     "All that is not flat.",
     "",
     "Raises on an unknown key.",
     "if #ctx.positions() > 20 then\n"
     "  return false, \"TOO_MANY_POSITIONS\", \"twenty symbols are enough\"\n"
     "end",
     OMS_KIND_RULE, OMS_PHASES_READ, OMS_DOC_CHECK},
    {"ctx.account", "id?: string",
     "Account",
     "The order's account, or another.",
     "",
     "Raises on an unknown account.",
     "if ctx.account().equity < 1000 then\n"
     "  return false, \"TOO_SMALL\", \"the account has less than 1000\"\n"
     "end",
     OMS_KIND_RULE, OMS_PHASES_READ, OMS_DOC_CHECK},
    {"ctx.last", "symbol?: string",
     "number?",
     "The last price.",
     "",
     "",
     "if not ctx.last(order.symbol) then\n"
     "  return false, \"NO_REFERENCE_PRICE\", order.symbol .. \" has no price yet\"\n"
     "end",
     OMS_KIND_RULE, OMS_PHASES_READ, OMS_DOC_CHECK},
    {"ctx.quote", "symbol?: string",
     "Quote?",
     "The last quote.",
     "",
     "",
     "local quote = ctx.quote()\n"
     "if quote and quote.bid and quote.ask and quote.ask - quote.bid > 1 then\n"
     "  return false, \"WIDE_MARKET\", \"the market is more than 1 wide\"\n"
     "end",
     OMS_KIND_RULE, OMS_PHASES_READ, OMS_DOC_CHECK},
    {"ctx.open_orders", "filter?: {symbol?: string, account?: string, status?: string, scope?: string}",
     "Order[]",
     "Open orders of the account, of all owners, without the one that is judged.",
     "",
     "Raises on an unknown key.",
     "if #ctx.open_orders({ symbol = order.symbol }) >= 5 then\n"
     "  return false, \"TOO_MANY_OPEN\", \"five orders in a symbol are enough\"\n"
     "end",
     OMS_KIND_RULE, OMS_PHASES_READ, OMS_DOC_CHECK},
    {"ctx.working", "symbol?: string, side?: OrderSide",
     "number",
     "What the working orders of a side may add to the net; a group counts once.",
     "Shares or contracts.",
     "Raises on an unknown side.",
     "if ctx.working(order.symbol, \"buy\") > 1000 then\n"
     "  return false, \"TOO_MUCH_WORKS\", \"more than 1000 are being bought\"\n"
     "end",
     OMS_KIND_RULE, OMS_PHASES_READ, OMS_DOC_CHECK},
    {"ctx.instrument", "symbol?: string",
     "Instrument?",
     "What is known of a symbol.",
     "",
     "",
     "local instrument = ctx.instrument()\n"
     "if instrument and not instrument.declared then\n"
     "  return false, \"NOT_DECLARED\", order.symbol .. \" is not declared\"\n"
     "end",
     OMS_KIND_RULE, OMS_PHASES_READ, OMS_DOC_CHECK},
    {"ctx.session", "symbol?: string",
     "string?",
     "Where the symbol's day stands: pre_market, regular, post_market or closed; "
     "nil without sessions.",
     "",
     "",
     "if ctx.session() == \"closed\" and not ctx.reduces then\n"
     "  return false, \"MARKET_CLOSED\", order.symbol .. \" does not trade now\"\n"
     "end",
     OMS_KIND_RULE, OMS_PHASES_READ, OMS_DOC_CHECK},
    {"ctx.kill", "scope?: \"all\"|{account?: string, strategy?: string, symbol?: string}, why?: "
     "string",
     "boolean?, Reject?",
     "The kill switch: cancels what is open in the scope, then halts it. In "
     "on_fill, on_order and timers only.",
     "",
     "Raises in check.",
     "function R:on_fill(fill, ctx)\n"
     "  if ctx.day.losses_in_row >= 10 then\n"
     "    ctx.kill({ account = fill.account }, \"ten losses in a row\")\n"
     "  end\n"
     "end",
     OMS_KIND_RULE, OMS_PHASE_EVENT, OMS_DOC_LISTEN},
    {"ctx.reduce", "symbol?: string, qty: Decimal",
     "boolean?, Reject?",
     "Takes a quantity off the position, from the books in order of their creation. "
     "In on_fill, on_order and timers only.",
     "qty above 0.",
     "Raises in check.",
     "function R:on_fill(fill, ctx)\n"
     "  local held = ctx.position(fill.symbol).qty\n"
     "  if held > 500 then\n"
     "    ctx.reduce(fill.symbol, held - 500)\n"
     "  end\n"
     "end",
     OMS_KIND_RULE, OMS_PHASE_EVENT, OMS_DOC_LISTEN},
    {"ctx.alert", "text: string",
     "",
     "Tells a person. In on_fill, on_order and timers only.",
     "",
     "Raises in check.",
     "function R:on_fill(fill, ctx)\n"
     "  if fill.qty > 1000 then\n"
     "    ctx.alert(\"a large fill of \" .. fill.symbol)\n"
     "  end\n"
     "end",
     OMS_KIND_RULE, OMS_PHASE_EVENT, OMS_DOC_LISTEN},
    {"ctx.now", NULL,
     "integer",
     "The session's clock.",
     "ns since 1970 UTC.",
     "",
     "if oms.time.parts(ctx.now, \"America/New_York\").hour < 9 then\n"
     "  return false, \"TOO_EARLY\", \"not before nine\"\n"
     "end",
     OMS_KIND_RULE, OMS_PHASES_READ, OMS_DOC_CHECK},
    {"ctx.reduces", NULL,
     "boolean",
     "Whether the order reduces the account's position: an exit should rarely be "
     "refused.",
     "",
     "",
     "if ctx.reduces then\n"
     "  return -- accepted\n"
     "end",
     OMS_KIND_RULE, OMS_PHASES_READ, OMS_DOC_CHECK},
    {"ctx.reference", NULL,
     "number?",
     "The reference price of the order's symbol; nil before there is one.",
     "A price.",
     "",
     "if ctx.reference and order.qty * ctx.reference > 100000 then\n"
     "  return \"approve\", \"worth more than 100000\"\n"
     "end",
     OMS_KIND_RULE, OMS_PHASES_READ, OMS_DOC_CHECK},
    {"ctx.day", NULL,
     "Day",
     "The account's day so far, of what was accepted before this order; it rolls at "
     "00:00 New York.",
     "",
     "",
     "if ctx.day.orders >= 500 then\n"
     "  return false, \"ENOUGH_FOR_TODAY\", \"500 orders were given today\"\n"
     "end",
     OMS_KIND_RULE, OMS_PHASES_READ, OMS_DOC_CHECK},
    {NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 0, OMS_DOC_STRATEGY}};
/* clang-format on */

/* clang-format off */
static const oms_doc_field_t doc_day[] = {
    {"orders", "integer",
     "accepted orders"},
    {"replaces", "integer",
     "accepted replaces"},
    {"cancels", "integer",
     "requested cancels"},
    {"fills", "integer",
     "fills"},
    {"losses_in_row", "integer",
     "closing fills at a loss since the last gain"},
    {"realized_pl", "number",
     "of what was closed today"},
    {"start_equity", "number",
     "at the day roll"},
    {"peak_equity", "number",
     "highest of the day"},
    {"total_pl", "number",
     "equity less start_equity: open positions at their marks"},
};
const oms_doc_class_t oms_docs_classes_rule[] = {
    {"Day",
     "Counters of an account's day.", doc_day, OMS_COUNT(doc_day)},
    {NULL, NULL, NULL, 0}};
/* clang-format on */
