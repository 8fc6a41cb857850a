/* bench_quotes.c - quotes through the whole program: market_maker and a strategy with an empty
 * on_quote over the same file, and the same file's lines counted; all in turn, so that a machine
 * which swings moves them together. The load is a seeded walk on a cent grid, one to four cents
 * wide, up to 255 ms apart. usage: bench_quotes make ROWS > FILE   or
 *   bench_quotes rows ROWS FILE RUNS PROGRAM MAKER.lua EMPTY.lua   (prints two rows) */
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

#define RUNS_MAX     101
#define EMPTY_TARGET 4e6
#define MAKER_TARGET 0.8e6

/* The file. */

static char *put_number(char *at, uint64_t v) {
  char digits[24];
  int n = 0;
  do {
    digits[n++] = (char)('0' + v % 10);
    v /= 10;
  } while (v > 0);
  while (n > 0) {
    *at++ = digits[--n];
  }
  return at;
}

static char *put_price(char *at, int64_t cents) {
  at = put_number(at, (uint64_t)cents / 100);
  *at++ = '.';
  *at++ = (char)('0' + cents / 10 % 10);
  *at++ = (char)('0' + cents % 10);
  return at;
}

/* One random number a row: gap, move of the bid, width, both sizes. Every eighth quote moves the
 * bid by a cent, every eighth is given a width anew; the others have other sizes. */
static int make(long rows) {
  static char buffer[1 << 18];
  uint64_t state = 1, ms = (uint64_t)BENCH_FIRST_BAR / 1000000;
  int64_t bid = 10000, width = 2;
  (void)setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
  (void)printf("ts,bid,bid_size,ask,ask_size\n");
  for (long i = 0; i < rows; i++) {
    char line[96], *at = line;
    uint64_t z = bench_random(&state);
    ms += z & 255;
    bid += ((z >> 8) & 15) == 0 ? 1 : ((z >> 8) & 15) == 1 ? -1 : 0;
    bid = bid < 1000 ? 1000 : bid;
    width = ((z >> 12) & 7) == 0 ? 1 + (int64_t)((z >> 15) & 3) : width;
    at = put_number(at, ms);
    *at++ = ',';
    at = put_price(at, bid);
    *at++ = ',';
    at = put_number(at, 100 * (1 + ((z >> 17) & 15)));
    *at++ = ',';
    at = put_price(at, bid + width);
    *at++ = ',';
    at = put_number(at, 100 * (1 + ((z >> 21) & 15)));
    *at++ = '\n';
    (void)fwrite(line, 1, (size_t)(at - line), stdout);
  }
  return fflush(stdout) == 0 && ferror(stdout) == 0 ? 0 : 1;
}

/* Wall time of each. */

static double count_lines(const char *path, long rows) {
  static char block[1 << 18];
  double start = bench_seconds(CLOCK_MONOTONIC);
  int fd = open(path, O_RDONLY);
  ssize_t n;
  long lines = 0;
  while ((n = read(fd, block, sizeof block)) > 0) {
    const char *end = block + n;
    for (const char *at = block; (at = memchr(at, '\n', (size_t)(end - at))) != NULL; at++) {
      lines++;
    }
  }
  if (n < 0 || lines != rows + 1) {
    bench_quit("the file of quotes is another one");
  }
  (void)close(fd);
  return bench_seconds(CLOCK_MONOTONIC) - start;
}

static double run(const char *program, const char *strategy, const char *path) {
  char data[4096];
  (void)snprintf(data, sizeof data, "X=%s", path);
  double start = bench_seconds(CLOCK_MONOTONIC);
  pid_t child = fork();
  int status;
  if (child == 0) {
    int nowhere = open("/dev/null", O_WRONLY);
    (void)dup2(nowhere, STDOUT_FILENO);
    (void)execl(program, program, "backtest", strategy, "--data", data, "--cash", "1000000",
                "--venue", "queue=front", "--quiet", "--no-cache", (char *)NULL);
    _exit(127);
  }
  if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status) ||
      WEXITSTATUS(status) != 0) {
    bench_quit("the program failed on the quotes");
  }
  return bench_seconds(CLOCK_MONOTONIC) - start;
}

static void report(const char *row, const char *base, double *took, double *ratio, size_t runs,
                   long rows, double target) {
  char figure[64], times[16], text[32];
  double rate = (double)rows / bench_median(took, runs);
  (void)snprintf(figure, sizeof figure, "%.0f ns, %.2f M/s", 1e9 / rate, rate / 1e6);
  (void)snprintf(times, sizeof times, "%.1f", bench_median(ratio, runs));
  (void)snprintf(text, sizeof text, "%.1f M/s", target / 1e6);
  bench_row(row, base, figure, times, text, rate >= target);
}

static int rows_of(long rows, char **argv, int runs) {
  static double lines[RUNS_MAX], empty[RUNS_MAX], maker[RUNS_MAX], dear[RUNS_MAX], dearer[RUNS_MAX];
  char base[64], name[80];
  for (int i = 0; i < runs; i++) {
    lines[i] = count_lines(argv[3], rows);
    empty[i] = run(argv[5], argv[7], argv[3]);
    maker[i] = run(argv[5], argv[6], argv[3]);
    dear[i] = empty[i] / lines[i];
    dearer[i] = maker[i] / empty[i];
  }
  size_t n = (size_t)runs;
  double ns = 1e9 / (double)rows;
  (void)snprintf(base, sizeof base, "counting lines %.0f ns", bench_median(lines, n) * ns);
  (void)snprintf(name, sizeof name, "%ld quotes, empty on_quote, with loading", rows);
  report(name, base, empty, dear, n, rows, EMPTY_TARGET);
  (void)snprintf(base, sizeof base, "empty on_quote %.0f ns", bench_median(empty, n) * ns);
  (void)snprintf(name, sizeof name, "%ld quotes, market_maker", rows);
  report(name, base, maker, dearer, n, rows, MAKER_TARGET);
  return 0;
}

int main(int argc, char **argv) {
  if (argc == 3 && strcmp(argv[1], "make") == 0) {
    return make(strtol(argv[2], NULL, 10));
  }
  int runs = argc == 8 ? atoi(argv[4]) : 0;
  if (runs < 1 || runs > RUNS_MAX || strcmp(argv[1], "rows") != 0) {
    bench_quit("usage: bench_quotes make ROWS, or rows ROWS FILE RUNS PROGRAM MAKER.lua EMPTY.lua");
  }
  return rows_of(strtol(argv[2], NULL, 10), argv, runs);
}
