/* bench.h - what the benchmark programs share: clocks, medians, a line of the table, the seeded
 * walk of bars. A figure is the median of several runs, each beside a run of its baseline, so that
 * a machine which swings between minutes moves both. Work of one thread is measured in CPU time of
 * the thread: others on the machine slow it less. Invariant: a line has six columns, and run.sh
 * reads the last one. */
#ifndef OMS_TESTS_BENCH_H
#define OMS_TESTS_BENCH_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static inline double bench_seconds(clockid_t clock) {
  struct timespec t;
  (void)clock_gettime(clock, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Seconds of CPU of this thread. */
static inline double bench_cpu(void) {
  return bench_seconds(CLOCK_THREAD_CPUTIME_ID);
}

static inline int bench_compare(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y ? 1 : 0;
}

/* Sorts 'values'. */
static inline double bench_median(double *values, size_t n) {
  qsort(values, n, sizeof *values, bench_compare);
  return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

/* One line: row | baseline in the same run | figure | ratio | target | ok or MISSED. */
static inline void bench_row(const char *row, const char *baseline, const char *figure,
                             const char *ratio, const char *target, bool ok) {
  (void)printf("| %-44s | %-30s | %-24s | %-6s | %-20s | %-6s |\n", row, baseline, figure, ratio,
               target, ok ? "ok" : "MISSED");
  (void)fflush(stdout);
}

static inline _Noreturn void bench_quit(const char *what) {
  (void)fprintf(stderr, "benchmark: %s\n", what);
  exit(2);
}

/* The walk: minute bars from 2000-01-01 on a cent grid, the same numbers everywhere. */

typedef struct bench_walk {
  uint64_t state;
  int64_t price; /* cents */
} bench_walk_t;

typedef struct bench_bar {
  int64_t open, high, low, close; /* cents */
  int volume;
} bench_bar_t;

#define BENCH_FIRST_BAR INT64_C(946684800000000000)
#define BENCH_MINUTE    INT64_C(60000000000)

static inline bench_walk_t bench_walk(uint64_t seed) {
  return (bench_walk_t){seed, 10000};
}

/* splitmix64. */
static inline uint64_t bench_random(uint64_t *state) {
  uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
  z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
  return z ^ (z >> 31);
}

/* Fields of one random number, each a few bits: gap and body of the bar, then its two wicks. A walk
 * that would fall below 10.00 is lifted. */
static inline bench_bar_t bench_walk_next(bench_walk_t *w) {
  uint64_t z = bench_random(&w->state);
  bench_bar_t b;
  b.open = w->price + (int64_t)(z & 3) - (int64_t)((z >> 2) & 3);
  b.close = b.open + (int64_t)((z >> 4) & 31) - (int64_t)((z >> 9) & 31);
  b.high = (b.open > b.close ? b.open : b.close) + (int64_t)((z >> 14) & 7);
  b.low = (b.open < b.close ? b.open : b.close) - (int64_t)((z >> 17) & 7);
  b.volume = (int)(100 + ((z >> 20) & 4095));
  int64_t lift = b.low < 1000 ? 1000 - b.low : 0;
  b.open += lift;
  b.high += lift;
  b.low += lift;
  b.close += lift;
  w->price = b.close;
  return b;
}

#endif
