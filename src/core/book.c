/* book.c - positions and their lots: first in, first out, shorts below zero, through zero at once.
 * Leaves out cash and marks over time; the engine keeps those.
 * Invariants, after every call:
 *   1. qty is the sum of the lots' quantities, which all have its sign; cost is that of
 *      price times quantity and of the rests.
 *   2. A call that fails has changed nothing.
 *   3. Neither a quantity nor a price is ever OMS_NO_PRICE. */
#include "core/book.h"

#include "base/check.h"

#define LOT_SHIFT 10

int oms_lots_init(oms_lots_t *lots, uint32_t cap) {
  lots->free = OMS_NONE;
  return oms_pool_init(&lots->pool, sizeof(oms_lot_t), LOT_SHIFT, cap);
}

void oms_lots_free(oms_lots_t *lots) {
  oms_pool_free(&lots->pool);
  lots->free = OMS_NONE;
}

static oms_lot_t *lot_at(const oms_lots_t *lots, uint32_t i) {
  return oms_pool_at(&lots->pool, i);
}

static void lot_give_back(oms_lots_t *lots, uint32_t i) {
  lot_at(lots, i)->next = lots->free;
  lots->free = i;
}

static int lot_take(oms_lots_t *lots, uint32_t *i) {
  if (lots->free == OMS_NONE) {
    return oms_pool_new(&lots->pool, i) == OMS_OK ? OMS_OK : OMS_ERR_NOMEM;
  }
  *i = lots->free;
  lots->free = lot_at(lots, *i)->next;
  return OMS_OK;
}

/* 1e-18 value times a 1e-9 multiplier to money, half away from zero. Common factors of ten go
 * first: whole multipliers leave small numbers, so that 128 bits hold whatever fits in money. */
int oms_value_money(oms_int128_t value, int64_t multiplier, oms_money_t *out) {
  if (OMS_LIKELY(multiplier == OMS_QTY_SCALE && oms_money_of_small(value, out))) {
    return OMS_OK;
  }
  oms_int128_t divisor = (oms_int128_t)INT64_C(1000000000000) * INT64_C(1000000000);
  int64_t m = multiplier;
  for (int i = 0; i < OMS_QTY_DECIMALS && m % 10 == 0; i++) {
    m /= 10;
    divisor /= 10;
  }
  oms_int128_t product;
  oms_int128_t rounded; /* the division adds half of the divisor: that must fit as well */
  if (__builtin_mul_overflow(value, (oms_int128_t)m, &product) ||
      __builtin_add_overflow(product, product < 0 ? -divisor : divisor, &rounded)) {
    return OMS_ERR_OVERFLOW;
  }
  return oms_narrow(oms_div_half_away(product, divisor), out);
}

oms_price_t oms_position_avg_price(const oms_position_t *p) {
  oms_price_t price;
  if (p->qty == 0) {
    return OMS_NO_PRICE;
  }
  oms_int128_t cost = p->qty < 0 ? -p->cost : p->cost;
  oms_int128_t qty = p->qty < 0 ? -(oms_int128_t)p->qty : p->qty;
  return oms_narrow(oms_div_half_away(cost, qty), &price) == OMS_OK ? price : OMS_NO_PRICE;
}

/* What a fill will do, worked out before anything changes. */
typedef struct plan {
  oms_qty_t qty;        /* the position's, after it */
  oms_qty_t closed;     /* signed like the lots that are closed */
  oms_qty_t opened;     /* signed like the fill */
  oms_int128_t cost;    /* the position's, after it */
  oms_int128_t gone;    /* cost of what it closes */
  oms_int128_t gain;    /* of what it closes, 1e-18 */
  oms_money_t realized; /* the same as money */
  oms_money_t realized_pl;
} plan_t;

static oms_qty_t part_of_lot(const oms_lot_t *lot, oms_qty_t left) {
  return lot->qty < 0 ? (left < lot->qty ? lot->qty : left) : (left > lot->qty ? lot->qty : left);
}

static int64_t rest_of_part(const oms_lot_t *lot, oms_qty_t part) {
  return oms_stake_rest(&(oms_stake_t){lot->qty, lot->price, lot->rest}, part);
}

/* Two factors of 64 bits always fit; a difference of prices that is wider may not. */
static bool gain_of(oms_price_t price, oms_price_t from, oms_qty_t qty, oms_int128_t *gain) {
  int64_t difference;
  if (OMS_LIKELY(oms_sub(price, from, &difference) == OMS_OK)) {
    *gain = (oms_int128_t)difference * qty;
    return true;
  }
  return !__builtin_mul_overflow((oms_int128_t)price - from, (oms_int128_t)qty, gain);
}

/* Walks the lots that 'plan->closed' uses up, oldest first, for their cost and gain. */
static int plan_close(const oms_position_t *p, const oms_lots_t *lots, oms_price_t price,
                      plan_t *plan) {
  oms_qty_t left = plan->closed;
  for (uint32_t i = p->first_lot; left != 0; i = lot_at(lots, i)->next) {
    const oms_lot_t *lot = lot_at(lots, i);
    oms_qty_t part = part_of_lot(lot, left);
    int64_t rest = rest_of_part(lot, part);
    oms_int128_t gain, gone = (oms_int128_t)lot->price * part + rest;
    if (!gain_of(price, lot->price, part, &gain) ||
        __builtin_add_overflow(plan->gain, gain - rest, &plan->gain) ||
        __builtin_add_overflow(plan->gone, gone, &plan->gone)) {
      return OMS_ERR_OVERFLOW;
    }
    left -= part;
  }
  return OMS_OK;
}

/* A position that opposes the fill is closed as far as the fill goes; the rest of the fill opens.
 * */
static int make_plan(const oms_position_t *p, const oms_lots_t *lots, oms_qty_t qty,
                     oms_price_t price, int64_t multiplier, plan_t *plan) {
  *plan = (plan_t){.opened = qty};
  if (qty == INT64_MIN || price == INT64_MIN || oms_add(p->qty, qty, &plan->qty) != OMS_OK ||
      plan->qty == INT64_MIN) {
    return OMS_ERR_OVERFLOW;
  }
  if ((p->qty > 0 && qty < 0) || (p->qty < 0 && qty > 0)) {
    bool whole = p->qty > 0 ? plan->qty <= 0 : plan->qty >= 0;
    plan->closed = whole ? p->qty : -qty;
    plan->opened = qty + plan->closed;
  }
  int rc = plan_close(p, lots, price, plan);
  if (rc != OMS_OK) {
    return rc;
  }
  if (__builtin_sub_overflow(p->cost, plan->gone, &plan->cost) ||
      __builtin_add_overflow(plan->cost, (oms_int128_t)price * plan->opened, &plan->cost) ||
      oms_value_money(plan->gain, multiplier, &plan->realized) != OMS_OK ||
      oms_add(p->realized_pl, plan->realized, &plan->realized_pl) != OMS_OK) {
    return OMS_ERR_OVERFLOW;
  }
  return OMS_OK;
}

static void close_lots(oms_position_t *p, oms_lots_t *lots, oms_qty_t closed) {
  oms_qty_t left = closed;
  while (left != 0) {
    uint32_t i = p->first_lot;
    oms_lot_t *lot = lot_at(lots, i);
    oms_qty_t part = part_of_lot(lot, left);
    left -= part;
    lot->rest -= rest_of_part(lot, part);
    lot->qty -= part;
    if (lot->qty != 0) {
      return;
    }
    p->first_lot = lot->next;
    if (p->first_lot == OMS_NONE) {
      p->last_lot = OMS_NONE;
    }
    lot_give_back(lots, i);
  }
}

static void append_lot(oms_position_t *p, oms_lots_t *lots, uint32_t i, oms_lot_t lot) {
  *lot_at(lots, i) = lot;
  if (p->last_lot == OMS_NONE) {
    p->first_lot = i;
  } else {
    lot_at(lots, p->last_lot)->next = i;
  }
  p->last_lot = i;
}

int oms_position_append(oms_position_t *p, oms_lots_t *lots, const oms_lot_t *lot) {
  uint32_t i;
  int rc = lot_take(lots, &i);
  if (rc == OMS_OK) {
    append_lot(p, lots, i, *lot);
    lot_at(lots, i)->next = OMS_NONE;
  }
  return rc;
}

int oms_position_foresee(const oms_position_t *p, const oms_lots_t *lots, oms_qty_t qty,
                         oms_price_t price, int64_t multiplier, oms_money_t *realized) {
  plan_t plan;
  int rc = make_plan(p, lots, qty, price, multiplier, &plan);
  *realized = plan.realized;
  return rc;
}

int oms_position_apply(oms_position_t *p, oms_lots_t *lots, uint32_t fill, oms_qty_t qty,
                       oms_price_t price, int64_t multiplier, oms_money_t *realized,
                       oms_qty_t *closed_qty) {
  plan_t plan;
  uint32_t opening = OMS_NONE;
  int rc = make_plan(p, lots, qty, price, multiplier, &plan);
  if (rc == OMS_OK && plan.closed == 0 && plan.opened != 0) {
    rc = lot_take(lots, &opening);
  }
  if (rc != OMS_OK) {
    return rc;
  }
  close_lots(p, lots, plan.closed);
  if (plan.opened != 0) {
    if (opening == OMS_NONE) {
      (void)lot_take(lots, &opening); /* through zero: all lots were given back just now */
    }
    append_lot(p, lots, opening, (oms_lot_t){OMS_NONE, fill, plan.opened, price, 0});
  }
  p->qty = plan.qty;
  p->cost = plan.cost;
  p->realized_pl = plan.realized_pl;
  p->version++;
  *realized = plan.realized;
  *closed_qty = plan.closed < 0 ? -plan.closed : plan.closed;
  return OMS_OK;
}

/* What the working orders may add does not come from fills and stays. */
void oms_position_reset(oms_position_t *p, oms_lots_t *lots) {
  if (p->last_lot != OMS_NONE) {
    lot_at(lots, p->last_lot)->next = lots->free;
    lots->free = p->first_lot;
  }
  p->first_lot = OMS_NONE;
  p->last_lot = OMS_NONE;
  p->qty = 0;
  p->cost = 0;
  p->realized_pl = 0;
  p->commission = 0;
  p->dividends = 0;
  p->in_lieu = 0;
  p->market_value = 0;
  p->version++;
}

static oms_stake_t stake_of(const oms_lot_t *lot) {
  return (oms_stake_t){lot->qty, lot->price, lot->rest};
}

/* Walks the lots as a split will leave them, without changing any. '*dust': what a position that
 * vanishes cost. */
static int foresee_split(const oms_position_t *p, const oms_lots_t *lots, const oms_split_t *split,
                         oms_int128_t *dust) {
  oms_split_walk_t walk = {.split = *split};
  oms_stake_t last = {0, 0, 0};
  int rc = OMS_OK;
  for (uint32_t i = p->first_lot; i != OMS_NONE && rc == OMS_OK; i = lot_at(lots, i)->next) {
    oms_stake_t stake = stake_of(lot_at(lots, i));
    rc = oms_split_next(&walk, &stake);
    last = stake.qty != 0 ? stake : last;
  }
  *dust = last.qty == 0 ? walk.carry : 0;
  return rc == OMS_OK && last.qty != 0 ? oms_stake_add(&last, walk.carry) : rc;
}

static void take_stake(oms_lot_t *lot, const oms_stake_t *stake) {
  lot->qty = stake->qty;
  lot->price = stake->price;
  lot->rest = stake->rest;
}

/* Rewrites the chain: lots of which nothing is left are given back. */
static void split_lots(oms_position_t *p, oms_lots_t *lots, const oms_split_t *split) {
  oms_split_walk_t walk = {.split = *split};
  uint32_t next, i = p->first_lot;
  p->first_lot = p->last_lot = OMS_NONE;
  for (; i != OMS_NONE; i = next) {
    oms_lot_t lot = *lot_at(lots, i);
    oms_stake_t stake = stake_of(&lot);
    next = lot.next;
    (void)oms_split_next(&walk, &stake); /* foreseen */
    if (stake.qty == 0) {
      lot_give_back(lots, i);
      continue;
    }
    take_stake(&lot, &stake);
    lot.next = OMS_NONE;
    append_lot(p, lots, i, lot);
  }
  if (p->last_lot != OMS_NONE && walk.carry != 0) {
    oms_stake_t stake = stake_of(lot_at(lots, p->last_lot));
    (void)oms_stake_add(&stake, walk.carry);
    take_stake(lot_at(lots, p->last_lot), &stake);
  }
  p->qty = walk.sum;
}

int oms_position_split(oms_position_t *p, oms_lots_t *lots, const oms_split_t *split,
                       int64_t multiplier) {
  oms_int128_t dust;
  oms_money_t lost = 0, realized_pl;
  int rc = foresee_split(p, lots, split, &dust);
  if (rc == OMS_OK && dust != 0) {
    rc = oms_value_money(dust, multiplier, &lost);
  }
  if (rc != OMS_OK || oms_sub(p->realized_pl, lost, &realized_pl) != OMS_OK) {
    return OMS_ERR_OVERFLOW;
  }
  split_lots(p, lots, split);
  p->cost -= dust;
  p->realized_pl = realized_pl;
  p->version++;
  return OMS_OK;
}

void oms_position_restore(oms_position_t *p, oms_lots_t *lots, const oms_position_t *was,
                          const oms_lot_t *list, size_t n) {
  uint32_t version = p->version;
  *p = *was;
  p->version = version + 1;
  p->first_lot = p->last_lot = OMS_NONE;
  for (size_t i = 0; i < n; i++) {
    uint32_t at;
    int rc = lot_take(lots, &at);
    OMS_CHECK(rc == OMS_OK); /* its own were given back */
    oms_lot_t lot = list[i];
    lot.next = OMS_NONE;
    append_lot(p, lots, at, lot);
  }
}

int oms_position_value(const oms_position_t *p, oms_price_t price, int64_t multiplier,
                       oms_money_t *value, oms_money_t *unrealized) {
  oms_int128_t worth = (oms_int128_t)price * p->qty;
  oms_int128_t gain;
  oms_money_t v;
  oms_money_t u;
  if (__builtin_sub_overflow(worth, p->cost, &gain) ||
      oms_value_money(worth, multiplier, &v) != OMS_OK ||
      oms_value_money(gain, multiplier, &u) != OMS_OK) {
    return OMS_ERR_OVERFLOW;
  }
  *value = v;
  *unrealized = u;
  return OMS_OK;
}
