/* limits.h - the hard limits of an account, as set. What they count is in engine_window.c and
 * engine_check.c. orders.md, sections 6, 7, 9. */
#ifndef OMS_CORE_LIMITS_H
#define OMS_CORE_LIMITS_H

#include "base/containers.h"
#include "core/order.h"

/* Settings of one account; OMS_NO_PRICE: not limited. */
typedef struct oms_limits {
  oms_qty_t max_order_qty;
  oms_money_t max_order_notional;
  oms_ratio_t price_collar_pct; /* 5 % is 5000000000 */
  oms_qty_t max_position;
  int64_t max_open_orders;       /* count */
  int64_t max_orders_per_second; /* count */
  oms_money_t max_gross_exposure;
  oms_money_t max_daily_loss;
  int64_t duplicate_window_ns;
  /* By instrument index, 'restricted_n' of them; the engine takes a copy. */
  const uint8_t *restricted;
  uint32_t restricted_n;
} oms_limits_t;
void oms_limits_none(oms_limits_t *l);

#endif
