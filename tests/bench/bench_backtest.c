/* bench_backtest.c - SMA 50/200 over 1,000,000 bars in memory through the whole host (feed, venue,
 * ledger, mark, equity, learned view), against the bare loop of bench_bare. The time of the host is
 * that of a whole session less that of a session which ends before its second bar: what is left is
 * the bars. usage: bench_backtest STRATEGY.lua [RUNS] */
#include <math.h>
#include <string.h>

#include "bench.h"
#include "bind/session.h"
#include "host/run.h"

#define BARS     1000000
#define RUNS_MAX 101
#define CENT     INT64_C(10000000)

static oms_bar_row_t *make_bars(void) {
  oms_bar_row_t *bars = calloc(BARS, sizeof *bars);
  bench_walk_t walk = bench_walk(1);
  if (bars == NULL) {
    bench_quit("out of memory");
  }
  for (int64_t i = 0; i < BARS; i++) {
    bench_bar_t b = bench_walk_next(&walk);
    bars[i] = (oms_bar_row_t){.ts = BENCH_FIRST_BAR + i * BENCH_MINUTE,
                              .open = b.open * CENT,
                              .high = b.high * CENT,
                              .low = b.low * CENT,
                              .close = b.close * CENT,
                              .volume = b.volume};
  }
  return bars;
}

/* The baseline: bench_bare beside this program. */
static double bare_loop(const char *self) {
  char path[4096];
  const char *slash = strrchr(self, '/');
  int folder = slash == NULL ? 1 : (int)(slash - self);
  (void)snprintf(path, sizeof path, "'%.*s/bench_bare'", folder, slash == NULL ? "." : self);
  FILE *out = popen(path, "r");
  double seconds = 0;
  if (out == NULL || fscanf(out, "%lf", &seconds) != 1 || pclose(out) != 0 || seconds <= 0) {
    bench_quit("bench_bare beside this program gave no baseline: build it (ninja bench_bare)");
  }
  return seconds;
}

/* The host. */

static double summary_number(const oms_summary_t *s, const char *name) {
  for (size_t i = 0; i < s->n; i++) {
    if (strcmp(s->fields[i].name, name) == 0) {
      return s->fields[i].kind == 1 ? (double)s->fields[i].integer : s->fields[i].number;
    }
  }
  bench_quit("the summary lacks a field");
}

static void fill_in(oms_session_config_t *c, const char *strategy, const oms_bar_row_t *bars) {
  if (oms_session_config_init(c) != OMS_OK) {
    bench_quit("out of memory");
  }
  c->accounts[0].initial_cash = INT64_C(1000000) * OMS_MONEY_SCALE;
  c->data = oms_session_array(c, 1, sizeof *c->data);
  c->strategies = oms_session_array(c, 1, sizeof *c->strategies);
  if (c->data == NULL || c->strategies == NULL) {
    bench_quit("out of memory");
  }
  c->data_n = c->strategy_n = 1;
  c->data[0] = (oms_data_config_t){.symbol = "X",
                                   .rows = bars,
                                   .row_n = BARS,
                                   .rows_have_volume = true,
                                   .timeframe = BENCH_MINUTE};
  c->strategies[0].path = strategy;
}

static double session(const char *strategy, const oms_bar_row_t *bars, oms_time_t to,
                      oms_run_result_t *result) {
  const oms_run_options_t options = {.quiet = true};
  oms_session_config_t config;
  oms_error_t err;
  fill_in(&config, strategy, bars);
  config.to = to;
  double start = bench_cpu();
  if (oms_run_session(&config, NULL, &options, result, &err) != OMS_OK) {
    bench_quit(err.message);
  }
  double took = bench_cpu() - start;
  oms_session_config_free(&config);
  return took;
}

static double bars_of_session(const char *strategy, const oms_bar_row_t *bars) {
  static oms_run_result_t result;
  double empty = session(strategy, bars, BENCH_FIRST_BAR + BENCH_MINUTE, &result);
  double whole = session(strategy, bars, OMS_NO_TIME, &result);
  if (result.strategy_failed || summary_number(&result.summary, "bars") != BARS ||
      summary_number(&result.summary, "trades") != 3086 ||
      fabs(summary_number(&result.summary, "final_equity") - 1014834.0) > 1e-9) {
    bench_quit("the session gave another result than 3086 trades and 1014834.00");
  }
  return whole - empty;
}

int main(int argc, char **argv) {
  double bare[RUNS_MAX], host[RUNS_MAX], ratio[RUNS_MAX];
  int runs = argc > 2 ? atoi(argv[2]) : 9;
  if (argc < 2 || runs < 1 || runs > RUNS_MAX) {
    bench_quit("usage: bench_backtest STRATEGY.lua [RUNS]");
  }
  oms_bar_row_t *bars = make_bars();
  for (int i = 0; i < runs; i++) {
    bare[i] = bare_loop(argv[0]);
    host[i] = bars_of_session(argv[1], bars);
    ratio[i] = host[i] / bare[i];
  }
  free(bars);
  char base[64], figure[64], times[16];
  double median = bench_median(ratio, (size_t)runs), took = bench_median(host, (size_t)runs);
  (void)snprintf(base, sizeof base, "bare loop %.0f ns/bar",
                 bench_median(bare, (size_t)runs) / BARS * 1e9);
  (void)snprintf(figure, sizeof figure, "%.0f ns/bar, %.2f M/s", took / BARS * 1e9,
                 BARS / took / 1e6);
  (void)snprintf(times, sizeof times, "%.2f", median);
  bench_row("SMA 50/200, 1,000,000 bars in memory", base, figure, times, "at most 2.5 x",
            median <= 2.5);
  return 0;
}
