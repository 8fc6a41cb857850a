/* Goal: memory that runs out at any moment of a cell's life is an error code and nothing else: no
 * crash, no leak. Method: the n-th allocation of the Lua heap and all later ones fail, for n = 1,
 * 2, ... until a whole life succeeds; the same with the host's own allocations. */
#include "bind/fixture.h"

#include "base/alloc.h"

typedef struct record {
  int64_t price;
  const char *symbol;
} record_t;

static const oms_view_field_t fields[] = {
    {"price",  OMS_VIEW_PRICE, offsetof(record_t, price),  NULL},
    {"symbol", OMS_VIEW_TEXT,  offsetof(record_t, symbol), NULL},
};
static const oms_view_desc_t desc = {"bar", fields, 2};

static const char script[] =
    "local list = {}\n"
    "return function(bar)\n"
    "  list[#list + 1] = { price = bar.price, symbol = bar.symbol, ('x'):rep(20) }\n"
    "  for k, v in pairs({ b = 1, a = 2, 3 }) do list[#list + 1] = tostring(k) .. v end\n"
    "  table.sort(list, function(a, b) return tostring(a) < tostring(b) end)\n"
    "  local s = ('%s %5.2f'):format(table, 1.5):gsub('%a+', function(w) return w .. w end)\n"
    "  local co = coroutine.wrap(function(...) local a = coroutine.yield(...) return a, "
    "pcall(error, 'x') end)\n"
    "  co(1) co(2)\n"
    "  for w in ('a b c'):gmatch('%a') do list[#list + 1] = w end\n"
    "  return table.concat({ s, 'y' }, ', ')\n"
    "end\n";

static int make_view(lua_State *L) {
  oms_view_t **view = lua_touserdata(L, 1);
  *view = oms_view_new(L, &desc);
  return 0;
}

static int save(lua_State *L) {
  lua_createtable(L, 0, 1);
  lua_pushinteger(L, 1);
  lua_setfield(L, -2, "a");
  oms_value_encode(L, -1, "state", 0);
  size_t n;
  const char *s = lua_tolstring(L, -1, &n);
  oms_value_decode(L, s, n);
  return 0;
}

static int run_life(oms_cell_t *cell) {
  static const record_t record = {1500000000, "SPY"};
  const oms_call_t setup = {.name = "setup", .phase = OMS_PHASE_LOAD};
  const oms_call_t call = {.name = "on_bar", .phase = OMS_PHASE_EVENT};
  oms_view_t *view = NULL;
  int rc = oms_bind_protect(cell, make_view, (void *)&view, &setup);
  rc = rc == OMS_OK ? oms_cell_load_text(cell, SCRIPT_PATH, script, strlen(script), NULL) : rc;
  rc = rc == OMS_OK ? oms_cell_load(cell, "tests/unit/bind/fault.lua", 0, NULL) : rc;
  rc = rc == OMS_OK ? oms_cell_load_text(cell, SCRIPT_PATH, script, strlen(script), NULL) : rc;
  for (int i = 0; i < 3 && rc == OMS_OK; i++) {
    lua_State *L = oms_bind_state(cell);
    oms_bind_push_script(L);
    oms_view_refresh(L, view, &record);
    rc = oms_bind_call(cell, 1, 1, &call);
    oms_view_end(view);
    lua_settop(L, 1);
  }
  return rc == OMS_OK ? oms_bind_protect(cell, save, NULL, &setup) : rc;
}

static void each_allocation_of_the_cell_fails(void **state) {
  (void)state;
  long n = 1;
  for (int rc = OMS_ERR_NOMEM; rc != OMS_OK; n++) {
    const oms_cell_config_t config = {
        .name = "x", .budget_ns = INT64_C(60000000000), .fail_after = n};
    oms_cell_t *cell;
    rc = oms_cell_create(&config, &cell, NULL);
    if (rc == OMS_OK) {
      rc = run_life(cell);
      assert_true(rc == OMS_OK || strlen(oms_cell_error(cell)) > 0);
      assert_int_equal(oms_cell_close(cell), 0);
    } else {
      assert_null(cell);
    }
    assert_true(rc == OMS_OK || rc == OMS_ERR_NOMEM || rc == OMS_ERR_SCRIPT);
  }
  assert_true(n > 300);
}

static void each_allocation_of_the_host_fails(void **state) {
  (void)state;
  const char *roots[] = {"a", "b"};
  const oms_cell_config_t config = {
      .name = "x", .roots = roots, .root_n = 2, .budget_ns = INT64_C(60000000000)};
  long live = oms_alloc_live();
  int rc = OMS_ERR_NOMEM;
  for (long n = 1; rc != OMS_OK; n++) {
    oms_cell_t *cell;
    oms_alloc_fail_after(n);
    rc = oms_cell_create(&config, &cell, NULL);
    if (rc == OMS_OK) {
      rc = run_life(cell);
    }
    oms_alloc_fail_after(0);
    assert_int_equal(oms_cell_close(cell), 0);
    assert_int_equal(oms_alloc_live(), live);
    assert_true(n < 1000);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_allocation_of_the_cell_fails),
      cmocka_unit_test(each_allocation_of_the_host_fails),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
