/* bench_memory.c - what a million orders take: resident memory an order with one fill (each with a
 * key of 36 letters, all of them buys, so that every fill leaves its lots), and the time in which
 * an image of them becomes an engine again. usage: bench_memory [RUNS] */
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "bench.h"
#include "core/image.h"

#define ORDERS   1000000
#define PRICE    (100 * OMS_PRICE_SCALE)
#define RUNS_MAX 101

static const oms_engine_config_t config = {
    .seed = 1, .crosses_zero = true, .commission = {.min = OMS_NO_PRICE, .max = OMS_NO_PRICE}
};

/* Bytes of memory that the process has in use. */
static double resident(void) {
  unsigned long all, in_use;
  FILE *f = fopen("/proc/self/statm", "r");
  if (f == NULL || fscanf(f, "%lu %lu", &all, &in_use) != 2) {
    bench_quit("no /proc/self/statm");
  }
  (void)fclose(f);
  return (double)in_use * (double)sysconf(_SC_PAGESIZE);
}

static void apply(oms_engine_t *e, oms_command_t *c, int64_t i) {
  c->now = BENCH_FIRST_BAR + i * 1000000;
  if (oms_engine_apply(e, c, NULL) != OMS_OK) {
    bench_quit("a command was refused");
  }
}

static void report(oms_engine_t *e, int64_t i, oms_report_type_t type) {
  oms_command_t c = {
      .type = OMS_COMMAND_REPORT,
      .u.report = {.type = (uint8_t)type,
                   .order = (uint32_t)i,
                   .ts = BENCH_FIRST_BAR,
                   .qty = OMS_QTY_SCALE,
                   .price = PRICE,
                   .stop_price = OMS_NO_PRICE}
  };
  c.u.report.execution_no = type == OMS_REPORT_FILL ? (uint64_t)i + 1 : 0;
  apply(e, &c, i);
}

static void one_order(oms_engine_t *e, int64_t i) {
  char key[37];
  (void)snprintf(key, sizeof key, "0192c5a4-7b1e-7c3d-9f00-%012lld", (long long)i);
  oms_terms_t t = {.owner = 1,
                   .type = OMS_TYPE_LIMIT,
                   .qty = OMS_QTY_SCALE,
                   .display_qty = OMS_NO_PRICE,
                   .notional = OMS_NO_PRICE,
                   .limit_price = PRICE,
                   .stop_price = OMS_NO_PRICE,
                   .trail_price = OMS_NO_PRICE,
                   .limit_offset = OMS_NO_PRICE,
                   .trail_percent = OMS_NO_PRICE,
                   .expire_at = OMS_NO_TIME,
                   .expire_session = BENCH_FIRST_BAR,
                   .client_order_id = key,
                   .entered_by = "api:KEY",
                   .group = OMS_NONE,
                   .parent = OMS_NONE};
  oms_command_t c = {.type = OMS_COMMAND_SUBMIT, .u.submit = {.terms = &t}};
  apply(e, &c, i);
  c = (oms_command_t){.type = OMS_COMMAND_SEND, .u.send = {(uint32_t)i}};
  apply(e, &c, i);
  report(e, i, OMS_REPORT_WORKING);
  report(e, i, OMS_REPORT_FILL);
}

static oms_engine_t *engine_with_places(void) {
  oms_engine_t *e = oms_engine_new(&config);
  oms_instrument_t symbol = {.symbol = "SPY",
                             .currency = "USD",
                             .multiplier = OMS_QTY_SCALE,
                             .previous_close = PRICE,
                             .margin_per_contract = OMS_NO_PRICE,
                             .last = PRICE,
                             .bid = OMS_NO_PRICE,
                             .ask = OMS_NO_PRICE};
  oms_account_t account = {.id = "main",
                           .type = OMS_ACCOUNT_TYPE_MARGIN,
                           .initial_cash = INT64_C(1000000000) * OMS_MONEY_SCALE};
  uint32_t i;
  uint16_t a, o;
  oms_limits_none(&account.limits);
  if (e == NULL || oms_engine_add_instrument(e, &symbol, &i) != OMS_OK ||
      oms_engine_add_account(e, &account, &a) != OMS_OK ||
      oms_engine_add_owner(e, &(oms_owner_t){.id = "api:KEY"}, &o) != OMS_OK) {
    bench_quit("no engine");
  }
  return e;
}

static int collect(void *self, const void *data, size_t n) {
  oms_pack_raw(self, data, n);
  return OMS_OK;
}

static double time_load(const oms_pack_t *p) {
  oms_engine_t *e;
  double start = bench_cpu();
  if (oms_engine_load(&config, p->data, p->n, &e) != OMS_OK) {
    bench_quit("the image is refused");
  }
  double seconds = bench_cpu() - start;
  if (oms_engine_order_count(e) != ORDERS || oms_engine_fill_count(e) != ORDERS) {
    bench_quit("the image lacks orders");
  }
  oms_engine_free(e);
  return seconds;
}

static double time_digest(const oms_pack_t *p) {
  char hex[33];
  double start = bench_cpu();
  oms_hash_hex(p->data, p->n, hex);
  double seconds = bench_cpu() - start;
  if (strlen(hex) != 32) {
    bench_quit("no digest");
  }
  return seconds;
}

static void bench_image(const oms_engine_t *e, size_t runs) {
  double loads[RUNS_MAX], digests[RUNS_MAX];
  oms_pack_t p = {0};
  if (oms_engine_save(e, collect, &p) != OMS_OK || p.failed) {
    bench_quit("no image");
  }
  for (size_t i = 0; i < runs; i++) {
    digests[i] = time_digest(&p);
    loads[i] = time_load(&p);
  }
  char baseline[64], figure[64], ratio[16];
  double load = bench_median(loads, runs), digest = bench_median(digests, runs);
  (void)snprintf(baseline, sizeof baseline, "digest of its %.0f MB: %.3f s", (double)p.n / 1e6,
                 digest);
  (void)snprintf(figure, sizeof figure, "%.2f s", load);
  (void)snprintf(ratio, sizeof ratio, "%.1f", load / digest);
  bench_row("an engine of 1,000,000 filled orders loaded", baseline, figure, ratio, "0.5 s",
            load <= 0.5);
  oms_pack_free(&p);
}

int main(int argc, char **argv) {
  size_t runs = argc > 1 ? strtoul(argv[1], NULL, 10) : 5;
  runs = runs < 1 ? 1 : runs > RUNS_MAX ? RUNS_MAX : runs;
  oms_engine_t *e = engine_with_places();
  char figure[64];
  one_order(e, 0);
  double before = resident();
  for (int64_t i = 1; i < ORDERS; i++) {
    one_order(e, i);
  }
  double bytes = (resident() - before) / (ORDERS - 1);
  (void)snprintf(figure, sizeof figure, "%.0f B", bytes);
  bench_row("memory an order with one fill", "-", figure, "", "400", bytes < 400);
  bench_image(e, runs);
  oms_engine_free(e);
  return 0;
}
