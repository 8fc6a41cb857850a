/* Goal: a cell offers the globals of the contract and nothing else, its errors are texts with file
 * and line, and exhausted memory or stack ends the script only. Method: small scripts, and their
 * error texts. */
#include "bind/fixture.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void globals_of_the_contract(void **state) {
  (void)state;
  oms_cell_t *cell = cell_new();
  expect_ok(
      cell,
      "local _ = { assert, error, ipairs, next, pairs, pcall, xpcall, select, tonumber, tostring,\n"
      "  type, rawequal, rawget, rawlen, rawset, getmetatable, setmetatable, require }\n"
      "assert(#_ == 18) assert(math.floor and string.rep and table.sort and utf8.char and "
      "coroutine.wrap)");
  cell_end(cell);
}

static void missing_globals_say_what_to_use(void **state) {
  (void)state;
  oms_cell_t *cell = cell_new();
  expect_error(cell, "local x = 1\nos.execute('true')", OMS_ERR_SCRIPT,
               "strategies/x.lua:2: os is not available in scripts (");
  expect_error(cell, "\n\nprint('hi')", OMS_ERR_SCRIPT,
               "strategies/x.lua:3: print is not available in scripts (use oms.log.info)");
  static const char *const names[] = {"io",       "debug",   "load",           "dofile",
                                      "loadfile", "package", "collectgarbage", "_G"};
  for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
    char text[64];
    char part[64];
    snprintf(text, sizeof(text), "return %s", names[i]);
    snprintf(part, sizeof(part), "strategies/x.lua:1: %s is not available in scripts (", names[i]);
    expect_error(cell, text, OMS_ERR_SCRIPT, part);
  }
  expect_error(cell, "tostrng(1)", OMS_ERR_SCRIPT,
               "unknown global 'tostrng' (did you mean 'tostring'?)");
  expect_error(cell, "x = 1", OMS_ERR_SCRIPT, "global 'x' cannot be written; write `local x`");
  expect_error(cell, "math = nil", OMS_ERR_SCRIPT, "global 'math' cannot be written");
  expect_error(cell, "rawset(_ENV, 'x', 1)", OMS_ERR_SCRIPT, "globals cannot be written");
  expect_error(cell, "setmetatable(_ENV, nil)", OMS_ERR_SCRIPT, "protected metatable");
  expect_error(cell, "getmetatable('').__index = nil", OMS_ERR_SCRIPT, "index a boolean");
  expect_error(cell, "string.dump(error)", OMS_ERR_SCRIPT, "nil value (field 'dump')");
  expect_ok(cell, "assert('10' + 1 == 11) assert(('x'):rep(3) == 'xxx')");
  cell_end(cell);
}

static void finalizers_and_weak_tables_are_refused(void **state) {
  (void)state;
  oms_cell_t *cell = cell_new();
  expect_error(cell, "setmetatable({}, { __gc = function() end })", OMS_ERR_SCRIPT,
               "__gc is not available");
  expect_error(cell, "setmetatable({}, { __mode = 'k' })", OMS_ERR_SCRIPT,
               "__mode is not available");
  expect_ok(cell, "local t = setmetatable({}, { __index = { a = 1 } }) assert(t.a == 1)\n"
                  "assert(setmetatable(t, nil).a == nil)");
  cell_end(cell);
}

static void binary_chunks_are_refused(void **state) {
  (void)state;
  oms_cell_t *cell = cell_new();
  expect_error(cell, "\033Lua", OMS_ERR_SCRIPT, "strategies/x.lua: this is compiled Lua");
  expect_error(cell, "local x =\nlocal y", OMS_ERR_SCRIPT,
               "strategies/x.lua:2: unexpected symbol near 'local'");
  cell_end(cell);
}

static void text_that_cannot_be_parsed_names_its_file(void **state) {
  (void)state;
  oms_cell_t *cell = cell_new();
  char deep[2048] = "return ";
  memset(deep + 7, '(', sizeof(deep) - 8);
  deep[sizeof(deep) - 1] = '\0';
  expect_error(cell, deep, OMS_ERR_SCRIPT, "strategies/x.lua: ");
  expect_error(cell, "\n\nreturn }", OMS_ERR_SCRIPT, "strategies/x.lua:3: ");
  expect_ok(cell, "\xef\xbb\xbf"
                  "local fine = 1");
  cell_end(cell);
}

static void error_text_has_place_callback_traceback_locals(void **state) {
  (void)state;
  oms_cell_t *cell = cell_new();
  expect_error(cell,
               "local function helper(bar)\n"
               "  local count, label = 5, 'a\\nb'\n"
               "  local t = { qty = 2.5, name = 'n', [7] = 1 }\n"
               "  return bar.y.z + count + #label + #t\n"
               "end\n"
               "helper({})\n",
               OMS_ERR_SCRIPT, "");
  const char *text = oms_cell_error(cell);
  const char *first = "strategies/x.lua:4: attempt to index a nil value (field 'y')  [load]\n";
  assert_memory_equal(text, first, strlen(first));
  assert_non_null(strstr(text, "\n  traceback:\n    strategies/x.lua:4: in local 'helper'"));
  assert_non_null(strstr(text, "\n    strategies/x.lua:6: in the main chunk"));
  assert_non_null(strstr(text,
                         "\n  locals:\n    bar = table\n    count = 5\n    label = \"a\\nb\"\n"
                         "    t = {name = \"n\", qty = 2.5, ...}"));
  assert_null(strstr(text, "0x"));
  cell_end(cell);
}

static void error_values_that_are_no_text_are_readable(void **state) {
  (void)state;
  oms_cell_t *cell = cell_new();
  expect_error(cell, "error({ code = 7, why = 'x' })", OMS_ERR_SCRIPT,
               "strategies/x.lua:1: error value is a table {code = 7, why = \"x\"}  [load]");
  expect_error(cell, "error({})", OMS_ERR_SCRIPT,
               "strategies/x.lua:1: error value is a table  [load]");
  expect_error(cell, "error({ 1, 2 })", OMS_ERR_SCRIPT,
               "strategies/x.lua:1: error value is a table of 2  [load]");
  expect_error(cell, "\nerror()", OMS_ERR_SCRIPT, "strategies/x.lua:2: error value is nil");
  expect_error(cell, "error('bare', 0)", OMS_ERR_SCRIPT, "strategies/x.lua:1: bare");
  expect_error(cell, "error(setmetatable({}, { __tostring = function() while true do end end }))",
               OMS_ERR_SCRIPT, "error value is a table");
  cell_end(cell);
}

static int script_call(oms_cell_t *cell, const char *field, int nresults, const oms_call_t *call) {
  lua_State *L = oms_bind_state(cell);
  oms_bind_push_script(L);
  lua_getfield(L, -1, field);
  lua_remove(L, -2);
  return oms_bind_call(cell, 0, nresults, call);
}

static void calls_keep_the_stack_and_name_the_event(void **state) {
  (void)state;
  oms_cell_t *cell = cell_new();
  expect_ok(cell, "return { good = function() return 1, 2 end, bad = function() error('no') end }");
  lua_State *L = oms_bind_state(cell);
  const oms_call_t call = {.name = "on_bar", .phase = OMS_PHASE_EVENT, .event = 17};
  int top = lua_gettop(L);
  assert_int_equal(script_call(cell, "good", 2, &call), OMS_OK);
  assert_int_equal(lua_gettop(L), top + 2);
  assert_int_equal(lua_tointeger(L, -1), 2);
  lua_pop(L, 2);
  assert_int_equal(script_call(cell, "bad", 2, &call), OMS_ERR_SCRIPT);
  assert_int_equal(lua_gettop(L), top);
  assert_non_null(strstr(oms_cell_error(cell), "strategies/x.lua:1: no  [on_bar, event 17]\n"));
  oms_error_t err;
  assert_int_equal(oms_bind_error(cell, OMS_ERR_SCRIPT, &err), OMS_ERR_SCRIPT);
  assert_non_null(strstr(err.message, "no  [on_bar"));
  cell_end(cell);
}

static int need_event(lua_State *L) {
  oms_bind_need_phase(L, OMS_PHASE_EVENT | OMS_PHASE_START, "oms.submit");
  return 0;
}

static int set_need_event(lua_State *L) {
  lua_pushcfunction(L, need_event);
  oms_bind_set_global(L, "oms");
  return 0;
}

static void phases_are_checked(void **state) {
  (void)state;
  oms_cell_t *cell = cell_new();
  const oms_call_t setup = {.name = "setup", .phase = OMS_PHASE_LOAD};
  assert_int_equal(oms_bind_protect(cell, set_need_event, NULL, &setup), OMS_OK);
  expect_error(cell, "oms()", OMS_ERR_SCRIPT,
               "strategies/x.lua:1: oms.submit cannot be called in load");
  expect_ok(cell, "return { f = function() oms() end }");
  const oms_call_t event = {.name = "on_bar", .phase = OMS_PHASE_EVENT};
  const oms_call_t stop = {.name = "on_stop", .phase = OMS_PHASE_STOP};
  assert_int_equal(script_call(cell, "f", 0, &event), OMS_OK);
  assert_int_equal(script_call(cell, "f", 0, &stop), OMS_ERR_SCRIPT);
  assert_non_null(strstr(oms_cell_error(cell), "oms.submit cannot be called in on_stop"));
  cell_end(cell);
}

static void memory_ends_the_script_only(void **state) {
  (void)state;
  const oms_cell_config_t config = {
      .name = "x", .memory_cap = (size_t)8 << 20, .budget_ns = INT64_C(20000000000)};
  oms_cell_t *cell = cell_with(&config);
  expect_error(cell, "local t = {} for i = 1, math.huge do t[i] = { i } end", OMS_ERR_NOMEM,
               "strategies/x.lua:1: not enough memory, the script may use 8192 KiB  [load]");
  expect_error(cell, "local s = 'x' while true do s = s .. s end", OMS_ERR_NOMEM,
               "not enough memory");
  expect_error(cell, "return ('x'):rep(1e9)", OMS_ERR_SCRIPT, "not enough memory");
  expect_ok(cell,
            "local ok, why = pcall(function() local t = {} while true do t[#t + 1] = {} end end)\n"
            "assert(not ok and why == 'not enough memory')");
  assert_true(oms_cell_memory_peak(cell) <= config.memory_cap);
  expect_ok(cell, "return 1");
  cell_end(cell);
}

static void recursion_is_an_error(void **state) {
  (void)state;
  const oms_cell_config_t config = {
      .name = "x", .memory_cap = (size_t)256 << 20, .budget_ns = INT64_C(20000000000)};
  oms_cell_t *cell = cell_with(&config);
  expect_error(cell, "local function f() return 1 + f() end f()", OMS_ERR_SCRIPT, "stack overflow");
  expect_error(cell, "local function f() return (string.gsub('a', 'a', f)) end f()", OMS_ERR_SCRIPT,
               "C stack overflow");
  expect_error(
      cell,
      "local t = setmetatable({}, { __index = function(t, k) return t[k + 1] end }) return t[1]",
      OMS_ERR_SCRIPT, "stack overflow");
  expect_error(cell, "local function f() return table.sort({ 1, 2 }, f) end f()", OMS_ERR_SCRIPT,
               "overflow");
  expect_error(cell, "local function f() coroutine.wrap(f)() end f()", OMS_ERR_SCRIPT,
               "C stack overflow");
  expect_error(cell, "local f f = function(e) f(e) end xpcall(f, f) error('after')", OMS_ERR_SCRIPT,
               "after");
  expect_ok(cell, "local co, refused\n"
                  "for i = 1, 5000 do\n"
                  "  local inner = co\n"
                  "  co = coroutine.create(function()\n"
                  "    local x <close> = setmetatable({}, { __close = function()\n"
                  "      if inner then local ok, why = pcall(coroutine.close, inner)\n"
                  "        if not ok then refused = why end end end })\n"
                  "    coroutine.yield()\n"
                  "  end)\n"
                  "  coroutine.resume(co)\n"
                  "end\n"
                  "coroutine.close(co)\n"
                  "assert(refused:find('C stack overflow', 1, true), refused)");
  cell_end(cell);
}

/* Require. */

static char folder[] = "/tmp/oms_cell_XXXXXX";

static void put_file(const char *name, const char *text) {
  char path[200];
  snprintf(path, sizeof(path), "%s/%s", folder, name);
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  fputs(text, file);
  fclose(file);
}

static int open_module(lua_State *L) {
  lua_newtable(L);
  lua_pushinteger(L, 42);
  lua_setfield(L, -2, "answer");
  return 1;
}

static int add_module(lua_State *L) {
  oms_bind_module(L, "oms", open_module);
  return 0;
}

static int make_folder(void **state) {
  (void)state;
  char path[200];
  if (mkdtemp(folder) == NULL) {
    return -1;
  }
  snprintf(path, sizeof(path), "%s/sub", folder);
  mkdir(path, 0700);
  put_file("a.lua", "local b = require 'sub.b' return { b = b, name = ... }");
  put_file("sub/b.lua", "return 'b'");
  put_file("loop1.lua", "return require 'loop2'");
  put_file("loop2.lua", "return require 'loop1'");
  put_file("bad.lua", "\nerror('broken')");
  put_file("nothing.lua", "");
  put_file("main.lua",
           "local a = require 'a'\nassert(a.b == 'b' and a.name == 'a' and a == require 'a')\n"
           "return { a = a }");
  return 0;
}

static int remove_folder(void **state) {
  (void)state;
  static const char *const names[] = {"a.lua",     "sub/b.lua", "loop1.lua",
                                      "loop2.lua", "bad.lua",   "nothing.lua",
                                      "main.lua",  "sub",       ""};
  for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
    char path[200];
    snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
    remove(path);
  }
  return 0;
}

static void require_finds_modules_below_the_roots(void **state) {
  (void)state;
  const char *roots[] = {"/nowhere", folder};
  const oms_cell_config_t config = {.name = "x", .roots = roots, .root_n = 2};
  oms_cell_t *cell = cell_with(&config);
  const oms_call_t call = {.name = "setup", .phase = OMS_PHASE_LOAD};
  assert_int_equal(oms_bind_protect(cell, add_module, NULL, &call), OMS_OK);
  char path[200];
  snprintf(path, sizeof(path), "%s/main.lua", folder);
  oms_error_t err = {0};
  if (oms_cell_load(cell, path, 0, &err) != OMS_OK) {
    fail_msg("%s", err.message);
  }
  size_t n;
  const oms_cell_file_t *files = oms_cell_files(cell, &n);
  assert_int_equal(n, 5); /* two were looked for in /nowhere */
  assert_string_equal(files[0].path, path);
  assert_string_equal(files[1].digest, "");
  assert_non_null(strstr(files[1].path, "/nowhere/"));
  assert_int_equal(strlen(files[4].digest), 32);
  assert_non_null(strstr(files[4].path, "/sub/b.lua"));
  expect_ok(cell, "local oms = require 'oms' assert(oms.answer == 42 and oms == require 'oms')\n"
                  "assert(require 'nothing' == true)");
  cell_end(cell);
}

static void require_refuses_what_leads_out(void **state) {
  (void)state;
  const char *roots[] = {folder};
  const oms_cell_config_t config = {.name = "x", .roots = roots, .root_n = 1};
  oms_cell_t *cell = cell_with(&config);
  static const char *const names[] = {"../a", "..a", "/etc/passwd", "a..b", "a/b",
                                      "",     ".a",  "a.",          "a\\0b"};
  for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
    char text[64];
    snprintf(text, sizeof(text), "require '%s'", names[i]);
    expect_error(cell, text, OMS_ERR_SCRIPT, "is not allowed");
  }
  expect_error(cell, "require 'missing'", OMS_ERR_SCRIPT,
               "module 'missing' is not found in: /tmp/oms_cell_");
  expect_error(cell, "require 'loop1'", OMS_ERR_SCRIPT, "requires itself");
  expect_error(cell, "require 'bad'", OMS_ERR_SCRIPT, "bad.lua:2: broken");
  expect_error(cell, "require 'bad'", OMS_ERR_SCRIPT, "bad.lua:2: broken");
  oms_error_t err;
  assert_int_equal(oms_cell_load(cell, "/nowhere/x.lua", 0, &err), OMS_ERR_IO);
  cell_end(cell);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(globals_of_the_contract),
      cmocka_unit_test(missing_globals_say_what_to_use),
      cmocka_unit_test(finalizers_and_weak_tables_are_refused),
      cmocka_unit_test(binary_chunks_are_refused),
      cmocka_unit_test(text_that_cannot_be_parsed_names_its_file),
      cmocka_unit_test(error_text_has_place_callback_traceback_locals),
      cmocka_unit_test(error_values_that_are_no_text_are_readable),
      cmocka_unit_test(calls_keep_the_stack_and_name_the_event),
      cmocka_unit_test(phases_are_checked),
      cmocka_unit_test(memory_ends_the_script_only),
      cmocka_unit_test(recursion_is_an_error),
      cmocka_unit_test(require_finds_modules_below_the_roots),
      cmocka_unit_test(require_refuses_what_leads_out),
  };
  return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
