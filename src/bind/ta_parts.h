/* ta_parts.h - the parts that indicators are made of: exact windows, means, running extremes.
 * Private to ta_*.c; inline because a call would cost as much as the work. Integers are 1e-9 of a
 * price. With prices up to OMS_TA_MAX_PRICE and windows up to OMS_TA_MAX_LENGTH the 128-bit sums
 * cannot overflow. */
#ifndef OMS_BIND_TA_PARTS_H
#define OMS_BIND_TA_PARTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/check.h"
#include "base/fixed.h"
#include "bind/ta.h"

#define TA_UNIT        1e9
#define TA_EXACT_COUNT INT64_C(4000000000)

/* 'sum' / ('n' * 1e9) as the nearest double, half to even, for any sum and count that indicators
 * have
 * (|sum| < 2^102, 0 < n < 2^40, a mean below 2^33). */
double oms_ta_divide(oms_int128_t sum, int64_t n);

/* To the nearest integer, half away from zero: as llround, without its call. The subtraction is
 * exact. */
static inline int64_t ta_nearest(double x) {
  int64_t whole = (int64_t)x;
  double rest = x - (double)whole;
  return whole + (rest >= 0.5) - (rest <= -0.5);
}

/* A price in range to 1e-9. Where the product would have more than 53 bits its units and its
 * fraction are converted apart: what comes in is what an average of it gives back. */
static inline int64_t ta_to_fixed(double v) {
  if (OMS_LIKELY(v < 9e6 && v > -9e6)) {
    return ta_nearest(v * TA_UNIT);
  }
  int64_t whole = (int64_t)v;
  return whole * OMS_PRICE_SCALE + ta_nearest((v - (double)whole) * TA_UNIT);
}

/* NaN fails both comparisons, so that one test serves for all that is refused. */
static inline bool ta_in_range(double v) {
  return v >= -OMS_TA_MAX_PRICE && v <= OMS_TA_MAX_PRICE;
}

/* A price to 1e-9. */
static inline int ta_price(double v, int64_t *out) {
  if (OMS_UNLIKELY(!ta_in_range(v))) {
    return OMS_ERR_RANGE;
  }
  *out = ta_to_fixed(v);
  return OMS_OK;
}

/* High, low and close to 1e-9. */
static inline int ta_prices(const double *in, int64_t *out) {
  for (int i = 0; i < 3; i++) {
    if (OMS_UNLIKELY(!ta_in_range(in[i]))) {
      return OMS_ERR_RANGE;
    }
    out[i] = ta_to_fixed(in[i]);
  }
  return OMS_OK;
}

/* ('whole' + 'rest') * 1e-9 for |rest| < 1. Up to 2^53 the integer is a double and is divided once,
 * so that a price comes back as the double it was; above (9 million) its units and its fraction are
 * converted apart, which comes to the same there. */
static inline double ta_from_fixed(int64_t whole, double rest) {
  const int64_t exact = INT64_C(1) << 53;
  if (OMS_LIKELY(whole <= exact && whole >= -exact)) {
    return ((double)whole + rest) / TA_UNIT;
  }
  return (double)(whole / OMS_PRICE_SCALE) + ((double)(whole % OMS_PRICE_SCALE) + rest) / TA_UNIT;
}

/* 'sum' / 'n' in units of price: the double nearest to the fraction. It is rounded once, so it is a
 * function of the fraction alone: equal fractions give equal doubles, and none is above a greater
 * one. Where the sum is a double (below 2^53, and far above it on a grid of cents) a single
 * division does that; n * 1e9 is one up to TA_EXACT_COUNT. Without the test a sum that is none
 * would be rounded twice, and break ties. */
static inline double ta_mean(oms_int128_t sum, int64_t n) {
  const int64_t most = INT64_C(1) << 62; /* what the double is converted back to fits */
  if (OMS_LIKELY(sum <= most && sum >= -most && n <= TA_EXACT_COUNT)) {
    double s = (double)(int64_t)sum;
    if (OMS_LIKELY((int64_t)s == (int64_t)sum)) {
      return s / ((double)n * TA_UNIT);
    }
  }
  return oms_ta_divide(sum, n);
}

/* The last 'n' integers and their sum. */
typedef struct ta_window {
  oms_int128_t sum;
  int64_t n;
  int64_t count; /* filled so far, at most n */
  int64_t at;    /* where the next one goes: the oldest when full */
  int64_t *ring;
} ta_window_t;

static inline void ta_window_init(ta_window_t *w, double n, int64_t *ring) {
  *w = (ta_window_t){.n = (int64_t)n, .ring = ring};
}

/* Adds one, drops the oldest when full. True when the window is full. */
static inline bool ta_window_push(ta_window_t *w, int64_t x) {
  if (OMS_LIKELY(w->count == w->n)) {
    w->sum -= w->ring[w->at];
  } else {
    w->count++;
  }
  w->sum += x;
  w->ring[w->at] = x;
  w->at = w->at + 1 == w->n ? 0 : w->at + 1;
  return w->count == w->n;
}

/* Exponential mean; starts as the mean of the first 'n'. */
typedef struct ta_ema {
  oms_int128_t seed;
  double plain_seed; /* of what is no price */
  double value;
  double k;
  int64_t n;
  int64_t count;
} ta_ema_t;

static inline void ta_ema_init(ta_ema_t *e, double n) {
  *e = (ta_ema_t){.n = (int64_t)n, .k = 2.0 / (n + 1.0)};
}

/* A price, given as 1e-9 and as it came. True when there is a value. */
static inline bool ta_ema_price(ta_ema_t *e, int64_t fixed, double v) {
  if (OMS_LIKELY(e->count == e->n)) {
    e->value += e->k * (v - e->value);
    return true;
  }
  e->seed += fixed;
  e->count++;
  e->value = ta_mean(e->seed, e->count);
  return e->count == e->n;
}

/* The same of a number that is no price. */
static inline bool ta_ema_plain(ta_ema_t *e, double v) {
  if (e->count == e->n) {
    e->value += e->k * (v - e->value);
    return true;
  }
  e->plain_seed += v;
  e->count++;
  e->value = e->plain_seed / (double)e->count;
  return e->count == e->n;
}

/* Wilder's mean, in units of price: first the mean of the first 'n', then each new one weighs 1/n.
 */
typedef struct ta_wilder {
  oms_int128_t seed;
  double value;
  int64_t n;
  int64_t count;
} ta_wilder_t;

static inline void ta_wilder_init(ta_wilder_t *w, double n) {
  *w = (ta_wilder_t){.n = (int64_t)n};
}

static inline bool ta_wilder_push(ta_wilder_t *w, int64_t fixed) {
  if (OMS_LIKELY(w->count == w->n)) {
    w->value = (w->value * (double)(w->n - 1) + (double)fixed / TA_UNIT) / (double)w->n;
    return true;
  }
  w->seed += fixed;
  w->count++;
  if (w->count < w->n) {
    return false;
  }
  w->value = ta_mean(w->seed, w->n);
  return true;
}

/* The greatest (sign 1) or least (sign -1) of the last 'n': a queue of those that a later one has
 * not yet beaten, falling from front to back, so that each enters and leaves once. */
typedef struct ta_rank {
  double v; /* times sign */
  int64_t bar;
} ta_rank_t;

typedef struct ta_extreme {
  double sign;
  int64_t n;
  int64_t bar;  /* bars seen */
  int64_t head; /* of the queue, in the ring */
  int64_t length;
  ta_rank_t *ring;
} ta_extreme_t;

static inline void ta_extreme_init(ta_extreme_t *e, double n, double sign, ta_rank_t *ring) {
  *e = (ta_extreme_t){.n = (int64_t)n, .sign = sign, .ring = ring};
}

static inline int64_t ta_extreme_slot(const ta_extreme_t *e, int64_t i) {
  int64_t slot = e->head + i;
  return slot >= e->n ? slot - e->n : slot;
}

static inline bool ta_extreme_push(ta_extreme_t *e, double v) {
  double x = v * e->sign;
  if (e->length > 0 && e->ring[e->head].bar <= e->bar - e->n) {
    e->head = ta_extreme_slot(e, 1);
    e->length--;
  }
  while (e->length > 0 && e->ring[ta_extreme_slot(e, e->length - 1)].v <= x) {
    e->length--;
  }
  e->ring[ta_extreme_slot(e, e->length)] = (ta_rank_t){x, e->bar};
  e->length++;
  e->bar++;
  return e->bar >= e->n;
}

static inline double ta_extreme_value(const ta_extreme_t *e) {
  return e->ring[e->head].v * e->sign;
}

/* Largest of high - low and the distances of both from the close before; high - low on the first
 * bar. */
static inline int64_t ta_true_range(const int64_t *bar, bool first, int64_t last_close) {
  int64_t high = !first && last_close > bar[0] ? last_close : bar[0];
  int64_t low = !first && last_close < bar[1] ? last_close : bar[1];
  return high - low;
}

/* Other terms of price. */

/* A price (1e-9) in them, half away from zero. */
static inline int64_t ta_scaled(int64_t x, const oms_scale_t *s) {
  const int64_t most = (int64_t)OMS_TA_MAX_PRICE * OMS_PRICE_SCALE;
  oms_int128_t now = oms_div_half_away((oms_int128_t)x * s->price_num, s->price_den);
  return now > most ? most : now < -most ? -most : (int64_t)now;
}

/* 'x' * 'num' / 'den' for sums of any size; what would be beyond 'most' (at most 1.6e38, so that
 * the error of the look in doubles does not matter) stops there. */
static inline oms_int128_t ta_scaled_sum(oms_int128_t x, int64_t num, int64_t den, double most) {
  double about = (double)x * ((double)num / (double)den);
  if (about > most || about < -most) {
    return about > 0 ? (oms_int128_t)most : -(oms_int128_t)most;
  }
  return x / den * num + x % den * num / den;
}

/* The sum of 'count' prices. */
static inline oms_int128_t ta_scaled_prices(oms_int128_t x, int64_t count, const oms_scale_t *s) {
  return ta_scaled_sum(x, s->price_num, s->price_den, OMS_TA_MAX_PRICE * TA_UNIT * (double)count);
}

static inline double ta_price_factor(const oms_scale_t *s) {
  return (double)s->price_num / (double)s->price_den;
}

static inline void ta_window_scale(ta_window_t *w, const oms_scale_t *s) {
  w->sum = 0;
  for (int64_t i = 0; i < w->count; i++) {
    w->ring[i] = ta_scaled(w->ring[i], s);
    w->sum += w->ring[i];
  }
}

static inline void ta_ema_scale(ta_ema_t *e, const oms_scale_t *s) {
  e->seed = ta_scaled_prices(e->seed, e->count, s);
  e->plain_seed *= ta_price_factor(s);
  e->value *= ta_price_factor(s);
}

static inline void ta_wilder_scale(ta_wilder_t *w, const oms_scale_t *s) {
  w->seed = ta_scaled_prices(w->seed, w->count, s);
  w->value *= ta_price_factor(s);
}

static inline void ta_extreme_scale(ta_extreme_t *e, const oms_scale_t *s) {
  for (int64_t i = 0; i < e->length; i++) {
    ta_rank_t *rank = &e->ring[ta_extreme_slot(e, i)];
    rank->v = ta_from_fixed(ta_scaled(ta_to_fixed(rank->v), s), 0);
  }
}

/* Where the memory behind a struct begins. */
#define TA_TAIL(state) ((void *)((state) + 1))

#endif
