/* commission.h - commission models: rates that add up, on an order's cumulative quantity, so that
 * each fill pays the increase (simulator.md, section 4); regulatory fees of US sells by date. */
#ifndef OMS_CORE_COMMISSION_H
#define OMS_CORE_COMMISSION_H

#include "core/order.h"

typedef struct oms_commission_model {
  int64_t per_share, per_contract; /* 1e-9 of the currency unit a share or contract */
  oms_ratio_t percent;             /* per hundred of traded value, 1e-9 */
  oms_money_t per_order;
  oms_money_t min, max; /* amounts an order, on the sum of the four rates; OMS_NO_PRICE: none */
  bool regulatory;      /* SEC Section 31 and FINRA TAF on sells, on top */
} oms_commission_model_t;

/* Whether the model can charge anything before regulatory fees: false saves the sums. */
bool oms_commission_charges(const oms_commission_model_t *m);

/* Commission of an order that has filled 'qty' (> 0) for 'notional' money in all, before regulatory
 * fees, 1e-6, half away from zero; 0 when qty is 0. OMS_ERR_OVERFLOW. */
int oms_commission_total(const oms_commission_model_t *m, int asset_class, oms_qty_t qty,
                         oms_money_t notional, oms_money_t *out);

/* Regulatory fees of 'qty' sold for 'notional' on one trade day (days since 1970, New York), each
 * fee rounded up to the cent; 0 for buys and asset classes without them. Only rates with a source
 * are known: from 2005 to 2011, and in 2015, some of the SEC's are missing and the one before them
 * stands; contracts pay FINRA's fee from 2022 on. */
int oms_regulatory_fees(int64_t day, int asset_class, bool is_buy, oms_qty_t qty,
                        oms_money_t notional, oms_money_t *out);

#endif
