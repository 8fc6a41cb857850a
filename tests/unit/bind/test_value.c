/* Goal: plain data goes to canonical bytes and back unchanged; anything else is refused with its
 * path. Method: round trips in Lua, byte comparison of equal data made in different ways, damaged
 * bytes. */
#include "bind/fixture.h"

static oms_cell_t *cell;

static int lua_encode(lua_State *L) {
  oms_value_encode(L, 1, "state", (size_t)luaL_optinteger(L, 2, 0));
  return 1;
}

static int lua_decode(lua_State *L) {
  size_t n;
  const char *s = luaL_checklstring(L, 1, &n);
  oms_value_decode(L, s, n);
  return 1;
}

static int lua_has_key(lua_State *L) {
  size_t n, length;
  const char *bytes = luaL_checklstring(L, 1, &n), *key = luaL_checklstring(L, 2, &length);
  lua_pushboolean(L, oms_value_has_key(bytes, n, key, length));
  return 1;
}

#define HANDLE 3
typedef struct handle {
  oms_ud_t head;
  int64_t id;
} handle_t;

static int new_handle(lua_State *L) {
  handle_t *h = oms_ud_new(L, HANDLE, sizeof(*h), 0);
  h->id = luaL_checkinteger(L, 1);
  h->head.sort_id = (uint64_t)h->id;
  return 1;
}

static int handle_id(lua_State *L) {
  lua_pushinteger(L, ((handle_t *)oms_ud_check(L, 1, HANDLE))->id);
  return 1;
}

static int handle_text(lua_State *L) {
  lua_pushfstring(L, "handle %I", (LUAI_UACINT)((handle_t *)oms_ud_check(L, 1, HANDLE))->id);
  return 1;
}

static int handle_eq(lua_State *L) {
  const handle_t *a = oms_ud_test(L, 1, HANDLE);
  const handle_t *b = oms_ud_test(L, 2, HANDLE);
  lua_pushboolean(L, a != NULL && b != NULL && a->id == b->id);
  return 1;
}

static bool plain(lua_State *L, int index) {
  const handle_t *h = oms_ud_test(L, index, HANDLE);
  if (h != NULL) {
    lua_pushinteger(L, h->id);
  }
  return h != NULL;
}

static int add_functions(lua_State *L) {
  static const luaL_Reg methods[] = {
      {"id", handle_id},
      {NULL, NULL     },
  };
  static const oms_ud_type_t type = {.type = HANDLE,
                                     .name = "handle",
                                     .methods = methods,
                                     .eq = handle_eq,
                                     .tostring = handle_text};
  oms_ud_define(L, &type);
  static const luaL_Reg functions[] = {
      {"encode",  lua_encode },
      {"decode",  lua_decode },
      {"has_key", lua_has_key},
      {"handle",  new_handle },
      {"id",      handle_id  },
      {NULL,      NULL       },
  };
  luaL_newlib(L, functions);
  oms_bind_set_global(L, "oms");
  return 0;
}

static int open_cell(void **state) {
  (void)state;
  const oms_call_t call = {.name = "setup", .phase = OMS_PHASE_LOAD};
  cell = cell_new();
  cell->plain = plain;
  return oms_bind_protect(cell, add_functions, NULL, &call);
}

static int close_cell(void **state) {
  (void)state;
  return oms_cell_close(cell) == 0 ? 0 : -1;
}

static void round_trips(void **state) {
  (void)state;
  expect_ok(
      cell,
      "local function same(a, b)\n"
      "  if math.type(a) ~= math.type(b) then return false end\n"
      "  if type(a) ~= 'table' then return a == b or (a ~= a and b ~= b) end\n"
      "  for k, v in pairs(a) do if not same(v, b[k]) then return false end end\n"
      "  for k in pairs(b) do if a[k] == nil then return false end end\n"
      "  return true\n"
      "end\n"
      "local values = { 1, 1.0, -1, math.mininteger, math.maxinteger, 0.1, 1/0, -1/0, 0/0, -0.0, "
      "'', 'x',\n"
      "  'a\\0b', true, false, {}, { 1, 2, 3 }, { a = 1, b = { c = { 1.5, 'z' } } },\n"
      "  { [1.5] = 1, [true] = 2, [false] = 3, [-7] = 4, [10] = 5 }, { 1, nil, 3 } }\n"
      "for i = 1, 20 do local b = oms.encode(values[i])\n"
      "  assert(same(values[i], oms.decode(b)), i) assert(oms.encode(oms.decode(b)) == b, i) end\n"
      "assert(oms.decode(oms.encode(nil)) == nil)");
}

static void bytes_are_canonical(void **state) {
  (void)state;
  expect_ok(
      cell,
      "local a, b = {}, {}\n"
      "for i = 1, 300 do a['k' .. i] = i b['k' .. (301 - i)] = 301 - i end\n"
      "for i = 1, 100 do b['x' .. i] = 1 end for i = 1, 100 do b['x' .. i] = nil end\n"
      "assert(oms.encode(a) == oms.encode(b))\n"
      "assert(oms.encode(1) ~= oms.encode(1.0)) assert(oms.encode(0/0) == oms.encode(-(0/0)))");
  expect_ok(cell, "assert(oms.encode({ a = true, [1] = 258 }) ==\n"
                  "  'M\\2\\0\\0\\0' .. 'I\\1\\0\\0\\0\\0\\0\\0\\0I\\2\\1\\0\\0\\0\\0\\0\\0' .. "
                  "'S\\1\\0\\0\\0aT')");
}

static void handles_become_ids(void **state) {
  (void)state;
  expect_ok(
      cell,
      "local t = oms.decode(oms.encode({ order = oms.handle(7), list = { oms.handle(9) } }))\n"
      "assert(t.order == 7 and t.list[1] == 9)");
  expect_error(cell, "oms.encode({ [oms.handle(7)] = 1 })", OMS_ERR_SCRIPT,
               "state[userdata]: a key that is no number, string or boolean cannot be saved");
}

static void other_values_are_refused_with_their_path(void **state) {
  (void)state;
  expect_error(cell, "local s = { orders = { 1, 2, function() end } } oms.encode(s)",
               OMS_ERR_SCRIPT, "state.orders[3]: a function cannot be saved");
  expect_error(cell, "oms.encode({ a = { b = coroutine.create(error) } })", OMS_ERR_SCRIPT,
               "state.a.b: a thread cannot be saved");
  expect_error(cell, "oms.encode(error)", OMS_ERR_SCRIPT, "state: a function cannot be saved");
  expect_error(cell, "local t = { x = {} } t.x.y = t oms.encode(t)", OMS_ERR_SCRIPT,
               "state.x.y: the table contains itself");
  expect_error(cell, "oms.encode({ m = setmetatable({}, {}) })", OMS_ERR_SCRIPT,
               "state.m: a table with a metatable cannot be saved");
  expect_error(cell, "oms.encode({ [{}] = 1 })", OMS_ERR_SCRIPT, "state[table]: a key that is no");
  expect_error(cell, "local t = {} for i = 1, 70 do t = { t } end oms.encode(t)", OMS_ERR_SCRIPT,
               "tables are more than 64 deep");
  expect_error(cell, "oms.encode(('x'):rep(65536))", OMS_ERR_SCRIPT,
               "state: the data is larger than 65536 bytes");
  expect_error(cell, "local t = {} for i = 1, 5000 do t[i] = i end oms.encode(t)", OMS_ERR_SCRIPT,
               "larger than 65536");
  expect_ok(cell, "local t = {} for i = 1, 5000 do t[i] = i end assert(#oms.encode(t, 1 << 20) == "
                  "5 + 5000 * 18)\n"
                  "local shared = {} assert(oms.encode({ shared, shared }))\n"
                  "local deep = 1 for i = 1, 64 do deep = { deep } end assert(oms.encode(deep))");
}

/* A list, a table of few keys and one of many are walked in ways of their own. */
static void small_and_large_tables_have_one_order(void **state) {
  (void)state;
  expect_ok(
      cell,
      "for _, more in ipairs{ 0, 3, 40 } do\n"
      "  local t = { 'one', 'two', [4] = 'four', [-1] = 'minus', [1.5] = 'half', [true] = 'yes',\n"
      "    [false] = 'no', b = 'bee', a = 'ay', [''] = 'empty' }\n"
      "  for i = 1, more do t['x' .. i] = 'x' end\n"
      "  local bytes, from = oms.encode(t), 1\n"
      "  for k, v in pairs(t) do\n"
      "    from = assert(bytes:find(v, from, true), 'in the order of pairs: ' .. tostring(k))\n"
      "  end\n"
      "  for k, v in pairs(oms.decode(bytes)) do assert(t[k] == v) end\n"
      "end\n"
      "local few, many = { 1, 2, [4] = 4 }, {}\n"
      "for i = 1, 20 do many[i] = i end for i = 20, 5, -1 do many[i] = nil end many[3] = nil\n"
      "assert(oms.encode(few) == oms.encode(many))");
}

static void keys_are_found_without_decoding(void **state) {
  (void)state;
  expect_ok(cell,
            "local b = oms.encode({ 1, { deep = { 2 } }, name = 'deep', last = { x = 1 } })\n"
            "assert(oms.has_key(b, 'name') and oms.has_key(b, 'last'))\n"
            "assert(not oms.has_key(b, 'deep') and not oms.has_key(b, 'x'))\n"
            "assert(not oms.has_key(b, 'nam') and not oms.has_key('', 'x'))\n"
            "assert(not oms.has_key(oms.encode('x'), 'x'))\n"
            "for i = 1, #b do for _, c in ipairs{ 'M', 'S', '\\255', '\\0' } do\n"
            "  oms.has_key(b:sub(1, i - 1) .. c .. b:sub(i + 1), 'last') oms.has_key(b:sub(1, i), "
            "'last') end end");
}

static void damaged_bytes_are_refused(void **state) {
  (void)state;
  expect_ok(cell, "local b = oms.encode({ a = { 1, 2.5, 'text', true }, b = 'x' })\n"
                  "for i = 0, #b - 1 do assert(not pcall(oms.decode, b:sub(1, i))) end\n"
                  "assert(not pcall(oms.decode, b .. 'N')) assert(not pcall(oms.decode, 'Q'))\n"
                  "assert(not pcall(oms.decode, 'M\\255\\255\\255\\255')) assert(not "
                  "pcall(oms.decode, 'M\\1\\0\\0\\0NT'))\n"
                  "for i = 1, #b do for _, c in ipairs{ 'N', 'M', '\\255', '\\0' } do\n"
                  "  pcall(oms.decode, b:sub(1, i - 1) .. c .. b:sub(i + 1)) end end");
}

static void userdata_of_ours(void **state) {
  (void)state;
  expect_ok(cell,
            "local a, b = oms.handle(1), oms.handle(1)\n"
            "assert(a == b and a ~= oms.handle(2) and tostring(a) == 'handle 1' and a:id() == 1)\n"
            "assert(getmetatable(a) == false)\n"
            "local t, s = { [oms.handle(30)] = 1, [oms.handle(4)] = 2, x = 3 }, ''\n"
            "for k, v in pairs(t) do s = s .. tostring(k) .. v .. ' ' end\n"
            "assert(s == 'x3 handle 42 handle 301 ', s)");
  expect_error(cell, "oms.id(5)", OMS_ERR_SCRIPT,
               "bad argument #1 to 'id' (handle expected, got number)");
  expect_error(cell, "oms.id(oms.handle)", OMS_ERR_SCRIPT, "handle expected, got function");
  expect_error(cell, "for _ in pairs({ [oms.handle(0)] = 1 }) do end", OMS_ERR_SCRIPT,
               "a userdata as key");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(round_trips),
      cmocka_unit_test(bytes_are_canonical),
      cmocka_unit_test(handles_become_ids),
      cmocka_unit_test(other_values_are_refused_with_their_path),
      cmocka_unit_test(small_and_large_tables_have_one_order),
      cmocka_unit_test(keys_are_found_without_decoding),
      cmocka_unit_test(damaged_bytes_are_refused),
      cmocka_unit_test(userdata_of_ours),
  };
  return cmocka_run_group_tests(tests, open_cell, close_cell);
}
