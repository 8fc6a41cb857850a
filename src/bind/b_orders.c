/* b_orders.c - the calls that give, change and find orders: submit, buy, sell, cancel, cancel_all,
 * replace, close, target, claim, order, orders. Order of work: parse into C (may raise), make the
 * handle (may raise), ask the desk (may not raise), answer. */
#include <stdio.h>
#include <string.h>

#include "bind/api.h"
#include "bind/doc.h"

#define PHASES_CANCEL (OMS_PHASES_ORDER | OMS_PHASE_STOP)

/* True in on_warmup, where every order is refused: nil and the reject are pushed. */
static bool refuse_in_warmup(lua_State *L, const char *where) {
  if (OMS_LIKELY(oms_budget.top->call->phase != OMS_PHASE_WARMUP)) {
    return false;
  }
  oms_reject_t reject = {.code = OMS_CODE_NO_SESSION};
  snprintf(reject.message, sizeof(reject.message),
           "%s: this is the warm-up; trading begins with the first bar after it", where);
  oms_push_reject(L, OMS_ERR_REJECTED, &reject, where);
  return true;
}

static int answer_order(lua_State *L, struct oms_handle *h, int rc, uint32_t order,
                        const oms_reject_t *reject, const char *where) {
  if (OMS_LIKELY(rc == OMS_OK && order != OMS_NONE)) {
    oms_order_settle(L, h, order);
    oms_bind_poll(L);
    return 1;
  }
  return oms_push_done(L, rc, reject, where); /* true: there was nothing to do */
}

static int give(lua_State *L, const oms_api_t *api, const oms_asked_t *a, const char *where) {
  if (refuse_in_warmup(L, where)) {
    return 2;
  }
  struct oms_handle *h = oms_order_prepare(L);
  oms_reject_t reject = {.code = OMS_CODE_NONE};
  uint32_t order = OMS_NONE;
  reject.message[0] = '\0';
  int rc = api->desk->submit(api->desk->self, &a->terms, a->expire_is_date, a->exits, a->exit_n,
                             a->trigger_full, &order, &reject);
  return answer_order(L, h, rc, order, &reject, where);
}

static int submit(lua_State *L) {
  oms_api_t *api = oms_api_need(L, OMS_KIND_STRATEGY, OMS_PHASES_ORDER, "oms.submit");
  oms_asked_t a;
  oms_arg_table(L, 1, false, "oms.submit");
  oms_asked_init(api, &a);
  oms_asked_read(L, 1, OMS_TERMS_SUBMIT, "oms.submit", &a);
  oms_asked_check(L, OMS_TERMS_SUBMIT, "oms.submit", &a);
  return give(L, api, &a, "oms.submit");
}

/* Symbol at argument 1 into the terms. */
static void read_symbol(lua_State *L, const char *where, oms_asked_t *a) {
  const oms_symbol_t *symbol = oms_arg_symbol(L, 1, where);
  a->terms.symbol = lua_tostring(L, 1);
  a->terms.instrument = symbol != NULL ? symbol->instrument : OMS_NONE;
}

static int trade(lua_State *L, int side, const char *where) {
  oms_api_t *api = oms_api_need(L, OMS_KIND_STRATEGY, OMS_PHASES_ORDER, where);
  oms_asked_t a;
  lua_settop(L, 3);
  oms_asked_init(api, &a);
  read_symbol(L, where, &a);
  a.terms.side = (uint8_t)side;
  if (oms_arg_table(L, 3, true, where)) {
    oms_asked_read(L, 3, OMS_TERMS_SHORT, where, &a);
  }
  if (!lua_isnil(L, 2) || a.terms.notional == OMS_NO_PRICE) {
    a.terms.qty = oms_arg_fixed(L, 2, OMS_QTY_DECIMALS, where, "qty");
  }
  oms_asked_check(L, OMS_TERMS_SHORT, where, &a);
  return give(L, api, &a, where);
}

static int buy(lua_State *L) {
  return trade(L, OMS_SIDE_BUY, "oms.buy");
}
static int sell(lua_State *L) {
  return trade(L, OMS_SIDE_SELL, "oms.sell");
}

/* A strategy may read an order of another owner by its id, but not end or change it: nil and the
 * reject are pushed. */
static bool refuse_foreign(lua_State *L, const oms_api_t *api, uint32_t order, const char *where) {
  const oms_engine_t *e = oms_api_engine(api);
  const oms_order_t *o = oms_engine_order(e, order);
  if (OMS_LIKELY(o->owner == api->owner)) {
    return false;
  }
  oms_reject_t reject = {.code = OMS_CODE_OTHER_OWNER};
  snprintf(reject.message, sizeof(reject.message),
           "the order for %.60s belongs to %.100s, which alone may cancel or replace it%s",
           o->symbol, oms_engine_owner(e, o->owner)->id,
           o->owner == 0 ? "; oms.claim(order) takes it over" : "");
  oms_push_reject(L, OMS_ERR_REJECTED, &reject, where);
  return true;
}

static int cancel(lua_State *L) {
  oms_api_t *api = oms_api_need(L, OMS_KIND_STRATEGY, PHASES_CANCEL, "oms.cancel");
  uint32_t order = oms_order_arg(L, 1, "oms.cancel");
  if (refuse_in_warmup(L, "oms.cancel") || refuse_foreign(L, api, order, "oms.cancel")) {
    return 2;
  }
  oms_reject_t reject = {.code = OMS_CODE_NONE};
  int rc = api->desk->cancel(api->desk->self, order, &reject);
  return oms_push_done(L, rc, &reject, "oms.cancel");
}

static int cancel_all(lua_State *L) {
  oms_api_t *api = oms_api_need(L, OMS_KIND_STRATEGY, PHASES_CANCEL, "oms.cancel_all");
  oms_options_t o;
  oms_arg_options(L, 1, OMS_OPTION_SYMBOL | OMS_OPTION_ACCOUNT, "oms.cancel_all", &o);
  if (refuse_in_warmup(L, "oms.cancel_all")) {
    return 2;
  }
  uint32_t n = 0;
  int rc = OMS_OK;
  if (!o.has_symbol || o.instrument != OMS_NONE) { /* a symbol that nobody knows has no orders */
    rc = api->desk->cancel_all(api->desk->self, o.has_account ? o.account : UINT16_MAX, api->owner,
                               o.instrument, &n);
  }
  const oms_reject_t reject = {.code = OMS_CODE_NONE};
  return oms_push_done(L, rc, &reject, "oms.cancel_all");
}

static int replace(lua_State *L) {
  oms_api_t *api = oms_api_need(L, OMS_KIND_STRATEGY, OMS_PHASES_ORDER, "oms.replace");
  uint32_t order = oms_order_arg(L, 1, "oms.replace");
  oms_asked_t a;
  oms_arg_table(L, 2, false, "oms.replace");
  oms_asked_init(api, &a);
  a.terms.time_in_force = UINT8_MAX;
  oms_asked_read(L, 2, OMS_TERMS_REPLACE, "oms.replace", &a);
  oms_asked_check(L, OMS_TERMS_REPLACE, "oms.replace", &a);
  if (refuse_in_warmup(L, "oms.replace") || refuse_foreign(L, api, order, "oms.replace")) {
    return 2;
  }
  const oms_terms_t *t = &a.terms;
  const oms_changes_t changes = {.qty = t->qty,
                                 .limit_price = t->limit_price,
                                 .stop_price = t->stop_price,
                                 .trail_price = t->trail_price,
                                 .limit_offset = t->limit_offset,
                                 .trail_percent = t->trail_percent,
                                 .expire_at = t->expire_at,
                                 .expire_is_date = a.expire_is_date,
                                 .time_in_force = t->time_in_force,
                                 .client_order_id = t->client_order_id};
  oms_reject_t reject = {.code = OMS_CODE_NONE};
  uint32_t successor = OMS_NONE;
  int rc = api->desk->replace(api->desk->self, order, &changes, &successor, &reject);
  return oms_push_done(L, rc, &reject, "oms.replace");
}

static int push_unknown_symbol(lua_State *L, const oms_terms_t *t, const char *where) {
  oms_reject_t reject = {.code = OMS_CODE_UNKNOWN_SYMBOL};
  snprintf(reject.message, sizeof(reject.message), "this session has no symbol %.100s", t->symbol);
  return oms_push_reject(L, OMS_ERR_REJECTED, &reject, where);
}

static int close(lua_State *L) {
  oms_api_t *api = oms_api_need(L, OMS_KIND_STRATEGY, OMS_PHASES_ORDER, "oms.close");
  oms_asked_t a;
  lua_settop(L, 2);
  oms_asked_init(api, &a);
  read_symbol(L, "oms.close", &a);
  if (oms_arg_table(L, 2, true, "oms.close")) {
    oms_asked_read(L, 2, OMS_TERMS_CLOSE, "oms.close", &a);
  }
  oms_asked_check(L, OMS_TERMS_CLOSE, "oms.close", &a);
  if (refuse_in_warmup(L, "oms.close")) {
    return 2;
  }
  if (a.terms.instrument == OMS_NONE) {
    return push_unknown_symbol(L, &a.terms, "oms.close");
  }
  struct oms_handle *h = oms_order_prepare(L);
  oms_reject_t reject = {.code = OMS_CODE_NONE};
  uint32_t order = OMS_NONE;
  int rc = api->desk->close(api->desk->self, &a.terms, &order, &reject);
  return answer_order(L, h, rc, order, &reject, "oms.close");
}

/* amount x factor / (price x multiplier), towards zero, in whole lots. */
static int shares_of(const oms_instrument_t *i, oms_price_t price, oms_int128_t amount,
                     int64_t factor, oms_qty_t *out) {
  oms_int128_t worth;
  if (__builtin_mul_overflow(amount, (oms_int128_t)factor, &worth)) {
    return OMS_ERR_OVERFLOW;
  }
  oms_int128_t unit = (oms_int128_t)price * i->multiplier;
  int rc = unit == 0 ? OMS_ERR_RANGE : oms_narrow(worth / unit, out);
  if (rc == OMS_OK && i->lot > 0) {
    *out -= *out % i->lot;
  }
  return rc;
}

/* {weight=} of the account's equity, or {value=} in money, at argument 2: a quantity. False: there
 * is no price, or no such quantity, and the reject says so. */
static bool target_of_table(lua_State *L, const oms_terms_t *t, oms_qty_t *out,
                            oms_reject_t *reject) {
  static const char *const names[] = {"weight", "value"};
  const oms_engine_t *e = oms_api_engine(oms_api_of(L));
  const oms_instrument_t *i = oms_engine_instrument(e, t->instrument);
  lua_pushnil(L);
  if (!lua_next(L, 2) || lua_type(L, -2) != LUA_TSTRING) {
    luaL_error(L, "oms.target: the target is a quantity, {weight=} or {value=}");
  }
  const char *key = lua_tostring(L, -2);
  bool weight = strcmp(key, names[0]) == 0;
  if (!weight && strcmp(key, names[1]) != 0) {
    oms_raise_unknown(L, "oms.target", "key", key, names, sizeof(names[0]), OMS_COUNT(names));
  }
  int64_t v =
      oms_arg_fixed(L, -1, weight ? OMS_PRICE_DECIMALS : OMS_MONEY_DECIMALS, "oms.target", key);
  lua_pop(L, 1);
  if (lua_next(L, 2)) {
    luaL_error(L, "oms.target: give one of weight and value");
  }
  oms_price_t price = oms_engine_reference(e, t->instrument);
  if (price == OMS_NO_PRICE) {
    reject->code = OMS_CODE_NO_REFERENCE_PRICE;
    snprintf(reject->message, sizeof(reject->message), "%.100s has no price yet", t->symbol);
    return false;
  }
  /* weight 1e-9 x equity 1e-6 x 1e12, or value 1e-6 x 1e21, over price 1e-9 x multiplier 1e-9:
   * 1e-9. */
  int rc = weight
               ? shares_of(i, price,
                           (oms_int128_t)v * oms_account_equity(oms_engine_account(e, t->account)),
                           INT64_C(1000000000000), out)
               : shares_of(i, price, (oms_int128_t)v * OMS_QTY_SCALE, INT64_C(1000000000000), out);
  if (rc != OMS_OK) {
    reject->code = OMS_CODE_INVALID_QTY;
    snprintf(reject->message, sizeof(reject->message), "the target of %.100s is out of range",
             t->symbol);
  }
  return rc == OMS_OK;
}

static int target(lua_State *L) {
  oms_api_t *api = oms_api_need(L, OMS_KIND_STRATEGY, OMS_PHASES_ORDER, "oms.target");
  oms_asked_t a;
  lua_settop(L, 3);
  oms_asked_init(api, &a);
  read_symbol(L, "oms.target", &a);
  if (oms_arg_table(L, 3, true, "oms.target")) {
    oms_asked_read(L, 3, OMS_TERMS_TARGET, "oms.target", &a);
  }
  oms_asked_check(L, OMS_TERMS_TARGET, "oms.target", &a);
  oms_reject_t reject = {.code = OMS_CODE_NONE};
  oms_qty_t qty = 0;
  bool table = lua_type(L, 2) == LUA_TTABLE;
  if (!table) {
    qty = oms_arg_fixed(L, 2, OMS_QTY_DECIMALS, "oms.target", "qty");
  }
  if (refuse_in_warmup(L, "oms.target")) {
    return 2;
  }
  if (a.terms.instrument == OMS_NONE) {
    return push_unknown_symbol(L, &a.terms, "oms.target");
  }
  if (table && !target_of_table(L, &a.terms, &qty, &reject)) {
    return oms_push_reject(L, OMS_ERR_REJECTED, &reject, "oms.target");
  }
  struct oms_handle *h = oms_order_prepare(L);
  uint32_t order = OMS_NONE;
  int rc = api->desk->target(api->desk->self, &a.terms, qty, &order, &reject);
  return answer_order(L, h, rc, order, &reject, "oms.target");
}

static int claim(lua_State *L) {
  oms_api_t *api = oms_api_need(L, OMS_KIND_STRATEGY,
                                OMS_PHASES_ORDER & ~(uint32_t)OMS_PHASE_WARMUP, "oms.claim");
  uint32_t order = oms_order_arg(L, 1, "oms.claim");
  oms_reject_t reject = {.code = OMS_CODE_NONE};
  int rc = api->desk->claim(api->desk->self, api->owner, order, &reject);
  return oms_push_done(L, rc, &reject, "oms.claim");
}

static int order(lua_State *L) {
  const oms_api_t *api = oms_api_reads(L, "oms.order");
  const oms_engine_t *e = oms_api_engine(api);
  const char *id = oms_arg_text(L, 1, "oms.order", "id");
  uint32_t found = oms_engine_find_order(e, api->account, id);
  for (uint32_t i = 0; found == OMS_NONE && i < oms_engine_account_count(e); i++) {
    found = oms_engine_find_order(e, (uint16_t)i, id);
  }
  oms_order_push(L, found);
  return 1;
}

static bool wanted(const oms_engine_t *e, const oms_order_t *o, const oms_options_t *want,
                   uint16_t owner) {
  return oms_order_is_listed(e, o) && (owner == UINT16_MAX || o->owner == owner) &&
         (!want->has_symbol || o->instrument == want->instrument) &&
         (!want->has_account || o->account == want->account) &&
         (want->status < 0 || o->status == want->status) &&
         (want->status != -1 || oms_order_is_open(o));
}

void oms_order_list_push(lua_State *L, oms_api_t *api, const oms_options_t *want, uint16_t owner) {
  const oms_engine_t *e = oms_api_engine(api);
  lua_Integer n = 0;
  bool open = want->status == -1;
  uint32_t count = oms_engine_order_count(e);
  lua_newtable(L);
  if (want->has_symbol && want->instrument == OMS_NONE) {
    return;
  }
  for (uint32_t i = open ? oms_engine_first_open(e) : 0; open ? i != OMS_NONE : i < count;) {
    const oms_order_t *o = oms_engine_order(e, i);
    if (wanted(e, o, want, owner) && i != api->judged_order) {
      oms_order_push(L, i);
      lua_rawseti(L, -2, ++n);
    }
    i = open ? o->next_open : i + 1;
    if ((i & 0xfff) == 0) {
      oms_bind_charge(L, 0x1000);
    }
  }
}

static int orders(lua_State *L) {
  oms_api_t *api = oms_api_reads(L, "oms.orders");
  oms_options_t o;
  oms_arg_options(L, 1, OMS_OPTION_SYMBOL | OMS_OPTION_ACCOUNT | OMS_OPTION_STATUS, "oms.orders",
                  &o);
  oms_order_list_push(L, api, &o, api->kind == OMS_KIND_STRATEGY ? api->owner : UINT16_MAX);
  return 1;
}

void oms_open_orders(lua_State *L, oms_api_t *api) {
  static const luaL_Reg functions[] = {
      {"submit",     submit    },
      {"buy",        buy       },
      {"sell",       sell      },
      {"cancel",     cancel    },
      {"cancel_all", cancel_all},
      {"replace",    replace   },
      {"close",      close     },
      {"target",     target    },
      {"claim",      claim     },
      {"order",      order     },
      {"orders",     orders    },
      {NULL,         NULL      },
  };
  luaL_setfuncs(L, functions, 0);
  lua_pushcfunction(L, cancel);
  api->ref_cancel = luaL_ref(L, LUA_REGISTRYINDEX);
  lua_pushcfunction(L, replace);
  api->ref_replace = luaL_ref(L, LUA_REGISTRYINDEX);
}

/* What each call is for. */

/* clang-format off */
const oms_doc_t oms_docs_orders[] = {
    {"oms.submit", "terms: table",
     "Order?, Reject?",
     "Gives an order: {symbol, side, qty or notional, type=\"market\", "
     "time_in_force=\"day\", limit_price, stop_price, trail_price, trail_percent, "
     "limit_offset, trigger_by, session, extended_hours, post_only, reduce_only, "
     "do_not_reduce, expire_at, client_order_id, account, position_intent, "
     "order_class, take_profit, stop_loss, tag}. It is checked at once (instrument, "
     "hard limits, risk rules) and leaves when the callback has returned. "
     "take_profit = {limit_price=} (or a list with qty each) and stop_loss = "
     "{stop_price=, limit_price=, trail_price=, trail_percent=} make a bracket or "
     "an oco, by order_class.",
     "Prices in the currency of the symbol, quantities in shares or contracts: "
     "numbers or decimal strings, rounded to 1e-9. trail_percent is per hundred. "
     "expire_at is integer ns, ISO text or a date.",
     "Refused: nil and a Reject whose code and message are the whole answer. Raises "
     "on an unknown key, a wrong type or a price that the type must have or may not "
     "have, naming the nearest word.",
     "local order, reject = oms.submit({\n"
     "  symbol = bar.symbol, side = \"buy\", qty = 10, type = \"limit\",\n"
     "  limit_price = oms.round_price(bar.symbol, bar.close * 0.99, \"down\"), "
     "time_in_force = \"gtc\",\n"
     "})\n"
     "if not order then\n"
     "  oms.log.warn(\"%s: %s\", reject.code, reject.message)\n"
     "end",
     OMS_KIND_STRATEGY, OMS_PHASES_ORDER, OMS_DOC_STRATEGY},
    {"oms.buy", "symbol: string, qty: Decimal, opts?: table",
     "Order?, Reject?",
     "Buys: oms.submit with side \"buy\", type market unless opts.type says "
     "otherwise. opts takes the other keys of oms.submit.",
     "qty above 0, in shares or contracts.",
     "Refused: nil and a Reject whose code and message are the whole answer. Raises "
     "on an unknown key, a wrong type or a price that the type must have or may not "
     "have, naming the nearest word.",
     "oms.buy(bar.symbol, 10)\n"
     "oms.buy(bar.symbol, \"2.5\", { type = \"limit\", limit_price = bar.low })",
     OMS_KIND_STRATEGY, OMS_PHASES_ORDER, OMS_DOC_STRATEGY},
    {"oms.sell", "symbol: string, qty: Decimal, opts?: table",
     "Order?, Reject?",
     "Sells: oms.submit with side \"sell\"; beyond what the account holds it opens a "
     "short position where the account may.",
     "qty above 0, in shares or contracts.",
     "Refused: nil and a Reject whose code and message are the whole answer. Raises "
     "on an unknown key, a wrong type or a price that the type must have or may not "
     "have, naming the nearest word.",
     "oms.sell(bar.symbol, 5, { type = \"stop\", stop_price = bar.low, time_in_force "
     "= \"gtc\" })",
     OMS_KIND_STRATEGY, OMS_PHASES_ORDER, OMS_DOC_STRATEGY},
    {"oms.cancel", "order: Order",
     "boolean?, Reject?",
     "Asks for the end of an order of this strategy. true says that the request is "
     "out; on_order tells when it has ended. An order that has not left ends at once.",
     "",
     "Refused: TOO_LATE for an order that has ended, OTHER_OWNER for one of another "
     "owner. Raises on what is no order.",
     "local order = oms.buy(bar.symbol, 1, { type = \"limit\", limit_price = bar.low "
     "/ 2 })\n"
     "if order then\n"
     "  oms.cancel(order)\n"
     "end",
     OMS_KIND_STRATEGY, OMS_PHASES_ORDER | OMS_PHASE_STOP, OMS_DOC_STRATEGY},
    {"oms.cancel_all", "filter?: {symbol?: string, account?: string}",
     "boolean?, Reject?",
     "Cancels every open order of this strategy, or those of a symbol or an account.",
     "",
     "Raises on an unknown key.",
     "oms.cancel_all({ symbol = bar.symbol })",
     OMS_KIND_STRATEGY, OMS_PHASES_ORDER | OMS_PHASE_STOP, OMS_DOC_STRATEGY},
    {"oms.replace", "order: Order, changes: table",
     "boolean?, Reject?",
     "Asks for other terms of an order: qty (the new total, what has filled "
     "included), limit_price, stop_price, trail_price, trail_percent, limit_offset, "
     "time_in_force, expire_at, client_order_id. The handle follows the successor "
     "once the venue has accepted it; until then order.pending has the asked terms.",
     "As in oms.submit.",
     "Refused: nil and a Reject whose code and message are the whole answer. "
     "REPLACE_PENDING while another replace is out, TOO_LATE when the order has "
     "ended. Raises on an unknown key, a wrong type or a price that the type must "
     "have or may not have, naming the nearest word.",
     "local order = oms.orders({ symbol = bar.symbol })[1]\n"
     "if order and order.type == \"limit\" then\n"
     "  oms.replace(order, { limit_price = oms.round_price(bar.symbol, bar.close, "
     "\"near\") })\n"
     "end",
     OMS_KIND_STRATEGY, OMS_PHASES_ORDER, OMS_DOC_STRATEGY},
    {"oms.close", "symbol: string, opts?: table",
     "Order|boolean?, Reject?",
     "Towards flat: ends the working exits of the position, then closes what is "
     "left of it. The order's handle, or true when there is nothing to close. opts "
     "takes qty and how to order (type, prices, time_in_force, tag).",
     "qty: part of the position; without it all.",
     "Refused: nil and a Reject whose code and message are the whole answer. Raises "
     "on an unknown key, a wrong type or a price that the type must have or may not "
     "have, naming the nearest word.",
     "oms.close(bar.symbol)",
     OMS_KIND_STRATEGY, OMS_PHASES_ORDER, OMS_DOC_STRATEGY},
    {"oms.target", "symbol: string, target: Decimal|{weight: number}|{value: number}, opts?: table",
     "Order|boolean?, Reject?",
     "Towards a position: a signed quantity, {weight=} of the account's equity or "
     "{value=} in money. Replaces this strategy's earlier target orders, counts "
     "what works, sends reductions first. true when nothing is to do.",
     "weight 0.5 is half of equity; value in money; both at the reference price, in "
     "whole lots, towards zero.",
     "Refused: nil and a Reject whose code and message are the whole answer. "
     "NO_REFERENCE_PRICE before the first price. Raises on an unknown key, a wrong "
     "type or a price that the type must have or may not have, naming the nearest "
     "word.",
     "oms.target(bar.symbol, 100)\n"
     "oms.target(bar.symbol, { weight = 0.25 })",
     OMS_KIND_STRATEGY, OMS_PHASES_ORDER, OMS_DOC_STRATEGY},
    {"oms.claim", "order: Order",
     "boolean?, Reject?",
     "Takes over an order that no strategy owns, with what it fills.",
     "",
     "Refused: NOT_EXTERNAL for the order of another strategy.",
     "for _, order in ipairs(oms.orders({ status = \"new\" })) do\n"
     "  if order.owner == \"external\" then\n"
     "    oms.claim(order)\n"
     "  end\n"
     "end",
     OMS_KIND_STRATEGY, OMS_PHASES_ORDER & ~(uint32_t)OMS_PHASE_WARMUP, OMS_DOC_STRATEGY},
    {"oms.order", "id: string",
     "Order?",
     "Finds an order by its order_id or client_order_id; nil where there is none.",
     "",
     "Raises on what is no text.",
     "oms.buy(bar.symbol, 1, { client_order_id = \"first-\" .. bar.ts })\n"
     "local order = oms.order(\"first-\" .. bar.ts)\n"
     "oms.log.info(\"%s\", order and order.status or \"refused\")",
     OMS_KIND_ANY, OMS_PHASES_READ, OMS_DOC_STRATEGY},
    {"oms.orders", "filter?: {symbol?: string, status?: OrderStatus|\"open\"|\"all\", account?: string}",
     "Order[]",
     "This strategy's orders in order of creation; open ones by default. Rules and "
     "timelines see those of all owners.",
     "",
     "Raises on an unknown key or status.",
     "for _, order in ipairs(oms.orders({ symbol = bar.symbol })) do\n"
     "  oms.log.debug(\"%s %g of %g\", order.status, order.filled_qty, order.qty)\n"
     "end",
     OMS_KIND_ANY, OMS_PHASES_READ, OMS_DOC_STRATEGY},
    {NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 0, OMS_DOC_STRATEGY}};
/* clang-format on */
