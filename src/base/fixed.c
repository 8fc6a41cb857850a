/* fixed.c - notional values, decimal texts and doubles to and from fixed-point integers. No locale,
 * no strtod on the way in from text: digits are taken as they stand. Invariant: INT64_MIN never
 * comes out of a parse or a conversion, because it means "no such price". */
#include "base/fixed.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"

#define MAX_DECIMALS 18

static const uint64_t pow10_u64[MAX_DECIMALS + 1] = {
    1u,
    10u,
    100u,
    1000u,
    10000u,
    100000u,
    1000000u,
    10000000u,
    100000000u,
    1000000000u,
    10000000000u,
    100000000000u,
    1000000000000u,
    10000000000000u,
    100000000000000u,
    1000000000000000u,
    10000000000000000u,
    100000000000000000u,
    1000000000000000000u,
};

static uint64_t magnitude(int64_t v) {
  return v < 0 ? 0u - (uint64_t)v : (uint64_t)v;
}

/* Magnitude and sign to a signed value; the magnitude 2^63 is refused in both signs. */
static int with_sign(uint64_t u, bool negative, int64_t *out) {
  if (u > (uint64_t)INT64_MAX) {
    return OMS_ERR_OVERFLOW;
  }
  *out = negative ? -(int64_t)u : (int64_t)u;
  return OMS_OK;
}

/* Divides the 192-bit number of three 64-bit limbs, lowest first, in place. */
static void divide_limbs(uint64_t limb[3], uint64_t d) {
  oms_uint128_t rest = 0;
  for (int i = 2; i >= 0; i--) {
    oms_uint128_t part = (rest << 64) | limb[i];
    limb[i] = (uint64_t)(part / d);
    rest = part % d;
  }
}

/* The scales leave 27 places and money has 6, so the product of three is divided by 1e21. It needs
 * 192 bits; half of 1e21 is added first, then two floors (1e9, 1e12) make one floor of their
 * product. */
static int notional_wide(uint64_t qty, uint64_t price, uint64_t multiplier, uint64_t *out) {
  const oms_uint128_t half = (oms_uint128_t)500000000u * 1000000000000u;
  oms_uint128_t p = (oms_uint128_t)qty * price;
  oms_uint128_t low = (oms_uint128_t)(uint64_t)p * multiplier + half;
  oms_uint128_t high = (oms_uint128_t)(uint64_t)(p >> 64) * multiplier + (low >> 64);
  uint64_t limb[3] = {(uint64_t)low, (uint64_t)high, (uint64_t)(high >> 64)};
  divide_limbs(limb, 1000000000u);
  divide_limbs(limb, 1000000000000u);
  if (limb[1] != 0 || limb[2] != 0) {
    return OMS_ERR_OVERFLOW;
  }
  *out = limb[0];
  return OMS_OK;
}

int oms_notional(oms_price_t price, oms_qty_t qty, int64_t multiplier, oms_money_t *out) {
  if (OMS_LIKELY(multiplier == OMS_QTY_SCALE)) {
    oms_int128_t whole = (oms_int128_t)qty * price;
    if (oms_money_of_small(whole, out)) {
      return OMS_OK;
    }
    oms_int128_t money = oms_div_half_away(whole, INT64_C(1000000000000));
    return money == INT64_MIN ? OMS_ERR_OVERFLOW : oms_narrow(money, out);
  }
  uint64_t u = 0;
  int rc = notional_wide(magnitude(qty), magnitude(price), magnitude(multiplier), &u);
  if (rc != OMS_OK) {
    return rc;
  }
  bool negative = ((qty < 0) != (price < 0)) != (multiplier < 0);
  return with_sign(u, negative, out);
}

/* A decimal text taken apart: digits and point of the mantissa, exponent applied later. */
struct decimal {
  const char *digits,
      *end;           /* from the first digit to the end of the mantissa, a point may be inside */
  int64_t digit_n;    /* digits, the point not counted */
  int64_t fraction_n; /* of them behind the point */
  int64_t exponent;   /* saturated far above any text's length */
  bool negative;
};

static bool is_digit(char c) {
  return (unsigned char)(c - '0') < 10u;
}

static int scan_exponent(const char *s, const char *end, int64_t *out) {
  const int64_t cap = INT64_C(1000000000000000);
  bool negative = false;
  if (s < end && (*s == '-' || *s == '+')) {
    negative = *s++ == '-';
  }
  if (s == end) {
    return OMS_ERR_PARSE;
  }
  int64_t e = 0;
  for (; s < end; s++) {
    if (!is_digit(*s)) {
      return OMS_ERR_PARSE;
    }
    e = e < cap ? e * 10 + (*s - '0') : cap;
  }
  *out = negative ? -e : e;
  return OMS_OK;
}

static int scan_decimal(const char *s, const char *end, struct decimal *d) {
  *d = (struct decimal){0};
  if (s < end && (*s == '-' || *s == '+')) {
    d->negative = *s++ == '-';
  }
  d->digits = s;
  bool point = false;
  for (; s < end && (is_digit(*s) || (*s == '.' && !point)); s++) {
    if (*s == '.') {
      point = true;
    } else {
      d->digit_n++;
      d->fraction_n += point;
    }
  }
  d->end = s;
  if (d->digit_n == 0) {
    return OMS_ERR_PARSE;
  }
  if (s == end) {
    return OMS_OK;
  }
  return *s == 'e' || *s == 'E' ? scan_exponent(s + 1, end, &d->exponent) : OMS_ERR_PARSE;
}

/* Drops leading zeros, so that the number of digits tells the size. */
static void skip_zeros(struct decimal *d) {
  while (d->digits < d->end && (*d->digits == '0' || *d->digits == '.')) {
    d->digit_n -= *d->digits == '0';
    d->digits++;
  }
}

/* The exact value, rounded half away: the first digit that is dropped decides alone. */
static int decimal_value(struct decimal *d, int decimals, int64_t *out) {
  skip_zeros(d);
  int64_t keep = d->digit_n + d->exponent - d->fraction_n + decimals;
  if (d->digit_n == 0 || keep < 0) {
    *out = 0;
    return OMS_OK;
  }
  if (keep > 19) {
    return OMS_ERR_OVERFLOW;
  }
  uint64_t u = 0; /* 19 digits and the rounding fit in 64 bits without sign */
  const char *s = d->digits;
  for (int64_t i = 0; i < keep; i++) {
    s += s < d->end && *s == '.';
    u = u * 10 + (s < d->end ? (uint64_t)(*s++ - '0') : 0u);
  }
  s += s < d->end && *s == '.';
  u += s < d->end && *s >= '5';
  return with_sign(u, d->negative, out);
}

/* Plain text of at most 18 digits with no more places than 'decimals': nearly every price there
 * is. */
static bool parse_plain(const char *s, const char *end, int decimals, int64_t *out) {
  bool negative = *s == '-';
  s += negative;
  if (s == end || end - s > MAX_DECIMALS) {
    return false;
  }
  uint64_t u = 0;
  const char *point = NULL;
  for (; s < end; s++) {
    if (is_digit(*s)) {
      u = u * 10 + (uint64_t)(*s - '0');
    } else if (*s == '.' && point == NULL) {
      point = s;
    } else {
      return false;
    }
  }
  int64_t places = point == NULL ? 0 : end - point - 1;
  if (places > decimals || (point != NULL && places == 0)) {
    return false;
  }
  oms_uint128_t wide = (oms_uint128_t)u * pow10_u64[decimals - (int)places];
  if (wide > (oms_uint128_t)INT64_MAX) {
    return false;
  }
  *out = negative ? -(int64_t)wide : (int64_t)wide;
  return true;
}

int oms_decimal_parse(const char *s, size_t n, int decimals, int64_t *out) {
  OMS_CHECK(decimals >= 0 && decimals <= MAX_DECIMALS);
  if (n == 0) {
    return OMS_ERR_PARSE;
  }
  if (OMS_LIKELY(parse_plain(s, s + n, decimals, out))) {
    return OMS_OK;
  }
  struct decimal d;
  int rc = scan_decimal(s, s + n, &d);
  return rc == OMS_OK ? decimal_value(&d, decimals, out) : rc;
}

size_t oms_decimal_format(int64_t v, int decimals, char *out) {
  OMS_CHECK(decimals >= 0 && decimals <= MAX_DECIMALS);
  char text[24];
  char *end = text + sizeof text;
  char *at = end;
  uint64_t u = magnitude(v);
  uint64_t fraction = u % pow10_u64[decimals];
  uint64_t whole = u / pow10_u64[decimals];
  int places = decimals;
  for (; fraction != 0 && fraction % 10 == 0; places--) {
    fraction /= 10;
  }
  if (fraction != 0) {
    for (; places > 0; places--, fraction /= 10) {
      *--at = (char)('0' + fraction % 10);
    }
    *--at = '.';
  }
  do {
    *--at = (char)('0' + whole % 10);
    whole /= 10;
  } while (whole != 0);
  if (v < 0) {
    *--at = '-';
  }
  size_t n = (size_t)(end - at);
  for (size_t i = 0; i < n; i++) {
    out[i] = at[i];
  }
  out[n] = '\0';
  return n;
}

/* The shortest decimal that reads back as the same double is the one that a person or a file
 * meant. */
static int from_shortest(double v, int decimals, int64_t *out) {
  char text[40];
  int n = 0;
  for (int digits = 15; digits <= 17; digits++) {
    n = snprintf(text, sizeof text, "%.*e", digits - 1, v);
    if (strtod(text, NULL) == v) {
      break;
    }
  }
  return oms_decimal_parse(text, (size_t)n, decimals, out);
}

int oms_fixed_from_double(double v, int decimals, int64_t *out) {
  OMS_CHECK(decimals >= 0 && decimals <= MAX_DECIMALS);
  if (!isfinite(v)) {
    return OMS_ERR_RANGE;
  }
  /* Below 2^51 the two roundings (of the double and of the product) stay under half a unit
   * together. */
  double scaled = v * (double)pow10_u64[decimals];
  if (OMS_LIKELY(fabs(scaled) < 0x1p51)) {
    int64_t whole = (int64_t)scaled;
    double rest = scaled - (double)whole; /* exact: a half goes away from zero, as in llround */
    *out = whole + (rest >= 0.5 ? 1 : 0) - (rest <= -0.5 ? 1 : 0);
    return OMS_OK;
  }
  if (fabs(scaled) >= 0x1.01p63) {
    return OMS_ERR_OVERFLOW;
  }
  if (v == trunc(v) && fabs(v) < 0x1p63) {
    int64_t whole = (int64_t)v;
    oms_uint128_t wide = (oms_uint128_t)magnitude(whole) * pow10_u64[decimals];
    return wide > (oms_uint128_t)INT64_MAX ? OMS_ERR_OVERFLOW
                                           : with_sign((uint64_t)wide, v < 0, out);
  }
  return from_shortest(v, decimals, out);
}

/* Above 2^53 the quotient is taken with at least 57 bits and a sticky last bit, then rounded
 * once. */
static double divide_wide(uint64_t u, uint64_t d) {
  oms_uint128_t n = (oms_uint128_t)u << 64;
  oms_uint128_t q = n / d;
  q |= (oms_uint128_t)(n % d != 0);
  return (double)q * 0x1p-64;
}

double oms_fixed_to_double(int64_t v, int decimals) {
  OMS_CHECK(decimals >= 0 && decimals <= MAX_DECIMALS);
  uint64_t u = magnitude(v);
  if (OMS_LIKELY(u <= (UINT64_C(1) << 53))) {
    return (double)v / (double)pow10_u64[decimals]; /* both exact, so one correct rounding */
  }
  double r = divide_wide(u, pow10_u64[decimals]);
  return v < 0 ? -r : r;
}
