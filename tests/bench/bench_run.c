/* bench_run.c - runs a program as a child and measures the whole of it from outside: wall time from
 * start to end, and the most memory that it held. usage: bench_run ROW KIND COUNT TARGET RUNS
 * PROGRAM ARGUMENT... KIND rate: COUNT things in the median wall time, at least TARGET a second
 *   KIND memory: the largest resident set of all runs, under TARGET MB (1e6 bytes) */
#define _XOPEN_SOURCE 700 /* getrusage, which gives the peak of memory */
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

#define RUNS_MAX 101

static _Noreturn void become(char **argv) {
  int nowhere = open("/dev/null", O_WRONLY);
  if (nowhere >= 0) {
    (void)dup2(nowhere, STDOUT_FILENO);
  }
  (void)execv(argv[0], argv);
  bench_quit("the program does not start");
}

/* Seconds of wall time. */
static double run(char **argv) {
  double start = bench_seconds(CLOCK_MONOTONIC);
  pid_t child = fork();
  int status;
  if (child == 0) {
    become(argv);
  }
  if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status) ||
      WEXITSTATUS(status) != 0) {
    bench_quit("the program failed");
  }
  return bench_seconds(CLOCK_MONOTONIC) - start;
}

static void report_rate(const char *row, double count, double target, double *took, size_t n) {
  char figure[64], text[32];
  double rate = count / bench_median(took, n);
  (void)snprintf(figure, sizeof figure, "%.2f M/s, best %.2f", rate / 1e6, count / took[0] / 1e6);
  (void)snprintf(text, sizeof text, "%.1f M/s", target / 1e6);
  bench_row(row, "-", figure, "-", text, rate >= target);
}

static void report_memory(const char *row, double target) {
  struct rusage usage;
  char figure[64], text[32];
  if (getrusage(RUSAGE_CHILDREN, &usage) != 0) {
    bench_quit("the memory of the program is not known");
  }
  double mb = (double)usage.ru_maxrss * 1024 / 1e6; /* it comes in KiB */
  (void)snprintf(figure, sizeof figure, "%.1f MB", mb);
  (void)snprintf(text, sizeof text, "under %.0f MB", target);
  bench_row(row, "-", figure, "-", text, mb < target);
}

int main(int argc, char **argv) {
  double took[RUNS_MAX];
  int runs = argc > 6 ? atoi(argv[5]) : 0;
  if (runs < 1 || runs > RUNS_MAX) {
    bench_quit("usage: bench_run ROW rate|memory COUNT TARGET RUNS PROGRAM ARGUMENT...");
  }
  for (int i = 0; i < runs; i++) {
    took[i] = run(&argv[6]);
  }
  if (strcmp(argv[2], "rate") == 0) {
    report_rate(argv[1], atof(argv[3]), atof(argv[4]), took, (size_t)runs);
  } else {
    report_memory(argv[1], atof(argv[4]));
  }
  return 0;
}
