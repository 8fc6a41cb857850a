/* bench_sweep.c - a sweep with two workers against the same with one, as a whole program: wall time
 * on a machine with two free cores. usage: bench_sweep ROW TARGET RUNS PROGRAM ARGUMENT...; --jobs
 * is added. */
#define _XOPEN_SOURCE 700
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

#define RUNS_MAX      101
#define ARGUMENTS_MAX 60

/* Seconds of wall time of the program with that many workers. */
static double run(char **argv, int n, const char *jobs) {
  char *args[ARGUMENTS_MAX + 3];
  double start = bench_seconds(CLOCK_MONOTONIC);
  pid_t child = fork();
  int status;
  if (child == 0) {
    int nowhere = open("/dev/null", O_WRONLY);
    if (nowhere >= 0) {
      (void)dup2(nowhere, STDOUT_FILENO);
    }
    memcpy(args, argv, (size_t)n * sizeof *args);
    args[n] = "--jobs";
    args[n + 1] = (char *)jobs;
    args[n + 2] = NULL;
    (void)execv(args[0], args);
    bench_quit("the program does not start");
  }
  if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status) ||
      WEXITSTATUS(status) != 0) {
    bench_quit("the program failed");
  }
  return bench_seconds(CLOCK_MONOTONIC) - start;
}

int main(int argc, char **argv) {
  double one[RUNS_MAX], two[RUNS_MAX], ratio[RUNS_MAX];
  char base[64], figure[64], times[16], wanted[32];
  int runs = argc > 4 ? atoi(argv[3]) : 0;
  if (runs < 1 || runs > RUNS_MAX || argc - 4 > ARGUMENTS_MAX) {
    bench_quit("usage: bench_sweep ROW TARGET RUNS PROGRAM ARGUMENT...");
  }
  double target = atof(argv[2]);
  for (int i = 0; i < runs; i++) {
    one[i] = run(&argv[4], argc - 4, "1");
    two[i] = run(&argv[4], argc - 4, "2");
    ratio[i] = one[i] / two[i];
  }
  double median = bench_median(ratio, (size_t)runs);
  (void)snprintf(base, sizeof base, "1 worker %.2f s", bench_median(one, (size_t)runs));
  (void)snprintf(figure, sizeof figure, "%.2f s", bench_median(two, (size_t)runs));
  (void)snprintf(times, sizeof times, "%.2f", median);
  (void)snprintf(wanted, sizeof wanted, "at least %.1f x", target);
  bench_row(argv[1], base, figure, times, wanted, median >= target);
  return 0;
}
