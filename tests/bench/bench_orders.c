/* bench_orders.c - the way of an order: submit, validation, hard limits, rules, batch, venue, fill
 * at the next bar, lots, money, events. From C through the desk with N risk rules in Lua, each in a
 * cell of its own; from a strategy that makes a table of six keys for each order; and the hard
 * limits of one order alone, call by call. Each order is a limit order that the next bar's open
 * fills; buys and sells alternate, 1,000 a bar. usage: bench_orders [RUNS [c|lua|limits]]   (from
 * the project's root) */
#include <string.h>

#include "base/alloc.h"
#include "bench.h"
#include "host/desk.h"
#include "host/run.h"
#include "sim/sim.h"

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

#define BARS     300
#define PER_BAR  1000
#define ORDERS   (BARS * PER_BAR)
#define RULES    8
#define RUNS_MAX 101
#define RULE     "rules/max_order.lua"
#define STRATEGY "tests/bench/orders.lua"
#define PRICE    (100 * OMS_PRICE_SCALE)

/* All of them set, none of them met. */
static oms_limits_t wide_limits(void) {
  static const uint8_t restricted[1] = {0};
  return (oms_limits_t){.max_order_qty = 10000 * OMS_QTY_SCALE,
                        .max_order_notional = INT64_C(10000000) * OMS_MONEY_SCALE,
                        .price_collar_pct = 20 * OMS_PRICE_SCALE,
                        .max_position = INT64_C(100000000) * OMS_QTY_SCALE,
                        .max_open_orders = 100000,
                        .max_orders_per_second = 10000,
                        .max_gross_exposure = INT64_C(1000000000000) * OMS_MONEY_SCALE,
                        .max_daily_loss = INT64_C(1000000000) * OMS_MONEY_SCALE,
                        .duplicate_window_ns = 2 * OMS_NS_PER_SECOND,
                        .restricted = restricted,
                        .restricted_n = 1};
}

/* From C. */

typedef struct desk_bench {
  oms_engine_t *engine;
  oms_desk_host_t desk;
  oms_sim_t *sim;
  oms_venue_t venue;
  oms_script_t *trigger, *rules[RULES];
  uint32_t instrument;
  uint16_t account, owner;
  char library[4096], trigger_path[4200];
} desk_bench_t;

static oms_script_t *load(desk_bench_t *b, oms_script_kind_t kind, int index, const char *path) {
  oms_script_config_t c = {.kind = kind,
                           .index = index,
                           .path = path,
                           .id = "bench",
                           .account = b->account,
                           .owner = b->owner,
                           .budget_ns = OMS_NS_PER_SECOND,
                           .desk = &b->desk.port,
                           .library = b->library};
  oms_script_t *script;
  oms_error_t err;
  if (oms_script_load(&c, &script, &err) != OMS_OK) {
    bench_quit(err.message);
  }
  return script;
}

static void add_rules(desk_bench_t *b, int n) {
  for (int i = 0; i < n; i++) {
    b->rules[i] = load(b, OMS_SCRIPT_RULE, i, RULE);
    oms_rule_t rule = {.script = b->rules[i], .account = OMS_NONE, .owner = OMS_NONE};
    if (oms_array_push(&b->desk.rules, &rule) != OMS_OK) {
      bench_quit("out of memory");
    }
  }
}

static void add_parties(desk_bench_t *b) {
  const oms_instrument_t instrument = {.symbol = "X",
                                       .currency = "USD",
                                       .multiplier = OMS_QTY_SCALE,
                                       .previous_close = OMS_NO_PRICE,
                                       .margin_per_contract = OMS_NO_PRICE,
                                       .last = OMS_NO_PRICE,
                                       .bid = OMS_NO_PRICE,
                                       .ask = OMS_NO_PRICE};
  oms_account_t account = {.id = "main",
                           .initial_cash = INT64_C(1000000000) * OMS_MONEY_SCALE,
                           .type = OMS_ACCOUNT_TYPE_MARGIN,
                           .limits = wide_limits()};
  const oms_owner_t owner = {.id = "bench"};
  if (oms_engine_add_instrument(b->engine, &instrument, &b->instrument) != OMS_OK ||
      oms_engine_add_account(b->engine, &account, &b->account) != OMS_OK ||
      oms_engine_add_owner(b->engine, &owner, &b->owner) != OMS_OK) {
    bench_quit("the engine could not be set up");
  }
}

static desk_bench_t *open_desk(int rules) {
  desk_bench_t *b = calloc(1, sizeof *b);
  oms_sim_config_t venue;
  oms_sim_config_default(&venue);
  const oms_engine_config_t config = {
      .orders = ORDERS, .fills = ORDERS, .commission = venue.commission, .crosses_zero = true};
  if (b == NULL || (b->engine = oms_engine_new(&config)) == NULL ||
      oms_desk_init(&b->desk, b->engine) != OMS_OK ||
      !oms_library_folder(b->library, sizeof b->library)) {
    bench_quit("the desk could not be set up");
  }
  add_parties(b);
  b->sim = oms_sim_new(b->engine, &venue, oms_desk_venue_sink(&b->desk), &b->venue);
  const oms_sim_symbol_t symbol = {.timeframe = BENCH_MINUTE, .has_volume = true};
  if (b->sim == NULL || oms_sim_set_symbol(b->sim, b->instrument, &symbol) != OMS_OK) {
    bench_quit("out of memory");
  }
  b->desk.venue = b->venue;
  (void)snprintf(b->trigger_path, sizeof b->trigger_path, "%s/lua/oms/triggers/init.lua",
                 b->library);
  b->trigger = b->desk.trigger = load(b, OMS_SCRIPT_TRIGGER, -1, b->trigger_path);
  add_rules(b, rules);
  return b;
}

static void close_desk(desk_bench_t *b) {
  for (int i = 0; i < RULES; i++) {
    oms_script_free(b->rules[i]);
  }
  oms_script_free(b->trigger);
  b->venue.close(b->venue.self);
  oms_desk_free(&b->desk);
  oms_engine_free(b->engine);
  free(b);
}

static void give_bar(desk_bench_t *b, oms_time_t end) {
  const oms_bar_t bar = {.ts = end - BENCH_MINUTE,
                         .start = end - BENCH_MINUTE,
                         .end = end,
                         .open = PRICE,
                         .high = PRICE,
                         .low = PRICE,
                         .close = PRICE,
                         .volume = 1};
  const oms_bar_t *bars[] = {&bar};
  oms_event_t event;
  if (oms_desk_time(&b->desk, end) != OMS_OK ||
      oms_sim_bars(b->sim, &b->instrument, bars, 1, end) != OMS_OK ||
      oms_desk_mark(&b->desk, b->instrument, PRICE) != OMS_OK) {
    bench_quit("a bar failed");
  }
  while (oms_ring_pop(&b->desk.events, &event)) {
  }
}

static void leave(desk_bench_t *b) {
  oms_desk_flush(&b->desk);
  (void)oms_sim_arrivals(b->sim, b->desk.port.now);
}

static void check_fills(const desk_bench_t *b) {
  if (oms_engine_fill_count(b->engine) != ORDERS || b->desk.failure != OMS_OK) {
    bench_quit("not every order has filled once");
  }
}

/* One callback's worth of orders, then the batch leaves. */
static void give_orders(desk_bench_t *b) {
  oms_terms_t t = {.instrument = b->instrument,
                   .account = b->account,
                   .owner = b->owner,
                   .type = OMS_TYPE_LIMIT,
                   .time_in_force = OMS_TIF_GTC,
                   .notional = OMS_NO_PRICE,
                   .display_qty = OMS_NO_PRICE,
                   .stop_price = OMS_NO_PRICE,
                   .trail_price = OMS_NO_PRICE,
                   .limit_offset = OMS_NO_PRICE,
                   .trail_percent = OMS_NO_PRICE,
                   .expire_at = OMS_NO_TIME,
                   .expire_session = OMS_NO_TIME,
                   .group = OMS_NONE,
                   .parent = OMS_NONE};
  oms_reject_t reject;
  uint32_t order;
  oms_desk_begin(&b->desk);
  for (int i = 0; i < PER_BAR; i++) {
    t.side = i % 2 == 0 ? OMS_SIDE_BUY : OMS_SIDE_SELL;
    t.qty = (i / 2 + 1) * OMS_QTY_SCALE;
    t.limit_price = i % 2 == 0 ? PRICE + OMS_PRICE_SCALE : PRICE - OMS_PRICE_SCALE;
    if (oms_desk_submit(&b->desk, &t, false, NULL, 0, false, &order, &reject) != OMS_OK) {
      bench_quit(reject.message);
    }
  }
  oms_desk_end(&b->desk, false);
  leave(b);
}

/* Seconds an order. */
static double from_c(int rules) {
  desk_bench_t *b = open_desk(rules);
  oms_time_t now = BENCH_FIRST_BAR;
  give_bar(b, now);
  double start = bench_cpu();
  for (int i = 0; i < BARS; i++) {
    give_orders(b);
    now += BENCH_MINUTE;
    give_bar(b, now);
  }
  double took = bench_cpu() - start;
  check_fills(b);
  close_desk(b);
  return took / ORDERS;
}

/* From a table of six keys. */

static double sum;

static int walk(lua_State *L) {
  lua_settop(L, 1);
  lua_pushnil(L);
  while (lua_next(L, 1) != 0) {
    sum += lua_type(L, -1) == LUA_TNUMBER ? lua_tonumber(L, -1) : 1;
    lua_pop(L, 1);
  }
  return 0;
}

/* The baseline: the same table, made and walked in a plain state. */
static double tables_alone(void) {
  static const char text[] = "local walk = ...\n"
                             "for i = 1, 300000 do\n"
                             "  walk({ symbol = 'X', side = 'buy', type = 'limit', qty = i,\n"
                             "         limit_price = 101.5, time_in_force = 'gtc' })\n"
                             "end\n";
  lua_State *L = luaL_newstate();
  if (L == NULL || luaL_loadstring(L, text) != LUA_OK) {
    bench_quit("the baseline does not load");
  }
  lua_pushcfunction(L, walk);
  double start = bench_cpu();
  if (lua_pcall(L, 1, 0, 0) != LUA_OK) {
    bench_quit(lua_tostring(L, -1));
  }
  double took = bench_cpu() - start;
  lua_close(L);
  return took / ORDERS;
}

/* The strategy gives them in on_bar; seconds an order. */
static double from_lua(int rules) {
  desk_bench_t *b = open_desk(rules);
  oms_script_t *strategy = load(b, OMS_SCRIPT_STRATEGY, RULES, STRATEGY);
  oms_time_t now = BENCH_FIRST_BAR;
  oms_error_t err;
  give_bar(b, now);
  double start = bench_cpu();
  for (int i = 0; i < BARS; i++) {
    const oms_bar_t bar = {.ts = now, .start = now, .end = now, .close = PRICE};
    oms_desk_begin(&b->desk);
    int rc = oms_script_bar(strategy, &bar, b->instrument, BENCH_MINUTE, false, &err);
    oms_desk_end(&b->desk, rc != OMS_OK);
    if (rc != OMS_OK) {
      bench_quit(err.message);
    }
    leave(b);
    now += BENCH_MINUTE;
    give_bar(b, now);
  }
  double took = bench_cpu() - start;
  check_fills(b);
  oms_script_free(strategy);
  close_desk(b);
  return took / ORDERS;
}

/* The hard limits alone. */

#define CHECKS 1000000

#if defined(__x86_64__)
static uint64_t ticks(void) {
  return __builtin_ia32_rdtsc();
}
#else
static uint64_t ticks(void) {
  return (uint64_t)(bench_seconds(CLOCK_MONOTONIC) * 1e9);
}
#endif

static int compare_ticks(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return x < y ? -1 : x > y;
}

static double ns_a_tick(void) {
  double start = bench_seconds(CLOCK_MONOTONIC);
  uint64_t from = ticks();
  while (bench_seconds(CLOCK_MONOTONIC) - start < 0.05) {
  }
  return (bench_seconds(CLOCK_MONOTONIC) - start) * 1e9 / (double)(ticks() - from);
}

/* With an open position, working orders of the last second in both windows. p50 and p99.9 in ns,
 * less what two readings of the clock cost. */
static void limits_alone(double *p50, double *p999) {
  desk_bench_t *b = open_desk(0);
  uint64_t *took = malloc(CHECKS * sizeof *took), empty = UINT64_MAX;
  if (took == NULL) {
    bench_quit("out of memory");
  }
  give_bar(b, BENCH_FIRST_BAR);
  give_orders(b);
  oms_terms_t t = {.instrument = b->instrument,
                   .account = b->account,
                   .owner = b->owner,
                   .type = OMS_TYPE_LIMIT,
                   .side = OMS_SIDE_BUY,
                   .notional = OMS_NO_PRICE,
                   .stop_price = OMS_NO_PRICE,
                   .trail_price = OMS_NO_PRICE,
                   .trail_percent = OMS_NO_PRICE,
                   .group = OMS_NONE};
  for (int i = 0; i < 1000; i++) {
    uint64_t from = ticks(), took_empty = ticks() - from;
    empty = took_empty < empty ? took_empty : empty;
  }
  for (int i = 0; i < CHECKS; i++) {
    t.qty = (i % 1000 + 1) * OMS_QTY_SCALE;
    t.limit_price = PRICE + (i % 7) * 10000000 + 10000000;
    uint64_t from = ticks();
    oms_code_t code = oms_engine_check_limits(b->engine, &t, BENCH_FIRST_BAR);
    took[i] = ticks() - from;
    if (code != OMS_CODE_NONE) {
      bench_quit("a limit was met");
    }
  }
  double unit = ns_a_tick();
  qsort(took, CHECKS, sizeof *took, compare_ticks);
  *p50 = (double)(took[CHECKS / 2] - empty) * unit;
  *p999 = (double)(took[CHECKS - CHECKS / 1000] - empty) * unit;
  free(took);
  close_desk(b);
}

/* The lines. */

typedef struct series {
  double base[RUNS_MAX], figure[RUNS_MAX], ratio[RUNS_MAX];
} series_t;

static void add(series_t *s, size_t i, double base, double figure) {
  s->base[i] = base;
  s->figure[i] = figure;
  s->ratio[i] = figure / base;
}

static void report(series_t *s, size_t n, const char *row, const char *base_name, double target) {
  char base[64], figure[64], ratio[16], text[32];
  double ns = bench_median(s->figure, n) * 1e9;
  (void)snprintf(base, sizeof base, "%s %.0f ns", base_name, bench_median(s->base, n) * 1e9);
  (void)snprintf(figure, sizeof figure, "%.0f ns, %.2f M/s", ns, 1e3 / ns);
  (void)snprintf(ratio, sizeof ratio, "%.2f", bench_median(s->ratio, n));
  (void)snprintf(text, sizeof text, "%.1f M/s", target / 1e6);
  bench_row(row, base, figure, ratio, text, 1e9 / ns >= target);
}

static void report_limits(size_t n) {
  double p50[RUNS_MAX], p999[RUNS_MAX];
  char figure[64];
  for (size_t i = 0; i < n; i++) {
    limits_alone(&p50[i], &p999[i]);
  }
  double half = bench_median(p50, n), late = bench_median(p999, n);
  (void)snprintf(figure, sizeof figure, "%.0f ns, %.0f ns", half, late);
  bench_row("all hard limits of one order, p50 and p99.9", "-", figure, "-", "under 50, 500 ns",
            half < 50 && late < 500);
}

static void report_from_c(size_t n) {
  static series_t none, eight;
  for (size_t i = 0; i < n; i++) {
    double plain = from_c(0);
    add(&none, i, plain, plain);
    add(&eight, i, plain, from_c(RULES));
  }
  report(&none, n, "orders from C, no rule", "itself", 2e6);
  report(&eight, n, "orders from C, 8 rules", "no rule", 0.5e6);
}

static void report_from_lua(size_t n) {
  static series_t none, eight;
  for (size_t i = 0; i < n; i++) {
    double table = tables_alone();
    add(&none, i, table, from_lua(0));
    add(&eight, i, table, from_lua(RULES));
  }
  report(&none, n, "orders from a Lua table, no rule", "table alone", 1e6);
  report(&eight, n, "orders from a Lua table, 8 rules", "table alone", 0.4e6);
}

int main(int argc, char **argv) {
  int runs = argc > 1 ? atoi(argv[1]) : 5;
  const char *part = argc > 2 ? argv[2] : "all";
  if (runs < 1 || runs > RUNS_MAX) {
    bench_quit("usage: bench_orders [RUNS [c|lua|limits]]");
  }
  bool all = strcmp(part, "all") == 0;
  if (all || strcmp(part, "c") == 0) {
    report_from_c((size_t)runs);
  }
  if (all || strcmp(part, "lua") == 0) {
    report_from_lua((size_t)runs);
  }
  if (all || strcmp(part, "limits") == 0) {
    report_limits((size_t)runs);
  }
  return 0;
}
