/* random.c - xoshiro256** seeded by splitmix64: the same numbers from the same seed on every
 * machine. Not for secrets. Invariant: the state is never all zero, since splitmix64 cannot give
 * four zeros. */
#include "base/random.h"

#include "base/check.h"
#include "base/fixed.h"

static uint64_t splitmix(uint64_t *x) {
  *x += UINT64_C(0x9e3779b97f4a7c15);
  uint64_t z = *x;
  z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
  return z ^ (z >> 31);
}

static uint64_t rotl(uint64_t x, int k) {
  return (x << k) | (x >> (64 - k));
}

void oms_random_seed(oms_random_t *r, uint64_t seed) {
  for (int i = 0; i < 4; i++) {
    r->s[i] = splitmix(&seed);
  }
}

uint64_t oms_random_next(oms_random_t *r) {
  uint64_t *s = r->s;
  uint64_t result = rotl(s[1] * 5, 7) * 9;
  uint64_t t = s[1] << 17;
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= t;
  s[3] = rotl(s[3], 45);
  return result;
}

/* The high half of a 64 x 64 product; low halves under 2^64 mod n would favour some values, so they
 * are drawn again. */
uint64_t oms_random_below(oms_random_t *r, uint64_t n) {
  OMS_CHECK(n > 0);
  oms_uint128_t m = (oms_uint128_t)oms_random_next(r) * n;
  if ((uint64_t)m < n) {
    uint64_t floor = (0u - n) % n;
    while ((uint64_t)m < floor) {
      m = (oms_uint128_t)oms_random_next(r) * n;
    }
  }
  return (uint64_t)(m >> 64);
}

double oms_random_double(oms_random_t *r) {
  return (double)(oms_random_next(r) >> 11) * 0x1p-53;
}
