/* book.h - positions: per owner and account (book) and per account (net), with FIFO lots.
 * Quantities are signed, shorts below zero. */
#ifndef OMS_CORE_BOOK_H
#define OMS_CORE_BOOK_H

#include "base/containers.h"
#include "core/corporate.h"
#include "core/order.h"

typedef struct oms_lot {
  uint32_t next; /* younger lot, or OMS_NONE; free list when unused */
  uint32_t fill; /* the opening fill */
  oms_qty_t qty; /* signed, what is left */
  oms_price_t price;
  int64_t rest; /* it cost price * qty + rest (1e-18): what a split leaves; else 0 */
} oms_lot_t;

typedef struct oms_position {
  uint16_t account, owner; /* owner UINT16_MAX: the account's net */
  uint32_t instrument;
  uint32_t version; /* rises with every change of qty, price or profit */
  oms_qty_t qty;
  oms_int128_t cost;       /* what the lots cost, 1e-18, signed like qty */
  oms_money_t realized_pl; /* price gains of closed lots, commissions not in it */
  oms_money_t commission;
  oms_money_t dividends; /* cash received, less what a short position has paid */
  oms_money_t in_lieu;   /* cash for fractions that a reverse split left */
  uint32_t first_lot, last_lot;
  /* Net only: what the working orders of each side may add (a group counts once, at its most). */
  oms_qty_t working_buy, working_sell;
  oms_money_t market_value; /* net only: at the last mark, signed */
} oms_position_t;

typedef struct oms_lots {
  oms_pool_t pool;
  uint32_t free; /* first unused lot, chained by next; OMS_NONE */
} oms_lots_t;

/* Room for 'cap' lots, taken and touched at once; more are added as needed. OMS_ERR_NOMEM. */
int oms_lots_init(oms_lots_t *lots, uint32_t cap);
void oms_lots_free(oms_lots_t *lots);

/* Average price of the open lots, half away from zero; OMS_NO_PRICE when flat. */
oms_price_t oms_position_avg_price(const oms_position_t *p);

/* Books a fill of signed quantity 'qty' at 'price' (multiplier 1e-9 units): closes oldest lots
 * first, then opens; through zero both. '*realized' receives the price gain of what it closed and
 * '*closed_qty' how much (>= 0). OMS_ERR_OVERFLOW or OMS_ERR_NOMEM before anything has changed. */
int oms_position_apply(oms_position_t *p, oms_lots_t *lots, uint32_t fill, oms_qty_t qty,
                       oms_price_t price, int64_t multiplier, oms_money_t *realized,
                       oms_qty_t *closed_qty);

/* What oms_position_apply would realize; nothing changes. OMS_ERR_OVERFLOW as there. */
int oms_position_foresee(const oms_position_t *p, const oms_lots_t *lots, oms_qty_t qty,
                         oms_price_t price, int64_t multiplier, oms_money_t *realized);

/* Brings the lots to the terms after a split; their cost stays to the last unit (of a position of
 * which not 1e-9 is left it is booked as realized). OMS_ERR_OVERFLOW before anything has changed.
 */
int oms_position_split(oms_position_t *p, oms_lots_t *lots, const oms_split_t *split,
                       int64_t multiplier);

/* Brings back what a position was: it, and all others that were changed since, have been reset. */
void oms_position_restore(oms_position_t *p, oms_lots_t *lots, const oms_position_t *was,
                          const oms_lot_t *list, size_t n);

/* 1e-18 value times a 1e-9 multiplier to money, half away from zero. OMS_ERR_OVERFLOW. */
int oms_value_money(oms_int128_t value, int64_t multiplier, oms_money_t *out);

/* Puts a copy of the lot behind the position's others; its figures stay as they are.
 * OMS_ERR_NOMEM. */
int oms_position_append(oms_position_t *p, oms_lots_t *lots, const oms_lot_t *lot);

/* Empties the position's lots and figures (before the fills are booked again after a bust). */
void oms_position_reset(oms_position_t *p, oms_lots_t *lots);

/* Market value and unrealized gain at 'price'; OMS_ERR_OVERFLOW. */
int oms_position_value(const oms_position_t *p, oms_price_t price, int64_t multiplier,
                       oms_money_t *value, oms_money_t *unrealized);

#endif
