/* ta_naive.h - the indicators once more, naive: the value at bar i from all bars up to it, NAN
 * where there is none. For test_ta.c only. */
#ifndef OMS_TESTS_TA_NAIVE_H
#define OMS_TESTS_TA_NAIVE_H

#include <math.h>
#include <stddef.h>

/* A bar: high, low, close, volume. */
typedef double bar_t[4];

typedef double (*pick_t)(bar_t *bars, size_t i);

static double pick_close(bar_t *b, size_t i) {
  return b[i][2];
}
static double pick_high(bar_t *b, size_t i) {
  return b[i][0];
}
static double pick_low(bar_t *b, size_t i) {
  return b[i][1];
}
static double pick_typical(bar_t *b, size_t i) {
  return (b[i][0] + b[i][1] + b[i][2]) / 3;
}
static double pick_range(bar_t *b, size_t i) {
  double range = b[i][0] - b[i][1];
  return i == 0 ? range
                : fmax(range, fmax(fabs(b[i][0] - b[i - 1][2]), fabs(b[i][1] - b[i - 1][2])));
}
static double pick_gain(bar_t *b, size_t i) {
  return fmax(b[i][2] - b[i - 1][2], 0);
}
static double pick_loss(bar_t *b, size_t i) {
  return fmax(b[i - 1][2] - b[i][2], 0);
}
static double pick_plus(bar_t *b, size_t i) {
  double up = b[i][0] - b[i - 1][0];
  double down = b[i - 1][1] - b[i][1];
  return up > 0 && up - down > 1e-12 ? up : 0;
}
static double pick_minus(bar_t *b, size_t i) {
  double up = b[i][0] - b[i - 1][0];
  double down = b[i - 1][1] - b[i][1];
  return down > 0 && down - up > 1e-12 ? down : 0;
}

static double naive_mean(bar_t *b, size_t i, size_t n, pick_t pick) {
  long double sum = 0;
  if (i + 1 < n) {
    return NAN;
  }
  for (size_t j = i + 1 - n; j <= i; j++) {
    sum += pick(b, j);
  }
  return (double)(sum / (long double)n);
}

/* Mean of the first n from bar 'from' on, then weight k for each new one. */
static double naive_smooth(bar_t *b, size_t i, size_t from, size_t n, double k, pick_t pick) {
  if (i + 1 < from + n) {
    return NAN;
  }
  double value = naive_mean(b, from + n - 1, n, pick);
  for (size_t j = from + n; j <= i; j++) {
    value += k * (pick(b, j) - value);
  }
  return value;
}

static double naive_deviation(bar_t *b, size_t i, size_t n) {
  double mean = naive_mean(b, i, n, pick_close);
  long double sum = 0;
  for (size_t j = i + 1 - n; i + 1 >= n && j <= i; j++) {
    sum += (long double)(b[j][2] - mean) * (b[j][2] - mean);
  }
  return i + 1 < n ? NAN : (double)sqrtl(sum / (long double)n);
}

static double naive_extreme(bar_t *b, size_t i, size_t n, double sign, pick_t pick) {
  double best = -INFINITY;
  for (size_t j = i + 1 >= n ? i + 1 - n : 0; j <= i; j++) {
    best = fmax(best, sign * pick(b, j));
  }
  return i + 1 < n ? NAN : sign * best;
}

static double naive_wma(bar_t *b, size_t i, size_t n) {
  long double sum = 0;
  for (size_t j = 0; i + 1 >= n && j < n; j++) {
    sum += (long double)(n - j) * b[i - j][2];
  }
  return i + 1 < n ? NAN : (double)(sum / (long double)(n * (n + 1) / 2));
}

static double naive_rsi(bar_t *b, size_t i, size_t n) {
  double gain = naive_smooth(b, i, 1, n, 1.0 / (double)n, pick_gain);
  double loss = naive_smooth(b, i, 1, n, 1.0 / (double)n, pick_loss);
  return 100 - 100 / (1 + gain / loss);
}

static double naive_cci(bar_t *b, size_t i, size_t n) {
  double mean = naive_mean(b, i, n, pick_typical);
  double sum = 0;
  for (size_t j = i + 1 - n; i + 1 >= n && j <= i; j++) {
    sum += fabs(pick_typical(b, j) - mean);
  }
  return i + 1 < n ? NAN : (pick_typical(b, i) - mean) / (0.015 * sum / (double)n);
}

static double naive_vwap(bar_t *b, size_t i, size_t n) {
  long double traded = 0;
  long double volume = 0;
  for (size_t j = i + 1 >= n ? i + 1 - n : 0; j <= i; j++) {
    traded += (long double)pick_typical(b, j) * b[j][3];
    volume += b[j][3];
  }
  return i + 1 < n ? NAN : (double)(traded / volume);
}

static double naive_place(bar_t *b, size_t i) { /* of 14 bars */
  double low = naive_extreme(b, i, 14, -1, pick_low);
  return 100 * (b[i][2] - low) / (naive_extreme(b, i, 14, 1, pick_high) - low);
}

static double naive_k(bar_t *b, size_t i) { /* smoothed over 3 */
  return i < 15 ? NAN : (naive_place(b, i) + naive_place(b, i - 1) + naive_place(b, i - 2)) / 3;
}

static double naive_plus_di(bar_t *b, size_t i) { /* of 14 bars */
  return 100 * naive_smooth(b, i, 1, 14, 1.0 / 14, pick_plus) /
         naive_smooth(b, i, 1, 14, 1.0 / 14, pick_range);
}
static double naive_minus_di(bar_t *b, size_t i) {
  return 100 * naive_smooth(b, i, 1, 14, 1.0 / 14, pick_minus) /
         naive_smooth(b, i, 1, 14, 1.0 / 14, pick_range);
}
static double naive_dx(bar_t *b, size_t i) {
  double plus = naive_plus_di(b, i);
  double minus = naive_minus_di(b, i);
  return 100 * fabs(plus - minus) / (plus + minus);
}

#endif
