/* report_trades.c - round trips: the rows that the page sorts and filters, and how their P&L is
 * distributed. The distribution counts all of them, also those beyond the rows. */
#include <math.h>

#include "host/report.h"

#define BINS_MAX   64
#define BINS_ABOUT 30

typedef struct trades {
  oms_page_t *to;
  const oms_engine_t *engine;
  size_t n, shown, open;
  oms_money_t low, high; /* pnl of the closed ones */
  double from, step;     /* bins, in currency units */
  size_t bin_n;
  uint64_t bins[BINS_MAX];
} trades_t;

static double units(oms_money_t v) {
  return (double)v / (double)OMS_MONEY_SCALE;
}

/* Rows. */

/* [symbol, side, entry time, exit time, qty, entry price, exit price, commission, pnl, strategy,
 * account]; an open lot has neither exit nor pnl. */
static void put_trade(oms_page_t *to, const oms_engine_t *e, const oms_trade_t *t) {
  bool open = oms_trade_is_open(t);
  oms_page_begin(to, '[');
  oms_page_integer(to, t->instrument);
  oms_page_text(to, t->is_long ? "long" : "short");
  oms_page_time(to, oms_engine_fill(e, t->entry_fill)->ts);
  oms_page_time(to, oms_trade_exit_time(e, t));
  oms_page_decimal(to, t->qty, OMS_QTY_DECIMALS);
  oms_page_decimal(to, t->entry_price, OMS_PRICE_DECIMALS);
  oms_page_decimal(to, open ? OMS_NO_PRICE : t->exit_price, OMS_PRICE_DECIMALS);
  oms_page_decimal(to, t->commission, OMS_MONEY_DECIMALS);
  oms_page_decimal(to, open ? OMS_NO_PRICE : t->pnl, OMS_MONEY_DECIMALS);
  oms_page_integer(to, t->owner);
  oms_page_integer(to, t->account);
  oms_page_end(to, ']');
}

static int take_trade(void *self, const oms_trade_t *t) {
  trades_t *x = self;
  bool open = oms_trade_is_open(t);
  x->n++;
  x->open += open;
  if (!open) {
    x->low = t->pnl < x->low ? t->pnl : x->low;
    x->high = t->pnl > x->high ? t->pnl : x->high;
  }
  if (x->shown < OMS_REPORT_TRADES) {
    x->shown++;
    put_trade(x->to, x->engine, t);
  }
  return OMS_OK;
}

/* Distribution. */

/* 1, 2 or 5 times a power of ten, a cent at least. */
static double nice_step(double span) {
  double rough = span / BINS_ABOUT, power = 0.01;
  while (power * 10 <= rough) {
    power *= 10;
  }
  double factor = rough / power;
  return power * (factor <= 1 ? 1 : factor <= 2 ? 2 : factor <= 5 ? 5 : 10);
}

/* Zero is an edge, so that no bin holds both gains and losses; a trade that made exactly nothing
 * counts in the one above it. */
static void choose_bins(trades_t *x) {
  x->step = nice_step(units(x->high) - units(x->low));
  double first = floor(units(x->low) / x->step), last = floor(units(x->high) / x->step);
  x->from = first * x->step;
  x->bin_n = (size_t)(last - first) + 1;
}

static int bin_trade(void *self, const oms_trade_t *t) {
  trades_t *x = self;
  if (!oms_trade_is_open(t)) {
    double at = floor(units(t->pnl) / x->step) - floor(x->from / x->step + 0.5);
    size_t i = at > 0 ? (size_t)at : 0;
    x->bins[i < x->bin_n ? i : x->bin_n - 1]++;
  }
  return OMS_OK;
}

static void put_bins(const trades_t *x) {
  oms_page_key(x->to, "pnlStep");
  oms_page_double(x->to, x->step);
  oms_page_key(x->to, "pnlBins");
  oms_page_begin(x->to, '[');
  for (size_t i = 0; i < x->bin_n; i++) {
    oms_page_begin(x->to, '[');
    oms_page_double(x->to, x->from + (double)i * x->step);
    oms_page_integer(x->to, (int64_t)x->bins[i]);
    oms_page_end(x->to, ']');
  }
  oms_page_end(x->to, ']');
}

int oms_report_trades(oms_page_t *to, const oms_engine_t *e) {
  trades_t x = {.to = to, .engine = e, .low = INT64_MAX, .high = INT64_MIN};
  oms_page_key(to, "trades");
  oms_page_begin(to, '[');
  int rc = oms_engine_trades(e, take_trade, &x);
  oms_page_end(to, ']');
  oms_page_key(to, "tradeCount");
  oms_page_integer(to, (int64_t)x.n);
  oms_page_key(to, "openLots");
  oms_page_integer(to, (int64_t)x.open);
  if (rc == OMS_OK && x.n > x.open) {
    choose_bins(&x);
    rc = oms_engine_trades(e, bin_trade, &x);
  }
  put_bins(&x);
  return rc;
}
