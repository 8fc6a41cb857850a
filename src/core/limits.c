/* limits.c - hard limits as they are before anyone sets one. */
#include "core/limits.h"

void oms_limits_none(oms_limits_t *l) {
  *l = (oms_limits_t){
      .max_order_qty = OMS_NO_PRICE,
      .max_order_notional = OMS_NO_PRICE,
      .price_collar_pct = OMS_NO_PRICE,
      .max_position = OMS_NO_PRICE,
      .max_open_orders = OMS_NO_PRICE,
      .max_orders_per_second = OMS_NO_PRICE,
      .max_gross_exposure = OMS_NO_PRICE,
      .max_daily_loss = OMS_NO_PRICE,
      .duplicate_window_ns = OMS_NO_PRICE,
  };
}
