/* Goal: no script runs on after its budget, wherever it hides, and no other call is hurt. Method:
 * each hiding place is run with a small budget; it has to end in a kill (or in an error, where the
 * call is refused) within two seconds of CPU, and a harmless script has to run in the same cell
 * afterwards. */
#include "bind/fixture.h"

#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define BUDGET_NS INT64_C(20000000)

static double cpu_seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static oms_cell_t *cell_small_budget(void) {
  static const oms_cell_config_t config = {.name = "x", .budget_ns = BUDGET_NS};
  return cell_with(&config);
}

/* Runs 'text'; it has to end with 'code' in time, and the cell has to be usable after it. */
static void ends(oms_cell_t *cell, const char *text, int code, const char *part) {
  double start = cpu_seconds();
  expect_error(cell, text, code, part);
  double seconds = cpu_seconds() - start;
  if (seconds > 2.0) {
    fail_msg("%.2f s of CPU for: %s", seconds, text);
  }
  expect_ok(cell, "local n = 0 for i = 1, 1000 do n = n + i end assert(n == 500500)\n"
                  "assert(coroutine.wrap(function() return 1 end)() == 1)\n"
                  "assert(not pcall(error))");
}

static void killed(oms_cell_t *cell, const char *text) {
  ends(cell, text, OMS_ERR_KILLED, "ran longer than 20 ms of CPU and was ended");
}

static void plain_loop(void **state) {
  (void)state;
  oms_cell_t *cell = cell_small_budget();
  double start = cpu_seconds();
  expect_error(cell, "local n = 0\nlocal x = 1\nwhile true do\n  n = n + x\nend", OMS_ERR_KILLED,
               ": load ran longer than 20 ms of CPU and was ended  [load]");
  assert_true(cpu_seconds() - start < 0.02 + 0.1);
  assert_memory_equal(oms_cell_error(cell), "strategies/x.lua:", 17);
  assert_non_null(strstr(oms_cell_error(cell), "\n  locals:\n    n = "));
  killed(cell, "while true do end");
  cell_end(cell);
}

static void hiding_places(void **state) {
  (void)state;
  static const char *const places[] = {
      "while true do pcall(function() while true do end end) end",
      "local function f() pcall(f) f() end f()",
      "xpcall(error, function() while true do end end)",
      "while true do xpcall(function() while true do end end, function() while true do end end) "
      "end",
      "xpcall(function() local function f() return f() end f() end, function() while true do end "
      "end)",
      "coroutine.resume(coroutine.create(function() while true do end end))",
      "while true do coroutine.resume(coroutine.create(function() while true do end end)) end",
      "coroutine.wrap(function() while true do end end)()",
      "while true do pcall(coroutine.wrap(function() while true do end end)) end",
      "local co = coroutine.wrap(function() while true do coroutine.yield() end end) while true do "
      "co() end",
      "coroutine.wrap(function() coroutine.wrap(function() pcall(function() while true do end end) "
      "while true do end end)() while true do end end)()",
      "local co = coroutine.create(function() local x <close> = setmetatable({}, { __close = "
      "function() "
      "while true do end end }) coroutine.yield() end) coroutine.resume(co) coroutine.close(co)",
      "coroutine.wrap(function() local x <close> = setmetatable({}, { __close = function() while "
      "true do end "
      "end }) error('x') end)()",
      "do local x <close> = setmetatable({}, { __close = function() while true do end end }) end",
      "while true do pcall(function() local x <close> = setmetatable({}, { __close = function() "
      "while true do end end }) while true do end end) end",
      "local t = setmetatable({}, { __index = function() while true do end end }) return t.x",
      "local t = setmetatable({}, { __newindex = function() while true do end end }) t.x = 1",
      "local t = setmetatable({}, { __add = function() while true do end end }) return t + 1",
      "local t = setmetatable({}, { __lt = function() while true do end end }) return t < t",
      "local t = setmetatable({}, { __eq = function() while true do end end }) "
      "return t == setmetatable({}, getmetatable(t))",
      "local t = setmetatable({}, { __concat = function() while true do end end }) return t .. 'x'",
      "local t = setmetatable({}, { __len = function() while true do end end }) return #t",
      "local t = setmetatable({}, { __call = function() while true do end end }) return t()",
      "return tostring(setmetatable({}, { __tostring = function() while true do end end }))",
      "return ('%s'):format(setmetatable({}, { __tostring = function() while true do end end }))",
      "for _ in pairs(setmetatable({}, { __pairs = function() while true do end end })) do end",
      "for _ in function() return 1 end do end",
      "table.sort({ 3, 2, 1 }, function() while true do end end)",
      "while true do pcall(table.sort, { 3, 2, 1 }, function() while true do end end) end",
      "return ('abc'):gsub('.', function() while true do end end)",
      "while true do pcall(string.gsub, 'abc', '.', function() while true do end end) end",
      "while true do pcall(string.rep, 'x', 1e9) end",
      "while true do pcall(error, 'x') end",
      "::again:: goto again",
      "local t = {} for i = 1, 1000 do t[i] = i end while true do for _ in pairs(t) do end end",
      "local s = ('a'):rep(1000000) while true do s:find(('a'):rep(5000) .. 'b', 1, true) end",
      "local s = ('a'):rep(20000000) s:find(('a'):rep(10000000) .. 'b', 1, true)",
  };
  oms_cell_t *cell = cell_small_budget();
  for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
    killed(cell, places[i]);
  }
  cell_end(cell);
}

static void loops_inside_c_are_refused_or_harmless(void **state) {
  (void)state;
  oms_cell_t *cell = cell_small_budget();
  ends(cell, "string.find(('a'):rep(30), ('.-'):rep(6) .. 'b')  error('over')", OMS_ERR_SCRIPT, "");
  ends(cell, "string.find(('a'):rep(300), ('.-'):rep(6) .. 'b')", OMS_ERR_SCRIPT,
       "pattern too complex");
  ends(cell, "string.match(('a'):rep(300), ('a*'):rep(20) .. 'b')", OMS_ERR_SCRIPT,
       "pattern too complex");
  ends(cell, "assert(string.rep('', 1e9) == '') error('over')", OMS_ERR_SCRIPT, "over");
  ends(cell, "string.rep('x', 1e9)", OMS_ERR_SCRIPT, "not enough memory");
  ends(cell, "string.rep('x', 1 << 62, 'yy')", OMS_ERR_SCRIPT, "not enough memory");
  ends(cell, "table.move({}, 1, math.maxinteger - 1, 2)", OMS_ERR_SCRIPT,
       "too many elements to move");
  ends(cell, "table.move({}, math.mininteger, math.maxinteger, 2)", OMS_ERR_SCRIPT,
       "too many elements");
  ends(cell,
       "local t = setmetatable({}, { __len = function() return 1e18 // 1 | 0 end })\n"
       "table.insert(t, 1, 'x') assert(t[1] == 'x') assert(table.remove(t, 1) == 'x')\n"
       "assert(table.concat(t) == '') table.sort(t) assert(not table.unpack(t)) error('over')",
       OMS_ERR_SCRIPT, "over");
  ends(cell, "return table.unpack({}, 1, 1e8)", OMS_ERR_SCRIPT, "too many results");
  ends(cell, "return table.concat({}, 'x', 1, math.maxinteger)", OMS_ERR_SCRIPT,
       "invalid value (nil)");
  ends(cell, "return ('%99999d'):format(1)", OMS_ERR_SCRIPT, "invalid conversion");
  cell_end(cell);
}

static void endless_allocation_ends(void **state) {
  (void)state;
  oms_cell_t *cell = cell_small_budget();
  double start = cpu_seconds();
  int rc = run(
      cell, "while true do pcall(function() local s = 'x' while true do s = s .. s end end) end");
  assert_int_equal(rc, OMS_ERR_KILLED);
  rc = run(cell, "local t = {} while true do t[#t + 1] = { {} } end");
  assert_true(rc == OMS_ERR_NOMEM || rc == OMS_ERR_KILLED);
  assert_true(cpu_seconds() - start < 2.0);
  cell_end(cell);
}

/* A coroutine that died of a kill keeps hooks off; closing it later must not run its __close
 * methods. */
static void killed_coroutine_stays_dead(void **state) {
  (void)state;
  oms_cell_t *cell = cell_small_budget();
  expect_ok(
      cell,
      "local co\n"
      "return { first = function()\n"
      "  co = coroutine.create(function()\n"
      "    local x <close> = setmetatable({}, { __close = function() while true do end end })\n"
      "    while true do end\n"
      "  end)\n"
      "  coroutine.resume(co)\n"
      "end, second = function() return coroutine.close(co) end }");
  const oms_call_t call = {.name = "on_bar", .phase = OMS_PHASE_EVENT};
  lua_State *L = oms_bind_state(cell);
  oms_bind_push_script(L);
  lua_getfield(L, -1, "first");
  assert_int_equal(oms_bind_call(cell, 0, 0, &call), OMS_ERR_KILLED);
  double start = cpu_seconds();
  lua_getfield(L, -1, "second");
  assert_int_equal(oms_bind_call(cell, 0, 2, &call), OMS_OK);
  assert_false(lua_toboolean(L, -2));
  assert_true(cpu_seconds() - start < 0.2);
  lua_pop(L, 3);
  cell_end(cell);
}

/* Calls inside calls: a strategy that submits, a rule in a cell of its own. */

static oms_cell_t *rule;
static int rule_rc;

static int call_rule(lua_State *L) {
  static const oms_call_t call = {.name = "check", .phase = OMS_PHASE_RULE};
  lua_State *R = oms_bind_state(rule);
  oms_bind_push_script(R);
  rule_rc = oms_bind_call(rule, 0, 0, &call);
  oms_bind_poll(L);
  lua_pushboolean(L, rule_rc == OMS_OK);
  return 1;
}

static int set_rule(lua_State *L) {
  lua_pushcfunction(L, call_rule);
  oms_bind_set_global(L, "oms");
  return 0;
}

static oms_cell_t *strategy_with_rule(const oms_cell_config_t *config, const char *rule_text) {
  oms_cell_t *cell = cell_with(config);
  const oms_call_t call = {.name = "setup", .phase = OMS_PHASE_LOAD};
  assert_int_equal(oms_bind_protect(cell, set_rule, NULL, &call), OMS_OK);
  rule = cell_with(config);
  assert_int_equal(oms_cell_load_text(rule, "rules/r.lua", rule_text, strlen(rule_text), NULL),
                   OMS_OK);
  return cell;
}

static void outermost_call_counts(void **state) {
  (void)state;
  const oms_cell_config_t config = {.name = "x", .budget_ns = BUDGET_NS};
  oms_cell_t *cell = strategy_with_rule(&config, "return function() return true end");
  killed(cell, "while true do oms() end");
  killed(cell, "while true do pcall(oms) end");
  killed(cell, "coroutine.wrap(function() while true do oms() end end)()");
  cell_end(rule);
  cell_end(cell);
}

/* A timer is not inherited: a child that is forked while cells are open needs its own. */
static void forked_processes_have_a_clock(void **state) {
  (void)state;
  oms_cell_t *before = cell_small_budget();
  pid_t child = fork();
  if (child == 0) {
    (void)alarm(20);
    oms_error_t err;
    const char text[] = "while true do end";
    oms_cell_t *cell = cell_small_budget();
    int rc = oms_cell_load_text(cell, "strategies/x.lua", text, sizeof text - 1, &err);
    _exit(rc == OMS_ERR_KILLED ? 0 : 1);
  }
  int status = 0;
  assert_true(child > 0);
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFEXITED(status));
  assert_int_equal(WEXITSTATUS(status), 0);
  killed(before, "while true do end");
  cell_end(before);
}

static void nested_budget_ends_the_nested_call_only(void **state) {
  (void)state;
  const oms_cell_config_t config = {.name = "x", .budget_ns = INT64_C(80000000)};
  oms_cell_t *cell = strategy_with_rule(&config, "return function() while true do end end");
  expect_ok(cell, "assert(oms() == false)");
  assert_int_equal(rule_rc, OMS_ERR_KILLED);
  assert_non_null(
      strstr(oms_cell_error(rule), "rules/r.lua:1: check ran longer than 20 ms of CPU"));
  ends(cell, "while true do oms() end", OMS_ERR_KILLED, "load ran longer than 80 ms");
  ends(cell, "while true do pcall(oms) end", OMS_ERR_KILLED, "load ran longer than 80 ms");
  cell_end(rule);
  cell_end(cell);
}

/* Instructions in place of time. */

static void strict_budget_is_exact(void **state) {
  (void)state;
  int64_t counted[2] = {0, 0};
  for (int i = 0; i < 2; i++) {
    const oms_cell_config_t config = {.name = "x", .strict_budget = 100000};
    oms_cell_t *cell = cell_with(&config);
    expect_ok(cell, "local s = { n = 0 }\n"
                    "s.loop = function() while true do s.n = s.n + 1 end end\n"
                    "s.get = function() return s.n end return s");
    const oms_call_t call = {.name = "on_bar", .phase = OMS_PHASE_EVENT};
    lua_State *L = oms_bind_state(cell);
    oms_bind_push_script(L);
    lua_getfield(L, -1, "loop");
    assert_int_equal(oms_bind_call(cell, 0, 0, &call), OMS_ERR_KILLED);
    assert_non_null(strstr(oms_cell_error(cell), "on_bar ran longer than 100000 instructions"));
    lua_getfield(L, -1, "get");
    assert_int_equal(oms_bind_call(cell, 0, 1, &call), OMS_OK);
    counted[i] = lua_tointeger(L, -1);
    lua_pop(L, 2);
    cell_end(cell);
  }
  assert_int_equal(counted[0], counted[1]);
  assert_in_range(counted[0], 15000, 40000);
}

static void strict_budget_finds_hiding_places(void **state) {
  (void)state;
  const oms_cell_config_t config = {.name = "x", .strict_budget = 200000};
  oms_cell_t *cell = strategy_with_rule(&config, "return function() while true do end end");
  static const char *const places[] = {
      "while true do end",
      "while true do pcall(function() while true do end end) end",
      "xpcall(error, function() while true do end end)",
      "while true do coroutine.wrap(function() for i = 1, 500 do end end)() end",
      "coroutine.wrap(function() while true do end end)()",
      "local s = ('a'):rep(1000000) while true do s:find(('a'):rep(5000) .. 'b', 1, true) end",
      "while true do pcall(string.find, ('a'):rep(300), ('.-'):rep(6) .. 'b') end",
      "while true do oms() end",
  };
  for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
    ends(cell, places[i], OMS_ERR_KILLED, "load ran longer than 200000 instructions");
  }
  cell_end(rule);
  cell_end(cell);
}

/* Many kills in one cell leave it whole and its heap steady. */
static void many_kills(void **state) {
  (void)state;
  const oms_cell_config_t config = {.name = "x", .budget_ns = 1};
  oms_cell_t *cell = cell_with(&config);
  static const char *const texts[] = {
      "while true do local t = { {} } end",
      "local co = coroutine.wrap(function() while true do coroutine.yield({}) end end) while true "
      "do co() end",
      "local function f(n) if n > 0 then return 1 + f(n - 1) end return 0 end while true do f(100) "
      "end",
      "while true do table.sort({ 5, 3, 4, 1, 2 }, function(a, b) return a < b end) end",
      "while true do pcall(error) xpcall(error, tostring) end",
  };
  size_t base = 0;
  for (int i = 0; i < 60; i++) {
    assert_int_equal(run(cell, texts[i % 5]), OMS_ERR_KILLED);
    lua_gc(oms_bind_state(cell), LUA_GCCOLLECT);
    base = i == 9 ? oms_cell_memory(cell) : base;
  }
  assert_true(oms_cell_memory(cell) < base + 65536);
  cell_end(cell);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(plain_loop),
      cmocka_unit_test(hiding_places),
      cmocka_unit_test(loops_inside_c_are_refused_or_harmless),
      cmocka_unit_test(endless_allocation_ends),
      cmocka_unit_test(killed_coroutine_stays_dead),
      cmocka_unit_test(outermost_call_counts),
      cmocka_unit_test(nested_budget_ends_the_nested_call_only),
      cmocka_unit_test(strict_budget_is_exact),
      cmocka_unit_test(strict_budget_finds_hiding_places),
      cmocka_unit_test(many_kills),
      cmocka_unit_test(forked_processes_have_a_clock),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
