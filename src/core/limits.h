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

/* A limit by the name that sessions and clients have for it ('restricted' is a list and none of
 * them), and the decimals with which its number is written. */
typedef struct oms_limit_field {
  const char *key;
  size_t offset; /* of an int64_t in oms_limits_t */
  int decimals;
} oms_limit_field_t;
enum { OMS_LIMIT_FIELDS = 9 };
extern const oms_limit_field_t oms_limit_fields[OMS_LIMIT_FIELDS];
/* The field of that key; OMS_LIMIT_FIELDS: no limit is called so. */
size_t oms_limit_find(const char *key);
/* A limit's value, OMS_NO_PRICE: not limited. */
int64_t oms_limit_get(const oms_limits_t *l, size_t field);
void oms_limit_clear(oms_limits_t *l, size_t field);

#endif
