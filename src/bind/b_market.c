/* b_market.c - the reused arguments of on_quote, on_trade and on_action. */
#include <math.h>
#include <stddef.h>

#include "bind/api.h"
#include "bind/doc.h"

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

/* What the fields are. */

/* clang-format off */
static const oms_doc_field_t doc_quote[] = {
    {"symbol", "string", "the symbol"},
    {"ts", "integer", "its time, ns"},
    {"bid", "number?", "best bid; nil: that side is absent"},
    {"bid_size", "number?", "shares at it; math.huge where the data has no sizes"},
    {"ask", "number?", "best offer; nil: that side is absent"},
    {"ask_size", "number?", "shares at it; math.huge where the data has no sizes"},
};
static const oms_doc_field_t doc_trade[] = {
    {"symbol", "string", "the symbol"},
    {"ts", "integer", "its time, ns"},
    {"price", "number", "at which it traded"},
    {"size", "number", "shares; 0 where the data has no sizes"},
};
static const oms_doc_field_t doc_action[] = {
    {"symbol", "string", "the symbol"},
    {"ts", "integer", "start of its ex-date, ns"},
    {"type", "string", "split, stock_dividend or dividend"},
    {"ratio", "number?", "new shares for an old one; nil of a dividend"},
    {"cash", "number?", "a share; nil of a split"},
};
const oms_doc_class_t oms_docs_classes_market[] = {
    {"Quote", "A quote of the market; it may be crossed, and is then not traded on.", doc_quote,
     OMS_COUNT(doc_quote)},
    {"Trade", "A trade of the market.", doc_trade, OMS_COUNT(doc_trade)},
    {"Action", "A corporate action.", doc_action, OMS_COUNT(doc_action)},
    {NULL, NULL, NULL, 0}};
/* clang-format on */
