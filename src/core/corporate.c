/* corporate.c - the arithmetic of splits. Invariants: the quantities of a walk sum to the split of
 * their sum, to 1e-9 towards zero; the costs of its stakes and its carry sum to what they were,
 * exactly. */
#include "core/corporate.h"

const char *const oms_corporate_words[OMS_CORPORATE_KINDS] = {"split", "stock_dividend",
                                                              "dividend"};

#define LONG_RATIO 1000000 /* of six decimals or more: it may be a rounded fraction */
#define MOST_TERM  1000

/* The unit of the last decimal that is not zero: 1e-9 up. */
static int64_t last_decimal(int64_t ratio) {
  int64_t unit = 1;
  while (unit < OMS_PRICE_SCALE && ratio % (unit * 10) == 0) {
    unit *= 10;
  }
  return unit;
}

static int64_t common_divisor(int64_t a, int64_t b) {
  while (b != 0) {
    int64_t rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

/* The smallest denominator with which a fraction comes to the ratio, rounded or cut. */
static bool find_fraction(int64_t ratio, int64_t unit, oms_split_t *out) {
  for (int64_t den = 1; den <= MOST_TERM; den++) {
    oms_int128_t scaled = (oms_int128_t)ratio * den;
    int64_t num = (int64_t)oms_div_half_away(scaled, OMS_PRICE_SCALE);
    oms_int128_t off =
        (oms_int128_t)num * OMS_PRICE_SCALE - scaled; /* of the fraction, times den */
    oms_int128_t most = (oms_int128_t)unit * den;
    if (num > 0 && num <= MOST_TERM && off < most && 2 * off >= -most) {
      *out = (oms_split_t){num, den};
      return true;
    }
  }
  return false;
}

oms_split_t oms_split_of(int64_t ratio) {
  int64_t unit = last_decimal(ratio);
  oms_split_t found;
  if (unit <= OMS_PRICE_SCALE / LONG_RATIO && find_fraction(ratio, unit, &found)) {
    return found;
  }
  int64_t divisor = common_divisor(ratio, OMS_PRICE_SCALE);
  return (oms_split_t){ratio / divisor, OMS_PRICE_SCALE / divisor};
}

int oms_split_qty(const oms_split_t *s, oms_qty_t qty, oms_qty_t *out) {
  int rc = oms_mul_div_trunc(qty, s->num, s->den, out);
  return rc == OMS_OK && *out == OMS_NO_PRICE ? OMS_ERR_OVERFLOW : rc;
}

int oms_split_price(const oms_split_t *s, oms_price_t price, oms_rounding_t rounding, int64_t unit,
                    oms_price_t *out) {
  oms_int128_t n = (oms_int128_t)price * s->den, d = (oms_int128_t)s->num * unit, units;
  switch (rounding) {
  case OMS_ROUND_DOWN:
    units = oms_div_floor(n, d);
    break;
  case OMS_ROUND_UP:
    units = oms_div_ceil(n, d);
    break;
  case OMS_ROUND_NEAR:
  default:
    units = oms_div_half_away(n, d);
    break;
  }
  int rc = oms_narrow(units * unit, out);
  return rc == OMS_OK && *out == OMS_NO_PRICE ? OMS_ERR_OVERFLOW : rc;
}

static int set_cost(oms_stake_t *k, oms_int128_t cost) {
  oms_int128_t qty = k->qty, price;
  price = qty < 0 ? oms_div_half_away(-cost, -qty) : oms_div_half_away(cost, qty);
  if (oms_narrow(price, &k->price) != OMS_OK || k->price == OMS_NO_PRICE) {
    return OMS_ERR_OVERFLOW;
  }
  k->rest = (int64_t)(cost - price * qty);
  return OMS_OK;
}

int oms_stake_add(oms_stake_t *k, oms_int128_t cost) {
  return set_cost(k, (oms_int128_t)k->price * k->qty + k->rest + cost);
}

int oms_split_next(oms_split_walk_t *w, oms_stake_t *k) {
  oms_int128_t cost = (oms_int128_t)k->price * k->qty + k->rest + w->carry;
  oms_qty_t sum;
  w->old_sum += k->qty;
  int rc = oms_narrow(w->old_sum * w->split.num / w->split.den, &sum);
  if (rc != OMS_OK || sum == OMS_NO_PRICE) {
    return OMS_ERR_OVERFLOW;
  }
  k->qty = sum - w->sum;
  w->sum = sum;
  w->carry = k->qty == 0 ? cost : 0;
  return k->qty == 0 ? OMS_OK : set_cost(k, cost);
}
