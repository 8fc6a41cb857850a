/* ta_swing.c - how prices move: rsi, adx, cci, stochastic, obv. Where a quotient has nothing to
 * divide by, the value is the neutral one: 50 on a scale of 0 to 100 with a middle, else 0. */
#include "bind/ta_parts.h"

/* rsi(n): first value with bar n + 1. Without losses 100; without any move 50. */
typedef struct rsi {
  ta_wilder_t gain;
  ta_wilder_t loss;
  int64_t last;
  bool started;
} rsi_t;

size_t oms_ta_rsi_size(const double *p) {
  (void)p;
  return sizeof(rsi_t);
}

void oms_ta_rsi_init(void *block, const double *p) {
  rsi_t *r = block;
  *r = (rsi_t){.started = false};
  ta_wilder_init(&r->gain, p[0]);
  ta_wilder_init(&r->loss, p[0]);
}

static double rsi_value(double gain, double loss) {
  if (loss <= 0.0) {
    return gain > 0.0 ? 100.0 : 50.0;
  }
  return 100.0 - 100.0 / (1.0 + gain / loss);
}

int oms_ta_rsi_update(void *block, const double *in, double *out) {
  rsi_t *r = block;
  int64_t x;
  if (OMS_UNLIKELY(ta_price(in[0], &x) != OMS_OK)) {
    return OMS_ERR_RANGE;
  }
  int64_t move = r->started ? x - r->last : 0;
  bool first = !r->started;
  r->last = x;
  r->started = true;
  if (first) {
    return 0;
  }
  bool full = ta_wilder_push(&r->gain, move > 0 ? move : 0);
  ta_wilder_push(&r->loss, move < 0 ? -move : 0);
  if (!full) {
    return 0;
  }
  out[0] = rsi_value(r->gain.value, r->loss.value);
  return 1;
}

void oms_ta_rsi_rescale(void *block, const oms_scale_t *s, double *value) {
  rsi_t *r = block;
  (void)value; /* a share of the moves, whatever their unit */
  ta_wilder_scale(&r->gain, s);
  ta_wilder_scale(&r->loss, s);
  r->last = ta_scaled(r->last, s);
}

/* adx(n): adx, plus_di, minus_di. Moves and ranges count from the second bar, the first index of
 * movement comes with bar n + 1, and adx, which starts as the mean of the first n of them, with bar
 * 2 n. */
typedef struct adx {
  ta_wilder_t range;
  ta_wilder_t plus;
  ta_wilder_t minus;
  double sum; /* of the first n indices */
  double value;
  int64_t count;
  int64_t last[3]; /* high, low, close of the bar before */
  bool started;
} adx_t;

size_t oms_ta_adx_size(const double *p) {
  (void)p;
  return sizeof(adx_t);
}

void oms_ta_adx_init(void *block, const double *p) {
  adx_t *a = block;
  *a = (adx_t){.started = false};
  ta_wilder_init(&a->range, p[0]);
  ta_wilder_init(&a->plus, p[0]);
  ta_wilder_init(&a->minus, p[0]);
}

/* Feeds the moves of a bar into the three means; only the larger of up and down counts. */
static bool adx_moves(adx_t *a, const int64_t *bar) {
  int64_t up = bar[0] - a->last[0];
  int64_t down = a->last[1] - bar[1];
  ta_wilder_push(&a->plus, up > down && up > 0 ? up : 0);
  ta_wilder_push(&a->minus, down > up && down > 0 ? down : 0);
  return ta_wilder_push(&a->range, ta_true_range(bar, false, a->last[2]));
}

static bool adx_smooth(adx_t *a, double index) {
  const int64_t n = a->range.n;
  if (a->count < n) {
    a->count++;
    a->sum += index;
    a->value = a->sum / (double)n;
  } else {
    a->value = (a->value * (double)(n - 1) + index) / (double)n;
  }
  return a->count == n;
}

int oms_ta_adx_update(void *block, const double *in, double *out) {
  adx_t *a = block;
  int64_t bar[3];
  if (OMS_UNLIKELY(ta_prices(in, bar) != OMS_OK)) {
    return OMS_ERR_RANGE;
  }
  bool full = a->started && adx_moves(a, bar);
  for (int i = 0; i < 3; i++) {
    a->last[i] = bar[i];
  }
  a->started = true;
  if (!full) {
    return 0;
  }
  double range = a->range.value;
  double plus = range > 0.0 ? 100.0 * a->plus.value / range : 0.0;
  double minus = range > 0.0 ? 100.0 * a->minus.value / range : 0.0;
  double distance = plus > minus ? plus - minus : minus - plus;
  double sum = plus + minus;
  if (!adx_smooth(a, sum > 0.0 ? 100.0 * distance / sum : 0.0)) {
    return 0;
  }
  out[0] = a->value;
  out[1] = plus;
  out[2] = minus;
  return 3;
}

void oms_ta_adx_rescale(void *block, const oms_scale_t *s, double *value) {
  adx_t *a = block;
  (void)value; /* likewise */
  ta_wilder_scale(&a->range, s);
  ta_wilder_scale(&a->plus, s);
  ta_wilder_scale(&a->minus, s);
  for (int i = 0; i < 3; i++) {
    a->last[i] = ta_scaled(a->last[i], s);
  }
}

/* cci(n): the distance of (high + low + close) / 3 from its mean, in 0.015 mean deviations; 0 where
 * there is no deviation. The mean deviation needs a walk over the window for each bar. */
size_t oms_ta_cci_size(const double *p) {
  return oms_ta_sma_size(p);
}

void oms_ta_cci_init(void *block, const double *p) {
  oms_ta_sma_init(block, p);
}

/* Sum of the distances from the mean, which is q + f with 0 <= f < 1: a whole distance above q
 * loses f, one at or below gains it, so that the large part stays an integer. */
static double cci_distances(const ta_window_t *w, int64_t q, double f) {
  oms_int128_t whole = 0;
  int64_t balance = 0;
  for (int64_t i = 0; i < w->n; i++) {
    oms_int128_t distance = (oms_int128_t)w->ring[i] - q;
    whole += distance > 0 ? distance : -distance;
    balance += distance > 0 ? -1 : 1;
  }
  return (double)whole + (double)balance * f;
}

int oms_ta_cci_update(void *block, const double *in, double *out) {
  ta_window_t *w = block;
  int64_t bar[3];
  if (OMS_UNLIKELY(ta_prices(in, bar) != OMS_OK)) {
    return OMS_ERR_RANGE;
  }
  int64_t three = bar[0] + bar[1] + bar[2];
  if (!ta_window_push(w, three)) {
    return 0;
  }
  int64_t q = (int64_t)oms_div_floor(w->sum, w->n); /* a mean of int64 is one */
  double f = (double)(w->sum - (oms_int128_t)q * w->n) / (double)w->n;
  double deviation = cci_distances(w, q, f) / (double)w->n;
  double distance = (double)((oms_int128_t)three - q) - f;
  out[0] = deviation > 0.0 ? distance / (0.015 * deviation) : 0.0;
  return 1;
}

void oms_ta_cci_rescale(void *block, const oms_scale_t *s, double *value) {
  (void)value; /* likewise */
  ta_window_scale(block, s);
}

/* stochastic(n, k_smooth, d): where the close lies between lowest low and highest high, 0 to 100,
 * averaged over k_smooth bars: k; the mean of d of these: d. 50 where high and low are one. What is
 * averaged is rounded to 1e-9 and summed as an integer, so that nothing drifts; d is the mean of
 * sums, not of means. */
typedef struct stochastic {
  ta_window_t k;
  ta_window_t d; /* of sums of k */
  ta_extreme_t high;
  ta_extreme_t low;
} stochastic_t;

size_t oms_ta_stochastic_size(const double *p) {
  return sizeof(stochastic_t) + 2 * (size_t)p[0] * sizeof(ta_rank_t) +
         ((size_t)p[1] + (size_t)p[2]) * sizeof(int64_t);
}

void oms_ta_stochastic_init(void *block, const double *p) {
  stochastic_t *s = block;
  ta_rank_t *ranks = TA_TAIL(s);
  ta_extreme_init(&s->high, p[0], 1.0, ranks);
  ta_extreme_init(&s->low, p[0], -1.0, ranks + (size_t)p[0]);
  int64_t *ring = (int64_t *)(void *)(ranks + 2 * (size_t)p[0]);
  ta_window_init(&s->k, p[1], ring);
  ta_window_init(&s->d, p[2], ring + (size_t)p[1]);
}

int oms_ta_stochastic_update(void *block, const double *in, double *out) {
  stochastic_t *s = block;
  int64_t bar[3];
  if (OMS_UNLIKELY(ta_prices(in, bar) != OMS_OK)) {
    return OMS_ERR_RANGE;
  }
  bool full = ta_extreme_push(&s->high, in[0]);
  ta_extreme_push(&s->low, in[1]);
  if (!full) {
    return 0;
  }
  double low = ta_extreme_value(&s->low);
  double width = ta_extreme_value(&s->high) - low;
  double place = width > 0.0 ? 100.0 * ((in[2] - low) / width) : 50.0;
  if (!(place >= -1e3 && place <= 1e3)) {
    place = place > 0.0 ? 1e3 : -1e3; /* a close far outside of its bar: kept where the sums fit */
  }
  if (!ta_window_push(&s->k, ta_nearest(place * TA_UNIT)) ||
      !ta_window_push(&s->d, (int64_t)s->k.sum)) {
    return 0;
  }
  out[0] = ta_mean(s->k.sum, s->k.n);
  out[1] = ta_mean(s->d.sum, s->k.n * s->d.n);
  return 2;
}

void oms_ta_stochastic_rescale(void *block, const oms_scale_t *s, double *value) {
  stochastic_t *k = block;
  (void)value; /* likewise */
  ta_extreme_scale(&k->high, s);
  ta_extreme_scale(&k->low, s);
}

/* obv(): starts at 0 with the first bar; adds the volume of a bar that closes higher than the one
 * before, takes away that of one that closes lower. */
typedef struct obv {
  oms_int128_t total; /* 1e-9 */
  int64_t last;
  bool started;
} obv_t;

size_t oms_ta_obv_size(const double *p) {
  (void)p;
  return sizeof(obv_t);
}

void oms_ta_obv_init(void *block, const double *p) {
  (void)p;
  *(obv_t *)block = (obv_t){.started = false};
}

int oms_ta_obv_update(void *block, const double *in, double *out) {
  obv_t *o = block;
  int64_t bar[3];
  if (ta_prices(in, bar) != OMS_OK || !(in[3] >= 0 && in[3] <= OMS_TA_MAX_VOLUME)) {
    return OMS_ERR_RANGE;
  }
  oms_int128_t volume = (oms_int128_t)(in[3] * TA_UNIT + 0.5);
  if (o->started && bar[2] != o->last) {
    o->total += bar[2] > o->last ? volume : -volume; /* 1e24 a bar: 128 bits last 1e14 bars */
  }
  o->last = bar[2];
  o->started = true;
  const oms_int128_t whole = o->total / OMS_QTY_SCALE;
  out[0] = (double)whole + (double)(o->total % OMS_QTY_SCALE) / TA_UNIT;
  return 1;
}

void oms_ta_obv_rescale(void *block, const oms_scale_t *s, double *value) {
  obv_t *o = block;
  o->total = ta_scaled_sum(o->total, s->volume_num, s->volume_den, 1.6e38);
  o->last = ta_scaled(o->last, s);
  *value = *value * (double)s->volume_num / (double)s->volume_den;
}
