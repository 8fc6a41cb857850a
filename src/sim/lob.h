/* lob.h - a price-time priority order book: resting limit orders of two sides, at each price in
 * order of arrival. A pure data structure: it knows nothing of the desk, the clock or the flow's
 * file. Prices and quantities are 1e-9, any price but OMS_NO_PRICE. Memory follows the number of
 * resting orders and of prices at which they rest, whatever these prices are. Canceling and
 * reducing take the same time in a deep queue as in a short one; only a price that comes or goes is
 * looked for among the prices, in a tree. Nothing is allocated once the book has been as large as
 * it gets. */
#ifndef OMS_SIM_LOB_H
#define OMS_SIM_LOB_H

#include "base/fixed.h"

#define OMS_LOB_NONE UINT32_MAX /* no such order */

typedef struct oms_lob oms_lob_t;

/* An order that comes to the book. */
typedef struct oms_lob_new {
  uint64_t id;  /* of the caller's numbering; 0: it has no name, only its place finds it */
  uint32_t tag; /* the caller's own, kept with the order */
  bool is_buy;
  oms_price_t price;
  oms_qty_t qty; /* > 0 */
} oms_lob_new_t;

/* One match, at the price of the resting order. */
typedef struct oms_lob_match {
  uint64_t taker, maker; /* ids */
  oms_qty_t qty;
  oms_price_t price;
} oms_lob_match_t;
typedef void oms_lob_match_fn(void *ctx, const oms_lob_match_t *m);

/* NULL when out of memory. The caller frees it. */
oms_lob_t *oms_lob_new(void);
void oms_lob_free(oms_lob_t *b);

/* Matches the order against the other side, best price first, then lets the rest rest. 'fn' (may be
 * NULL) hears of each match and must not touch the book. OMS_ERR_NOMEM; OMS_ERR_RANGE: no usable
 * price or quantity; OMS_ERR_EXISTS: the id rests in the book; with all of them nothing has
 * happened. An id may come again once its order has gone. */
int oms_lob_add(oms_lob_t *b, const oms_lob_new_t *o, oms_lob_match_fn *fn, void *ctx);
/* Takes the order out. False: no such order rests, as when it has filled. */
bool oms_lob_cancel(oms_lob_t *b, uint64_t id);
/* Gives the order a new, smaller quantity; it keeps its place. 0 or less takes it out. False, and
 * nothing happens: no such order rests, or the quantity is not smaller. */
bool oms_lob_reduce(oms_lob_t *b, uint64_t id, oms_qty_t qty);

/* The same in steps, for a caller that has something to do between two matches. A place names a
 * resting order until it leaves the book, and may then name another one. */

/* Lets the order rest behind all others at its price, whatever stands on the other side, and gives
 * its place. Errors as oms_lob_add. */
int oms_lob_rest(oms_lob_t *b, const oms_lob_new_t *o, uint32_t *place);
/* The first order at the best price of a side; OMS_LOB_NONE when the side is empty. */
uint32_t oms_lob_first(const oms_lob_t *b, bool is_buy);
/* The order with that id, or OMS_LOB_NONE. */
uint32_t oms_lob_find(const oms_lob_t *b, uint64_t id);
/* What the resting order is; its quantity is what is left of it. */
oms_lob_new_t oms_lob_order(const oms_lob_t *b, uint32_t place);
/* Takes 'qty' (> 0, at most what is left) off the resting order; true: nothing is left, it has
 * gone. */
bool oms_lob_take(oms_lob_t *b, uint32_t place, oms_qty_t qty);
/* Gives the resting order another quantity (> 0) in its place. */
void oms_lob_resize(oms_lob_t *b, uint32_t place, oms_qty_t qty);
void oms_lob_remove(oms_lob_t *b, uint32_t place);

/* Best price of a side and what rests there in all (INT64_MAX where it is more than that). False:
 * the side is empty. */
bool oms_lob_best(const oms_lob_t *b, bool is_buy, oms_price_t *price, oms_qty_t *qty);
/* What rests on a side at 'worst' or better, counted until it is 'enough'; OMS_NO_PRICE: at any
 * price. */
oms_qty_t oms_lob_depth(const oms_lob_t *b, bool is_buy, oms_price_t worst, oms_qty_t enough);
/* Orders that rest. */
size_t oms_lob_count(const oms_lob_t *b);

/* Walks the invariants: order of prices and of arrival, sums, links, names. For tests. */
bool oms_lob_verify(const oms_lob_t *b);

#endif
