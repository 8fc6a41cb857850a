/* output_rows.c - the engine's orders, fills and round trips as rows of text. Reads only. */
#include "host/output_rows.h"

const char oms_orders_header[] =
    "ts,end_ts,order_id,client_order_id,parent_id,replaces,symbol,side,type,time_in_force,qty,"
    "limit_price,stop_price,status,filled_qty,filled_avg_price,rejected_by,code,message,strategy,"
    "account";
const char oms_fills_header[] =
    "ts,order_id,client_order_id,execution_id,symbol,side,qty,price,commission,strategy,account";
const char oms_trades_header[] =
    "symbol,side,entry_time,exit_time,qty,entry_price,exit_price,commission,pnl,strategy,account";

static void put_order_id(oms_csv_out_t *c, const oms_engine_t *e, uint32_t order) {
  char text[37];
  if (order == OMS_NONE) {
    oms_csv_out_text(c, NULL);
    return;
  }
  oms_order_id_text(e, oms_engine_order(e, order), text);
  oms_csv_out_text(c, text);
}

/* A word that stands for "nothing" is an empty field. */
static void put_word(oms_csv_out_t *c, oms_enum_kind_t kind, int value) {
  oms_csv_out_text(c, value == 0 ? NULL : oms_enum_text(kind, value));
}

static void put_owner(oms_csv_out_t *c, const oms_engine_t *e, uint16_t owner, uint16_t account) {
  oms_csv_out_text(c, oms_engine_owner(e, owner)->id);
  oms_csv_out_text(c, oms_engine_account(e, account)->id);
}

static void put_order(oms_csv_out_t *c, const oms_desk_t *desk, const oms_order_t *o) {
  const oms_engine_t *e = desk->engine;
  char text[37];
  oms_csv_out_time(c, o->created_ns);
  oms_csv_out_time(c, o->ended_ns);
  put_order_id(c, e, o->index);
  oms_csv_out_text(c, oms_client_order_id_text(e, o, text));
  put_order_id(c, e, o->parent);
  put_order_id(c, e, o->replaces);
  oms_csv_out_text(c, o->symbol);
  oms_csv_out_text(c, oms_enum_text(OMS_ENUM_SIDE, o->side));
  bool head = (o->flags & OMS_ORDER_GROUP_HEAD) != 0; /* an oco has no type of its own */
  oms_csv_out_text(c, head ? "" : oms_enum_text(OMS_ENUM_TYPE, o->type));
  oms_csv_out_text(c, oms_enum_text(OMS_ENUM_TIF, o->time_in_force));
  oms_csv_out_decimal(c, o->qty, OMS_QTY_DECIMALS);
  oms_csv_out_decimal(c, o->limit_price, OMS_PRICE_DECIMALS);
  oms_csv_out_decimal(c, oms_desk_stop_of(desk, o), OMS_PRICE_DECIMALS);
  oms_csv_out_text(c, oms_enum_text(OMS_ENUM_STATUS, o->status));
  oms_csv_out_decimal(c, o->filled_qty, OMS_QTY_DECIMALS);
  oms_csv_out_decimal(c, oms_order_avg_price(o), OMS_PRICE_DECIMALS);
  put_word(c, OMS_ENUM_REJECTED_BY, o->rejected_by);
  put_word(c, OMS_ENUM_CODE, o->code);
  oms_csv_out_text(c, o->message);
  put_owner(c, e, o->owner, o->account);
}

int oms_output_orders(oms_csv_out_t *c, const oms_desk_t *desk, oms_error_t *err) {
  const oms_engine_t *e = desk->engine;
  int rc = OMS_OK;
  for (uint32_t i = 0; rc == OMS_OK && i < oms_engine_order_count(e); i++) {
    put_order(c, desk, oms_engine_order(e, i));
    rc = oms_csv_out_row(c, err);
  }
  return rc;
}

static void put_fill(oms_csv_out_t *c, const oms_engine_t *e, const oms_fill_t *f) {
  const oms_order_t *o = oms_engine_order(e, f->order);
  char key[37], execution[24];
  oms_csv_out_time(c, f->ts);
  put_order_id(c, e, f->order);
  oms_csv_out_text(c, oms_client_order_id_text(e, o, key));
  oms_csv_out_text(c, oms_execution_id_text(f, execution));
  oms_csv_out_text(c, o->symbol);
  oms_csv_out_text(c, oms_enum_text(OMS_ENUM_SIDE, f->side));
  oms_csv_out_decimal(c, f->qty, OMS_QTY_DECIMALS);
  oms_csv_out_decimal(c, f->price, OMS_PRICE_DECIMALS);
  oms_csv_out_decimal(c, f->commission, OMS_MONEY_DECIMALS);
  put_owner(c, e, o->owner, o->account);
}

int oms_output_fills(oms_csv_out_t *c, const oms_desk_t *desk, oms_error_t *err) {
  const oms_engine_t *e = desk->engine;
  int rc = OMS_OK;
  for (uint32_t i = 0; rc == OMS_OK && i < oms_engine_fill_count(e); i++) {
    put_fill(c, e, oms_engine_fill(e, i));
    rc = oms_csv_out_row(c, err);
  }
  return rc;
}

typedef struct trades {
  oms_csv_out_t *csv;
  const oms_engine_t *engine;
  oms_error_t *err;
} trades_t;

static int put_trade(void *self, const oms_trade_t *t) {
  const trades_t *to = self;
  oms_csv_out_t *c = to->csv;
  const oms_engine_t *e = to->engine;
  bool open = t->exit_fill == OMS_NONE;
  oms_csv_out_text(c, oms_engine_instrument(e, t->instrument)->symbol);
  oms_csv_out_text(c, t->is_long ? "long" : "short");
  oms_csv_out_time(c, oms_engine_fill(e, t->entry_fill)->ts);
  oms_csv_out_time(c, open ? OMS_NO_TIME : oms_engine_fill(e, t->exit_fill)->ts);
  oms_csv_out_decimal(c, t->qty, OMS_QTY_DECIMALS);
  oms_csv_out_decimal(c, t->entry_price, OMS_PRICE_DECIMALS);
  oms_csv_out_decimal(c, open ? OMS_NO_PRICE : t->exit_price, OMS_PRICE_DECIMALS);
  oms_csv_out_decimal(c, t->commission, OMS_MONEY_DECIMALS);
  oms_csv_out_decimal(c, open ? OMS_NO_PRICE : t->pnl, OMS_MONEY_DECIMALS);
  put_owner(c, e, t->owner, t->account);
  return oms_csv_out_row(c, to->err);
}

int oms_output_trades(oms_csv_out_t *c, const oms_desk_t *desk, oms_error_t *err) {
  const oms_engine_t *e = desk->engine;
  trades_t to = {c, e, err};
  int rc = oms_engine_trades(e, put_trade, &to);
  if (rc == OMS_ERR_NOMEM) {
    return oms_error_set(err, rc, "out of memory for the round trips");
  }
  return rc;
}
