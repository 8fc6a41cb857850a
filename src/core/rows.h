/* rows.h - orders, fills and round trips as named values: the columns of the result files in their
 * order, which are the fields that the check of a session sees. Knows neither CSV nor Lua. */
#ifndef OMS_CORE_ROWS_H
#define OMS_CORE_ROWS_H

#include "core/engine.h"

/* Takes the values of one row, in order. What is absent comes as NULL, OMS_NO_PRICE, OMS_NO_TIME.
 * Texts are borrowed for the call. A taker may leave by longjmp: nothing is held meanwhile. */
typedef struct oms_row_taker {
  void *self;
  void (*text)(void *self, const char *name, const char *text);
  void (*decimal)(void *self, const char *name, int64_t v, int decimals);
  void (*time)(void *self, const char *name, oms_time_t t);
} oms_row_taker_t;

/* 'stop': the order's stop price as it is to be shown; of a trailing one the venue knows it. */
void oms_row_order(const oms_engine_t *e, const oms_order_t *o, oms_price_t stop,
                   const oms_row_taker_t *to);
void oms_row_fill(const oms_engine_t *e, const oms_fill_t *f, const oms_row_taker_t *to);
/* An open lot has no exit time, exit price and pnl. */
void oms_row_trade(const oms_engine_t *e, const oms_trade_t *t, const oms_row_taker_t *to);

#endif
