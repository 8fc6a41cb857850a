/* Goal: a view answers every field, learns what is read, forgets what the script writes, names near
 * words and is not readable after its callback. Method: one view of all kinds of fields, several
 * events. */
#include "bind/fixture.h"

#include "base/fixed.h"

typedef struct bar {
  int64_t close, qty, cash, ts, n;
  double ratio;
  const char *symbol;
  bool open;
} bar_t;

static void push_double_n(lua_State *L, const void *record) {
  lua_pushinteger(L, ((const bar_t *)record)->n * 2);
}

/* clang-format off */
static const oms_view_field_t fields[] = {
    {"symbol", OMS_VIEW_TEXT,   offsetof(bar_t, symbol), NULL         },
    {"ts",     OMS_VIEW_TIME,   offsetof(bar_t, ts),     NULL         },
    {"close",  OMS_VIEW_PRICE,  offsetof(bar_t, close),  NULL         },
    {"qty",    OMS_VIEW_QTY,    offsetof(bar_t, qty),    NULL         },
    {"cash",   OMS_VIEW_MONEY,  offsetof(bar_t, cash),   NULL         },
    {"n",      OMS_VIEW_INT,    offsetof(bar_t, n),      NULL         },
    {"ratio",  OMS_VIEW_DOUBLE, offsetof(bar_t, ratio),  NULL         },
    {"open",   OMS_VIEW_BOOL,   offsetof(bar_t, open),   NULL         },
    {"twice",  OMS_VIEW_CUSTOM, 0,                       push_double_n},
    {"name",   OMS_VIEW_NAME,   offsetof(bar_t, symbol), NULL         },
};
/* clang-format on */
static const oms_view_desc_t desc = {"bar", fields, sizeof(fields) / sizeof(fields[0])};

static oms_cell_t *cell;
static oms_view_t *view;

static int make_view(lua_State *L) {
  view = oms_view_new(L, &desc);
  return 0;
}

static int open_cell(void **state) {
  (void)state;
  const oms_call_t call = {.name = "setup", .phase = OMS_PHASE_LOAD};
  cell = cell_new();
  return oms_bind_protect(cell, make_view, NULL, &call);
}

static int close_cell(void **state) {
  (void)state;
  return oms_cell_close(cell) == 0 ? 0 : -1;
}

static int event(const bar_t *bar) {
  static const oms_call_t call = {.name = "on_bar", .phase = OMS_PHASE_EVENT};
  lua_State *L = oms_bind_state(cell);
  oms_bind_push_script(L);
  oms_view_refresh(L, view, bar);
  int rc = oms_bind_call(cell, 1, 0, &call);
  oms_view_end(view);
  return rc;
}

static void event_ok(const bar_t *bar) {
  if (event(bar) != OMS_OK) {
    fail_msg("%s", oms_cell_error(cell));
  }
}

static void event_fails(const bar_t *bar, const char *part) {
  assert_int_equal(event(bar), OMS_ERR_SCRIPT);
  if (strstr(oms_cell_error(cell), part) == NULL) {
    fail_msg("%s", oms_cell_error(cell));
  }
}

static const bar_t first = {.close = 100500000000,
                            .qty = -2500000000,
                            .cash = 1500000,
                            .ts = 7,
                            .n = 3,
                            .ratio = 0.5,
                            .symbol = "SPY",
                            .open = true};
static const bar_t second = {.close = 200000000001,
                             .qty = 1,
                             .cash = -1,
                             .ts = 8,
                             .n = 4,
                             .ratio = 1.5,
                             .symbol = "QQQ",
                             .open = false};
static const bar_t absent = {.close = OMS_NO_PRICE,
                             .qty = OMS_NO_PRICE,
                             .cash = OMS_NO_PRICE,
                             .ts = OMS_NO_TIME,
                             .symbol = NULL};

static void every_kind_of_field(void **state) {
  (void)state;
  expect_ok(
      cell,
      "local calls = 0\n"
      "return function(b)\n"
      "  calls = calls + 1\n"
      "  if calls % 3 == 1 then\n"
      "    assert(b.symbol == 'SPY' and b.ts == 7 and math.type(b.ts) == 'integer' and b.close == "
      "100.5)\n"
      "    assert(b.qty == -2.5 and b.cash == 1.5 and b.n == 3 and b.ratio == 0.5 and b.open == "
      "true)\n"
      "    assert(b.twice == 6 and math.type(b.close) == 'float')\n"
      "  elseif calls % 3 == 2 then\n"
      "    assert(b.symbol == 'QQQ' and b.ts == 8 and b.close == 200.000000001 and b.qty == 1e-9)\n"
      "    assert(b.cash == -1e-6 and b.n == 4 and b.ratio == 1.5 and b.open == false and b.twice "
      "== 8)\n"
      "  else\n"
      "    assert(b.symbol == nil and b.ts == nil and b.close == nil and b.qty == nil and b.cash "
      "== nil)\n"
      "  end\n"
      "end");
  for (int i = 0; i < 4; i++) {
    event_ok(&first);
    event_ok(&second);
    event_ok(&absent);
  }
}

static void writes_are_forgotten(void **state) {
  (void)state;
  expect_ok(cell, "local calls = 0\n"
                  "return function(b)\n"
                  "  calls = calls + 1\n"
                  "  if calls == 1 then b.close = 5 b.n = 'x' assert(b.close == 5 and b.n == 'x') "
                  "b.ratio = nil\n"
                  "  else assert(b.close == 200.000000001 and b.n == 4 and b.ratio == 1.5) end\n"
                  "end");
  event_ok(&first);
  event_ok(&second);
  expect_ok(cell, "return function(b) b.clsoe = 1 end");
  event_fails(&first, "strategies/x.lua:1: bar has no field 'clsoe' (did you mean 'close'?)");
}

static void unknown_fields_name_the_nearest(void **state) {
  (void)state;
  expect_ok(cell, "return function(b) return b.symbl end");
  event_fails(&first,
              "strategies/x.lua:1: bar has no field 'symbl' (did you mean 'symbol'?)  [on_bar]");
  expect_ok(cell, "return function(b) return b.volatility_of_everything end");
  event_fails(&first, "bar has no field 'volatility_of_everything'");
  expect_ok(cell, "return function(b) return b[1] end");
  event_fails(&first, "bar has no field of type number");
}

static void pairs_walks_the_declared_order(void **state) {
  (void)state;
  expect_ok(cell, "return function(b)\n"
                  "  local s = ''\n"
                  "  for k, v in pairs(b) do s = s .. k .. '=' .. tostring(v) .. ' ' end\n"
                  "  assert(s == 'symbol=SPY ts=7 close=100.5 qty=-2.5 cash=1.5 n=3 ratio=0.5 "
                  "open=true twice=6 name=SPY ', s)\n"
                  "end");
  event_ok(&first);
  event_ok(&first);
}

static void a_view_is_over_with_its_callback(void **state) {
  (void)state;
  const oms_call_t call = {.name = "setup", .phase = OMS_PHASE_LOAD};
  assert_int_equal(oms_bind_protect(cell, make_view, NULL, &call), OMS_OK);
  expect_ok(cell, "local kept\n"
                  "return function(b)\n"
                  "  if b then kept = b return b.close end\n"
                  "  assert(kept.close == 100.5)\n" /* learned: the last value stays */
                  "  return kept.n\n"
                  "end");
  event_ok(&first);
  event_ok(&first);
  lua_State *L = oms_bind_state(cell);
  oms_bind_push_script(L);
  const oms_call_t timer = {.name = "on_timer", .phase = OMS_PHASE_EVENT};
  assert_int_equal(oms_bind_call(cell, 0, 0, &timer), OMS_ERR_SCRIPT);
  assert_non_null(strstr(oms_cell_error(cell), "bar is valid only during the callback"));
}

static void metatable_is_protected(void **state) {
  (void)state;
  expect_ok(cell, "return function(b) assert(getmetatable(b) == false and tostring(b) == 'bar')\n"
                  "  assert(not pcall(setmetatable, b, nil)) end");
  event_ok(&first);
}

static void record_of_a_view(void **state) {
  (void)state;
  lua_State *L = oms_bind_state(cell);
  oms_view_refresh(L, view, &first);
  assert_ptr_equal(oms_view_record(L, -1, &desc), &first);
  oms_view_end(view);
  assert_null(oms_view_record(L, -1, &desc));
  lua_pop(L, 1);
  lua_newtable(L);
  assert_null(oms_view_record(L, -1, &desc));
  lua_pop(L, 1);
}

/* Whether the field stands in the view's table as the next event begins. */
static bool is_set(const char *name) {
  lua_State *L = oms_bind_state(cell);
  oms_view_refresh(L, view, &first);
  lua_pushstring(L, name);
  bool set = lua_rawget(L, -2) != LUA_TNIL;
  lua_pop(L, 2);
  oms_view_end(view);
  return set;
}

static void pass_events(int n) {
  expect_ok(cell, "return function(b) end");
  for (int i = 0; i < n; i++) {
    event_ok(&first);
  }
}

static void what_is_read_often_is_set(void **state) {
  (void)state;
  pass_events(20);
  expect_ok(cell, "return function(b) assert(b.close == b.close) end");
  event_ok(&first);
  assert_false(is_set("close")); /* read in one event only, however often */
  pass_events(20);
  expect_ok(cell, "return function(b) assert(b.close) end");
  event_ok(&first);
  event_ok(&first);
  assert_true(is_set("close"));
  assert_false(is_set("qty"));
  pass_events(1100);
  assert_false(is_set("close")); /* nobody is known to read it any more */
}

static void a_name_follows_its_record(void **state) {
  (void)state;
  static const char *const texts[] = {"AAA", "AAA", "B", NULL, "B", "AAA"};
  for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
    char code[120];
    bar_t bar = first;
    bar.symbol = texts[i];
    (void)snprintf(code, sizeof(code), "return function(b) assert(b.name == %s%s%s) b.name = 1 end",
                   texts[i] != NULL ? "'" : "", texts[i] != NULL ? texts[i] : "nil",
                   texts[i] != NULL ? "'" : "");
    expect_ok(cell, code);
    event_ok(&bar);
    event_ok(&bar);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_is_read_often_is_set),
      cmocka_unit_test(a_name_follows_its_record),
      cmocka_unit_test(every_kind_of_field),
      cmocka_unit_test(writes_are_forgotten),
      cmocka_unit_test(unknown_fields_name_the_nearest),
      cmocka_unit_test(pairs_walks_the_declared_order),
      cmocka_unit_test(a_view_is_over_with_its_callback),
      cmocka_unit_test(metatable_is_protected),
      cmocka_unit_test(record_of_a_view),
  };
  return cmocka_run_group_tests(tests, open_cell, close_cell);
}
