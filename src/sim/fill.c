/* fill.c - one fill: how much of it (the bar's budget of participation), at what price (slippage),
 * for what commission, whether the account can pay. Leaves out whether and where an order fills
 * (match.c, path.c). */
#include "base/check.h"
#include "base/time.h"
#include "sim/flow.h"

/* The bar's volume at the scale of quantities. As a decimal, where it fits: a fraction of 0.3 must
 * not begin with 0.29999. Volumes beyond that are whole numbers for all that matters. */
static oms_int128_t fixed_volume(double volume) {
  int64_t fixed;
  if (oms_fixed_from_double(volume, OMS_QTY_DECIMALS, &fixed) == OMS_OK) {
    return fixed;
  }
  return volume > 0 && volume < 1e18 ? (oms_int128_t)(int64_t)volume * OMS_QTY_SCALE
                                     : (oms_int128_t)INT64_MAX * OMS_QTY_SCALE;
}

static oms_qty_t to_lot(oms_qty_t qty, oms_qty_t lot) {
  return lot > 0 ? qty - qty % lot : qty;
}

/* What all orders together may still take of the bar. */
static oms_qty_t budget(oms_sim_t *s, sim_symbol_t *sym, const oms_bar_t *bar, oms_qty_t lot) {
  if (s->config.max_participation == OMS_NO_PRICE || !sym->terms.has_volume) {
    return INT64_MAX;
  }
  if (!sym->budget_known) {
    oms_int128_t share = fixed_volume(bar->volume) * s->config.max_participation / OMS_PRICE_SCALE;
    sym->budget = share > INT64_MAX ? INT64_MAX : share < 0 ? 0 : (oms_qty_t)share;
    sym->budget = to_lot(sym->budget, lot);
    sym->budget_known = true;
  }
  return sym->budget;
}

/* Worsens the price; away from the market at 1e-9. Overflow leaves it as it is: there is no worse
 * price. */
oms_price_t sim_worsened(const oms_sim_t *s, const sim_slot_t *slot, oms_price_t price, int times) {
  const oms_sim_config_t *c = &s->config;
  if (!slot->slips || (c->slippage_ticks == 0 && c->slippage_percent == 0)) {
    return price;
  }
  oms_price_t tick = oms_engine_instrument(s->engine, slot->instrument)->tick;
  oms_int128_t size = price < 0 ? -(oms_int128_t)price : price;
  oms_int128_t away =
      oms_div_ceil(size * c->slippage_percent * times, 100 * (oms_int128_t)OMS_PRICE_SCALE);
  away += (oms_int128_t)c->slippage_ticks * tick * times;
  oms_price_t out;
  return oms_narrow(slot->is_buy ? price + away : price - away, &out) == OMS_OK ? out : price;
}

static int64_t absolute(int64_t v) {
  return v < 0 ? -v : v;
}

/* Fees of a sale: up to the cent on what the order has sold on the trade day. */
static int add_regulatory(oms_time_t traded, int asset_class, oms_qty_t qty, oms_money_t notional,
                          sim_sums_t *sums, oms_money_t *due) {
  int64_t day = oms_day_of_local(oms_time_to_local(traded, oms_zone_new_york));
  if (sums->day_qty == 0 || sums->day != day) {
    sums->day = day;
    sums->day_qty = 0;
    sums->day_notional = 0;
    sums->day_fees = 0;
  }
  oms_money_t fees;
  if (oms_add(sums->day_qty, qty, &sums->day_qty) != OMS_OK ||
      oms_add(sums->day_notional, notional, &sums->day_notional) != OMS_OK ||
      oms_regulatory_fees(day, asset_class, false, sums->day_qty, sums->day_notional, &fees) !=
          OMS_OK ||
      oms_add(*due, fees - sums->day_fees, due) != OMS_OK) {
    return OMS_ERR_OVERFLOW;
  }
  sums->day_fees = fees;
  return OMS_OK;
}

/* The order's sums with one more fill, and what it owes for it. */
typedef struct sim_bill {
  sim_sums_t sums;
  oms_money_t due;
} sim_bill_t;

/* OMS_ERR_OVERFLOW. */
static int charge(const oms_sim_t *s, const sim_slot_t *slot, const sim_point_t *at, oms_qty_t qty,
                  oms_price_t price, sim_bill_t *bill) {
  const oms_instrument_t *i = oms_engine_instrument(s->engine, slot->instrument);
  const oms_commission_model_t *m = &s->config.commission;
  sim_sums_t *sums = &bill->sums;
  oms_money_t notional, total;
  *bill = (sim_bill_t){slot->sums, 0};
  if (!s->charges) {
    return OMS_OK;
  }
  if (oms_notional(price, qty, i->multiplier, &notional) != OMS_OK) {
    return OMS_ERR_OVERFLOW;
  }
  notional = absolute(notional);
  if (oms_add(sums->qty, qty, &sums->qty) != OMS_OK ||
      oms_add(sums->notional, notional, &sums->notional) != OMS_OK ||
      oms_commission_total(m, i->asset_class, sums->qty, sums->notional, &total) != OMS_OK) {
    return OMS_ERR_OVERFLOW;
  }
  bill->due = total - sums->charged;
  sums->charged = total;
  if (!m->regulatory || slot->is_buy) {
    return OMS_OK;
  }
  oms_time_t traded = at->bar != NULL ? at->bar->end - 1 : at->ts;
  return add_regulatory(traded, i->asset_class, qty, notional, sums, &bill->due);
}

/* 'O' and 'C' of auctions; what rested at its price added liquidity. */
static uint8_t liquidity(const sim_slot_t *slot, const sim_point_t *at) {
  if (slot->tif == OMS_TIF_OPG || slot->tif == OMS_TIF_CLS) {
    return slot->tif == OMS_TIF_OPG ? 'O' : 'C';
  }
  if (at->bar == NULL) {
    return at->adds ? 'A' : 'R';
  }
  return at->phase == SIM_INSIDE && slot->shape == SIM_LIMIT && at->price == slot->limit ? 'A'
                                                                                         : 'R';
}

/* What the bar still has for the order; nothing where it must be filled whole and cannot. */
static oms_qty_t fill_qty(oms_sim_t *s, sim_symbol_t *sym, const sim_slot_t *slot,
                          const oms_bar_t *bar, oms_qty_t leaves) {
  oms_qty_t lot = oms_engine_instrument(s->engine, slot->instrument)->lot;
  oms_qty_t room = budget(s, sym, bar, lot);
  if (leaves <= room) {
    return leaves;
  }
  return slot->tif == OMS_TIF_FOK ? 0 : to_lot(room, lot);
}

/* Reports the fill that has been paid for. True when the slot is still alive. */
static bool book(oms_sim_t *s, sim_symbol_t *sym, sim_slot_t *slot, const sim_point_t *at,
                 const oms_report_t *r, const sim_bill_t *bill, oms_time_t now) {
  uint64_t rank = slot->rank;
  bool whole = r->qty == sim_own_leaves(s, slot);
  slot->sums = bill->sums;
  sym->budget -= sym->budget_known ? r->qty : 0;
  if (at->left != NULL && *at->left != INT64_MAX) {
    *at->left -= r->qty;
  }
  if (at->cross != NULL) {
    sim_flow_match(s, sym, at->cross, r->qty);
  }
  if (whole) {
    sim_slot_free(s, slot);
  }
  sim_post(s, r, at, now);
  return slot->rank == rank;
}

bool sim_fill_qty(oms_sim_t *s, sim_symbol_t *sym, sim_slot_t *slot, const sim_point_t *at,
                  oms_qty_t qty, oms_price_t price, oms_time_t now) {
  sim_bill_t bill;
  if (charge(s, slot, at, qty, price, &bill) != OMS_OK) {
    sim_end(s, slot, OMS_REPORT_CANCELED, OMS_CODE_INVALID_QTY,
            "the value of the fill is out of range", now);
    return false;
  }
  char message[256] = "";
  if (!s->sink.can_pay(s->sink.self, slot->order, qty, price, bill.due, message)) {
    sim_end(s, slot, OMS_REPORT_CANCELED, OMS_CODE_INSUFFICIENT_BUYING_POWER, message, now);
    return false;
  }
  oms_report_t r = {.type = OMS_REPORT_FILL,
                    .liquidity = liquidity(slot, at),
                    .has_commission = true,
                    .order = slot->order,
                    .ts = at->bar != NULL ? at->bar->ts : at->ts,
                    .qty = qty,
                    .price = price,
                    .stop_price = OMS_NO_PRICE,
                    .commission = bill.due,
                    .execution_no = ++s->executions};
  return book(s, sym, slot, at, &r, &bill, now);
}

bool sim_fill(oms_sim_t *s, sim_symbol_t *sym, sim_slot_t *slot, const sim_point_t *at,
              oms_time_t now) {
  oms_qty_t leaves = oms_order_leaves(oms_engine_order(s->engine, slot->order));
  if (leaves == 0) {
    sim_slot_free(s, slot); /* ended by a report from elsewhere */
    return false;
  }
  oms_qty_t qty = fill_qty(s, sym, slot, at->bar, leaves);
  return qty == 0 || sim_fill_qty(s, sym, slot, at, qty, sim_worsened(s, slot, at->price, 1), now);
}
