/* v2_order_out.c - orders as the Alpaca API shows them. Prices and quantities are texts; what does
 * not apply is null. */
#include <string.h>

#include "api/v2.h"

const char *oms_v2_side(int side) {
  return oms_side_is_buy(side) ? "buy" : "sell";
}

const char *oms_v2_asset_class(int asset_class) {
  return asset_class == OMS_ASSET_CLASS_NONE ? "us_equity"
                                             : oms_enum_text(OMS_ENUM_ASSET_CLASS, asset_class);
}

static const char *held_status(const oms_order_t *o) {
  switch ((oms_held_by_t)o->held_by) {
  case OMS_HELD_BY_PARENT:
  case OMS_HELD_BY_CONDITION:
    return "held";
  case OMS_HELD_BY_APPROVAL:
    return "pending_review";
  case OMS_HELD_BY_REPLACE:
    return "pending_new";
  case OMS_HELD_BY_NONE:
  case OMS_HELD_BY_SESSION:
  case OMS_HELD_BY_BROKER:
  case OMS_HELD_BY_COUNT:
    break;
  }
  return "accepted";
}

const char *oms_v2_status(const oms_order_t *o) {
  bool works = o->status == OMS_STATUS_NEW || o->status == OMS_STATUS_PARTIALLY_FILLED;
  if (works && (o->flags & OMS_ORDER_DONE_FOR_DAY) != 0) {
    return "done_for_day";
  }
  if (works && (o->flags & OMS_ORDER_STOPPED) != 0) {
    return "stopped";
  }
  if (o->status == OMS_STATUS_HELD) {
    return held_status(o);
  }
  if (o->status == OMS_STATUS_NEW && (o->flags & OMS_ORDER_AT_VENUE) == 0) {
    return "accepted";
  }
  return oms_enum_text(OMS_ENUM_STATUS, o->status);
}

void oms_v2_asset_id(const oms_engine_t *e, uint32_t instrument, const char *symbol, char out[37]) {
  const char *name = instrument == OMS_NONE ? symbol : oms_engine_instrument(e, instrument)->symbol;
  oms_uuid_of("asset", name != NULL ? name : "", out);
}

oms_time_t oms_v2_updated(const oms_engine_t *e, const oms_order_t *o) {
  oms_time_t t = o->created_ns;
  t = o->sent_ns != OMS_NO_TIME && o->sent_ns > t ? o->sent_ns : t;
  if (o->last_fill != OMS_NONE && oms_engine_fill(e, o->last_fill)->ts > t) {
    t = oms_engine_fill(e, o->last_fill)->ts;
  }
  return o->ended_ns != OMS_NO_TIME && o->ended_ns > t ? o->ended_ns : t;
}

/* What differs between an order as it stands and one as it was accepted. */
typedef struct face {
  const oms_order_t *o;
  const char *status;
  oms_time_t updated, ended;
  int final; /* oms_status_t that it ended with; -1: it is open */
  uint8_t type, tif, order_class, side, session, intent;
  oms_qty_t qty, filled;
  oms_money_t notional;
  oms_price_t average, limit_price, stop_price, trail_price, hwm;
  oms_ratio_t trail_percent;
  uint32_t replaced_by, replaces;
} face_t;

static oms_time_t ended_as(const face_t *f, int status) {
  return f->final == status ? f->ended : OMS_NO_TIME;
}

static void write_times(oms_writer_t *w, const face_t *f) {
  const oms_order_t *o = f->o;
  char created[40] = "\"";
  size_t n = 1 + oms_time_iso(o->created_ns, created + 1);
  created[n++] = '"';
  oms_write_json(w, "created_at", created, n);
  if (f->updated == o->created_ns) {
    oms_write_json(w, "updated_at", created, n);
  } else {
    oms_write_time(w, "updated_at", f->updated);
  }
  oms_write_json(w, "submitted_at", created, n);
  oms_write_time(w, "filled_at", ended_as(f, OMS_STATUS_FILLED));
  oms_write_time(w, "expired_at", ended_as(f, OMS_STATUS_EXPIRED));
  oms_write_time(w, "expires_at",
                 o->more->expire_at != OMS_NO_TIME ? o->more->expire_at : o->expire_session);
  oms_write_time(w, "canceled_at", ended_as(f, OMS_STATUS_CANCELED));
  oms_write_time(w, "failed_at", ended_as(f, OMS_STATUS_REJECTED));
  oms_write_time(w, "replaced_at", ended_as(f, OMS_STATUS_REPLACED));
}

static void write_id(oms_writer_t *w, const char *key, const oms_engine_t *e, uint32_t order) {
  char text[37];
  if (order == OMS_NONE) {
    oms_write_null(w, key);
  } else {
    oms_order_id_text(e, oms_engine_order(e, order), text);
    oms_write_text(w, key, text);
  }
}

static void write_asset(oms_writer_t *w, const oms_engine_t *e, const oms_order_t *o) {
  char id[37];
  int asset_class = o->instrument == OMS_NONE
                        ? OMS_ASSET_CLASS_NONE
                        : oms_engine_instrument(e, o->instrument)->asset_class;
  oms_v2_asset_id(e, o->instrument, o->symbol, id);
  oms_write_text(w, "asset_id", id);
  oms_write_text(w, "symbol", o->symbol);
  oms_write_text(w, "asset_class", oms_v2_asset_class(asset_class));
}

static void write_terms(oms_writer_t *w, const face_t *f) {
  const char *type = oms_enum_text(OMS_ENUM_TYPE, f->type);
  bool by_notional = f->notional != OMS_NO_PRICE;
  oms_write_decimal(w, "notional", f->notional, OMS_MONEY_DECIMALS);
  oms_write_decimal(w, "qty", by_notional ? OMS_NO_PRICE : f->qty, OMS_QTY_DECIMALS);
  oms_write_decimal(w, "filled_qty", f->filled, OMS_QTY_DECIMALS);
  oms_write_decimal(w, "filled_avg_price", f->average, OMS_PRICE_DECIMALS);
  oms_write_text(w, "order_class", oms_enum_text(OMS_ENUM_ORDER_CLASS, f->order_class));
  oms_write_text(w, "order_type", type);
  oms_write_text(w, "type", type);
  oms_write_text(w, "side", oms_v2_side(f->side));
  oms_write_text(w, "position_intent",
                 f->intent == OMS_INTENT_NONE ? NULL : oms_enum_text(OMS_ENUM_INTENT, f->intent));
  oms_write_text(w, "time_in_force", oms_enum_text(OMS_ENUM_TIF, f->tif));
  oms_write_decimal(w, "limit_price", f->limit_price, OMS_PRICE_DECIMALS);
  oms_write_decimal(w, "stop_price", f->stop_price, OMS_PRICE_DECIMALS);
  oms_write_text(w, "status", f->status);
  oms_write_bool(w, "extended_hours", f->session != OMS_SESSION_REGULAR);
}

/* Everything but "legs" and what closes the object. */
static void write_face(oms_writer_t *w, const char *key, const oms_engine_t *e, const face_t *f) {
  char id[37];
  const oms_order_t *o = f->o;
  oms_write_object(w, key);
  write_id(w, "id", e, o->index);
  oms_write_text(w, "client_order_id", oms_client_order_id_text(e, o, id));
  write_times(w, f);
  write_id(w, "replaced_by", e, f->replaced_by);
  write_id(w, "replaces", e, f->replaces);
  write_asset(w, e, o);
  write_terms(w, f);
  oms_write_decimal(w, "trail_percent", f->trail_percent, OMS_PRICE_DECIMALS);
  oms_write_decimal(w, "trail_price", f->trail_price, OMS_PRICE_DECIMALS);
  oms_write_decimal(w, "hwm", f->hwm, OMS_PRICE_DECIMALS);
  oms_write_null(w, "subtag");
  oms_write_null(w, "source");
}

/* The extreme that a trail hangs on, from the stop where it stands. */
static oms_price_t extreme(const oms_order_t *o, oms_price_t stop) {
  bool buys = oms_side_is_buy(o->side);
  int64_t out = OMS_NO_PRICE, full = INT64_C(100) * OMS_PRICE_SCALE;
  if (stop == OMS_NO_PRICE) {
    return OMS_NO_PRICE;
  }
  if (o->more->trail_price != OMS_NO_PRICE) {
    (void)(buys ? oms_sub(stop, o->more->trail_price, &out)
                : oms_add(stop, o->more->trail_price, &out));
  } else if (o->more->trail_percent != OMS_NO_PRICE && o->more->trail_percent < full) {
    int64_t share = buys ? full + o->more->trail_percent : full - o->more->trail_percent;
    (void)oms_mul_div_half_away(stop, full, share, &out);
  }
  return out;
}

static const oms_order_t *first_exit(const oms_engine_t *e, const oms_order_t *head, int role) {
  if (head->group == OMS_NONE) {
    return NULL;
  }
  for (uint32_t i = oms_engine_group(e, head->group)->first; i != OMS_NONE;
       i = oms_engine_order(e, i)->more->next_in_group) {
    if (oms_engine_order(e, i)->role == role) {
      return oms_engine_order(e, i);
    }
  }
  return NULL;
}

static face_t face_of(const oms_desk_t *desk, const oms_order_t *o) {
  const oms_engine_t *e = desk->engine;
  bool trails = oms_type_needs(o->type).trail;
  oms_price_t stop = trails ? oms_desk_stop_of(desk, o) : o->more->stop_price;
  face_t f = {.o = o,
              .status = oms_v2_status(o),
              .updated = oms_v2_updated(e, o),
              .ended = o->ended_ns,
              .final = oms_status_is_final(o->status) ? o->status : -1,
              .type = o->type,
              .tif = o->time_in_force,
              .order_class = o->order_class,
              .side = o->side,
              .session = o->session,
              .intent = o->position_intent,
              .qty = o->qty,
              .filled = o->filled_qty,
              .notional = o->more->notional,
              .average = oms_order_avg_price(o),
              .limit_price = o->limit_price,
              .stop_price = stop,
              .trail_price = o->more->trail_price,
              .trail_percent = o->more->trail_percent,
              .hwm = trails ? extreme(o, stop) : OMS_NO_PRICE,
              .replaced_by = o->more->replaced_by,
              .replaces = o->more->replaces};
  const oms_order_t *profit =
      (o->flags & OMS_ORDER_GROUP_HEAD) != 0 ? first_exit(e, o, OMS_ROLE_TAKE_PROFIT) : NULL;
  if (profit != NULL) { /* an oco has the price of its profit to show */
    f.type = OMS_TYPE_LIMIT;
    f.limit_price = profit->limit_price;
  }
  return f;
}

/* The live links of the group's exits. */
static void write_legs(oms_writer_t *w, const oms_desk_t *desk, const oms_order_t *head) {
  const oms_engine_t *e = desk->engine;
  const oms_group_t *g = head->group == OMS_NONE ? NULL : oms_engine_group(e, head->group);
  if (g == NULL || g->order_class == OMS_ORDER_CLASS_SIMPLE || g->head != head->index) {
    oms_write_null(w, "legs");
    return;
  }
  oms_write_list(w, "legs");
  for (uint32_t i = g->first; i != OMS_NONE; i = oms_engine_order(e, i)->more->next_in_group) {
    const oms_order_t *o = oms_engine_order(e, i);
    if (i != g->head && o->more->replaced_by == OMS_NONE) {
      oms_v2_write_order(w, NULL, desk, o, false);
    }
  }
  oms_write_list_end(w);
}

void oms_v2_write_order(oms_writer_t *w, const char *key, const oms_desk_t *desk,
                        const oms_order_t *o, bool nested) {
  face_t f = face_of(desk, o);
  write_face(w, key, desk->engine, &f);
  if (nested) {
    write_legs(w, desk, o);
  } else {
    oms_write_null(w, "legs");
  }
  oms_write_object_end(w);
}

/* As accepted. */

static face_t accepted_face(const oms_order_t *o, const oms_terms_t *t, const char *status) {
  return (face_t){.o = o,
                  .status = status,
                  .updated = o->created_ns,
                  .ended = OMS_NO_TIME,
                  .final = -1,
                  .type = t->type,
                  .tif = t->time_in_force,
                  .order_class = t->order_class,
                  .side = t->side,
                  .session = t->session,
                  .intent = o->position_intent,
                  .qty = t->qty,
                  .notional = t->notional,
                  .average = OMS_NO_PRICE,
                  .limit_price = t->limit_price,
                  .stop_price = t->stop_price,
                  .trail_price = t->trail_price,
                  .hwm = OMS_NO_PRICE,
                  .trail_percent = t->trail_percent,
                  .replaced_by = OMS_NONE,
                  .replaces = OMS_NONE};
}

void oms_v2_write_accepted(oms_writer_t *w, const oms_desk_t *desk, const oms_order_t *o,
                           const oms_terms_t *terms, const oms_terms_t *children, size_t child_n) {
  const oms_engine_t *e = desk->engine;
  bool oco = terms->order_class == OMS_ORDER_CLASS_OCO;
  face_t f = accepted_face(o, terms, "accepted");
  if (oco) {
    f.type = OMS_TYPE_LIMIT;
    f.limit_price = children[0].limit_price;
  }
  write_face(w, NULL, e, &f);
  if (child_n == 0) {
    oms_write_null(w, "legs");
    oms_write_object_end(w);
    return;
  }
  oms_write_list(w, "legs");
  for (size_t i = 0; i < child_n && o->index + 1 + i < oms_engine_order_count(e); i++) {
    const oms_order_t *child = oms_engine_order(e, o->index + 1 + (uint32_t)i);
    face_t leg = accepted_face(child, &children[i], oco ? "accepted" : "held");
    leg.qty = terms->qty;
    leg.intent = OMS_INTENT_NONE;
    write_face(w, NULL, e, &leg);
    oms_write_null(w, "legs");
    oms_write_object_end(w);
  }
  oms_write_list_end(w);
  oms_write_object_end(w);
}
