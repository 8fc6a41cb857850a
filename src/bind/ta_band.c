/* ta_band.c - how far prices range: highest, lowest, donchian, stdev, bollinger, atr, keltner.
 * Bands give middle, upper, lower, in this order. */
#include <math.h>

#include "bind/ta_parts.h"

/* highest(n), lowest(n): the very double that came in. */
size_t oms_ta_highest_size(const double *p) {
  return sizeof(ta_extreme_t) + (size_t)p[0] * sizeof(ta_rank_t);
}

void oms_ta_highest_init(void *block, const double *p) {
  ta_extreme_t *e = block;
  ta_extreme_init(e, p[0], 1.0, TA_TAIL(e));
}

int oms_ta_highest_update(void *block, const double *in, double *out) {
  ta_extreme_t *e = block;
  if (OMS_UNLIKELY(!ta_in_range(in[0]))) {
    return OMS_ERR_RANGE;
  }
  bool full = ta_extreme_push(e, in[0]);
  out[0] = ta_extreme_value(e);
  return full ? 1 : 0;
}

void oms_ta_highest_rescale(void *block, const oms_scale_t *s, double *value) {
  ta_extreme_t *e = block;
  ta_extreme_scale(e, s);
  *value = e->length > 0 ? ta_extreme_value(e) : *value;
}

size_t oms_ta_lowest_size(const double *p) {
  return oms_ta_highest_size(p);
}

void oms_ta_lowest_init(void *block, const double *p) {
  ta_extreme_t *e = block;
  ta_extreme_init(e, p[0], -1.0, TA_TAIL(e));
}

int oms_ta_lowest_update(void *block, const double *in, double *out) {
  return oms_ta_highest_update(block, in, out); /* the sign is in the block */
}

void oms_ta_lowest_rescale(void *block, const oms_scale_t *s, double *value) {
  oms_ta_highest_rescale(block, s, value);
}

/* donchian(n): highest high, lowest low and the mean of the two. */
typedef struct donchian {
  ta_extreme_t high;
  ta_extreme_t low;
} donchian_t;

size_t oms_ta_donchian_size(const double *p) {
  return sizeof(donchian_t) + 2 * (size_t)p[0] * sizeof(ta_rank_t);
}

void oms_ta_donchian_init(void *block, const double *p) {
  donchian_t *d = block;
  ta_rank_t *ring = TA_TAIL(d);
  ta_extreme_init(&d->high, p[0], 1.0, ring);
  ta_extreme_init(&d->low, p[0], -1.0, ring + (size_t)p[0]);
}

int oms_ta_donchian_update(void *block, const double *in, double *out) {
  donchian_t *d = block;
  if (OMS_UNLIKELY(!ta_in_range(in[0]) || !ta_in_range(in[1]))) {
    return OMS_ERR_RANGE;
  }
  bool full = ta_extreme_push(&d->high, in[0]);
  ta_extreme_push(&d->low, in[1]);
  if (!full) {
    return 0;
  }
  out[1] = ta_extreme_value(&d->high);
  out[2] = ta_extreme_value(&d->low);
  out[0] = (out[1] + out[2]) / 2.0;
  return 3;
}

void oms_ta_donchian_rescale(void *block, const oms_scale_t *s, double *value) {
  donchian_t *d = block;
  ta_extreme_scale(&d->high, s);
  ta_extreme_scale(&d->low, s);
  *value *= ta_price_factor(s);
}

/* Mean and population deviation of a window, both from exact sums. Prices are kept as distances
 * from the first one: their squares then fit 128 bits, and nothing large cancels. */
typedef struct spread {
  ta_window_t window; /* of distances */
  oms_int128_t squares;
  int64_t anchor;
  int64_t reach; /* the largest distance whose squares still fit */
  bool started;
} spread_t;

static size_t spread_size(const double *p) {
  return sizeof(spread_t) + (size_t)p[0] * sizeof(int64_t);
}

static void spread_init(spread_t *s, double n) {
  const double reach = sqrt(8.0e37 / n); /* n squares stay below 2^127 with room for the formula */
  *s = (spread_t){.reach = reach > 6e18 ? INT64_C(6000000000000000000) : (int64_t)reach};
  ta_window_init(&s->window, n, TA_TAIL(s));
}

static int spread_push(spread_t *s, double v) {
  int64_t x;
  if (OMS_UNLIKELY(ta_price(v, &x) != OMS_OK)) {
    return OMS_ERR_RANGE;
  }
  int64_t distance = s->started ? x - s->anchor : 0;
  if (OMS_UNLIKELY(distance > s->reach || distance < -s->reach)) {
    return OMS_ERR_RANGE;
  }
  if (!s->started) {
    s->anchor = x;
    s->started = true;
  }
  if (s->window.count == s->window.n) {
    int64_t oldest = s->window.ring[s->window.at];
    s->squares -= (oms_int128_t)oldest * oldest;
  }
  s->squares += (oms_int128_t)distance * distance;
  return ta_window_push(&s->window, distance) ? 1 : 0;
}

static int64_t within(int64_t v, int64_t reach) {
  return v > reach ? reach : v < -reach ? -reach : v;
}

static void spread_scale(spread_t *s, const oms_scale_t *scale) {
  int64_t anchor = ta_scaled(s->anchor, scale);
  s->squares = 0;
  s->window.sum = 0;
  for (int64_t i = 0; i < s->window.count; i++) {
    int64_t *distance = &s->window.ring[i];
    *distance = within(ta_scaled(s->anchor + *distance, scale) - anchor, s->reach);
    s->window.sum += *distance;
    s->squares += (oms_int128_t)*distance * *distance;
  }
  s->anchor = anchor;
}

static double spread_mean(const spread_t *s) {
  return ta_mean(s->window.sum + (oms_int128_t)s->anchor * s->window.n, s->window.n);
}

/* With sum = q n + r, the squares around q are exact: squares - q (sum + r); those around the mean
 * are r r / n fewer. The last step is exact too while it fits, and beyond that r r is nothing. */
static double spread_deviation(const spread_t *s) {
  const int64_t n = s->window.n;
  const oms_int128_t exact = (oms_int128_t)1 << 100;
  oms_int128_t q = s->window.sum / n;
  oms_int128_t r = s->window.sum % n;
  oms_int128_t around = s->squares - q * (s->window.sum + r);
  double variance;
  if (around < exact) {
    variance = (double)(around * n - r * r) / ((double)n * (double)n);
  } else {
    variance = (double)around / (double)n;
  }
  return sqrt(variance) / TA_UNIT;
}

/* stdev(n): divides by n. */
size_t oms_ta_stdev_size(const double *p) {
  return spread_size(p);
}

void oms_ta_stdev_init(void *block, const double *p) {
  spread_init(block, p[0]);
}

int oms_ta_stdev_update(void *block, const double *in, double *out) {
  spread_t *s = block;
  int rc = spread_push(s, in[0]);
  if (rc > 0) {
    out[0] = spread_deviation(s);
  }
  return rc;
}

void oms_ta_stdev_rescale(void *block, const oms_scale_t *s, double *value) {
  spread_scale(block, s);
  *value *= ta_price_factor(s);
}

/* bollinger(n, k): mean, mean + k deviations, mean - k deviations. */
typedef struct bollinger {
  double k;
  spread_t spread;
} bollinger_t;

size_t oms_ta_bollinger_size(const double *p) {
  return sizeof(bollinger_t) + (size_t)p[0] * sizeof(int64_t);
}

void oms_ta_bollinger_init(void *block, const double *p) {
  bollinger_t *b = block;
  b->k = p[1];
  spread_init(&b->spread, p[0]);
}

int oms_ta_bollinger_update(void *block, const double *in, double *out) {
  bollinger_t *b = block;
  int rc = spread_push(&b->spread, in[0]);
  if (rc <= 0) {
    return rc;
  }
  double reach = b->k * spread_deviation(&b->spread);
  out[0] = spread_mean(&b->spread);
  out[1] = out[0] + reach;
  out[2] = out[0] - reach;
  return 3;
}

void oms_ta_bollinger_rescale(void *block, const oms_scale_t *s, double *value) {
  bollinger_t *b = block;
  spread_scale(&b->spread, s);
  *value = spread_mean(&b->spread);
}

/* atr(n): Wilder's mean of the true range. */
typedef struct atr {
  ta_wilder_t mean;
  int64_t last_close;
  bool started;
} atr_t;

static void atr_init(atr_t *a, double n) {
  *a = (atr_t){.started = false};
  ta_wilder_init(&a->mean, n);
}

static bool atr_push(atr_t *a, const int64_t *bar) {
  int64_t range = ta_true_range(bar, !a->started, a->last_close);
  a->last_close = bar[2];
  a->started = true;
  return ta_wilder_push(&a->mean, range);
}

size_t oms_ta_atr_size(const double *p) {
  (void)p;
  return sizeof(atr_t);
}

void oms_ta_atr_init(void *block, const double *p) {
  atr_init(block, p[0]);
}

int oms_ta_atr_update(void *block, const double *in, double *out) {
  atr_t *a = block;
  int64_t bar[3];
  if (OMS_UNLIKELY(ta_prices(in, bar) != OMS_OK)) {
    return OMS_ERR_RANGE;
  }
  if (!atr_push(a, bar)) {
    return 0;
  }
  out[0] = a->mean.value;
  return 1;
}

static void atr_scale(atr_t *a, const oms_scale_t *s) {
  ta_wilder_scale(&a->mean, s);
  a->last_close = ta_scaled(a->last_close, s);
}

void oms_ta_atr_rescale(void *block, const oms_scale_t *s, double *value) {
  atr_scale(block, s);
  *value *= ta_price_factor(s);
}

/* keltner(n, atr_n, k): ema(n) of the close, k times atr(atr_n) around it. */
typedef struct keltner {
  ta_ema_t middle;
  atr_t range;
  double k;
} keltner_t;

size_t oms_ta_keltner_size(const double *p) {
  (void)p;
  return sizeof(keltner_t);
}

void oms_ta_keltner_init(void *block, const double *p) {
  keltner_t *k = block;
  ta_ema_init(&k->middle, p[0]);
  atr_init(&k->range, p[1]);
  k->k = p[2];
}

int oms_ta_keltner_update(void *block, const double *in, double *out) {
  keltner_t *k = block;
  int64_t bar[3];
  if (OMS_UNLIKELY(ta_prices(in, bar) != OMS_OK)) {
    return OMS_ERR_RANGE;
  }
  bool middle = ta_ema_price(&k->middle, bar[2], in[2]);
  bool range = atr_push(&k->range, bar);
  if (!middle || !range) {
    return 0;
  }
  double reach = k->k * k->range.mean.value;
  out[0] = k->middle.value;
  out[1] = out[0] + reach;
  out[2] = out[0] - reach;
  return 3;
}

void oms_ta_keltner_rescale(void *block, const oms_scale_t *s, double *value) {
  keltner_t *k = block;
  ta_ema_scale(&k->middle, s);
  atr_scale(&k->range, s);
  *value *= ta_price_factor(s);
}
