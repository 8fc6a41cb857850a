/* bench_bars.c - writes the seeded minute bars of bench.h as CSV to standard output.
 * usage: bench_bars [ROWS [SEED]]   (1,000,000 rows of seed 1 without them) */
#include <inttypes.h>

#include "base/time.h"
#include "bench.h"

/* "2000-01-01T00:01:00Z" without what is finer than a second, which these bars do not have. */
static void write_time(int64_t minute) {
  char text[32];
  (void)oms_time_iso(BENCH_FIRST_BAR + minute * BENCH_MINUTE, text);
  text[19] = '\0';
  (void)printf("%sZ", text);
}

static void write_price(int64_t cents) {
  (void)printf(",%" PRId64 ".%02" PRId64, cents / 100, cents % 100);
}

int main(int argc, char **argv) {
  static char buffer[1 << 18];
  long rows = argc > 1 ? strtol(argv[1], NULL, 10) : 1000000;
  bench_walk_t walk = bench_walk(argc > 2 ? strtoull(argv[2], NULL, 10) : 1);
  (void)setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
  (void)printf("ts,open,high,low,close,volume\n");
  for (long i = 0; i < rows; i++) {
    bench_bar_t b = bench_walk_next(&walk);
    write_time(i);
    write_price(b.open);
    write_price(b.high);
    write_price(b.low);
    write_price(b.close);
    (void)printf(",%d\n", b.volume);
  }
  return fflush(stdout) == 0 && ferror(stdout) == 0 ? 0 : 1;
}
