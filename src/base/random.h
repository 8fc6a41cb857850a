/* random.h - seeded random numbers, the same everywhere (xoshiro256** seeded by splitmix64). */
#ifndef OMS_BASE_RANDOM_H
#define OMS_BASE_RANDOM_H

#include <stdint.h>

typedef struct oms_random {
  uint64_t s[4];
} oms_random_t;

void oms_random_seed(oms_random_t *r, uint64_t seed);
uint64_t oms_random_next(oms_random_t *r);
/* Uniform in [0, n), n > 0, without bias. */
uint64_t oms_random_below(oms_random_t *r, uint64_t n);
/* In [0, 1), 53 bits. */
double oms_random_double(oms_random_t *r);

#endif
