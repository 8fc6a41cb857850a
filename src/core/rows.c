/* rows.c - see rows.h. The header lines in host/output_rows.c are its twin: they name the same
 * columns. */
#include "core/rows.h"

static void put_order_id(const oms_row_taker_t *to, const char *name, const oms_engine_t *e,
                         uint32_t order) {
  char text[37];
  if (order != OMS_NONE) {
    oms_order_id_text(e, oms_engine_order(e, order), text);
  }
  to->text(to->self, name, order != OMS_NONE ? text : NULL);
}

/* The first word of a list stands for "nothing". */
static void put_word(const oms_row_taker_t *to, const char *name, oms_enum_kind_t kind, int value) {
  to->text(to->self, name, value == 0 ? NULL : oms_enum_text(kind, value));
}

static void put_owner(const oms_row_taker_t *to, const oms_engine_t *e, uint16_t owner,
                      uint16_t account) {
  to->text(to->self, "strategy", oms_engine_owner(e, owner)->id);
  to->text(to->self, "account", oms_engine_account(e, account)->id);
}

static void put_price(const oms_row_taker_t *to, const char *name, oms_price_t price) {
  to->decimal(to->self, name, price, OMS_PRICE_DECIMALS);
}

void oms_row_order(const oms_engine_t *e, const oms_order_t *o, oms_price_t stop,
                   const oms_row_taker_t *to) {
  char key[37];
  bool head = (o->flags & OMS_ORDER_GROUP_HEAD) != 0; /* an oco has no type of its own */
  to->time(to->self, "ts", o->created_ns);
  to->time(to->self, "end_ts", o->ended_ns);
  put_order_id(to, "order_id", e, o->index);
  to->text(to->self, "client_order_id", oms_client_order_id_text(e, o, key));
  put_order_id(to, "parent_id", e, o->more->parent);
  put_order_id(to, "replaces", e, o->more->replaces);
  to->text(to->self, "symbol", o->symbol);
  to->text(to->self, "side", oms_enum_text(OMS_ENUM_SIDE, o->side));
  to->text(to->self, "type", head ? NULL : oms_enum_text(OMS_ENUM_TYPE, o->type));
  to->text(to->self, "time_in_force", oms_enum_text(OMS_ENUM_TIF, o->time_in_force));
  to->decimal(to->self, "qty", o->qty, OMS_QTY_DECIMALS);
  put_price(to, "limit_price", o->limit_price);
  put_price(to, "stop_price", stop);
  to->text(to->self, "status", oms_enum_text(OMS_ENUM_STATUS, o->status));
  to->decimal(to->self, "filled_qty", o->filled_qty, OMS_QTY_DECIMALS);
  put_price(to, "filled_avg_price", oms_order_avg_price(o));
  put_word(to, "rejected_by", OMS_ENUM_REJECTED_BY, o->rejected_by);
  put_word(to, "code", OMS_ENUM_CODE, o->code);
  to->text(to->self, "message", o->message);
  put_owner(to, e, o->owner, o->account);
}

void oms_row_fill(const oms_engine_t *e, const oms_fill_t *f, const oms_row_taker_t *to) {
  const oms_order_t *o = oms_engine_order(e, f->order);
  char key[37], execution[24];
  to->time(to->self, "ts", f->ts);
  put_order_id(to, "order_id", e, f->order);
  to->text(to->self, "client_order_id", oms_client_order_id_text(e, o, key));
  to->text(to->self, "execution_id", oms_execution_id_text(f, execution));
  to->text(to->self, "symbol", o->symbol);
  to->text(to->self, "side", oms_enum_text(OMS_ENUM_SIDE, f->side));
  to->decimal(to->self, "qty", f->qty, OMS_QTY_DECIMALS);
  put_price(to, "price", f->price);
  to->decimal(to->self, "commission", f->commission, OMS_MONEY_DECIMALS);
  put_owner(to, e, o->owner, o->account);
}

void oms_row_trade(const oms_engine_t *e, const oms_trade_t *t, const oms_row_taker_t *to) {
  bool open = oms_trade_is_open(t);
  to->text(to->self, "symbol", oms_engine_instrument(e, t->instrument)->symbol);
  to->text(to->self, "side", t->is_long ? "long" : "short");
  to->time(to->self, "entry_time", oms_engine_fill(e, t->entry_fill)->ts);
  to->time(to->self, "exit_time", oms_trade_exit_time(e, t));
  to->decimal(to->self, "qty", t->qty, OMS_QTY_DECIMALS);
  put_price(to, "entry_price", t->entry_price);
  put_price(to, "exit_price", open ? OMS_NO_PRICE : t->exit_price);
  to->decimal(to->self, "commission", t->commission, OMS_MONEY_DECIMALS);
  to->decimal(to->self, "pnl", open ? OMS_NO_PRICE : t->pnl, OMS_MONEY_DECIMALS);
  put_owner(to, e, t->owner, t->account);
}
