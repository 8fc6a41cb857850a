/* bench_pair.c - two commands in turn, each measured from outside as a whole.
 * usage: bench_pair ROW wall|cpu faster|cost TARGET RUNS COUNT BASELINE... -- COMMAND...
 *   wall: time from start to end; cpu: of all its threads, which others on the machine slow less
 *   faster: the command must be TARGET times as fast as the baseline
 *   cost: of COUNT things, at most TARGET times the baseline's cost each */
#define _XOPEN_SOURCE 700 /* getrusage */
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

#define RUNS_MAX 101

static double seconds_of(struct timeval t) {
  return (double)t.tv_sec + (double)t.tv_usec * 1e-6;
}

/* CPU seconds of all children that have ended. */
static double children(void) {
  struct rusage usage;
  if (getrusage(RUSAGE_CHILDREN, &usage) != 0) {
    bench_quit("the time of the program is not known");
  }
  return seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
}

static _Noreturn void become(char **argv) {
  int nowhere = open("/dev/null", O_WRONLY);
  if (nowhere >= 0) {
    (void)dup2(nowhere, STDOUT_FILENO);
  }
  (void)execvp(argv[0], argv);
  bench_quit("the program does not start");
}

static double run(char **argv, bool cpu) {
  double start = cpu ? children() : bench_seconds(CLOCK_MONOTONIC);
  pid_t child = fork();
  int status;
  if (child == 0) {
    become(argv);
  }
  if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status) ||
      WEXITSTATUS(status) != 0) {
    bench_quit("the program failed");
  }
  return (cpu ? children() : bench_seconds(CLOCK_MONOTONIC)) - start;
}

static void show(char *out, size_t n, double seconds, double count) {
  if (count > 0) {
    (void)snprintf(out, n, "%.0f ns each", seconds / count * 1e9);
  } else {
    (void)snprintf(out, n, "%.0f ms", seconds * 1e3);
  }
}

int main(int argc, char **argv) {
  double base[RUNS_MAX], took[RUNS_MAX];
  int runs = argc > 8 ? atoi(argv[5]) : 0, split = 7;
  while (split < argc && strcmp(argv[split], "--") != 0) {
    split++;
  }
  if (runs < 1 || runs > RUNS_MAX || split + 1 >= argc) {
    bench_quit("usage: bench_pair ROW wall|cpu faster|cost TARGET RUNS COUNT BASELINE... -- "
               "COMMAND...");
  }
  bool cpu = strcmp(argv[2], "cpu") == 0, cost = strcmp(argv[3], "cost") == 0;
  double target = atof(argv[4]), count = atof(argv[6]);
  argv[split] = NULL;
  for (int i = 0; i < runs; i++) {
    base[i] = run(&argv[7], cpu);
    took[i] = run(&argv[split + 1], cpu);
  }
  double from = bench_median(base, (size_t)runs), to = bench_median(took, (size_t)runs);
  double ratio = cost ? to / from : from / to;
  char baseline[64], figure[64], times[32], text[32];
  show(baseline, sizeof baseline, from, count);
  show(figure, sizeof figure, to, count);
  (void)snprintf(times, sizeof times, "%.2f", ratio);
  (void)snprintf(text, sizeof text, "%s %.1f", cost ? "at most" : "at least", target);
  bench_row(argv[1], baseline, figure, times, text, cost ? ratio <= target : ratio >= target);
  return 0;
}
