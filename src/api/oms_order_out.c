/* oms_order_out.c - an order as /oms/v1 shows it: the words of the order model and no others. */
#include <string.h>

#include "api/oms_int.h"

static void write_word(oms_writer_t *w, const char *key, oms_enum_kind_t kind, int value) {
  oms_write_text(w, key, oms_enum_text(kind, value));
}

/* A word whose first value is "none". */
static void write_maybe(oms_writer_t *w, const char *key, oms_enum_kind_t kind, int value) {
  oms_write_text(w, key, value == 0 ? NULL : oms_enum_text(kind, value));
}

static void write_flag(oms_writer_t *w, const char *key, const oms_order_t *o, uint32_t flag) {
  oms_write_bool(w, key, (o->flags & flag) != 0);
}

static void write_link(oms_writer_t *w, const char *key, const oms_engine_t *e, uint32_t order) {
  char id[37];
  if (order == OMS_NONE) {
    oms_write_null(w, key);
    return;
  }
  oms_order_id_text(e, oms_engine_order(e, order), id);
  oms_write_text(w, key, id);
}

static void write_terms(oms_writer_t *w, const oms_desk_t *desk, const oms_order_t *o) {
  oms_write_text(w, "symbol", o->symbol);
  write_word(w, "side", OMS_ENUM_SIDE, o->side);
  write_word(w, "type", OMS_ENUM_TYPE, o->type);
  write_word(w, "time_in_force", OMS_ENUM_TIF, o->time_in_force);
  oms_write_decimal(w, "qty", o->qty, OMS_QTY_DECIMALS);
  oms_write_decimal(w, "notional", o->more->notional, OMS_MONEY_DECIMALS);
  oms_write_decimal(w, "limit_price", o->limit_price, OMS_PRICE_DECIMALS);
  oms_write_decimal(w, "stop_price", oms_desk_stop_of(desk, o), OMS_PRICE_DECIMALS);
  oms_write_decimal(w, "trail_price", o->more->trail_price, OMS_PRICE_DECIMALS);
  oms_write_decimal(w, "trail_percent", o->more->trail_percent, OMS_PRICE_DECIMALS);
  oms_write_decimal(w, "limit_offset", o->more->limit_offset, OMS_PRICE_DECIMALS);
  write_word(w, "trigger_by", OMS_ENUM_TRIGGER_BY, o->trigger_by);
  write_word(w, "session", OMS_ENUM_SESSION, o->session);
  write_flag(w, "post_only", o, OMS_ORDER_POST_ONLY);
  write_flag(w, "reduce_only", o, OMS_ORDER_REDUCE_ONLY);
  write_flag(w, "do_not_reduce", o, OMS_ORDER_DO_NOT_REDUCE);
  oms_write_decimal(w, "display_qty", o->more->display_qty, OMS_QTY_DECIMALS);
  oms_write_time(w, "expire_at", o->more->expire_at);
  write_word(w, "order_class", OMS_ENUM_ORDER_CLASS, o->order_class);
  write_maybe(w, "role", OMS_ENUM_ROLE, o->role);
  write_maybe(w, "position_intent", OMS_ENUM_INTENT, o->position_intent);
  oms_write_text(w, "route", o->origin->route == NULL ? "auto" : o->origin->route);
  oms_write_text(w, "tag", o->origin->tag);
}

static void write_names(oms_writer_t *w, const oms_engine_t *e, const oms_order_t *o) {
  char id[37], client[37], wire[21];
  oms_order_id_text(e, o, id);
  oms_write_text(w, "order_id", id);
  oms_write_text(w, "client_order_id", oms_client_order_id_text(e, o, client));
  oms_wire_id_text(e, o, wire);
  oms_write_text(w, "wire_id", (o->flags & OMS_ORDER_SENT) != 0 ? wire : NULL);
  oms_write_text(w, "broker_order_id", o->broker_order_id);
  oms_write_text(w, "account", oms_engine_account(e, o->account)->id);
  oms_write_text(w, "owner", oms_engine_owner(e, o->owner)->id);
}

static void write_state(oms_writer_t *w, const oms_order_t *o) {
  bool held = o->status == OMS_STATUS_HELD;
  write_word(w, "status", OMS_ENUM_STATUS, o->status);
  oms_write_text(w, "held_by", held ? oms_enum_text(OMS_ENUM_HELD_BY, o->held_by) : NULL);
  write_maybe(w, "rejected_by", OMS_ENUM_REJECTED_BY, o->rejected_by);
  write_maybe(w, "canceled_by", OMS_ENUM_CANCELED_BY, o->canceled_by);
  write_maybe(w, "code", OMS_ENUM_CODE, o->code);
  oms_write_text(w, "message", o->message);
  oms_write_decimal(w, "filled_qty", o->filled_qty, OMS_QTY_DECIMALS);
  oms_write_decimal(w, "leaves_qty", oms_order_leaves(o), OMS_QTY_DECIMALS);
  oms_write_decimal(w, "overfill_qty", oms_order_overfill(o), OMS_QTY_DECIMALS);
  oms_write_decimal(w, "filled_avg_price", oms_order_avg_price(o), OMS_PRICE_DECIMALS);
  oms_write_decimal(w, "commission", o->commission, OMS_MONEY_DECIMALS);
  write_flag(w, "at_venue", o, OMS_ORDER_AT_VENUE);
  write_flag(w, "triggered", o, OMS_ORDER_TRIGGERED);
  write_flag(w, "done_for_day", o, OMS_ORDER_DONE_FOR_DAY);
  write_flag(w, "stopped", o, OMS_ORDER_STOPPED);
  write_flag(w, "in_doubt", o, OMS_ORDER_IN_DOUBT);
  write_flag(w, "unprotected", o, OMS_ORDER_UNPROTECTED);
  oms_write_text(w, "guarded_by", (o->flags & OMS_ORDER_GUARDED_BY_HOST) != 0 ? "host" : "broker");
}

void oms_own_write_order(oms_writer_t *w, const oms_desk_t *desk, const oms_order_t *o) {
  const oms_engine_t *e = desk->engine;
  oms_write_object(w, NULL);
  write_names(w, e, o);
  write_terms(w, desk, o);
  write_state(w, o);
  write_link(w, "parent_id", e, o->more->parent);
  write_link(w, "replaces", e, o->more->replaces);
  write_link(w, "replaced_by", e, o->more->replaced_by);
  oms_write_text(w, "entered_by", o->origin->entered_by);
  write_flag(w, "manual", o, OMS_ORDER_MANUAL);
  oms_write_text(w, "script_hash", o->origin->script_hash);
  oms_write_time(w, "created_at", o->created_ns);
  oms_write_time(w, "received_at", o->created_ns);
  oms_write_time(w, "sent_at", o->sent_ns);
  oms_write_time(w, "ended_at", o->ended_ns);
  oms_write_object_end(w);
}

void oms_own_write_offer(oms_writer_t *w, const oms_desk_t *desk, const oms_order_t *o) {
  oms_write_object(w, "order");
  write_names(w, desk->engine, o);
  write_terms(w, desk, o);
  oms_write_object_end(w);
}
