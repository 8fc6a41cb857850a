/* limits.c - hard limits by name, and as they are before anyone sets one. */
#include "core/limits.h"

#include <string.h>

#define AT(field) offsetof(oms_limits_t, field)
const oms_limit_field_t oms_limit_fields[OMS_LIMIT_FIELDS] = {
    {"max_order_qty",         AT(max_order_qty),         OMS_QTY_DECIMALS  },
    {"max_order_notional",    AT(max_order_notional),    OMS_MONEY_DECIMALS},
    {"price_collar_pct",      AT(price_collar_pct),      OMS_QTY_DECIMALS  },
    {"max_position",          AT(max_position),          OMS_QTY_DECIMALS  },
    {"max_open_orders",       AT(max_open_orders),       0                 },
    {"max_orders_per_second", AT(max_orders_per_second), 0                 },
    {"max_gross_exposure",    AT(max_gross_exposure),    OMS_MONEY_DECIMALS},
    {"max_daily_loss",        AT(max_daily_loss),        OMS_MONEY_DECIMALS},
    {"duplicate_window_s",    AT(duplicate_window_ns),   OMS_QTY_DECIMALS  },
};
#undef AT

size_t oms_limit_find(const char *key) {
  size_t i = 0;
  while (i < OMS_LIMIT_FIELDS && strcmp(oms_limit_fields[i].key, key) != 0) {
    i++;
  }
  return i;
}

int64_t oms_limit_get(const oms_limits_t *l, size_t field) {
  int64_t v;
  memcpy(&v, (const char *)l + oms_limit_fields[field].offset, sizeof v);
  return v;
}

void oms_limit_clear(oms_limits_t *l, size_t field) {
  const int64_t none = OMS_NO_PRICE;
  memcpy((char *)l + oms_limit_fields[field].offset, &none, sizeof none);
}

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
