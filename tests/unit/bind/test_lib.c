/* Goal: the library functions of our own do what the manual says, in an order that is the same in
 * every run. Method: assertions in Lua; where the stock library is deterministic, the same text
 * runs there as a twin. */
#include "bind/fixture.h"

static oms_cell_t *cell;

static int open_cell(void **state) {
  (void)state;
  cell = cell_new();
  return 0;
}

static int close_cell(void **state) {
  (void)state;
  return oms_cell_close(cell) == 0 ? 0 : -1;
}

/* Runs the text here and in a stock state: both have to return the same string. */
static void twin(const char *text) {
  lua_State *stock = luaL_newstate();
  luaL_openlibs(stock);
  if (luaL_dostring(stock, text) != LUA_OK) {
    fail_msg("stock: %s\n  in: %s", lua_tostring(stock, -1), text);
  }
  expect_ok(cell, text);
  lua_State *L = oms_bind_state(cell);
  oms_bind_push_script(L);
  const char *ours = lua_tostring(L, -1);
  const char *theirs = lua_tostring(stock, -1);
  assert_non_null(ours);
  if (strcmp(ours, theirs) != 0) {
    fail_msg("ours: %s\n  stock: %s\n  in: %s", ours, theirs, text);
  }
  lua_pop(L, 1);
  lua_close(stock);
}

static void pairs_order(void **state) {
  (void)state;
  expect_ok(cell,
            "local t = { 'a', 'b', nil, 'd', z = 1, y = 2, [-1] = 3, [2.5] = 4, [1e300] = 5, "
            "[true] = 6,\n"
            "  [false] = 7, [math.mininteger] = 8, ['1'] = 9, [100] = 10, [-math.huge] = 11 }\n"
            "local keys = {}\n"
            "for k in pairs(t) do keys[#keys + 1] = tostring(k) end\n"
            "assert(table.concat(keys, ' ') == '1 2 -inf -9223372036854775808 -1 2.5 4 100 1e+300 "
            "1 y z '\n"
            "  .. 'false true', table.concat(keys, ' '))");
  expect_ok(cell,
            "local t, keys = {}, {}\n"
            "for i = 1000, 1, -1 do t['k' .. i] = i t[i] = i end\n"
            "local last, n = '', 0\n"
            "for k, v in pairs(t) do n = n + 1\n"
            "  if n <= 1000 then assert(k == n and v == n) else assert(last < k) last = k end end\n"
            "assert(n == 2000)");
  expect_ok(cell, "local n = 0 for k, v in pairs({}) do n = n + 1 end assert(n == 0)");
}

static void pairs_and_changes_while_walking(void **state) {
  (void)state;
  expect_ok(cell, "local t = { 1, 2, 3, 4, a = 1, b = 2, c = 3 }\n"
                  "local seen = {}\n"
                  "for k in pairs(t) do seen[#seen + 1] = k t[k] = nil t.c = nil t[3] = nil t['x' "
                  ".. #seen] = 1 "
                  "t[#seen + 10] = 1 end\n"
                  "assert(table.concat(seen, ' ') == '1 2 4 a b', table.concat(seen, ' '))");
  expect_ok(cell, "local t, n = { 1, 2, 3 }, 0\n"
                  "for i in pairs(t) do n = n + 1 t[#t + 1] = i end assert(n == 3 and #t == 6)");
  expect_ok(cell, "local t, n = { 1, 2, 3 }, 0\n"
                  "for i in pairs(t) do n = n + 1 t[2] = nil end assert(n == 2)");
}

static void pairs_refuses_keys_without_order(void **state) {
  (void)state;
  expect_error(
      cell, "for _ in pairs({ [{}] = 1 }) do end", OMS_ERR_SCRIPT,
      "strategies/x.lua:1: pairs: a table as key has no order that is the same in every run; use");
  expect_error(cell, "for _ in pairs({ [print and print or error] = 1 }) do end", OMS_ERR_SCRIPT,
               "print");
  expect_error(cell, "for _ in pairs({ [error] = 1, a = 1 }) do end", OMS_ERR_SCRIPT,
               "a function as key");
  expect_error(cell, "pairs(nil)", OMS_ERR_SCRIPT, "table expected");
}

static void next_is_for_emptiness(void **state) {
  (void)state;
  expect_ok(cell, "assert(next({}) == nil) local k, v = next({ b = 1, a = 2, [-3] = 4 }) assert(k "
                  "== -3 and v == 4)\n"
                  "k, v = next({ 7 }) assert(k == 1 and v == 7)");
  expect_error(cell, "next({ 1, 2 }, 1)", OMS_ERR_SCRIPT, "use pairs");
  expect_error(cell, "for _ in next, { 1, 2 } do end", OMS_ERR_SCRIPT, "use pairs");
}

static void pairs_honours_metamethod(void **state) {
  (void)state;
  twin("local t = setmetatable({}, { __pairs = function(t) return function(_, k) if not k then "
       "return 1, 2 end "
       "end, t, nil end }) local s = '' for k, v in pairs(t) do s = s .. k .. v end return s");
}

static void sort_is_stable(void **state) {
  (void)state;
  expect_ok(cell, "local t = {}\n"
                  "for i = 1, 5000 do t[i] = { key = i * 7919 % 13, at = i } end\n"
                  "table.sort(t, function(a, b) return a.key < b.key end)\n"
                  "for i = 2, #t do local a, b = t[i - 1], t[i]\n"
                  "  assert(a.key < b.key or a.key == b.key and a.at < b.at) end");
  twin("local t = { 5, 3, 9, 1, 7, 2.5, -1 } table.sort(t) return table.concat(t, ' ')");
  twin("local t = { 'b', 'a', 'C', '' } table.sort(t, function(a, b) return a > b end) "
       "return table.concat(t, ' ')");
  expect_error(cell, "table.sort({ 1, 'x' })", OMS_ERR_SCRIPT, "attempt to compare");
  expect_ok(cell, "local t = { 3, 2, 1 }\n"
                  "assert(not pcall(table.sort, t, function() error('x') end)) assert(t[1] == 3 "
                  "and t[3] == 1)\n"
                  "table.sort(t, function() return true end) assert(#t == 3)");
}

static void table_functions(void **state) {
  (void)state;
  twin("local t = { 1, 2, 3 } table.insert(t, 4) table.insert(t, 1, 0) table.insert(t, 3, 'x') "
       "local a, b = table.remove(t), table.remove(t, 1) table.remove(t, 2) "
       "return table.concat(t, ',') .. '|' .. tostring(a) .. tostring(b) .. #t");
  twin("return tostring(table.remove({})) .. tostring(table.remove({}, 0)) .. select('#', "
       "table.remove({}))");
  twin("local t = table.move({ 1, 2, 3, 4 }, 2, 4, 1) local u = table.move({ 1, 2, 3 }, 1, 3, 2) "
       "local v = table.move({ 1, 2 }, 1, 2, 3, { 9 }) "
       "return table.concat(t, ',') .. '|' .. table.concat(u, ',') .. '|' .. tostring(v[1]) .. "
       "tostring(v[4])");
  twin("return table.concat({ 1, 2.5, 'x' }, ', ') .. table.concat({}) .. table.concat({ 1, 2, 3 "
       "}, '-', 2, 3)");
  twin("local t = table.pack(1, nil, 3) return t.n .. tostring(t[2]) .. select('#', "
       "table.unpack(t, 1, t.n)) "
       ".. select('#', table.unpack({ 1, 2 }, -1, 1))");
  expect_error(cell, "table.insert({ 1 }, 5, 1)", OMS_ERR_SCRIPT, "position out of bounds");
  expect_error(cell, "table.insert({ 1 })", OMS_ERR_SCRIPT, "wrong number of arguments");
  expect_error(cell, "table.remove({ 1, 2 }, 7)", OMS_ERR_SCRIPT, "position out of bounds");
  expect_error(cell, "table.concat({ {} })", OMS_ERR_SCRIPT, "invalid value (table) at index 1");
}

static void tostring_shows_no_addresses(void **state) {
  (void)state;
  expect_ok(
      cell,
      "assert(tostring({}) == 'table' and tostring(error) == 'function')\n"
      "assert(tostring(coroutine.create(error)) == 'thread')\n"
      "assert(tostring(0/0) == 'nan' and tostring(-(0/0)) == 'nan')\n"
      "assert(('%s %d %f'):format({}, 3, 0/0) == 'table 3 nan' and ('%g'):format(-(0/0)) == "
      "'nan')\n"
      "assert(tostring(setmetatable({}, { __name = 'thing' })) == 'thing')\n"
      "assert(tostring(setmetatable({}, { __name = 5 })) == 'table')\n"
      "assert(tostring(setmetatable({}, { __tostring = function() return 'T' end })) == 'T')");
  expect_error(cell, "return ('%p'):format({})", OMS_ERR_SCRIPT, "'%p' is not available");
  twin("return tostring(1) .. tostring(1.0) .. tostring(-1e15) .. tostring(1e100) .. tostring(1/0) "
       ".. "
       "tostring(nil) .. tostring(true) .. tostring(2^53) .. tostring(0.1) .. tostring(-0.0)");
}

static void format_as_stock(void **state) {
  (void)state;
  twin("return ('%5d|%-5d|%05d|%+d|%x|%X|%o|%c|%i|%u'):format(42, 42, 42, 42, 255, 255, 8, 65, 7, "
       "9)");
  twin("return ('%.3f|%10.2f|%g|%e|%a|%G'):format(1.5, 2.25, 1e20, 12345.678, 1.0, 0.1)");
  twin(
      "return ('%s|%10s|%-10s|%.2s|%q|%%'):format('x', 'y', 'z', 'long', 'a\\n\"b\\0c\\1' .. '2')");
  twin("return ('%q %q %q %q %q'):format(1, math.mininteger, 0.1, 1/0, true)");
  twin("return ('%s %s'):format(1, 2.0) .. #('%s'):format(('x'):rep(1000)) .. "
       "#('%99.99f'):format(1e300)");
  twin("return #('%s|'):rep(50):format(table.unpack({}, 1, 50)) .. ('%d'):format('10') .. "
       "('%d'):format(3.0)");
  twin("return (('%s'):rep(40, ('y'):rep(50))):format(table.unpack({ 1, 2, 3, 4, 5 }, 1, 40))");
  expect_error(cell, "return ('%d'):format(1.5)", OMS_ERR_SCRIPT, "no integer representation");
  expect_error(cell, "return ('%d'):format()", OMS_ERR_SCRIPT, "no value");
  expect_error(cell, "return ('%y'):format(1)", OMS_ERR_SCRIPT, "invalid conversion");
  expect_error(cell, "return ('%'):format(1)", OMS_ERR_SCRIPT, "invalid conversion");
  expect_error(cell, "return ('%10q'):format('x')", OMS_ERR_SCRIPT, "cannot have modifiers");
}

static void rep_as_stock(void **state) {
  (void)state;
  twin("return ('ab'):rep(3) .. ('ab'):rep(3, '-') .. ('x'):rep(0) .. ('x'):rep(-1) .. (''):rep(5, "
       "'.') .. "
       "('x'):rep(1, ',') .. #('abc'):rep(1000, 'd')");
}

static void protected_calls_as_stock(void **state) {
  (void)state;
  twin(
      "local t = table.pack(pcall(function(...) return ... end, 1, nil, 3)) "
      "local u = table.pack(pcall(error, 'x', 0)) "
      "local v = table.pack(xpcall(function(...) return select('#', ...) end, error, 1, nil)) "
      "local w = table.pack(xpcall(function() error('e', 0) end, function(m) return m .. '!' end)) "
      "return t.n .. tostring(u[1]) .. u[2] .. tostring(v[1]) .. v[2] .. tostring(w[1]) .. w[2]");
  twin("local co = coroutine.wrap(function() local ok, v = pcall(function() local x = "
       "coroutine.yield(1) "
       "error(x, 0) end) coroutine.yield(v) return select(2, xpcall(coroutine.yield, error, 'y')) "
       "end) "
       "return co() .. co('boom') .. co() .. co('z')");
}

static void coroutines_as_stock(void **state) {
  (void)state;
  twin("local co = coroutine.create(function(a) local b = coroutine.yield(a + 1) error('x' .. b, "
       "0) end) "
       "local r = { coroutine.resume(co, 1) } local s = { coroutine.resume(co, 'y') } "
       "local t = { coroutine.resume(co) } return tostring(r[1]) .. r[2] .. tostring(s[1]) .. s[2] "
       ".. "
       "tostring(t[1]) .. t[2] .. coroutine.status(co)");
  twin("local log = '' local co = coroutine.create(function() local x <close> = setmetatable({}, { "
       "__close = "
       "function() log = log .. 'closed' end }) coroutine.yield() end) coroutine.resume(co) "
       "local ok = coroutine.close(co) return log .. tostring(ok) .. coroutine.status(co) .. "
       "tostring(coroutine.close(co))");
  twin("local log = '' local co = coroutine.wrap(function() local x <close> = setmetatable({}, { "
       "__close = "
       "function() log = log .. 'closed' end }) error('e', 0) end) local ok, e = pcall(co) "
       "return log .. tostring(ok) .. e");
  twin("local co co = coroutine.create(function() return coroutine.resume(co) end) "
       "local a, b, c = coroutine.resume(co) return tostring(a) .. tostring(b) .. tostring(c)");
  twin("local co co = coroutine.create(function() return pcall(coroutine.close, co) end) "
       "local a, b, c = coroutine.resume(co) return tostring(a) .. tostring(b) .. tostring(c)");
  expect_error(cell, "coroutine.wrap(function() error('inner') end)()", OMS_ERR_SCRIPT,
               "strategies/x.lua:1: inner  [load]");
}

static void random_is_the_seeds(void **state) {
  (void)state;
  const oms_cell_config_t config = {.name = "x", .seed = 7};
  oms_cell_t *a = cell_with(&config);
  oms_cell_t *b = cell_with(&config);
  const char *text =
      "local s = '' for i = 1, 20 do s = s .. math.random(100) .. ' ' .. math.random() .. ' ' .. "
      "math.random(-5, 5) .. ' ' .. math.random(0) .. ' ' end\n"
      "for i = 1, 1000 do local r = math.random(3, 5) assert(r >= 3 and r <= 5) end\n"
      "math.random(math.mininteger, math.maxinteger) return s";
  expect_ok(a, text);
  expect_ok(b, text);
  oms_bind_push_script(oms_bind_state(a));
  oms_bind_push_script(oms_bind_state(b));
  assert_string_equal(lua_tostring(oms_bind_state(a), -1), lua_tostring(oms_bind_state(b), -1));
  lua_pop(oms_bind_state(a), 1);
  lua_pop(oms_bind_state(b), 1);
  cell_end(a);
  cell_end(b);
  expect_error(cell, "math.randomseed(1)", OMS_ERR_SCRIPT, "see oms.random");
  expect_error(cell, "math.random(2, 1)", OMS_ERR_SCRIPT, "interval is empty");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(pairs_order),
      cmocka_unit_test(pairs_and_changes_while_walking),
      cmocka_unit_test(pairs_refuses_keys_without_order),
      cmocka_unit_test(next_is_for_emptiness),
      cmocka_unit_test(pairs_honours_metamethod),
      cmocka_unit_test(sort_is_stable),
      cmocka_unit_test(table_functions),
      cmocka_unit_test(tostring_shows_no_addresses),
      cmocka_unit_test(format_as_stock),
      cmocka_unit_test(rep_as_stock),
      cmocka_unit_test(protected_calls_as_stock),
      cmocka_unit_test(coroutines_as_stock),
      cmocka_unit_test(random_is_the_seeds),
  };
  return cmocka_run_group_tests(tests, open_cell, close_cell);
}
