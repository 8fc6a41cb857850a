/* histogram.h - counts of durations in classes whose width is an eighth of their value at most
 * (1 ns to 2^40 ns, then one class), for metrics and benchmarks. Adding costs a few ns. */
#ifndef OMS_BASE_HISTOGRAM_H
#define OMS_BASE_HISTOGRAM_H

#include <stdint.h>

#define OMS_HISTOGRAM_CLASSES 312

typedef struct oms_histogram {
  uint64_t n, sum, max; /* of the values themselves */
  uint64_t counts[OMS_HISTOGRAM_CLASSES];
} oms_histogram_t;

/* Adds a value of ns; below 0 counts as 0. */
void oms_histogram_add(oms_histogram_t *h, int64_t ns);
/* The upper bound of the class in which the share 'q' (0 to 1) of all values ends; the maximum for
 * the last class; 0 without values. */
uint64_t oms_histogram_quantile(const oms_histogram_t *h, double q);
/* How many values are at most 'ns', to the class. */
uint64_t oms_histogram_up_to(const oms_histogram_t *h, uint64_t ns);
void oms_histogram_merge(oms_histogram_t *into, const oms_histogram_t *from);

#endif
