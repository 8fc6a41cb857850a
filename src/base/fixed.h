/* fixed.h - fixed-point numbers: int64 with a decimal scale, products through __int128, one
 * division, the rounding in the function's name. What does not fit is OMS_ERR_OVERFLOW, never
 * wrapped. */
#ifndef OMS_BASE_FIXED_H
#define OMS_BASE_FIXED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

__extension__ typedef __int128 oms_int128_t;
__extension__ typedef unsigned __int128 oms_uint128_t;

typedef int64_t oms_price_t; /* 1e-9 of the currency unit */
typedef int64_t oms_qty_t;   /* 1e-9 of a share, contract or unit */
typedef int64_t oms_money_t; /* 1e-6 of the currency unit */
typedef int64_t oms_ratio_t; /* 1e-9: a factor, or a percentage (1 % is 1000000000) */
typedef int64_t oms_time_t;  /* ns since 1970-01-01T00:00:00Z */

#define OMS_PRICE_SCALE    INT64_C(1000000000)
#define OMS_QTY_SCALE      INT64_C(1000000000)
#define OMS_MONEY_SCALE    INT64_C(1000000)
#define OMS_PRICE_DECIMALS 9
#define OMS_QTY_DECIMALS   9
#define OMS_MONEY_DECIMALS 6
#define OMS_NS_PER_SECOND  INT64_C(1000000000)
#define OMS_NO_TIME        INT64_MIN /* "no such time" */
#define OMS_NO_PRICE       INT64_MIN /* "no such price"; also quantities and money */

/* Sum, difference: OMS_OK and *out, or OMS_ERR_OVERFLOW with *out untouched. */
static inline int oms_add(int64_t a, int64_t b, int64_t *out) {
  int64_t r;
  if (__builtin_add_overflow(a, b, &r)) {
    return OMS_ERR_OVERFLOW;
  }
  *out = r;
  return OMS_OK;
}
static inline int oms_sub(int64_t a, int64_t b, int64_t *out) {
  int64_t r;
  if (__builtin_sub_overflow(a, b, &r)) {
    return OMS_ERR_OVERFLOW;
  }
  *out = r;
  return OMS_OK;
}

/* 128-bit value to 64 bits. */
static inline int oms_narrow(oms_int128_t v, int64_t *out) {
  if (v > INT64_MAX || v < INT64_MIN) {
    return OMS_ERR_OVERFLOW;
  }
  *out = (int64_t)v;
  return OMS_OK;
}

/* 'n' / 'd' with d > 0: towards minus infinity, towards plus infinity, half away from zero, towards
 * 0. */
static inline oms_int128_t oms_div_floor(oms_int128_t n, oms_int128_t d) {
  oms_int128_t q = n / d;
  return (n % d < 0) ? q - 1 : q;
}
static inline oms_int128_t oms_div_ceil(oms_int128_t n, oms_int128_t d) {
  oms_int128_t q = n / d;
  return (n % d > 0) ? q + 1 : q;
}
static inline oms_int128_t oms_div_half_away(oms_int128_t n, oms_int128_t d) {
  return n >= 0 ? (n + d / 2) / d : -((-n + d / 2) / d);
}

/* a * b / d, d > 0, with the rounding of the name; OMS_ERR_OVERFLOW when the result does not
 * fit. */
static inline int oms_mul_div_floor(int64_t a, int64_t b, int64_t d, int64_t *out) {
  return oms_narrow(oms_div_floor((oms_int128_t)a * b, d), out);
}
static inline int oms_mul_div_half_away(int64_t a, int64_t b, int64_t d, int64_t *out) {
  return oms_narrow(oms_div_half_away((oms_int128_t)a * b, d), out);
}
static inline int oms_mul_div_trunc(int64_t a, int64_t b, int64_t d, int64_t *out) {
  return oms_narrow((oms_int128_t)a * b / d, out);
}

/* 'whole' (price times quantity, 1e-18) to money, half away from zero: true and *out where its
 * magnitude is below 2^96 - 5e11 (79 billion units of money), false beyond. 1e12 is 2^12 * 5^12:
 * after the shift the high word is below 2^20, and what it stands for is divided apart, so that all
 * divisions are of 64 bits by a constant. */
static inline bool oms_money_of_small(oms_int128_t whole, oms_money_t *out) {
  const uint64_t five12 = 244140625, fold = UINT64_MAX / five12, left = UINT64_MAX % five12 + 1;
  oms_uint128_t magnitude = whole < 0 ? 0 - (oms_uint128_t)whole : (oms_uint128_t)whole;
  oms_uint128_t u = magnitude + UINT64_C(500000000000);
  uint64_t high = (uint64_t)(u >> 76), low = (uint64_t)(u >> 12);
  if (__builtin_expect(high >> 20 != 0, 0)) {
    return false;
  }
  uint64_t money = low / five12;
  if (high != 0) {
    money += high * fold + (high * left + low % five12) / five12;
  }
  *out = whole < 0 ? -(int64_t)money : (int64_t)money;
  return true;
}

/* Money of 'qty' at 'price' times 'multiplier' (1e-9; OMS_QTY_SCALE for shares), half away from
 * zero. The sign is that of qty * price * multiplier. OMS_ERR_OVERFLOW when it does not fit. */
int oms_notional(oms_price_t price, oms_qty_t qty, int64_t multiplier, oms_money_t *out);

/* Decimal text [s, s + n) to an integer of 'decimals' places: optional sign, digits, optional
 * fraction, optional exponent (e-5). More places than 'decimals' round half away from zero. No
 * spaces, no "nan", no "inf", no empty text: OMS_ERR_PARSE; too large: OMS_ERR_OVERFLOW, also for
 * INT64_MIN, which means "no such price". ".5" and "5." are taken. 'decimals' is 0 to 18 here and
 * below. */
int oms_decimal_parse(const char *s, size_t n, int decimals, int64_t *out);

/* Integer of 'decimals' places as the shortest decimal text (no trailing zeros, no exponent), at
 * most 24 bytes with NUL into 'out'. Returns the length. */
size_t oms_decimal_format(int64_t v, int decimals, char *out);

/* Double to integer of 'decimals' places, nearest, half away from zero: the decimal that the double
 * was read from, when that had at most 15 digits. NaN, infinities: OMS_ERR_RANGE; too large:
 * OMS_ERR_OVERFLOW. */
int oms_fixed_from_double(double v, int decimals, int64_t *out);

/* The double nearest to v / 10^decimals. */
double oms_fixed_to_double(int64_t v, int decimals);

#endif
