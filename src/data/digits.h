/* digits.h - decimal text read eight bytes at a time, for the fast path of csv.c. Each function
 * returns the first byte after what it took, or NULL for "not of the simple shape": the caller then
 * takes the slow path, which decides what is an error. Up to 16 bytes after the text are looked at,
 * so a buffer needs that much room behind its end. No function passes a line end. */
#ifndef OMS_DATA_DIGITS_H
#define OMS_DATA_DIGITS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/check.h"

#define DIGITS_ZEROS UINT64_C(0x3030303030303030)
#define DIGITS_HIGH  UINT64_C(0x8080808080808080)

static const int64_t digits_pow10[19] = {INT64_C(1),
                                         INT64_C(10),
                                         INT64_C(100),
                                         INT64_C(1000),
                                         INT64_C(10000),
                                         INT64_C(100000),
                                         INT64_C(1000000),
                                         INT64_C(10000000),
                                         INT64_C(100000000),
                                         INT64_C(1000000000),
                                         INT64_C(10000000000),
                                         INT64_C(100000000000),
                                         INT64_C(1000000000000),
                                         INT64_C(10000000000000),
                                         INT64_C(100000000000000),
                                         INT64_C(1000000000000000),
                                         INT64_C(10000000000000000),
                                         INT64_C(100000000000000000),
                                         INT64_C(1000000000000000000)};

/* Eight bytes with the first in the lowest byte, on any machine. */
static inline uint64_t digits_load(const char *p) {
  uint64_t w;
  memcpy(&w, p, sizeof w);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  w = __builtin_bswap64(w);
#endif
  return w;
}

/* The high bit of each byte of 't' (text xor zeros) that is no digit. The mask keeps carries in
 * their byte. */
static inline uint64_t digits_stops(uint64_t t) {
  return (((t & ~DIGITS_HIGH) + UINT64_C(0x7676767676767676)) | t) & DIGITS_HIGH;
}

/* The value of eight digits, the first in the lowest byte; zero bytes in front are leading
 * zeros. */
static inline uint64_t digits_value(uint64_t t) {
  t = (t * 10) + (t >> 8);
  t &= UINT64_C(0x00ff00ff00ff00ff);
  t = (t * 100) + (t >> 16);
  t &= UINT64_C(0x0000ffff0000ffff);
  return ((t * 10000) + (t >> 32)) & UINT64_C(0xffffffff);
}

/* Unsigned decimal to 1e-9: 1 to 7 digits, then a point and up to 7 more, or none. */
static inline const char *digits_fixed9(const char *p, int64_t *out) {
  uint64_t t = digits_load(p) ^ DIGITS_ZEROS;
  uint64_t stops = digits_stops(t);
  if (OMS_UNLIKELY((stops & ~UINT64_C(0x80)) == 0 || (stops & 0x80) != 0)) {
    return NULL;
  }
  unsigned whole_n = (unsigned)__builtin_ctzll(stops) >> 3;
  uint64_t second = stops & (stops - 1);
  if (p[whole_n] != '.') {
    *out = (int64_t)digits_value(t << (64 - 8 * whole_n)) * digits_pow10[9];
    return p + whole_n;
  }
  if (second != 0) {
    /* Both ends lie in this word: the whole digits move up by one byte, over the point. */
    unsigned end = (unsigned)__builtin_ctzll(second) >> 3;
    if (OMS_UNLIKELY(end == whole_n + 1)) {
      return NULL; /* "1." */
    }
    uint64_t upto_point = stops ^ (stops - 1);
    uint64_t joined = ((t & (upto_point >> 8)) << 8) | (t & ~upto_point);
    *out = (int64_t)digits_value(joined << (64 - 8 * end)) * digits_pow10[9 - (end - whole_n - 1)];
    return p + end;
  }
  uint64_t whole = digits_value(t << (64 - 8 * whole_n));
  p += whole_n + 1;
  t = digits_load(p) ^ DIGITS_ZEROS;
  stops = digits_stops(t);
  if (OMS_UNLIKELY(stops == 0 || (stops & 0x80) != 0)) {
    return NULL;
  }
  unsigned part_n = (unsigned)__builtin_ctzll(stops) >> 3;
  uint64_t part = digits_value(t << (64 - 8 * part_n));
  *out = (int64_t)whole * digits_pow10[9] + (int64_t)part * digits_pow10[9 - part_n];
  return p + part_n;
}

/* Unsigned decimal to the nearest double. Exact or correctly rounded: the digits stay below 2^53
 * and the power of ten below 10^18, both exact doubles, and one division rounds once. */
static inline const char *digits_double(const char *p, double *out) {
  uint64_t t = digits_load(p) ^ DIGITS_ZEROS;
  uint64_t stops = digits_stops(t);
  uint64_t m = 0;
  size_t whole_n, part_n = 0;
  if (OMS_LIKELY(stops > 0x80 && (stops & 0x80) == 0)) {
    whole_n = (size_t)__builtin_ctzll(stops) >> 3;
    m = digits_value(t << (64 - 8 * whole_n));
  } else {
    for (whole_n = 0; whole_n < 16 && p[whole_n] >= '0' && p[whole_n] <= '9'; whole_n++) {
      m = m * 10 + (uint64_t)(p[whole_n] - '0');
    }
  }
  p += whole_n;
  if (*p != '.') {
    *out = (double)m;
    return whole_n > 0 && m < (UINT64_C(1) << 53) ? p : NULL;
  }
  p++;
  for (; whole_n + part_n < 16 && p[part_n] >= '0' && p[part_n] <= '9'; part_n++) {
    m = m * 10 + (uint64_t)(p[part_n] - '0');
  }
  *out = (double)m / (double)digits_pow10[part_n];
  return whole_n > 0 && m < (UINT64_C(1) << 53) ? p + part_n : NULL;
}

/* "HH:MM:SS" at 'p' to ns of the day; false for anything else. */
static inline int digits_clock(const char *p, int64_t *ns) {
  uint64_t t = digits_load(p) ^ UINT64_C(0x30303a30303a3030);
  if ((t & UINT64_C(0x0000ff0000ff0000)) != 0 || digits_stops(t) != 0) {
    return 0;
  }
  uint64_t h = (t & 15) * 10 + (t >> 8 & 15);
  uint64_t m = (t >> 24 & 15) * 10 + (t >> 32 & 15);
  uint64_t s = (t >> 48 & 15) * 10 + (t >> 56 & 15);
  *ns = (int64_t)((h * 60 + m) * 60 + s) * INT64_C(1000000000);
  return h < 24 && m < 60 && s < 60;
}

#endif
