/* engine_limits.c - other limits for an account that trades already. What the windows that look
 * back in time remember stays; one that was not needed before begins empty. */
#include "base/alloc.h"
#include "core/engine_int.h"

static bool is_limited(const oms_limits_t *l) {
  return l->max_order_qty != OMS_NO_PRICE || l->max_order_notional != OMS_NO_PRICE ||
         l->price_collar_pct != OMS_NO_PRICE || l->max_position != OMS_NO_PRICE ||
         l->max_open_orders != OMS_NO_PRICE || l->max_orders_per_second != OMS_NO_PRICE ||
         l->max_gross_exposure != OMS_NO_PRICE || l->max_daily_loss != OMS_NO_PRICE ||
         l->duplicate_window_ns != OMS_NO_PRICE || l->restricted_n > 0;
}

int oms_engine_set_limits(oms_engine_t *e, uint16_t account, const oms_limits_t *limits) {
  oms_account_cell_t *cell = engine_account(e, account);
  oms_account_cell_t fresh = {.a = {.limits = *limits}};
  int rc = engine_window_init(&fresh);
  if (rc != OMS_OK) {
    return rc;
  }
  if (fresh.rate.cap > 0 && cell->rate.cap == 0) {
    cell->rate = fresh.rate;
    fresh.rate = (oms_rate_t){0};
  }
  if (fresh.recent.cap > 0 && cell->recent.cap == 0) {
    cell->recent = fresh.recent;
    fresh.recent = (oms_recent_t){0};
  }
  engine_window_free(&fresh);
  cell->a.limits = *limits;
  cell->limited = is_limited(limits);
  return OMS_OK;
}
