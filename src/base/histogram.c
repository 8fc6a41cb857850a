/* histogram.c - see histogram.h. Values below 8 have a class each; above, the three bits behind the
 * leading one choose among eight classes of its power of two. */
#include "base/histogram.h"

#define LAST (OMS_HISTOGRAM_CLASSES - 1)

static unsigned class_of(uint64_t v) {
  if (v < 8) {
    return (unsigned)v;
  }
  unsigned top = 63u - (unsigned)__builtin_clzll(v);
  unsigned c = (top - 2) * 8 + (unsigned)((v >> (top - 3)) & 7);
  return c < LAST ? c : LAST;
}

/* The largest value of a class. */
static uint64_t upper(unsigned c) {
  if (c < 8) {
    return c;
  }
  unsigned top = c / 8 + 2;
  uint64_t width = UINT64_C(1) << (top - 3);
  return (UINT64_C(1) << top) + (c % 8 + 1) * width - 1;
}

void oms_histogram_add(oms_histogram_t *h, int64_t ns) {
  uint64_t v = ns > 0 ? (uint64_t)ns : 0;
  h->n++;
  h->sum += v;
  h->max = v > h->max ? v : h->max;
  h->counts[class_of(v)]++;
}

uint64_t oms_histogram_quantile(const oms_histogram_t *h, double q) {
  uint64_t seen = 0;
  for (unsigned c = 0; c < LAST; c++) {
    seen += h->counts[c];
    if (seen > 0 && (double)seen >= q * (double)h->n) {
      return upper(c) < h->max ? upper(c) : h->max;
    }
  }
  return h->max;
}

uint64_t oms_histogram_up_to(const oms_histogram_t *h, uint64_t ns) {
  uint64_t n = 0;
  for (unsigned c = 0; c < LAST && upper(c) <= ns; c++) {
    n += h->counts[c];
  }
  return ns >= h->max ? h->n : n;
}

void oms_histogram_merge(oms_histogram_t *into, const oms_histogram_t *from) {
  into->n += from->n;
  into->sum += from->sum;
  into->max = from->max > into->max ? from->max : into->max;
  for (unsigned c = 0; c < OMS_HISTOGRAM_CLASSES; c++) {
    into->counts[c] += from->counts[c];
  }
}
