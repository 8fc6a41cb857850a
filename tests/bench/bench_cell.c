/* bench_cell.c - what the cell costs: a protected call with a budget against a bare lua_pcall, a
 * learned view by fields read, pairs and string.find against the stock ones, and how long an
 * endless loop lives. Prints the best of five rounds in ns; figures of one machine, so compare
 * lines of one run.
 * usage: bench_cell [table]   (table: only its lines of the table of run.sh) */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/fixed.h"
#include "bench.h"
#include "bind/bind.h"

#define CALLS  2000000
#define ROUNDS 5

typedef struct bar {
  int64_t ts, open, high, low, close, volume;
  const char *symbol;
} bar_t;

static const oms_view_field_t fields[] = {
    {"symbol", OMS_VIEW_TEXT,  offsetof(bar_t, symbol), NULL},
    {"ts",     OMS_VIEW_TIME,  offsetof(bar_t, ts),     NULL},
    {"open",   OMS_VIEW_PRICE, offsetof(bar_t, open),   NULL},
    {"high",   OMS_VIEW_PRICE, offsetof(bar_t, high),   NULL},
    {"low",    OMS_VIEW_PRICE, offsetof(bar_t, low),    NULL},
    {"close",  OMS_VIEW_PRICE, offsetof(bar_t, close),  NULL},
    {"volume", OMS_VIEW_QTY,   offsetof(bar_t, volume), NULL},
};
static const oms_view_desc_t desc = {"bar", fields, 7};
static const oms_call_t on_bar = {.name = "on_bar", .phase = OMS_PHASE_EVENT};

static double now_ns(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static oms_cell_t *load(const char *text) {
  const oms_cell_config_t config = {.name = "bench", .budget_ns = INT64_C(30000000000)};
  oms_cell_t *cell;
  if (oms_cell_create(&config, &cell, NULL) != OMS_OK ||
      oms_cell_load_text(cell, "bench.lua", text, strlen(text), NULL) != OMS_OK) {
    fprintf(stderr, "cannot load: %s\n", text);
    exit(1);
  }
  return cell;
}

static int handler(lua_State *L) {
  (void)L;
  return 1;
}

/* Each of these makes CALLS calls of the function at index 2 of the state. */
static void bare_calls(oms_cell_t *cell) {
  lua_State *L = oms_bind_state(cell);
  lua_pushcfunction(L, handler);
  for (int i = 0; i < CALLS; i++) {
    lua_pushvalue(L, 2);
    if (lua_pcall(L, 0, 0, 3) != LUA_OK) {
      exit(1);
    }
  }
  lua_pop(L, 1);
}

static void cell_calls(oms_cell_t *cell) {
  lua_State *L = oms_bind_state(cell);
  for (int i = 0; i < CALLS; i++) {
    lua_pushvalue(L, 2);
    if (oms_bind_call(cell, 0, 0, &on_bar) != OMS_OK) {
      exit(1);
    }
  }
}

static oms_view_t *view;

static int make_view(lua_State *L) {
  view = oms_view_new(L, &desc);
  return 0;
}

static void view_calls(oms_cell_t *cell) {
  lua_State *L = oms_bind_state(cell);
  bar_t bar = {1, 1000000000, 2000000000, 3000000000, 4000000000, 5000000000, "SPY"};
  for (int i = 0; i < CALLS; i++) {
    bar.ts++;
    lua_pushvalue(L, 2);
    oms_view_refresh(L, view, &bar);
    if (oms_bind_call(cell, 1, 0, &on_bar) != OMS_OK) {
      exit(1);
    }
    oms_view_end(view);
  }
}

static void report(const char *what, const char *text, void (*calls)(oms_cell_t *)) {
  double best = 1e18;
  for (int round = 0; round < ROUNDS; round++) {
    oms_cell_t *cell = load(text);
    oms_bind_protect(cell, make_view, NULL, &on_bar);
    oms_bind_push_script(oms_bind_state(cell));
    double start = now_ns(CLOCK_MONOTONIC);
    calls(cell);
    double ns = (now_ns(CLOCK_MONOTONIC) - start) / CALLS;
    best = ns < best ? ns : best;
    oms_cell_close(cell);
  }
  printf("%-44s %8.1f ns\n", what, best);
}

/* Runs the text, which has the loop inside, in a cell and in a stock state. */
static void twin(const char *what, const char *text, double n) {
  double best[2] = {1e18, 1e18};
  for (int round = 0; round < ROUNDS; round++) {
    double start = now_ns(CLOCK_MONOTONIC);
    oms_cell_t *cell = load(text);
    double ours = now_ns(CLOCK_MONOTONIC) - start;
    oms_cell_close(cell);
    lua_State *L = luaL_newstate();
    luaL_openlibs(L);
    start = now_ns(CLOCK_MONOTONIC);
    if (luaL_dostring(L, text)) {
      exit(1);
    }
    double stock = now_ns(CLOCK_MONOTONIC) - start;
    lua_close(L);
    best[0] = ours < best[0] ? ours : best[0];
    best[1] = stock < best[1] ? stock : best[1];
  }
  printf("%-44s %8.1f ns, stock %.1f ns\n", what, best[0] / n, best[1] / n);
}

/* CPU that an endless loop gets with the default budget: the worst of 20, in ms. */
static double endless_loop(void) {
  double worst = 0;
  for (int i = 0; i < 20; i++) {
    oms_cell_t *cell;
    const oms_cell_config_t config = {.name = "bench"};
    const char *text = "while true do end";
    if (oms_cell_create(&config, &cell, NULL) != OMS_OK) {
      exit(1);
    }
    double start = bench_cpu();
    if (oms_cell_load_text(cell, "loop.lua", text, strlen(text), NULL) != OMS_ERR_KILLED) {
      exit(1);
    }
    double ms = (bench_cpu() - start) * 1e3;
    worst = ms > worst ? ms : worst;
    oms_cell_close(cell);
  }
  return worst;
}

/* ns of a call while the clock that ends run-away scripts ticks, or while its signal is held back.
 */
static double call_ns(bool watched) {
  sigset_t all, before;
  oms_cell_t *cell = load("return function() end");
  oms_bind_push_script(oms_bind_state(cell));
  sigfillset(&all);
  if (!watched) {
    sigprocmask(SIG_BLOCK, &all, &before);
  }
  double start = bench_cpu();
  cell_calls(cell);
  double ns = (bench_cpu() - start) * 1e9 / CALLS;
  if (!watched) {
    sigprocmask(SIG_SETMASK, &before, NULL);
  }
  oms_cell_close(cell);
  return ns;
}

#define PAIRS 15

static void table(void) {
  double plain[PAIRS], watched[PAIRS], ratio[PAIRS];
  char base[64], figure[64], times[16];
  for (int i = 0; i < PAIRS; i++) {
    plain[i] = call_ns(false);
    watched[i] = call_ns(true);
    ratio[i] = watched[i] / plain[i];
  }
  double ms = endless_loop(), cost = bench_median(ratio, PAIRS);
  (void)snprintf(figure, sizeof figure, "%.0f ms of CPU", ms);
  bench_row("endless loop in a callback, worst of 20", "-", figure, "-", "within 100 ms",
            ms <= 100);
  (void)snprintf(base, sizeof base, "clock held back %.1f ns", bench_median(plain, PAIRS));
  (void)snprintf(figure, sizeof figure, "%.1f ns", bench_median(watched, PAIRS));
  (void)snprintf(times, sizeof times, "%.3f", cost);
  bench_row("a call while the clock of budgets ticks", base, figure, times, "at most 1.02 x",
            cost <= 1.02);
}

int main(int argc, char **argv) {
  if (argc > 1 && strcmp(argv[1], "table") == 0) {
    table();
    return 0;
  }
  report("bare lua_pcall, empty function", "return function() end", bare_calls);
  report("oms_bind_call, empty function", "return function() end", cell_calls);
  report("view, no field read", "return function(b) end", view_calls);
  report("view, 1 price read", "return function(b) local x = b.close end", view_calls);
  report("view, 6 fields read",
         "return function(b) local x = b.close + b.open + b.high + b.low + b.volume + b.ts end",
         view_calls);
  twin("pairs, list of 10, an element",
       "local t = {1,2,3,4,5,6,7,8,9,10} local n = 0 for i = 1, 100000 do for k, v in pairs(t) do "
       "n = n + v end end",
       1e6);
  twin("pairs, list of 1000, an element",
       "local t, n = {}, 0 for i = 1, 1000 do t[i] = i end for i = 1, 1000 do for k, v in pairs(t) "
       "do n = n + v end "
       "end",
       1e6);
  twin("pairs, 5 string keys, a walk",
       "local t, n = { a = 1, b = 2, c = 3, d = 4, e = 5 }, 0 for i = 1, 100000 do for k, v in "
       "pairs(t) do n = n + v "
       "end end",
       1e5);
  twin("string.match of key = value",
       "for i = 1, 100000 do local k, v = ('key = value'):match('^(%w+)%s*=%s*(%w+)$') end", 1e5);
  twin("table.sort of 1000 numbers, an element",
       "for r = 1, 50 do local t = {} for i = 1, 1000 do t[i] = i * 7919 % 1009 end table.sort(t) "
       "end",
       5e4);
  printf("%-44s %8.1f ms of CPU (worst of 20)\n", "endless loop, budget 50 ms", endless_loop());
  return 0;
}
