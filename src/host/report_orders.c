/* report_orders.c - what became of the orders: refusals by code, round trips. */
#include "base/check.h"
#include "host/report.h"

/* --- rejected orders --- */

typedef struct refusal {
  uint16_t code;
  uint8_t by;
  uint32_t n;
  const char *message; /* of the first one */
} refusal_t;

static int count_order(oms_array_t *list, const oms_order_t *o) {
  for (size_t i = 0; i < list->n; i++) {
    refusal_t *r = OMS_AT(list, refusal_t, i);
    if (r->code == o->code && r->by == o->rejected_by) {
      r->n++;
      return OMS_OK;
    }
  }
  const refusal_t fresh = {o->code, o->rejected_by, 1, o->message};
  return oms_array_push(list, &fresh);
}

static int count_refusals(const oms_engine_t *e, oms_array_t *list) {
  int rc = OMS_OK;
  for (uint32_t i = 0; rc == OMS_OK && i < oms_engine_order_count(e); i++) {
    const oms_order_t *o = oms_engine_order(e, i);
    rc = o->status == OMS_STATUS_REJECTED ? count_order(list, o) : OMS_OK;
  }
  return rc;
}

/* The most frequent first; equal ones stay in order of appearance. */
static void sort_refusals(oms_array_t *list) {
  for (size_t i = 1; i < list->n; i++) {
    refusal_t moved = *OMS_AT(list, refusal_t, i);
    size_t k = i;
    for (; k > 0 && OMS_AT(list, refusal_t, k - 1)->n < moved.n; k--) {
      *OMS_AT(list, refusal_t, k) = *OMS_AT(list, refusal_t, k - 1);
    }
    *OMS_AT(list, refusal_t, k) = moved;
  }
}

static void put_refusal(oms_html_t *to, const refusal_t *r) {
  oms_html_raw(to, "<tr>");
  oms_report_cell(to, oms_enum_text(OMS_ENUM_CODE, r->code));
  oms_report_number(to, r->n, 0);
  oms_report_cell(to, oms_enum_text(OMS_ENUM_REJECTED_BY, r->by));
  oms_report_cell(to, r->code < OMS_CODE_OWN ? oms_code_text((oms_code_t)r->code) : "a rule's own");
  oms_report_cell(to, r->message);
  oms_html_raw(to, "</tr>\n");
}

static int refusals(oms_html_t *to, const oms_engine_t *e) {
  oms_array_t list;
  oms_array_init(&list, sizeof(refusal_t));
  int rc = count_refusals(e, &list);
  sort_refusals(&list);
  if (list.n == 0) {
    oms_html_raw(to, "<h2>Rejected orders</h2>\n<p>None.</p>\n");
  } else {
    oms_report_table(to, "Rejected orders", NULL, "code|#orders|rejected_by|meaning|first message");
    for (size_t i = 0; i < list.n; i++) {
      put_refusal(to, OMS_AT(&list, refusal_t, i));
    }
    oms_report_table_end(to);
  }
  oms_array_free(&list);
  return rc;
}

/* --- round trips --- */

typedef struct trades {
  oms_html_t *to;
  const oms_engine_t *engine;
  size_t n, shown, open;
} trades_t;

static int count_trade(void *self, const oms_trade_t *t) {
  trades_t *x = self;
  x->n++;
  x->open += oms_trade_is_open(t);
  return OMS_OK;
}

static void put_trade(oms_html_t *to, const oms_engine_t *e, const oms_trade_t *t) {
  bool open = oms_trade_is_open(t);
  oms_html_raw(to, "<tr>");
  oms_report_cell(to, oms_engine_instrument(e, t->instrument)->symbol);
  oms_report_cell(to, t->is_long ? "long" : "short");
  oms_report_time(to, oms_engine_fill(e, t->entry_fill)->ts);
  oms_report_time(to, oms_trade_exit_time(e, t));
  oms_report_number(to, t->qty, OMS_QTY_DECIMALS);
  oms_report_number(to, t->entry_price, OMS_PRICE_DECIMALS);
  oms_report_number(to, open ? OMS_NO_PRICE : t->exit_price, OMS_PRICE_DECIMALS);
  oms_report_money(to, t->commission);
  oms_report_money(to, open ? OMS_NO_PRICE : t->pnl);
  oms_report_cell(to, oms_engine_owner(e, t->owner)->id);
  oms_report_cell(to, oms_engine_account(e, t->account)->id);
  oms_html_raw(to, "</tr>\n");
}

/* Any other answer than OMS_OK ends the walk. */
static int show_trade(void *self, const oms_trade_t *t) {
  trades_t *x = self;
  if (x->shown == OMS_REPORT_TRADES) {
    return OMS_ERR_FULL;
  }
  x->shown++;
  put_trade(x->to, x->engine, t);
  return OMS_OK;
}

static int round_trips(oms_html_t *to, const oms_engine_t *e) {
  trades_t x = {.to = to, .engine = e};
  int rc = oms_engine_trades(e, count_trade, &x);
  if (rc != OMS_OK) {
    return rc;
  }
  if (x.n == 0) {
    oms_html_raw(to, "<h2>Round trips</h2>\n<p>None.</p>\n");
    return OMS_OK;
  }
  char line[200];
  snprintf(
      line, sizeof line,
      "%zu of %zu are shown, <a href=\"trades.csv\">trades.csv</a> has all; lots still open: %zu.",
      x.n < OMS_REPORT_TRADES ? x.n : OMS_REPORT_TRADES, x.n, x.open);
  oms_report_table(to, "Round trips", line,
                   "symbol|side|entry_time|exit_time|#qty|#entry_price|#exit_price|#commission|"
                   "#pnl|strategy|account");
  rc = oms_engine_trades(e, show_trade, &x);
  oms_report_table_end(to);
  return rc == OMS_ERR_FULL ? OMS_OK : rc;
}

int oms_report_orders(oms_html_t *to, const oms_engine_t *e) {
  int rc = refusals(to, e);
  return rc == OMS_OK ? round_trips(to, e) : rc;
}
