/* bench_reload.c - a reload with 100 KB of state while 100,000 events a second flow: the longest
 * time between two events beside the usual one of the same run. The clock is the CPU time of the
 * thread, so that others on the machine make no gaps. The steps of the reload stand between the
 * events, as in a paced run. usage: bench_reload STRATEGY.lua [RUNS] */
#include <string.h>

#include "base/alloc.h"
#include "bench.h"
#include "host/host.h"

#define EVENTS      50000
#define EVENT_S     1e-5
#define RUNS_MAX    101
#define CENT        INT64_C(10000000)
#define LEAST_STATE 95000
#define MOST_STATE  110000

static double gaps[EVENTS];

typedef struct gap {
  double usual, longest;
} gap_t;

static void check_state(const oms_host_t *h) {
  const unsigned char *bytes;
  size_t n;
  oms_error_t err;
  oms_script_t *s = oms_host_script(h, 0);
  if (oms_script_save(s, OMS_RELOAD_STATE_MAX, &bytes, &n, &err) != OMS_OK) {
    bench_quit(err.message);
  }
  if (n < LEAST_STATE || n > MOST_STATE) {
    (void)fprintf(stderr, "benchmark: the state has %zu bytes\n", n);
    exit(2);
  }
}

static int drive(oms_host_t *h, void *ctx, oms_error_t *err) {
  gap_t *gap = ctx;
  oms_time_t at;
  size_t asked, n = 0;
  int rc = oms_host_begin(h, &at, err);
  check_state(h);
  double last = bench_cpu(), due = last;
  for (; rc == OMS_OK && (rc = oms_host_next(h, &at, err)) == OMS_OK && at != OMS_NO_TIME; n++) {
    if (n == EVENTS / 2) {
      rc = oms_host_reload_ask(h, "reload", NULL, 0, &asked, err);
    }
    oms_host_reload_turn(h);
    due += EVENT_S;
    while (bench_cpu() < due) {
    }
    rc = rc == OMS_OK ? oms_host_step(h, at, err) : rc;
    double now = bench_cpu();
    gaps[n] = now - last;
    last = now;
  }
  if (h->reloads.n != 1 || OMS_AT(&h->reloads, oms_reload_record_t, 0)->message != NULL) {
    bench_quit("the reload was not done");
  }
  gap->usual = bench_median(gaps, n); /* sorts */
  gap->longest = gaps[n - 1];
  return rc;
}

static gap_t session(const char *strategy, const oms_bar_row_t *bars) {
  static oms_run_result_t result;
  gap_t gap = {0, 0};
  const oms_run_options_t options = {.quiet = true, .drive = drive, .drive_ctx = &gap};
  oms_session_config_t c;
  oms_error_t err;
  if (oms_session_config_init(&c) != OMS_OK) {
    bench_quit("out of memory");
  }
  c.data = oms_session_array(&c, 1, sizeof *c.data);
  c.strategies = oms_session_array(&c, 1, sizeof *c.strategies);
  if (c.data == NULL || c.strategies == NULL) {
    bench_quit("out of memory");
  }
  c.data_n = c.strategy_n = 1;
  c.data[0] =
      (oms_data_config_t){.symbol = "X", .rows = bars, .row_n = EVENTS, .timeframe = BENCH_MINUTE};
  c.strategies[0].path = strategy;
  if (oms_run_session(&c, NULL, &options, &result, &err) != OMS_OK) {
    bench_quit(err.message);
  }
  oms_session_config_free(&c);
  return gap;
}

int main(int argc, char **argv) {
  static oms_bar_row_t bars[EVENTS];
  double usual[RUNS_MAX], longest[RUNS_MAX];
  int runs = argc > 2 ? atoi(argv[2]) : 9;
  if (argc < 2 || runs < 1 || runs > RUNS_MAX) {
    bench_quit("usage: bench_reload STRATEGY.lua [RUNS]");
  }
  for (int64_t i = 0; i < EVENTS; i++) {
    bars[i] = (oms_bar_row_t){.ts = BENCH_FIRST_BAR + i * BENCH_MINUTE,
                              .open = 100 * CENT,
                              .high = 100 * CENT,
                              .low = 100 * CENT,
                              .close = 100 * CENT};
  }
  for (int i = 0; i < runs; i++) {
    gap_t gap = session(argv[1], bars);
    usual[i] = gap.usual;
    longest[i] = gap.longest;
  }
  char base[64], figure[64], times[16];
  double least = bench_median(usual, (size_t)runs), most = bench_median(longest, (size_t)runs);
  (void)snprintf(base, sizeof base, "usual gap %.1f us", least * 1e6);
  (void)snprintf(figure, sizeof figure, "longest gap %.2f ms", most * 1e3);
  (void)snprintf(times, sizeof times, "%.0f", most / least);
  bench_row("reload of 100 KB, 100,000 events/s", base, figure, times, "at most 2 ms",
            most <= 2e-3);
  return 0;
}
