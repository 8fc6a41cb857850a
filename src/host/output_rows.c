/* output_rows.c - the engine's orders, fills and round trips as rows of text. Reads only. The
 * header lines are the twin of core/rows.c, which gives the values. */
#include "host/output_rows.h"

#include "core/rows.h"

const char oms_orders_header[] =
    "ts,end_ts,order_id,client_order_id,parent_id,replaces,symbol,side,type,time_in_force,qty,"
    "limit_price,stop_price,status,filled_qty,filled_avg_price,rejected_by,code,message,strategy,"
    "account";
const char oms_fills_header[] =
    "ts,order_id,client_order_id,execution_id,symbol,side,qty,price,commission,strategy,account";
const char oms_trades_header[] =
    "symbol,side,entry_time,exit_time,qty,entry_price,exit_price,commission,pnl,strategy,account";

static void take_text(void *self, const char *name, const char *text) {
  (void)name;
  oms_csv_out_text(self, text);
}

static void take_decimal(void *self, const char *name, int64_t v, int decimals) {
  (void)name;
  oms_csv_out_decimal(self, v, decimals);
}

static void take_time(void *self, const char *name, oms_time_t t) {
  (void)name;
  oms_csv_out_time(self, t);
}

static oms_row_taker_t taker(oms_csv_out_t *c) {
  return (oms_row_taker_t){c, take_text, take_decimal, take_time};
}

int oms_output_orders(oms_csv_out_t *c, const oms_desk_t *desk, oms_error_t *err) {
  const oms_engine_t *e = desk->engine;
  const oms_row_taker_t to = taker(c);
  int rc = OMS_OK;
  for (uint32_t i = 0; rc == OMS_OK && i < oms_engine_order_count(e); i++) {
    const oms_order_t *o = oms_engine_order(e, i);
    oms_row_order(e, o, oms_desk_stop_of(desk, o), &to);
    rc = oms_csv_out_row(c, err);
  }
  return rc;
}

int oms_output_fills(oms_csv_out_t *c, const oms_desk_t *desk, oms_error_t *err) {
  const oms_engine_t *e = desk->engine;
  const oms_row_taker_t to = taker(c);
  int rc = OMS_OK;
  for (uint32_t i = 0; rc == OMS_OK && i < oms_engine_fill_count(e); i++) {
    oms_row_fill(e, oms_engine_fill(e, i), &to);
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
  const oms_row_taker_t row = taker(to->csv);
  oms_row_trade(to->engine, t, &row);
  return oms_csv_out_row(to->csv, to->err);
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
