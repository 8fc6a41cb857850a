/* ta_average.c - means of prices: sma, ema, wma, vwap, macd. */
#include "bind/ta_parts.h"

#include <math.h>

static int bits_of(oms_uint128_t v) {
  uint64_t high = (uint64_t)(v >> 64);
  return high != 0 ? 128 - __builtin_clzll(high) : 64 - __builtin_clzll((uint64_t)v | 1);
}

/* The quotient gets 55 or 56 bits, two more than a double at least; whether anything is left over
 * is kept in the lowest of them. Its conversion then rounds once, as the whole fraction would be.
 */
double oms_ta_divide(oms_int128_t sum, int64_t n) {
  oms_uint128_t s = (oms_uint128_t)(sum < 0 ? -sum : sum);
  oms_uint128_t d = (oms_uint128_t)n * (uint64_t)OMS_PRICE_SCALE;
  if (s == 0) {
    return 0;
  }
  int shift = 55 - (bits_of(s) - bits_of(d));
  s <<= shift;
  uint64_t quotient = (uint64_t)(s / d) | (s % d != 0);
  double v = ldexp((double)(int64_t)quotient, -shift);
  return sum < 0 ? -v : v;
}

/* sma(n) */
size_t oms_ta_sma_size(const double *p) {
  return sizeof(ta_window_t) + (size_t)p[0] * sizeof(int64_t);
}

void oms_ta_sma_init(void *block, const double *p) {
  ta_window_t *w = block;
  ta_window_init(w, p[0], TA_TAIL(w));
}

int oms_ta_sma_update(void *block, const double *in, double *out) {
  ta_window_t *w = block;
  int64_t x;
  if (OMS_UNLIKELY(ta_price(in[0], &x) != OMS_OK)) {
    return OMS_ERR_RANGE;
  }
  if (!ta_window_push(w, x)) {
    return 0;
  }
  out[0] = ta_mean(w->sum, w->n);
  return 1;
}

void oms_ta_sma_rescale(void *block, const oms_scale_t *s, double *value) {
  ta_window_t *w = block;
  ta_window_scale(w, s);
  *value = ta_mean(w->sum, w->n);
}

/* ema(n): k = 2 / (n + 1). */
size_t oms_ta_ema_size(const double *p) {
  (void)p;
  return sizeof(ta_ema_t);
}

void oms_ta_ema_init(void *block, const double *p) {
  ta_ema_init(block, p[0]);
}

int oms_ta_ema_update(void *block, const double *in, double *out) {
  ta_ema_t *e = block;
  int64_t x;
  if (OMS_UNLIKELY(ta_price(in[0], &x) != OMS_OK)) {
    return OMS_ERR_RANGE;
  }
  if (!ta_ema_price(e, x, in[0])) {
    return 0;
  }
  out[0] = e->value;
  return 1;
}

void oms_ta_ema_rescale(void *block, const oms_scale_t *s, double *value) {
  ta_ema_scale(block, s);
  *value *= ta_price_factor(s);
}

/* wma(n): the newest weighs n, the oldest 1. When the window moves each of its prices loses one
 * weight: the weighted sum falls by the plain sum. */
typedef struct wma {
  ta_window_t window;
  oms_int128_t weighted;
} wma_t;

size_t oms_ta_wma_size(const double *p) {
  return sizeof(wma_t) + (size_t)p[0] * sizeof(int64_t);
}

void oms_ta_wma_init(void *block, const double *p) {
  wma_t *w = block;
  ta_window_init(&w->window, p[0], TA_TAIL(w));
  w->weighted = 0;
}

int oms_ta_wma_update(void *block, const double *in, double *out) {
  wma_t *w = block;
  int64_t x;
  if (OMS_UNLIKELY(ta_price(in[0], &x) != OMS_OK)) {
    return OMS_ERR_RANGE;
  }
  if (w->window.count == w->window.n) {
    w->weighted -= w->window.sum;
  }
  bool full = ta_window_push(&w->window, x);
  w->weighted += (oms_int128_t)x * w->window.count;
  if (!full) {
    return 0;
  }
  out[0] = ta_mean(w->weighted, w->window.n * (w->window.n + 1) / 2);
  return 1;
}

void oms_ta_wma_rescale(void *block, const oms_scale_t *s, double *value) {
  wma_t *w = block;
  ta_window_t *ring = &w->window;
  int64_t oldest = ring->count == ring->n ? ring->at : 0;
  ta_window_scale(ring, s);
  w->weighted = 0;
  for (int64_t i = 0; i < ring->count; i++) {
    w->weighted += (oms_int128_t)ring->ring[(oldest + i) % ring->n] * (i + 1);
  }
  *value *= ta_price_factor(s);
}

/* vwap(): since the first bar; vwap(n): of the last n bars. The price of a bar is (high + low +
 * close) / 3, kept as the sum of the three. Before any volume there is no value; a window without
 * volume keeps the value before. */
typedef struct vwap_bar {
  oms_int128_t traded; /* three times the value */
  oms_int128_t volume; /* 1e-9 */
} vwap_bar_t;

typedef struct vwap {
  vwap_bar_t sum;
  double value;
  int64_t n; /* 0: no window */
  int64_t count;
  int64_t at;
  bool valid;
  vwap_bar_t *ring;
} vwap_t;

size_t oms_ta_vwap_size(const double *p) {
  return sizeof(vwap_t) + (size_t)p[0] * sizeof(vwap_bar_t);
}

void oms_ta_vwap_init(void *block, const double *p) {
  vwap_t *v = block;
  *v = (vwap_t){.n = (int64_t)p[0], .ring = TA_TAIL(v)};
}

/* Adds a bar to the sum, dropping the oldest of a full window. OMS_ERR_RANGE when the sum of value
 * would leave 128 bits: measured in doubles, whose error is far below the margin. */
static int vwap_push(vwap_t *v, const vwap_bar_t *bar) {
  const double limit = 1.6e38;
  vwap_bar_t sum = v->sum;
  if (v->n > 0 && v->count == v->n) {
    sum.traded -= v->ring[v->at].traded;
    sum.volume -= v->ring[v->at].volume;
  }
  double traded = (double)sum.traded + (double)bar->traded;
  if (traded > limit || traded < -limit || (double)sum.volume + (double)bar->volume > limit / 3) {
    return OMS_ERR_RANGE;
  }
  v->sum = (vwap_bar_t){sum.traded + bar->traded, sum.volume + bar->volume};
  if (v->n > 0) {
    v->ring[v->at] = *bar;
    v->at = v->at + 1 == v->n ? 0 : v->at + 1;
    v->count += v->count < v->n;
  }
  return OMS_OK;
}

int oms_ta_vwap_update(void *block, const double *in, double *out) {
  vwap_t *v = block;
  int64_t price[3];
  if (ta_prices(in, price) != OMS_OK || !(in[3] >= 0 && in[3] <= OMS_TA_MAX_VOLUME)) {
    return OMS_ERR_RANGE;
  }
  int64_t three = price[0] + price[1] + price[2];
  oms_int128_t volume = (oms_int128_t)(in[3] * TA_UNIT + 0.5);
  if ((double)three * (double)volume > 1.6e38 || (double)three * (double)volume < -1.6e38) {
    return OMS_ERR_RANGE;
  }
  const vwap_bar_t bar = {three * volume, volume};
  if (vwap_push(v, &bar) != OMS_OK) {
    return OMS_ERR_RANGE;
  }
  if (v->count < v->n) {
    return 0;
  }
  if (v->sum.volume > 0) {
    oms_int128_t n = 3 * v->sum.volume;
    double rest = (double)(v->sum.traded % n) / (double)n;
    v->value = ta_from_fixed((int64_t)(v->sum.traded / n), rest);
    v->valid = true;
  }
  out[0] = v->value;
  return v->valid ? 1 : 0;
}

/* A split leaves what was traded as it is: fewer units of more, or more of fewer; a dividend lowers
 * it. */
static void vwap_scale(vwap_bar_t *b, const oms_scale_t *s, double most_volume) {
  const double most = 1.6e38;
  bool keeps = s->price_num == s->volume_den && s->price_den == s->volume_num;
  if (!keeps) {
    b->traded = ta_scaled_sum(b->traded, s->price_num, s->price_den, most);
    b->traded = ta_scaled_sum(b->traded, s->volume_num, s->volume_den, most);
  }
  b->volume = ta_scaled_sum(b->volume, s->volume_num, s->volume_den, most_volume);
}

void oms_ta_vwap_rescale(void *block, const oms_scale_t *s, double *value) {
  vwap_t *v = block;
  if (v->n == 0) {
    vwap_scale(&v->sum, s, 5e37);
  } else {
    v->sum = (vwap_bar_t){0, 0};
  }
  for (int64_t i = 0; i < v->count; i++) {
    vwap_scale(&v->ring[i], s, OMS_TA_MAX_VOLUME * TA_UNIT);
    v->sum.traded += v->ring[i].traded;
    v->sum.volume += v->ring[i].volume;
  }
  v->value *= ta_price_factor(s);
  *value *= ta_price_factor(s);
}

/* macd(fast, slow, signal): line, then signal and histogram as soon as there are lines enough. */
typedef struct macd {
  ta_ema_t fast;
  ta_ema_t slow;
  ta_ema_t signal;
} macd_t;

size_t oms_ta_macd_size(const double *p) {
  (void)p;
  return sizeof(macd_t);
}

void oms_ta_macd_init(void *block, const double *p) {
  macd_t *m = block;
  ta_ema_init(&m->fast, p[0]);
  ta_ema_init(&m->slow, p[1]);
  ta_ema_init(&m->signal, p[2]);
}

int oms_ta_macd_update(void *block, const double *in, double *out) {
  macd_t *m = block;
  int64_t x;
  if (OMS_UNLIKELY(ta_price(in[0], &x) != OMS_OK)) {
    return OMS_ERR_RANGE;
  }
  bool fast = ta_ema_price(&m->fast, x, in[0]);
  bool slow = ta_ema_price(&m->slow, x, in[0]);
  if (!fast || !slow) {
    return 0;
  }
  out[0] = m->fast.value - m->slow.value;
  if (!ta_ema_plain(&m->signal, out[0])) {
    return 1;
  }
  out[1] = m->signal.value;
  out[2] = out[0] - out[1];
  return 3;
}

void oms_ta_macd_rescale(void *block, const oms_scale_t *s, double *value) {
  macd_t *m = block;
  ta_ema_scale(&m->fast, s);
  ta_ema_scale(&m->slow, s);
  ta_ema_scale(&m->signal, s);
  *value *= ta_price_factor(s);
}
