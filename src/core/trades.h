/* trades.h - round trips matched first in, first out over a plain list of fills: the inside of
 * oms_engine_trades, which only makes the list. */
#ifndef OMS_CORE_TRADES_H
#define OMS_CORE_TRADES_H

#include "core/engine.h"

/* One fill as the matching sees it. */
typedef struct oms_trade_fill {
  uint32_t fill; /* its index, for the lines */
  uint32_t instrument;
  uint16_t account, owner;
  oms_qty_t qty; /* signed: buys above zero */
  oms_price_t price;
  int64_t multiplier; /* 1e-9 */
  oms_money_t commission;
} oms_trade_fill_t;

/* A split between the fills: lots are brought to its terms, so that a line is in the terms of its
 * exit, an open one in those of the end. */
typedef struct oms_trade_split {
  size_t before; /* it comes before fills[before] */
  uint32_t instrument;
  oms_split_t split;
  oms_qty_t lot; /* of each book the fraction below it is closed, oldest lot first; 0: none is */
  oms_price_t price; /* at which it is; OMS_NO_PRICE: at what it cost */
  int64_t multiplier;
  oms_time_t ts;
} oms_trade_split_t;

/* Calls 'each' for every closed line in order of the closing fill, then for every open lot in order
 * of the opening fill; stops when it returns non-zero and returns that. 'fills' and
 * 'splits' are in order of time. OMS_ERR_NOMEM, OMS_ERR_OVERFLOW. */
int oms_trades_match(const oms_trade_fill_t *fills, size_t n, const oms_trade_split_t *splits,
                     size_t split_n, int (*each)(void *self, const oms_trade_t *t), void *self);

#endif
