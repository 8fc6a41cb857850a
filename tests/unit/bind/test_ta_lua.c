/* test_ta_lua.c - oms.ta as a script sees it: calls, warming up, errors at the script's line,
 * memory. Runs in a plain state with the table as the global ta. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

#include "bind/b_ta.h"

/* Counts what the state holds; 'shift' moves each block by 8 bytes, as an allocator with a header
 * may. */
typedef struct heap {
  size_t allocations;
  size_t limit; /* fails above this many bytes; 0: none */
  size_t bytes;
  size_t shift;
} heap_t;

static void *heap_alloc(void *ud, void *p, size_t old, size_t n) {
  heap_t *heap = ud;
  old = p == NULL ? 0 : old;
  char *start = p == NULL ? NULL : (char *)p - heap->shift;
  if (n == 0) {
    free(start);
    heap->bytes -= old;
    return NULL;
  }
  if (n > old && heap->limit > 0 && heap->bytes + n - old > heap->limit) {
    return NULL;
  }
  heap->allocations += n > old;
  start = realloc(start, n + heap->shift);
  assert_non_null(start);
  heap->bytes += n - old;
  return start + heap->shift;
}

static heap_t heap;
static lua_State *L;

static int setup(void **state) {
  (void)state;
  heap = (heap_t){.shift = 8};
  L = lua_newstate(heap_alloc, &heap);
  assert_non_null(L);
  luaL_openlibs(L);
  assert_int_equal(oms_bind_open_ta(L), 1);
  assert_int_equal(lua_gettop(L), 1);
  lua_setglobal(L, "ta");
  return 0;
}

static int teardown(void **state) {
  (void)state;
  lua_close(L);
  assert_int_equal(heap.bytes, 0);
  return 0;
}

static void run(const char *script) {
  if (luaL_loadbuffer(L, script, strlen(script), "=script") != LUA_OK ||
      lua_pcall(L, 0, 0, 0) != LUA_OK) {
    fail_msg("%s", lua_tostring(L, -1));
  }
}

/* The script must fail, at its line 1, with 'text' in the message. */
static void run_fails(const char *script, const char *text) {
  if (luaL_loadbuffer(L, script, strlen(script), "=script") == LUA_OK &&
      lua_pcall(L, 0, 0, 0) == LUA_OK) {
    fail_msg("no error: %s", script);
  }
  const char *message = lua_tostring(L, -1);
  if (strstr(message, text) == NULL || strncmp(message, "script:1: ", 10) != 0) {
    fail_msg("%s\n  gives '%s'\n  not   '%s'", script, message, text);
  }
  lua_settop(L, 0);
}

static void a_value_or_nil_while_warming_up(void **state) {
  (void)state;
  run("local s = ta.sma(3)\n"
      "assert(select('#', s:update(1)) == 1 and s:update(2) == nil)\n"
      "assert(s.value == nil and s.ready == false)\n"
      "assert(s:update(6) == 3 and s.value == 3 and s.ready == true)\n"
      "assert(s:update(7) == 5 and s.value == 5)\n"
      "assert(math.type(s.value) == 'float')");
}

static void two_indicators_keep_their_own_state(void **state) {
  (void)state;
  run("local a, b = ta.ema(1), ta.ema(1)\n"
      "a:update(5)\n"
      "assert(b.value == nil and b:update(7) == 7 and a.value == 5)");
}

static void several_values_come_in_the_documented_order(void **state) {
  (void)state;
  run("local m, u, l = ta.bollinger(2, 3):update(1)\n"
      "assert(m == nil)\n"
      "local b = ta.bollinger(2, 3); b:update(1); m, u, l = b:update(3)\n"
      "assert(m == 2 and u == 5 and l == -1 and b.value == 2)\n"
      "local d = ta.donchian(1); m, u, l = d:update(9, 5)\n"
      "assert(m == 7 and u == 9 and l == 5)\n"
      "local k = ta.keltner(1, 1, 2); m, u, l = k:update(9, 5, 6)\n"
      "assert(m == 6 and u == 14 and l == -2)\n"
      "local s = ta.stochastic(1, 1, 1); local kk, dd = s:update(9, 5, 6)\n"
      "assert(kk == 25 and dd == 25)\n"
      "local x = ta.adx(1); x:update(10, 8, 9); local a, p, n = x:update(12, 9, 11)\n"
      "assert(a == 100 and p > 66 and n == 0)");
}

static void macd_is_ready_when_the_signal_exists(void **state) {
  (void)state;
  run("local m = ta.macd(1, 2, 2)\n"
      "m:update(1); local line, signal = m:update(3)\n"
      "assert(line == 1 and signal == nil and m.value == 1 and not m.ready)\n"
      "local histogram; line, signal, histogram = m:update(3)\n"
      "assert(histogram == line - signal and m.ready)");
}

static void short_forms_stand_for_all_prices(void **state) {
  (void)state;
  run("local o = ta.obv(); o:update(10, 100); assert(o:update(11, 50) == 50)\n"
      "local p = ta.obv(); p:update(11, 9, 10, 100); assert(p:update(12, 10, 11, 50) == 50)\n"
      "local v = ta.vwap(); v:update(10, 1); assert(v:update(13, 2) == 12)\n"
      "local w = ta.vwap(1); w:update(12, 6, 9, 1); assert(w:update(13, 2) == 13)\n"
      "local d = ta.donchian(2); d:update(1); local m, u, l = d:update(3)\n"
      "assert(m == 2 and u == 3 and l == 1)");
}

/* A bar's fields can be passed on as they are: what a kind does not need is ignored. */
static void superfluous_inputs_are_ignored(void **state) {
  (void)state;
  run("assert(ta.atr(1):update(10, 8, 9, 1000) == 2)\n"
      "assert(ta.sma(1):update(10, 'x') == 10)");
}

static void defaults_are_the_usual_ones(void **state) {
  (void)state;
  run("local t = {}\n"
      "for _, name in ipairs{ 'rsi', 'atr', 'adx', 'bollinger', 'macd', 'stochastic', 'cci',\n"
      "    'donchian', 'keltner', 'obv', 'vwap' } do t[#t + 1] = tostring(ta[name]()) end\n"
      "assert(table.concat(t, ' ') == 'rsi(14) atr(14) adx(14) bollinger(20, 2) macd(12, 26, 9) ' "
      "..\n"
      "  'stochastic(14, 3, 3) cci(20) donchian(20) keltner(20, 10, 2) obv() vwap()')");
}

static void tostring_shows_no_address(void **state) {
  (void)state;
  run("assert(tostring(ta.sma(20)) == 'sma(20)')\n"
      "assert(tostring(ta.bollinger(20, 2.5)) == 'bollinger(20, 2.5)')\n"
      "assert(tostring(ta.vwap(30.0)) == 'vwap(30)')");
}

static void wrong_inputs_say_what_was_expected(void **state) {
  (void)state;
  run_fails("ta.sma(2):update(nil)", "sma:update expects a number (close), got nil");
  run_fails("ta.sma(2):update()", "sma:update expects a number (close), got no value");
  run_fails("ta.sma(2):update('1')", "sma:update expects a number (close), got string");
  run_fails("ta.atr(2):update(1)", "atr:update expects a number (low), got no value");
  run_fails("ta.obv():update(3, 1, 2, nil)", "obv:update expects a number (volume), got nil");
  run_fails("ta.obv():update(3, 1, 2)", "obv:update expects a number (volume), got no value");
  run_fails("ta.obv():update(3, -1)", "obv:update expects a volume between 0 and");
  run_fails("ta.sma(2):update(0/0)", "sma:update expects a finite number (close), got nan");
  run_fails("ta.atr(2):update(1, -1/0, 1)", "expects a finite number (low), got -inf");
  run_fails("ta.sma(2):update(4e9)", "sma:update expects a close between");
  run_fails("ta.sma(2).update(1)", "sma:update is called with a colon: indicator:update(close)");
  run_fails("ta.atr(2).update(3, 1, 2, 4)", "indicator:update(high, ...)");
}

static void wrong_parameters_are_named(void **state) {
  (void)state;
  run_fails("ta.sma()", "sma: n is missing");
  run_fails("ta.sma(0)", "sma: n must be an integer from 1 to 1000000, got 0");
  run_fails("ta.sma(1.5)", "sma: n must be an integer from 1 to 1000000, got 1.5");
  run_fails("ta.sma('20')", "sma: n must be an integer, got string");
  run_fails("ta:sma(20)", "sma: n must be an integer, got table");
  run_fails("ta.macd(nil, 5)", "macd: fast must be an integer, got nil");
  run_fails("ta.bollinger(20, 'x')", "bollinger: k must be a number, got string");
  run_fails("ta.macd(1, 2, 3, 4, 5)", "macd takes at most 3 parameters, got 5");
}

static void unknown_names_get_the_nearest(void **state) {
  (void)state;
  run_fails("ta.smaa(20)", "oms.ta has no indicator 'smaa'; did you mean 'sma'?");
  run_fails("ta.bolinger(20)", "did you mean 'bollinger'?");
  run_fails("ta.quxquxqux(20)", "oms.ta has no indicator 'quxquxqux'");
  run_fails("local x = ta.sma(2).vaule", "sma has no field 'vaule'; did you mean 'value'?");
  run_fails("local x = ta.sma(2).zzzzzzzz", "it has update, value and ready");
  run_fails("ta.sma(2).value = 3", "a field of sma cannot be set");
}

static void a_tampered_indicator_fails_without_harm(void **state) {
  (void)state;
  run_fails("local s = ta.sma(2); s.update = print; return s.value",
            "its field update was replaced");
  run_fails("local s = ta.sma(2); s.update = nil; return s.ready", "its field update was replaced");
  run("assert(getmetatable(ta.sma(2)) == 'indicator')\n"
      "assert(not pcall(setmetatable, ta.sma(2), {}))\n"
      "local s, t = ta.sma(1), ta.sma(2); t.update = s.update; t:update(4)\n"
      "assert(s.value == 4 and t.value == 4)");
}

static void update_allocates_nothing(void **state) {
  (void)state;
  run("names = {}; for k in pairs(ta) do names[#names + 1] = k end; assert(#names == 17)\n"
      "all = {}; for i, k in ipairs(names) do all[i] = ta[k](k ~= 'obv' and k ~= 'macd' and 5 or "
      "nil) end\n"
      "function step(n) for j = 1, n do for i = 1, #all do\n"
      "  all[i]:update(j % 7 + 3, j % 5, j % 6, j % 9) end end end step(200)");
  size_t before = heap.allocations;
  lua_getglobal(L, "step");
  lua_pushinteger(L, 100);
  assert_int_equal(lua_pcall(L, 1, 0, 0), LUA_OK);
  assert_int_equal(heap.allocations, before);
}

/* A window that does not fit the cell's memory is a Lua error, and nothing is left of it. */
static void memory_comes_from_the_state(void **state) {
  (void)state;
  lua_gc(L, LUA_GCCOLLECT);
  heap.limit = heap.bytes + 100000;
  run("local ok, why = pcall(ta.sma, 1000000); assert(not ok and why == 'not enough memory')");
  lua_gc(L, LUA_GCCOLLECT);
  run("assert(ta.sma(2):update(1) == nil)");
  heap.limit = 0;
}

int main(void) {
#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
  const struct CMUnitTest tests[] = {
      CASE(a_value_or_nil_while_warming_up),
      CASE(two_indicators_keep_their_own_state),
      CASE(several_values_come_in_the_documented_order),
      CASE(macd_is_ready_when_the_signal_exists),
      CASE(short_forms_stand_for_all_prices),
      CASE(superfluous_inputs_are_ignored),
      CASE(defaults_are_the_usual_ones),
      CASE(tostring_shows_no_address),
      CASE(wrong_inputs_say_what_was_expected),
      CASE(wrong_parameters_are_named),
      CASE(unknown_names_get_the_nearest),
      CASE(a_tampered_indicator_fails_without_harm),
      CASE(update_allocates_nothing),
      CASE(memory_comes_from_the_state),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
