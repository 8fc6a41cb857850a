/* v2_submit.c - POST /v2/orders: from the body to terms, and the answer. What can be refused
 * without looking at the market is refused here, and uses no key; all else is the host's to
 * judge. The answer to an order that was taken tells nothing of what became of it: the same
 * request later gets the same bytes. */
#include <stdio.h>
#include <string.h>

#include "api/v2.h"

enum { CHILDREN_MAX = 2 };

typedef struct ask {
  oms_value_t v[NEW_COUNT];
  oms_terms_t terms, children[CHILDREN_MAX];
  size_t child_n;
  uint32_t known; /* the order of that key, if the account has one: its answer stands already */
} ask_t;

static bool invalid(oms_call_t *c, const char *message) {
  oms_call_error(c, 422, OMS_API_INVALID, "%s", message);
  return false;
}

static bool given(const ask_t *a, int field) {
  return a->v[field].given;
}

/* The enum value of a word of the request; the words are those of the order model. */
static uint8_t word(const ask_t *a, int field, const char *const *words, oms_enum_kind_t kind) {
  const char *text = words[a->v[field].number];
  return (uint8_t)oms_enum_parse(kind, text, strlen(text));
}

bool oms_v2_is_printable(const char *s) {
  for (; *s != '\0'; s++) {
    if ((unsigned char)*s < 0x20 || (unsigned char)*s > 0x7e) {
      return false;
    }
  }
  return true;
}

static bool read_names(oms_call_t *c, ask_t *a) {
  const oms_value_t *id = &a->v[NEW_CLIENT_ID];
  if (given(a, NEW_LEGS) ||
      (given(a, NEW_CLASS) && strcmp(oms_v2_classes[a->v[NEW_CLASS].number], "mleg") == 0)) {
    oms_call_error(c, 422, OMS_API_UNPROCESSABLE,
                   "multi-leg orders are not supported by this host");
    return false;
  }
  if (!given(a, NEW_SYMBOL) || a->v[NEW_SYMBOL].n == 0) {
    return invalid(c, "symbol is missing");
  }
  if (!given(a, NEW_SIDE)) {
    return invalid(c, "side is missing; it is one of: buy, sell");
  }
  if (given(a, NEW_CLIENT_ID) && id->n > 0 && !oms_v2_is_printable(id->text)) {
    return invalid(c, "client_order_id must be 1 to 128 printable ASCII characters");
  }
  return true;
}

static void fill_terms(const oms_call_t *c, ask_t *a) {
  const oms_value_t *v = a->v;
  const char *class = given(a, NEW_CLASS) ? oms_v2_classes[v[NEW_CLASS].number] : "simple";
  oms_terms_t *t = &a->terms;
  *t = oms_terms_none;
  t->instrument = oms_v2_instrument(c->engine, v[NEW_SYMBOL].text);
  t->account = c->account;
  t->side = v[NEW_SIDE].number == 0 ? OMS_SIDE_BUY : OMS_SIDE_SELL;
  t->type = word(a, NEW_TYPE, oms_v2_types, OMS_ENUM_TYPE);
  t->time_in_force = word(a, NEW_TIF, oms_v2_tifs, OMS_ENUM_TIF);
  t->session = v[NEW_EXTENDED].number == 1 ? OMS_SESSION_EXTENDED : OMS_SESSION_REGULAR;
  t->position_intent =
      given(a, NEW_INTENT) ? word(a, NEW_INTENT, oms_v2_intents, OMS_ENUM_INTENT) : 0;
  t->qty = v[NEW_QTY].number;
  t->notional = v[NEW_NOTIONAL].number;
  t->limit_price = v[NEW_LIMIT].number;
  t->stop_price = v[NEW_STOP].number;
  t->trail_price = v[NEW_TRAIL].number;
  t->trail_percent = v[NEW_PERCENT].number;
  t->symbol = v[NEW_SYMBOL].text;
  t->client_order_id = v[NEW_CLIENT_ID].n > 0 ? v[NEW_CLIENT_ID].text : NULL;
  t->entered_by = c->by;
  if (a->terms.instrument != OMS_NONE) {
    a->terms.symbol = oms_engine_instrument(c->engine, a->terms.instrument)->symbol;
  }
  int order_class = class[0] == '\0' ? OMS_ORDER_CLASS_SIMPLE
                                     : oms_enum_parse(OMS_ENUM_ORDER_CLASS, class, strlen(class));
  a->terms.order_class = (uint8_t)order_class;
}

static bool check_price(oms_call_t *c, const ask_t *a, int field, const char *name, bool needed) {
  const char *type = oms_enum_text(OMS_ENUM_TYPE, a->terms.type);
  if (given(a, field) == needed) {
    return true;
  }
  oms_call_error(c, 422, OMS_API_INVALID, needed ? "%s orders require %s" : "%s orders take no %s",
                 type, name);
  return false;
}

static bool check_prices(oms_call_t *c, const ask_t *a) {
  oms_type_needs_t needs = oms_type_needs(a->terms.type);
  if (!check_price(c, a, NEW_LIMIT, "limit_price", needs.limit) ||
      !check_price(c, a, NEW_STOP, "stop_price", needs.stop)) {
    return false;
  }
  if (!needs.trail) {
    return check_price(c, a, NEW_TRAIL, "trail_price", false) &&
           check_price(c, a, NEW_PERCENT, "trail_percent", false);
  }
  if (given(a, NEW_TRAIL) == given(a, NEW_PERCENT)) {
    return invalid(c, "trailing_stop orders require exactly one of trail_price and trail_percent");
  }
  return true;
}

static bool check_quantity(oms_call_t *c, const ask_t *a) {
  const oms_terms_t *t = &a->terms;
  if (given(a, NEW_QTY) && given(a, NEW_NOTIONAL)) {
    return invalid(c, "only one of qty or notional is accepted");
  }
  if (!given(a, NEW_QTY) && !given(a, NEW_NOTIONAL)) {
    return invalid(c, "qty or notional is required");
  }
  if (given(a, NEW_QTY) ? t->qty <= 0 : t->notional <= 0) {
    return invalid(c, given(a, NEW_QTY) ? "qty must be > 0" : "notional must be > 0");
  }
  if (given(a, NEW_NOTIONAL) && (t->type != OMS_TYPE_MARKET || t->time_in_force != OMS_TIF_DAY ||
                                 t->order_class != OMS_ORDER_CLASS_SIMPLE)) {
    return invalid(c, "notional orders must be simple market orders with time_in_force day");
  }
  return true;
}

static bool check_hours(oms_call_t *c, const ask_t *a) {
  const oms_terms_t *t = &a->terms;
  bool lasting = t->time_in_force == OMS_TIF_DAY || t->time_in_force == OMS_TIF_GTC;
  bool limit = t->type == OMS_TYPE_LIMIT && t->order_class == OMS_ORDER_CLASS_SIMPLE;
  if (t->session != OMS_SESSION_REGULAR && !(limit && lasting)) {
    return invalid(c, "extended hours order must be simple limit orders, day or gtc");
  }
  if (t->type == OMS_TYPE_TRAILING_STOP && !(lasting && t->order_class == OMS_ORDER_CLASS_SIMPLE)) {
    return invalid(c, "trailing_stop orders must be simple orders, day or gtc");
  }
  if (t->order_class != OMS_ORDER_CLASS_SIMPLE && !lasting) {
    return invalid(c, "bracket, oco and oto orders must be day or gtc");
  }
  return true;
}

static bool check_intent(oms_call_t *c, const ask_t *a) {
  int intent = a->terms.position_intent;
  bool buys = intent == OMS_INTENT_BUY_TO_OPEN || intent == OMS_INTENT_BUY_TO_CLOSE;
  if (intent != OMS_INTENT_NONE && buys != oms_side_is_buy(a->terms.side)) {
    return invalid(c, "position_intent does not go with the side");
  }
  return true;
}

/* Groups. */

static oms_terms_t *add_exit(ask_t *a, int role) {
  oms_terms_t *t = &a->children[a->child_n++];
  bool oco = a->terms.order_class == OMS_ORDER_CLASS_OCO;
  *t = a->terms;
  t->side = oco ? a->terms.side : oms_side_is_buy(a->terms.side) ? OMS_SIDE_SELL : OMS_SIDE_BUY;
  t->role = (uint8_t)role;
  t->time_in_force = a->terms.time_in_force == OMS_TIF_DAY ? OMS_TIF_DAY : OMS_TIF_GTC;
  t->flags = OMS_ORDER_REDUCE_ONLY;
  t->notional = OMS_NO_PRICE;
  t->limit_price = t->stop_price = t->trail_price = t->trail_percent = OMS_NO_PRICE;
  t->position_intent = OMS_INTENT_NONE;
  t->client_order_id = NULL;
  return t;
}

static bool read_profit(oms_call_t *c, ask_t *a) {
  oms_value_t v[PROFIT_COUNT];
  if (!given(a, NEW_PROFIT)) {
    return true;
  }
  if (!oms_call_fields(c, a->v[NEW_PROFIT].json, oms_v2_profit_fields, PROFIT_COUNT, v)) {
    return false;
  }
  if (!v[EXIT_LIMIT_PRICE].given) {
    return invalid(c, "take_profit.limit_price is missing");
  }
  oms_terms_t *t = add_exit(a, OMS_ROLE_TAKE_PROFIT);
  t->type = OMS_TYPE_LIMIT;
  t->limit_price = v[EXIT_LIMIT_PRICE].number;
  return true;
}

static bool read_loss(oms_call_t *c, ask_t *a) {
  oms_value_t v[LOSS_COUNT];
  if (!given(a, NEW_LOSS)) {
    return true;
  }
  if (!oms_call_fields(c, a->v[NEW_LOSS].json, oms_v2_loss_fields, LOSS_COUNT, v)) {
    return false;
  }
  if (!v[LOSS_STOP_PRICE].given) {
    return invalid(c, "stop_loss.stop_price is missing");
  }
  oms_terms_t *t = add_exit(a, OMS_ROLE_STOP_LOSS);
  t->type = v[LOSS_LIMIT_PRICE].given ? OMS_TYPE_STOP_LIMIT : OMS_TYPE_STOP;
  t->stop_price = v[LOSS_STOP_PRICE].number;
  t->limit_price = v[LOSS_LIMIT_PRICE].number;
  return true;
}

/* A profit must lie beyond the loss, and the loss a cent away from a limit entry. */
static bool check_exits(oms_call_t *c, const ask_t *a) {
  const oms_terms_t *profit = NULL, *loss = NULL;
  for (size_t i = 0; i < a->child_n; i++) {
    profit = a->children[i].role == OMS_ROLE_TAKE_PROFIT ? &a->children[i] : profit;
    loss = a->children[i].role == OMS_ROLE_STOP_LOSS ? &a->children[i] : loss;
  }
  bool sells = !oms_side_is_buy(a->children[0].side);
  if (profit != NULL && loss != NULL &&
      (sells ? profit->limit_price <= loss->stop_price : profit->limit_price >= loss->stop_price)) {
    return invalid(c, sells ? "take_profit.limit_price must be > stop_loss.stop_price"
                            : "take_profit.limit_price must be < stop_loss.stop_price");
  }
  int64_t cent = OMS_PRICE_SCALE / 100, base = a->terms.limit_price;
  if (loss != NULL && a->terms.order_class != OMS_ORDER_CLASS_OCO && base != OMS_NO_PRICE &&
      (sells ? loss->stop_price > base - cent : loss->stop_price < base + cent)) {
    return invalid(c, sells ? "stop_loss.stop_price must be <= base_price - 0.01"
                            : "stop_loss.stop_price must be >= base_price + 0.01");
  }
  return true;
}

static bool check_group(oms_call_t *c, ask_t *a) {
  int class = a->terms.order_class;
  int exits = given(a, NEW_PROFIT) + given(a, NEW_LOSS);
  if (class == OMS_ORDER_CLASS_SIMPLE) {
    return exits == 0 ||
           invalid(c, "take_profit and stop_loss need order_class bracket, oco or oto");
  }
  if (class == OMS_ORDER_CLASS_OTO ? exits != 1 : exits != 2) {
    return invalid(c, class == OMS_ORDER_CLASS_OTO
                          ? "oto orders require exactly one of take_profit and stop_loss"
                      : class == OMS_ORDER_CLASS_OCO
                          ? "oco orders require take_profit.limit_price and stop_loss.stop_price"
                          : "bracket orders require take_profit.limit_price and "
                            "stop_loss.stop_price");
  }
  if (class == OMS_ORDER_CLASS_OCO
          ? a->terms.type != OMS_TYPE_LIMIT
          : a->terms.type != OMS_TYPE_LIMIT && a->terms.type != OMS_TYPE_MARKET) {
    return invalid(c, class == OMS_ORDER_CLASS_OCO
                          ? "oco orders must be of type limit"
                          : "the entry of bracket and oto orders must be market or limit");
  }
  return read_profit(c, a) && read_loss(c, a) && check_exits(c, a);
}

/* The head of an oco has no price of its own. */
static bool settle_oco(oms_call_t *c, ask_t *a) {
  if (a->terms.order_class != OMS_ORDER_CLASS_OCO) {
    return true;
  }
  if (given(a, NEW_LIMIT) && a->terms.limit_price != a->children[0].limit_price) {
    return invalid(c, "the limit_price of an oco order is that of take_profit");
  }
  a->terms.type = OMS_TYPE_MARKET;
  a->terms.limit_price = OMS_NO_PRICE;
  return true;
}

static bool check(oms_call_t *c, ask_t *a) {
  bool oco = a->terms.order_class == OMS_ORDER_CLASS_OCO;
  if (oco && (given(a, NEW_STOP) || given(a, NEW_TRAIL) || given(a, NEW_PERCENT))) {
    return invalid(c, "oco orders have their prices in take_profit and stop_loss");
  }
  return check_quantity(c, a) && check_hours(c, a) && check_intent(c, a) &&
         (oco || check_prices(c, a)) && check_group(c, a) && settle_oco(c, a);
}

static uint32_t find_known(const oms_call_t *c, const ask_t *a) {
  return a->terms.client_order_id == NULL
             ? OMS_NONE
             : oms_engine_find_order(c->engine, c->account, a->terms.client_order_id);
}

/* Why no new orders are taken now; only those that are new have to ask. */
static bool is_open(oms_call_t *c, const ask_t *a) {
  oms_live_state_t state;
  c->live->state(c->live->self, &state);
  if (oms_api_stopping(c->api) || !state.ready) {
    oms_call_error(c, 503, OMS_API_UNAVAILABLE, "no new orders are taken: %s",
                   state.trouble[0] != '\0' ? state.trouble : "the host is stopping");
    return false;
  }
  if (a->known == OMS_NONE && oms_v2_setting_on(c->live, c->account, "suspend_trade")) {
    oms_call_error(c, 403, OMS_API_FORBIDDEN,
                   "new orders are rejected by user request: suspend_trade is set");
    return false;
  }
  return true;
}

/* What the account's settings bar of new orders. */
static bool fits_settings(oms_call_t *c, const ask_t *a) {
  const oms_terms_t *t = &a->terms;
  if (a->known != OMS_NONE || t->instrument == OMS_NONE) {
    return true;
  }
  if (t->qty != OMS_NO_PRICE && t->qty % OMS_QTY_SCALE != 0 &&
      oms_v2_is_off(c->live, c->account, "fractional_trading")) {
    oms_call_error(c, 403, OMS_API_FORBIDDEN, "fractional trading is switched off by the account");
    return false;
  }
  const oms_position_t *net = oms_engine_net(c->engine, c->account, t->instrument);
  oms_int128_t left = (oms_int128_t)net->qty - net->working_sell;
  if (!oms_side_is_buy(t->side) && t->qty != OMS_NO_PRICE && left < t->qty &&
      t->order_class != OMS_ORDER_CLASS_OCO &&
      oms_v2_setting_on(c->live, c->account, "no_shorting")) {
    oms_call_error(c, 403, OMS_API_FORBIDDEN,
                   "account is not allowed to short: no_shorting is set");
    return false;
  }
  return true;
}

/* It was refused when it came; what was refused later had been taken. */
bool oms_v2_was_taken(const oms_order_t *o) {
  return !(o->status == OMS_STATUS_REJECTED && o->rejected_by == OMS_REJECTED_BY_OMS &&
           o->ended_ns == o->created_ns);
}

static void submit(oms_call_t *c, const ask_t *a) {
  oms_op_t op = {.kind = OMS_OP_SUBMIT, .by = c->by};
  oms_op_result_t result;
  uint32_t before = a->known;
  op.u.submit.terms = &a->terms;
  op.u.submit.trigger_full = true;
  op.u.submit.children = a->children;
  op.u.submit.child_n = a->child_n;
  bool good = oms_call_apply(c, &op, &result);
  uint32_t order = good ? result.order : before;
  if (!good && (order == OMS_NONE || result.rc != OMS_ERR_REJECTED ||
                result.reject.code == OMS_CODE_DUPLICATE_CLIENT_ORDER_ID ||
                !oms_v2_was_taken(oms_engine_order(c->engine, order)))) {
    return;
  }
  oms_writer_reset(c->out);
  c->status = 200;
  const oms_order_t *o = oms_engine_order(c->engine, order);
  oms_v2_write_accepted(c->out, c->desk, o, &a->terms, a->children, a->child_n);
  if (good && before == OMS_NONE && o->status == OMS_STATUS_PENDING_NEW) {
    oms_v2_tell(c->api, "pending_new", order);
  }
}

void oms_v2_submit(oms_call_t *c) {
  ask_t a = {0};
  if (!oms_v2_has_account(c) || !oms_call_body(c, a.v, NEW_COUNT) || !read_names(c, &a)) {
    return;
  }
  fill_terms(c, &a);
  a.known = find_known(c, &a);
  if (check(c, &a) && is_open(c, &a) && fits_settings(c, &a)) {
    submit(c, &a);
  }
}
