/* bench_decision.c - how long the desk takes to decide on an order that ten shipped risk rules in
 * Lua look at: from the call to the answer, validation and hard limits included, order by order.
 * Orders buy at a limit that the next bar's open fills, ten a bar. The clock is the CPU time of the
 * thread, so that others on the machine decide nothing. usage: bench_decision [ORDERS]   (from the
 * project's root) */
#include <string.h>

#include "base/histogram.h"
#include "bench.h"
#include "host/host.h"

#define PER_BAR 10
#define WARM    20000 /* orders before the measured ones */

typedef struct decision {
  oms_histogram_t time;
  uint64_t orders, wanted;
} decision_t;

static int64_t thread_ns(void) {
  struct timespec t;
  (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void order(oms_host_t *h, decision_t *d, const oms_terms_t *terms) {
  uint32_t row;
  oms_reject_t reject;
  int64_t from = thread_ns();
  int rc = h->desk.port.submit(&h->desk, terms, false, NULL, 0, false, &row, &reject);
  int64_t took = thread_ns() - from;
  if (rc != OMS_OK) {
    bench_quit(rc == OMS_ERR_REJECTED ? reject.message : "an order was not taken");
  }
  if (++d->orders > WARM) {
    oms_histogram_add(&d->time, took);
  }
}

static int drive(oms_host_t *h, void *ctx, oms_error_t *err) {
  decision_t *d = ctx;
  oms_time_t at;
  oms_terms_t t = {.owner = oms_host_script_at(h, h->rule_n)->owner,
                   .type = OMS_TYPE_LIMIT,
                   .time_in_force = OMS_TIF_GTC,
                   .display_qty = OMS_NO_PRICE,
                   .notional = OMS_NO_PRICE,
                   .limit_price = 100 * OMS_PRICE_SCALE,
                   .stop_price = OMS_NO_PRICE,
                   .trail_price = OMS_NO_PRICE,
                   .limit_offset = OMS_NO_PRICE,
                   .trail_percent = OMS_NO_PRICE,
                   .expire_at = OMS_NO_TIME,
                   .expire_session = OMS_NO_TIME,
                   .group = OMS_NONE,
                   .parent = OMS_NONE};
  int rc = oms_host_begin(h, &at, err);
  while (rc == OMS_OK && (rc = oms_host_next(h, &at, err)) == OMS_OK && at != OMS_NO_TIME &&
         d->orders < d->wanted) {
    rc = oms_host_step(h, at, err);
    for (int i = 0; rc == OMS_OK && h->bars.n > 0 && i < PER_BAR; i++) { /* no timer's step */
      t.side = OMS_SIDE_BUY;
      t.qty = (1 + i % 7) * OMS_QTY_SCALE;
      h->desk.callback_orders = 0; /* each comes from outside of a callback */
      order(h, d, &t);
    }
    oms_desk_flush(&h->desk);
    for (size_t i = 0; i < h->rule_n; i++) { /* as a live host does between its turns */
      oms_script_collect(oms_host_script_at(h, i)->script);
    }
  }
  return rc;
}

int main(int argc, char **argv) {
  static decision_t d;
  static oms_run_result_t result;
  oms_session_file_t *file;
  oms_error_t err;
  char base[64], figure[64];
  d.wanted = argc > 1 ? strtoull(argv[1], NULL, 10) : 80000;
  const oms_run_options_t options = {.quiet = true, .drive = drive, .drive_ctx = &d};
  if (oms_session_file_load("tests/bench/decision.lua", &file, &err) != OMS_OK ||
      oms_run_session(oms_session_file_config(file), file, &options, &result, &err) != OMS_OK) {
    bench_quit(err.message);
  }
  oms_session_file_free(file);
  double worst = (double)oms_histogram_quantile(&d.time, 0.999) / 1e3;
  (void)snprintf(base, sizeof base, "p50 %.1f us, p99 %.1f us",
                 (double)oms_histogram_quantile(&d.time, 0.5) / 1e3,
                 (double)oms_histogram_quantile(&d.time, 0.99) / 1e3);
  (void)snprintf(figure, sizeof figure, "p99.9 %.1f us", worst);
  bench_row("risk decision with 10 Lua rules", base, figure, "", "p99.9 under 15 us", worst < 15);
  return 0;
}
