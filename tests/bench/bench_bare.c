/* bench_bare.c - the baseline of bench_backtest, a program of its own so that nothing in the
 * product moves it: 1,000,000 bars of the seeded walk, each set into one table of a plain Lua state
 * and given to an empty callback under a message handler. Prints the CPU seconds of the loop. */
#include "bench.h"
#include "lua.h"
#include "lualib.h"
#include <lauxlib.h>

#define BARS 1000000
#define CENT INT64_C(10000000)

static int handler(lua_State *L) {
  (void)L;
  return 1;
}

static void set_number(lua_State *L, const char *name, int64_t price) {
  lua_pushnumber(L, (double)price / 1e9);
  lua_setfield(L, -2, name);
}

static void bare_bar(lua_State *L, const bench_bar_t *bar, int64_t ts) {
  lua_pushvalue(L, 2);
  lua_pushvalue(L, 3);
  lua_pushvalue(L, 4);
  lua_pushinteger(L, ts);
  lua_setfield(L, -2, "ts");
  set_number(L, "open", bar->open * CENT);
  set_number(L, "high", bar->high * CENT);
  set_number(L, "low", bar->low * CENT);
  set_number(L, "close", bar->close * CENT);
  lua_pushnumber(L, bar->volume);
  lua_setfield(L, -2, "volume");
  if (lua_pcall(L, 2, 0, 1) != LUA_OK) {
    bench_quit("the empty callback failed");
  }
}

/* Handler, function, self and the table of the bar lie at 1 to 4. */
static double bare_loop(const bench_bar_t *bars) {
  lua_State *L = luaL_newstate();
  if (L == NULL) {
    bench_quit("out of memory");
  }
  luaL_openlibs(L);
  lua_pushcfunction(L, handler);
  if (luaL_dostring(L, "return function(self, bar) end, {}, {}") != LUA_OK) {
    bench_quit("the baseline does not load");
  }
  double start = bench_cpu();
  for (size_t i = 0; i < BARS; i++) {
    bare_bar(L, &bars[i], BENCH_FIRST_BAR + (int64_t)i * BENCH_MINUTE);
  }
  double took = bench_cpu() - start;
  lua_close(L);
  return took;
}

int main(void) {
  bench_bar_t *bars = calloc(BARS, sizeof *bars);
  bench_walk_t walk = bench_walk(1);
  if (bars == NULL) {
    bench_quit("out of memory");
  }
  for (size_t i = 0; i < BARS; i++) {
    bars[i] = bench_walk_next(&walk);
  }
  printf("%.9f\n", bare_loop(bars));
  free(bars);
  return 0;
}
