/* b_market.c - the reused arguments of on_quote, on_trade and on_action. */
#include <math.h>
#include <stddef.h>

#include "bind/api.h"

/* Quote. An absent side is nil with its size; a size without a number in the data is math.huge. */

void oms_push_quote_price(lua_State *L, oms_price_t price) {
  oms_push_fixed(L, price, 1e9);
}

void oms_push_quote_size(lua_State *L, oms_price_t price, oms_qty_t size) {
  if (price == OMS_NO_PRICE || size == OMS_NO_PRICE) {
    lua_pushnil(L);
  } else {
    lua_pushnumber(L, size == INT64_MAX ? HUGE_VAL : oms_bind_double(size, 1e9));
  }
}

static const oms_quote_t *quote_of(const void *record) {
  return ((const oms_quote_record_t *)record)->quote;
}
static void push_bid(lua_State *L, const void *record) {
  oms_push_quote_price(L, quote_of(record)->bid);
}
static void push_ask(lua_State *L, const void *record) {
  oms_push_quote_price(L, quote_of(record)->ask);
}
static void push_bid_size(lua_State *L, const void *record) {
  oms_push_quote_size(L, quote_of(record)->bid, quote_of(record)->bid_size);
}
static void push_ask_size(lua_State *L, const void *record) {
  oms_push_quote_size(L, quote_of(record)->ask, quote_of(record)->ask_size);
}

#define QUOTE(field, kind)                                                                         \
  { #field, kind, offsetof(oms_quote_record_t, field), NULL }
#define SIDE(field)                                                                                \
  { #field, OMS_VIEW_CUSTOM, 0, push_##field }
static const oms_view_field_t quote_fields[] = {
    QUOTE(symbol, OMS_VIEW_NAME),
    QUOTE(ts, OMS_VIEW_TIME),
    SIDE(bid),
    SIDE(bid_size),
    SIDE(ask),
    SIDE(ask_size),
};
const oms_view_desc_t oms_quote_desc = {"quote", quote_fields, OMS_COUNT(quote_fields)};

/* Trade. */

#define TRADE(field, kind)                                                                         \
  { #field, kind, offsetof(oms_trade_record_t, field), NULL }
static const oms_view_field_t trade_fields[] = {
    TRADE(symbol, OMS_VIEW_NAME),
    TRADE(ts, OMS_VIEW_TIME),
    TRADE(price, OMS_VIEW_PRICE),
    TRADE(size, OMS_VIEW_QTY),
};
const oms_view_desc_t oms_trade_desc = {"trade", trade_fields, OMS_COUNT(trade_fields)};

/* Action. */

#define ACTION(field, kind)                                                                        \
  { #field, kind, offsetof(oms_action_record_t, field), NULL }
static const oms_view_field_t action_fields[] = {
    ACTION(symbol, OMS_VIEW_NAME), ACTION(ts, OMS_VIEW_TIME),    ACTION(type, OMS_VIEW_TEXT),
    ACTION(ratio, OMS_VIEW_QTY),   ACTION(cash, OMS_VIEW_PRICE),
};
const oms_view_desc_t oms_action_desc = {"action", action_fields, OMS_COUNT(action_fields)};
