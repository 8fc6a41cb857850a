/* b_event.c - the reused arguments of callbacks: bar, fill, event, and the order that a rule
 * judges. */
#include <stddef.h>
#include <string.h>

#include "bind/api.h"
#include "bind/doc.h"

/* Bar. */

#define BAR(field, kind)                                                                           \
  { #field, kind, offsetof(oms_bar_record_t, field), NULL }
static const oms_view_field_t bar_fields[] = {
    BAR(symbol, OMS_VIEW_NAME),   BAR(ts, OMS_VIEW_TIME),        BAR(open, OMS_VIEW_PRICE),
    BAR(high, OMS_VIEW_PRICE),    BAR(low, OMS_VIEW_PRICE),      BAR(close, OMS_VIEW_PRICE),
    BAR(volume, OMS_VIEW_DOUBLE), BAR(timeframe, OMS_VIEW_TEXT),
};
const oms_view_desc_t oms_bar_desc = {"bar", bar_fields, OMS_COUNT(bar_fields)};

/* Made once a stream. The slot may become another stream's: the record has a copy of its own. */
static const char *stream_text(oms_api_t *api, uint32_t stream, int64_t timeframe) {
  oms_stream_text_t *s = &api->streams[stream % OMS_STREAM_SLOTS];
  if (OMS_UNLIKELY(s->timeframe != timeframe)) {
    s->timeframe = timeframe;
    oms_timeframe_format(timeframe, s->text);
  }
  return s->text;
}

void oms_bar_fill_in(oms_api_t *api, const oms_bar_t *bar, uint32_t instrument, int64_t timeframe,
                     oms_bar_record_t *out) {
  out->symbol = oms_engine_instrument(oms_api_engine(api), instrument)->symbol;
  memcpy(out->text, stream_text(api, bar->stream, timeframe), sizeof(out->text));
  out->timeframe = out->text;
  out->ts = bar->ts;
  out->open = bar->open;
  out->high = bar->high;
  out->low = bar->low;
  out->close = bar->close;
  out->volume = bar->volume;
}

/* Fill. */

static const oms_engine_t *engine_of(lua_State *L) {
  return oms_api_engine(oms_api_of(L));
}

static void push_fill_order(lua_State *L, const void *record) {
  oms_order_push(L, ((const oms_fill_record_t *)record)->order->index);
}
static void push_fill_parent(lua_State *L, const void *record) {
  oms_order_push(L, ((const oms_fill_record_t *)record)->order->more->parent);
}
static void push_fill_symbol(lua_State *L, const void *record) {
  lua_pushstring(L, ((const oms_fill_record_t *)record)->order->symbol);
}
static void push_fill_side(lua_State *L, const void *record) {
  lua_pushstring(L, oms_enum_text(OMS_ENUM_SIDE, ((const oms_fill_record_t *)record)->fill->side));
}
static void push_fill_tag(lua_State *L, const void *record) {
  lua_pushstring(L, ((const oms_fill_record_t *)record)->order->origin->tag);
}
static void push_execution_id(lua_State *L, const void *record) {
  char text[24];
  lua_pushstring(L, oms_execution_id_text(((const oms_fill_record_t *)record)->fill, text));
}
static void push_liquidity(lua_State *L, const void *record) {
  const char *text = NULL;
  switch (((const oms_fill_record_t *)record)->fill->liquidity) {
  case 'A':
    text = "added";
    break;
  case 'R':
    text = "removed";
    break;
  case 'O':
    text = "open";
    break;
  case 'C':
    text = "close";
    break;
  default:
    break;
  }
  lua_pushstring(L, text);
}
/* The execution that this fill takes back. */
static void push_busts(lua_State *L, const void *record) {
  uint32_t busts = ((const oms_fill_record_t *)record)->fill->busts;
  char text[24];
  lua_pushstring(L, busts == OMS_NONE
                        ? NULL
                        : oms_execution_id_text(oms_engine_fill(engine_of(L), busts), text));
}

#define FILL(field, kind)                                                                          \
  { #field, kind, offsetof(oms_fill_record_t, field), NULL }
static const oms_view_field_t fill_fields[] = {
    {"order",        OMS_VIEW_CUSTOM, 0, push_fill_order  },
    {"parent",       OMS_VIEW_CUSTOM, 0, push_fill_parent },
    FILL(account, OMS_VIEW_NAME),
    {"symbol",       OMS_VIEW_CUSTOM, 0, push_fill_symbol },
    {"side",         OMS_VIEW_CUSTOM, 0, push_fill_side   },
    FILL(qty, OMS_VIEW_QTY),
    FILL(price, OMS_VIEW_PRICE),
    FILL(commission, OMS_VIEW_MONEY),
    FILL(ts, OMS_VIEW_TIME),
    {"execution_id", OMS_VIEW_CUSTOM, 0, push_execution_id},
    {"liquidity",    OMS_VIEW_CUSTOM, 0, push_liquidity   },
    {"tag",          OMS_VIEW_CUSTOM, 0, push_fill_tag    },
    {"busts",        OMS_VIEW_CUSTOM, 0, push_busts       },
};
const oms_view_desc_t oms_fill_desc = {"fill", fill_fields, OMS_COUNT(fill_fields)};

void oms_fill_fill_in(const oms_api_t *api, const oms_event_t *event, oms_fill_record_t *out) {
  const oms_engine_t *e = oms_api_engine(api);
  const oms_fill_t *fill = oms_engine_fill(e, event->fill);
  const oms_order_t *order = oms_engine_order(e, fill->order);
  *out = (oms_fill_record_t){.order = order,
                             .fill = fill,
                             .account = oms_engine_account(e, order->account)->id,
                             .qty = fill->qty,
                             .price = fill->price,
                             .commission = fill->has_commission ? fill->commission : OMS_NO_PRICE,
                             .ts = fill->ts};
}

/* Event. */

static void set_price(lua_State *L, const char *name, int64_t v) {
  oms_push_fixed(L, v, 1e9);
  lua_setfield(L, -2, name);
}

/* The link that a replaced event ended: the order of the event, or the one before it. */
static const oms_order_t *replaced_link(const oms_engine_t *e, const oms_order_t *o) {
  if (o != NULL && o->status != OMS_STATUS_REPLACED && o->more->replaces != OMS_NONE) {
    return oms_engine_order(e, o->more->replaces);
  }
  return o;
}

/* The terms before: of restated from the event, of replaced from the old link. */
static void push_old(lua_State *L, const void *record) {
  const oms_event_record_t *r = record;
  if (r->event->type == OMS_EVENT_RESTATED) {
    lua_createtable(L, 0, 3);
    set_price(L, "qty", r->event->old_qty);
    set_price(L, "limit_price", r->event->old_limit_price);
    set_price(L, "stop_price", r->event->old_stop_price);
    return;
  }
  const oms_order_t *old = replaced_link(engine_of(L), r->order);
  if (r->event->type != OMS_EVENT_REPLACED || old == NULL) {
    lua_pushnil(L);
    return;
  }
  char id[37];
  lua_createtable(L, 0, 8);
  set_price(L, "qty", old->qty);
  set_price(L, "limit_price", old->limit_price);
  set_price(L, "stop_price", old->more->stop_price);
  set_price(L, "trail_price", old->more->trail_price);
  set_price(L, "trail_percent", old->more->trail_percent);
  lua_pushstring(L, oms_enum_text(OMS_ENUM_TIF, old->time_in_force));
  lua_setfield(L, -2, "time_in_force");
  oms_order_id_text(engine_of(L), old, id);
  lua_pushstring(L, id);
  lua_setfield(L, -2, "order_id");
  lua_pushstring(L, oms_client_order_id_text(engine_of(L), old, id));
  lua_setfield(L, -2, "client_order_id");
}

static void push_event_status(lua_State *L, const void *record) {
  lua_pushstring(
      L, oms_enum_text(OMS_ENUM_STATUS, ((const oms_event_record_t *)record)->event->status));
}
static void push_event_code(lua_State *L, const void *record) {
  int code = ((const oms_event_record_t *)record)->event->code;
  lua_pushstring(L, code == OMS_CODE_NONE ? NULL : oms_enum_text(OMS_ENUM_CODE, code));
}
static void push_event_canceled_by(lua_State *L, const void *record) {
  int by = ((const oms_event_record_t *)record)->event->canceled_by;
  lua_pushstring(L, by == OMS_CANCELED_BY_NONE ? NULL : oms_enum_text(OMS_ENUM_CANCELED_BY, by));
}

#define EVENT(field, kind)                                                                         \
  { #field, kind, offsetof(oms_event_record_t, field), NULL }
static const oms_view_field_t event_fields[] = {
    EVENT(type, OMS_VIEW_NAME),
    {"code",        OMS_VIEW_CUSTOM, 0, push_event_code       },
    EVENT(message, OMS_VIEW_TEXT),
    {"old",         OMS_VIEW_CUSTOM, 0, push_old              },
    EVENT(replayed, OMS_VIEW_BOOL),
    {"status",      OMS_VIEW_CUSTOM, 0, push_event_status     },
    {"canceled_by", OMS_VIEW_CUSTOM, 0, push_event_canceled_by},
    EVENT(ts, OMS_VIEW_TIME),
    EVENT(seq, OMS_VIEW_INT),
};
const oms_view_desc_t oms_event_desc = {"event", event_fields, OMS_COUNT(event_fields)};

void oms_event_fill_in(const oms_api_t *api, const oms_event_t *event, oms_event_record_t *out) {
  const oms_order_t *order = NULL;
  if (event->order != OMS_NONE) {
    order = oms_engine_order(oms_api_engine(api), event->order);
  }
  *out = (oms_event_record_t){.order = order,
                              .event = event,
                              .type = oms_enum_text(OMS_ENUM_EVENT, event->type),
                              .message = event->message,
                              .ts = event->ts,
                              .seq = (int64_t)event->seq,
                              .replayed = event->replayed != 0};
}

/* Which cell has which. */

void oms_open_event(lua_State *L, oms_api_t *api) {
  static oms_view_desc_t checked = {"order", NULL, 0};
  checked.fields = oms_order_fields(&checked.n);
  if (api->kind == OMS_KIND_STRATEGY) {
    api->bar = oms_view_new(L, &oms_bar_desc);
    api->quote = oms_view_new(L, &oms_quote_desc);
    api->trade = oms_view_new(L, &oms_trade_desc);
    api->action = oms_view_new(L, &oms_action_desc);
  }
  if ((api->kind & (OMS_KIND_STRATEGY | OMS_KIND_RULE)) != 0) {
    api->fill = oms_view_new(L, &oms_fill_desc);
  }
  if (api->kind != OMS_KIND_SESSION) {
    api->event = oms_view_new(L, &oms_event_desc);
  }
  if (api->kind == OMS_KIND_RULE) {
    api->checked = oms_view_new(L, &checked);
  }
}

/* clang-format off */
static const oms_doc_field_t doc_bar[] = {
    {"symbol", "string",
     "the symbol"},
    {"ts", "integer",
     "its label as in the file, ns"},
    {"open", "number",
     "first price"},
    {"high", "number",
     "highest price"},
    {"low", "number",
     "lowest price"},
    {"close", "number",
     "last price"},
    {"volume", "number",
     "0 where the data has none"},
    {"timeframe", "string",
     "like \"1m\" or \"1d\""},
};
static const oms_doc_field_t doc_fill[] = {
    {"order", "Order",
     "the order"},
    {"parent", "Order?",
     "of an exit"},
    {"account", "string",
     "id of the account"},
    {"symbol", "string",
     "the symbol"},
    {"side", "OrderSide",
     "of the order"},
    {"qty", "number",
     "of this fill"},
    {"price", "number",
     "at which it traded"},
    {"commission", "number?",
     "of this fill; nil while it is not known"},
    {"ts", "integer",
     "on bars the label of the bar, else the time, ns"},
    {"execution_id", "string",
     "its name"},
    {"liquidity", "string?",
     "added, removed, open or close"},
    {"tag", "string?",
     "of the order"},
    {"busts", "string?",
     "execution_id of the fill that it takes back"},
};
static const oms_doc_field_t doc_event[] = {
    {"type", "string",
     "new, fill, canceled, expired, rejected, replaced, restated, triggered ..."},
    {"code", "string?",
     "why"},
    {"message", "string?",
     "the same as a sentence"},
    {"old", "table?",
     "terms before: of replaced and restated"},
    {"replayed", "boolean",
     "seen again after a restart"},
    {"status", "OrderStatus",
     "of the order, after it"},
    {"canceled_by", "string?",
     "who ended it"},
    {"ts", "integer",
     "ns"},
    {"seq", "integer",
     "number of the event"},
};
const oms_doc_class_t oms_docs_classes_event[] = {
    {"Bar",
     "A bar of the market.", doc_bar, OMS_COUNT(doc_bar)},
    {"Fill",
     "A fill of an order.", doc_fill, OMS_COUNT(doc_fill)},
    {"Event",
     "What happened to an order.", doc_event, OMS_COUNT(doc_event)},
    {NULL, NULL, NULL, 0}};
/* clang-format on */
